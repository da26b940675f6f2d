#!/bin/sh
# Checks a running cluster claim by claim. Sourced by cluster, never run. Knows nothing of the platform: it looks through
# driver_exec, and driver_running for what should run.
#
# A claim ends in one line: `ok NAME`, `skip NAME: why` or `FAIL NAME: what is wrong; mend: COMMAND`. It never waits without an
# end, starts small jobs only, cancels those that it started, and takes a busy cluster for a busy cluster.
#
# Over several machines a claim names the machine where all of its places fail alike, ports and clocks are looked at between
# machines, and one that cannot be reached is named once: the rest goes on with what can be.
# shellcheck disable=SC2153,SC2154 # cluster's variables

v_ok=0 v_failed=0 v_skipped=0 v_json=no v_accounting=no v_several=no

# Beyond this many places, nodes are looked at in a sample.
v_most=64
# How long a job may wait for its turn, in seconds, before the cluster is called busy.
v_patience=30

# result ok|FAIL|skip NAME [WHAT [MEND]]
result() {
	case $1 in
	ok) v_ok=$((v_ok + 1)) ;;
	FAIL) v_failed=$((v_failed + 1)) ;;
	skip) v_skipped=$((v_skipped + 1)) ;;
	esac
	if [ "$v_json" = yes ]; then
		[ $((v_ok + v_failed + v_skipped)) = 1 ] || printf ',\n'
		printf '  {"result": "%s", "claim": "%s"%s%s}' "$1" "$(json_text "$2")" \
			"${3:+, \"what\": \"$(json_text "$3")\"}" "${4:+, \"mend\": \"$(json_text "$4")\"}"
		return 0
	fi
	printf '%s %s%s%s\n' "$1" "$2" "${3:+: $3}" "${4:+; mend: $4}"
}
json_text() { printf '%s' "$1" | tr '\n\t' '  ' | tr -d '\000-\037' | sed 's/[\\"]/\\&/g'; }

v_note() { [ "$v_json" = yes ] || printf 'verify: %s\n' "$*"; }

# What a program said went wrong, for a person: its first error, which the others follow from; or its last line.
words() {
	{ grep -m 1 -iE '(error|fatal): ' "$1" || grep -v '^[[:space:]]*$' "$1" | tail -n 1; } |
		sed 's/^[a-z]*: error: //; s/^[a-z]*: //' | cut -c 1-200
}

# has_role PLACE ROLES: whether the place has one of them.
has_role() { places_of "$2" | grep -qxF "$1"; }

verify() {
	v_json=$2
	v_controller=$(place_of slurmctld)
	v_login=$(place_of login)
	[ -n "$v_login" ] || v_login=$v_controller
	v_token=$(od -An -N 6 -t x1 /dev/urandom | tr -d ' \n')
	v=$tmp/verify
	mkdir "$v"
	: >"$v/lost"
	if several_machines; then v_several=yes; fi
	[ "$v_json" = no ] || printf '[\n'
	verify_facts
	# Of one that is down there is no more to say.
	if [ ! -s "$v/running" ]; then set -- facts; fi
	case $1 in
	smoke | full) verify_smoke ;;
	esac
	if [ "$1" = full ]; then verify_full; fi
	if [ "$v_json" = yes ]; then
		printf '\n]\n'
	else
		echo "$v_ok ok, $v_failed failed, $v_skipped skipped"
	fi
	[ "$v_failed" = 0 ] || exit 2
}

# ---- facts

# What each place says of itself, one visit: its clock, the sum of its slurm.conf, its launchers, whether its slurmd
# answers (scontrol takes the node's own port only when it is told the node), a credential of its munge.
# shellcheck disable=SC2016 # for the shell over there
v_probe='echo "time $(date +%s)"
if [ -r "$1" ]; then echo "conf $(sha256sum <"$1" | cut -d " " -f 1)"; fi
if [ "$2" != none ] && command -v srun >/dev/null; then echo "mpi $(timeout 10 srun --mpi=list 2>&1 | tr "\n\t" "  ")"; fi
case ",$3," in *,slurmd,*) SLURMD_NODENAME=$4 timeout 8 scontrol show slurmd >/dev/null 2>&1 && echo "slurmd answers" ;; esac
if [ -n "$5" ] && [ -r "$5" ]; then echo "key $(sha256sum <"$5" | cut -d " " -f 1)"; fi
if command -v munge >/dev/null; then
	if c=$(timeout 10 munge -n 2>&1); then echo "cred $c"; else echo "nomunge $(echo "$c" | tr "\n" " ")"; fi
fi
while read -r _ on type _; do echo "mount $on $type"; done </proc/self/mounts'
visit() {
	echo "before $(date +%s)"
	driver_exec "$1" root sh -c "$v_probe" sh "$CONF_DIR/slurm.conf" "$LAUNCHER" "$(lines hosts.tsv | awk -F '\t' -v p="$1" '$1 == p { print $3; exit }')" "$1" "$(secret munge 4)"
	echo "after $(date +%s)"
}

verify_facts() {
	if [ "$v_several" = yes ]; then claim_machines; fi
	driver_running | sort >"$v/running"
	places_of | sort | comm -23 - "$v/running" >"$v/down"
	if [ -s "$v/lost" ]; then
		grep -vxFf "$v/lost" "$v/down" >"$v/down.known" || true
		mv "$v/down.known" "$v/down"
	fi
	if [ ! -s "$v/running" ]; then
		result FAIL places "$NAME is down" "$(me) up"
		return 0
	fi
	if [ -s "$v/down" ]; then
		places_of >"$v/every"
		v_taken=$(v_taken "$v/down" 1)
		result FAIL places "not running: $(v_by_machine "$v/every" <"$v/down")${v_taken:+; ${v_taken%%"$tab"*}}" "${v_taken#*"$tab"}${v_taken:+, then }$(me) up"
	elif [ -s "$v/lost" ]; then
		result skip places "of $(some <"$v/lost") nothing is known"
	else
		result ok places
	fi
	places_of | grep -xFf "$v/running" >"$v/all" || true
	sample >"$v/places"
	in_parallel visit <"$v/places"
	rm -rf "$v/probe"
	mv "$tmp/par" "$v/probe"
	if [ -z "$v_controller" ]; then
		claim_clocks "$(head -n 1 "$v/places")"
		claim_share
		return 0
	fi
	if ! grep -qxF "$v_controller" "$v/running"; then
		what="does not run"
		if grep -qxF "$v_controller" "$v/lost"; then what="cannot be reached"; fi
		for i in munge slurmctld nodes partitions configuration accounting; do
			result FAIL "$i" "$v_controller, which would say it, $what" "$(me) up"
		done
		claim_clocks "$(head -n 1 "$v/places")"
		claim_share
		return 0
	fi
	claim_munge
	claim_controller
	claim_nodes
	claim_partitions
	claim_configuration
	claim_clocks "$v_controller"
	claim_ports
	claim_share
	claim_accounting
	claim_launcher
	claim_interfaces
}

