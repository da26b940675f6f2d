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
# This script and verify.sh know nothing of the platform; driver.sh does, with machines.sh, and offers (a PLACE is what hosts.tsv calls a host):
#   driver_check [up]              whether the platform can be used: one line and 1 if not; `up` wants more of it
#   driver_check down              the same for `down`; what can be ended without may be away
#   driver_check some [MACHINE]    the same where not every machine must be there: those that are not are named; or of one alone
#   driver_name                    makes a name for an ephemeral cluster
#   driver_prepare                 chooses what differs from cluster to cluster (NET, ...) and keeps it in $STATE/cluster.env
#   driver_images [rebuild]        makes or fetches images
#   driver_preflight DIR           lets Slurm's own reader read the configuration in DIR
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

# What must be put right if the script ends early; a verb that stops something sets it.
undo() { :; }
# machines.sh's, once it is there.
# shellcheck disable=SC2317 # called by clean
machines_close() { :; }
clean() {
	code=$?
	trap - EXIT HUP INT TERM PIPE
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
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
# A reader that ends, as head does, must not leave the lock behind.
trap 'exit 141' PIPE
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
# shellcheck source-path=SCRIPTDIR source=cluster-verify.sh
. "$HERE/verify.sh"

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

# ---- up

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

# Running places have $STATE/etc and its folders open: those stay what they are, and files are renamed into them. What is
# written in $STATE/changed is still to be told to running places, also if this ends early.
apply() {
	sort -u "$tmp/differences" "$STATE/changed" 2>/dev/null >"$tmp/changed" || cp "$tmp/differences" "$tmp/changed"
	if ! cp "$tmp/changed" "$STATE/changed.new" || ! mv "$STATE/changed.new" "$STATE/changed"; then
		die "cannot write in $STATE: is the disk full?"
	fi
	# When the last of them was made: what has started later has seen it.
	if [ -s "$tmp/differences" ]; then rm -f "$STATE/changed.at"; fi
	mkdir -p "$STATE/etc"
	chmod 0755 "$STATE/etc"
	(cd "$STATE/etc.new" && find . -type d) | while IFS= read -r file; do
		if [ ! -d "$STATE/etc/$file" ]; then
			rm -f "$STATE/etc/$file"
			(umask 022 && mkdir -p "$STATE/etc/$file") || exit 1
		fi
	done || die "cannot write in $STATE: is the disk full?"
	while IFS= read -r file; do
		if [ ! -e "$STATE/etc.new/$file" ]; then
			rm -f "$STATE/etc/$file"
			continue
		fi
		if [ -d "$STATE/etc/$file" ]; then rm -rf "${STATE:?}/etc/$file"; fi
		folder=$(dirname -- "$STATE/etc/$file")
		if ! cp -p "$STATE/etc.new/$file" "$folder/.cluster-new" || ! mv -f "$folder/.cluster-new" "$STATE/etc/$file"; then
			rm -f "$folder/.cluster-new"
			die "cannot write $STATE/etc/$file: is the disk full?"
		fi
	done <"$tmp/differences"
	# Folders that went; rmdir leaves those that are in use.
	(cd "$STATE/etc" && find . -depth -type d) | while IFS= read -r file; do
		[ -d "$STATE/etc.new/$file" ] || rmdir "$STATE/etc/$file" 2>/dev/null || true
	done
	rm -rf "$STATE/etc.new"
	[ -e "$STATE/changed.at" ] || date -u +%Y-%m-%dT%H:%M:%S >"$STATE/changed.at"
	ETC=$STATE/etc
}

# Users that were there before with another uid; a file of the state, so that an `up` that ends early does not forget them.
renumbered() {
	[ -r "$STATE/etc/users.tsv" ] && [ -r "$STATE/etc.new/users.tsv" ] || return 0
	awk -F '\t' '/^#/ { next } FILENAME == ARGV[1] { uid[$1] = $2; next } $1 in uid && uid[$1] != $2 { print $1 }' \
		"$STATE/etc/users.tsv" "$STATE/etc.new/users.tsv" >"$tmp/renumbered"
	if [ -s "$tmp/renumbered" ]; then cat "$tmp/renumbered" >>"$STATE/renumbered"; fi
}

changed() { grep -q "$1" "$tmp/changed"; }
kept() { grep -qxF "$1" "$tmp/kept"; }

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

# The places whose role's line in a list differs between what was applied and what will be: in $tmp/programs.
programs_before() {
	: >"$tmp/programs.before"
	if [ -r "$STATE/etc/processes.tsv" ]; then cp "$STATE/etc/processes.tsv" "$tmp/programs.before"; fi
}
programs_changed() {
	lines processes.tsv >"$tmp/programs.now"
	grep -v '^#' "$tmp/programs.before" | sort >"$tmp/a" || true
	sort "$tmp/programs.now" >"$tmp/b"
	comm -3 "$tmp/a" "$tmp/b" | sed "s/^$tab//" | cut -f 2 | tr ',' '\n' | sort -u | while IFS= read -r role; do
		places_of "$role"
	done | sort -u
}

# Brings what changed to the places that kept running.
tell() {
	if [ ! -s "$tmp/changed" ] || [ ! -s "$tmp/kept" ]; then return 0; fi
	in_parallel driver_refresh <"$tmp/kept"
	if [ -s "$tmp/par/failed" ]; then
		one=$(head -n 1 "$tmp/par/failed")
		tail -n 5 "$tmp/par/$one.out" | sed "s/^/cluster:   $one: /" >&2
		die "the new configuration did not reach $(some <"$tmp/par/failed"); '$(me) up' tries again"
	fi
	: >"$tmp/restart"
	if changed '^processes\.tsv$'; then programs_changed >>"$tmp/restart"; fi
	if changed "^files$CONF_DIR/slurmdbd\.conf\$"; then places_of slurmdbd >>"$tmp/restart"; fi
	if changed '^files/etc/mysql/'; then places_of database >>"$tmp/restart"; fi
	sort -u "$tmp/restart" | grep -xFf "$tmp/kept" >"$tmp/restart.kept" || true
	if [ -s "$tmp/restart.kept" ]; then
		say "restarts $(some <"$tmp/restart.kept"): what runs there has changed"
		# shellcheck disable=SC2046 # names without blanks
		driver_restart $(cat "$tmp/restart.kept") || die "$(some <"$tmp/restart.kept") cannot be restarted"
	fi
	controller=$(place_of slurmctld)
	[ -n "$controller" ] || return 0
	# slurmctld looks a user's uid up once, and reconfigure does not make it look again.
	if [ -s "$STATE/renumbered" ] && kept "$controller" && ! grep -qxF "$controller" "$tmp/restart.kept"; then
		if [ "$EPHEMERAL" = yes ]; then
			# Its state would be lost, and the jobs with it: not without being asked.
			warn "slurmctld knows the old uid of $(sort -u "$STATE/renumbered" | some) until '$(me) down' and '$(me) up'"
		else
			say "restarts $controller, which knows the old uid of $(sort -u "$STATE/renumbered" | some); running jobs go on"
			driver_restart "$controller" || die "$controller cannot be restarted"
			echo "$controller" >>"$tmp/restart.kept"
		fi
	fi
	slurm_conf=no
	if changed '^hosts\.tsv$' || grep "^files$CONF_DIR/" "$tmp/changed" | grep -v "/slurmdbd\.conf\$" | grep -qv '/accounting\.tsv$'; then
		slurm_conf=yes
	fi
	[ "$slurm_conf" = yes ] || return 0
	if kept "$controller" && ! grep -qxF "$controller" "$tmp/restart.kept"; then
		# Before 23.11 reconfigure does not take new nodes; from then on it is as good as a restart, and faster.
		case $RELEASE in
		2[012].* | 23.02*)
			say "restarts $controller: Slurm's configuration has changed; running jobs go on"
			driver_restart "$controller" || die "$controller cannot be restarted"
			;;
		esac
	fi
	tell_controller
}
controller_is_back() {
	until_true 20 "slurmctld to answer" controller_answers || {
		why "$controller"
		die "slurmctld does not answer with its new configuration; '$(me) logs $controller' says more, '$(me) up' goes on when the spec is mended"
	}
}
tell_controller() {
	controller_is_back
	if ! driver_exec "$controller" root timeout 60 scontrol reconfigure >"$tmp/reconfigure" 2>&1 </dev/null; then
		tail -n 3 "$tmp/reconfigure" | sed 's/^/cluster:   /' >&2
		why "$controller"
		die "Slurm did not take its new configuration; '$(me) up' tries again"
	fi
	# One that cannot start with it ends a moment after its answer.
	sleep 0.5
	controller_is_back
}

