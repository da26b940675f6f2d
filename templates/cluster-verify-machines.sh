#!/bin/sh
# What verify asks of machines and of what lies between places: who can be reached, munge, clocks, ports, directories that all share.
# Sourced by cluster beside verify.sh, never run; without machines of its own a claim speaks of places.
#
#   claim_machines, claim_munge, claim_clocks PLACE, claim_ports, claim_share
#   munge_silent, munge_refused    places whose credentials slurmctld does not take
#   v_by_machine ALL               places for a person, a machine by its name where all of its places are meant
#   v_command_on MACHINE COMMAND   how a person runs a command there
#   v_again PLACE...               what brings places what this machine has, and makes them read it
# shellcheck disable=SC2153,SC2154 # cluster's variables, and verify.sh's

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
	t_user=$(machine_login "$1") t_port=$(machine_field "$1" 4) t_key=$(machine_field "$1" 5)
	if machine_here "$1"; then
		if [ "$(id -u)" = 0 ]; then echo "$2"; else echo "sudo $2"; fi
		return 0
	fi
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
			[ -n "$mend" ] || mend=$(v_command_on "$i" "usermod -aG docker $(machine_login "$i")")
			;;
		esac
	done
	if [ -n "$what" ]; then result FAIL machines "$what" "$mend"; else result ok machines; fi
}

# ---- munge

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

# ---- clocks

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
