#!/bin/sh
# Runs this cluster: starts it, says how it does, checks it, saves it, ends it.
#
#   cluster [--name NAME] VERB [OPTION...]
#
#   up        start the cluster, or apply what a new build changed; may be run again
#   down      stop it; --purge removes what it has stored too
#   status    what runs, what Slurm says, what `up` would change
#   verify    check the cluster: facts, smoke (with small jobs) or full (MPI, GRES, ssh too)
#   exec      run a command, or a shell, as a user of the cluster
#   logs      what the programs say
#   restart   restart places
#   backup    Slurm's state and the accounting database into one file
#   restore   the way back
#   rotate    a new secret in the place of an old one: munge, database or ssh-host-key
#   help      this; `cluster VERB --help` says more of one
#
# Several clusters may run from one folder, each under a NAME of its own; what belongs to one (secrets, the configuration
# that was applied) is in state/NAME. The name needs no saying while there is one. Exit: 0 done, 1 could not, 2 differences
# or failed checks.
#
# This script's verbs are in up.sh, backup.sh, rotate.sh and verify.sh, the short ones here. They know nothing of the platform; driver.sh
# does, with machines.sh, and offers (a PLACE is what hosts.tsv calls a host):
#   driver_check [up]              whether the platform can be used: one line and 1 if not; `up` wants more of it
#   driver_check down              the same for `down`; what can be ended without may be away
#   driver_check some [MACHINE]    the same where not every machine must be there: those that are not are named; or of one alone
#   driver_name                    makes a name for an ephemeral cluster
#   driver_prepare                 chooses what differs from cluster to cluster (NET, ...) and keeps it in $STATE/cluster.env
#   driver_images [rebuild]        makes or fetches images
#   driver_preflight DIR           lets Slurm's own reader read the configuration in DIR; 2: it could not be asked, and why has been said
#   driver_up                      starts or changes places; $tmp/kept: those that ran before and still do, $tmp/made: the others,
#                                  $tmp/begun: those that it has started, $tmp/anew: those that were there before, and of which
#                                  nothing is left but what they store
#                                  1: could not, has said why; 75: $STATE/cluster.env has changed, apply it and call again
#   driver_bring                   brings $STATE/etc and the secrets to where places read them; driver_up does it by itself
#   driver_rotating SECRET         before a new secret: asks where places are made anew by it; need not be there
#   driver_record                  keeps what `up` has applied of the driver's own files
#   driver_differs                 a line for each thing of the driver's own that `up` would change
#   driver_where                   lines `place<TAB>machine` of places that may be on any (`-` in hosts.tsv); need not be there
#   driver_places                  lines `place<TAB>state<TAB>words`; state: running, or another word
#   driver_running                 the places that run
#   driver_ended                   lines `place<TAB>words`: those that do not run, or that have ended by themselves since driver_up
#   driver_exec [-i] [-t] PLACE USER CMD...     the command's own status; -i: with standard input, -t: with a terminal
#   driver_beside PLACE CMD...     as root, with standard input, on the files of a place that is stopped
#   driver_refresh PLACE           puts the place's files in order from $STATE/etc and the secrets, as at its start
#   driver_account PLACE           runs accounting.sh where slurmctld is
#   driver_stop, driver_start, driver_restart PLACE...
#   driver_remake PLACE...         makes places anew; what they store stays
#   driver_kill PLACE PROGRAM      ends a program that its place starts again
#   driver_why PLACE               the last that a place said
#   driver_logs FOLLOW TAIL [PLACE...]
#   driver_enter                   how to get in, a line each
#   driver_down, driver_purge      removes the places; and all that they stored ($purge says whether that will be asked for).
#                                  driver_down 2: not where a machine is away, and has named it
set -eu

