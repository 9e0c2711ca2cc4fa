#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs libweir below a temporary directory and builds embed.c against that copy, by
# pkg-config alone: shared and static, as C11 and as C++. Each must run and print the same
# table.
#
# usage: test.sh BUILD_DIR CC CXX
set -eu
build=$1 cc=$2 cxx=$3
source=$(cd "$(dirname "$0")" && pwd)/embed.c
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

meson install -C "$build" --no-rebuild --quiet --destdir "$tmp/root"

pc=$(find "$tmp/root" -name libweir.pc)
[ -n "$pc" ] || { echo "no libweir.pc was installed"; exit 1; }
export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$tmp/root
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
libdir=$PKG_CONFIG_SYSROOT_DIR$(PKG_CONFIG_SYSROOT_DIR='' pkg-config --variable=libdir libweir)
for file in libweir.a libweir.so; do
	[ -e "$libdir/$file" ] || { echo "$file was not installed"; exit 1; }
done

cat >"$tmp/expected" <<'END'
packet 0: new
packet 1: established
packet 2: established
packet 3: new
connection: protocol 17, port 40000 to 53, tcp-state none, timeout 30 s
connection: protocol 6, port 40000 to 80, tcp-state established, timeout 86400 s
END
sort "$tmp/expected" -o "$tmp/expected"

flags="-Wall -Wextra -Werror $(pkg-config --cflags libweir)"
shared=$(pkg-config --libs libweir)
static=$(pkg-config --static --libs libweir)
static=${static/-lweir/-l:libweir.a}

# run NAME: the program must succeed with the expected lines, in any order
run() {
	LD_LIBRARY_PATH=$libdir "$tmp/$1" | sort >"$tmp/got"
	diff "$tmp/expected" "$tmp/got" || { echo "$1 printed something else"; exit 1; }
	echo "$1: ok"
}
# shellcheck disable=SC2086 # flags are words
{
	$cc -std=c11 $flags "$source" $shared -o "$tmp/c-shared"
	$cc -std=c11 $flags "$source" $static -o "$tmp/c-static"
	$cxx -x c++ -std=c++11 $flags "$source" -x none $shared -o "$tmp/cxx-shared"
	$cxx -x c++ -std=c++11 $flags "$source" -x none $static -o "$tmp/cxx-static"
}
for name in c-shared c-static cxx-shared cxx-static; do run $name; done
ldd "$tmp/c-static" | grep -q libweir && { echo "c-static is linked to the shared library"; exit 1; }
exit 0
