#!/usr/bin/env bash
# Unpacks containerd of a newer Debian into .cache/containerd/<suite>/ (containerd, ctr, containerd-shim-runc-v2) and
# prints that directory. Nothing is installed: apt works on lists and a status of its own.
# usage: eng/fetch-containerd.sh [sid|trixie]
# Debian 12 has containerd 1.6; the shim is tested with that and with a 2.x.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${1:-sid}
target=$PWD/.cache/containerd/$suite
if [ -x "$target/containerd" ]; then
    echo "$target"
    exit 0
fi
work=$PWD/.cache/apt-containerd-$suite
mkdir -p "$work/lists/partial" "$work/archives/partial" "$(dirname "$target")"
# Whoever comes second finds the work of the first.
exec 9>"$work/lock"
flock 9
if [ -x "$target/containerd" ]; then
    echo "$target"
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
apt_there apt-get update -qq
# The package alone: its programs are Go's and need a libc no newer than Debian 12's, which the last lines here try.
rm -rf "$work/unpacked" "$target.new"
mkdir -p "$work/unpacked" "$target.new"
(cd "$work/unpacked" && apt_there apt-get download -qq containerd && dpkg-deb -x containerd_*.deb .)
cp "$work"/unpacked/usr/bin/{containerd,ctr,containerd-shim-runc-v2} "$target.new/"
rm -rf "$work/unpacked"
"$target.new/containerd" --version >&2
mv "$target.new" "$target"
echo "$target"