# This folder, also when called through a link or found on PATH.
self=$0
case $self in
*/*) ;;
*) self=$(command -v -- "$self") ;;
esac
while [ -h "$self" ]; do
	link=$(readlink "$self")
	case $link in
	/*) self=$link ;;
	*) self=$(dirname -- "$self")/$link ;;
	esac
done
HERE=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd -P)

# What programs say is read here; their language must be known.
LC_ALL=C
export LC_ALL

tab=$(printf '\t')
began=$(date +%s)
NAME=
STATE=
locked=
tmp=

say() { printf 'cluster: %s\n' "$*"; }
warn() { printf 'cluster: %s\n' "$*" >&2; }
die() {
	warn "$@"
	exit 1
}
since() { echo $(($(date +%s) - ${1:-$began})); }

# What this script has begun and that still runs, such as who follows a log: without being told it has no end. Not the connections,
# over which something may have to be put right.
end_begun() {
	ps -A -o pid= -o ppid= 2>/dev/null | awk -v me="$$" -v keep="$(cat "$tmp"/machine.*.pid 2>/dev/null | tr '\n' ' ')" '
		BEGIN { n = split(keep, k, " "); for (i = 1; i <= n; i++) kept[k[i]] = 1 }
		{ parent[$1] = $2 }
		function ours(p,    i) {
			for (i = 0; i < 99 && p > 1 && !(p in kept); i++) if ((p = parent[p]) == me) return 1
			return 0
		}
		END { for (p in parent) if (!(p in kept) && ours(p)) print p }' >"$tmp/begun.pids" || true
	# shellcheck disable=SC2046 # numbers
	kill $(cat "$tmp/begun.pids") 2>/dev/null || true
}

# What must be put right if the script ends early; a verb that stops something sets it.
undo() { :; }
# machines.sh's, once it is there.
# shellcheck disable=SC2317 # called by clean
machines_close() { :; }
clean() {
	code=$?
	trap - EXIT
	# Another signal ends what is being done, and not the rest: timeout(1) sends two.
	trap : HUP INT TERM PIPE
	if [ -n "$interrupted" ] && [ -n "$tmp" ]; then end_begun; fi
	undo
	if [ -n "$locked" ]; then
		rm -f "$locked"
		# Nothing came of it.
		rmdir "$STATE" 2>/dev/null || true
	fi
	machines_close
	[ -z "$tmp" ] || rm -rf "$tmp"
	exit "$code"
}
trap clean EXIT
interrupted=
trap 'interrupted=yes; exit 129' HUP
trap 'interrupted=yes; exit 130' INT
trap 'interrupted=yes; exit 143' TERM
# A reader that ends, as head does, must not leave the lock behind.
trap 'interrupted=yes; exit 141' PIPE
tmp=$(mktemp -d "${TMPDIR:-/tmp}/cluster.XXXXXX") || die "no temporary folder can be made in ${TMPDIR:-/tmp}: is the disk full?"

[ -r "$HERE/etc/cluster.env" ] || die "$HERE has no etc/cluster.env: this script works in the folder that hpcc has built"
driver_where() { :; }
# shellcheck source-path=SCRIPTDIR source=cluster-machines.sh
. "$HERE/machines.sh"
# Where all is on one machine, there is nothing to bring.
# shellcheck disable=SC2317 # called where a driver has none of its own
driver_bring() { :; }
# Nor does a new secret end anything.
# shellcheck disable=SC2317
driver_rotating() { :; }
# shellcheck source-path=SCRIPTDIR source=cluster-engine.sh
. "$HERE/engine.sh"
# shellcheck source-path=SCRIPTDIR source=cluster-compose.sh
. "$HERE/driver.sh"
# shellcheck source-path=SCRIPTDIR source=cluster-up.sh
. "$HERE/up.sh"
# shellcheck source-path=SCRIPTDIR source=cluster-backup.sh
. "$HERE/backup.sh"
# shellcheck source-path=SCRIPTDIR source=cluster-rotate.sh
. "$HERE/rotate.sh"
# shellcheck source-path=SCRIPTDIR source=cluster-verify.sh
. "$HERE/verify.sh"
# shellcheck source-path=SCRIPTDIR source=cluster-verify-machines.sh
. "$HERE/verify-machines.sh"
# shellcheck source-path=SCRIPTDIR source=cluster-verify-jobs.sh
. "$HERE/verify-jobs.sh"

# The driver may need other words for other clusters; a command to be copied names the cluster if there may be a doubt.
me() {
	case $0 in
	*[!A-Za-z0-9_./-]*) me="'$(printf '%s\n' "$0" | sed "s/'/'\\\\''/g")'" ;;
	*) me=$0 ;;
	esac
	if [ -n "$NAME" ] && { [ "$NAME" != "$PROJECT_BUILT" ] || [ "$(names | wc -l)" -gt 1 ]; }; then
		me="$me --name $NAME"
	fi
	echo "$me"
}

help() { sed -n '2,/^# or failed/{s/^# \{0,1\}//;p;}' "$HERE/cluster"; }

usage() {
	case $1 in
	up)
		cat <<END
cluster [--name NAME] up [--wait SECONDS] [--no-wait] [--rebuild]

Makes secrets and images that are missing, applies what was built, starts what does not run, and waits until Slurm
answers and every node can take jobs (120 seconds at most, or SECONDS; --no-wait: not for the nodes). What is as it should
be is left alone; jobs on nodes that did not change go on. --rebuild makes the images anew, with their packages' updates.
END
		;;
	down)
		cat <<END
cluster [--name NAME] down [--purge] [--yes]

Stops and removes the places; what they stored stays, and \`up\` finds it. --purge removes that too: accounting,
Slurm's state, home directories, secrets; it asks first, unless --yes is given. Where places are on several machines and one
cannot be reached, the others' are ended, it is named, and the exit is 2: \`down\` again ends the rest.
END
		;;
	status)
		cat <<END
cluster [--name NAME] status

The places, the nodes by state, and what \`up\` would change. Exit 2 when something does not run or differs.
END
		;;
	verify)
		cat <<END
cluster [--name NAME] verify [facts|smoke|full] [--json]

  facts   every place runs, munge, Slurm's daemons, nodes, partitions, configuration, clocks, the shared directory,
          accounting, the MPI launcher; over several machines: which can be reached, the ports between them, every directory
          that all share; starts no job
  smoke   and srun over all nodes of every partition, a batch job's output, its record in accounting (default)
  full    and MPI over two nodes, every GRES, ssh between nodes

A line a claim: ok, skip (it cannot be said now, and why) or FAIL (what is wrong, and a command that mends it). Exit 2
when one failed. Usable while others work on the cluster.
END
		;;
	exec)
		cat <<END
cluster [--name NAME] exec [--user USER | --root] [--on PLACE] [--] [COMMAND...]

Runs the command in the user's home directory, as $DEFAULT_USER unless told otherwise, on login (or slurmctld where
there is none); without a command, a shell. Exit: the command's.
END
		;;
	logs)
		cat <<END
cluster [--name NAME] logs [-f] [--tail LINES] [PLACE...]

What the places' programs have written; -f: and go on showing it.
END
		;;
	restart)
		cat <<END
cluster [--name NAME] restart [--anew] PLACE...

Restarts places; --anew: makes them anew from their image. Jobs that run on them are lost; slurmctld, slurmdbd and the
database lose nothing.
END
		;;
	backup)
		cat <<END
cluster [--name NAME] backup [--home] FILE

Writes Slurm's state and the accounting database, of one moment, into FILE (tar.gz, readable by you alone). slurmctld
rests while it is done; running jobs go on. --home adds the shared directory. Secrets are not in it.
END
		;;
	restore)
		cat <<END
cluster [--name NAME] restore [--force] [--yes] FILE

Puts a backup in the place of what the cluster has: it asks first, unless --yes is given. --force takes another
cluster's backup or a newer release's, too.
END
		;;
	rotate)
		cat <<END
cluster [--name NAME] rotate munge|database|ssh-host-key [--yes]

Makes a new secret and brings it to where it is used; the old one stays in force until the new one works. Running jobs
go on, but on a swarm: there what uses a secret is made anew, and it asks first, unless --yes is given.
END
		;;
	*) help ;;
	esac
}

# The clusters that were started from this folder.
names() {
	for i in "$HERE"/state/*/cluster.env; do
		[ -e "$i" ] || continue
		i=${i%/cluster.env}
		echo "${i##*/}"
	done
}