# What runs now, in $tmp/jobs: `job hostlist`. A slurmctld that does not answer knows of no jobs that could be told of.
running_jobs() {
	driver_exec "$(place_of slurmctld)" root timeout 5 squeue -h -t R,S -o '%A %N' 2>/dev/null </dev/null
}
jobs_before() {
	: >"$tmp/jobs"
	if [ -n "$(place_of slurmctld)" ]; then running_jobs >"$tmp/jobs" || true; fi
}

# Jobs whose places were made anew, or had ended, are dead, and slurmctld would believe them running for minutes: a node that goes down ends
# or requeues its jobs at once. 3: slurmctld was waited for and did not come.
lost_jobs() {
	if [ ! -s "$tmp/jobs" ] || [ ! -s "$tmp/begun" ]; then return 0; fi
	places_of slurmd | grep -xFf "$tmp/begun" >"$tmp/begun.nodes" || return 0
	until_true "$wait" "slurmctld to answer" controller_answers || return 3
	running_jobs >"$tmp/jobs.now" || true
	# Lines `b job node` of before, `n job node` of now. Many jobs have one node, or the nodes of the job before.
	# shellcheck disable=SC2016 # for the shell over there
	{
		sed 's/^/b /' "$tmp/jobs"
		sed 's/^/n /' "$tmp/jobs.now"
	} | driver_exec -i "$(place_of slurmctld)" root sh -c 'while read -r when job nodes; do
		case $nodes in
		"$last") ;;
		*[[,]*) names=$(scontrol show hostnames "$nodes" </dev/null) ;;
		*) names=$nodes ;;
		esac
		last=$nodes
		for i in $names; do echo "$when $job $i"; done
	done' >"$tmp/jobs.nodes" 2>/dev/null || true
	awk -v still="$tmp/jobs.still" '
		BEGIN { printf "" >still }
		FILENAME == ARGV[1] { begun[$1] = 1; next }
		FILENAME == ARGV[2] { anew[$1] = 1; next }
		!($3 in begun) { next }
		$1 == "b" {
			if (!($3 in jobs)) order[++n] = $3
			jobs[$3] = jobs[$3] " " $2
			count[$3]++
			ran[$2, $3] = 1
		}
		# Where Slurm has seen it by itself, new jobs may run already.
		$1 == "n" && (($2, $3) in ran) && !told[$3]++ { print $3 >still }
		END {
			for (i = 1; i <= n && i <= 20; i++) {
				node = order[i]
				one = count[node] == 1
				print "cluster: job" (one ? "" : "s") jobs[node] " ran on " node ", which " (node in anew ? "was made anew" : "had ended") ": " (one ? "it ends, or is" : "they end, or are") " queued again"
			}
			if (n > 20) print "cluster: so did jobs on " n - 20 " more places"
		}' "$tmp/begun.nodes" "$tmp/anew" "$tmp/jobs.nodes"
	[ -s "$tmp/jobs.still" ] || return 0
	nodes=$(paste -s -d , "$tmp/jobs.still")
	if ! driver_exec "$(place_of slurmctld)" root timeout 20 scontrol update "NodeName=$nodes" State=DOWN Reason="its container was made anew" >"$tmp/said" 2>&1 </dev/null; then
		warn "Slurm could not be told of it, and sees it in some minutes: $(tail -n 1 "$tmp/said")"
		return 0
	fi
	# A node that has registered since is up by itself.
	driver_exec "$(place_of slurmctld)" root timeout 20 scontrol update "NodeName=$nodes" State=RESUME >"$tmp/said" 2>&1 </dev/null || true
}

