#!/bin/sh
# `cluster backup` and `cluster restore`: Slurm's state and the accounting database, of one moment, in one file. Sourced by cluster, never
# run. Whatever happens on the way, slurmctld runs again at the end (undo).
# shellcheck disable=SC2034,SC2154,SC2317 # cluster's variables; undo, which cluster calls

start_again() {
	[ -z "$stopped" ] || {
		# shellcheck disable=SC2086 # names without blanks
		driver_start $stopped || warn "$stopped could not be started again: '$(me) up' does"
		stopped=
	}
}

one_file() { # VERB FILE
	[ -z "$file" ] || die "$1 wants one file"
	file=$2
}

verb_backup() {
	file='' home=no
	while [ $# -gt 0 ]; do
		case $1 in
		--home) home=yes ;;
		--name) name_option "$@" && shift ;;
		-*) die "backup: no option '$1'; '$0 backup --help' lists them" ;;
		*) one_file backup "$1" ;;
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
		*) one_file restore "$1" ;;
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