check_name() {
	case $1 in
	'' | *[!a-z0-9_-]* | [!a-z0-9]*) die "'$1' is no name for a cluster: small letters, digits, '-' and '_', the first no sign" ;;
	esac
	[ ${#1} -le 40 ] || die "the name '$1' is too long: 40 characters at most"
}

# What was built; then, when the cluster has a state, what is applied and chosen for it.
# shellcheck disable=SC2034 # the driver's and verify's, some of them
load_env() {
	PROJECT='' EPHEMERAL=no SUBNET='' NET='' MPI=none LAUNCHER=none MPI_NETWORK=- DEFAULT_USER=root SHARED=-
	DATABASE_NAME='' DATABASE_USER='' DATABASE_SECRET=database STATE_DIR='' CONF_DIR=/etc/slurm RELEASE=''
	# shellcheck source=/dev/null
	. "$1"
}

choose() {
	if [ -n "$NAME" ]; then
		check_name "$NAME"
		[ -e "$HERE/state/$NAME/cluster.env" ] ||
			die "no cluster '$NAME' was started from here;$(names | awk '{ n = n " " $0 } END { print n == "" ? " none was" : " there is:" n }')"
	else
		names >"$tmp/names"
		case $(wc -l <"$tmp/names") in
		*[!\ 0-9]*) die "cannot read $HERE/state" ;;
		*0) [ -s "$tmp/names" ] || die "no cluster was started from here: '$0 up' starts one" ;;
		esac
		[ "$(wc -l <"$tmp/names")" -eq 1 ] || die "several clusters were started from here; --name says which:$(awk '{ printf " %s", $0 }' "$tmp/names")"
		NAME=$(cat "$tmp/names")
	fi
	use "$NAME"
}

