# SPDX-License-Identifier: Apache-2.0
#
# A short front over meson and ninja. Everything is built below build*/.
#
#   make          build                          make san      all tests under ASan+UBSan, threads under TSan
#   make run      the lab: real traffic, a table make fuzz     fuzzers for hours (T=target, TIME=seconds)
#   make test     build and test everything      make bench    benchmarks beside the machine's floor
#   make check    a minute of tests              make cover    coverage as HTML
#   make install  PREFIX=, DESTDIR=              make fmt, make clean

BUILD  ?= build
PREFIX ?= /usr/local
T      ?= all
TIME   ?= 3600

.PHONY: all run test check san fuzz bench bench-kernel cover fmt install clean packages

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@tools/packages.sh
	meson setup $(BUILD) --prefix=$(PREFIX)

packages:
	@tools/packages.sh

run: packages
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) lab/lab.sh

test: packages
	@tools/test.sh all

check: packages
	@$(MAKE) --no-print-directory all
	@meson test -C $(BUILD) --no-rebuild --print-errorlogs \
		--suite unit --suite scenario --suite transcript --suite check --suite fuzz

san: packages
	@tools/test.sh san

fuzz: packages
	@tools/fuzz.sh $(T) $(TIME)

bench:
	@tools/packages.sh bench
	@[ -e build-bench/build.ninja ] || meson setup build-bench --buildtype=release
	@ninja -C build-bench && mkdir -p out && build-bench/bench/engine --json out/bench.json $(B)
	@build-bench/bench/listing --json out/listing.json
	@build-bench/bench/rules --json out/rules.json $(R)

bench-kernel:
	@mkdir -p out && python3 bench/kernel.py --json out/bench-kernel.json

cover:
	@tools/packages.sh cover
	@[ -e build-cover/build.ninja ] || meson setup build-cover -Db_coverage=true
	@ninja -C build-cover && meson test -C build-cover --no-rebuild; \
		ninja -C build-cover coverage-html && \
		echo "build-cover/meson-logs/coveragereport/index.html"

fmt:
	@tools/packages.sh fmt
	@git diff -U0 --no-color HEAD -- '*.c' '*.h' | clang-format-diff -p1 -i

install: all
	@meson configure $(BUILD) -Dprefix=$(PREFIX)
	meson install -C $(BUILD) $(if $(DESTDIR),--destdir=$(DESTDIR))

clean:
	rm -rf build build-* out
