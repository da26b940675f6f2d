#!/bin/bash
# What a container of the cluster runs: puts the place's files where they belong, then runs its programs. As root.
#
#   entrypoint.sh                   the container's whole life; ends with its main program, and with that one's status
#   entrypoint.sh refresh           in a container that runs: users, files, hosts and secrets again, as they are now
#   entrypoint.sh accounting        the same for what accounting.tsv says, limits too; once slurmctld runs
#   entrypoint.sh names             where addresses move: keeps the nodes' in /etc/hosts, and has Slurm read again when one changes
#   entrypoint.sh run PROGRAM       waits for what PROGRAM needs, then becomes PROGRAM (what supervisord calls)
#
# The place is the container's host name; hosts.tsv beside this script gives its roles, processes.tsv their programs. A place
# waits here, for a bounded time, for what its main program cannot do without; nothing else orders the start of containers.
set -eu

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
secrets=/run/secrets
place=$(</proc/sys/kernel/hostname)
main= # its process
stopping=no
keepers=()

say() { printf 'entrypoint: %s\n' "$*" >&2; }
die() {
	say "$*"
	exit 1
}

[ -r "$here/cluster.env" ] || die "no cluster.env in $here: the cluster's files are not mounted there"
# shellcheck source=/dev/null
. "$here/cluster.env"
# Where all clusters of a folder see the same cluster.env, the one that was chosen for this cluster.
SUBNET=${HPCC_SUBNET:-$SUBNET}
roles=$(awk -F '\t' -v h="$place" '$1 == h { print $3; exit }' "$here/hosts.tsv")
[ -n "$roles" ] || die "no place '$place' in hosts.tsv of cluster $CLUSTER"