# use NAME: its state, what was applied to it if anything was.
use() {
	NAME=$1
	STATE=$HERE/state/$NAME
	ETC=$STATE/etc
	[ -r "$ETC/cluster.env" ] || ETC=$HERE/etc
	load_env "$ETC/cluster.env"
	if [ -r "$STATE/cluster.env" ]; then
		# shellcheck source=/dev/null
		. "$STATE/cluster.env"
	fi
	PROJECT=$NAME
}

# A link is made or not, and says who made it.
lock() {
	mkdir -p "$STATE" || die "cannot make $STATE"
	tries=0
	until ln -s "$$" "$STATE/lock" 2>/dev/null; do
		[ -h "$STATE/lock" ] || die "cannot write in $STATE"
		holder=$(readlink "$STATE/lock" || true)
		[ -n "$holder" ] || continue
		if kill -0 "$holder" 2>/dev/null || [ -d "/proc/$holder" ]; then
			die "another cluster command (process $holder) works on $NAME: wait for it; if it is none, remove $STATE/lock"
		fi
		# Its maker is gone. Two may see this: one alone moves it away.
		mv "$STATE/lock" "$STATE/lock.$$" 2>/dev/null || true
		if [ -h "$STATE/lock.$$" ] && [ "$(readlink "$STATE/lock.$$")" != "$holder" ]; then
			mv "$STATE/lock.$$" "$STATE/lock"
		fi
		rm -f "$STATE/lock.$$"
		tries=$((tries + 1))
		[ "$tries" -lt 10 ] || die "cannot take the lock $STATE/lock"
	done
	locked=$STATE/lock
}

# Lines of a list in etc/ without its heading.
lines() {
	if [ -r "$ETC/$1" ]; then grep -v '^#' "$ETC/$1" || true; fi
}

# secret NAME FIELD: of secrets.tsv: 4 path, 5 owner, 6 group, 7 mode, 8 roles.
secret() { lines secrets.tsv | awk -F '\t' -v n="$1" -v f="$2" '$1 == n { print $f; exit }'; }

# places_of ROLE,ROLE...: the places that have one of the roles; all places without.
places_of() {
	lines hosts.tsv | awk -F '\t' -v want="${1:-}" '
		BEGIN { n = split(want, w, ",") }
		n == 0 { print $1; next }
		{ for (i = 1; i <= n; i++) if (index("," $3 ",", "," w[i] ",")) { print $1; next } }'
}
# `place<TAB>machine` of all places.
machines_of_places() {
	driver_where >"$tmp/where.chosen"
	lines hosts.tsv | awk -F '\t' -v OFS='\t' 'FILENAME == ARGV[1] { on[$1] = $2; next } { print $1, ($4 != "" && $4 != "-" ? $4 : ($1 in on ? on[$1] : "-")) }' \
		"$tmp/where.chosen" -
}
# Whether the cluster is on several machines.
several_machines() { [ "$(lines machines.tsv | wc -l)" -gt 1 ]; }
# The first of them, or nothing.
place_of() { places_of "$1" | head -n 1; }

