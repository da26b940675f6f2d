#!/bin/bash
# Whether a container of the cluster does its work: exit 0, or 1 and one line that says what does not.
#
#   health.sh
#
# Asks each program by what it is for: a process that is there and does not answer is not healthy.
set -eu

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
place=$(</proc/sys/kernel/hostname)

fail() {
	printf '%s: %s\n' "$place" "$*"
	exit 1
}

# shellcheck source=/dev/null
. "$here/cluster.env"
roles=$(awk -F '\t' -v h="$place" '$1 == h { print $3; exit }' "$here/hosts.tsv")
[ -n "$roles" ] || fail "not in hosts.tsv"

munge_answers() { munge -n | unmunge >/dev/null; }

# The password comes in a file that is a pipe: never in arguments.
database_answers() {
	timeout 8 mariadb --defaults-extra-file=<(printf '[client]\nuser=%s\npassword=%s\n' \
		"$DATABASE_USER" "$(cat "/run/secrets/$DATABASE_SECRET")") \
		--protocol=tcp --host=127.0.0.1 --port="${DATABASE_PORT:-3306}" --batch --execute='SELECT 1' "$DATABASE_NAME" >/dev/null
}

# sshd listens. Nobody connects: it would log each of these calls, and count them against the caller.
sshd_listens() {
	awk -v port=":$(printf %04X "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }' \
		/proc/net/tcp /proc/net/tcp6
}

if command -v munge >/dev/null && [[ ,$roles, != ,database, ]]; then
	munge_answers 2>/dev/null || fail "munge does not pass its own round trip"
fi
for role in ${roles//,/ }; do
	case $role in
	slurmctld)
		timeout 8 scontrol ping 2>/dev/null | grep -q 'is UP' || fail "slurmctld does not answer scontrol ping"
		;;
	slurmdbd)
		timeout 8 sacctmgr -n -P show cluster >/dev/null 2>&1 </dev/null || fail "slurmdbd does not answer sacctmgr"
		;;
	database)
		database_answers 2>/dev/null || fail "$DATABASE_USER cannot use $DATABASE_NAME over TCP"
		;;
	slurmd)
		# entrypoint.sh waits for slurmctld's name, for a bounded time; that one's place waits for the names of healthy nodes.
		[ ! -e /run/hpcc-waits ] || continue
		# Named, so that a port of the node's own is found.
		SLURMD_NODENAME=$place timeout 8 scontrol show slurmd >/dev/null 2>&1 || fail "slurmd does not answer scontrol show slurmd"
		;;
	login)
		port=$(awk -F '\t' -v h="$place" '$1 == h { print $7 ~ /^[0-9]+$/ ? $7 : 22; exit }' "$here/hosts.tsv")
		[ ! -x /usr/sbin/sshd ] || sshd_listens "$port" 2>/dev/null || fail "sshd does not listen on port $port"
		;;
	esac
done
