#!/usr/bin/env bash
# Unpacks runc and crun of Debian sid into .cache/peers/<name>-<version>/ with the libraries they need beside them.
# Nothing is installed: apt works on lists and a status of its own, and the copies are pointed at sid's libc with patchelf.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$PWD/.cache
work=$cache/apt-sid
mkdir -p "$work/lists/partial" "$work/archives/partial" "$cache/peers"
mirror=$(sed -n 's/^URIs: *\(.*debian\)\/*$/\1/p;s/^deb \(\[[^]]*\] \)\?\(http[^ ]*debian\)\/* .*/\2/p' \
    /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1 || true)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} sid main" >"$work/sources.list"
: >"$work/status"
apt_sid() {
    "$@" -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$work/lists" \
        -o Dir::Cache::archives="$work/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -o Dir::State::status="$work/status" -o APT::Sandbox::User=root -o Acquire::Languages=none
}

command -v patchelf >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends patchelf </dev/null >/dev/null
apt_sid apt-get update -qq </dev/null

version() { apt_sid apt-cache show "$1" | sed -n 's/^Version: //p' | head -n 1; }
for peer in crun runc; do
    target=$cache/peers/$peer-$(version "$peer" | sed 's/^[0-9]*://;s/[-+].*//')
    if [ -x "$target/$peer" ]; then
        echo "$target/$peer is there"
        continue
    fi
    # What the programs are linked with; packages they only start (criu, ...) are not needed.
    libraries=(libc6 libseccomp2)
    [ "$peer" = runc ] || libraries+=(libblake3-0 libcap2 libjson-c5 libsystemd0 libtbb12 libstdc++6 libgcc-s1)
    rm -rf "$work/unpacked"
    mkdir -p "$work/unpacked" "$target/lib"
    for package in "$peer" "${libraries[@]}"; do
        (cd "$work/archives" && apt_sid apt-get download -qq "$package" </dev/null) || { echo "no $package, left out" >&2; continue; }
        dpkg-deb -x "$(ls -t "$work/archives/${package}"_*.deb | head -n 1)" "$work/unpacked"
    done
    find "$work/unpacked" -name '*.so*' -not -type d -not -path '*/gconv/*' -exec cp -L {} "$target/lib/" \;
    cp "$(find "$work/unpacked" -type f -path "*bin/$peer" | head -n 1)" "$target/$peer"
    patchelf --set-interpreter "$target/lib/ld-linux-x86-64.so.2" --set-rpath "$target/lib" --force-rpath "$target/$peer"
    "$target/$peer" --version | head -n 1
done
rm -rf "$work/unpacked"