# ask QUESTION: whether the answer is yes. Nobody there to answer: no.
ask() {
	[ "$yes" = no ] || return 0
	[ -t 0 ] || die "$1: nobody can be asked here; --yes answers"
	printf 'cluster: %s? [y/N] ' "$1"
	read -r answer || answer=
	case $answer in
	y | Y | yes | Yes | YES) return 0 ;;
	esac
	return 1
}

# in_parallel FUNCTION [ARGUMENT...]: for each place on standard input, 32 at a time: FUNCTION ARGUMENT... PLACE. What they
# say is in $tmp/par/PLACE.out (both streams); the places for which it failed are in $tmp/par/failed.
in_parallel() {
	rm -rf "$tmp/par"
	mkdir "$tmp/par"
	count=0
	while IFS= read -r one; do
		(
			trap - EXIT
			if "$@" "$one" >"$tmp/par/$one.out" 2>&1 </dev/null; then :; else echo $? >"$tmp/par/$one.bad"; fi
		) &
		count=$((count + 1))
		[ $((count % 32)) != 0 ] || wait
	done
	wait
	: >"$tmp/par/failed"
	for i in "$tmp"/par/*.bad; do
		[ -e "$i" ] || continue
		i=${i%.bad}
		echo "${i##*/}" >>"$tmp/par/failed"
	done
}

# some [MOST]: the first names of a list on standard input, and how many more there are; all of them if they are no more than MOST.
some() {
	awk -v most="${1:-6}" '
		{ name[NR] = $0 }
		END {
			last = NR <= most ? NR : 6
			for (i = 1; i <= last; i++) s = s (i > 1 ? " " : "") name[i]
			print s (NR > last ? " and " NR - last " more" : "")
		}'
}

# A command of the user's, as a login would find it: at home, with USER set.
# shellcheck disable=SC2016 # for the shell over there
enter='cd "${HOME:-/}" 2>/dev/null || cd /; [ ! -r /etc/profile.d/hpcc-mpi.sh ] || . /etc/profile.d/hpcc-mpi.sh; USER=$(id -un); LOGNAME=$USER; export USER LOGNAME; exec "$@"'
as_user() {
	u_place=$1
	shift
	driver_exec "$u_place" "$DEFAULT_USER" sh -c "$enter" sh "$@"
}

# For awk: a key's value in one of the lines that `scontrol -o show` prints.
# shellcheck disable=SC2016 # awk's
awk_value='
function value(key,    at) {
	if (!match($0, "(^| )" key "=[^ ]*")) return ""
	at = substr($0, RSTART, RLENGTH)
	sub("^ ?" key "=", "", at)
	return at
}
'

# Slurm's nodes, as slurmctld knows them: `node<TAB>state<TAB>good|bad|aside<TAB>cpus<TAB>partitions<TAB>reason`. Aside: someone
# (not Slurm itself) has taken it out of service.
slurm_nodes() {
	driver_exec "$(place_of slurmctld)" root timeout 20 scontrol -o show nodes 2>"$tmp/scontrol" </dev/null | awk "$awk_value"'
		/^NodeName=/ {
			state = value("State")
			reason = ""
			who = ""
			if (match($0, / Reason=.*/)) {
				reason = substr($0, RSTART + 8, RLENGTH - 8)
				sub(/ Comment=.*/, "", reason)
				if (match(reason, / \[[^ ]*@[^ ]*\] *$/)) {
					who = substr(reason, RSTART + 2)
					sub(/@.*/, "", who)
					reason = substr(reason, 1, RSTART - 1)
				}
			}
			good = (state ~ /^(IDLE|MIXED|ALLOCATED|COMPLETING)/ && state !~ /\*|DRAIN|FAIL|NOT_RESPONDING|INVALID|POWER|REBOOT|DOWN/) ? "good" : "bad"
			if (good == "bad" && state ~ /DRAIN|DOWN|FAIL|MAINT/ && state !~ /\*|NOT_RESPONDING/ && who != "" && who != "slurm") {
				good = "aside"
				reason = reason " (" who ")"
			}
			print value("NodeName") "\t" state "\t" good "\t" value("CPUTot") "\t" value("Partitions") "\t" reason
		}'
}

# ---- what is built, what is applied, and who answers

