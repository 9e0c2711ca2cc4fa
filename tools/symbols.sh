#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What libweir shows and what it needs:
#   - the shared library exports weir_* and nothing else;
#   - each function that a header in include/weir declares is exported;
#   - what is left undefined in the static library is of the C library (with its threads) or
#     of the compiler's own runtime, and is not one of the names that read a clock, print, exit or do I/O.
#
# usage: symbols.sh libweir.so libweir.a include/weir CC
set -eu

shared=$1 static=$2 headers=$3 cc=$4
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fault=0

nm -D --defined-only "$shared" | awk '{ print $3 }' | sed 's/@.*//' | sort -u >"$tmp/exported"
if grep -v '^weir_' "$tmp/exported" >"$tmp/foreign"; then
	echo "exported, and not weir_*:" $(cat "$tmp/foreign")
	fault=1
fi

# A declaration ends at the first "(" behind WEIR_API; the word before it is the name.
cat "$headers"/*.h | tr '\n' ' ' | grep -o 'WEIR_API [^;(]*[a-z_0-9]* *(' |
	grep -o 'weir_[a-z0-9_]* *($' | tr -d '( ' | sort -u >"$tmp/declared"
if ! [ -s "$tmp/declared" ]; then
	echo "no declarations found in $headers"
	fault=1
fi
if comm -23 "$tmp/declared" "$tmp/exported" | grep . >"$tmp/missing"; then
	echo "declared in include/weir, and not exported:" $(cat "$tmp/missing")
	fault=1
fi
if comm -13 "$tmp/declared" "$tmp/exported" | grep . >"$tmp/secret"; then
	echo "exported, and declared in no header of include/weir:" $(cat "$tmp/secret")
	fault=1
fi

nm --defined-only -g "$static" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u >"$tmp/defined"
nm -u "$static" 2>/dev/null | awk '$1 == "U" { print $2 }' | sort -u |
	comm -23 - "$tmp/defined" >"$tmp/undefined"

# All that libc offers, by asking the very library that this shared object links to.
libc=$(ldd "$shared" | awk '$1 ~ /^libc\.so/ { print $3 }')
{
	nm -D --defined-only "$libc" | awk '{ print $3 }' | sed 's/@.*//'
	nm -g --defined-only "$($cc -print-libgcc-file-name)" 2>/dev/null | awk 'NF == 3 { print $3 }'
} >"$tmp/libc"
echo _GLOBAL_OFFSET_TABLE_ >>"$tmp/libc"
sort -u -o "$tmp/libc" "$tmp/libc"
# PCRE2 is for the match layer7-protocol, where it was found.
if comm -23 "$tmp/undefined" "$tmp/libc" | grep -v '^pcre2_.*_8$' >"$tmp/strange"; then
	echo "needed, and not of the C library:" $(cat "$tmp/strange")
	fault=1
fi

impure='^(time|gettimeofday|clock_gettime|clock|printf|puts|putchar|fprintf|vprintf|vfprintf|perror'
impure="$impure|fopen|open|read|write|socket|send|recv|ioctl|exit|_exit|abort|__assert_fail"
impure="$impure|pthread_create|sleep|usleep|nanosleep|rand|random|srand|getrandom|getenv"
impure="$impure|__printf_chk|__fprintf_chk)\$"
if grep -E "$impure" "$tmp/undefined" >"$tmp/impure"; then
	echo "libweir has no clock, no I/O and never aborts, but needs:" $(cat "$tmp/impure")
	fault=1
fi

echo "$(wc -l <"$tmp/exported") exported," "needs:" $(cat "$tmp/undefined")
exit $fault