# v_taken LIST ENDED: of the first places in LIST (1: which have ended), which of them found its port taken, and a tab, and what to do about it. Nothing: none did.
v_taken() {
	head -n 3 "$1" | while IFS= read -r i; do
		# What one that does not run said before it was started last is mended; one that runs may have been started this instant.
		port=$(driver_why "$i" 2>/dev/null </dev/null | awk -v ended="$2" '
			ended && /entrypoint: .* of cluster / { port = "" }
			/[Uu]nable to bind listen port/ { port = $0; sub(/.*listen port \(*/, "", port) }
			/Bind on TCP.*port: [0-9]/ { port = $0; sub(/.*port: /, "", port) }
			END { sub(/[^0-9].*/, "", port); print port }')
		[ -n "$port" ] || continue
		if [ "$v_several" = yes ]; then
			m=$(v_machine_of "$i")
			printf '%s finds port %s of %s in use\tend what listens on it (%s says what it is)\n' "$i" "$port" "$m" "$(v_command_on "$m" "ss -ltnp sport = :$port")"
		else
			printf '%s finds its port %s in use\tend what listens on it\n' "$i" "$port"
		fi
		break
	done
}

# ---- several machines

v_machine_of() { awk -F '\t' -v p="$1" '$1 == p { print $2; exit }' "$v/where"; }

# v_by_machine ALL: the places on standard input, for a person; a machine by its name when all of its places in the list ALL are among them.
v_by_machine() {
	if [ "$v_several" = no ]; then
		some
		return 0
	fi
	awk -F '\t' '
		FILENAME == ARGV[1] { on[$1] = $2; next }
		FILENAME == ARGV[2] { all[on[$1]]++; next }
		{
			m = on[$1]
			if (!(m in n)) order[++machines] = m
			if (++n[m] <= 6) names[m] = names[m] (n[m] > 1 ? " " : "") $1
		}
		END {
			for (i = 1; i <= machines && i <= 6; i++) {
				m = order[i]
				if (n[m] > 6) names[m] = names[m] " and " n[m] - 6 " more"
				s = s (i > 1 ? ", " : "") (n[m] == all[m] ? "all of " m " (" names[m] ")" : names[m] " on " m)
			}
			print s (machines > 6 ? " and more on " machines - 6 " machines" : "")
		}' "$v/where" "$1" -
}

# v_command_on MACHINE COMMAND: how a person runs a command as root on a machine.
v_command_on() {
	if [ -z "$1" ] || [ "$1" = - ]; then
		echo "$2"
		return 0
	fi
	t_user=$(machine_field "$1" 3) t_port=$(machine_field "$1" 4) t_key=$(machine_field "$1" 5)
	if machine_here "$1"; then
		if [ "$(id -u)" = 0 ]; then echo "$2"; else echo "sudo $2"; fi
		return 0
	fi
	if [ "$t_user" = - ]; then t_user=$(id -un); fi
	if [ "$t_user" = root ]; then t_sudo=; else t_sudo='sudo '; fi
	if [ "$t_port" = - ]; then t_port=; fi
	if [ "$t_key" = - ]; then t_key=; fi
	printf "ssh %s%s%s@%s '%s%s'\n" "${t_port:+-p $t_port }" "${t_key:+-i $t_key }" "$t_user" "$(machine_field "$1" 2)" "$t_sudo" "$2"
}
# v_again PLACE...: what brings places what the machine here has, and makes them read it.
v_again() {
	if [ "$v_several" = yes ]; then echo "$(me) up && $(me) restart $*"; else echo "$(me) restart $*"; fi
}

# Which machines cannot be reached, once for all that follows: their places are in $v/lost.
claim_machines() {
	if [ ! -e "$tmp/machines.bad" ]; then
		# shellcheck disable=SC2119 # all of them
		machines_open >/dev/null 2>&1 || true
	fi
	machines_of_places >"$v/where"
	machines_bad >"$v/machines.bad"
	awk -F '\t' 'NR == FNR { bad[$1] = 1; next } $2 in bad { print $1 }' "$v/machines.bad" "$v/where" >"$v/lost"
	what='' mend=''
	while IFS=$tab read -r i why; do
		what="$what${what:+; }$i ($(machine_field "$i" 2)) cannot be reached: $why"
		[ -n "$mend" ] || mend="see to its power, its network and its sshd until $(v_command_on "$i" true) works"
	done <"$v/machines.bad"
	for i in $(machine_names); do
		grep -q "^$i$tab" "$v/machines.bad" || case $(machine_fact "$i" engine) in
		no)
			what="$what${what:+; }no Docker runs on $i"
			[ -n "$mend" ] || mend=$(v_command_on "$i" 'systemctl start docker')
			;;
		denied)
			what="$what${what:+; }whom ssh comes to $i as may not use Docker there"
			# shellcheck disable=SC2016 # for the shell over there
			[ -n "$mend" ] || mend=$(v_command_on "$i" "usermod -aG docker $(machine_field "$i" 3)")
			;;
		esac
	done
	if [ -n "$what" ]; then result FAIL machines "$what" "$mend"; else result ok machines; fi
}

# Every running place, or of a large cluster all that are no node and a sample of the nodes, always the same.
sample() {
	total=$(wc -l <"$v/all")
	if [ "$total" -le "$v_most" ]; then
		cat "$v/all"
		return 0
	fi
	places_of slurmd | grep -xFf "$v/all" >"$v/node-places" || true
	grep -vxFf "$v/node-places" "$v/all" || true
	awk -v most="$v_most" 'NR == FNR { n = NR; next } FNR == 1 || int(FNR * most / n) != int((FNR - 1) * most / n)' "$v/node-places" "$v/node-places"
	[ "$v_json" = yes ] || v_note "$total places: each claim on places looks at $v_most of the nodes and all others" >&2
}

# munge_silent: of the places on standard input, those whose credentials slurmctld's munge does not take.
munge_silent() {
	cat >"$tmp/munge.places"
	in_parallel visit <"$tmp/munge.places"
	munge_refused "$tmp/par" <"$tmp/munge.places" | cut -f 1
}

# munge_refused FOLDER: `place<TAB>why` of the places on standard input whose probe in FOLDER has no credential that slurmctld takes.
munge_refused() {
	while IFS= read -r i; do
		c=$(sed -n 's/^cred //p' "$1/$i.out" | head -n 1)
		if [ -n "$c" ]; then
			printf '%s %s\n' "$i" "$c"
		else
			printf '%s -\n' "$i"
		fi
	done >"$tmp/credentials"
	# shellcheck disable=SC2016 # for the shell over there
	driver_exec -i "$(place_of slurmctld)" root sh -c 'while read -r place c; do
		[ "$c" != - ] || continue
		code=0
		why=$(printf %s "$c" | timeout 10 unmunge -n 2>&1) || code=$?
		# Of one that it can read and does not take it says nothing but its status (munge.h: munge_err_t).
		case $code in
		0) why=ok ;;
		15) why="Expired credential" ;;
		16) why="Rewound credential" ;;
		esac
		echo "$place ${why##*: }"
	done' <"$tmp/credentials" >"$tmp/decoded" 2>/dev/null || true
	while read -r i c; do
		if [ "$c" = - ]; then
			c=$(sed -n 's/ *$//; s/^nomunge //p' "$1/$i.out" | head -n 1)
			printf '%s\t%s\n' "$i" "${c:-has no munge}"
			continue
		fi
		c=$(sed -n "s/^$i //p" "$tmp/decoded" | head -n 1)
		[ "$c" = ok ] || printf '%s\t%s\n' "$i" "${c:-slurmctld does not say}"
	done <"$tmp/credentials"
}

claim_munge() {
	users=$(secret munge 8)
	[ -n "$users" ] || return 0
	places_of "$users" | grep -xFf "$v/places" >"$v/munge" || true
	munge_refused "$v/probe" <"$v/munge" >"$v/refused"
	if [ ! -s "$v/refused" ]; then
		result ok munge
		return 0
	fi
	cut -f 1 "$v/refused" >"$v/names"
	if [ "$v_several" = yes ]; then
		munge_by_machine
		return 0
	fi
	# When slurmctld takes nobody's but its own, it is slurmctld's key that is wrong.
	if [ "$(wc -l <"$v/munge")" -gt 2 ] && [ "$(grep -vcxF "$v_controller" "$v/munge")" -eq "$(grep -vcxF "$v_controller" "$v/names")" ]; then
		result FAIL munge "$v_controller takes no other place's credential: its munge key is another" "$(me) restart $v_controller"
		return 0
	fi
	result FAIL munge "$v_controller does not take the credential of $(some <"$v/names") ($(head -n 1 "$v/refused" | cut -f 2))" \
		"$(me) restart $(head -n 20 "$v/names" | paste -s -d ' ' -)"
}