# What etc/ would be in this cluster, in $STATE/etc.new: as it was built, with the addresses and the name chosen here.
stage() {
	rm -rf "$STATE/etc.new"
	mkdir -p "$STATE/etc.new"
	(umask 022 && cp -R "$HERE/etc/." "$STATE/etc.new/") || die "cannot copy etc/ to $STATE: is the disk full?"
	if [ "$NET" != "$NET_BUILT" ]; then
		awk -F '\t' -v OFS='\t' -v from="$NET_BUILT." -v to="$NET." '
			!/^#/ && index($2, from) == 1 { $2 = to substr($2, length(from) + 1) }
			{ print }' "$HERE/etc/hosts.tsv" >"$STATE/etc.new/hosts.tsv"
	fi
	if [ "$NET" != "$NET_BUILT" ] || [ "$NAME" != "$PROJECT_BUILT" ]; then
		{
			cat "$HERE/etc/cluster.env"
			echo "# Chosen by cluster up."
			echo "PROJECT=$NAME"
			echo "NET=$NET"
			echo "SUBNET=$SUBNET"
		} >"$STATE/etc.new/cluster.env"
	fi
	# Containers read it as other users; what is secret is not here.
	chmod -R a+rX,u+w,go-w "$STATE/etc.new"
}

# Files of $STATE/etc.new that $STATE/etc has not or has otherwise, and those that only $STATE/etc has.
differences() {
	(cd "$STATE/etc.new" && find . -type f) | sort | while IFS= read -r file; do
		cmp -s "$STATE/etc.new/$file" "$STATE/etc/$file" || echo "${file#./}"
	done
	[ -d "$STATE/etc" ] || return 0
	(cd "$STATE/etc" && find . -type f) | sort | while IFS= read -r file; do
		[ -e "$STATE/etc.new/$file" ] || echo "${file#./}"
	done
}

# until_true SECONDS WHAT COMMAND...: until the command is true; says every 10 seconds what it waits for.
until_true() {
	limit=$1 what=$2 from=$(date +%s) told=0
	shift 2
	until "$@"; do
		passed=$(($(date +%s) - from))
		[ "$passed" -lt "$limit" ] || return 1
		if [ $((passed / 10)) -gt "$told" ]; then
			told=$((passed / 10))
			say "waits for $what ($passed s)"
		fi
		sleep 0.3
	done
}

controller_answers() {
	driver_exec "$(place_of slurmctld)" root timeout 5 scontrol ping 2>/dev/null </dev/null | grep -q ' is UP'
}
accounting_answers() {
	driver_exec "$(place_of slurmdbd)" root timeout 10 sacctmgr -n show cluster >/dev/null 2>&1 </dev/null
}

# why PLACE...: the last lines that places say, for someone who will mend them.
why() {
	for w_place; do
		driver_why "$w_place" | sed "s/^/cluster:   $w_place: /" >&2
	done
}

# ---- down, status, restart, logs, exec

verb_down() {
	purge=no yes=no
	while [ $# -gt 0 ]; do
		case $1 in
		--purge) purge=yes ;;
		--yes | -y) yes=yes ;;
		--name) name_option "$@" && shift ;;
		*) die "down: no option '$1'; '$0 down --help' lists them" ;;
		esac
		shift
	done
	choose
	driver_check down || exit 1
	if [ "$EPHEMERAL" = yes ]; then
		purge=yes
	elif [ "$purge" = yes ]; then
		ask "remove $NAME with its accounting, Slurm's state, home directories and secrets" || die "nothing was removed"
	fi
	lock
	driver_running >"$tmp/running"
	# slurmctld saves its state while nodes still answer; slurmdbd and the database end after those that write to them.
	for roles in slurmctld login,slurmd slurmdbd database; do
		places_of "$roles" | grep -xFf "$tmp/running" >"$tmp/stop" || true
		# shellcheck disable=SC2046 # names without blanks
		if [ -s "$tmp/stop" ]; then driver_stop $(cat "$tmp/stop") || die "$(some <"$tmp/stop") cannot be stopped"; fi
	done
	rest=0
	driver_down || rest=$?
	case $rest in
	0 | 2) ;;
	*) exit 1 ;;
	esac
	if [ "$purge" = no ]; then
		[ "$rest" = 0 ] || down_in_part
		say "$NAME is down ($(since) s); what it has stored stays"
		return 0
	fi
	driver_purge || exit 1
	exports_down
	[ "$rest" = 0 ] || down_in_part
	rm -rf "$STATE" || die "cannot remove $STATE"
	locked=
	say "$NAME is gone, with all that it had stored ($(since) s)"
}