# mine ROLES: whether one of them (separated by commas) is this place's.
mine() {
	local role
	for role in ${1//,/ }; do
		[[ ,$roles, != *,"$role",* ]] || return 0
	done
	return 1
}

# wait_for WHAT SECONDS COMMAND...: until COMMAND succeeds; says every ten seconds what is missing. 1 after SECONDS.
wait_for() {
	local what=$1 until=$((SECONDS + $2)) next=$((SECONDS + 10))
	shift 2
	until "$@"; do
		[ "$stopping" = no ] || exit 143
		[ "$SECONDS" -lt "$until" ] || return 1
		if [ "$SECONDS" -ge "$next" ]; then
			say "$place waits for $what"
			next=$((SECONDS + 10))
		fi
		sleep 0.2
	done
}

# port_answers HOST PORT: somebody takes connections there. A name that is not known yet is asked for again soon.
port_answers() { RES_OPTIONS='timeout:1 attempts:1' bash -c 'exec 3<>"/dev/tcp/$1/$2"' port "$1" "$2" 2>/dev/null; }

# database_answers HOST PORT: MariaDB greets whom it would let log in, and does so only after its first statements (start_database).
database_answers() {
	RES_OPTIONS='timeout:1 attempts:1' bash -c 'exec 3<>"/dev/tcp/$1/$2" && IFS= read -r -t 2 -n 1 -u 3 _' port "$1" "$2" 2>/dev/null
}

# value FILE KEY DEFAULT: what a file of Slurm's gives to a key.
value() {
	local found
	found=$(sed -n "s/^$2=\([^ #]*\).*/\1/p;t" "$CONF_DIR/$1" 2>/dev/null | head -n 1) || true
	printf '%s\n' "${found:-$3}"
}

# Places of the daemons' sockets and pid files. /run is as the image left it, or empty.
make_run_directories() {
	local directory owner
	for directory in munge:munge mysqld:mysql mariadbd:mysql slurm:slurm slurmctld:slurm slurmdbd:slurm sshd:root; do
		owner=${directory#*:}
		directory=/run/${directory%:*}
		if [ -d "$directory" ] || ! getent passwd "$owner" >/dev/null; then continue; fi
		install -d -o "$owner" -g "$owner" -m 0755 "$directory"
	done
}

# write PATH: standard input, whole or not at all.
write() {
	cat >"$1.hpcc-new"
	mv -f "$1.hpcc-new" "$1"
}

# Between places users go by ssh without a password or a key of theirs: all places have one host key (ssh-keysign looks for it
# under its usual name alone), know it, and trust each other's names.
put_ssh() {
	local key=/etc/ssh/hpcc_host_key public
	[ -r "$key" ] || return 0
	if ! command -v ssh-keygen >/dev/null; then
		say "this image has no ssh: nobody goes from place to place"
		return 0
	fi
	public=$(ssh-keygen -y -f "$key")
	# Without its comment, which old ssh-keygens leave out too.
	public=$(cut -d ' ' -f 1,2 <<<"$public")
	ln -sf hpcc_host_key /etc/ssh/ssh_host_ed25519_key
	printf '%s\n' "$public" | write /etc/ssh/ssh_host_ed25519_key.pub
	# By every name and address that somebody may call, with the port where it is not 22; and by the name alone, as a caller says
	# its own.
	awk -F '\t' -v key="$public" '
		/^#/ { next }
		{
			many = split($1 "," $2 "," $6 "," $8, name, ",")
			line = ""
			split("", seen)
			for (i = 1; i <= many; i++) {
				if (name[i] == "" || name[i] == "-" || name[i] in seen) continue
				seen[name[i]] = 1
				line = line "," name[i]
				if ($7 != "" && $7 != "-" && $7 != 22) line = line ",[" name[i] "]:" $7
			}
			print substr(line, 2) " " key
		}' "$here/hosts.tsv" | write /etc/ssh/ssh_known_hosts
	awk -F '\t' '!/^#/ { print $1; if ($8 != "" && $8 != "-") { gsub(",", "\n", $8); print $8 } }' "$here/hosts.tsv" | write /etc/ssh/shosts.equiv
	mkdir -p /etc/ssh/ssh_config.d
	{
		cat <<-'END'
			# Made by hpcc: users go between the cluster's hosts without a password or a key.
			HostbasedAuthentication yes
			EnableSSHKeysign yes
		END
		awk -F '\t' '!/^#/ && $7 != "" && $7 != "-" && $7 != 22 {
			if ($8 != "" && $8 != "-") { gsub(",", " ", $8); $1 = $1 " " $8 }
			print "Host " $1 "\n\tPort " $7
		}' "$here/hosts.tsv"
	} | write /etc/ssh/ssh_config.d/hpcc.conf
	if [ -r "$here/sshd.conf" ]; then sed "s/^Port 22\$/Port $(ssh_port)/" "$here/sshd.conf" | write /etc/ssh/hpcc_sshd_config; fi
}
ssh_port() { awk -F '\t' -v h="$place" '$1 == h { print $7 == "" || $7 == "-" ? 22 : $7; exit }' "$here/hosts.tsv"; }

# install.sh writes /etc/hosts, and so does who keeps the nodes' names there: one at a time.
hosts_lock=/run/hpcc-hosts.lock

prepare() {
	flock -o "$hosts_lock" sh "$here/install.sh" --container --host "$place" --secrets "$secrets" >/dev/null
	make_run_directories
	put_ssh
}

# accounting_is_new: whether accounting.tsv is not yet in the database. Its sum is kept with slurmctld's state, where it stays
# with the volume; a database that does not know the cluster is a new one.
accounting_done=$STATE_DIR/hpcc-accounting
[ "$STATE_DIR" != - ] || accounting_done=/var/lib/slurm/hpcc-accounting
accounting_sum() { cat "$here/accounting.sh" "$CONF_DIR/accounting.tsv" 2>/dev/null | sha256sum; }
accounting_is_new() {
	[ "$(cat "$accounting_done" 2>/dev/null)" = "$(accounting_sum)" ] || return 0
	[ -z "$(timeout 30 sacctmgr -n -P show cluster "$CLUSTER" 2>/dev/null </dev/null)" ]
}

# What slurmctld may look for when it starts: names of QOS and accounts, and not of the many users. A cluster without them still
# starts, or says why it does not.
add_accounting() {
	if [ ! -e "$here/accounting.sh" ] || ! accounting_is_new; then return 0; fi
	timeout 300 sh "$here/accounting.sh" --before <(grep -v '^user' "$CONF_DIR/accounting.tsv" 2>/dev/null) </dev/null ||
		say "accounting.sh --before failed: slurmctld may miss a QOS"
}

# Limits stand on what slurmctld has made known.
finish_accounting() {
	local tries=5 said
	[ -e "$here/accounting.sh" ] || return 0
	wait_for slurmctld 120 controller_answers || return 1
	# At a start slurmctld's own container does this, and `cluster up` asks for it: one after the other.
	exec 9>/run/hpcc-accounting.lock
	flock 9
	accounting_is_new || return 0
	# slurmdbd hears of GRES a moment after slurmctld has begun to answer: a limit on one may have to wait for that.
	until said=$(timeout 600 sh "$here/accounting.sh" "$CONF_DIR/accounting.tsv" 2>&1 </dev/null); do
		tries=$((tries - 1))
		if [ "$tries" = 0 ]; then
			printf '%s\n' "$said" >&2
			return 1
		fi
		sleep 2
	done
	accounting_sum >"$accounting_done"
	chown slurm:slurm "$accounting_done"
	say "accounting is as accounting.tsv says"
}
controller_answers() { timeout 10 scontrol ping 2>/dev/null | grep -q 'is UP'; }
munge_answers() { munge -n 2>/dev/null | unmunge >/dev/null 2>&1; }

# ---- names: slurmctld keeps the address that a node's name had when it read its configuration, and tries a name that does not
# resolve for 10 s before it serves. Where addresses move, its place's /etc/hosts says them: it is asked before the DNS.

names_ready=/run/hpcc-names/ready

# What the engine's DNS says now, lines `address name`. Of those that it does not know it asks the machine's own DNS: many at once.
look_up_nodes() {
	awk -F '\t' '!/^#/ && $3 ~ /(^|,)slurmd(,|$)/ { print $1 }' "$here/hosts.tsv" |
		RES_OPTIONS='timeout:1 attempts:1' xargs -P 16 -n 8 getent -s dns ahostsv4 2>/dev/null |
		awk '$2 == "STREAM" && NF == 3 && !seen[$3]++ { print $1, $3 }' || true
}

# names_now FOUND KNOWN: lines `address name` of all nodes: what was found, else what was known. A node that was never seen has an
# address that answers at once that nobody is there.
names_now() {
	awk -v found="$1" -v known="$2" '
		BEGIN {
			while ((getline line <known) > 0) { split(line, p, " "); at[p[2]] = p[1] }
			while ((getline line <found) > 0) { split(line, p, " "); at[p[2]] = p[1] }
			FS = "\t"
		}
		!/^#/ && $3 ~ /(^|,)slurmd(,|$)/ { print ($1 in at ? at[$1] : "127.255.255.254"), $1 }' "$here/hosts.tsv"
}

# The engine mounts /etc/hosts: it is written in place. slurmctld asks for the name of 0.0.0.0, on which it listens, before it serves
# (24.11.5): where no DNS answers that would be 10 s, at each reconfiguration too.
names_block() { printf '# begin names\n0.0.0.0 any\n' && cat "$1" && printf '# end names\n'; }
names_are_put() { [ "$(sed -n '/^# begin names$/,/^# end names$/p' /etc/hosts)" = "$(names_block "$1")" ]; }
put_names() {
	local text
	{
		flock 8
		text=$(sed '/^# begin names$/,/^# end names$/d' /etc/hosts && names_block "$1")
		printf '%s\n' "$text" >/etc/hosts
	} 8>"$hosts_lock"
}

# A node that is gone keeps its address until it has another: nothing is to be told before there is somebody to speak to.
keep_names() {
	local folder=${names_ready%/*} until=$((SECONDS + 30)) stale=no
	mkdir -p "$folder"
	# A container that is started again has what it had.
	rm -f "$names_ready"
	: >"$folder/known"
	while [ "$stopping" = no ]; do
		look_up_nodes >"$folder/found"
		names_now "$folder/found" "$folder/known" >"$folder/now"
		# Somebody else may have written the file.
		names_are_put "$folder/now" || put_names "$folder/now"
		if ! cmp -s "$folder/now" "$folder/known"; then
			if [ -e "$names_ready" ]; then
				stale=yes
				say "addresses have changed: $(comm -23 <(sort "$folder/now") <(sort "$folder/known") | awk '{ s = s " " $2 " " $1 } NR == 5 { exit } END { print s }')"
			fi
			cp "$folder/now" "$folder/known"
		fi
		if [ ! -e "$names_ready" ] && { [ "$SECONDS" -ge "$until" ] || ! grep -q '^127\.255\.255\.254 ' "$folder/now"; }; then
			: >"$names_ready"
		fi
		if [ "$stale" = yes ] && controller_answers && timeout 60 scontrol reconfigure </dev/null; then
			stale=no
			say "Slurm knows the nodes' addresses"
		fi
		sleep 2
	done
}

# A swarm knows a service's name once one of its containers is healthy, and slurmctld waits for the nodes' names (keep_names): so a node
# that waits for slurmctld's is as healthy as it can be, by this file (health.sh).
waits=/run/hpcc-waits

# a_name_is_known NAME...: of one of them.
a_name_is_known() {
	local name
	for name; do
		if RES_OPTIONS='timeout:1 attempts:1' getent ahostsv4 "$name" >/dev/null 2>&1; then return 0; fi
	done
	return 1
}

# slurmd that does not know slurmctld's name loses ten seconds with it (22.05), and says so in errors.
wait_for_controller() {
	local names
	mapfile -t names < <(awk -F '\t' '!/^#/ && $3 ~ /(^|,)slurmctld(,|$)/ { print $1 }' "$here/hosts.tsv")
	if [ ${#names[@]} = 0 ] || a_name_is_known "${names[@]}"; then return 0; fi
	: >"$waits"
	wait_for "the name of ${names[*]}" 60 a_name_is_known "${names[@]}" || say "slurmd starts, and nobody knows ${names[*]} yet"
	rm -f "$waits"
}

# Where the volume is; newer packages of MariaDB would look in /var/lib/mariadb.
database_data=/var/lib/mysql

# The data directory is made aside and then moved; while `hpcc-new` is there, it is not whole.
initialise_database() {
	local data=$database_data
	mkdir -p "$data"
	if [ -d "$data/mysql" ] && [ ! -e "$data/hpcc-new" ]; then return 0; fi
	if [ -e "$data/hpcc-new" ]; then find "$data" -mindepth 1 -delete; fi
	install -d -o mysql -g mysql -m 0755 "$data" "$data/hpcc-new"
	mariadb-install-db --user=mysql --datadir="$data/hpcc-new" --skip-test-db --auth-root-authentication-method=socket \
		>/run/mysqld/install.log 2>&1 || {
		cat /run/mysqld/install.log >&2
		die "mariadb-install-db failed"
	}
	find "$data/hpcc-new" -mindepth 1 -maxdepth 1 -exec mv -t "$data" {} +
	rmdir "$data/hpcc-new"
	say "a new database is in $data"
}

# A volume that an older MariaDB has written: its system tables are brought up to date, once.
upgrade_database() {
	wait_for "MariaDB to answer" 120 mariadb --batch --execute='SELECT 1' >/dev/null 2>&1 || return 0
	if mariadb-upgrade --check-if-upgrade-is-needed --silent >/dev/null 2>&1; then
		mariadb-upgrade --silent >/dev/null && say "the database's system tables are this MariaDB's now"
	fi
}

# runs PROGRAM: whether it is one of this place's.
runs() {
	local program on
	while IFS=$'\t' read -r program on _; do
		if [ "$program" = "$1" ] && mine "$on"; then return 0; fi
	done <"$here/processes.tsv"
	return 1
}

# before PROGRAM: waits for what it needs, as far as waiting helps; sets `more`, arguments for it.
more=()
before() {
	local host port
	if [ "$1" != munged ] && runs munged; then
		wait_for munged 30 munge_answers || die "munged does not answer after 30 s: no program of Slurm's can start"
	fi
	case $1 in
	database)
		initialise_database
		# MariaDB runs these statements before it takes connections: who can connect can log in.
		(umask 077 && sh "$here/database.sh" --secrets "$secrets" --sql >/run/mysqld/first.sql)
		chown mysql:mysql /run/mysqld/first.sql
		more=("--datadir=$database_data" --init-file=/run/mysqld/first.sql)
		upgrade_database &
		;;
	slurmdbd)
		host=$(value slurmdbd.conf StorageHost localhost)
		port=$(value slurmdbd.conf StoragePort 3306)
		wait_for "the database at $host:$port" 120 database_answers "$host" "$port" ||
			die "the database at $host:$port does not answer after 120 s"
		;;
	slurmctld)
		if runs names; then wait_for "the nodes' names" 60 test -e "$names_ready" || say "slurmctld starts without the nodes' addresses"; fi
		[ "$(value slurm.conf AccountingStorageType none)" != none ] || return 0
		host=$(value slurm.conf AccountingStorageHost localhost)
		port=$(value slurm.conf AccountingStoragePort 6819)
		if wait_for "slurmdbd at $host:$port" 60 port_answers "$host" "$port"; then
			add_accounting
		else
			say "slurmdbd at $host:$port does not answer after 60 s: slurmctld starts without it"
		fi
		finish_accounting &
		;;
	slurmd) wait_for_controller ;;
	esac
}

# become USER COMMAND...
become() {
	local user=$1
	shift
	if [ "$user" = root ]; then exec "$@"; fi
	exec setpriv --reuid "$user" --regid "$user" --init-groups -- "$@"
}

# keep PROGRAM USER COMMAND...: a program beside the main one, started again when it ends. Its own shell; TERM ends both.
keep() {
	local program=$1 status child began
	shift
	trap 'stopping=yes; kill -TERM "$child" 2>/dev/null || true' TERM
	while [ "$stopping" = no ]; do
		began=$SECONDS
		become "$@" &
		child=$!
		while :; do
			status=0
			wait "$child" 2>/dev/null || status=$?
			kill -0 "$child" 2>/dev/null || break
		done
		[ "$stopping" = no ] || break
		say "$program ended with status $status: it is started again"
		[ $((SECONDS - began)) -gt 1 ] || sleep 1
	done
}

# TERM goes to the main program, which may need those beside it to end well (slurmctld signs its last messages).
stop() {
	stopping=yes
	if [ -n "$main" ]; then kill -TERM "$main" 2>/dev/null || true; fi
}

live() {
	local program on kind user command words status=0 main_program='' main_user='' main_words=()
	while IFS=$'\t' read -r program on kind user command; do
		if [[ $program == \#* ]] || ! mine "$on"; then continue; fi
		read -r -a words <<<"$command"
		if [ "$kind" = main ]; then
			[ -z "$main_program" ] || die "$place has two main programs: $main_program and $program"
			main_program=$program main_user=$user main_words=("${words[@]}")
			[ "$command" != - ] || main_words=(sleep infinity)
			continue
		fi
		if [ ! -x "${words[0]}" ]; then
			say "this image has no ${words[0]}: $place goes on without $program"
			continue
		fi
		keep "$program" "$user" "${words[@]}" &
		keepers+=($!)
	done <"$here/processes.tsv"
	[ -n "$main_program" ] || die "processes.tsv has no main program for $place ($roles)"

	before "$main_program"
	[ "$stopping" = no ] || exit 143
	become "$main_user" "${main_words[@]}" "${more[@]}" &
	main=$!
	# A signal before this line had nobody to go to.
	[ "$stopping" = no ] || stop
	while :; do
		status=0
		# Without bash's own words about a process that was killed.
		wait "$main" 2>/dev/null || status=$?
		kill -0 "$main" 2>/dev/null || break
	done
	if [ "$stopping" = no ]; then say "$main_program ended with status $status"; fi
	if [ ${#keepers[@]} -gt 0 ]; then
		kill -TERM "${keepers[@]}" 2>/dev/null || true
		wait "${keepers[@]}" || true
	fi
	# A login place's sleep has no end of its own.
	if [ "$stopping" = yes ] && [ "${main_words[0]}" = sleep ]; then status=0; fi
	exit "$status"
}

run() { # PROGRAM
	local program on user command words
	while IFS=$'\t' read -r program on _ user command; do
		if [ "$program" != "$1" ] || ! mine "$on"; then continue; fi
		read -r -a words <<<"$command"
		[ "$command" != - ] || words=(sleep infinity)
		before "$program"
		trap - TERM INT
		become "$user" "${words[@]}" "${more[@]}"
	done <"$here/processes.tsv"
	die "processes.tsv has no program '$1' for $place ($roles)"
}

case ${1:-} in
'')
	trap stop TERM INT
	prepare
	say "$place of cluster $CLUSTER ($roles)"
	# The nodes' names of before: slurmctld must not see that they are ready before they are kept again.
	rm -f "$names_ready" "$waits"
	if [ "${INIT:-docker}" = supervisord ]; then exec supervisord -n -c "/etc/supervisor/hpcc-${roles%%,*}.conf"; fi
	live
	;;
refresh)
	prepare
	if mine slurmctld; then add_accounting; fi
	;;
accounting)
	finish_accounting
	;;
names)
	trap 'stopping=yes' TERM INT
	keep_names
	;;
run)
	[ $# = 2 ] || die "usage: entrypoint.sh run PROGRAM"
	run "$2"
	;;
*) die "no command '$1'; the head of $here/entrypoint.sh lists them" ;;
esac