# A credential is refused for its time, or for its key: what lies here says which key is the cluster's.
munge_by_machine() {
	if awk -F '\t' '$2 !~ /[Ee]xpired|[Rr]ewound/ { other = 1 } END { exit other }' "$v/refused"; then
		i=$(head -n 1 "$v/names")
		result FAIL munge "$v_controller does not take the credential of $(v_by_machine "$v/munge" <"$v/names"): the clocks are more than 300 s apart" \
			"$(v_clock_mend "$(v_machine_of "$i")")"
		return 0
	fi
	: >"$v/keys"
	if [ -r "$STATE/secrets/munge" ] && command -v sha256sum >/dev/null 2>&1; then
		right=$(sha256sum <"$STATE/secrets/munge" | cut -d ' ' -f 1)
		while IFS= read -r i; do
			grep -qx "key $right" "$v/probe/$i.out" || echo "$i"
		done <"$v/munge" >"$v/keys"
	fi
	if [ -s "$v/keys" ]; then
		result FAIL munge "another munge key than the cluster's: $(v_by_machine "$v/munge" <"$v/keys")" "$(v_again "$(head -n 20 "$v/keys" | paste -s -d ' ' -)")"
	else
		result FAIL munge "$v_controller does not take the credential of $(v_by_machine "$v/munge" <"$v/names") ($(head -n 1 "$v/refused" | cut -f 2))" \
			"$(v_again "$(head -n 20 "$v/names" | paste -s -d ' ' -)")"
	fi
}

claim_controller() {
	if controller_answers; then
		result ok slurmctld
	else
		result FAIL slurmctld "scontrol ping: no answer from slurmctld on $v_controller" "$(me) restart $v_controller"
	fi
}

claim_nodes() {
	slurm_nodes >"$v/nodes" || true
	if [ ! -s "$v/nodes" ] && [ -n "$(place_of slurmd)" ]; then
		result FAIL nodes "Slurm lists none: $(words "$tmp/scontrol")" "$(me) restart $v_controller"
		return 0
	fi
	places_of slurmd | sort >"$v/want"
	cut -f 1 "$v/nodes" | sort >"$v/have"
	comm -23 "$v/want" "$v/have" >"$v/missing"
	comm -13 "$v/want" "$v/have" >"$v/extra"
	if [ -s "$v/missing" ]; then
		result FAIL nodes "Slurm does not know $(some <"$v/missing")" "$(me) restart $v_controller"
		return 0
	fi
	if [ -s "$v/extra" ]; then
		result FAIL nodes "Slurm knows $(some <"$v/extra"), of which the cluster has nothing" "$(me) restart $v_controller"
		return 0
	fi
	awk -F '\t' '$3 == "bad"' "$v/nodes" >"$v/bad"
	# slurmctld notices silence after a while only.
	places_of slurmd | grep -xFf "$v/places" >"$v/slurmd" || true
	while IFS= read -r i; do
		grep -qx 'slurmd answers' "$v/probe/$i.out" || grep -q "^$i$tab" "$v/bad" || printf '%s\tsilent\tbad\t\t\tits slurmd does not answer\n' "$i"
	done <"$v/slurmd" >"$v/silent"
	cat "$v/silent" >>"$v/bad"
	if [ ! -s "$v/bad" ]; then
		result ok nodes "$(awk -F '\t' '$3 == "aside" { print $1 " is " $2 ": " $6 }' "$v/nodes" | head -n 5 | paste -s -d , - | sed 's/,/, /g')"
		return 0
	fi
	what=$(awk -F '\t' 'NR <= 6 { s = s (NR > 1 ? "; " : "") $1 " is " $2 ($6 == "" ? "" : " (" $6 ")") }
		END { print s (NR > 6 ? " and " NR - 6 " more" : "") }' "$v/bad")
	# Slurm's drain stays until someone ends it; silence ends with a slurmd that answers.
	if awk -F '\t' '$2 !~ /DRAIN/ { other = 1 } END { exit other }' "$v/bad"; then
		mend="$(me) exec --root -- scontrol update nodename=$(cut -f 1 "$v/bad" | head -n 20 | paste -s -d , -) state=resume"
	else
		mend="$(me) restart $(awk -F '\t' '$2 !~ /DRAIN/ { print $1 }' "$v/bad" | head -n 20 | paste -s -d ' ' -)"
	fi
	# One that cannot listen ends, and is started again and again.
	awk -F '\t' '$2 !~ /DRAIN/ { print $1 }' "$v/bad" >"$v/bad.names"
	v_taken=$(v_taken "$v/bad.names" 0)
	if [ -n "$v_taken" ]; then
		what="$what; ${v_taken%%"$tab"*}"
		mend="${v_taken#*"$tab"}, then $mend"
	fi
	result FAIL nodes "$what" "$mend"
}

# name, state, nodes, MaxNodes and whether it is the default, of each partition that Slurm has.
slurm_partitions() {
	driver_exec "$v_controller" root timeout 20 scontrol -o show partition 2>"$tmp/scontrol" </dev/null | awk "$awk_value"'
		/^PartitionName=/ { print value("PartitionName") "\t" value("State") "\t" value("Nodes") "\t" value("MaxNodes") "\t" value("Default") }'
}

claim_partitions() {
	slurm_partitions >"$v/partitions" || true
	lines partitions.tsv >"$v/partitions.want"
	cut -f 1 "$v/partitions.want" | sort >"$v/want"
	cut -f 1 "$v/partitions" | sort >"$v/have"
	# Someone changed what Slurm has in memory: the file is right, or the claim on it says otherwise.
	mend="$(me) exec --root -- scontrol reconfigure"
	if [ -n "$(comm -23 "$v/want" "$v/have")" ]; then
		result FAIL partitions "Slurm does not know $(comm -23 "$v/want" "$v/have" | some)" "$mend"
		return 0
	fi
	if [ -n "$(comm -13 "$v/want" "$v/have")" ]; then
		result FAIL partitions "Slurm has $(comm -13 "$v/want" "$v/have" | some), of which the cluster has nothing" "$mend"
		return 0
	fi
	awk -F '\t' 'NR == FNR { state[$1] = $2; nodes[$1] = $3; next }
		state[$1] != "UP" { print $1 > down }
		nodes[$1] != $2 { print $1 "\t" $2 "\t" nodes[$1] }' down="$v/partitions.down" "$v/partitions" "$v/partitions.want" >"$v/pairs"
	if [ -s "$v/partitions.down" ]; then
		one=$(head -n 1 "$v/partitions.down")
		result FAIL partitions "$(some <"$v/partitions.down") not UP but $(awk -F '\t' -v p="$one" '$1 == p { print $2 }' "$v/partitions")" \
			"$(me) exec --root -- scontrol update partitionname=$one state=up"
		return 0
	fi
	# Two ways to write a set of nodes: Slurm reads both.
	: >"$v/partitions.bad"
	if [ -s "$v/pairs" ]; then
		# shellcheck disable=SC2016 # for the shell over there
		driver_exec -i "$v_controller" root sh -c 't=$(printf "\t"); while IFS=$t read -r name a b; do
			[ "$a" != "(null)" ] && [ "$a" != - ] || a=
			[ "$b" != "(null)" ] && [ "$b" != - ] || b=
			x=$([ -z "$a" ] || scontrol show hostnames "$a" | sort -u)
			y=$([ -z "$b" ] || scontrol show hostnames "$b" | sort -u)
			[ "$x" = "$y" ] || echo "$name has ${b:-no node}, not ${a:-none}"
		done' <"$v/pairs" >"$v/partitions.bad" 2>/dev/null || true
	fi
	if [ -s "$v/partitions.bad" ]; then
		result FAIL partitions "$(head -n 3 "$v/partitions.bad" | paste -s -d ';' - | sed 's/;/; /g')" "$mend"
	else
		result ok partitions
	fi
}

claim_configuration() {
	roles=$(lines files.tsv | awk -F '\t' -v p="$CONF_DIR/slurm.conf" '$1 == p { print $5; exit }')
	places_of "${roles:-slurmctld}" | grep -xFf "$v/places" >"$v/conf" || true
	right=$(sed -n 's/^conf //p' "$v/probe/$v_controller.out")
	if [ -z "$right" ]; then
		result FAIL configuration "$v_controller has no $CONF_DIR/slurm.conf" "$(me) restart $v_controller"
		return 0
	fi
	while IFS= read -r i; do
		[ "$(sed -n 's/^conf //p' "$v/probe/$i.out")" = "$right" ] || echo "$i"
	done <"$v/conf" >"$v/bad"
	# And the controller's is what was applied.
	if command -v sha256sum >/dev/null 2>&1 && [ "$(sha256sum <"$ETC/files$CONF_DIR/slurm.conf" | cut -d ' ' -f 1)" != "$right" ]; then
		result FAIL configuration "$v_controller has another slurm.conf than the one that was applied" "$(me) restart $v_controller"
		return 0
	fi
	if [ -s "$v/bad" ]; then
		result FAIL configuration "another slurm.conf than $v_controller's: $(v_by_machine "$v/conf" <"$v/bad")" "$(v_again "$(head -n 20 "$v/bad" | paste -s -d ' ' -)")"
	else
		result ok configuration
	fi
}

# A place's clock is known to lie between what was read and the moments before and after it was asked.
claim_clocks() {
	while IFS= read -r i; do
		awk -v p="$i" '$1 == "before" { b = $2 } $1 == "time" { t = $2 } $1 == "after" { a = $2 }
			END { if (t != "") print p "\t" t - a "\t" t + 1 - b }' "$v/probe/$i.out"
	done <"$v/places" >"$v/clocks"
	awk -F '\t' -v OFS='\t' -v ref="$1" 'NR == FNR { if ($1 == ref) { lo = $2; hi = $3 } next }
		$2 - hi > 2 { print $1, $2 - hi, "ahead" }
		lo - $3 > 2 { print $1, lo - $3, "behind" }' "$v/clocks" "$v/clocks" >"$v/bad"
	if [ ! -s "$v/bad" ]; then
		result ok clocks
	elif [ "$v_several" = yes ]; then
		clocks_by_machine "$1"
	else
		result FAIL clocks "$(head -n 5 "$v/bad" | awk -F '\t' '{ s = s (NR > 1 ? ", " : "") $1 " is " $2 " s " $3 } END { print s }') of $1" \
			"set the clock there, and let it be kept by NTP (chrony)"
	fi
}

# A machine has one clock; where all others are wrong by the same, it is the one that they are held against.
clocks_by_machine() {
	c_ref=$(v_machine_of "$1")
	lines machines.tsv | wc -l >"$v/count"
	awk -F '\t' -v OFS='\t' -v ref="$c_ref" -v machines="$(cat "$v/count")" '
		NR == FNR { on[$1] = $2; next }
		!(on[$1] in s) { order[++n] = on[$1]; s[on[$1]] = $2; way[on[$1]] = $3 }
		END {
			same = n >= 2 && n == machines - 1
			for (i = 2; i <= n; i++) {
				d = s[order[i]] - s[order[1]]
				if (d > 5 || d < -5 || way[order[i]] != way[order[1]]) same = 0
			}
			if (same) print ref, s[order[1]], (way[order[1]] == "ahead" ? "behind" : "ahead"), "all others"
			else for (i = 1; i <= n; i++) print order[i], s[order[i]], way[order[i]], ref
		}' "$v/where" "$v/bad" >"$v/wrong"
	mend=
	while IFS=$tab read -r i _; do mend="$mend${mend:+ && }$(v_clock_mend "$i")"; done <"$v/wrong"
	result FAIL clocks "$(awk -F '\t' '{ s = s (NR > 1 ? ", " : "") $1 " is " $2 " s " $3 ($3 == "ahead" ? " of " : " ") $4 ($2 > 300 ? " (munge bears 300)" : "") } END { print s }' "$v/wrong")" "$mend"
}
# Either of the two sets a clock that is far off when it starts.
v_clock_mend() { v_command_on "$1" 'sh -c "timedatectl set-ntp true; systemctl try-restart chrony systemd-timesyncd"'; }

# ---- ports between machines

# Dials each `name port` on standard input, 32 at a time; a line each: name, port, and ok, refused, silent, unreachable, unknown or other;
# nothing where the place has nothing to dial with.
# shellcheck disable=SC2016 # for the shell over there
v_dial='n=0
while read -r name port; do
	(
		said=$(timeout 5 bash -c "exec 3<>/dev/tcp/\$0/\$1" "$name" "$port" 2>&1 </dev/null)
		case $?:$said in
		0:*) how=ok ;;
		12[5-7]:* | *"o such file"*) exit ;;
		124:* | *"timed out"*) how=silent ;;
		*refused*) how=refused ;;
		*"o route"* | *unreachable*) how=unreachable ;;
		*"not known"* | *resol* | *"nvalid argument"*) how=unknown ;;
		*) how=other ;;
		esac
		echo "$name $port $how"
	) &
	n=$((n + 1))
	[ $((n % 32)) != 0 ] || wait