down_in_part() {
	warn "$NAME is down where it could be reached: '$(me) down$([ "$purge" = no ] || echo ' --purge')' again when the others are back"
	exit 2
}

verb_status() {
	while [ $# -gt 0 ]; do
		case $1 in
		--name) name_option "$@" && shift ;;
		*) die "status: no option '$1'; '$0 status --help' lists them" ;;
		esac
		shift
	done
	choose
	driver_check some || exit 1
	result=0
	driver_places >"$tmp/places"
	if [ ! -s "$tmp/places" ]; then
		echo "$NAME is down"
		result=2
	else
		# Places of one state in a row are told in one line when there are many.
		lines hosts.tsv | awk -F '\t' -v OFS='\t' '
			NR == FNR { state[$1] = $2; words[$1] = $3; next }
			{ print $1, ($1 in state ? state[$1] : "missing"), ($1 in words ? words[$1] : ""), $3 }' "$tmp/places" - >"$tmp/table"
		if several_machines; then
			machines_of_places >"$tmp/where"
			# Behind its roles: the machine is part of what a place is.
			awk -F '\t' -v OFS='\t' 'NR == FNR { on[$1] = $2; next } { $4 = sprintf("%-16s %s", $4, on[$1]); print }' "$tmp/where" "$tmp/table" >"$tmp/table.on"
			mv "$tmp/table.on" "$tmp/table"
		fi
		total=$(wc -l <"$tmp/table")
		if [ "$total" -gt 64 ]; then
			awk -F '\t' '{ n[$4 "\t" $2]++ } END { for (i in n) { split(i, p, "\t"); printf "%-28s %-10s %d places\n", p[1], p[2], n[i] } }' "$tmp/table" | sort
			awk -F '\t' '$2 != "running" { printf "%-16s %-28s %-10s %s\n", $1, $4, $2, $3 }' "$tmp/table" | head -n 20
		else
			awk -F '\t' '{ printf "%-16s %-28s %-10s %s\n", $1, $4, $2, $3 }' "$tmp/table"
		fi
		if grep -qv "${tab}running$tab" "$tmp/table" || grep -q unhealthy "$tmp/table"; then result=2; fi
		if [ -n "$(place_of slurmctld)" ]; then
			echo
			if controller_answers; then
				driver_exec "$(place_of slurmctld)" root timeout 20 sinfo -o '%12P %6D %12t %N' </dev/null || result=2
			else
				echo "slurmctld does not answer"
				result=2
			fi
		fi
	fi
	# What is applied, against what is built now.
	load_env "$HERE/etc/cluster.env"
	# shellcheck source=/dev/null
	. "$STATE/cluster.env"
	own=$STATE
	STATE=$tmp/built
	mkdir "$STATE"
	stage
	if [ -d "$own/etc" ]; then ln -s "$own/etc" "$STATE/etc"; fi
	{
		differences | sed 's,^,etc/,'
		if [ -s "$own/changed" ]; then echo "what an \`up\` that ended early left"; fi
		STATE=$own
		driver_differs
	} >"$tmp/would"
	STATE=$own
	if [ -s "$tmp/would" ]; then
		echo
		echo "\`$(me) up\` would change: $(awk '{ s = s (NR > 1 ? ", " : "") $0 } END { print s }' "$tmp/would")"
		result=2
	fi
	exit "$result"
}

verb_restart() {
	anew=no
	while [ $# -gt 0 ]; do
		case $1 in
		--anew) anew=yes ;;
		--name) name_option "$@" && shift ;;
		-*) die "restart: no option '$1'; '$0 restart --help' lists them" ;;
		*) break ;;
		esac
		shift
	done
	[ $# -gt 0 ] || die "restart wants the names of places"
	choose
	driver_check || exit 1
	lock
	for i; do
		places_of | grep -qxF -- "$i" || die "no place '$i'; there is: $(places_of | some)"
	done
	if [ "$anew" = yes ]; then
		driver_remake "$@" || exit 1
	else
		driver_restart "$@" || exit 1
	fi
}

