#!/bin/sh
# Counts the D-Bus messages of one container's life with the systemd manager: coffer-oci beside runc and crun.
# For a machine that runs systemd, as root; in the guest:
#   eng/guest/run systemd --with bench -- sh bench/systemd-messages.sh
# COFFER_RUNTIME: our program (out/bin/coffer-oci). Prints a Markdown table: what the runtime sent, what was addressed to it
# (signals are to nobody), and all that went over the bus meanwhile.
set -eu
cd "$(dirname "$0")/.."
ours=$(realpath "${COFFER_RUNTIME:-out/bin/coffer-oci}")
scratch=$(mktemp -d)
monitor=
trap 'kill $monitor 2>/dev/null || :; rm -rf "$scratch"' EXIT

mkdir -p "$scratch/bundle/rootfs/bin"
cp "$(command -v busybox)" "$scratch/bundle/rootfs/bin/sleep"
cd "$scratch/bundle"
runc spec
sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"sleep", "1000"/' config.json

# One mark on the bus, which the monitor shows too: then everything before it was shown.
mark() {
    busctl call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus NameHasOwner s "mark.$1" >/dev/null
    until grep -q "mark\.$1\"" "$scratch/messages"; do sleep 0.05; done
}

# The lines between two marks, without the marks' own connections (which say mark, and whose Hello comes just before).
count() {
    awk -v from="mark.$1\"" -v to="mark.$2\"" -v name="$3" -v step="$4" '
        function field(key,    at, rest) {
            at = index($0, "\"" key "\":\""); if (!at) return ""
            rest = substr($0, at + length(key) + 4); return substr(rest, 1, index(rest, "\"") - 1)
        }
        index($0, from) { inside = 1; marker[field("sender")] = 1; next }
        index($0, to) { marker[field("sender")] = 1; inside = 0; next }
        inside { n++; type[n] = field("type"); sender[n] = field("sender"); dest[n] = field("destination"); member[n] = field("member") }
        END {
            for (i = 1; i <= n; i++) if (member[i] == "Hello" && !(sender[i] in marker)) client[sender[i]] = 1
            for (i = 1; i <= n; i++) {
                if ((sender[i] in marker) || (dest[i] in marker)) continue
                # What the bus tells about connections, the last of it to one that is closed.
                if (member[i] == "NameOwnerChanged" || member[i] == "NameLost") continue
                all++
                if (sender[i] in client) sent++
                else if (dest[i] in client) received++
            }
            printf "| %s | %s | %d | %d | %d |\n", name, step, sent, received, all
        }' "$scratch/messages"
}

measure() {
    name=$1
    shift
    for round in 1 2; do
        : >"$scratch/messages"
        busctl monitor --json=short >"$scratch/messages" 2>/dev/null &
        monitor=$!
        until busctl call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus NameHasOwner s mark.ready >/dev/null && grep -q 'mark\.ready' "$scratch/messages"; do sleep 0.1; done
        mark 1
        "$@" run -d "count-$name" </dev/null >/dev/null 2>&1
        mark 2
        "$@" update --memory 100000000 "count-$name"
        mark 3
        "$@" kill "count-$name" KILL
        until [ "$("$@" state "count-$name" | grep -c '"stopped"')" = 1 ]; do sleep 0.05; done
        "$@" delete "count-$name"
        mark 4
        kill $monitor
        wait $monitor 2>/dev/null || :
        cp "$scratch/messages" "/tmp/messages-$name"
        # The first round is for what happens once a boot.
        if [ $round = 2 ]; then
            count 1 2 "$name" start
            count 2 3 "$name" update
            count 3 4 "$name" "kill, delete"
        fi
    done
}

echo "| runtime | step | sent | got | all on the bus |"
echo "|---|---|---|---|---|"
measure coffer-oci "$ours" --systemd-cgroup
measure runc runc --systemd-cgroup
measure crun crun --systemd-cgroup
