#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Compiles each public header by itself, as C11 and as C++11, with every warning an error:
# an embedder may include any one of them first.
#
# usage: headers.sh INCLUDE_DIR CC CXX
set -eu

dir=$1 cc=$2 cxx=$3
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

count=0
for header in "$dir"/weir/*.h; do
	name=weir/${header##*/}
	# Twice: the second inclusion must be empty.
	printf '#include <%s>\n#include <%s>\nint unused_%s;\n' "$name" "$name" "$count" >"$tmp/h.c"
	$cc -std=c11 -Wall -Wextra -Wundef -pedantic -Werror -I"$dir" -c "$tmp/h.c" -o "$tmp/h.o"
	$cxx -x c++ -std=c++11 -Wall -Wextra -Wundef -Werror -I"$dir" -c "$tmp/h.c" -o "$tmp/h.o"
	count=$((count + 1))
done
[ "$count" -gt 0 ]
echo "$count headers stand alone, as C11 and as C++11"
