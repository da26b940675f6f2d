#!/bin/sh
# Exports directories of this machine by NFS to the other machines of a cluster, and to nobody else; or takes that back.
#
#   nfs-export.sh add CLUSTER [DIRECTORY CLIENT,... OPTIONS]...     what CLUSTER's exports are from now on
#   nfs-export.sh remove CLUSTER                                    none; the directories and what is in them stay
#
# `cluster up` and `cluster down --purge` run it, by ssh where the machine is another (on standard input: sh -s). It makes the
# directories that are missing, writes /etc/exports.d/hpcc-CLUSTER.exports (exports(5)), has exportfs read it, and sees to it that
# the server runs; what is right already is left alone. A directory without clients (-) is only made. It needs root, or sudo without
# a password; else it says what somebody who is root must run. Exit: 0 done, 1 could not.
set -eu

# Of an ssh command that is no login, sbin may not be on the path.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
# Where this machine's files are, for tests.
root=${NFS_EXPORT_ROOT:-}
newline='
'

warn() { printf 'nfs-export: %s\n' "$*" >&2; }
die() {
	warn "$@"
	exit 1
}

[ $# -ge 2 ] || die "add CLUSTER [DIRECTORY CLIENTS OPTIONS]... or remove CLUSTER"
verb=$1 cluster=$2
shift 2
case $cluster in
*[!A-Za-z0-9_-]* | '') die "'$cluster' is no name of a cluster" ;;
esac
file=/etc/exports.d/hpcc-$cluster.exports

# typed WORD: as it is typed.
typed() {
	case $1 in
	*[!A-Za-z0-9_./-]*) printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")" ;;
	*) printf '%s' "$1" ;;
	esac
}

# as_root COMMAND...: runs it as root, or notes that somebody has to.
sudo=
if [ "$(id -u)" != 0 ]; then
	if sudo -n true 2>/dev/null; then sudo='sudo -n'; else sudo=no; fi
fi
todo=
as_root() {
	if [ "$sudo" = no ]; then
		todo=$todo$newline" "
		for t_word; do todo="$todo $(typed "$t_word")"; done
		return 0
	fi
	# shellcheck disable=SC2086 # sudo and its option, or nothing
	$sudo "$@"
}
finish() {
	[ -z "$todo" ] || die "this needs root, which $(id -un) is not here, nor by sudo without a password. As root on $(uname -n):$todo"
}

# What a path is in exports(5): blanks, quotes, # and \ in octal.
path_text() {
	printf '%s' "$1" | sed 's/\\/\\134/g; s/ /\\040/g; s/"/\\042/g; s/#/\\043/g'
}

# A client that is an address of version 6 needs no brackets: exports(5).
exports_text() {
	echo "# Cluster $cluster. Made by hpcc: do not edit; cluster up writes it again, cluster down --purge removes it."
	while [ $# -ge 3 ]; do
		if [ "$2" != - ]; then
			path_text "$1"
			printf '%s\n' "$2" | tr ',' '\n' | while IFS= read -r client; do printf ' %s(%s)' "$client" "$3"; done
			echo
		fi
		shift 3
	done
}

how_to_install() {
	id_like=$(sed -n 's/^ID\(_LIKE\)\{0,1\}=//p' "$root/etc/os-release" 2>/dev/null | tr -d '"' | tr '\n' ' ')
	case " $id_like " in
	*debian* | *ubuntu*) echo "apt-get install -y nfs-kernel-server" ;;
	*rhel* | *fedora* | *centos*) echo "dnf install -y nfs-utils" ;;
	*suse*) echo "zypper install -y nfs-kernel-server" ;;
	*arch*) echo "pacman -S nfs-utils" ;;
	*alpine*) echo "apk add nfs-utils" ;;
	*) echo "install the package with exportfs and rpc.nfsd (nfs-kernel-server, nfs-utils)" ;;
	esac
}

make_directory() {
	[ ! -d "$root$1" ] || return 0
	if [ -e "$root$1" ]; then die "$1 on $(uname -n) is no directory, and is to be exported"; fi
	as_root mkdir -p -m 0755 "$root$1"
}

# The kernel's server has ports when it runs, which everybody may read; how many threads it has, root alone.
server_runs() {
	[ -r "$root/proc/fs/nfsd/portlist" ] && grep -q . "$root/proc/fs/nfsd/portlist"
}
start_server() {
	server_runs && return 0
	if [ -d "$root/run/systemd/system" ]; then
		as_root systemctl enable --now nfs-server
	else
		as_root service nfs-kernel-server start
	fi
}

# write TEXT: the exports, whole or not at all.
write() {
	if [ "$sudo" = no ]; then
		todo="$todo$newline  mkdir -p /etc/exports.d$newline  cat >$file <<'END'$newline$1${newline}END"
		return 0
	fi
	as_root mkdir -p "$root/etc/exports.d"
	printf '%s\n' "$1" | as_root tee "$root$file.new" >/dev/null
	# Whoever is not root is to see that it is right.
	as_root chmod 0644 "$root$file.new"
	as_root mv -f "$root$file.new" "$root$file"
}

add() {
	wanted=no
	i=0
	[ $(($# % 3)) = 0 ] || die "each export is a directory, its clients and its options"
	for word; do
		i=$((i + 1))
		case $((i % 3)) in
		1)
			case $word in
			*"$newline"*) die "a directory cannot have a line's end in its name" ;;
			/?*) make_directory "$word" ;;
			*) die "'$word' is no directory that could be exported" ;;
			esac
			;;
		2) [ "$word" = - ] || wanted=yes ;;
		esac
	done
	if [ "$wanted" = no ]; then
		if [ -e "$root$file" ]; then remove; fi
		finish
		return 0
	fi
	if ! command -v exportfs >/dev/null 2>&1; then die "$(uname -n) has no NFS server. As root there: $(how_to_install)"; fi
	text=$(exports_text "$@")
	if [ "$(cat "$root$file" 2>/dev/null)" != "$text" ]; then write "$text"; fi
	start_server || die "the NFS server of $(uname -n) does not start: 'systemctl status nfs-server' says more"
	# Always: somebody may have taken them back by hand. It says nothing when nothing is new.
	said=$(as_root exportfs -ra 2>&1) || die "exportfs on $(uname -n): $(printf '%s\n' "$said" | tail -n 1)"
	if [ "$sudo" = no ]; then
		# What as_root noted within $( ) is lost; and where nothing was to do but this, it was done by whoever wrote the file.
		if [ -n "$todo" ]; then todo="$todo$newline  exportfs -ra"; fi
	else
		# It does not say so by its status: a file system that cannot be exported.
		case $said in
		*"does not support NFS export"* | *"requires fsid="* | *"Failed to stat"*) die "exportfs on $(uname -n): $said" ;;
		esac
		server_runs || die "the NFS server of $(uname -n) does not run: 'systemctl status nfs-server' says more"
	fi
	finish
}

remove() {
	[ -e "$root$file" ] || return 0
	as_root rm -f "$root$file"
	if [ "$sudo" = no ]; then
		todo="$todo$newline  exportfs -ra"
	elif command -v exportfs >/dev/null 2>&1; then
		said=$(as_root exportfs -ra 2>&1) || die "exportfs on $(uname -n): $(printf '%s\n' "$said" | tail -n 1)"
	fi
}

case $verb in
add) add "$@" ;;
remove)
	remove
	finish
	;;
*) die "no verb '$verb': add or remove" ;;
esac
