#!/bin/sh
# `cluster up`: what was built comes into force, what does not run is started, what runs is told, and what Slurm needs to know of it all;
# and the directories that machines of the cluster export to the others. Sourced by cluster, never run.
#
# Files of $STATE say what an `up` that ended early has left: changed, changed.at, renumbered, accounted, exports.
# shellcheck disable=SC2034,SC2154 # cluster's variables

# ---- a configuration comes into force

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
			code=0
			driver_preflight "$STATE/etc.new/files$CONF_DIR" >"$tmp/preflight" 2>&1 || code=$?
			if [ "$code" != 0 ]; then
				tail -n 4 "$tmp/preflight" | sed 's/^/cluster:   /' >&2
				rm -rf "$STATE/etc.new"
				[ "$code" != 2 ] || die "Slurm could not be shown the new configuration: nothing was changed"
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
