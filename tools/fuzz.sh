#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs libFuzzer binaries for a long time, one after the other. New inputs gather below
# out/fuzz/; an input that breaks something is written to fuzz/regress/TARGET/, where every
# test run meets it from then on.
#
# usage: fuzz.sh TARGET|all SECONDS
set -eu
cd "$(dirname "$0")/.."
target=$1 seconds=$2
dir=build-clang

if ! [ -e "$dir/build.ninja" ]; then
	CC=clang meson setup "$dir" -Dfuzzing=true -Db_lundef=false -Db_sanitize=address,undefined
fi
ninja -C "$dir"

if [ "$target" = all ]; then
	targets=$(cd fuzz && ls fuzz_*.c | sed 's/^fuzz_//; s/\.c$//')
else
	targets=$target
fi
for name in $targets; do
	mkdir -p "out/fuzz/$name" "fuzz/regress/$name" "fuzz/corpus/$name"
	echo "== $name, $seconds seconds"
	"$dir/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
		-artifact_prefix="fuzz/regress/$name/" -print_final_stats=1 \
		"out/fuzz/$name" "fuzz/corpus/$name" "fuzz/regress/$name"
done
