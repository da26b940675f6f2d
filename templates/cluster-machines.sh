#!/bin/sh
# The machines that carry a cluster's places: which of them is this one, and how the others are reached. Sourced by cluster,
# before driver.sh; never run.
#
#   machines_open [NAME...]        reaches all that machines.tsv lists, or those named; 1: some cannot be, and each was named
#   machines_bad                   lines `machine<TAB>why` of those that could not be reached
#   machine_names                  those that were opened, a line each
#   machine_here NAME              whether it is this machine
#   machine_reached NAME           whether it is, or was opened
#   on_machine NAME CMD [ARG...]   runs it there, with the arguments as they are; standard input passes
#   docker_on NAME ARG...          the docker client of this machine on that one's engine
#   docker_within SECONDS NAME ARG...  the same, ended when it takes longer
#   machine_put NAME FOLDER TARGET brings a folder there, whole or not at all, with its modes; standard input does not pass
#   machine_directory NAME         the cluster's folder there: this one, or ssh.directory, or hpcc/CLUSTER/NAME below the login's home
#   machine_fact NAME FACT         what it said of itself: arch (uname -m), now (its clock less ours, seconds), engine (yes, no, denied)
#   machine_field NAME NUMBER      a column of its line in machines.tsv
#   machine_login NAME             as whom its commands run
#   machines_close                 ends the connections
#
# One connection of ssh to each machine, over which all else passes, the socket of its Docker engine too. It runs a cat whose
# standard input this script holds open: whichever way the script ends, the connection ends with it, or with the last command
# that it still carries. No signal but KILL ends it before: what the script puts right at its end may be over there. A cluster on
# one machine never sees ssh.
# shellcheck disable=SC2034,SC2154 # cluster's variables

m_names='' m_count=0 m_sockets='' m_exec=''

# The number of a machine, in m_at. No process: this is asked for every command.
m_find() {
	m_at=0
	for m_one in $m_names; do
		m_at=$((m_at + 1))
		[ "$m_one" != "$1" ] || return 0
	done
	warn "no machine '$1' in machines.tsv"
	return 1
}
# m_get FIELD: of the machine m_at, in m_value.
m_get() { eval "m_value=\${m_$1_$m_at:-}"; }

machines_bad() { sort -u "$tmp/machines.bad" 2>/dev/null || true; }
machine_names() { for m_one in $m_names; do echo "$m_one"; done; }
machine_here() {
	m_find "$1" || return 1
	m_get here
	[ "$m_value" = yes ]
}
machine_reached() {
	m_find "$1" || return 1
	m_get reached
	[ "$m_value" = yes ]
}
machine_directory() {
	m_find "$1" && m_get directory && printf '%s\n' "$m_value"
}
machine_fact() {
	m_find "$1" && m_get "$2" && printf '%s\n' "$m_value"
}
machine_login() {
	m_user=-
	machine_here "$1" || m_user=$(machine_field "$1" 3)
	if [ "$m_user" = - ]; then id -un; else echo "$m_user"; fi
}
machine_field() { awk -F '\t' -v n="$1" -v f="$2" '$1 == n { print $f; exit }' "$tmp/machines"; }

# ---- which is this one

# This machine's own addresses and names, one a line.
m_own() {
	if command -v ip >/dev/null 2>&1; then
		ip -o address show 2>/dev/null | awk '{ sub(/\/.*/, "", $4); print $4 }'
	else
		ifconfig 2>/dev/null | awk '$1 ~ /^inet6?$/ { sub(/^addr:/, "", $2); sub(/[%\/].*/, "", $2); print $2 }'
	fi
	uname -n
	uname -n | sed 's/\..*//'
	echo localhost
}

# An address that is a name is what it resolves to, too. Debian gives a machine's own name 127.0.1.1, which no interface has: all of
# 127/8 is this machine (RFC 1122).
m_is_own() {
	grep -qxF -- "$1" "$tmp/own" && return 0
	case $1 in
	127.*) [ -z "$(printf %s "$1" | tr -d '0-9.')" ] && return 0 ;;
	*[!0-9.]*) ;;
	*) return 1 ;;
	esac
	command -v getent >/dev/null 2>&1 || return 1
	getent ahosts "$1" 2>/dev/null | awk '{ print $1 }' >"$tmp/resolved"
	grep -qxFf "$tmp/own" "$tmp/resolved" || grep -q '^127\.' "$tmp/resolved"
}

# ---- reaching the others

