#!/usr/bin/env bash
# Builds Debian sid's criu with SELinux, without which Debian builds it, into .cache/criu/selinux/ with its libraries beside it, and
# prints its path. Takes a minute. The tests of SELinux contexts use it: COFFER_GUEST=full ./test.sh guest, or COFFER_CRIU=PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/newer-debian.sh
target=$PWD/.cache/criu/selinux
is_there() { [ -x "$target/criu" ] && echo "$target/criu"; }
is_there && exit 0
use_debian sid criu-source
is_there && exit 0
sed -i 's/^deb /deb-src /' "$work/sources.list"
apt-get install -y -qq --no-install-recommends gcc make patchelf pkg-config xz-utils protobuf-c-compiler protobuf-compiler \
    libbsd-dev libc6-dev libcap-dev libnet1-dev libnl-3-dev libprotobuf-c-dev libprotobuf-dev libselinux1-dev uuid-dev </dev/null >&2
apt_there apt-get update -qq
rm -rf "$work/source" "$target.new"
mkdir -p "$work/source" "$target.new/lib"
(
    cd "$work/source"
    apt_there apt-get source -qq --download-only --tar-only criu
    tar xf criu_*.orig.tar.*
    make -s -j2 -C criu-* criu >&2
)
criu=$(echo "$work"/source/criu-*/criu/criu)
ldd "$criu" | grep -q libselinux || { echo "eng/build-criu.sh: criu was built without libselinux" >&2; exit 1; }
ldd "$criu" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | xargs -I{} cp -L {} "$target.new/lib/"
cp -L /lib64/ld-linux-x86-64.so.2 "$target.new/lib/"
cp "$criu" "$target.new/criu"
patchelf --set-interpreter "$target/lib/ld-linux-x86-64.so.2" --set-rpath "$target/lib" --force-rpath "$target.new/criu"
mv "$target.new" "$target"
rm -rf "$work/source"
is_there