# The accounts, limits and users of accounting.tsv; Slurm must serve, as limits may stand on GRES that slurmctld makes known.
account() {
	[ -n "$(place_of slurmdbd)" ] && [ -n "$(place_of slurmctld)" ] || return 0
	# Nothing new, and the database is the one that has it: nothing to do.
	if [ -e "$STATE/accounted" ] && ! changed '/accounting\.tsv$' && ! changed '^accounting\.sh$' && kept "$(place_of database)"; then
		return 0
	fi
	rm -f "$STATE/accounted"
	until_true "$wait" "slurmctld to answer" controller_answers || return 3
	until_true "$wait" "slurmdbd to answer" accounting_answers || {
		why "$(place_of slurmdbd)"
		warn "slurmdbd does not answer: accounts and limits are not there; '$(me) logs slurmdbd' says more, '$(me) up' tries again"
		return 2
	}
	# slurmctld tells slurmdbd of its GRES a moment after it has begun to answer, or after slurmdbd was restarted.
	tries=5
	until driver_account "$(place_of slurmctld)" >"$tmp/accounting" 2>&1; do
		tries=$((tries - 1))
		if [ "$tries" -gt 0 ]; then
			sleep 3
			continue
		fi
		tail -n 5 "$tmp/accounting" | sed 's/^/cluster:   /' >&2
		warn "accounts and limits could not all be made; '$(me) up' tries again"
		return 2
	done
	: >"$STATE/accounted"
}

# Whether every node can take jobs; $tmp/nodes has them all. Nodes that someone has set aside are not waited for.
nodes_ready() {
	slurm_nodes >"$tmp/nodes" || true
	[ -s "$tmp/nodes" ] || return 1
	places_of slurmd | sort >"$tmp/want"
	cut -f 1 "$tmp/nodes" | sort | comm -23 "$tmp/want" - >"$tmp/absent"
	awk -F '\t' '$3 == "bad"' "$tmp/nodes" >"$tmp/waiting"
	[ -s "$tmp/absent" ] || [ -s "$tmp/waiting" ] || return 0
	# A node that is back (its state bears no sign of silence), and that Slurm still holds down because it was away.
	awk -F '\t' '$2 ~ /^DOWN/ && $2 !~ /\*|NOT_RESPONDING|DRAIN/ && ($6 ~ /^Not responding/ || $6 ~ /[Nn]ode unexpectedly rebooted/) { print $1 }' \
		"$tmp/nodes" >"$tmp/back"
	if [ -s "$tmp/back" ]; then
		say "resumes $(some <"$tmp/back"): Slurm held it down because it had not answered or had restarted"
		driver_exec "$(place_of slurmctld)" root scontrol update "NodeName=$(paste -s -d , "$tmp/back")" State=RESUME >/dev/null 2>&1 </dev/null || true
	fi
	return 1
}
all_drained() {
	[ ! -s "$tmp/absent" ] && awk -F '\t' '$2 !~ /DRAIN/ || $2 ~ /\*|NOT_RESPONDING|INVALID_REG/ { other = 1 } END { exit other || NR == 0 }' "$tmp/waiting"
}
waiting_for() {
	if [ -s "$tmp/nodes" ]; then
		cat "$tmp/absent" "$tmp/waiting" | cut -f 1 | some
	else
		echo "slurmctld to answer"
	fi
}