done
wait'
v_dial() {
	awk -F '\t' -v p="$1" '$1 == p { print $2, $3 }' "$v/dials" >"$tmp/dial.$1"
	driver_exec -i "$1" root bash -c "$v_dial" <"$tmp/dial.$1"
}

# Where slurmd of each node listens.
v_node_ports() {
	if [ -e "$ETC/ports.tsv" ]; then
		lines ports.tsv | awk -F '\t' '$2 == "slurmd" { print $1 "\t" $4 }'
		return 0
	fi
	driver_exec "$v_controller" root timeout 20 scontrol -o show nodes 2>/dev/null </dev/null | awk -v port="${SLURMD_PORT:-6818}" "$awk_value"'
		/^NodeName=/ { print value("NodeName") "\t" (value("Port") == "" ? port : value("Port")) }'
}

# `from<TAB>to<TAB>port` of what must be reached: slurmctld from one place of each machine and network, every slurmd from slurmctld and from
# one place of each other machine, slurmdbd from slurmctld, the database from slurmdbd.
v_dials() {
	lines hosts.tsv | awk -F '\t' -v OFS='\t' -v ctld="$v_controller" -v ctld_port="${SLURMCTLD_PORT:-6817}" -v dbd_port="${SLURMDBD_PORT:-6819}" \
		-v db_port="${DATABASE_PORT:-3306}" '
		FILENAME == ARGV[1] { on[$1] = $2; next }
		FILENAME == ARGV[2] { looked[$1] = 1; next }
		FILENAME == ARGV[3] { port[$1] = $2; next }
		!($1 in looked) { next }
		{ segment[$1] = $5 }
		$3 ~ /(^|,)slurmdbd(,|$)/ && dbd == "" { dbd = $1 }
		$3 ~ /(^|,)database(,|$)/ && db == "" { db = $1 }
		$3 ~ /(^|,)slurmd(,|$)/ { node[++nodes] = $1 }
		$3 ~ /(^|,)(slurmd|login)(,|$)/ && !seen[on[$1], $5]++ { one[++ones] = $1 }
		function dial(from, to, p) { if (from != to && from != "" && to != "" && p != "") print from, to, p }
		END {
			for (i = 1; i <= ones; i++) {
				dial(one[i], ctld, ctld_port)
				for (j = 1; j <= nodes; j++)
					if (on[one[i]] != on[node[j]] || segment[one[i]] != segment[node[j]]) dial(one[i], node[j], port[node[j]])
			}
			for (j = 1; j <= nodes; j++) dial(ctld, node[j], port[node[j]])
			dial(ctld, dbd, dbd_port)
			dial(dbd, ctld, ctld_port)
			dial(dbd, db, db_port)
		}' "$v/where" "$v/places" "$v/node-ports" - | sort -u
}

