#!/usr/bin/env bash
# Measures coffer-oci beside runc and crun: interleaved, in random order, ratios from one run. Takes about ten minutes.
#   bench/run.sh                 table on the screen, files in out/bench/
#   bench/run.sh publish         the same, files in docs/ (launch.md, launch.json, launch.svg)
#   bench/run.sh smoke           five rounds of everything, to see that it works
# More options after that go to coffer-bench (--rounds N, --only run,exec, --peers coffer,crun …).
# It judges nothing and fails no build. bench/newer-peers.sh adds runc and crun of Debian sid.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/dotnet.sh
if [ "$(id -u)" != 0 ]; then
    echo "bench/run.sh makes namespaces and cgroups: please run it as root" >&2
    exit 1
fi
eng/install-packages.sh build bench

mode=${1:-}
[ $# = 0 ] || shift
output=out/bench
options=()
case $mode in
    '') ;;
    publish) output=docs ;;
    smoke) options=(--rounds 5 --live 5 --mounts 100) ;;
    *) echo "usage: bench/run.sh [publish|smoke] [options]" >&2; exit 2 ;;
esac
[ -x out/bin/coffer-oci ] || ./build.sh || echo "coffer-oci is left out" >&2
log=artifacts/bench-publish.log
mkdir -p artifacts
dotnet publish bench/Cofferdam.Bench -c Release --nologo -v minimal </dev/null >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
exec artifacts/publish/Cofferdam.Bench/release_linux-x64/coffer-bench --repository "$PWD" --output "$output" "${options[@]}" "$@"
