#!/usr/bin/env bash
# Unpacks criu of a newer Debian into .cache/criu/<suite>/ with the libraries it needs beside it, and prints its path.
# Nothing is installed: apt works on lists and a status of its own, and the copy is pointed at its own libc with patchelf.
# usage: eng/fetch-criu.sh [sid|trixie]
# Debian 12 has criu 3.17, which does not know kernels of today; trixie's 4.1 cannot save sockets on Linux 6.16 and later.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${1:-sid}
target=$PWD/.cache/criu/$suite
if [ -x "$target/criu" ]; then
    echo "$target/criu"
    exit 0
fi
work=$PWD/.cache/apt-$suite
mkdir -p "$work/lists/partial" "$work/archives/partial" "$(dirname "$target")"
# Test programs start this in parallel; the second one finds the work of the first.
exec 9>"$work/lock"
flock 9
if [ -x "$target/criu" ]; then
    echo "$target/criu"
    exit 0
fi
mirror=$(sed -n 's/^URIs: *\(.*debian\)\/*$/\1/p;s/^deb \(\[[^]]*\] \)\?\(http[^ ]*debian\)\/* .*/\2/p' \
    /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1 || true)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} $suite main" >"$work/sources.list"
: >"$work/status"
apt_there() {
    "$@" -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$work/lists" \
        -o Dir::Cache::archives="$work/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -o Dir::State::status="$work/status" -o APT::Sandbox::User=root -o Acquire::Languages=none </dev/null >&2
}
export DEBIAN_FRONTEND=noninteractive
command -v patchelf >/dev/null || apt-get install -y -qq --no-install-recommends patchelf </dev/null >&2
apt_there apt-get update -qq
# With an empty status all that criu depends on is missing, and so is downloaded too.
apt_there apt-get install -qq -y --download-only --no-install-recommends criu

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
echo "$target/criu"
