#!/usr/bin/env bash
# Unpacks containerd of a newer Debian into .cache/containerd/<suite>/ (containerd, ctr, containerd-shim-runc-v2) and
# prints that directory. Nothing is installed.
# usage: eng/fetch-containerd.sh [sid|trixie]
# Debian 12 has containerd 1.6; the shim is tested with that and with a 2.x.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/newer-debian.sh
fetch_programs "${1:-sid}" containerd containerd usr/bin/{containerd,ctr,containerd-shim-runc-v2}
