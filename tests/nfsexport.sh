#!/bin/bash
# nfs-export.sh with stand-ins for exportfs, systemctl, id and sudo, on a folder that stands for a machine's root. The lines are held
# against exports(5). No kernel server is needed, and none is started.
#
#   tests/nfsexport.sh
#
# shellcheck disable=SC2317 # the functions are called by try
set -u
cd "$(dirname "$0")/.." || exit 1
script=$PWD/templates/nfs-export.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
export FAKE=$work/fake NFS_EXPORT_ROOT=$work/root
mkdir "$work/bin"
# shellcheck disable=SC2016 # for the scripts that are written
{
	printf '#!/bin/sh\necho "exportfs $*" >>"$FAKE/calls"\ncat "$FAKE/exportfs" >&2 2>/dev/null\nexit "$(cat "$FAKE/exportfs.code" 2>/dev/null || echo 0)"\n' >"$work/bin/exportfs"
	printf '#!/bin/sh\necho "systemctl $*" >>"$FAKE/calls"\n[ -e "$FAKE/no-server" ] || echo tcp 2049 >"$NFS_EXPORT_ROOT/proc/fs/nfsd/portlist"\n' >"$work/bin/systemctl"
	printf '#!/bin/sh\ncase $* in -u) cat "$FAKE/uid" ;; *) echo pi ;; esac\n' >"$work/bin/id"
	printf '#!/bin/sh\nshift\n[ -e "$FAKE/sudo" ] && exec "$@"\nexit 1\n' >"$work/bin/sudo"
}
chmod +x "$work"/bin/*
path=$work/bin:$PATH

try() {
	local name=$1
	shift
	rm -rf "$work/fake" "$work/root"
	mkdir -p "$FAKE" "$NFS_EXPORT_ROOT/proc/fs/nfsd" "$NFS_EXPORT_ROOT/etc" "$NFS_EXPORT_ROOT/run/systemd/system" "$NFS_EXPORT_ROOT/srv"
	echo 0 >"$FAKE/uid"
	: >"$NFS_EXPORT_ROOT/proc/fs/nfsd/portlist"
	echo 'ID=debian' >"$NFS_EXPORT_ROOT/etc/os-release"
	: >"$FAKE/calls"
	if "$@" >"$work/why" 2>&1; then
		echo "ok   nfs-export: $name"
	else
		cat "$work/why" "$work/said" "$FAKE/calls"
		echo "FAIL nfs-export: $name"
		bad=1
	fi
}
# As it is run over ssh: on standard input.
gives() {
	local want=$1 got
	shift
	PATH=$path sh -s -- "$@" <"$script" >"$work/said" 2>&1
	got=$?
	[ "$got" = "$want" ] || { echo "exit $got, not $want: $*" && return 1; }
}
says() { grep -qE -- "$1" "$work/said" || { echo "does not say: $1" && return 1; }; }
exports() { grep -v '^#' "$NFS_EXPORT_ROOT/etc/exports.d/hpcc-lab.exports"; }
options=rw,sync,no_subtree_check,no_root_squash

first() {
	gives 0 add lab /srv/shared 192.168.4.164,192.168.4.165 "$options" '/srv/a b#"c' fd00::2 ro,sync && [ ! -s "$work/said" ] && [ -d "$NFS_EXPORT_ROOT/srv/shared" ] &&
		[ -d "$NFS_EXPORT_ROOT/srv/a b#\"c" ] && [ "$(exports)" = "/srv/shared 192.168.4.164($options) 192.168.4.165($options)
/srv/a\\040b\\043\\042c fd00::2(ro,sync)" ] && [ "$(cat "$FAKE/calls")" = "systemctl enable --now nfs-server
exportfs -ra" ]
}
again() {
	gives 0 add lab /srv/shared 192.168.4.164 "$options" || return 1
	local before
	before=$(stat -c '%i %Y' "$NFS_EXPORT_ROOT/etc/exports.d/hpcc-lab.exports")
	: >"$FAKE/calls"
	gives 0 add lab /srv/shared 192.168.4.164 "$options" && [ "$before" = "$(stat -c '%i %Y' "$NFS_EXPORT_ROOT/etc/exports.d/hpcc-lab.exports")" ] && [ "$(cat "$FAKE/calls")" = "exportfs -ra" ] || return 1
	# Another client.
	gives 0 add lab /srv/shared 192.168.4.165 "$options" && [ "$(exports)" = "/srv/shared 192.168.4.165($options)" ]
}
removed() {
	gives 0 add lab /srv/shared 192.168.4.164 "$options" && echo data >"$NFS_EXPORT_ROOT/srv/shared/file" && : >"$FAKE/calls" && gives 0 remove lab &&
		[ ! -e "$NFS_EXPORT_ROOT/etc/exports.d/hpcc-lab.exports" ] && [ -s "$NFS_EXPORT_ROOT/srv/shared/file" ] && grep -qx 'exportfs -ra' "$FAKE/calls" && : >"$FAKE/calls" &&
		gives 0 remove lab && [ ! -s "$FAKE/calls" ]
}
alone() {
	gives 0 add lab /srv/shared - "$options" && [ -d "$NFS_EXPORT_ROOT/srv/shared" ] && [ ! -e "$NFS_EXPORT_ROOT/etc/exports.d" ] && [ ! -s "$FAKE/calls" ] || return 1
	# The other machine went.
	gives 0 add lab /srv/shared 192.168.4.164 "$options" && gives 0 add lab /srv/shared - "$options" && [ ! -e "$NFS_EXPORT_ROOT/etc/exports.d/hpcc-lab.exports" ]
}
no_packages() {
	# Everything but exportfs.
	mkdir "$FAKE/bin" && find /bin/ /usr/bin/ /usr/sbin/ -maxdepth 1 ! -name 'exportfs' -exec ln -sf -t "$FAKE/bin" {} + 2>/dev/null
	rm "$work/bin/exportfs.away" 2>/dev/null
	mv "$work/bin/exportfs" "$work/exportfs.away"
	gives 1 add lab /srv/shared 192.168.4.164 "$options"
	local code=$?
	mv "$work/exportfs.away" "$work/bin/exportfs"
	[ "$code" = 0 ] && says 'has no NFS server. As root there: apt-get install -y nfs-kernel-server'
}
no_root() {
	echo 1000 >"$FAKE/uid"
	gives 1 add lab /srv/shared 192.168.4.164 "$options" && says 'needs root, which pi is not here' && says '^  mkdir -p -m 0755 .*/srv/shared$' && says "^  cat >/etc/exports.d/hpcc-lab.exports <<'END'$" &&
		says "^/srv/shared 192.168.4.164\\($options\\)$" && says '^  systemctl enable --now nfs-server$' && says '^  exportfs -ra$' && [ ! -e "$NFS_EXPORT_ROOT/etc/exports.d" ] || return 1
	# What was asked for was done: nothing is left to ask.
	mkdir -p "$NFS_EXPORT_ROOT/etc/exports.d" "$NFS_EXPORT_ROOT/srv/shared" && sed -n "/^# Cluster/,/^END/p" "$work/said" | grep -v '^END' >"$NFS_EXPORT_ROOT/etc/exports.d/hpcc-lab.exports" &&
		echo tcp 2049 >"$NFS_EXPORT_ROOT/proc/fs/nfsd/portlist" && gives 0 add lab /srv/shared 192.168.4.164 "$options" && gives 1 remove lab && says '^  rm -f .*hpcc-lab.exports$'
}
# What is said is run as it stands.
pasted() {
	echo 1000 >"$FAKE/uid"
	gives 1 add lab "/srv/it's a b" 192.168.4.164 "$options" || return 1
	sed -n '/^  mkdir -p -m/p' "$work/said" | sh && [ -d "$NFS_EXPORT_ROOT/srv/it's a b" ]
}
by_sudo() {
	echo 1000 >"$FAKE/uid" && touch "$FAKE/sudo" && gives 0 add lab /srv/shared 192.168.4.164 "$options" && [ "$(exports)" = "/srv/shared 192.168.4.164($options)" ] && gives 0 remove lab
}
refused() {
	echo 'exportfs: /srv/shared does not support NFS export' >"$FAKE/exportfs" && gives 1 add lab /srv/shared 192.168.4.164 "$options" && says 'does not support NFS export' || return 1
	echo 'exportfs: Failed to resolve pi9' >"$FAKE/exportfs" && echo 1 >"$FAKE/exportfs.code" && gives 1 add lab /srv/shared pi9 "$options" && says 'Failed to resolve pi9' || return 1
	rm "$FAKE/exportfs" "$FAKE/exportfs.code" && : >"$NFS_EXPORT_ROOT/proc/fs/nfsd/portlist" && touch "$FAKE/no-server" && gives 1 add lab /srv/shared 192.168.4.164 "$options" && says 'does not run'
}
nonsense() {
	gives 1 add lab && return 1
	gives 1 add ../x /srv/shared c "$options" && gives 1 frob lab && gives 1 add lab / c "$options" && gives 1 add lab srv c "$options" && gives 1 add lab /srv/x c &&
		echo x >"$NFS_EXPORT_ROOT/srv/x" && gives 1 add lab /srv/x c "$options" && says 'is no directory'
}

try "the first time" first
try "again: nothing, and what changed" again
try "taken back; the data stays" removed
try "no other machine" alone
try "the packages are missing" no_packages
try "no root: what to run" no_root
try "no root: what is said can be run" pasted
try "by sudo without a password" by_sudo
try "what exportfs and the server say" refused
try "bad arguments" nonsense
exit $bad
