#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A short run of one fuzzer as a test. New inputs and findings stay in the build directory;
# FUZZ_SECONDS says how long (10).
#
# usage: run.sh BINARY CORPUS REGRESS
set -eu
binary=$1 corpus=$2 regress=$3
found=$binary.found
rm -rf "$found"
mkdir -p "$found"
[ -d "$regress" ] || regress=
exec "$binary" -max_total_time="${FUZZ_SECONDS:-10}" -timeout=10 -rss_limit_mb=2048 \
	-verbosity=0 -print_final_stats=1 -artifact_prefix="$found/" "$found" "$corpus" $regress
