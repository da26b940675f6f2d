#!/bin/sh
# Target compose over several machines: what its driver does there beside what it does on one. Sourced by driver.sh, never run.
#
# The state of the cluster is here, whole. To each other machine goes what its places read: state/NAME/etc and the secrets that
# one of them has, in the cluster's folder there (machine_directory). Compose runs here, on that machine's engine.
# shellcheck disable=SC2034,SC2154 # cluster's variables, and the driver's

# state_on MACHINE: the cluster's state there.
state_on() {
	if machine_here "$1"; then echo "$STATE"; else echo "$(machine_directory "$1")/state/$NAME"; fi
}

# What a machine is called in what is said.
there() {
	if [ "$m_count" -le 1 ]; then echo "this machine"; else echo "$1"; fi
}

# carries MACHINE: whether places of the cluster are on it.
carries() { [ "$m_count" -le 1 ] || [ -e "$HERE/hosts/$1/compose.yaml" ]; }

# own_machines: whether what the machines have of a cluster of this name is this folder's; by $tmp/folders.MACHINE, from where what runs
# there was brought up. Its own engine is known by that alone.
own_machines() {
	d_was=$(cat "$STATE/origin" 2>/dev/null) || d_was=
	d_was=${d_was#*:}
	origin_own
	for d_m in $d_all; do
		d_state=$(state_on "$d_m") d_is=
		if ! machine_here "$d_m"; then
			# shellcheck disable=SC2016 # for the shell over there
			d_is=$(on_machine "$d_m" sh -c '[ ! -e "$1" ] || cat "$1"' sh "$d_state/origin" </dev/null 2>"$tmp/said") || {
				warn "$d_state on $d_m cannot be read: $(tail -n 1 "$tmp/said")"
				return 1
			}
		fi
		if [ -n "$d_is" ]; then
			origin_is_ours "$d_is" && continue
			origin_refuses "$d_m" "$(origin_words "$d_is")" "'rm $d_state/origin' on $d_m"
			return 1
		fi
		# A state that is older than this has none.
		if [ -z "$d_was" ] && [ -r "$STATE/cluster.env" ]; then continue; fi
		d_other=$(grep . "$tmp/folders.$d_m" | grep -vxF -e "$HERE" -e "${d_was:-$HERE}" | head -n 1 || true)
		[ -n "$d_other" ] || continue
		origin_refuses "$d_m" "$d_other of another machine" \
			"'docker rm -f \$(docker ps -aq --filter label=com.docker.compose.project=$NAME)' on $d_m"
		return 1
	done
}

# ---- before anything is begun

# list_machines MODE: machines that carried places and are no more in the list are still to be cleared, by `up` and `down`:
# $tmp/machines.gone. They are listed behind the others; not so behind one alone, with which nobody asks for ssh.
list_machines() {
	lines machines.tsv >"$tmp/machines"
	: >"$tmp/gone"
	: >"$tmp/machines.gone"
	case $1 in
	up | down) ;;
	*) return 0 ;;
	esac
	set -- "$STATE/machines.left"
	if [ "$ETC" != "$STATE/etc" ] && [ -r "$STATE/etc/machines.tsv" ] &&
		[ "$( (cat "$tmp/machines" && lines_applied) | wc -l)" -gt 2 ]; then
		set -- "$@" "$STATE/etc/machines.tsv"
	fi
	cat "$@" 2>/dev/null | awk -F '\t' '
		/^#/ { next }
		FILENAME == ARGV[1] { now[$1] = 1; next }
		!($1 in now) && $1 != "localhost" && !told[$1]++' "$tmp/machines" - >"$tmp/machines.gone"
	if [ "$(wc -l <"$tmp/machines")" -gt 1 ]; then
		cut -f 1 "$tmp/machines.gone" >"$tmp/gone"
		cat "$tmp/machines.gone" >>"$tmp/machines"
	fi
}
lines_applied() { grep -v '^#' "$STATE/etc/machines.tsv" || true; }

