#!/usr/bin/env bash
# The one list of Debian packages that this repository uses. Installs those that are missing, and nothing else.
# usage: eng/install-packages.sh build|quickstart|test|guest|bench|shim-bench ...
set -euo pipefail

packages_for() {
    case $1 in
        build) echo gcc libc6-dev binutils ;;                         # the linker and C start files of NativeAOT
        quickstart) echo busybox-static ;;                            # the program inside the first container
        test) echo busybox-static runc crun uidmap strace procps e2fsprogs fuse3 fuse-overlayfs \
            util-linux bsdutils iproute2 iptables nftables \
            libseccomp-dev \
            podman conmon netavark containernetworking-plugins \
            docker.io containerd ;;                                   # peers and clients
        guest) echo qemu-system-x86 mmdebstrap e2fsprogs ;;             # eng/guest
        bench) echo busybox-static runc crun time ;;
        shim-bench) echo containerd strace ;;                         # bench/shim.sh, beside bench's
        *) echo "eng/install-packages.sh: no group '$1' (build, quickstart, test, guest, bench, shim-bench)" >&2; return 2 ;;
    esac
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

wanted=()
for group in "$@"; do
    read -ra names <<<"$(packages_for "$group")"
    wanted+=("${names[@]}")
done

if ! command -v dpkg-query >/dev/null; then
    echo "not a Debian system: please install by hand what these packages hold: ${wanted[*]}" >&2
    exit 0
fi

missing=()
for name in "${wanted[@]}"; do
    is_installed "$name" || missing+=("$name")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
    echo "packages not installed: ${missing[*]}" >&2
    echo "(install them with: sudo eng/install-packages.sh $*)" >&2
    exit 0
fi

echo "installing Debian packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# A third-party repository that does not answer must not stop us: the install below is what counts.
apt-get update -qq </dev/null || true
# RUNLEVEL=1: no daemon is started by an installation; the tests start their own, on private sockets.
if ! RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/tmp/coffer-apt.$$ 2>&1; then
    cat /tmp/coffer-apt.$$ >&2
    rm -f /tmp/coffer-apt.$$
    exit 1
fi
rm -f /tmp/coffer-apt.$$
