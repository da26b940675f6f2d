#!/bin/bash
# Does a cluster stay what it is when its files are imported and built again? For each folder of tests/import/ slurmctld of the SUITE's
# Debian packages is started on the files as they are, and on those that hpcc builds from the imported spec; what `scontrol show
# config`, `node` and `partition` say of both is compared as data (same.py, which names the few keys that may differ, each with its
# reason).
#
#   tests/import/roundtrip.sh HPCC SUITE [NAME...]     NAME: folders of tests/import/; all whose `release` names the suite's
#
# One line a folder: ok or FAIL. As root, in namespaces that end with us. Laid over both alike: where slurmdbd listens, and no
# AccountingStoragePass, which here has no reader.
set -u

die() { printf 'roundtrip.sh: %s\n' "$*" >&2; exit 2; }

[ $# -ge 2 ] || die "usage: roundtrip.sh HPCC SUITE [NAME...]"
[ "$(id -u)" = 0 ] || die "must be root"
here=$(cd "$(dirname "$0")" && pwd)
hpcc=$(realpath "$1")
suite=$2
shift 2
declare -A release=([bookworm]=22.05 [trixie]=24.11 [sid]=26.05)
[ -n "${release[$suite]:-}" ] || die "$suite: no suite that is known here"

[ -n "${HPCC_ROUNDTRIP:-}" ] || {
	HPCC_ROUNDTRIP=${XDG_CACHE_HOME:-$HOME/.cache}/hpcc/machines
	HPCC_ROOT=$("$here/../judge/roots.sh" "$suite") || exit 1
	export HPCC_ROUNDTRIP HPCC_ROOT
	mkdir -p "$HPCC_ROUNDTRIP"
	exec unshare --mount --uts --net --pid --fork --kill-child --mount-proc --propagation private -- "$here/roundtrip.sh" "$hpcc" "$suite" "$@"
}
stage=$HPCC_ROUNDTRIP

mount -t tmpfs -o mode=755 hpcc-roundtrip "$stage"
mkdir "$stage/upper" "$stage/work" "$stage/root" "$stage/logs"
mount -t overlay -o "lowerdir=$HPCC_ROOT,upperdir=$stage/upper,workdir=$stage/work" hpcc-roundtrip "$stage/root"
root=$stage/root
mount -t tmpfs -o mode=755 hpcc-roundtrip "$root/dev"
for device in null:3 zero:5 random:8 urandom:9; do mknod -m 666 "$root/dev/${device%:*}" c 1 "${device#*:}"; done
mount -t proc proc "$root/proc"
# The daemons' own address, and a network on which nobody answers. Names of others are this machine's loopback, where nobody
# listens: a refused connection costs no time.
self=10.231.255.254
ip link set lo up
ip link add up0 type veth peer name up1
ip address add $self/32 dev up0
ip link set up0 up

in_root() { chroot "$root" "$@"; }

# poll SECONDS COMMAND...: until it succeeds.
poll()
{
	local until=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$until" ] || return 1
		sleep 0.1
	done
}

start_munged()
{
	install -d -o 110 -g 110 "$root/run/munge"
	in_root sh -c 'head -c 128 /dev/urandom >/etc/munge/munge.key && chown munge: /etc/munge/munge.key && chmod 400 /etc/munge/munge.key &&
		setpriv --reuid=munge --regid=munge --clear-groups munged'
	# Whoever asks at another socket finds the same daemon.
	ln -sf munge.socket.2 "$root/run/munge/global.socket.2"
}

# One database for all folders: each is a cluster of its own in it.
start_database()
{
	install -d -o 111 -g 111 "$root/run/mysqld" "$root/run/mariadbd"
	install -d -o 64030 -g 64030 "$root/run/slurmdbd"
	in_root mariadbd --user=mysql --innodb-flush-log-at-trx-commit=0 --loose-innodb-snapshot-isolation=OFF >"$stage/logs/mariadbd" 2>&1 &
	poll 30 in_root mariadb -e 'select 1' || return 1
	# Not left to slurmdbd: the libmariadb of 26.05's distribution refuses its next query where it has made the database.
	in_root mariadb -e "create database slurm_acct_db; create user slurm@localhost identified by 'x'; grant all on slurm_acct_db.* to slurm@localhost"
	mkdir "$root/etc/slurm-dbd"
	printf '%s\n' AuthType=auth/munge DbdHost=localhost SlurmUser=slurm StorageType=accounting_storage/mysql StorageUser=slurm StoragePass=x \
		LogFile=/var/log/slurm/slurmdbd.log PidFile=/run/slurmdbd/slurmdbd.pid >"$root/etc/slurm-dbd/slurmdbd.conf"
	chown 64030:64030 "$root/etc/slurm-dbd/slurmdbd.conf"
	chmod 600 "$root/etc/slurm-dbd/slurmdbd.conf"
	SLURM_CONF=/etc/slurm-dbd/slurm.conf in_root slurmdbd -D >"$stage/logs/slurmdbd" 2>&1 &
	poll 30 bash -c "exec 3<>/dev/tcp/127.0.0.1/6819"
}

# Files of one side, in place: the few lines that are laid over both, names, addresses, folders.
prepare() # FOLDER
{
	sed -i -E '/^[[:space:]]*AccountingStorage(Port|Pass)[[:space:]]*=/Id' "$1"/*.conf
	rm -f "$1/slurmdbd.conf"
	if [ ! -e "$1/slurm.key" ] && grep -qi '^AuthType *= *auth/slurm' "$1/slurm.conf"; then
		head -c 1024 "$stage/noise" >"$1/slurm.key"
		chown 64030:64030 "$1/slurm.key"
		chmod 600 "$1/slurm.key"
	fi
	/usr/bin/python3 "$here/names.py" "$1" >"$stage/names" || return 1
	printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
	local kind value n=1
	while read -r kind value; do
		case $kind in
		controller) printf '%s %s\n' "$self" "$value" >>"$root/etc/hosts" ;;
		# No way leads there: on our own loopback slurmctld would meet itself.
		backup) printf '198.51.100.1 %s\n' "$value" >>"$root/etc/hosts" ;;
		database) printf '127.0.0.1 %s\n' "$value" >>"$root/etc/hosts" ;;
		address) ip address add "$value/32" dev up0 2>/dev/null ;;
		name) printf '127.1.%s.%s %s\n' $((n / 250)) $((n % 250 + 1)) "$value" >>"$root/etc/hosts" && n=$((n + 1)) ;;
		folder) install -d -o 64030 -g 64030 "$root/$value" ;;
		esac
	done <"$stage/names"
	chown 64030:64030 "$root/run" "$root/var/log" "$root/run/slurmctld" "$root/run/slurm" 2>/dev/null
	return 0
}

# Starts slurmctld on FOLDER, and keeps what scontrol says in OUT.
ask() # FOLDER OUT NAME
{
	local name pid code=0 cluster qos
	name=$(awk '$1 == "controller" { print $2; exit }' "$stage/names")
	mkdir -p "$2"
	mount --bind "$1" "$root/etc/slurm"
	if grep -qi '^AccountingStorageType *= *accounting_storage/slurmdbd' "$1"/*.conf; then
		cluster=$(awk '$1 == "cluster" { print $2; exit }' "$stage/names")
		in_root sacctmgr -i add cluster "$cluster" >"$2/sacctmgr.log" 2>&1
		qos=$(awk '$1 == "qos" { print $2 }' "$stage/names" | sort -u | paste -sd,)
		[ -z "$qos" ] || in_root sacctmgr -i add qos "$qos" >>"$2/sacctmgr.log" 2>&1
	fi
	# shellcheck disable=SC2016 # for the inner shell
	unshare --uts sh -c 'hostname "$1"; exec chroot "$2" slurmctld -D -c' sh "$name" "$root" >"$2/slurmctld.log" 2>&1 &
	pid=$!
	if poll 20 in_root scontrol show config; then
		for what in config node partition; do in_root scontrol -o show "$what" >"$2/$what.txt" 2>&1 || code=1; done
	else
		code=1
	fi
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	umount "$root/etc/slurm"
	in_root sh -c 'rm -rf /var/lib/slurm/slurmctld/*'
	awk '$1 == "state" { print $2 }' "$stage/names" | while read -r dir; do rm -rf "${root:?}/$dir"; done
	return "$code"
}

failed=0
fail() { printf 'FAIL round trip on %s: %s: %s\n' "${release[$suite]}" "$1" "$2"; failed=1; }

one() # NAME
{
	local name=$1 dir=$here/$1 files=(slurm.conf) work=$stage/$1
	mkdir -p "$work"
	cd "$dir" || return
	if [ -f no-roundtrip ]; then
		printf '     no round trip on %s: %s: %s\n' "${release[$suite]}" "$name" "$(cat no-roundtrip)"
		return
	fi
	[ ! -f slurmdbd.conf ] || files+=(slurmdbd.conf)
	if ! "$hpcc" import --slurm "${release[$suite]}" "${files[@]}" -o "$work/spec.yaml" 2>"$work/said" ||
		! "$hpcc" build -q --target slurm "$work/spec.yaml" -o "$work/out" >/dev/null 2>"$work/said"; then
		fail "$name" "$(grep -m 1 error: "$work/said")"
		return
	fi
	mkdir "$work/was" "$work/is"
	cp -R . "$work/was/"
	cp -R "$work/out/slurm/files/etc/slurm/." "$work/is/"
	for side in was is; do
		prepare "$work/$side" || { fail "$name" "names cannot be read"; return; }
		if ! ask "$work/$side" "$work/said-$side"; then
			fail "$name" "slurmctld does not start on the files as they $side: $(grep -iE 'fatal|error' "$work/said-$side/slurmctld.log" | tail -n 1)"
			return
		fi
	done
	if ! /usr/bin/python3 "$here/same.py" "$work/said-was" "$work/said-is" "$work/was" >"$work/differs"; then
		fail "$name" "$(wc -l <"$work/differs") differences"
		sed 's/^/     /' "$work/differs"
		return
	fi
	printf 'ok round trip on %s: %s\n' "${release[$suite]}" "$name"
}

head -c 1024 /dev/urandom >"$stage/noise"
names=("$@")
if [ $# = 0 ]; then
	for file in "$here"/*/release; do
		if grep -qwF "${release[$suite]}" "$file"; then names+=("$(basename "$(dirname "$file")")"); fi
	done
fi
# Logs, for whoever wants to know why.
[ -z "${HPCC_KEEP:-}" ] || trap 'mkdir -p "$HPCC_KEEP" && cp -R "$stage/logs" "$stage"/*/said-* "$HPCC_KEEP" 2>/dev/null' EXIT
start_munged 2>/dev/null
needed=
for name in "${names[@]}"; do [ -f "$here/$name/slurm.conf" ] && grep -qi '^AccountingStorageType.*slurmdbd' "$here/$name/slurm.conf" && needed=yes; done
if [ -n "$needed" ] && ! start_database; then
	fail database "does not start"
	exit 1
fi
for name in "${names[@]}"; do one "$name"; done
exit $failed
