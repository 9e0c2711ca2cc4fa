#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the tree in the ways that tell most and runs the tests in each:
#
#   build        the machine's own compiler: every suite
#   build-clang  clang, with libFuzzer: unit and check suites, and each fuzzer for some seconds
#   build-san    AddressSanitizer and UBSan: unit, scenario, transcript and fuzz suites, and every real
#                configuration over every real capture
#   build-tsan   ThreadSanitizer: the suite 'threads' (rings, mailboxes)
#
# A step that fails does not keep the others from running. The last line says how many
# tests passed and failed; the exit status is 0 if none failed.
#
# usage: test.sh [all|san]      all: every step. san: the two sanitizer builds, every suite.
# environment: FUZZ_SECONDS a fuzzer runs (10)
set -u
cd "$(dirname "$0")/.." || exit 1
what=${1:-all}
broken=0
results=()

# configure DIR COMPILER OPTION...: makes the build directory, or brings its options up to date
configure() {
	local dir=$1 compiler=$2
	shift 2
	if [ -e "$dir/build.ninja" ]; then
		meson configure "$dir" "$@" >/dev/null
	else
		CC=$compiler meson setup "$dir" "$@" >"$dir.log" 2>&1 ||
			{ cat "$dir.log"; rm -f "$dir.log"; return 1; }
		rm -f "$dir.log"
	fi
}

# step DIR LOGNAME TEST_ARGUMENT...: builds the directory and runs tests of it
step() {
	local dir=$1 log=$2
	shift 2
	echo "== $dir: $log"
	rm -f "$dir/meson-logs/$log.junit.xml"
	if ! ninja -C "$dir" --quiet; then
		broken=$((broken + 1))
		return
	fi
	meson test -C "$dir" --no-rebuild --print-errorlogs --logbase "$log" "$@"
	# What ran is counted from the log. No log: nothing ran, and that is a failure too.
	if [ -e "$dir/meson-logs/$log.junit.xml" ]; then
		results+=("$dir/meson-logs/$log.junit.xml")
	else
		broken=$((broken + 1))
	fi
}

# try COMMAND...: what fails here is a failure although no test says so
try() {
	"$@" && return 0
	broken=$((broken + 1))
	return 1
}

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
export FUZZ_SECONDS=${FUZZ_SECONDS:-10}

if [ "$what" = all ]; then
	try configure build "${CC:-cc}" && step build all
	try configure build-clang clang -Dfuzzing=true -Db_lundef=false -Db_sanitize=address,undefined &&
		step build-clang clang --suite unit --suite check --suite fuzz-run
	suites=(--suite unit --suite scenario --suite transcript --suite fuzz --suite everything)
else
	suites=()
fi
try configure build-san "${CC:-cc}" -Db_sanitize=address,undefined &&
	step build-san sanitizers -t 4 ${suites[@]+"${suites[@]}"}
try configure build-tsan "${CC:-cc}" -Db_sanitize=thread && step build-tsan threads -t 4 --suite threads

python3 tools/tally.py --failed "$broken" ${results[@]+"${results[@]}"}