# Before what was applied is overwritten: whoever is gone is remembered until nothing of the cluster is there.
keep_left() {
	if [ ! -s "$tmp/machines.gone" ]; then
		rm -f "$STATE/machines.left"
		return 0
	fi
	if ! cp "$tmp/machines.gone" "$STATE/machines.left.new" || ! mv -f "$STATE/machines.left.new" "$STATE/machines.left"; then
		warn "cannot write in $STATE: is the disk full?"
		return 1
	fi
}
forget_left() {
	[ -e "$STATE/machines.left" ] || return 0
	awk -F '\t' -v m="$1" '$1 != m' "$STATE/machines.left" >"$STATE/machines.left.new" &&
		mv -f "$STATE/machines.left.new" "$STATE/machines.left" || return 1
	[ -s "$STATE/machines.left" ] || rm -f "$STATE/machines.left"
}

# reach MODE [NAMES]: opens the machines, or those with NAMES; $d_all: those that can be used. MODE `some`, `down`: the others are named,
# and done without.
reach() {
	list_machines "$1"
	d_named=$(cut -f 1 "$tmp/machines" | grep -vxFf "$tmp/gone" || true)
	[ -s "$tmp/gone" ] || d_named=
	# shellcheck disable=SC2086 # names
	machines_open ${2:-$d_named} || [ "$1" = some ] || [ "$1" = down ] || return 1
	open_gone
	d_all=''
	for d_m in $(machine_names); do
		if machine_reached "$d_m" && ! grep -qxF "$d_m" "$tmp/gone"; then d_all="$d_all $d_m"; fi
	done
	d_all=${d_all# }
}
open_gone() {
	while IFS= read -r d_m; do
		machines_open "$d_m" </dev/null ||
			warn "what runs of $NAME on $d_m, which the spec has no more, stays until it can be reached"
	done <"$tmp/gone"
}

# look_at MACHINE: `free KIB FOLDER` of its disks, and `listen PORT` for each port that somebody listens on.
look_at() {
	# shellcheck disable=SC2016 # for the shell over there
	on_machine "$1" sh -c '
		for i; do
			while [ ! -d "$i" ] && [ "$i" != / ]; do i=$(dirname -- "$i"); done
			df -Pk "$i" 2>/dev/null | awk -v at="$i" "NR == 2 { print \"free\", \$4, at }"
		done
		if [ -r /proc/net/tcp ]; then
			cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r _ at _ state _; do
				[ "$state" != 0A ] || echo "listen $((0x${at##*:}))"
			done | sort -u
		else
			netstat -an -p tcp 2>/dev/null | awk "\$NF == \"LISTEN\" { sub(/.*[.]/, \"\", \$4); print \"listen\", \$4 }" | sort -u
		fi' sh "$2" "$(machine_directory "$1")" </dev/null
}

# Everything that would stop `up` halfway, of all machines, before any is touched.
inspect_machines() {
	for d_m in $d_all; do
		look_at "$d_m" "$(sed -n 's/^[^ ]* [^ ]* //p' "$tmp/engine.$d_m")" >"$tmp/looked.$d_m" 2>/dev/null &
	done
	wait
	containers >"$tmp/containers.now" || return 1
	d_bad=0
	for d_m in $d_all; do
		inspect_machine "$d_m" || d_bad=1
	done
	return "$d_bad"
}

inspect_machine() {
	d_bad_here=0
	machine_agrees "$1" || d_bad_here=1
	awk '$1 == "free" && $2 + 0 < 262144 { sub(/^free [0-9]+ /, ""); print }' "$tmp/looked.$1" | sort -u >"$tmp/full"
	if [ -s "$tmp/full" ]; then
		warn "the disk of $(head -n 1 "$tmp/full") on $1 is nearly full: make room there ('docker system df' says what Docker holds)"
		d_bad_here=1
	fi
	ports_taken "$1" >"$tmp/ports.taken"
	while IFS=$tab read -r d_port d_place; do
		d_user=$(docker_on "$1" ps --filter "publish=$d_port" --format '{{.Names}}' 2>/dev/null </dev/null | head -n 1)
		warn "port $d_port of $1, which $d_place needs, is taken${d_user:+ by the container $d_user}: end what listens there" \
			"('sudo ss -ltnp sport = :$d_port' says what), or give $d_place another port in the spec"
		d_bad_here=1
	done <"$tmp/ports.taken"
	return "$d_bad_here"
}

# Ports that places of a machine need and somebody has; a place that runs already is who has them. What srun is called back on is one
# of many, and it takes another.
ports_taken() {
	lines ports.tsv | awk -F '\t' -v m="$1" '
		FILENAME == ARGV[1] { if ($3 == "running" || $3 == "restarting") runs[$1] = 1; next }
		FILENAME == ARGV[2] { split($0, p, " "); if (p[1] == "listen") taken[p[2]] = 1; next }
		$3 == m && $2 != "srun" && !($1 in runs) { for (i = $4; i <= $5; i++) if (i in taken) print i "\t" $1 }' \
		"$tmp/containers.now" "$tmp/looked.$1" -
}

# ---- configuration and secrets

# The secrets that places of a machine have.
secrets_on() {
	lines hosts.tsv | awk -F '\t' -v m="$1" '$4 == m { print $3 }' | tr ',' '\n' | sort -u >"$tmp/roles.$1"
	lines secrets.tsv | awk -F '\t' -v of="$tmp/roles.$1" '
		BEGIN { while ((getline role <of) > 0) has[role] = 1 }
		{ n = split($8, r, ","); for (i = 1; i <= n; i++) if (r[i] in has) { print $1; next } }'
}

# sums FOLDER: a line for each file below it: checksum, size, name. What one that was killed has left there halfway goes: it has secrets.
# shellcheck disable=SC2016 # for the shell over there
sums='[ -n "$1" ] && cd "$1" 2>/dev/null || exit 0; rm -rf new new.put new.old preflight preflight.put preflight.old; find etc secrets origin -type f ! -name ".*" -exec cksum {} + 2>/dev/null; exit 0'

# Files that running places have open or mounted stay what they are: those of etc are renamed into their folders, secrets are
# written over.
# shellcheck disable=SC2016 # for the shell over there
settle='
cd "$1" || exit 1
umask 022
mkdir -p etc && chmod 0755 etc . || exit 1
(umask 077 && mkdir -p secrets) && chmod 0700 secrets || exit 1
(cd new && find etc -type d 2>/dev/null) | while IFS= read -r i; do
	[ -d "$i" ] || { rm -f "$i"; mkdir -p "$i" || exit 1; }
done
(cd new && find etc -type f 2>/dev/null) | while IFS= read -r i; do
	[ ! -d "$i" ] || rm -rf "$i"
	mv -f "new/$i" "$i" || exit 1
done || exit 1
(cd new && find secrets -type f 2>/dev/null) | while IFS= read -r i; do
	if [ -e "$i" ]; then cat "new/$i" >"$i"; else (umask 077 && cp -p "new/$i" "$i"); fi || exit 1
done || exit 1
if [ -e new/origin ]; then mv -f new/origin origin || exit 1; fi
if [ -e new/gone ]; then
	while IFS= read -r i; do rm -f "$i"; done <new/gone
	find etc -depth -type d -exec rmdir {} + 2>/dev/null
	mkdir -p etc
fi
rm -rf new
'

# bring_to MACHINE: what its places read, as it is here; nothing is sent when it is there already.
bring_to() {
	machine_here "$1" && return 0
	b_result=0
	bring_files "$1" || b_result=$?
	# There are secrets in it.
	rm -rf "$tmp/bring.$1"
	return "$b_result"
}
bring_files() {
	b_state=$(state_on "$1")
	b_work=$tmp/bring.$1
	rm -rf "$b_work"
	mkdir -p "$b_work/new/etc" "$b_work/new/secrets" || return 1
	secrets_on "$1" >"$b_work/secrets" || return 1
	(
		cd "$STATE" || exit 1
		find etc -type f ! -name '.*' -exec cksum {} + || exit 1
		[ ! -e origin ] || cksum origin || exit 1
		while IFS= read -r b_secret; do cksum "secrets/$b_secret" || exit 1; done <"$b_work/secrets"
	) >"$b_work/want.any" || return 1
	sort "$b_work/want.any" >"$b_work/want" || return 1
	on_machine "$1" sh -c "$sums" sh "$b_state" </dev/null >"$b_work/has.any" || return 1
	sort "$b_work/has.any" >"$b_work/has"
	comm -23 "$b_work/want" "$b_work/has" | cut -d ' ' -f 3- >"$b_work/send"
	cut -d ' ' -f 3- "$b_work/want" | sort >"$b_work/names"
	cut -d ' ' -f 3- "$b_work/has" | sort | comm -13 "$b_work/names" - >"$b_work/new/gone"
	if [ ! -s "$b_work/send" ] && [ ! -s "$b_work/new/gone" ]; then return 0; fi
	while IFS= read -r b_file; do
		mkdir -p "$b_work/new/$(dirname -- "$b_file")"
		cp -p "$STATE/$b_file" "$b_work/new/$b_file" || return 1
	done <"$b_work/send"
	machine_put "$1" "$b_work/new" "$b_state/new" && on_machine "$1" sh -c "$settle" sh "$b_state" </dev/null
}

driver_bring() {
	[ "$m_count" -gt 1 ] || return 0
	for d_m in $d_all; do
		if carries "$d_m"; then echo "$d_m"; fi
	done | in_parallel bring_to
	if [ -s "$tmp/par/failed" ]; then
		d_m=$(head -n 1 "$tmp/par/failed")
		tail -n 3 "$tmp/par/$d_m.out" | sed "s/^/cluster:   $d_m: /" >&2
		warn "the configuration did not reach $(some <"$tmp/par/failed"): is the disk there full?"
		return 1
	fi
}

# ---- images

images_there() { if [ "$m_count" -gt 1 ]; then echo "$HERE/hosts/$1/images.tsv"; else echo "$HERE/images.tsv"; fi; }

# Who runs from an image: machines, one a line.
users_of() {
	for d_user in $d_all; do
		if grep -q "^$1$tab" "$HERE/hosts/$d_user/images.tsv" 2>/dev/null; then echo "$d_user"; fi
	done
}
arch_of() { arch_name "$(cut -d ' ' -f 2 "$tmp/engine.$1")"; }

# ---- up and down

# A network over all machines is the swarm's, and is made where the swarm is managed. $STATE/overlays is there while some are.
list_overlays() { lines networks.tsv | awk -F '\t' '$2 == "overlay"' >"$tmp/overlays"; }
make_overlays() {
	list_overlays
	[ -s "$tmp/overlays" ] || return 0
	find_manager || return 1
	: >"$STATE/overlays"
	while IFS=$tab read -r d_network _ d_subnet d_gateway d_range _ d_mtu d_encrypted; do
		if [ -n "$NET_BUILT" ] && [ "$d_subnet" = "$SUBNET_BUILT" ]; then
			d_subnet=$SUBNET
			[ "$d_range" = - ] || d_range=$NET${d_range#"$NET_BUILT"}
		fi
		if d_is=$(docker_on "$d_manager" network inspect --format '{{range .IPAM.Config}}{{.Subnet}} {{or .IPRange "-"}}{{end}}' "${NAME}_$d_network" 2>/dev/null </dev/null); then
			[ "$d_is" != "$d_subnet $d_range" ] || continue
			warn "the network ${NAME}_$d_network has the subnet ${d_is% *} with the range ${d_is#* } for engines, and the spec says $d_subnet with $d_range:" \
				"bring $NAME down first ('$(me) down')"
			return 1
		fi
		set -- --subnet "$d_subnet"
		[ "$d_gateway" = - ] || set -- "$@" --gateway "$d_gateway"
		[ "$d_range" = - ] || set -- "$@" --ip-range "$d_range"
		[ "$d_mtu" = - ] || set -- "$@" --opt "com.docker.network.driver.mtu=$d_mtu"
		[ "$d_encrypted" != yes ] || set -- "$@" --opt encrypted
		docker_on "$d_manager" network create -d overlay --attachable --label "hpcc.cluster=$NAME" "$@" "${NAME}_$d_network" >"$tmp/said" 2>&1 </dev/null || {
			warn "the network ${NAME}_$d_network cannot be made on $d_manager: $(tail -n 1 "$tmp/said")"
			return 1
		}
	done <"$tmp/overlays"
}
# Before images are made, which takes minutes: whether the machines are of one swarm, which the networks need.
check_overlays() {
	list_overlays
	[ -s "$tmp/overlays" ] || return 0
	find_manager || return 1
	swarm_of "$d_manager" >"$tmp/managers"
	for d_m in $d_all; do
		carries "$d_m" || continue
		swarm_of "$d_m" >"$tmp/managers.there"
		if grep -qxFf "$tmp/managers" "$tmp/managers.there"; then continue; fi
		if [ -s "$tmp/managers.there" ]; then
			warn "$d_m is in another swarm than $d_manager: 'docker swarm leave' there, and what 'docker swarm join-token worker' on $d_manager says"
		else
			warn "$d_m is not in the swarm of $d_manager, which the networks of type overlay need: run there what 'docker swarm join-token worker'" \
				"on $d_manager says"
		fi
		return 1
	done
}
# A swarm is known by its managers, to workers too: a line each, nothing where a machine is in none.
swarm_of() {
	docker_on "$1" info --format '{{if eq (print .Swarm.LocalNodeState) "active"}}{{range .Swarm.RemoteManagers}}{{println .NodeID}}{{end}}{{end}}' 2>/dev/null </dev/null |
		grep . || true
}
# In d_manager: the machine where the networks are made.
find_manager() {
	d_manager=$(overlay_manager) || true
	[ -z "$d_manager" ] || return 0
	d_m=$(echo "$d_all" | awk '{ print $1 }')
	warn "a network of type overlay needs a swarm, and none of $(echo "$d_all" | some) manages one: 'docker swarm init --advertise-addr" \
		"$(machine_field "$d_m" 2)' on $d_m, and on the others what that says"
	return 1
}
# An engine that manages no swarm knows an overlay only while a container of its own is on it, and Compose makes none on a network
# that the engine does not know. So somebody holds it meanwhile. hold_overlays MACHINE; release_overlays MACHINE.
hold_overlays() {
	[ -s "$tmp/overlays" ] || return 0
	d_holder=$(grep -v '^#' "$(images_there "$1")" | cut -f 3 | head -n 1)
	while IFS=$tab read -r d_network _; do
		docker_on "$1" network inspect "${NAME}_$d_network" >/dev/null 2>&1 </dev/null && continue
		docker_on "$1" run -d --rm --pull never --network "${NAME}_$d_network" --label "hpcc.holds=$NAME" --entrypoint sleep "$d_holder" 600 \
			>"$tmp/holds.$1" 2>&1 </dev/null || {
			warn "the network ${NAME}_$d_network does not reach $1: $(tail -n 1 "$tmp/holds.$1")"
			return 1
		}
	done <"$tmp/overlays"
}
release_overlays() {
	docker_on "$1" ps -aq --filter "label=hpcc.holds=$NAME" >"$tmp/holders.$1" 2>/dev/null </dev/null || return 0
	while IFS= read -r d_holder; do quiet_docker_on "$1" rm -f "$d_holder" || true; done <"$tmp/holders.$1"
}

# 1: none is known, and one does not answer.
overlay_manager() {
	d_silent=0
	for d_m in $d_all; do
		d_is=$(docker_on "$d_m" info --format '{{.Swarm.ControlAvailable}}' 2>/dev/null </dev/null) || d_silent=1
		if [ "$d_is" = true ]; then
			echo "$d_m"
			return 0
		fi
	done
	return "$d_silent"
}
# Those that the spec has no more, when no place is on them any longer.
drop_overlays() {
	[ -e "$STATE/overlays" ] || return 0
	d_manager=$(overlay_manager) || true
	[ -n "$d_manager" ] || return 0
	for d_m in $d_all; do release_overlays "$d_m"; done
	docker_on "$d_manager" network ls --filter "label=hpcc.cluster=$NAME" --format '{{.Name}}' >"$tmp/overlays.there" 2>/dev/null </dev/null || return 0
	d_stay=no
	while IFS= read -r d_network; do
		if cut -f 1 "$tmp/overlays" | grep -qxF -- "${d_network#"${NAME}_"}"; then
			d_stay=yes
		elif docker_on "$d_manager" network rm "$d_network" >"$tmp/said" 2>&1 </dev/null; then
			say "the network $d_network is gone, which the spec has no more"
		else
			d_stay=yes
			warn "the network $d_network, which the spec has no more, stays: $(tail -n 1 "$tmp/said")"
		fi
	done <"$tmp/overlays.there"
	[ "$d_stay" = yes ] || rm -f "$STATE/overlays"
}
remove_overlays() {
	list_overlays
	if [ ! -s "$tmp/overlays" ] && [ ! -e "$STATE/overlays" ]; then return 0; fi
	d_manager=$(overlay_manager) || {
		warn "the networks of $NAME over all machines stay: no manager of the swarm answers"
		return 1
	}
	[ -n "$d_manager" ] || return 0
	# Of an `up` that was ended.
	for d_m in $d_all; do release_overlays "$d_m"; done
	listed "$d_manager" network ls -q --filter "label=hpcc.cluster=$NAME" || return 1
	while IFS= read -r d_network; do
		quiet_docker_on "$d_manager" network rm "$d_network" || return 1
	done <"$tmp/listed.$d_manager"
	rm -f "$STATE/overlays"
}

# listed MACHINE ARG...: what its engine lists, in $tmp/listed.MACHINE. An engine that does not answer has not said that there is nothing.
listed() {
	d_asked=$1
	docker_on "$@" >"$tmp/listed.$d_asked" 2>"$tmp/docker" </dev/null && return 0
	warn "Docker's engine on $(there "$d_asked") does not answer: $(tail -n 1 "$tmp/docker")"
	return 1
}

# clear_machine MACHINE: nothing of the cluster runs there any more; nor has it a network there.
clear_machine() {
	containers_on "$1" >"$tmp/ps.$1" 2>"$tmp/docker" || {
		warn "Docker's engine on $(there "$1") does not answer: $(tail -n 1 "$tmp/docker")"
		return 1
	}
	cut -f 2 "$tmp/ps.$1" >"$tmp/ids.$1"
	if [ -s "$tmp/ids.$1" ]; then
		# shellcheck disable=SC2046 # containers' names have no blanks
		quiet_docker_on "$1" stop $(cat "$tmp/ids.$1") && quiet_docker_on "$1" rm -f -v $(cat "$tmp/ids.$1") || return 1
	fi
	listed "$1" network ls -q --filter "label=com.docker.compose.project=$NAME" || return 1
	while IFS= read -r d_network; do
		quiet_docker_on "$1" network rm "$d_network" || return 1
	done <"$tmp/listed.$1"
}

purge_machine() {
	listed "$1" volume ls -q --filter "label=com.docker.compose.project=$NAME" || return 1
	while IFS= read -r d_volume; do
		quiet_docker_on "$1" volume rm "$d_volume" || return 1
	done <"$tmp/listed.$1"
	remove_folder "$1"
}
remove_folder() {
	if machine_here "$1"; then return 0; fi
	# The cluster's folder, and those above it that it alone has made: one that the user names is the user's.
	r_own=no
	[ "$(machine_field "$1" 6)" != - ] || r_own=yes
	# shellcheck disable=SC2016 # for the shell over there
	on_machine "$1" sh -c 'rm -rf "$1/state/$2" && rmdir "$1/state" 2>/dev/null && [ "$4" = yes ] && rmdir "$1" "$HOME/hpcc/$3" "$HOME/hpcc" 2>/dev/null
		[ ! -e "$1/state/$2" ]' sh "$(machine_directory "$1")" "$NAME" "$CLUSTER" "$r_own" </dev/null || {
		warn "$(state_on "$1") on $1 cannot be removed"
		return 1
	}
}

# leave_machines FUNCTION: clears the machines that the spec has no more: their places are others' now, or gone. 2: one could not be.
leave_machines() {
	[ -s "$tmp/machines.gone" ] || return 0
	if [ "$m_count" -gt 1 ]; then
		leave_each "$1"
		return $?
	fi
	# One machine is left, and nothing of machines.sh would ask for ssh: a list of their own, with this one at its head.
	(
		d_lines=$tmp/machines.gone
		# Not in shellcheck's sight, which would have it that everybody's is lost.
		eval 'tmp=$tmp/left d_all=localhost'
		rm -rf "$tmp"
		mkdir "$tmp" || exit 1
		{ printf 'localhost\t-\t-\t-\t-\t-\t-\t-\t-\t-\n' && cat "$d_lines"; } >"$tmp/machines"
		cut -f 1 "$d_lines" >"$tmp/gone"
		open_gone
		d_result=0
		leave_each "$1" || d_result=$?
		machines_close
		exit "$d_result"
	)
}
leave_each() {
	d_left=0
	while IFS= read -r d_m; do
		if machine_here "$d_m" && here_is_used; then
			# It has another name now, and its places are compose's to take away.
			if forget_left "$d_m"; then continue; fi
		elif machine_reached "$d_m"; then
			say "clears $d_m, which the spec has no more"
			if "$1" "$d_m" && remove_folder "$d_m" && forget_left "$d_m"; then continue; fi
			warn "$d_m is not cleared: what is left there of $NAME is for the next 'up' or 'down'"
		fi
		d_left=2
	done <"$tmp/gone"
	return "$d_left"
}
here_is_used() {
	for d_user in $d_all; do
		if machine_here "$d_user"; then return 0; fi
	done
	return 1
}
clear_left() {
	clear_machine "$1" && say "volumes on $1 stay ('docker volume ls' lists them there)"
}
purge_left() { clear_machine "$1" && purge_machine "$1"; }
