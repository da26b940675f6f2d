# shellcheck shell=bash
# A Docker engine for tests. To be sourced.
#
#   engine_start          the engine that runs, else one of our own from Debian's package; and docker compose
#   engine_stop           ends it, if we started it
#   engine_compose        docker compose of version 2 alone, which needs no engine to read a file
#   engine_base SUITE     the image debian:SUITE-slim, made by mmdebstrap where the engine has none and no registry is asked
#
# What is fetched is kept in ${XDG_CACHE_HOME:-~/.cache}/hpcc/docker.

engine_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=SCRIPTDIR/need.sh
. "$engine_here/need.sh"
engine_cache=${XDG_CACHE_HOME:-$HOME/.cache}/hpcc/docker
engine_pid=

# The mirror that this host's apt uses for Debian already; nothing on a host that is not Debian.
engine_mirror()
{
    # shellcheck disable=SC2016 # $(LABEL) is apt's, not ours
    apt-get indextargets --format '$(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk '$1 == "Debian" && $2 == "main" { print $3; exit }'
}

# engine_apt deb|deb-src COMMAND...: apt for trixie's packages or sources, in $engine_cache/apt, beside this machine's own.
engine_apt()
{
    local apt=$engine_cache/apt mirror kind=$1
    shift
    mirror=$(engine_mirror)
    [ -n "$mirror" ] || { echo "engine.sh: this machine's apt knows no mirror of Debian's" >&2; return 1; }
    mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
    printf '%s [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "$kind" "$mirror" >"$apt/sources.list"
    (cd "$apt" && apt-get -q -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State=$apt/state" \
        -o "Dir::Cache=$apt/cache" -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root "$@") >&2
}

# bookworm's own is version 1: trixie's package holds the plugin as one static program, which is taken out of it.
engine_fetch_compose() # FOLDER
{
    local apt=$engine_cache/apt
    rm -rf "$apt"
    mkdir -p "$1"
    engine_apt deb update && engine_apt deb download docker-compose && dpkg -x "$apt"/docker-compose_*.deb "$apt/tree" &&
        cp "$apt/tree/usr/libexec/docker/cli-plugins/docker-compose" "$1/docker-compose.new" &&
        mv "$1/docker-compose.new" "$1/docker-compose" && rm -rf "$apt"
}

# The source archive of trixie's Slurm; prints its path.
engine_slurm_source()
{
    local archive=$engine_cache/slurm.orig.tar apt=$engine_cache/apt
    if [ ! -e "$archive" ]; then
        rm -rf "$apt"
        engine_apt deb-src update && engine_apt deb-src source --download-only --tar-only slurm-wlm && mv "$apt"/slurm-wlm_*.orig.tar.* "$archive" || return 1
        rm -rf "$apt"
    fi
    printf '%s\n' "$archive"
}

# Debian 13 has the client in a package of its own, which docker.io only recommends.
engine_client()
{
    command -v docker >/dev/null || need docker.io
    command -v docker >/dev/null || need docker-cli
}

engine_compose()
{
    engine_client || return 1
    ! docker compose version >/dev/null 2>&1 || return 0
    # Debian 13, Ubuntu: a package of theirs.
    local package
    for package in docker-compose docker-compose-v2; do
        if apt-cache policy "$package" 2>/dev/null | grep -qE 'Candidate: *([0-9]+:)?2\.'; then
            need "$package" && docker compose version >/dev/null 2>&1 && return 0
        fi
    done
    [ -x "$engine_cache/config/cli-plugins/docker-compose" ] || engine_fetch_compose "$engine_cache/config/cli-plugins" || return 1
    export DOCKER_CONFIG=$engine_cache/config
    docker compose version >/dev/null
}

engine_start()
{
    mkdir -p "$engine_cache"
    if ! docker info >/dev/null 2>&1; then
        need docker.io iptables && engine_client || return 1
        setsid dockerd >"$engine_cache/dockerd.log" 2>&1 </dev/null &
        engine_pid=$!
        local tries=150
        until docker info >/dev/null 2>&1; do
            tries=$((tries - 1))
            if [ "$tries" = 0 ] || ! kill -0 "$engine_pid" 2>/dev/null; then
                tail -n 20 "$engine_cache/dockerd.log"
                return 1
            fi
            sleep 0.2
        done
    fi
    engine_compose
}

engine_stop()
{
    [ -n "$engine_pid" ] || return 0
    kill "$engine_pid" 2>/dev/null
    wait "$engine_pid" 2>/dev/null
    engine_pid=
}

engine_base() # SUITE
{
    local mirror reference=debian:$1-slim
    ! docker image inspect "$reference" >/dev/null 2>&1 || return 0
    need mmdebstrap debian-archive-keyring
    mirror=$(engine_mirror)
    # The release file of a suite that moves says until when it is good; mirrors that are frozen are good longer.
    mmdebstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg --aptopt='Acquire::Languages "none"' \
        --aptopt='Acquire::Check-Valid-Until "false"' "$1" "$engine_cache/$1.tar" ${mirror:+"$mirror"} >&2 &&
        docker import "$engine_cache/$1.tar" "$reference" >&2 && rm -f "$engine_cache/$1.tar"
}
