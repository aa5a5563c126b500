#!/usr/bin/env bash
# Unpacks criu of a newer Debian into .cache/criu/<suite>/ with the libraries it needs beside it, and prints its path.
# Nothing is installed; the copy is pointed at its own libc with patchelf.
# usage: eng/fetch-criu.sh [sid|trixie]
# Debian 12 has criu 3.17, which does not know kernels of today; trixie's 4.1 cannot save sockets on Linux 6.16 and later.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/newer-debian.sh
suite=${1:-sid}
target=$PWD/.cache/criu/$suite
is_there() { [ -x "$target/criu" ] && echo "$target/criu"; }
is_there && exit 0
use_debian "$suite" criu
is_there && exit 0
command -v patchelf >/dev/null || apt-get install -y -qq --no-install-recommends patchelf </dev/null >&2
apt_there apt-get update -qq
# With an empty status all that criu depends on is missing, and so is downloaded too.
apt_there apt-get install -qq -y --download-only --no-install-recommends criu

mkdir -p "$(dirname "$target")"
rm -rf "$work/unpacked" "$target.new"
mkdir -p "$work/unpacked" "$target.new/lib"
for package in "$work"/archives/*.deb; do
    dpkg-deb -x "$package" "$work/unpacked"
done
find "$work/unpacked" -name '*.so*' -not -type d -not -path '*/gconv/*' -exec cp -L {} "$target.new/lib/" \;
cp "$work/unpacked/usr/sbin/criu" "$target.new/criu"
patchelf --set-interpreter "$target/lib/ld-linux-x86-64.so.2" --set-rpath "$target/lib" --force-rpath "$target.new/criu"
mv "$target.new" "$target"
rm -rf "$work/unpacked"
is_there
