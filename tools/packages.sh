#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs the packages of packages.txt that this machine lacks: those without a
# target, and those of the targets named as arguments. Does nothing, and asks for
# nothing, when all are there. A machine without dpkg is left alone: its owner knows
# what the packages are called there.
set -eu

list=$(dirname "$0")/../packages.txt

command -v dpkg-query >/dev/null 2>&1 || exit 0

wanted=$(awk -v targets=" $* " '
	/^#/ || NF == 0 { next }
	NF == 1 || index(targets, " " $2 " ") { print $1 }' "$list")

missing=
for package in $wanted; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	case $status in
	installed*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "These packages are missing:$missing" >&2
	echo "Install them as root, then repeat:  apt-get install$missing" >&2
	exit 1
fi

echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
	# shellcheck disable=SC2086 # one word a package
	apt-get install -y -q --no-install-recommends $missing >"$log" 2>&1
}
# The lists of a fresh machine are empty or old: refresh them only if it fails without.
if ! install && ! { apt-get update -q >"$log" 2>&1 && install; }; then
	cat "$log" >&2
	exit 1
fi
