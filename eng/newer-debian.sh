# Sourced by eng/fetch-*.sh. Packages of a newer Debian are downloaded and never installed: apt works on lists and a
# status of its own, below .cache/.

# use_debian SUITE NAME: prepares for apt_there, and waits for another process that does the same (test programs run in parallel).
use_debian() {
    work=$PWD/.cache/apt-$2-$1
    mkdir -p "$work/lists/partial" "$work/archives/partial"
    exec 9>"$work/lock"
    flock 9
    local mirror
    mirror=$(sed -n 's/^URIs: *\(.*debian\)\/*$/\1/p;s/^deb \(\[[^]]*\] \)\?\(http[^ ]*debian\)\/* .*/\2/p' \
        /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1 || true)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} $1 main" >"$work/sources.list"
    : >"$work/status"
    export DEBIAN_FRONTEND=noninteractive
}

# apt_there COMMAND…: one of apt's commands, on those lists.
apt_there() {
    "$@" -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$work/lists" \
        -o Dir::Cache::archives="$work/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -o Dir::State::status="$work/status" -o APT::Sandbox::User=root -o Acquire::Languages=none </dev/null >&2
}
