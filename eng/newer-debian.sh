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

# fetch_programs SUITE PACKAGE NAME PROGRAM…: unpacks programs of a package, by their paths in it, into .cache/NAME/SUITE/ and
# prints that directory. The package alone: they are Go's and need a libc no newer than Debian 12's, which the first one's
# --version tries here.
fetch_programs() {
    local target=$PWD/.cache/$3/$1 first=${4##*/} unpacked
    [ ! -x "$target/$first" ] || { echo "$target" && return; }
    use_debian "$1" "$3"
    [ ! -x "$target/$first" ] || { echo "$target" && return; }
    apt_there apt-get update -qq
    unpacked=$work/unpacked
    rm -rf "$unpacked" "$target.new"
    mkdir -p "$unpacked" "$target.new"
    (cd "$unpacked" && apt_there apt-get download -qq "$2" && dpkg-deb -x "$2"_*.deb .)
    (cd "$unpacked" && cp "${@:4}" "$target.new/")
    rm -rf "$unpacked"
    "$target.new/$first" --version >&2
    rm -rf "$target"
    mv "$target.new" "$target"
    echo "$target"
}
