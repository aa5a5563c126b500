#!/usr/bin/env bash
# Measures coffer-oci beside runc and crun: interleaved, in random order, ratios from one run. Takes about ten minutes.
#   bench/run.sh                 table on the screen, files in out/bench/
#   bench/run.sh publish         the same, files in docs/ (launch.md, launch.json, launch.svg)
#   bench/run.sh smoke           five rounds of everything, to see that it works
#   bench/run.sh guest           on cgroup v2 in an emulated guest: only the ratios mean something; docs/launch-v2.md
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
    guest) output=/run/bench; options=(--rounds 20 --only run,run-seccomp,lifecycle,exec,memory --peers coffer,crun,runc) ;;
    smoke) options=(--rounds 5 --live 5 --mounts 100) ;;
    *) echo "usage: bench/run.sh [publish|smoke|guest] [options]" >&2; exit 2 ;;
esac
[ -x out/bin/coffer-oci ] || ./build.sh || echo "coffer-oci is left out" >&2
log=artifacts/bench-publish.log
mkdir -p artifacts
dotnet publish bench/Cofferdam.Bench -c Release --nologo -v minimal </dev/null >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
if [ "$mode" = guest ]; then
    program=artifacts/publish/Cofferdam.Bench/release_linux-x64
    {
        printf '%s\n\n' '# Launches on cgroup v2' \
            "Made by \`bench/run.sh guest\` in the guest of docs/guest.md. The processor is emulated, so the milliseconds mean nothing by
themselves and system calls weigh less than elsewhere; the ratios say how the runtimes compare. docs/launch.md has real times."
        eng/guest/run fast --only --with out/bin --with bench/docker-seccomp.json --with "$program" --limit 1800 -- \
            sh -c '"$@" 2>/run/progress || cat /run/progress' - "$program/coffer-bench" --repository /repo "${options[@]}" "$@"
    } >artifacts/launch-v2.md
    mv artifacts/launch-v2.md docs/launch-v2.md
    exec cat docs/launch-v2.md
fi
exec artifacts/publish/Cofferdam.Bench/release_linux-x64/coffer-bench --repository "$PWD" --output "$output" "${options[@]}" "$@"