claim_ports() {
	[ "$v_several" = yes ] || return 0
	v_node_ports >"$v/node-ports" || true
	v_dials >"$v/dials"
	cut -f 1 "$v/dials" | sort -u >"$v/dialers"
	in_parallel v_dial <"$v/dialers"
	: >"$v/dialed"
	: >"$v/undialed"
	while IFS= read -r i; do
		# `from to port how`
		sed "s/^/$i /" "$tmp/par/$i.out" | awk 'NF == 4 && $4 ~ /^(ok|refused|silent|unreachable|unknown|other)$/' >"$v/dialed.$i"
		[ -s "$v/dialed.$i" ] || echo "$i" >>"$v/undialed"
		grep -v ' ok$' "$v/dialed.$i" >>"$v/dialed" || true
	done <"$v/dialers"
	if [ ! -s "$v/dialed" ]; then
		if [ ! -s "$v/undialed" ]; then
			result ok ports
		else
			said=$(words "$tmp/par/$(head -n 1 "$v/undialed").out")
			result skip ports "nothing could be dialled from $(v_by_machine "$v/all" <"$v/undialed") (${said:-timeout and bash are needed there})"
		fi
		return 0
	fi
	# One line a cause: what nobody listens on; names that are not known; what is lost between two machines.
	awk '
		FILENAME == ARGV[1] { split($0, p, "\t"); on[p[1]] = p[2]; next }
		$4 == "refused" || $4 == "other" { key = "refused\t" $2 "\t" $3 "\t-" }
		$4 == "unknown" { key = "unknown\t" $1 "\t" $2 "\t-" }
		$4 == "silent" || $4 == "unreachable" { key = "lost\t" on[$1] "\t" on[$2] "\t" $3 }
		!(key in from) { order[++n] = key; from[key] = $1; to[key] = $2; next }
		index(" " from[key] " ", " " $1 " ") == 0 { from[key] = from[key] " " $1 }
		END { for (i = 1; i <= n; i++) print order[i] "\t" from[order[i]] "\t" to[order[i]] }' "$v/where" "$v/dialed" | sort >"$v/causes"
	what='' mend='' told=0
	while IFS=$tab read -r kind one two port from to; do
		told=$((told + 1))
		[ "$told" -le 5 ] || continue
		case $kind in
		refused)
			said="nothing listens at $one:$two on $(v_machine_of "$one") (asked from $(echo "$from" | tr ' ' '\n' | some))"
			how="$(me) restart $one"
			;;
		unknown)
			said="$one does not know the name $two"
			how=$(v_again "$one")
			;;
		lost)
			said="from $one ($from) to $two: $to:$port does not answer, as where a firewall drops it"
			how=$(v_port_mend "$one" "$two" "$port" "$to" "${from%% *}")
			;;
		esac
		what="$what${what:+; }$said"
		[ -n "$mend" ] || mend=$how
	done <"$v/causes"
	if [ "$told" -gt 5 ]; then what="$what; and $((told - 5)) more"; fi
	result FAIL ports "$what" "$mend"
}

# v_port_mend FROM TO PORT PLACE DIALER: which port to open where. Places on one network that spans machines speak in packets of its own.
v_port_mend() {
	p_from=$(machine_field "$1" 2)
	p_kind=$(lines hosts.tsv | awk -F '\t' -v a="$4" -v b="$5" '
		$1 == a { one = $5; own = $2; outside = $6 }
		$1 == b { two = $5 }
		END { print (own == outside && own != "-" ? "host" : one == two ? "overlay" : "published") }')
	case $p_kind in
	host) v_command_on "$2" "iptables -I INPUT -p tcp -s $p_from --dport $3 -j ACCEPT" ;;
	overlay) echo "open 4789/udp, 7946/tcp and 7946/udp between $1 and $2 (Docker's overlay), such as: $(v_command_on "$2" "iptables -I INPUT -p udp -s $p_from -m multiport --dports 4789,7946 -j ACCEPT")" ;;
	*) echo "open $3/tcp on $2 for $p_from, such as: $(v_command_on "$2" "iptables -I DOCKER-USER -p tcp -s $p_from -j ACCEPT")" ;;
	esac
}

# ---- what all share
#
# A file is written on login and looked for elsewhere, each time anew. No mark is left in the directories that places could look for at
# their start: they belong to users, an empty one may be the right one, and a machine whose directory is not mounted would be found
# out only when its places start again, while this finds it at any time.

# v_share_run PLACE USER SECONDS CMD...: of one whose server is gone, nothing comes back by itself.
v_share_run() {
	s_place=$1 s_user=$2 s_limit=$3
	shift 3
	driver_exec "$s_place" "$s_user" timeout -k 2 "$s_limit" "$@"
}
look_for() {
	# A network file system may show a new file late.
	# shellcheck disable=SC2016 # for the shell over there
	v_share_run "$1" "$v_writer" 20 sh -c 'i=0; until [ "$(cat "$1" 2>/dev/null)" = "$2" ]; do i=$((i + 1)); [ "$i" -lt 15 ] || exit 1; sleep 0.2; done' sh "$v_file" "$v_token"
}
# Where nobody may write: whether there lies what lies on login.
v_look_alike() {
	# shellcheck disable=SC2016 # for the shell over there
	[ "$(v_share_run "$1" root 20 sh -c 'cd "$1" && ls -A | head -n 1000 | sha256sum' sh "$v_mount")" = "$v_alike" ]
}

claim_share() {
	[ -n "$v_login" ] || return 0
	if [ "$SHARED" != - ]; then share_of share "$SHARED"; fi
	[ "$v_several" = yes ] || return 0
	lines mounts.tsv | awk -F '\t' -v shared="$SHARED" '$2 != "tmpfs" && $4 != shared && $6 ~ /(^|,)login(,|$)/ && $6 ~ /(^|,)slurmd(,|$)/ { print $1 "\t" $4 }' >"$v/commons"
	while IFS=$tab read -r s_name s_mount; do share_of "share $s_name" "$s_mount" </dev/null; done <"$v/commons"
}

