#!/usr/bin/env bash
# Installs what the tests need (as root), builds everything, and runs the tests.
#   ./test.sh              all of them (as root: namespaces, mounts and cgroups of this machine are used and put back)
#   ./test.sh unit         only the fast ones that need no root and no built programs
#   ./test.sh NAME [ARG…]  one project, e.g. ./test.sh Spec -method '*cwd*'   (arguments go to xunit)
#   ./test.sh guest [CELL…]  the suites in guests with cgroup v2, systemd and ordinary users (docs/guest.md)
# The last line is "N passed, N failed, N skipped". COFFER_TEST_LIMIT: seconds a project may take (600).
# COFFER_TEST_MINUTES: what all of it may take (37); what the guests cannot do by then is skipped.
# COFFER_STRESS_LAUNCHES: how often each of the long loops of Stress launches (2000).
set -uo pipefail
cd "$(dirname "$0")"
. eng/dotnet.sh
. eng/again.sh
# Test programs run elsewhere: a path is made absolute, a name is looked up in PATH by them.
[[ ${COFFER_RUNTIME:-} != */* ]] || export COFFER_RUNTIME="$(realpath "$COFFER_RUNTIME")"

what=${1:-all}
[ $# = 0 ] || shift
# Suites that drive programs; all others are fast once their kernel tests are left out.
slow=" BlackBox Attack Checkpoint Clients Shim Stress "
filter=("$@")
names=()
for directory in tests/Cofferdam.*.Tests; do
    name=${directory#tests/Cofferdam.}
    name=${name%.Tests}
    case $what in
        all) names+=("$name") ;;
        guest) ;;
        unit) [[ $slow == *" $name "* ]] || names+=("$name") ;;
        "$name" | "Cofferdam.$name.Tests") names+=("$name") ;;
    esac
done
if [ ${#names[@]} = 0 ] && [ "$what" != guest ]; then
    echo "no test project '$what' below tests/" >&2
    exit 2
fi
[ "$what" != unit ] || filter+=(-trait- Layer=Kernel)

echo "== building"
[ "$what" = unit ] || eng/install-packages.sh build test || exit 1
if [ "$what" = all ] || [ "$what" = guest ] || [[ $slow == *" ${names[0]} "* ]]; then
    ./build.sh || exit 1
fi
# The fallback build has its tests there.
if [ "$what" = all ] || [ "${names[0]:-}" = Stress ]; then
    ./build.sh plain || exit 1
fi
mkdir -p artifacts/test
if [ "$what" = guest ]; then
    eng/guest/publish && exec eng/guest/test "${filter[@]}"
    exit 1
fi
# One build of all that is asked for; its output is shown only when something is wrong.
projects=$(printf '"tests/Cofferdam.%s.Tests/Cofferdam.%s.Tests.csproj",' $(printf '%s %s ' $(printf '%s\n' "${names[@]}" "${names[@]}" | sort)))
echo "{\"solution\":{\"path\":\"../../Cofferdam.slnx\",\"projects\":[${projects%,}]}}" >artifacts/test/wanted.slnf
if ! log=$(dotnet build artifacts/test/wanted.slnf -c Release --nologo -v quiet </dev/null 2>&1); then
    echo "$log" >&2
    echo "test.sh: the tests do not build" >&2
    exit 1
fi

passed=0 failed=0 skipped=0
limit=${COFFER_TEST_LIMIT:-600}
for name in "${names[@]}"; do
    echo "== $name"
    console=artifacts/test/$name.log
    # timeout ends the whole process group: a hanging suite must not leave its children behind.
    timeout --kill-after=20 "$limit" "$(program_of "$name")" -noLogo -noColor "${filter[@]}" </dev/null 2>&1 | tee "$console"
    status=${PIPESTATUS[0]}
    # A suite may have several runs, each with its own summary (Shim, with two containerds).
    read -r total errors fails skips unrun < <(sed -n 's/.*Total: \([0-9]*\), Errors: \([0-9]*\), Failed: \([0-9]*\), Skipped: \([0-9]*\), Not Run: \([0-9]*\).*/\1 \2 \3 \4 \5/p' "$console" |
        awk '{ for (i = 1; i <= 5; i++) sum[i] += $i } END { print sum[1] + 0, sum[2] + 0, sum[3] + 0, sum[4] + 0, sum[5] + 0 }')
    if [ "$what" = all ] && [ "$status" = 1 ] && [ "$fails" -gt 0 ] && [ "$errors" = 0 ] && passes_again "$name" "$fails"; then
        fails=0 status=0
    fi
    passed=$((passed + total - fails - skips - unrun))
    skipped=$((skipped + skips))
    failed=$((failed + fails + errors))
    case $status in
        0) ;;
        124 | 137) echo "$name: ended after $limit s" >&2 && failed=$((failed + 1)) ;;
        *) [ $((fails + errors)) -gt 0 ] || failed=$((failed + 1)) ;;
    esac
    [ "$status" = 0 ] || failures+=("$console (status $status)")
done

if [ "$what" = all ]; then
    echo "== guests"
    rm -f artifacts/test/guest.log
    eng/guest/publish && COFFER_GUEST_TIME=$((${COFFER_TEST_MINUTES:-37} * 60 - SECONDS)) eng/guest/test | tee artifacts/test/guest.log | sed '$d'
    read -r more bad none < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' artifacts/test/guest.log | tail -n 1)
    passed=$((passed + ${more:-0})) failed=$((failed + ${bad:-1})) skipped=$((skipped + ${none:-0}))
    [ "${bad:-1}" = 0 ] || failures+=(artifacts/test/guest.log)
fi

echo
report
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
