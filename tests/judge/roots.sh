#!/bin/bash
# Release roots: for each SUITE a small tree that holds Debian's own Slurm of that suite, ready to be entered.
#
#   tests/judge/roots.sh SUITE...        bookworm, trixie, sid; prints one path a line, in the order asked for
#
# A root stands in ${HPCC_ROOTS:-${XDG_CACHE_HOME:-~/.cache}/hpcc/roots}/SUITE and is made once: remove it to have it
# made anew (sid moves). Nobody writes to a root; those who enter one lay an overlay over it.
# Packages are extracted, not configured: that is ten times faster, and what the maintainer scripts would have done
# that matters here is done in finish_root, where it can be read.
# Which Slurm a root holds is asked of its binary: chroot ROOT slurmd -V.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/../boot/need.sh
. "$here/../boot/need.sh"

cache=${HPCC_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/hpcc/roots}
# A root is complete when this file in it holds this sum: whoever changes the recipe gets new roots.
marker=.hpcc-root
recipe=$(sha256sum <"$here/roots.sh")

slurm=slurmctld,slurmd,slurm-client,slurmdbd,slurm-wlm-mysql-plugin,munge
# slurm.conf may ask for PMIx where the suite's Slurm has the plugin; only bookworm's does not depend on the library.
# The small sysusers keeps the whole of systemd out.
declare -A slurm_of
slurm_of[bookworm]='libpmix2'
slurm_of[trixie]='systemd-standalone-sysusers,adduser'
slurm_of[sid]=${slurm_of[trixie]}
database=mariadb-server-core,mariadb-client-core
system=base-files,base-passwd,libc-bin,bash,dash,coreutils,findutils,grep,sed,mawk,hostname,login,passwd,util-linux,mount,diffutils,iproute2,procps,libpam-modules,libpam-runtime

die() { printf 'roots.sh: %s\n' "$*" >&2; exit 1; }

# The mirror that this host's apt uses for Debian already. On a host that is not Debian there is none, and mmdebstrap
# knows the default for Debian's suites itself: nothing is printed, and no mirror is given to it.
mirror()
{
    if [ -n "${HPCC_MIRROR:-}" ]; then
        printf '%s\n' "$HPCC_MIRROR"
    else
        # shellcheck disable=SC2016 # $(LABEL) is apt's, not ours
        apt-get indextargets --format '$(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
            awk '$1 == "Debian" && $2 == "main" { print $3; exit }'
    fi
}