# share_of CLAIM MOUNT: what login writes there is seen wherever it is mounted.
share_of() {
	v_mount=$2
	if ! grep -qxF "$v_login" "$v/running"; then
		result FAIL "$1" "$v_login, where a file would be written, does not run" "$(me) up"
		return 0
	fi
	v_writer=$DEFAULT_USER v_file=$2/.hpcc-verify-$v_token
	home=$(lines users.tsv | awk -F '\t' -v u="$DEFAULT_USER" '$1 == u { print $6; exit }')
	case $home/ in
	"$2"/*) v_file=$home/.hpcc-verify-$v_token ;;
	esac
	if [ "$1" != share ]; then v_writer=root; fi
	how=look_for
	code=0
	# shellcheck disable=SC2016 # for the shell over there
	v_share_run "$v_login" "$v_writer" 20 sh -c 'printf %s "$2" >"$1"' sh "$v_file" "$v_token" >"$v/said" 2>&1 </dev/null || code=$?
	if [ "$code" = 124 ] || [ "$code" = 137 ]; then
		result FAIL "$1" "$2 does not answer on $v_login" "$(v_share_mend "$2" "$v_login" hangs)"
		return 0
	elif [ "$code" != 0 ] && [ "$v_writer" != root ]; then
		result FAIL "$1" "$DEFAULT_USER cannot write in ${v_file%/*} on $v_login: $(words "$v/said")" "$(me) restart $v_login"
		return 0
	elif [ "$code" != 0 ]; then
		how=v_look_alike
		# shellcheck disable=SC2016 # for the shell over there
		v_alike=$(v_share_run "$v_login" root 20 sh -c 'cd "$1" && ls -A | head -n 1000 | sha256sum' sh "$2" 2>/dev/null </dev/null || true)
	fi
	roles=$(lines mounts.tsv | awk -F '\t' -v m="$2" '$4 == m { print $6; exit }')
	places_of "${roles:-slurmctld,login,slurmd}" | grep -xFf "$v/places" >"$v/share" || true
	in_parallel "$how" <"$v/share"
	if [ "$how" = look_for ]; then v_share_run "$v_login" "$v_writer" 20 rm -f "$v_file" >/dev/null 2>&1 </dev/null || true; fi
	if [ ! -s "$tmp/par/failed" ]; then
		result ok "$1"
		return 0
	fi
	cp "$tmp/par/failed" "$v/unseen"
	one=$(head -n 1 "$v/unseen")
	case $(cat "$tmp/par/$one.bad") in
	124 | 137) result FAIL "$1" "$2 does not answer on $(v_by_machine "$v/share" <"$v/unseen")" "$(v_share_mend "$2" "$one" hangs)" ;;
	*)
		what="what $v_login writes in ${v_file%/*} is not seen on $(v_by_machine "$v/share" <"$v/unseen")"
		if [ "$how" = v_look_alike ]; then what="$2 is not what it is on $v_login: $(v_by_machine "$v/share" <"$v/unseen")"; fi
		result FAIL "$1" "$what$(v_share_types "$2" "$one")" "$(v_share_mend "$2" "$one" differs)"
		;;
	esac
}
# What is mounted there, where it is something else than on login.
v_share_types() {
	[ "$v_several" = yes ] || return 0
	s_here=$(awk -v m="$1" '$1 == "mount" && $2 == m { t = $3 } END { print t }' "$v/probe/$v_login.out")
	s_there=$(awk -v m="$1" '$1 == "mount" && $2 == m { t = $3 } END { print t }' "$v/probe/$2.out")
	if [ "$s_here" != "$s_there" ]; then echo " (on $v_login it is ${s_here:-not mounted}, there ${s_there:-not mounted})"; fi
}
# v_share_mend MOUNT PLACE hangs|differs. Docker mounts NFS when a place starts; a directory of the machine is what it was when the place started.
v_share_mend() {
	s_restart="$(me) restart $(head -n 20 "$v/unseen" 2>/dev/null | paste -s -d ' ' -)"
	if [ ! -s "$v/unseen" ]; then s_restart="$(me) restart $2"; fi
	if [ "$v_several" = no ]; then
		echo "$s_restart"
		return 0
	fi
	lines mounts.tsv | awk -F '\t' -v m="$1" '$4 == m { print $1; print $2; print $10; print $11; exit }' >"$v/mount"
	s_type=$(sed -n 2p "$v/mount") s_source=$(sed -n 3p "$v/mount") s_server=$(sed -n 4p "$v/mount")
	s_exporter=$(lines exports.tsv | awk -F '\t' -v n="$(sed -n 1p "$v/mount")" '$2 == n { print $1; exit }')
	case $s_type:$3 in
	nfs:hangs)
		if [ -n "$s_exporter" ]; then
			v_command_on "$s_exporter" "systemctl restart nfs-server"
		else
			echo "start the NFS server $s_server, or the network to it"
		fi
		;;
	nfs:*) echo "$(me) up && $s_restart" ;;
	bind:*) echo "$(v_command_on "$(v_machine_of "$2")" "mount $s_source") && $s_restart" ;;
	*) echo "$s_restart" ;;
	esac
}

claim_accounting() {
	accounting=$(place_of slurmdbd)
	[ -n "$accounting" ] || return 0
	database=$(place_of database)
	v_before=$v_failed
	if [ -n "$database" ]; then
		if ! grep -qxF "$database" "$v/running"; then
			result FAIL database "the place $database does not run" "$(me) up"
		elif ! driver_exec "$database" root timeout 10 mariadb -e "USE \`$DATABASE_NAME\`" >"$v/said" 2>&1 </dev/null; then
			result FAIL database "$DATABASE_NAME on $database: $(words "$v/said")" "$(me) restart $database"
		else
			result ok database
		fi
	fi
	if ! grep -qxF "$accounting" "$v/running"; then
		result FAIL accounting "$accounting does not run" "$(me) up"
		return 0
	fi
	if ! driver_exec "$v_controller" root timeout 20 sacctmgr -n -P show cluster format=cluster,controlhost >"$v/clusters" 2>"$v/said" </dev/null; then
		what=$(words "$v/said")
		mend="$(me) restart $accounting"
		# What it lacks is the database, which was told.
		if [ "$v_failed" != "$v_before" ]; then mend="$(me) up"; fi
		result FAIL accounting "slurmdbd on $accounting does not answer: ${what:-no word within 20 s}" "$mend"
	elif ! grep -q "^$CLUSTER|" "$v/clusters"; then
		result FAIL accounting "the cluster $CLUSTER is not in the database" "$(me) exec --root -- sacctmgr -i add cluster $CLUSTER"
	elif ! grep -q "^$CLUSTER|." "$v/clusters"; then
		result FAIL accounting "slurmctld has not registered with slurmdbd" "$(me) restart $v_controller"
	else
		result ok accounting
		v_accounting=yes
	fi
}

claim_launcher() {
	[ "$LAUNCHER" != none ] || return 0
	# Where steps run; and where srun is typed.
	places_of slurmd,login | grep -xFf "$v/places" >"$v/launch" || true
	while IFS= read -r i; do
		sed -n 's/^mpi //p' "$v/probe/$i.out" | grep -qw "$LAUNCHER" || echo "$i"
	done <"$v/launch" >"$v/bad"
	# Where some have it, the image has it: those that have it not are not as they were made.
	mend="$(me) up --rebuild"
	if [ "$(wc -l <"$v/bad")" -lt "$(wc -l <"$v/launch")" ]; then mend="$(me) restart --anew $(head -n 20 "$v/bad" | paste -s -d ' ' -)"; fi
	if [ -s "$v/bad" ]; then
		result FAIL launcher "Slurm's plugin $LAUNCHER is not there, or does not load, on $(some <"$v/bad") (srun --mpi=list says:$(sed -n 's/^mpi *//p' "$v/probe/$(head -n 1 "$v/bad").out" | tr -s ' ' | sed 's/^/ /' | cut -c 1-120))" \
			"$mend"
	else
		result ok launcher
	fi
}

# The addresses that a place has, each once: the kernel's own list, for not every image has ip(8).
# shellcheck disable=SC2016 # for the shell over there
v_addresses='awk "/32 host LOCAL/ { print last } { last = \$2 }" /proc/net/fib_trie | sort -u'
addresses() { driver_exec "$1" root sh -c "$v_addresses"; }