await() {
	if [ -z "$(place_of slurmctld)" ]; then
		until_true "$wait" "every place to run" all_run && return 0
		warn "$(some <"$tmp/down"): not running after $wait s"
		return 2
	fi
	: >"$tmp/nodes"
	: >"$tmp/absent"
	: >"$tmp/waiting"
	from=$(date +%s) told=0
	until nodes_ready; do
		passed=$(($(date +%s) - from))
		# What Slurm has drained stays so until someone ends it: no use in waiting.
		if [ "$passed" -ge "$wait" ] || { [ "$passed" -ge 5 ] && all_drained; }; then
			wait=$passed
			cluster_late
			return 2
		fi
		if [ $((passed / 10)) -gt "$told" ]; then
			told=$((passed / 10))
			say "waits for $(waiting_for) ($passed s)"
		fi
		sleep 0.3
	done
	awk -F '\t' '$3 == "aside" { print "cluster: node " $1 " is " $2 ": " $6 }' "$tmp/nodes"
}
all_run() {
	driver_running | sort >"$tmp/running"
	places_of | sort | comm -23 - "$tmp/running" >"$tmp/down"
	[ ! -s "$tmp/down" ]
}

cluster_late() {
	all_run || true
	if [ -s "$tmp/down" ]; then
		# shellcheck disable=SC2046 # names without blanks
		why $(head -n 3 "$tmp/down")
		warn "after $wait s these places do not run: $(some <"$tmp/down"); '$(me) logs PLACE' says more"
	fi
	if [ ! -s "$tmp/nodes" ]; then
		sed 's/^/cluster:   /' "$tmp/scontrol" 2>/dev/null | tail -n 2 >&2
		grep -qxF "$(place_of slurmctld)" "$tmp/down" || why "$(place_of slurmctld)"
		warn "after $wait s slurmctld does not answer; '$(me) logs $(place_of slurmctld)' says more"
		return 0
	fi
	head -n 10 "$tmp/absent" | sed 's/^/cluster:   /; s/$/: Slurm does not know it/' >&2
	awk -F '\t' 'NR <= 10 { print "cluster:   " $1 ": " $2 ($6 == "" ? "" : ": " $6) }' "$tmp/waiting" >&2
	warn "after $wait s these nodes cannot take jobs: $(waiting_for); '$(me) verify' says more"
}

verb_up() {
	wait=120 nodes_too=yes rebuild=
	while [ $# -gt 0 ]; do
		case $1 in
		--wait)
			wait=${2:-}
			case $wait in
			'' | *[!0-9]*) die "--wait wants a number of seconds" ;;
			esac
			shift
			;;
		--no-wait) nodes_too=no ;;
		--rebuild) rebuild=rebuild ;;
		--name) name_option "$@" && shift ;;
		*) die "up: no option '$1'; '$0 up --help' lists them" ;;
		esac
		shift
	done
	load_env "$HERE/etc/cluster.env"
	if [ -z "$NAME" ] && [ "$EPHEMERAL" = yes ]; then
		NAME=$(driver_name)
		say "this cluster is $NAME"
	fi
	[ -n "$NAME" ] || NAME=$PROJECT
	check_name "$NAME"
	STATE=$HERE/state/$NAME
	ETC=$HERE/etc
	PROJECT=$NAME
	driver_check up || exit 1
	lock
	programs_before
	driver_prepare || exit 1
	sh "$HERE/secrets.sh" "$STATE/secrets" >"$tmp/secrets" 2>&1 || {
		tail -n 3 "$tmp/secrets" >&2
		die "secrets cannot be made in $STATE/secrets"
	}
	driver_images $rebuild || exit 1
	while :; do
		stage
		differences >"$tmp/differences"
		if grep -q "^files$CONF_DIR/" "$tmp/differences" && [ -n "$(place_of slurmctld)" ]; then
			if ! driver_preflight "$STATE/etc.new/files$CONF_DIR" >"$tmp/preflight" 2>&1; then
				tail -n 4 "$tmp/preflight" | sed 's/^/cluster:   /' >&2
				rm -rf "$STATE/etc.new"
				die "Slurm does not take the new configuration: nothing was changed"
			fi
		fi
		renumbered
		apply
		jobs_before
		exports_up
		if driver_up; then
			break
		else
			code=$?
		fi
		[ "$code" = 75 ] || exit 1
	done
	if [ -s "$tmp/anew" ]; then say "made anew: $(some <"$tmp/anew")"; fi
	tell
	driver_record
	rm -f "$STATE/changed" "$STATE/renumbered"
	# Nodes come while accounts are made. 3: slurmctld was waited for already, and did not come.
	late=0
	lost_jobs || late=$?
	[ "$late" != 0 ] || account || late=$?
	if [ "$late" = 3 ]; then
		: >"$tmp/nodes"
		: >"$tmp/waiting"
		cluster_late
		late=2
	elif [ "$nodes_too" = yes ]; then
		await || late=$?
	fi
	if [ "$late" != 0 ]; then exit "$late"; fi
	# No node, and so not waited for by anybody: a login place that ends as often as it is started is not up.
	places_of >"$tmp/all"
	driver_ended | awk -F '\t' 'NR == FNR { ours[$1] = 1; next } $1 in ours' "$tmp/all" - >"$tmp/ended.own"
	if [ -s "$tmp/ended.own" ]; then
		cut -f 1 "$tmp/ended.own" >"$tmp/down"
		# shellcheck disable=SC2046 # names without blanks
		why $(head -n 3 "$tmp/down")
		awk -F '\t' 'NR <= 10 { print "cluster: " $1 " " $2 }' "$tmp/ended.own" >&2
		warn "$NAME is not up: $(some <"$tmp/down"); '$(me) logs PLACE' says more"
		exit 2
	fi
	if [ "$nodes_too" = no ] || [ -z "$(place_of slurmctld)" ]; then
		say "$NAME is started ($(since) s)"
	else
		say "$NAME is up: $(awk -F '\t' '
			function told(state) { out = out (out == "" ? "" : ", ") n[state] (n[state] == 1 ? " node " : " nodes ") state }
			{ s = $2; sub(/[^A-Z].*/, "", s); n[tolower(s)]++ }
			END {
				split("idle mixed allocated completing", order, " ")
				for (i = 1; i in order; i++) if (order[i] in n) { told(order[i]); delete n[order[i]] }
				for (s in n) told(s)
				print out
			}' "$tmp/nodes") ($(since) s)"
	fi
	say "a shell as $DEFAULT_USER: $(me) exec"
	driver_enter | sed 's/^/cluster: /'
}