# What the maintainer scripts of the packages would have done, as far as a Slurm host needs it.
finish_root() # ROOT
{
    local root=$1 program
    # base-passwd, libc-bin, base-files
    cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
    cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
    cp "$root/usr/share/libc-bin/nsswitch.conf" "$root/etc/nsswitch.conf"
    # slurm has this id in every suite; munge's and mysql's are given by the host that installs them. The plain user
    # is nobody's package: jobs should not all be root's.
    cat >>"$root/etc/passwd" <<-END
	munge:x:110:110::/nonexistent:/usr/sbin/nologin
	mysql:x:111:111:MySQL Server:/nonexistent:/bin/false
	slurm:x:64030:64030::/nonexistent:/usr/sbin/nologin
	user:x:1000:1000::/home/user:/bin/bash
	END
    cat >>"$root/etc/group" <<-END
	munge:x:110:
	mysql:x:111:
	slurm:x:64030:
	user:x:1000:
	END
    sed 's/:.*/:*:20000:0:99999:7:::/' "$root/etc/passwd" >"$root/etc/shadow"
    chmod 640 "$root/etc/shadow"
    mkdir -p "$root/usr/local/bin" "$root/usr/local/sbin"
    install -d -o 1000 -g 1000 "$root/home/user"
    # pam-auth-update: nobody logs in here, but su and runuser must not fail for want of these files.
    for program in auth account password session session-noninteractive; do
        printf '%s required pam_permit.so\n' "${program%%-*}" >"$root/etc/pam.d/common-$program"
    done
    # update-alternatives
    [ -e "$root/usr/bin/awk" ] || ln -s mawk "$root/usr/bin/awk"
    [ -e "$root/usr/bin/sh" ] || ln -s dash "$root/usr/bin/sh"
    for program in slurmctld slurmd slurmstepd; do
        [ -e "$root/usr/sbin/$program" ] || ln -s "$program-wlm" "$root/usr/sbin/$program"
    done
    # libpmix-dev: bookworm's PMIx plugin opens the library by the name that only this package has.
    ln -sf libpmix.so.2 "$root/usr/lib/x86_64-linux-gnu/pmix2/lib/libpmix.so" 2>/dev/null || true
    ldconfig -r "$root"
    [ -e "$root/etc/mysql/my.cnf" ] || ln -s mariadb.cnf "$root/etc/mysql/my.cnf"
    # munge, slurm: owners and modes of their folders. By number: this host's users are others.
    chown 110:110 "$root/etc/munge" "$root/var/log/munge" "$root/var/lib/munge"
    chmod 700 "$root/etc/munge" "$root/var/log/munge"
    chmod 711 "$root/var/lib/munge"
    chown 64030:64030 "$root/var/lib/slurm" "$root/var/lib/slurm/"* "$root/var/log/slurm"
    # mariadb-server: of its 50-server.cnf, where the data are and the setting that somebody who wants a database for other
    # hosts meets; and the system tables. A small log, because every machine that runs a database copies it once.
    printf '%s\n' '[mariadbd]' 'datadir = /var/lib/mysql' 'bind-address = 127.0.0.1' \
        >"$root/etc/mysql/mariadb.conf.d/50-server.cnf"
    install -d -o 111 -g 111 -m 755 "$root/var/lib/mysql"
    install -d -o 111 -g 111 -m 755 "$root/var/log/mysql"
    chroot "$root" mariadb-install-db --rpm --cross-bootstrap --user=mysql --datadir=/var/lib/mysql --skip-test-db --innodb-log-file-size=8M \
        >"$root.log.database" 2>&1 || { cat "$root.log.database" >&2; return 1; }
    rm -f "$root.log.database"
}

make_root() # SUITE
{
    local suite=$1 root=$cache/$1 from
    exec 9>"$cache/$suite.lock"
    flock 9
    if [ "$(cat "$root/$marker" 2>/dev/null)" = "$recipe" ]; then return 0; fi
    local aside=$root.new log=$root.log
    rm -rf "$aside" "$root.old"
    from=$(mirror)
    # The release file of a suite that moves says until when it is good; mirrors that are frozen are good longer.
    mmdebstrap --variant=extract --components=main --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
        --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Check-Valid-Until "false"' \
        --aptopt='APT::Install-Recommends "false"' --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
        --include="$system,$slurm,$database,${slurm_of[$suite]}" \
        "$suite" "$aside" ${from:+"$from"} >"$log" 2>&1 9>&- || { cat "$log" >&2; die "cannot make the root of $suite"; }
    finish_root "$aside"
    # mmdebstrap leaves this host's name and name server, and a name that is not in /etc/hosts must not cost a look-up.
    rm -f "$aside/etc/resolv.conf" "$aside/etc/hostname"
    rm -rf "$aside"/usr/share/{doc,man,locale,info,i18n} "$aside"/var/cache/apt "$aside"/var/lib/apt
    printf '%s\n' "$recipe" >"$aside/$marker"
    # A machine may still run on the old one: it is moved away before it is removed.
    [ ! -e "$root" ] || mv "$root" "$root.old"
    mv "$aside" "$root"
    rm -rf "$root.old"
}

[ $# -gt 0 ] || die "usage: roots.sh SUITE..."
[ "$(id -u)" = 0 ] || die "must be root"
for suite; do
    [ -n "${slurm_of[$suite]:-}" ] || die "$suite: not a suite that is known here: ${!slurm_of[*]}"
done
mkdir -p "$cache"

incomplete=
for suite; do
    [ "$(cat "$cache/$suite/$marker" 2>/dev/null)" = "$recipe" ] || incomplete="$incomplete $suite"
done
if [ -n "$incomplete" ]; then
    need mmdebstrap debian-archive-keyring
    pids=
    for suite in $incomplete; do
        make_root "$suite" &
        pids="$pids $!"
    done
    failed=0
    for pid in $pids; do wait "$pid" || failed=1; done
    [ "$failed" = 0 ] || exit 1
fi
for suite; do printf '%s\n' "$cache/$suite"; done