# m_ssh NUMBER ARG...: ssh to a machine, by its connection if it is there.
m_ssh() {
	m_n=$1
	shift
	eval "m_address=\$m_address_$m_n m_user=\$m_user_$m_n m_port=\$m_port_$m_n m_key=\$m_key_$m_n"
	[ "$m_user" = - ] || set -- -l "$m_user" "$@"
	[ "$m_port" = - ] || set -- -p "$m_port" "$@"
	# From wherever this is called, it is the same key.
	case $m_key in
	- | /* | \~*) ;;
	*) m_key=$HERE/$m_key ;;
	esac
	[ "$m_key" = - ] || set -- -i "$m_key" -o IdentitiesOnly=yes "$@"
	# What a user's own config may ask for, and what would outlive this script, or take it elsewhere.
	$m_exec ssh -S "$m_sockets/s$m_n" -o ControlPersist=no -o RemoteCommand=none -o ForwardAgent=no -o ForwardX11=no -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=10 -o ServerAliveCountMax=3 \
		-o StrictHostKeyChecking=accept-new -o "UserKnownHostsFile=\"$HERE/state/known_hosts\" ~/.ssh/known_hosts" \
		-o LogLevel=ERROR "$@"
}

# "'c1' 'it'\''s'": words as sh reads them again, in m_words.
m_quote() {
	m_words=
	for m_arg; do
		m_done=
		while :; do
			case $m_arg in
			*\'*) ;;
			*) break ;;
			esac
			m_done="$m_done${m_arg%%\'*}'\\''"
			m_arg=${m_arg#*\'}
		done
		m_words="$m_words '$m_done$m_arg'"
	done
}

# m_remote WORD...: the same as a command for ssh, in m_words. The login's shell over there may be csh or fish, which end a quoted text
# at a line's end, or read ! and \ in it: so what sh is to run comes in words of letters and digits, all else as _ and four octal
# digits; short ones, for csh.
m_remote() {
	m_quote "$@"
	m_words="exec sh -c 'eval \"\$(printf %b \"\$(printf %s \"\$@\" | tr _ \"\\134\")\")\"' sh $(printf %s "$m_words" | od -An -v -to1 | awk '
		BEGIN { for (i = 45; i < 123; i++) if ((c = sprintf("%c", i)) ~ /[A-Za-z0-9.\/-]/) plain[sprintf("%03o", i)] = c }
		{ for (i = 1; i <= NF; i++) { if (n++ && n % 160 == 1) printf " "; printf "%s", $i in plain ? plain[$i] : "_0" $i } }')"
}

on_machine() {
	m_find "$1" || return 255
	shift
	m_get here
	if [ "$m_value" = yes ]; then
		"$@"
		return $?
	fi
	m_remote "$@"
	m_get address
	m_ssh "$m_at" -T "$m_value" "$m_words"
}

docker_on() {
	if [ "$m_count" -le 1 ]; then
		shift
		$m_exec docker "$@"
		return $?
	fi
	m_find "$1" || return 255
	shift
	m_get here
	if [ "$m_value" = yes ]; then
		$m_exec docker "$@"
	elif [ -n "$m_exec" ]; then
		m_docker_away "$@"
	else
		(m_docker_away "$@")
	fi
}
m_docker_away() {
	unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH
	DOCKER_HOST=unix://$m_sockets/d$m_at
	export DOCKER_HOST
	exec docker "$@"
}

# docker_within SECONDS NAME ARG...: the same without standard input, and not for longer: an engine may take a connection and never answer.
docker_within() {
	m_until=$(($(date +%s) + $1)) m_limit=$1
	shift
	(
		m_exec='exec'
		docker_on "$@" </dev/null 9>&-
	) &
	m_pid=$!
	while kill -0 "$m_pid" 2>/dev/null; do
		if [ "$(date +%s)" -ge "$m_until" ]; then
			kill "$m_pid" 2>/dev/null || true
			wait "$m_pid" 2>/dev/null || true
			echo "it does not answer within $m_limit s" >&2
			return 124
		fi
		sleep 0.05
	done
	wait "$m_pid"
}

# A connection that breaks on the way leaves what was there; so does an archive that could not be read here.
machine_put() {
	rm -f "$tmp/put.bad.$1"
	# shellcheck disable=SC2016 # for the shell over there
	{ COPYFILE_DISABLE=1 tar -c -f - -C "$2" . || : >"$tmp/put.bad.$1"; } |
		on_machine "$1" sh -c 'umask 077 && rm -rf "$1.put" && mkdir -p "$1.put" && exec tar -x -p -o -f - -C "$1.put"' sh "$3" || return 1
	[ ! -e "$tmp/put.bad.$1" ] || return 1
	# shellcheck disable=SC2016 # for the shell over there
	on_machine "$1" sh -c 'rm -rf "$1.old" && { [ ! -e "$1" ] || mv "$1" "$1.old"; } && mv "$1.put" "$1" && rm -rf "$1.old"' sh "$3" </dev/null
}

# What a machine says of itself. Its engine's socket is where its own docker client would look for it.
# shellcheck disable=SC2016 # for the shell over there
m_probe='
cd && printf "home %s\n" "$(pwd -P)"
printf "now %s\n" "$(date +%s)"
printf "arch %s\n" "$(uname -m)"
at=${DOCKER_HOST:-$(docker context inspect -f "{{.Endpoints.docker.Host}}" 2>/dev/null)}
case $at in
unix://*) at=${at#unix://} ;;
*) at=/var/run/docker.sock ;;
esac
printf "socket %s\n" "$at"
if [ ! -S "$at" ]; then echo "engine no"; elif [ ! -w "$at" ]; then echo "engine denied"; else echo "engine yes"; fi
'

# m_connect NUMBER NAME: in the background of machines_open; what went wrong is one line in $tmp/machine.NUMBER.bad.
m_connect() {
	eval "m_to=\$m_address_$1"
	m_until=$(($(date +%s) + 40))
	(
		# A signal to all that the terminal or timeout(1) has begun must not end what the script needs to put things right. A shell that
		# waited for ssh, or a copy of 9, would hold the pipe open.
		trap '' HUP INT QUIT TERM
		exec <"$m_sockets/hold" >/dev/null 2>"$tmp/machine.$1.said" 9>&-
		m_exec='exec'
		m_ssh "$1" -T -M "$m_to" 'cat >/dev/null'
	) &
	m_pid=$!
	echo "$m_pid" >"$tmp/machine.$1.pid"
	until m_ssh "$1" -O check "$m_to" >/dev/null 2>&1 </dev/null; do
		if ! kill -0 "$m_pid" 2>/dev/null; then
			grep . "$tmp/machine.$1.said" | tail -n 1 >"$tmp/machine.$1.bad"
			[ -s "$tmp/machine.$1.bad" ] || echo "ssh ends without a word" >"$tmp/machine.$1.bad"
			return 0
		fi
		if [ "$(date +%s)" -ge "$m_until" ]; then
			kill -KILL "$m_pid" 2>/dev/null || true
			echo "ssh waits for an answer, and none comes" >"$tmp/machine.$1.bad"
			return 0
		fi
		sleep 0.05
	done
	m_remote sh -c "$m_probe"
	m_asked=$(date +%s)
	if ! m_ssh "$1" -T "$m_to" "$m_words" >"$tmp/machine.$1" 2>"$tmp/machine.$1.said" </dev/null || ! grep -q '^engine ' "$tmp/machine.$1"; then
		echo "commands cannot be run there: $(tail -n 1 "$tmp/machine.$1.said")" >"$tmp/machine.$1.bad"
		return 0
	fi
	# Half of the way there and back; what is named is more than a minute.
	echo "asked $(((m_asked + $(date +%s)) / 2))" >>"$tmp/machine.$1"
	m_socket=$(sed -n 's/^socket //p' "$tmp/machine.$1")
	if ! m_ssh "$1" -O forward -L "$m_sockets/d$1:$m_socket" "$m_to" >/dev/null 2>"$tmp/machine.$1.said" </dev/null; then
		echo "its Docker cannot be reached: $(tail -n 1 "$tmp/machine.$1.said")" >"$tmp/machine.$1.bad"
	fi
}

# m_learn NUMBER NAME: what m_connect has found, into this shell's variables. Machines may have one home directory.
m_learn() {
	eval "m_directory=\$m_directory_$1"
	m_home=$(sed -n 's/^home //p' "$tmp/machine.$1")
	case $m_directory in
	-) m_directory=$m_home/hpcc/$CLUSTER/$2 ;;
	/*) ;;
	\~/*) m_directory=$m_home/${m_directory#??} ;;
	*) m_directory=$m_home/$m_directory ;;
	esac
	m_arch=$(sed -n 's/^arch //p' "$tmp/machine.$1")
	m_engine=$(sed -n 's/^engine //p' "$tmp/machine.$1")
	m_now=$(awk '{ said[$1] = $2 } END { print said["now"] - said["asked"] }' "$tmp/machine.$1")
	eval "m_reached_$1=yes m_directory_$1=\$m_directory m_arch_$1=\$m_arch m_engine_$1=\$m_engine m_now_$1=\$m_now"
}

# Sockets' paths end at 104 bytes on some systems, and ssh puts 17 behind one while it makes it.
m_make_sockets() {
	m_sockets=$tmp
	if [ ${#tmp} -gt 80 ]; then
		m_sockets=$(mktemp -d /tmp/cluster.XXXXXX) || die "no folder can be made in /tmp"
	fi
	mkfifo "$m_sockets/hold" || die "no pipe can be made in $m_sockets"
	exec 9<>"$m_sockets/hold"
}

machines_open() {
	if [ ! -e "$tmp/machines" ]; then lines machines.tsv >"$tmp/machines"; fi
	m_names='' m_count=0 m_away=''
	[ -e "$tmp/machines.bad" ] || : >"$tmp/machines.bad"
	[ "$(wc -l <"$tmp/machines")" -le 1 ] || m_own >"$tmp/own"
	while IFS=$tab read -r m_name m_address m_user m_port m_key m_directory m_rest; do
		m_names="$m_names $m_name" m_count=$((m_count + 1))
		m_is=no
		if [ "$m_address" = - ] || [ ! -e "$tmp/own" ] || m_is_own "$m_address"; then m_is=yes m_directory=$HERE; fi
		eval "m_here_$m_count=\$m_is m_address_$m_count=\$m_address m_user_$m_count=\$m_user m_port_$m_count=\$m_port
			m_key_$m_count=\$m_key m_directory_$m_count=\$m_directory m_arch_$m_count='' m_engine_$m_count=yes m_now_$m_count=0
			m_reached_$m_count=\$m_is"
		[ "$m_is" = no ] || continue
		# It may be open from before.
		if [ -s "$tmp/machine.$m_count" ]; then
			m_learn "$m_count" "$m_name"
			continue
		fi
		if [ $# -gt 0 ]; then case " $* " in
		*" $m_name "*) ;;
		*) continue ;;
		esac fi
		m_away="$m_away $m_count"
	done <"$tmp/machines"
	if [ "$m_count" = 0 ]; then
		# A list of an older make.
		m_names=localhost m_count=1 m_here_1=yes m_directory_1=$HERE m_engine_1=yes m_now_1=0 m_reached_1=yes
	fi
	m_arch_here
	[ -n "$m_away" ] || return 0
	command -v ssh >/dev/null 2>&1 || { warn "ssh is not installed: the other machines are reached by it" && return 1; }
	[ -n "$m_sockets" ] || m_make_sockets
	mkdir -p "$HERE/state"
	for m_n in $m_away; do m_connect "$m_n" & m_waits="${m_waits:-} $!"; done
	# shellcheck disable=SC2086 # processes; not those that run on
	wait $m_waits
	m_waits=
	m_result=0
	for m_i in $m_away; do
		m_at=$m_i
		m_get address
		m_name=$(echo "$m_names" | awk -v n="$m_i" '{ print $n }')
		# Where the disk is full, no reason could be written either.
		if [ ! -e "$tmp/machine.$m_i.bad" ] && grep -q '^asked ' "$tmp/machine.$m_i" 2>/dev/null; then
			m_learn "$m_i" "$m_name"
			continue
		fi
		m_why=$(tail -n 1 "$tmp/machine.$m_i.bad" 2>/dev/null) || m_why=
		m_why=${m_why:-"nothing of it could be written in $tmp: is the disk full?"}
		warn "$m_name ($m_value) cannot be reached: $m_why"
		printf '%s\t%s\n' "$m_name" "$m_why" >>"$tmp/machines.bad"
		rm -f "$tmp/machine.$m_i" "$tmp/machine.$m_i.bad"
		m_result=1
	done
	return "$m_result"
}

# Only where there are several does somebody ask.
m_arch_here() {
	[ "$m_count" -gt 1 ] || return 0
	m_this=$(uname -m)
	m_i=0
	while [ "$m_i" -lt "$m_count" ]; do
		m_i=$((m_i + 1))
		eval "[ \"\$m_here_$m_i\" != yes ] || m_arch_$m_i=\$m_this"
	done
}

machines_close() {
	[ -n "$m_sockets" ] || return 0
	exec 9>&-
	for m_file in "$tmp"/machine.*.pid; do
		[ -e "$m_file" ] || continue
		# One that could not be opened has ended.
		if read -r m_pid <"$m_file"; then kill -KILL "$m_pid" 2>/dev/null || true; fi
		rm -f "$m_file"
	done
	[ "$m_sockets" = "$tmp" ] || rm -rf "$m_sockets"
	m_sockets=
}
