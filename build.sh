#!/usr/bin/env bash
# Publishes the NativeAOT executables into out/bin/ and prints their sizes.
#   ./build.sh           the programs users get
#   ./build.sh plain     the fallback build (ordinary Main, no linker tricks) into out/plain/
# Any compiler, trim or AOT warning fails the build.
set -euo pipefail
cd "$(dirname "$0")"
. eng/dotnet.sh
eng/install-packages.sh build

flavour=${1:-}
# The programs: project and name of the executable.
case $flavour in
    '') destination=out/bin; options=(); programs=("Cofferdam.Runtime coffer-oci" "Cofferdam.Shim containerd-shim-coffer-v2") ;;
    # The shim has no such fallback: it is not started a second time as init, but cloned.
    plain) destination=out/plain; options=(-p:CofferPlainMain=true "-p:ArtifactsPath=$PWD/artifacts/plain"); programs=("Cofferdam.Runtime coffer-oci") ;;
    *) echo "usage: ./build.sh [plain]" >&2; exit 2 ;;
esac
artifacts=$PWD/artifacts${flavour:+/$flavour}
mkdir -p "$destination" "$artifacts"
log=$artifacts/publish.log

for program in "${programs[@]}"; do
    read -r project executable <<<"$program"
    status=0
    dotnet publish "src/$project" -c Release --nologo -v minimal "${options[@]}" </dev/null >"$log" 2>&1 || status=$?
    # ld warns that dlopen, getpwnam and their like need shared libraries in a static program. They sit in .NET's own
    # libraries and are never called: nothing is loaded at run time, and users are read from the container's files, not by NSS.
    if [ $status != 0 ] || grep -v 'in statically linked applications requires at runtime' "$log" | grep -q 'warning'; then
        cat "$log" >&2
        echo "build.sh: publishing $project did not pass without warnings" >&2
        exit 1
    fi
    published=$(find "$artifacts/publish/$project" -type f -name "$executable" | head -n 1)
    # Renamed into place: a running container may be executing the old file.
    cp "$published" "$destination/.$executable.new"
    mv -f "$destination/.$executable.new" "$destination/$executable"
    printf '%-28s %6.2f MB\n' "$destination/$executable" "$(stat -c %s "$destination/$executable" | awk '{print $1/1e6}')"
done
