#!/usr/bin/env bash
# Unpacks containerd of a newer Debian into .cache/containerd/<suite>/ (containerd, ctr, containerd-shim-runc-v2) and
# prints that directory. Nothing is installed.
# usage: eng/fetch-containerd.sh [sid|trixie]
# Debian 12 has containerd 1.6; the shim is tested with that and with a 2.x.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/newer-debian.sh
suite=${1:-sid}
target=$PWD/.cache/containerd/$suite
is_there() { [ -x "$target/containerd" ] && echo "$target"; }
is_there && exit 0
use_debian "$suite" containerd
is_there && exit 0
apt_there apt-get update -qq
# The package alone: its programs are Go's and need a libc no newer than Debian 12's, which the last lines here try.
rm -rf "$work/unpacked" "$target.new"
mkdir -p "$work/unpacked" "$target.new"
(cd "$work/unpacked" && apt_there apt-get download -qq containerd && dpkg-deb -x containerd_*.deb .)
cp "$work"/unpacked/usr/bin/{containerd,ctr,containerd-shim-runc-v2} "$target.new/"
rm -rf "$work/unpacked"
"$target.new/containerd" --version >&2
mv "$target.new" "$target"
is_there
