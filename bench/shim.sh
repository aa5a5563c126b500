#!/usr/bin/env bash
# Measures our shim beside containerd-shim-runc-v2 with runc and with crun: real containerd, the shims interleaved in random
# order, ratios from one run. Takes about seven minutes on two cores.
#   bench/shim.sh                 tables on the screen, files in out/bench/
#   bench/shim.sh publish         the same, files in docs/ (shim-bench.md, shim-bench.json)
#   bench/shim.sh smoke           a few rounds of everything, to see that it works
# More options after that go to `coffer-bench shim`: --rounds N, --execs N, --pause MS, --only memory,run,detached,exec,life,
# direct-exec,parallel,calls, --peers coffer,runc,crun, --shim FILE (ours), --containerd FILE (another containerd; ctr and
# containerd-shim-runc-v2 beside it are used, too).
# A shim that is not there is left out. It judges nothing and fails no build.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/dotnet.sh
if [ "$(id -u)" != 0 ]; then
    echo "bench/shim.sh starts containerd and makes cgroups: please run it as root" >&2
    exit 1
fi
eng/install-packages.sh build bench shim-bench

output=out/bench
options=()
case ${1:-} in
    publish) output=docs; shift ;;
    smoke) options=(--rounds 3 --execs 10); shift ;;
    '' | --*) ;;
    *) echo "usage: bench/shim.sh [publish|smoke] [options]" >&2; exit 2 ;;
esac
mkdir -p artifacts
log=artifacts/bench-publish.log
dotnet publish bench/Cofferdam.Bench -c Release --nologo -v minimal </dev/null >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
exec artifacts/publish/Cofferdam.Bench/release_linux-x64/coffer-bench shim --repository "$PWD" --output "$output" "${options[@]}" "$@"