# MPI's messages go by the interface that has an address in their network: a node without one has no way for them, and with two
# Open MPI tries both.
claim_interfaces() {
	[ "$MPI" != none ] && [ "${MPI_NETWORK:--}" != - ] || return 0
	network=$MPI_NETWORK
	if [ "$network" = SUBNET ]; then network=$SUBNET; fi
	places_of slurmd | grep -xFf "$v/places" >"$v/slurmd" || true
	in_parallel addresses <"$v/slurmd"
	while IFS= read -r i; do
		awk -v place="$i" -v network="$network" '
			function number(ip,    p) { split(ip, p, "."); return ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4] }
			BEGIN { split(network, s, "/"); size = 2 ^ (32 - s[2]); first = int(number(s[1]) / size) }
			int(number($1) / size) == first { n++; last = last " " $1 }
			$1 !~ /^127\./ { all = all " " $1 }
			END {
				if (!NR || n == 1) exit
				print place (n ? " has" last : " has none (it has" (all == "" ? " no address" : all) ")")
			}' "$tmp/par/$i.out"
	done <"$v/slurmd" >"$v/bad"
	if [ ! -s "$v/bad" ]; then
		result ok interfaces
		return 0
	fi
	mend="$(me) restart $(head -n 20 "$v/bad" | cut -d ' ' -f 1 | paste -s -d ' ' -)"
	case $(places_of slurmd | wc -l | tr -d ' ') in
	"$(wc -l <"$v/bad" | tr -d ' ')") mend="correct the subnet of the network that mpi.network or services.slurmd.network names, build, and $(me) up" ;;
	esac
	result FAIL interfaces "MPI's messages go by $network, where a node should have one address: $(head -n 3 "$v/bad" | paste -s -d ';' - | sed 's/;/; /g')" "$mend"
}

# ---- smoke

# Whether other jobs than ours are in the partition, or on its nodes, which other partitions may have too.
busy() {
	{
		driver_exec "$v_controller" root timeout 10 squeue -h -p "$1" -o %j 2>/dev/null </dev/null || true
		v_nodes=$(lines partitions.tsv | awk -F '\t' -v p="$1" '$1 == p { print $2; exit }')
		if [ -n "$v_nodes" ]; then driver_exec "$v_controller" root timeout 10 squeue -h -w "$v_nodes" -o %j 2>/dev/null </dev/null || true; fi
	} | grep -v '^hpcc-verify' >"$v/busy" || true
	[ -s "$v/busy" ]
}

# judge_job CLAIM PARTITION: what a job that failed means, by what it said in $v/said.
judge_job() {
	if grep -qiE 'not permitted to use|access/permission denied|invalid qos|policy|invalid account' "$v/said"; then
		result skip "$1" "$DEFAULT_USER may not use it: $(words "$v/said")"
	elif busy "$2"; then
		# Others have been waited for long enough.
		v_patience=5
		result skip "$1" "other jobs hold the nodes of $2: $(words "$v/said")"
	else
		result FAIL "$1" "$(words "$v/said" | sed 's/^$/no word within the time/')" "$(me) verify facts"
	fi
}

# The user's command on login, ended after a while.
job() {
	as_user "$v_login" timeout -k 5 "$@" >"$v/out" 2>"$v/said" </dev/null
}

verify_smoke() {
	if [ -z "$v_controller" ] || [ ! -s "$v/nodes" ]; then
		result skip jobs "there is no Slurm that answers"
		return 0
	fi
	if ! grep -qxF "$v_login" "$v/running"; then
		result FAIL jobs "$v_login, from where jobs are sent, does not run" "$(me) up"
		return 0
	fi
	v_stop=0
	lines partitions.tsv >"$v/partitions.want"
	while IFS=$tab read -r partition _ count; do
		if [ "$v_stop" -ge 32 ]; then
			v_note "srun: 32 of $(wc -l <"$v/partitions.want" | tr -d ' ') partitions"
			break
		fi
		v_stop=$((v_stop + 1))
		claim_srun "$partition" "$count" </dev/null
	done <"$v/partitions.want"
	claim_sbatch
}

# usable PARTITION: its nodes that can take jobs.
usable() { awk -F '\t' -v p="$1" '$3 == "good" && index("," $5 ",", "," p ",") { print $1 }' "$v/nodes"; }

claim_srun() {
	n=$(usable "$1" | wc -l | tr -d ' ')
	if [ "$n" = 0 ]; then
		# The claim on nodes has said why; nodes that someone set aside are no fault.
		if awk -F '\t' -v p="$1" '$3 == "bad" && index("," $5 ",", "," p ",") { bad = 1 } END { exit !bad }' "$v/nodes"; then
			result FAIL "srun $1" "no node of $1 can take a job" "$(me) verify facts"
		else
			result skip "srun $1" "$1 has no node that takes jobs"
		fi
		return 0
	fi
	most=$(awk -F '\t' -v p="$1" '$1 == p { print $4 }' "$v/partitions")
	case $most in
	'' | *[!0-9]*) ;;
	*) if [ "$most" -lt "$n" ]; then n=$most; fi ;;
	esac
	[ "$n" -gt 0 ] || n=1
	# shellcheck disable=SC2016 # for the shell over there
	if job $((v_patience + 60)) srun -J hpcc-verify -p "$1" -N "$n" --ntasks-per-node=1 --mem=16 -t 1 --immediate=$v_patience \
		sh -c 'echo "on $SLURMD_NODENAME"'; then
		got=$(grep '^on ' "$v/out" | sort -u | wc -l | tr -d ' ')
		if [ "$got" = "$n" ]; then
			result ok "srun $1"
		else
			result FAIL "srun $1" "$got of $n nodes answered" "$(me) verify facts"
		fi
		return 0
	fi
	judge_job "srun $1" "$1"
}

# A partition that this user's jobs go to without being told: the default, or the first.
some_partition() {
	p=$(awk -F '\t' '$5 == "YES" { print $1; exit }' "$v/partitions")
	[ -n "$p" ] || p=$(head -n 1 "$v/partitions" | cut -f 1)
	echo "$p"
}

claim_sbatch() {
	partition=$(some_partition)
	[ "$(usable "$partition" | wc -l)" -gt 0 ] || {
		result skip sbatch "$partition has no node that takes jobs"
		return 0
	}
	# shellcheck disable=SC2016 # for the shell over there
	if ! job 60 sh -c 'd=.; [ "$2" = - ] || case $PWD/ in "$2"/*) ;; *) d=$2 ;; esac
		cd "$d" && sbatch --parsable -J hpcc-verify -p "$3" -N 1 -n 1 --mem=16 -t 1 -o ".hpcc-verify-$1.out" --wrap "echo $1"' \
		sh "$v_token" "$SHARED" "$partition"; then
		judge_job sbatch "$partition"
		return 0
	fi
	id=$(head -n 1 "$v/out" | cut -d ';' -f 1)
	# How it ended; PENDING when it never had its turn.
	# shellcheck disable=SC2016 # for the shell over there
	job $((v_patience + 90)) sh -c 'i=0
		while :; do
			s=$(scontrol -o show job "$1" 2>/dev/null | sed -n "s/.* JobState=\([A-Z_]*\).*/\1/p")
			case $s in
			PENDING | CONFIGURING) [ "$i" -lt "$(($2 * 2))" ] || break ;;
			RUNNING | COMPLETING) [ "$i" -lt "$((($2 + 60) * 2))" ] || break ;;
			*) break ;;
			esac
			i=$((i + 1))
			sleep 0.5
		done
		echo "$s"
		[ "$s" = COMPLETED ] || scancel "$1"' sh "$id" "$v_patience" || true
	state=$(tail -n 1 "$v/out")
	if [ "$state" != COMPLETED ]; then
		echo "job $id is ${state:-unknown} after $v_patience s" >"$v/said"
		judge_job sbatch "$partition"
	else
		# shellcheck disable=SC2016 # for the shell over there
		if job 30 sh -c 'd=.; [ "$2" = - ] || case $PWD/ in "$2"/*) ;; *) d=$2 ;; esac
			cd "$d"; i=0; until [ "$(cat ".hpcc-verify-$1.out" 2>/dev/null)" = "$1" ]; do i=$((i + 1)); [ "$i" -lt 50 ] || exit 1; sleep 0.2; done' \
			sh "$v_token" "$SHARED"; then
			result ok sbatch
		elif [ "$SHARED" = - ]; then
			result skip sbatch "no directory is shared: the output of job $id is on its node"
		else
			result FAIL sbatch "job $id has ended, and its output is not found from $v_login" "$(me) verify facts"
		fi
	fi
	# shellcheck disable=SC2016 # for the shell over there
	job 20 sh -c 'rm -f ".hpcc-verify-$1.out"; [ "$2" = - ] || rm -f "$2/.hpcc-verify-$1.out"' sh "$v_token" "$SHARED" || true
	[ -n "$(place_of slurmdbd)" ] && [ "$state" = COMPLETED ] || return 0
	if [ "$v_accounting" = no ]; then
		result skip sacct "accounting does not answer"
		return 0
	fi
	# shellcheck disable=SC2016 # for the shell over there
	if job 60 sh -c 'i=0; until sacct -n -X -P -j "$1" -o state 2>&1 | tee /dev/stderr | grep -q "^COMPLETED"; do i=$((i + 1)); [ "$i" -lt 60 ] || exit 1; sleep 0.5; done' sh "$id"; then
		result ok sacct
	else
		result FAIL sacct "job $id has ended, and sacct says: $(words "$v/said" | sed 's/^$/nothing/')" "$(me) restart $(place_of slurmdbd)"
	fi
}

