#!/usr/bin/env bash
# Unpacks dockerd of a newer Debian into .cache/docker/<suite>/ (dockerd, docker-proxy) and prints that directory.
# Nothing is installed.
# usage: eng/fetch-docker.sh [sid|trixie]
# Debian 12 has Docker 20.10, which takes no shim but runc's; 23.0 and later take any by its name.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/newer-debian.sh
fetch_programs "${1:-sid}" docker.io docker usr/sbin/{dockerd,docker-proxy}
