#!/bin/sh
# `cluster rotate`: a new secret in the place of an old one, which stays in force until the new one works and comes back where it does not.
# Sourced by cluster, never run.
# shellcheck disable=SC2034,SC2154,SC2317 # cluster's variables; undo, which cluster calls

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