# ---- full

verify_full() {
	if [ -z "$v_controller" ] || [ ! -s "$v/nodes" ] || ! grep -qxF "$v_login" "$v/running"; then return 0; fi
	claim_mpi
	lines gres.tsv >"$v/gres"
	while IFS=$tab read -r nodes gres count; do
		claim_gres "$nodes" "$gres" "$count" </dev/null
	done <"$v/gres"
	claim_ssh
}

# The first two nodes of a partition that are on two machines, as a host list; nothing where all are on one.
node_pair() {
	[ "$v_several" = yes ] || return 0
	usable "$1" | awk -F '\t' 'FILENAME != "-" { machine[$1] = $2; next }
		!(machine[$1] in seen) { seen[machine[$1]] = 1; pair = pair (n++ ? "," : "") $1; if (n == 2) { print pair; exit } }' "$v/where" -
}

claim_mpi() {
	[ "$MPI" != none ] || return 0
	partition=$(some_partition)
	pair=$(node_pair "$partition")
	if [ -z "$pair" ]; then
		while IFS=$tab read -r i _; do
			pair=$(node_pair "$i" </dev/null)
			if [ -n "$pair" ]; then
				partition=$i
				break
			fi
		done <"$v/partitions"
	fi
	if [ "$(usable "$partition" | wc -l)" -lt 2 ]; then
		partition=
		while IFS=$tab read -r i _; do
			if [ "$(usable "$i" | wc -l)" -ge 2 ]; then
				partition=$i
				break
			fi
		done <"$v/partitions"
	fi
	if [ -z "$partition" ]; then
		result skip mpi "no partition has two nodes that take jobs"
		return 0
	fi
	if ! job 20 sh -c 'command -v /usr/local/bin/hpcc-mpi-sum'; then
		result skip mpi "$v_login has no /usr/local/bin/hpcc-mpi-sum"
		return 0
	fi
	# Two ranks a node where each has two processors.
	each=$(awk -F '\t' -v p="$partition" 'BEGIN { n = 2 } $3 == "good" && index("," $5 ",", "," p ",") && $4 < 2 { n = 1 } END { print n }' "$v/nodes")
	if [ "$LAUNCHER" != none ]; then
		if job $((v_patience + 90)) srun -J hpcc-verify -p "$partition" ${pair:+-w "$pair"} -N 2 --ntasks-per-node="$each" -t 2 --immediate=$v_patience "--mpi=$LAUNCHER" /usr/local/bin/hpcc-mpi-sum; then
			mpi_sum "mpi srun" "$each"
		else
			judge_job "mpi srun" "$partition"
		fi
	fi
	if job $((v_patience + 90)) salloc -J hpcc-verify -p "$partition" ${pair:+-w "$pair"} -N 2 --ntasks-per-node="$each" -t 2 --immediate=$v_patience mpirun /usr/local/bin/hpcc-mpi-sum; then
		mpi_sum "mpi mpirun" "$each"
	else
		judge_job "mpi mpirun" "$partition"
	fi
}

# The program adds its ranks' numbers from 1: P ranks give P (P + 1) / 2.
mpi_sum() {
	ranks=$((2 * $2))
	want="sum $((ranks * (ranks + 1) / 2)) of $ranks ranks on 2 hosts"
	if [ "$(grep -c '^sum ' "$v/out")" = 1 ] && grep -qxF "$want" "$v/out"; then
		result ok "$1"
	else
		result FAIL "$1" "the program says '$(grep '^sum ' "$v/out" | paste -s -d , - | cut -c 1-120)', not '$want'" "$(me) verify facts"
	fi
}

# A job gets the count that a node has; one more than any node has is refused, or waits.
claim_gres() {
	node=$(driver_exec "$v_controller" root timeout 10 scontrol show hostnames "$1" 2>/dev/null </dev/null |
		awk 'NR == FNR { if ($3 == "good") ok[$1] = 1; next } $1 in ok { print; exit }' "$v/nodes" -)
	if [ -z "$node" ]; then
		result skip "gres $2" "no node of $1 takes jobs"
		return 0
	fi
	partition=$(awk -F '\t' -v n="$node" '$1 == n { print $5 }' "$v/nodes" | cut -d , -f 1)
	# shellcheck disable=SC2016 # for the shell over there
	if ! job $((v_patience + 60)) srun -J hpcc-verify -p "$partition" -w "$node" -N 1 -n 1 --mem=16 -t 1 "--gres=$2:$3" --immediate=$v_patience \
		sh -c 'scontrol -d -o show job "$SLURM_JOB_ID"'; then
		judge_job "gres $2 on $node" "$partition"
		return 0
	fi
	got=$(sed -n 's/.* GRES=\([^ ]*\).*/\1/p' "$v/out" | tail -n 1)
	case ,$got, in
	# With devices, and where they are only counted.
	*"$2:$3("* | *",$2:$3,"* | *"$2(CNT:$3)"*) ;;
	*)
		result FAIL "gres $2 on $node" "a job that asked for $2:$3 got ${got:-none}" "$(me) restart $node"
		return 0
		;;
	esac
	more=$(awk -F '\t' -v g="$2" '$2 == g && $3 > n { n = $3 } END { print n + 1 }' "$v/gres")
	if job 30 srun -J hpcc-verify -p "$partition" -N 1 -n 1 --mem=16 -t 1 "--gres=$2:$more" --immediate=3 true; then
		result FAIL "gres $2 on $node" "a job that asked for $2:$more, more than any node has, ran" "$(me) up"
	else
		result ok "gres $2 on $node"
	fi
}

claim_ssh() {
	lines processes.tsv | awk -F '\t' '$1 == "sshd" { print $2 }' | tr ',' '\n' | sort -u >"$v/ssh-roles"
	grep -qx slurmd "$v/ssh-roles" || return 0
	places_of slurmd | grep -xFf "$v/running" | head -n 2 >"$v/pair"
	one=$(sed -n 1p "$v/pair") two=$(sed -n 2p "$v/pair")
	if [ -z "$two" ]; then
		result skip ssh "there are no two nodes"
		return 0
	fi
	# shellcheck disable=SC2016 # for the shell over there
	if as_user "$one" timeout -k 5 30 ssh -o BatchMode=yes -o ConnectTimeout=10 "$two" 'echo "on $(uname -n)"' >"$v/out" 2>"$v/said" </dev/null &&
		grep -qx "on $two" "$v/out"; then
		result ok ssh
	else
		result FAIL ssh "$DEFAULT_USER cannot go from $one to $two: $(words "$v/said")" "$(me) restart $one $two"
	fi
}