verb_logs() {
	follow=no lines=
	while [ $# -gt 0 ]; do
		case $1 in
		-f | --follow) follow=yes ;;
		--tail | -n)
			lines=${2:-}
			case $lines in
			'' | *[!0-9]*) die "--tail wants a number of lines" ;;
			esac
			shift
			;;
		--name) name_option "$@" && shift ;;
		-*) die "logs: no option '$1'; '$0 logs --help' lists them" ;;
		*) break ;;
		esac
		shift
	done
	choose
	driver_check some || exit 1
	for i; do
		places_of | grep -qxF -- "$i" || die "no place '$i'; there is: $(places_of | some)"
	done
	driver_logs "$follow" "$lines" "$@"
}

verb_exec() {
	user='' on=''
	while [ $# -gt 0 ]; do
		case $1 in
		--user | -u)
			user=${2:-}
			[ -n "$user" ] || die "--user wants a name"
			shift
			;;
		--root) user=root ;;
		--on)
			on=${2:-}
			[ -n "$on" ] || die "--on wants the name of a place"
			shift
			;;
		--name) name_option "$@" && shift ;;
		--)
			shift
			break
			;;
		-*) die "exec: no option '$1'; '$0 exec --help' lists them" ;;
		*) break ;;
		esac
		shift
	done
	choose
	[ -n "$user" ] || user=$DEFAULT_USER
	[ -n "$on" ] || on=$(place_of login)
	[ -n "$on" ] || on=$(place_of slurmctld)
	[ -n "$on" ] || on=$(places_of | head -n 1)
	places_of | grep -qxF -- "$on" || die "no place '$on'; there is: $(places_of | some 12)"
	driver_check some "$(lines hosts.tsv | awk -F '\t' -v p="$on" '$1 == p && $4 != "-" { print $4; exit }')" || exit 1
	driver_running | grep -qxF -- "$on" || die "$on does not run: '$(me) status' says more, '$(me) up' starts it"
	driver_exec "$on" "$user" true >"$tmp/said" 2>&1 </dev/null || {
		die "$on has no user $user, or cannot be entered ($(tail -n 1 "$tmp/said"))"
	}
	terminal=
	if [ -t 0 ] && [ -t 1 ]; then terminal=-t; fi
	if [ $# = 0 ]; then
		# shellcheck disable=SC2016 # for the shell over there
		set -- sh -c 'shell=$(getent passwd "$(id -u)" | cut -d : -f 7); exec "${shell:-/bin/sh}" -l'
	fi
	result=0
	driver_exec -i $terminal "$on" "$user" sh -c "$enter" sh "$@" || result=$?
	exit "$result"
}

verb_verify() {
	level=smoke json=no
	while [ $# -gt 0 ]; do
		case $1 in
		facts | smoke | full) level=$1 ;;
		--json) json=yes ;;
		--name) name_option "$@" && shift ;;
		*) die "verify: no level '$1'; there is facts, smoke and full" ;;
		esac
		shift
	done
	choose
	driver_check some || exit 1
	verify "$level" "$json"
}

# ----

name_option() {
	[ -n "${2:-}" ] || die "--name wants a name"
	NAME=$2
}

load_env "$HERE/etc/cluster.env"
# shellcheck disable=SC2034 # the driver's, some of them
PROJECT_BUILT=$PROJECT NET_BUILT=$NET SUBNET_BUILT=$SUBNET

while [ $# -gt 0 ]; do
	case $1 in
	--name)
		name_option "$@"
		shift 2
		;;
	--name=*)
		name_option --name "${1#--name=}"
		shift
		;;
	-h | --help)
		help
		exit 0
		;;
	-*) die "no option '$1'; '$0 help' lists what there is" ;;
	*) break ;;
	esac
done
if [ $# = 0 ]; then
	help >&2
	exit 1
fi
verb=$1
shift
case ${1:-} in
-h | --help)
	usage "$verb"
	exit 0
	;;
esac
case $verb in
up) verb_up "$@" ;;
down) verb_down "$@" ;;
status) verb_status "$@" ;;
verify) verb_verify "$@" ;;
exec) verb_exec "$@" ;;
logs) verb_logs "$@" ;;
restart) verb_restart "$@" ;;
backup) verb_backup "$@" ;;
restore) verb_restore "$@" ;;
rotate) verb_rotate "$@" ;;
help) if [ $# -gt 0 ]; then usage "$1"; else help; fi ;;
*) die "no verb '$verb'; '$0 help' lists them" ;;
esac
