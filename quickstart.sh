#!/usr/bin/env bash
# From a fresh Debian machine to a running container: installs what is missing, builds coffer-oci, makes a small
# bundle from Debian's busybox, runs it and shows what the container sees. Needs root, an x86-64 Debian 12 and the .NET SDK.
# COFFER_RUNTIME=/usr/sbin/runc ./quickstart.sh  runs the same bundle with another runtime, without building.
set -euo pipefail
cd "$(dirname "$0")"
bold='' plain=''
[ ! -t 1 ] || bold=$'\033[1m' plain=$'\033[0m'
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

if [ "$(id -u)" != 0 ]; then
    echo "quickstart.sh mounts file systems and makes cgroups: please run it as root (sudo ./quickstart.sh)" >&2
    exit 1
fi

say "1. Installing what is needed (only what is missing)"
eng/install-packages.sh quickstart
if [ -n "${COFFER_RUNTIME:-}" ]; then
    runtime=$COFFER_RUNTIME
else
    runtime=$PWD/out/bin/coffer-oci
    say "2. Building coffer-oci (half a minute to two minutes)"
    ./build.sh
fi

work=$(mktemp -d /tmp/coffer-quickstart.XXXXXX)
state=$work/state
bundle=$work/bundle
id=quickstart-$$
finish() {
    "$runtime" --root "$state" delete --force "$id" 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap finish EXIT

say "3. Making a bundle: a root filesystem and a config.json"
mkdir -p "$bundle/rootfs/bin" "$bundle/rootfs/proc" "$bundle/rootfs/dev" "$bundle/rootfs/tmp" "$bundle/rootfs/sys/fs/cgroup"
cp /bin/busybox "$bundle/rootfs/bin/busybox"
for applet in sh ps cat echo hostname id ls sleep; do ln -s busybox "$bundle/rootfs/bin/$applet"; done
cat >"$bundle/tour.sh" <<'TOUR'
echo "hostname:              $(hostname)"
echo "user:                  $(id -u):$(id -g)"
echo "files in /:            $(echo /*)"
echo "memory limit:          $(cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max) bytes"
echo "most processes:        $(cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max)"
echo "root is writable:      $( (echo x >/try) 2>/dev/null && echo yes || echo no)"
echo "processes (ps):"
ps -o pid,user,args
TOUR
cp "$bundle/tour.sh" "$bundle/rootfs/tour.sh"
cat >"$bundle/config.json" <<CONFIG
{
  "ociVersion": "1.0.2",
  "hostname": "my-first-container",
  "root": { "path": "rootfs", "readonly": true },
  "process": {
    "user": { "uid": 0, "gid": 0 }, "cwd": "/", "noNewPrivileges": true,
    "args": ["/bin/sh", "/tour.sh"],
    "env": ["PATH=/bin"]
  },
  "mounts": [
    { "destination": "/proc", "type": "proc", "source": "proc" },
    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"] },
    { "destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "size=1m"] },
    { "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["nosuid", "noexec", "nodev", "ro"] }
  ],
  "linux": {
    "namespaces": [ { "type": "pid" }, { "type": "mount" }, { "type": "uts" }, { "type": "ipc" }, { "type": "network" } ],
    "cgroupsPath": "/coffer-$id",
    "resources": { "memory": { "limit": 33554432 }, "pids": { "limit": 20 } },
    "maskedPaths": ["/proc/kcore", "/proc/keys"], "readonlyPaths": ["/proc/sys", "/proc/sysrq-trigger"]
  }
}
CONFIG
echo "rootfs: busybox and $(ls "$bundle/rootfs/bin" | wc -l) names for it; config.json: $(wc -l <"$bundle/config.json") lines"

say "4. Running it: $(basename "$runtime") run $id"
started=$(date +%s%N)
"$runtime" --root "$state" run --bundle "$bundle" "$id" </dev/null
echo "(the whole run, with the tour, took $((($(date +%s%N) - started) / 1000000)) ms)"

say "5. The same in the background: create, start, exec, list, kill, delete"
sed -i 's|"/bin/sh", "/tour.sh"|"/bin/sleep", "100"|' "$bundle/config.json"
"$runtime" --root "$state" create --bundle "$bundle" "$id" </dev/null >/dev/null
"$runtime" --root "$state" start "$id"
"$runtime" --root "$state" list
echo "exec: $("$runtime" --root "$state" exec "$id" /bin/echo hello from a second process)"
"$runtime" --root "$state" kill "$id" KILL
"$runtime" --root "$state" delete --force "$id"

say "Done; nothing is left behind. Next: README.md tells how podman, docker and containerd use it."