# ---- directories that machines of the cluster export to the others: exports.tsv, nfs-export.sh

# $STATE/exports: the machines that export something for this cluster; the script stays with it, for a build may no longer have it.
exports_up() {
	lines exports.tsv >"$tmp/exports"
	cut -f 1 "$tmp/exports" | sort -u >"$tmp/exporting"
	sort -u "$tmp/exporting" "$STATE/exports" 2>/dev/null >"$tmp/exporters" || cp "$tmp/exporting" "$tmp/exporters"
	[ -s "$tmp/exporters" ] || return 0
	# Nobody else is asked; and one that shall export no more may be away.
	# shellcheck disable=SC2046 # names
	{ [ ! -s "$tmp/exporting" ] || machines_open $(cat "$tmp/exporting"); } || exit 1
	# shellcheck disable=SC2046
	machines_open $(cat "$tmp/exporters") || true
	if [ -e "$HERE/nfs-export.sh" ]; then cp "$HERE/nfs-export.sh" "$STATE/nfs-export.sh"; fi
	cp "$tmp/exporters" "$STATE/exports" || die "cannot write in $STATE: is the disk full?"
	while IFS= read -r e_machine; do
		if grep -qxF -- "$e_machine" "$tmp/exporting"; then
			exports_on "$e_machine" || die "$e_machine does not export what the others are to mount; '$(me) up' goes on when it can"
		else
			exports_end "$e_machine"
		fi
	done <"$tmp/exporters"
	cp "$tmp/exporting" "$STATE/exports"
}
exports_on() {
	set -- "$1" add "$NAME"
	while IFS=$tab read -r e_on _ e_directory e_clients e_options; do
		if [ "$e_on" = "$1" ]; then set -- "$@" "$e_directory" "$e_clients" "$e_options"; fi
	done <"$tmp/exports"
	e_on=$1
	shift
	export_script "$e_on" "$@"
}
export_script() {
	e_on=$1
	shift
	on_machine "$e_on" sh -s -- "$@" <"$STATE/nfs-export.sh" >"$tmp/said" 2>&1 && return 0
	# What somebody has to run stands as it is typed, and whole.
	if grep -q '^nfs-export: ' "$tmp/said"; then
		awk 'sub(/^nfs-export: /, "cluster: ") { told = 1 } told' "$tmp/said" >&2
	else
		grep . "$tmp/said" | tail -n 3 | sed 's/^/cluster: /' >&2
	fi
	return 1
}
exports_end() {
	if machine_names | grep -qxF -- "$1" && machine_reached "$1" && export_script "$1" remove "$NAME"; then return 0; fi
	warn "$1 still exports for $NAME: on it, as root, rm /etc/exports.d/hpcc-$NAME.exports && exportfs -ra"
}
exports_down() {
	[ -s "$STATE/exports" ] || return 0
	# shellcheck disable=SC2046 # names
	machines_open $(cat "$STATE/exports") || true
	while IFS= read -r e_machine; do exports_end "$e_machine"; done <"$STATE/exports"
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

# ---- backup, restore

start_again() {
	[ -z "$stopped" ] || {
		# shellcheck disable=SC2086 # names without blanks
		driver_start $stopped || warn "$stopped could not be started again: '$(me) up' does"
		stopped=
	}
}

verb_backup() {
	file='' home=no
	while [ $# -gt 0 ]; do
		case $1 in
		--home) home=yes ;;
		--name) name_option "$@" && shift ;;
		-*) die "backup: no option '$1'; '$0 backup --help' lists them" ;;
		*)
			[ -z "$file" ] || die "backup wants one file"
			file=$1
			;;
		esac
		shift
	done
	[ -n "$file" ] || die "backup wants the name of the file to write"
	case $file in
	/*) ;;
	*) file=./$file ;;
	esac
	choose
	driver_check || exit 1
	[ "$EPHEMERAL" != yes ] || die "$NAME is ephemeral: it stores nothing that could be kept"
	controller=$(place_of slurmctld) database=$(place_of database)
	driver_running >"$tmp/running"
	for i in $controller $database; do
		grep -qxF "$i" "$tmp/running" || die "$i does not run: '$(me) up' starts it"
	done
	lock
	# Beside the state: the folder for temporary files may be small, or lie in memory.
	rm -rf "$STATE/backup.new"
	(umask 077 && mkdir "$STATE/backup.new" && : >"$file.new") || die "cannot write $file or $STATE"
	stopped=
	undo() {
		start_again
		rm -rf "$STATE/backup.new" "$file.new"
	}
	rest=$(date +%s)
	stopped=$controller
	driver_stop "$controller" || die "$controller cannot be stopped"
	if [ -n "$database" ]; then
		driver_exec "$database" root mariadb-dump --single-transaction --quick --routines --triggers "$DATABASE_NAME" \
			>"$STATE/backup.new/database.sql" 2>"$tmp/said" </dev/null || {
			tail -n 2 "$tmp/said" >&2
			die "the database cannot be read: no backup was written"
		}
	fi
	# shellcheck disable=SC2016 # for the shell over there
	driver_beside "$controller" sh -c 'cd "$1" && exec tar -c -f - .' sh "$STATE_DIR" >"$STATE/backup.new/slurmctld.tar" 2>"$tmp/said" </dev/null || {
		tail -n 2 "$tmp/said" >&2
		die "slurmctld's state cannot be read: no backup was written"
	}
	start_again
	until_true 60 "slurmctld to answer" controller_answers || warn "slurmctld does not answer yet: '$(me) logs $controller' says more"
	rest=$(since "$rest")
	if [ "$home" = yes ]; then
		[ "$SHARED" != - ] || die "there is no shared directory that --home could add"
		# A file may change while it is read: tar says so with 1, and the rest is whole.
		code=0
		# shellcheck disable=SC2016 # for the shell over there
		driver_exec "$(share_place)" root sh -c 'cd "$1" && exec tar -c -f - --one-file-system --exclude=./lost+found .' sh "$SHARED" \
			>"$STATE/backup.new/home.tar" 2>"$tmp/said" </dev/null || code=$?
		[ "$code" -le 1 ] || {
			tail -n 2 "$tmp/said" >&2
			die "$SHARED cannot be read: no backup was written"
		}
	fi
	printf 'hpcc-backup 1\ncluster %s\nrelease %s\ndatabase %s\nhome %s\ndate %s\n' "$CLUSTER" "$RELEASE" "${DATABASE_NAME:--}" "$home" \
		"$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$STATE/backup.new/manifest"
	# The manifest first: it is read without reading the rest.
	set -- manifest slurmctld.tar
	[ ! -e "$STATE/backup.new/database.sql" ] || set -- "$@" database.sql
	[ ! -e "$STATE/backup.new/home.tar" ] || set -- "$@" home.tar
	if ! (cd "$STATE/backup.new" && tar -c -f all.tar "$@" && gzip all.tar) || ! cat "$STATE/backup.new/all.tar.gz" >"$file.new"; then
		die "cannot write $file: is the disk full?"
	fi
	mv -f "$file.new" "$file" || die "cannot write $file"
	say "$file holds $NAME ($(wc -c <"$file" | tr -d ' ') bytes, $(since) s; slurmctld rested for $rest s)"
}

# Where the shared directory can be reached.
share_place() {
	for role in login slurmctld slurmd; do
		s_place=$(place_of "$role")
		if [ -n "$s_place" ]; then
			echo "$s_place"
			return 0
		fi
	done
}

manifest() { sed -n "s/^$1 //p" "$STATE/restore.new/manifest" | head -n 1; }

verb_restore() {
	file='' force=no yes=no
	while [ $# -gt 0 ]; do
		case $1 in
		--force) force=yes ;;
		--yes | -y) yes=yes ;;
		--name) name_option "$@" && shift ;;
		-*) die "restore: no option '$1'; '$0 restore --help' lists them" ;;
		*)
			[ -z "$file" ] || die "restore wants one file"
			file=$1
			;;
		esac
		shift
	done
	[ -n "$file" ] || die "restore wants the name of the file to read"
	[ -r "$file" ] || die "cannot read $file"
	choose
	driver_check || exit 1
	[ "$EPHEMERAL" != yes ] || die "$NAME is ephemeral: it stores nothing"
	lock
	rm -rf "$STATE/restore.new"
	(umask 077 && mkdir "$STATE/restore.new")
	# shellcheck disable=SC2317 # called at the end
	undo() { rm -rf "$STATE/restore.new"; }
	gzip -dc <"$file" 2>/dev/null | tar -x -f - -C "$STATE/restore.new" 2>/dev/null || true
	if [ ! -f "$STATE/restore.new/manifest" ] || [ -h "$STATE/restore.new/manifest" ] || [ "$(manifest hpcc-backup)" != 1 ] ||
		[ ! -f "$STATE/restore.new/slurmctld.tar" ]; then
		die "$file is no backup of this script's, or it is damaged"
	fi
	gzip -t <"$file" 2>/dev/null || die "$file is damaged"
	if [ "$force" = no ]; then
		[ "$(manifest cluster)" = "$CLUSTER" ] || die "$file holds the cluster $(manifest cluster), not $CLUSTER; --force takes it"
		newer=$(printf '%s\n%s\n' "$(manifest release)" "$RELEASE" | sort -t . -k 1,1n -k 2,2n | tail -n 1)
		[ "$newer" = "$RELEASE" ] || die "$file is of Slurm $(manifest release), which $RELEASE cannot read; --force tries"
	fi
	controller=$(place_of slurmctld) accounting=$(place_of slurmdbd) database=$(place_of database)
	if [ -n "$database" ] && [ ! -f "$STATE/restore.new/database.sql" ]; then die "$file has no database, and $NAME has one"; fi
	driver_running >"$tmp/running"
	for i in $controller $database; do
		grep -qxF "$i" "$tmp/running" || die "$i does not run: '$(me) up' starts it"
	done
	ask "put the backup of $(manifest date) in the place of what $NAME has" || die "nothing was changed"
	wait=120
	stopped="$controller $accounting"
	undo() {
		start_again
		rm -rf "$STATE/restore.new"
	}
	# shellcheck disable=SC2086 # names without blanks
	driver_stop $stopped || die "slurmctld and slurmdbd cannot be stopped"
	if [ -n "$database" ]; then
		{
			# Tables that the backup does not know would stay, and those of another release do harm.
			# shellcheck disable=SC2016 # SQL's own quotes
			printf 'DROP DATABASE IF EXISTS `%s`;\nCREATE DATABASE `%s`;\nUSE `%s`;\n' "$DATABASE_NAME" "$DATABASE_NAME" "$DATABASE_NAME"
			cat "$STATE/restore.new/database.sql"
		} | driver_exec -i "$database" root mariadb --batch >"$tmp/said" 2>&1 || {
			tail -n 2 "$tmp/said" >&2
			die "the database did not take the backup: restore it again"
		}
	fi
	# shellcheck disable=SC2016 # for the shell over there
	driver_beside "$controller" sh -c 'cd "$1" && find . -mindepth 1 -delete && tar -x -p -f - && chown slurm:slurm .' sh "$STATE_DIR" \
		<"$STATE/restore.new/slurmctld.tar" >"$tmp/said" 2>&1 || {
		tail -n 2 "$tmp/said" >&2
		die "slurmctld's state could not be put back: restore it again"
	}
	if [ -f "$STATE/restore.new/home.tar" ] && [ "$SHARED" != - ]; then
		home_place=$(share_place)
		if [ "$home_place" = "$controller" ]; then home_place=$(place_of slurmd); fi
		# shellcheck disable=SC2016 # for the shell over there
		driver_exec -i "$home_place" root sh -c 'cd "$1" && tar -x -p -f -' sh "$SHARED" <"$STATE/restore.new/home.tar" >"$tmp/said" 2>&1 || {
			tail -n 2 "$tmp/said" >&2
			warn "$SHARED could not be put back whole"
		}
	fi
	start_again
	: >"$tmp/changed"
	: >"$tmp/kept"
	result=0
	account || result=2
	await || result=2
	[ "$result" = 0 ] || exit "$result"
	say "$NAME is as it was at $(manifest date) ($(since) s)"
}

# ---- rotate

# secret NAME FIELD: of secrets.tsv: 4 path, 5 owner, 6 group, 7 mode, 8 roles.
secret() { lines secrets.tsv | awk -F '\t' -v n="$1" -v f="$2" '$1 == n { print $f; exit }'; }

verb_rotate() {
	which='' yes=no
	while [ $# -gt 0 ]; do
		case $1 in
		--name) name_option "$@" && shift ;;
		--yes | -y) yes=yes ;;
		-*) die "rotate: no option '$1'; '$0 rotate --help' lists them" ;;
		*)
			[ -z "$which" ] || die "rotate wants one secret"
			which=$1
			;;
		esac
		shift
	done
	case $which in
	munge | database | ssh-host-key) ;;
	ssh) which=ssh-host-key ;;
	'') die "rotate wants the name of a secret: munge, database or ssh-host-key" ;;
	*) die "rotate knows munge, database and ssh-host-key, not '$which'" ;;
	esac
	choose
	driver_check || exit 1
	key=$which
	if [ "$which" = database ]; then key=$DATABASE_SECRET; fi
	[ -n "$(secret "$key" 1)" ] || die "$NAME has no secret '$key'"
	old=$STATE/secrets/$key
	[ -s "$old" ] || die "$NAME has no secret '$key' in $STATE/secrets: '$(me) up' makes it"
	lock
	(umask 077 && mkdir "$tmp/secrets")
	# The script that makes secrets makes this one, too; the others of its making are thrown away.
	if ! sh "$HERE/secrets.sh" "$tmp/secrets" >"$tmp/said" 2>&1 || [ ! -s "$tmp/secrets/$key" ]; then
		tail -n 3 "$tmp/said" >&2
		die "a new secret cannot be made"
	fi
	if cmp -s "$tmp/secrets/$key" "$old"; then die "the secret '$key' is a file of yours, and it has not changed: change it first"; fi
	driver_rotating "$key" || die "nothing was changed"
	(umask 077 && cp "$old" "$old.old") || die "cannot write in $STATE/secrets"
	undo() { rm -f "$old.old"; }
	driver_running | sort >"$tmp/running"
	lines secrets.tsv | awk -F '\t' -v n="$key" '$1 == n { print $8; exit }' >"$tmp/roles"
	places_of "$(cat "$tmp/roles")" | sort | comm -12 - "$tmp/running" >"$tmp/users"
	case $which in
	munge) rotate_munge ;;
	database) rotate_database ;;
	ssh-host-key) rotate_ssh ;;
	esac
	rm -f "$old.old"
	say "$NAME has a new secret '$key' ($(since) s)"
}

# The file keeps its inode: running places may have it mounted.
install_secret() { cat "$1" >"$old" && driver_bring; }
# A secret that does not reach every machine shall be on none: the old one comes back where it can.
new_secret() {
	if install_secret "$1"; then return 0; fi
	old_secret || warn "the old secret '$key' is here, and not on every machine: '$(me) up' brings it"
	die "the new secret '$key' did not reach every machine: the old one stays"
}
old_secret() { install_secret "$old.old"; }

push_key() {
	# shellcheck disable=SC2016 # for the shell over there
	driver_exec -i "$3" root sh -c 'umask 077 && cat >"$1.new" && chown "$2" "$1.new" && chmod "$3" "$1.new" && mv -f "$1.new" "$1"' \
		sh "$(secret "$2" 4)" "$(secret "$2" 5):$(secret "$2" 6)" "$(secret "$2" 7)" <"$1"
}
end_munged() { driver_kill "$1" munged; }

# Every munged changes at about the same moment; until then, and if the new key does not work, the old one is in force.
rotate_munge() {
	new_secret "$tmp/secrets/$key"
	munge_is "$tmp/secrets/$key"
	if until_true 20 "munge to answer everywhere" munge_everywhere; then return 0; fi
	warn "with the new key munge does not work on $(some <"$tmp/silent"): the old one comes back"
	old_secret || warn "the old key did not reach every machine: '$(me) up' brings it"
	munge_is "$old.old"
	until_true 20 "munge to answer everywhere" munge_everywhere || warn "munge does not work on $(some <"$tmp/silent"): '$(me) restart PLACE' mends it"
	exit 1
}
munge_is() {
	in_parallel push_key "$1" "$key" <"$tmp/users"
	[ ! -s "$tmp/par/failed" ] || warn "the key did not reach $(some <"$tmp/par/failed")"
	in_parallel end_munged <"$tmp/users"
}
munge_everywhere() {
	munge_silent <"$tmp/users" >"$tmp/silent"
	[ ! -s "$tmp/silent" ]
}

# set_password FILE: in the database, over its own socket; the password passes through standard input, never through arguments.
set_password() {
	printf "ALTER USER '%s'@'%%' IDENTIFIED BY '%s';\nFLUSH PRIVILEGES;\n" "$DATABASE_USER" "$(cat "$1")" |
		driver_exec -i "$(place_of database)" root mariadb --batch
}
use_password() {
	set_password "$1" >"$tmp/said" 2>&1 || return 1
	install_secret "$1" || return 1
	for i in $(places_of database) $(places_of slurmdbd); do
		driver_refresh "$i" >"$tmp/said" 2>&1 || return 1
	done
	driver_restart "$(place_of slurmdbd)" >"$tmp/said" 2>&1 || return 1
	until_true 60 "slurmdbd to answer" accounting_answers
}
rotate_database() {
	for i in $(places_of database) $(places_of slurmdbd); do
		grep -qxF "$i" "$tmp/users" || die "$i does not run: '$(me) up' starts it"
	done
	use_password "$tmp/secrets/$key" && return 0
	tail -n 2 "$tmp/said" >&2
	warn "with the new password slurmdbd does not work: the old one comes back"
	use_password "$old.old" || warn "slurmdbd does not answer: '$(me) logs slurmdbd' says more"
	exit 1
}

# Sessions go on: a session's process is not the one that listens.
rotate_ssh() {
	new_secret "$tmp/secrets/$key"
	in_parallel driver_refresh <"$tmp/users"
	if [ -s "$tmp/par/failed" ]; then
		warn "the new key did not reach $(some <"$tmp/par/failed"): the old one comes back"
		old_secret || warn "the old key did not reach every machine: '$(me) up' brings it"
		in_parallel driver_refresh <"$tmp/users"
		exit 1
	fi
	in_parallel end_sshd <"$tmp/users"
}
end_sshd() { driver_kill "$1" sshd; }

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
