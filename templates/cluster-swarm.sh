#!/bin/sh
# The driver of target swarm: a stack on a Docker swarm, a service a place, one task each. Sourced by cluster, never run; cluster's
# heading says what each function is for.
#
# All that concerns the stack is asked of one manager, the first machine of machines.tsv that is one; what concerns a container,
# of the engine that runs it. A task is found by its host name, which is its place's.
#
# A swarm's configs and secrets never change, and a service's tasks are made anew when any of theirs has another name: so here an `up`
# after an edit makes anew what uses what has changed, and has nothing to tell to what goes on.
# shellcheck disable=SC2034,SC2154 # cluster's variables

namespace=com.docker.stack.namespace

# The manager has left its swarm.
d_gone=no

# The manager's docker.
swarm() { docker_on "$d_manager" "$@"; }

driver_environment() {
	HPCC_STACK=$NAME
	export HPCC_STACK
	if [ -n "$NET" ]; then
		HPCC_NET=$NET
		export HPCC_NET
	fi
	# shellcheck disable=SC2046,SC2163 # names
	export HPCC_STACK $(sed -n 's/^\(HPCC_PORT_[0-9]*\)=.*/\1/p' "$STATE/cluster.env")
	for d_file in images.env secrets.env; do
		[ -r "$STATE/$d_file" ] || continue
		set -a
		# shellcheck source=/dev/null
		. "$STATE/$d_file"
		set +a
	done
}

# ---- the engines and the swarm

# engine_of MACHINE: its engine's word on the swarm: `state node control cluster arch`; or why it cannot be used.
engine_of() {
	# shellcheck disable=SC1083 # docker's own braces
	engine_answers "$1" '{{.Swarm.LocalNodeState}} {{or .Swarm.NodeID "-"}} {{.Swarm.ControlAvailable}} {{with .Swarm.Cluster}}{{.ID}}{{else}}-{{end}} {{.Architecture}}'
}
swarm_state() { cut -d ' ' -f 1 "$tmp/engine.$1"; }
swarm_node() { cut -d ' ' -f 2 "$tmp/engine.$1"; }
arch_of() { arch_name "$(cut -d ' ' -f 5 "$tmp/engine.$1")"; }

driver_check() {
	docker_is_here || return 1
	d_manager=$(lines machines.tsv | awk -F '\t' '$9 == "manager" { print $1; exit }')
	[ -n "$d_manager" ] || { warn "no machine of machines.tsv is a manager of the swarm: one host wants 'swarm: manager'" && return 1; }
	# The manager is asked where a place runs, whichever machine is asked for.
	# shellcheck disable=SC2086 # one name or none
	machines_open ${2:+"$d_manager" "$2"} || [ "${1:-}" = some ] || return 1
	for d_machine in $m_names; do
		machine_reached "$d_machine" || continue
		engine_of "$d_machine" || [ "${1:-}" = some ] || return 1
	done
	# Without its manager nothing is known of a stack; without another machine only what runs there.
	[ -s "$tmp/engine.$d_manager" ] || return 1
	for d_machine in $m_names; do
		if [ -s "$tmp/engine.$d_machine" ]; then echo "$d_machine"; fi
	done >"$tmp/machine.names"
	d_all=$(awk '{ s = s (NR > 1 ? " " : "") $0 } END { print s }' "$tmp/machine.names")
	if [ "${1:-}" = up ]; then
		inspect_machines && one_swarm
		return $?
	fi
	case $(swarm_state "$d_manager") in
	active) return 0 ;;
	# Only `down` has this variable: with the swarm its stack has gone, and the rest can go too.
	inactive) if [ -n "${purge:-}" ]; then d_gone=yes && return 0; fi ;;
	esac
	warn "$d_manager is in no swarm: '$0 up' makes one"
	return 1
}

# What would stop `up` halfway.
inspect_machines() {
	d_result=0
	while IFS= read -r d_machine; do
		machine_agrees "$d_machine" || d_result=1
	done <"$tmp/machine.names"
	return "$d_result"
}

# Whether the machines can be one swarm: those that are in one are in the manager's.
one_swarm() {
	d_cluster=$(cut -d ' ' -f 4 "$tmp/engine.$d_manager")
	: >"$tmp/nodes.known"
	case $(cut -d ' ' -f 1,3 "$tmp/engine.$d_manager") in
	"active true") swarm node ls -q --no-trunc >"$tmp/nodes.known" 2>/dev/null </dev/null || swarm node ls -q >"$tmp/nodes.known" </dev/null ;;
	"active false")
		warn "$d_manager is a worker of a swarm, and this spec has it as the manager: 'docker node promote' on that swarm's manager makes it one, or 'docker swarm leave' there"
		return 1
		;;
	"inactive "*) ;;
	*)
		warn "the swarm of $d_manager does not work (it says: $(swarm_state "$d_manager")): 'docker info' there says more"
		return 1
		;;
	esac
	d_result=0
	while IFS= read -r d_machine; do
		case $(swarm_state "$d_machine") in
		inactive) continue ;;
		esac
		if ! grep -qxF "$(swarm_node "$d_machine")" "$tmp/nodes.known"; then
			warn "$d_machine is in another swarm than $d_manager: 'docker swarm leave' there, if nothing of that swarm is needed"
			d_result=1
		fi
	done <"$tmp/machine.names"
	return "$d_result"
}

# The address by which the swarm's others reach a machine; of the only one it is nobody's business. A swarm takes no names.
advertised() {
	d_address=$(machine_field "$1" 2)
	case $d_address in
	-) echo 127.0.0.1 ;;
	*[!0-9.]*)
		d_found=
		if command -v getent >/dev/null 2>&1; then d_found=$(getent ahostsv4 "$d_address" | awk '{ print $1; exit }'); fi
		if [ -z "$d_found" ]; then
			warn "no IPv4 address of $1 is known here, by which the swarm's others reach it ($d_address): give hosts.$1.address as numbers"
			return 1
		fi
		echo "$d_found"
		;;
	*) echo "$d_address" ;;
	esac
}

# A swarm gives up a machine that is silent for three heartbeats, 15 s as it comes, and when it is back ends what ran there: its jobs too.
# Slurm waits for a node for SlurmdTimeout.
heartbeat() {
	d_seconds=$(sed -n 's/^SlurmdTimeout=\([0-9]*\).*/\1/p' "$HERE/etc/files$CONF_DIR/slurm.conf" 2>/dev/null | head -n 1)
	d_seconds=$(((${d_seconds:-300} + 2) / 3))
	echo $((d_seconds < 10 ? 10 : d_seconds))
}

advertises() { awk -F '\t' -v m="$1" '$1 == m { print $2; exit }' "$tmp/advertised"; }

# $HERE/state/swarm lists the machines that an `up` has brought, or was about to bring, into the swarm: --purge lets them leave it again.
joins() { grep -qxF -- "$1" "$HERE/state/swarm" 2>/dev/null || echo "$1" >>"$HERE/state/swarm"; }
make_swarm() {
	d_made=no d_joined=no
	while IFS= read -r d_machine; do
		if [ "$(swarm_state "$d_machine")" = inactive ]; then echo "$d_machine"; fi
	done <"$tmp/machine.names" >"$tmp/come"
	: >"$tmp/advertised"
	if [ -s "$tmp/come" ]; then echo "$d_manager" >>"$tmp/come"; fi
	while IFS= read -r d_machine; do
		d_at=$(advertised "$d_machine") || return 1
		printf '%s\t%s\n' "$d_machine" "$d_at" >>"$tmp/advertised"
	done <"$tmp/come"
	if [ "$(swarm_state "$d_manager")" = inactive ]; then
		say "makes a swarm, whose manager is $d_manager"
		joins "$d_manager" || return 1
		d_made=yes
		swarm swarm init --advertise-addr "$(advertises "$d_manager")" --dispatcher-heartbeat "$(heartbeat)s" >"$tmp/said" 2>&1 </dev/null || {
			warn "$d_manager cannot begin a swarm: $(tail -n 1 "$tmp/said")"
			if engine_of "$d_manager" && [ "$(swarm_state "$d_manager")" = inactive ]; then has_left "$d_manager"; fi
			return 1
		}
	fi
	while IFS= read -r d_machine; do
		if [ "$(swarm_state "$d_machine")" != inactive ] || [ "$d_machine" = "$d_manager" ]; then continue; fi
		d_kind=$(machine_field "$d_machine" 9)
		say "$d_machine joins the swarm"
		joins "$d_machine" || return 1
		d_token=$(swarm swarm join-token -q "$d_kind" </dev/null) || return 1
		d_joined=yes
		if ! docker_on "$d_machine" swarm join --token "$d_token" --advertise-addr "$(advertises "$d_machine")" \
			"$(advertises "$d_manager"):2377" >"$tmp/said" 2>&1 </dev/null; then
			docker_on "$d_machine" swarm leave --force >/dev/null 2>&1 </dev/null || true
			d_why=$(tail -n 1 "$tmp/said")
			if engine_of "$d_machine" && [ "$(swarm_state "$d_machine")" = inactive ]; then has_left "$d_machine"; fi
			warn "$d_machine cannot join the swarm: $d_why (between the machines ports 2377/tcp, 7946/tcp and udp and 4789/udp must be open)"
			new_tokens
			return 1
		fi
	done <"$tmp/machine.names"
	if [ "$d_joined" = yes ]; then new_tokens; fi
	while IFS= read -r d_machine; do engine_of "$d_machine" || return 1; done <"$tmp/machine.names"
	# A swarm that was there is others' too: how long it waits is theirs to say.
	d_beat=$(swarm info --format '{{.Swarm.Cluster.Spec.Dispatcher.HeartbeatPeriod}}' 2>/dev/null </dev/null | sed -n 's/^\([0-9][0-9]*\)[0-9]\{9\}$/\1/p')
	if [ "$m_count" -gt 1 ] && [ -n "$d_beat" ] && [ "$d_beat" -lt "$(heartbeat)" ]; then
		say "this swarm gives up a machine that is silent for $((d_beat * 3)) s, and its jobs: 'docker swarm update --dispatcher-heartbeat $(heartbeat)s' on $d_manager has it wait as long as Slurm"
	fi
	while IFS= read -r d_machine; do
		printf '%s\t%s\n' "$d_machine" "$(swarm_node "$d_machine")"
	done <"$tmp/machine.names" >"$tmp/nodes.tsv"
	# Of a machine that the spec drops the manager is still to be told.
	cat "$tmp/nodes.tsv" "$STATE/nodes" 2>/dev/null | awk -F '\t' '!seen[$1]++' >"$tmp/nodes.all" || true
	cp "$tmp/nodes.all" "$STATE/nodes"
}

# A token stands in the arguments of the client that joins, where everybody on this machine can read it: it is good for these joins only.
new_tokens() {
	for d_kind in worker manager; do
		swarm swarm join-token --rotate -q "$d_kind" >/dev/null 2>"$tmp/token" </dev/null ||
			warn "the swarm's token by which a $d_kind joins, which others on this machine may have seen, cannot be changed: $(tail -n 1 "$tmp/token")"
	done
}

# `node label value` of all that the spec wants, and of what the cluster's own label says. Labels that an earlier `up` has set and
# nobody wants any more go.
label_machines() {
	lines machines.tsv | awk -F '\t' -v own="hpcc.$NAME" '{
		print $1 "\t" own "\t" $1
		n = split($10 == "-" ? "" : $10, l, ",")
		for (i = 1; i <= n; i++) { at = index(l[i], "="); print $1 "\t" substr(l[i], 1, at - 1) "\t" substr(l[i], at + 1) }
	}' >"$tmp/labels"
	printf '%s\t%s\t%s\n' "$d_manager" "$(origin_label)" "$e_origin" >>"$tmp/labels"
	if cmp -s "$tmp/labels" "$STATE/labels" && labels_are; then return 0; fi
	if [ -e "$STATE/labels" ]; then
		awk -F '\t' 'NR == FNR { want[$1 "\t" $2] = 1; next } !(($1 "\t" $2) in want)' "$tmp/labels" "$STATE/labels" >"$tmp/labels.old"
		unlabel <"$tmp/labels.old"
	fi
	while IFS=$tab read -r d_machine d_label d_value; do
		swarm node update --label-add "$d_label=$d_value" "$(swarm_node "$d_machine")" >"$tmp/said" 2>&1 </dev/null || {
			warn "$d_machine cannot be given the label $d_label=$d_value: $(tail -n 1 "$tmp/said")"
			return 1
		}
	done <"$tmp/labels"
	cp "$tmp/labels" "$STATE/labels"
	origin_keep
}
labels_are() {
	while IFS=$tab read -r d_machine d_label d_value; do
		[ "$(swarm node inspect -f "{{index .Spec.Labels \"$d_label\"}}" "$(swarm_node "$d_machine")" 2>/dev/null </dev/null)" = "$d_value" ] || return 1
	done <"$tmp/labels"
}
unlabel() {
	while IFS=$tab read -r d_machine d_label d_value; do
		d_node=$(node_of "$d_machine")
		[ -n "$d_node" ] || continue
		swarm node update --label-rm "$d_label" "$d_node" >/dev/null 2>&1 </dev/null || true
	done
}
# The node of a machine that may not be reached.
node_of() {
	if [ -s "$tmp/engine.$1" ]; then
		swarm_node "$1"
	elif [ -e "$STATE/nodes" ]; then
		awk -F '\t' -v m="$1" '$1 == m { print $2; exit }' "$STATE/nodes"
	fi
}

# ---- machines that the spec has dropped: $STATE/machines.left has their lines of machines.tsv. `up` takes their labels; what is stored
# there stays until --purge.

keep_left() {
	if [ ! -r "$STATE/etc/machines.tsv" ] || [ "$ETC" = "$STATE/etc" ]; then return 0; fi
	lines machines.tsv >"$tmp/now.machines"
	cat "$STATE/etc/machines.tsv" "$STATE/machines.left" 2>/dev/null | awk -F '\t' '
		FILENAME == ARGV[1] { seen[$1] = 1; next }
		!/^#/ && $1 != "localhost" && !seen[$1]++' "$tmp/now.machines" - >"$tmp/machines.gone"
	if [ -s "$tmp/machines.gone" ]; then
		cp "$tmp/machines.gone" "$STATE/machines.left.new" && mv -f "$STATE/machines.left.new" "$STATE/machines.left"
	else
		rm -f "$STATE/machines.left"
	fi
}

# Opens them, behind the others: who walks through the machines then finds them too.
open_left() {
	[ -s "$STATE/machines.left" ] || return 0
	# The only one was this one, whatever its address.
	awk -F '\t' -v OFS='\t' -v only="$m_count" '
		FILENAME == ARGV[1] { seen[$1] = 1; if (only == 1) $2 = "-"; print; next }
		!seen[$1]++' "$tmp/machines" "$STATE/machines.left" >"$tmp/machines.new"
	mv "$tmp/machines.new" "$tmp/machines"
	cut -f 1 "$STATE/machines.left" >"$tmp/left.names"
	# shellcheck disable=SC2046 # names
	machines_open $(cat "$tmp/left.names") || true
	while IFS= read -r d_machine; do
		if machine_reached "$d_machine"; then engine_of "$d_machine" || true; fi
	done <"$tmp/left.names"
}
is_left() { grep -qxF -- "$1" "$tmp/left.names" 2>/dev/null; }

# ---- what differs from cluster to cluster

# Subnets that are taken: `subnet<TAB>by whom`. Networks of this cluster's own do not count, nor do default routes.
subnets_taken() {
	while IFS= read -r d_machine; do
		d_networks=$(docker_on "$d_machine" network ls -q 2>"$tmp/said" </dev/null) || {
			warn "Docker's engine on $d_machine does not say which networks it has: $(tail -n 1 "$tmp/said")"
			return 1
		}
		# shellcheck disable=SC2016,SC2086 # Go's variables; numbers
		docker_on "$d_machine" network inspect -f \
			'{{$n := .Name}}{{$p := index .Labels "'$namespace'"}}{{range .IPAM.Config}}{{.Subnet}}{{"\t"}}{{$n}}{{"\t"}}{{$p}}{{"\n"}}{{end}}' \
			$d_networks 2>/dev/null </dev/null |
			awk -F '\t' -v own="$NAME" -v on="$d_machine" '$1 ~ /\./ && $3 != own { print $1 "\tthe docker network " $2 " of " on }'
		routes_of "$d_machine"
	done <"$tmp/machine.names"
	subnets_of_others
}

# What can say no is asked first: an `up` that changes nothing leaves no swarm behind.
driver_prepare() {
	d_first=no
	[ -r "$STATE/cluster.env" ] || d_first=yes
	keep_left || return 1
	own_swarm || return 1
	alone choose_own || return 1
	if ! make_swarm || ! label_machines; then
		if [ "$d_made" = yes ]; then leave_swarm || true; fi
		if [ "$d_first" = yes ] && [ ! -e "$HERE/state/swarm" ]; then rm -f "$STATE/cluster.env" "$STATE/nodes"; fi
		return 1
	fi
	# shellcheck source=/dev/null
	. "$STATE/cluster.env"
	driver_environment
}

# The label of its nodes that says from where a cluster was brought up.
origin_label() { echo "hpcc.$NAME.origin"; }
own_swarm() {
	origin_own
	[ "$(swarm_state "$d_manager")" = active ] || return 0
	while IFS= read -r d_node; do
		d_is=$(swarm node inspect -f "{{index .Spec.Labels \"$(origin_label)\"}}" "$d_node" 2>/dev/null </dev/null) || continue
		if [ -z "$d_is" ] || origin_is_ours "$d_is"; then continue; fi
		origin_refuses "the swarm of $d_manager" "$(origin_words "$d_is")" "'docker node update --label-rm $(origin_label) $d_node' on $d_manager"
		return 1
	done <"$tmp/nodes.known"
}

# Another cluster's ports cannot be the same; those of the one that bears the built name are its own.
ports_busy() {
	ports_chosen
	stack_ports
}
# shellcheck disable=SC2016 # the stack's variables
stack_ports() { sed -n 's/.*\${HPCC_PORT_\([0-9]*\):-.*/\1/p' "$HERE/stack.yaml" | sort -u; }

choose_own() {
	if [ ! -r "$STATE/cluster.env" ]; then
		: >"$tmp/there"
		if [ "$(swarm_state "$d_manager")" = active ]; then
			swarm service ls -q --filter "label=$namespace=$NAME" >"$tmp/there" </dev/null || return 1
		fi
		if [ -s "$tmp/there" ]; then
			warn "a stack $NAME is on this swarm, and this folder knows nothing of it: end it ('docker stack rm $NAME'), or give this cluster another name ('--name NAME')"
			return 1
		fi
		subnets_taken >"$tmp/taken" || return 1
		if [ -z "$NET_BUILT" ]; then
			# The spec says it, and docker would say no only when half of the stack is there.
			(NET_BUILT=${SUBNET_BUILT%%/*} && choose_net) <"$tmp/taken" >"$tmp/chosen"
			if [ ! -s "$tmp/chosen" ]; then
				warn "the subnet $SUBNET_BUILT of $NAME overlaps with one that is taken: $(taken_by);" \
					"give the spec another subnet, or none"
				return 1
			fi
		fi
		choose_subnet || return 1
	else
		cp "$STATE/cluster.env" "$STATE/cluster.env.new"
	fi
	# shellcheck disable=SC2046 # numbers
	choose_ports $(stack_ports)
	mv "$STATE/cluster.env.new" "$STATE/cluster.env"
}

# ---- images

# `machine<TAB>image` of images.tsv's references: which machine runs which. A place that may be anywhere may be on each
# that has its labels.
images_wanted() {
	awk -v OFS='\t' '
		/^[a-z]/ { section = $1; place = "" }
		section == "services:" && /^  [^ ]/ { place = $1; sub(/:$/, "", place) }
		$1 == "image:" {
			image = $2
			gsub(/"/, "", image)
			if (sub(/^\$\{[A-Za-z0-9_]*:-/, "", image)) sub(/\}$/, "", image)
			if (section == "x-slurmd:") nodes = image
			else print place, image
		}
		section == "services:" && $1 == "<<:" && $2 == "*slurmd" { print place, nodes }' "$HERE/stack.yaml" >"$tmp/place.images"
	awk -v OFS='\t' '
		/^[a-z]/ { section = $1 }
		section == "services:" && /^  [^ ]/ { place = $1; sub(/:$/, "", place) }
		section == "services:" && /node\.labels\..* == / {
			gsub(/^[ -]*"?node\.labels\.|"$/, "")
			at = index($0, " == ")
			print place, substr($0, 1, at - 1) "=" substr($0, at + 4)
		}' "$HERE/stack.yaml" >"$tmp/place.labels"
	lines machines.tsv | cut -f 1,10 >"$tmp/machine.labels"
	lines hosts.tsv | awk -F '\t' -v OFS='\t' '
		FILENAME == ARGV[1] { image[$1] = $2; next }
		FILENAME == ARGV[2] { machines[++n] = $1; labels[n] = "," $2 ","; next }
		FILENAME == ARGV[3] { wants[$1, ++count[$1]] = "," $2 ","; next }
		$4 != "-" { print $4, image[$1]; next }
		{
			for (i = 1; i <= n; i++) {
				has = 1
				for (j = 1; j <= count[$1]; j++) if (!index(labels[i], wants[$1, j])) has = 0
				if (has) print machines[i], image[$1]
			}
		}' "$tmp/place.images" "$tmp/machine.labels" "$tmp/place.labels" - | sort -u
}

users_of() {
	d_wanted=$(awk -F '\t' -v n="$1" '$1 == n { print $3; exit }' "$tmp/images")
	awk -F '\t' -v r="$d_wanted" '$2 == r { print $1 }' "$tmp/wanted"
}

driver_images() {
	grep -v '^#' "$HERE/images.tsv" >"$tmp/images" || true
	images_wanted >"$tmp/wanted"
	: >"$STATE/images.env.new"
	while IFS=$tab read -r d_image d_kind d_reference d_archive d_rest; do
		images_apart "$d_image" "$d_kind" "$d_reference" "${d_archive:--}" "${1:-}" </dev/null || return 1
		if [ "$d_kind" = ready ] || [ ! -s "$tmp/users" ]; then continue; fi
		d_id=$(image_id "$(head -n 1 "$tmp/users")" "$d_reference")
		# Of two kinds of processors the numbers differ, and the services have one.
		if [ "$(wc -l <"$tmp/archs")" -gt 1 ]; then d_id=$d_reference; fi
		echo "HPCC_IMAGE_$(echo "$d_image" | sed 's/[^A-Za-z0-9]/_/g')=$d_id" >>"$STATE/images.env.new"
	done <"$tmp/images"
	mv "$STATE/images.env.new" "$STATE/images.env"
	driver_environment
}

driver_preflight() {
	d_image=$(image_of slurm)
	if [ -z "$d_image" ] || ! machine_here "$d_manager" || ! swarm image inspect "$d_image" >/dev/null 2>&1; then return 0; fi
	preflight_on "$d_manager" "$1"
}

# ---- secrets

# Their names end in a hash of what they are, with salt: who may list a swarm's secrets could else try words.
make_secrets() {
	if [ ! -s "$STATE/salt" ]; then
		(umask 077 && head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$STATE/salt")
	fi
	swarm secret ls --format '{{.Name}}' >"$tmp/secrets.there" </dev/null || return 1
	: >"$STATE/secrets.env.new"
	lines secrets.tsv | cut -f 1 >"$tmp/secrets.want"
	while IFS= read -r d_secret; do
		d_hash=$(cat "$STATE/salt" "$STATE/secrets/$d_secret" | sum | cut -c 1-12)
		d_name=${NAME}_$(echo "$d_secret" | sed 's/[^A-Za-z0-9_.-]/_/g' | cut -c 1-10)_$d_hash
		if ! grep -qxF "$d_name" "$tmp/secrets.there"; then
			swarm secret create -l "$namespace=$NAME" "$d_name" - <"$STATE/secrets/$d_secret" >"$tmp/said" 2>&1 || {
				warn "the swarm does not take the secret '$d_secret': $(tail -n 1 "$tmp/said")"
				return 1
			}
		fi
		echo "HPCC_SECRET_$(echo "$d_secret" | sed 's/[^A-Za-z0-9]/_/g')=$d_name" >>"$STATE/secrets.env.new"
	done <"$tmp/secrets.want"
	mv "$STATE/secrets.env.new" "$STATE/secrets.env"
	driver_environment
}

# Configs, secrets and networks of this cluster that no service names any more; the swarm keeps those that one does.
prune() {
	swarm network ls --filter "label=$namespace=$NAME" --format '{{.Name}}' </dev/null 2>/dev/null | sort >"$tmp/there"
	comm -23 "$tmp/there" "$tmp/networks" >"$tmp/unused"
	while IFS= read -r d_one; do
		if swarm network rm "$d_one" >"$tmp/said" 2>&1 </dev/null; then
			say "the network $d_one is gone, which the spec has no more"
		else
			warn "the network $d_one, which the spec has no more, stays: $(tail -n 1 "$tmp/said")"
		fi
	done <"$tmp/unused"
	for d_what in config secret; do
		swarm "$d_what" ls --filter "label=$namespace=$NAME" --format '{{.Name}}' </dev/null 2>/dev/null | sort >"$tmp/there"
		comm -23 "$tmp/there" "$tmp/named" >"$tmp/unused"
		while IFS= read -r d_one; do swarm "$d_what" rm "$d_one" >/dev/null 2>&1 </dev/null || true; done <"$tmp/unused"
	done
}

# ---- up

# What docker makes of stack.yaml; `service<TAB>all that its tasks are made of` in $tmp/services.
render() {
	docker stack config -c "$HERE/stack.yaml" >"$tmp/stack.yaml" 2>"$tmp/said" </dev/null || {
		warn "docker does not take stack.yaml: $(tail -n 1 "$tmp/said")"
		return 1
	}
	# Names of configs and secrets are further down than the services that use them: two readings.
	awk '
		/^[a-z]/ { section = $1 }
		/^  [^ ]/ { thing = $1; gsub(/[:"]/, "", thing) }
		(section == "configs:" || section == "secrets:") && $1 == "name:" { name[section thing] = $2 }
		NR == FNR { next }
		section != "services:" || /^[a-z]/ { next }
		/^  [^ ]/ { if (text != "") print text; text = thing "\t"; next }
		{ line = $0; gsub(/\t/, " ", line); text = text line "|" }
		/^    (configs|secrets):/ { list = $1 }
		/^    [a-z_]+:/ { list = $1 }
		$1 == "-" && $2 == "source:" { if ((list $3) in name) text = text name[list $3] "|" }
		END { if (text != "") print text }' "$tmp/stack.yaml" "$tmp/stack.yaml" | sort >"$tmp/services"
	awk '/^[a-z]/ { section = $1 } (section == "configs:" || section == "secrets:") && $1 == "name:" { print $2 }' "$tmp/stack.yaml" | sort >"$tmp/named"
	# Docker makes one for services that name none.
	awk -v stack="$NAME" '
		function put() { if (network != "") print network }
		BEGIN { print stack "_default" }
		/^[a-z]/ { section = $1 }
		section == "networks:" && /^  [^ ]/ { put(); network = $1; gsub(/[:"]/, "", network); network = stack "_" network }
		section == "networks:" && /^    name:/ { network = $2; gsub(/"/, "", network) }
		END { put() }' "$tmp/stack.yaml" | sort >"$tmp/networks"
}

# Tasks that are to run: `place<TAB>container<TAB>state<TAB>words<TAB>node<TAB>task`. A task is `starting` while its health is not known: it
# runs, then, for all that is asked here. 1 if the manager does not say.
containers() {
	[ "$d_gone" = no ] || return 0
	# Children of in_parallel have all the same $$.
	d_tasks=$(mktemp "$tmp/tasks.XXXXXX") || return 1
	if ! swarm stack ps -q --no-trunc --filter desired-state=running "$NAME" >"$d_tasks" 2>"$d_tasks.said" </dev/null; then
		# Of a stack that is not there it says this, and fails.
		grep -qi 'nothing found in stack' "$d_tasks.said" && d_result=0 || d_result=1
		[ "$d_result" = 0 ] || warn "$d_manager does not say what runs of $NAME: $(tail -n 1 "$d_tasks.said")"
		rm -f "$d_tasks" "$d_tasks.said"
		return "$d_result"
	fi
	# shellcheck disable=SC2046 # numbers
	set -- $(cat "$d_tasks")
	rm -f "$d_tasks.said"
	[ $# -gt 0 ] || { rm -f "$d_tasks" && return 0; }
	swarm inspect --type task -f '{{.Spec.ContainerSpec.Hostname}}{{"\t"}}{{with .Status.ContainerStatus}}{{.ContainerID}}{{end}}{{"\t"}}{{.Status.State}}{{"\t"}}{{.Status.State}} since {{slice .Status.Timestamp.String 0 19}}{{with .Status.Err}}: {{.}}{{end}}{{"\t"}}{{or .NodeID "-"}}{{"\t"}}{{.ID}}' \
		"$@" 2>/dev/null </dev/null >"$d_tasks" || true
	awk -F '\t' -v OFS='\t' '$1 != "" {
		if ($2 == "") $2 = "-"
		if ($3 == "starting" && $2 != "-") $3 = "running"
		# Of two of one place the one that runs.
		if (!($1 in line) || $3 == "running") line[$1] = $0
	} END { for (i in line) print line[i] }' "$d_tasks" | sort
	rm -f "$d_tasks"
}

# The nodes among the places of $tmp/anew that run jobs, and the jobs, in $tmp/ends: a line each.
jobs_that_end() {
	: >"$tmp/ends"
	if [ ! -s "$tmp/jobs" ] || [ ! -s "$tmp/will" ]; then return 0; fi
	# shellcheck disable=SC2016 # for the shell over there
	driver_exec -i "$(place_of slurmctld)" root sh -c 'while read -r job nodes; do
		for i in $(scontrol show hostnames "$nodes" </dev/null); do echo "$i $job"; done
	done' <"$tmp/jobs" 2>/dev/null | awk 'NR == FNR { will[$1] = 1; next } $1 in will { jobs[$1] = jobs[$1] " " $2 } END { for (i in jobs) print i ":" jobs[i] }' "$tmp/will" - |
		sort >"$tmp/ends" || true
}

driver_up() {
	make_secrets || return 1
	render || return 1
	containers >"$tmp/before" || return 1
	# What will be made anew, as far as the last `up` knows.
	: >"$tmp/will"
	if [ -s "$STATE/applied/services" ]; then
		sort "$STATE/applied/services" | comm -13 - "$tmp/services" | cut -f 1 >"$tmp/differ"
		awk -F '\t' 'NR == FNR { there[$1] = 1; next } $1 in there { print $1 }' "$tmp/before" "$tmp/differ" >"$tmp/will"
		jobs_that_end
		if [ -s "$tmp/will" ]; then say "makes anew, as what they are made of has changed: $(some 12 <"$tmp/will")"; fi
		awk -F ': *' 'NR <= 10 { print "cluster: " $1 " runs jobs, which end or are queued again: " $2 }' "$tmp/ends"
		if [ "$(wc -l <"$tmp/ends")" -gt 10 ]; then say "and so do those of $(($(wc -l <"$tmp/ends") - 10)) more nodes"; fi
	fi
	# The client reads configs beside the file; the manager may be elsewhere.
	if ! swarm stack deploy --resolve-image never --prune --with-registry-auth -c "$HERE/stack.yaml" "$NAME" >"$tmp/up.log" 2>&1 </dev/null; then
		explain "$tmp/up.log"
		return 1
	fi
	settle || return 1
	keep_containers || return 1
	sed 1d "$tmp/containers" >"$tmp/up.containers"
	awk -F '\t' -v kept="$tmp/kept" -v anew="$tmp/anew" -v made="$tmp/made" '
		BEGIN { printf "" >made; printf "" >kept; printf "" >anew }
		FILENAME == ARGV[1] { was[$1] = $6; next }
		$1 in was && was[$1] == $6 { print $1 >kept; next }
		{ print $1 >made }
		$1 in was { print $1 >anew }' "$tmp/before" "$tmp/up.containers"
	cp "$tmp/made" "$tmp/begun"
	# The swarm has told them all by making them anew.
	grep '/accounting\.tsv$' "$tmp/changed" >"$tmp/changed.kept" || true
	mv "$tmp/changed.kept" "$tmp/changed"
}

# A service's secret has another name when it is another: who uses it is made anew.
driver_rotating() {
	jobs_before
	[ -s "$tmp/jobs" ] || return 0
	ask "make anew what uses the secret '$1', and end or queue again the jobs that run ($(cut -d ' ' -f 1 "$tmp/jobs" | some))"
}
driver_bring() {
	wait=120
	: >"$tmp/changed"
	jobs_before
	driver_up || return 1
	driver_record
	lost_jobs || true
}

# Until every task that was to be replaced is, and every place has one that is healthy: before that the others do not find it by its
# name. Those that cannot are told later, by who waits.
settle() {
	d_from=$(date +%s)
	d_told=0
	while :; do
		containers >"$tmp/now" || true
		awk -F '\t' -v all="$(wc -l <"$tmp/services")" '
			FILENAME == ARGV[1] { old[$1] = $6; next }
			FILENAME == ARGV[2] { will[$1] = 1; next }
			$4 ~ /^running/ && !(($1 in will) && old[$1] == $6) { n++ }
			END { print n + 0; exit n < all }' "$tmp/before" "$tmp/will" "$tmp/now" >"$tmp/run" && return 0
		d_passed=$(since "$d_from")
		[ "$d_passed" -lt 60 ] || return 0
		if [ $((d_passed / 10)) -gt "$d_told" ]; then
			d_told=$((d_passed / 10))
			say "starts containers: $(cat "$tmp/run") of $(wc -l <"$tmp/services" | tr -d ' ') run ($d_passed s)"
		fi
		sleep 0.3
	done
}

# Why the stack could not be deployed, in one line.
explain() {
	if grep -qiE 'pool overlaps|invalid pool request|conflicts with network|no available.*address|overlaps' "$1"; then
		warn "the subnet $SUBNET of $NAME overlaps with another network of the swarm ('docker network ls' lists them): remove that one, or give the spec another subnet"
	elif grep -qi 'only updates to Labels are allowed' "$1"; then
		warn "a file below $HERE/etc was changed by hand: build the spec again ($(grep -i 'only updates' "$1" | tail -n 1))"
	elif grep -qiE 'port .* is already in use' "$1"; then
		warn "$(grep -iE 'already in use' "$1" | tail -n 1 | sed 's/^.*desc = //'): publish another port in the spec"
	else
		grep -vE '^(Creating|Updating|Since --detach|It will|In a future)' "$1" | tail -n 3 | sed 's/^/cluster:   /' >&2
		warn "docker could not deploy the stack $NAME"
	fi
}

# By themselves: since driver_up each has another task, or none.
driver_ended() {
	containers >"$tmp/ended" || return 1
	awk -F '\t' '
		FILENAME == ARGV[1] { now[$1] = $6; state[$1] = $3; words[$1] = $4; next }
		!($1 in now) { print $1 "\tdoes not run"; next }
		state[$1] != "running" { print $1 "\tdoes not run (" words[$1] ")"; next }
		now[$1] != $6 { print $1 "\thas ended and was started again" }' "$tmp/ended" "$tmp/up.containers"
}

driver_record() {
	render || return 0
	rm -rf "$STATE/applied.new"
	mkdir "$STATE/applied.new"
	cp "$HERE/stack.yaml" "$HERE/images.tsv" "$tmp/services" "$STATE/applied.new/"
	rm -rf "$STATE/applied"
	mv "$STATE/applied.new" "$STATE/applied"
	prune
}

driver_differs() {
	driver_environment
	for d_file in stack.yaml images.tsv; do
		cmp -s "$HERE/$d_file" "$STATE/applied/$d_file" || echo "$d_file"
	done
	grep -v '^#' "$HERE/images.tsv" | while IFS=$tab read -r d_image d_kind d_reference d_archive d_rest; do
		[ "$d_kind" != ready ] || continue
		if [ "${d_archive:--}" != - ] && [ ! -r "$(archive_path "$d_archive")" ]; then continue; fi
		case $(stamp "$d_manager" "$d_reference") in
		'' | "$(context_sum "$d_image" "${d_archive:--}") "*) ;;
		*) echo "the image $d_reference" ;;
		esac
	done
}

# ---- places

driver_places() {
	swarm service ls --filter "label=$namespace=$NAME" --format '{{.Name}}' >"$tmp/service.names" </dev/null || return 1
	sed "s/^${NAME}_//" "$tmp/service.names" | sort >"$tmp/names"
	containers >"$tmp/tasks" || return 1
	awk -F '\t' -v OFS='\t' 'NR == FNR { state[$1] = $3; words[$1] = $4; next } { print $1, ($1 in state ? state[$1] : "stopped"), words[$1] }' "$tmp/tasks" "$tmp/names"
}
# find_container PLACE: its container in d_container, its machine in d_machine. A list grows old: tasks come and go by themselves.
find_container() {
	d_at=
	if [ -e "$tmp/containers" ]; then read -r d_word d_at <"$tmp/containers" || true; fi
	if [ $(($(date +%s) - ${d_at:-0})) -gt 2 ]; then keep_containers || return 1; fi
	d_found=$(awk -F '\t' -v p="$1" '$1 == p && $3 == "running" { print $2, $5; exit }' "$tmp/containers")
	[ -n "$d_found" ] || { warn "$1 does not run" && return 1; }
	d_container=${d_found% *}
	d_machine=$(machine_of_node "${d_found#* }")
	[ -n "$d_machine" ] || { warn "$1 runs on a machine that machines.tsv does not list (its node is ${d_found#* })" && return 1; }
}
machine_of_node() {
	for d_name in $m_names; do
		[ -s "$tmp/engine.$d_name" ] || continue
		read -r d_word d_node d_rest <"$tmp/engine.$d_name"
		if [ "$d_node" = "$1" ]; then
			echo "$d_name"
			return 0
		fi
	done
}

# The machine of a place that is stopped: that of the last task.
machine_of() {
	d_found=$(lines hosts.tsv | awk -F '\t' -v p="$1" '$1 == p { print $4; exit }')
	if [ "$d_found" = - ] || [ -z "$d_found" ]; then
		d_task=$(swarm service ps -q --no-trunc "${NAME}_$1" 2>/dev/null </dev/null | head -n 1)
		d_found=$(machine_of_node "$(swarm inspect --type task -f '{{.NodeID}}' "$d_task" </dev/null)")
	fi
	echo "$d_found"
}

# A container of the same image with the same volumes, for the one that is stopped.
driver_beside() {
	d_machine=$(machine_of "$1")
	d_service=${NAME}_$1
	shift
	d_command=$1
	shift
	d_volumes=$(swarm service inspect -f '{{range .Spec.TaskTemplate.ContainerSpec.Mounts}}{{if ne (print .Type) "tmpfs"}}-v {{.Source}}:{{.Target}} {{end}}{{end}}' "$d_service" </dev/null) || return 125
	d_image=$(swarm service inspect -f '{{.Spec.TaskTemplate.ContainerSpec.Image}}' "$d_service" </dev/null) || return 125
	# shellcheck disable=SC2086 # options
	docker_on "$d_machine" run --rm -i --network none $d_volumes --entrypoint "$d_command" "$d_image" "$@"
}

quiet_swarm() { quiet_docker_on "$d_manager" "$@"; }

# scale COUNT PLACE...: none or one of each, and waits for it.
scale() {
	d_count=$1
	shift
	for d_place; do quiet_swarm service scale -d "${NAME}_$d_place=$d_count" || return 1; done
	d_from=$(date +%s)
	for d_place; do
		# A question without an answer is no answer 'none'.
		until tasks_of "$d_place" >"$tmp/scaled" && [ "$(wc -l <"$tmp/scaled")" -eq "$d_count" ]; do
			[ "$(since "$d_from")" -lt 60 ] || {
				warn "$d_place is not $([ "$d_count" = 0 ] && echo stopped || echo started) after 60 s$(sed '$!d; s/^/: /' "$tmp/tasks.said")"
				return 1
			}
			sleep 0.3
		done
	done
	rm -f "$tmp/containers"
}
# Its tasks that run, or still run; 1 if the manager does not say.
tasks_of() {
	swarm service ps --no-trunc --format '{{.ID}} {{.CurrentState}}' "${NAME}_$1" >"$tmp/tasks.of" </dev/null 2>"$tmp/tasks.said" || return 1
	awk '$2 ~ /^(Running|Starting)/ { print $1 }' "$tmp/tasks.of"
}
driver_stop() { scale 0 "$@"; }
driver_start() { scale 1 "$@"; }
driver_restart() {
	containers >"$tmp/restart.before" || return 1
	for d_place; do quiet_swarm service update -d --force "${NAME}_$d_place" || return 1; done
	d_from=$(date +%s)
	until containers >"$tmp/now" && for d_place; do echo "$d_place"; done | awk -F '\t' '
		FILENAME == ARGV[1] { old[$1] = $6; next }
		FILENAME == ARGV[2] { if ($4 ~ /^running/) now[$1] = $6; next }
		!($1 in now) || now[$1] == old[$1] { bad = 1 }
		END { exit bad }' "$tmp/restart.before" "$tmp/now" -; do
		[ "$(since "$d_from")" -lt 90 ] || { warn "$* cannot be made anew: after 90 s there is no other task" && return 1; }
		sleep 0.3
	done
	rm -f "$tmp/containers"
}
driver_remake() { driver_restart "$@"; }

# First why the swarm does not start it, if that is it; what went wrong is seldom in the last line: others end after it.
driver_why() {
	swarm service ps --no-trunc --format '{{.Error}}' "${NAME}_$1" 2>/dev/null </dev/null | grep . | head -n 1 | cut -c 1-200
	swarm service logs --raw --tail 60 "${NAME}_$1" >"$tmp/why" 2>&1 </dev/null || true
	said_why "$tmp/why"
}

driver_logs() {
	d_follow=$1 d_tail=$2
	shift 2
	if [ $# = 0 ]; then
		# shellcheck disable=SC2046 # names without blanks
		set -- $(places_of)
	fi
	for d_place; do
		d_options=
		if [ -n "$d_tail" ]; then d_options="--tail $d_tail"; fi
		if [ "$d_follow" = yes ]; then d_options="$d_options -f"; fi
		# shellcheck disable=SC2086 # options
		swarm service logs --raw $d_options "${NAME}_$d_place" </dev/null 2>&1 | sed "s/^/$d_place  | /" &
		[ "$d_follow" = yes ] || wait
	done
	wait
}

driver_enter() {
	for d_place in $(places_of login,slurmd); do
		d_port=$(swarm service inspect -f '{{range .Spec.EndpointSpec.Ports}}{{if eq .TargetPort 22}}{{.PublishedPort}}{{end}}{{end}}' "${NAME}_$d_place" 2>/dev/null </dev/null)
		[ -n "$d_port" ] || continue
		find_container "$d_place" || continue
		d_address=$(machine_field "$d_machine" 2)
		if [ "$d_address" = - ]; then d_address=localhost; fi
		echo "ssh to $d_place: ssh -p $d_port $DEFAULT_USER@$d_address"
	done
}

# The network goes when its last task is gone on every machine: an `up` before that would find half of it.
driver_down() {
	if [ "${purge:-no}" = yes ]; then open_left; fi
	if [ "$d_gone" = yes ]; then
		# What its workers still run ends when they leave.
		leave_swarm || return 1
	elif ! swarm stack rm "$NAME" >"$tmp/said" 2>&1 </dev/null; then
		warn "$(tail -n 1 "$tmp/said")"
		return 1
	fi
	d_from=$(date +%s)
	until stack_is_gone; do
		[ "$(since "$d_from")" -lt 90 ] || { warn "after 90 s $NAME is not gone: $(head -n 1 "$tmp/left")" && return 1; }
		sleep 0.3
	done
}
# Only what every engine says is gone is gone.
stack_is_gone() {
	: >"$tmp/left"
	for d_machine in $m_names; do
		[ -s "$tmp/engine.$d_machine" ] || continue
		if ! docker_on "$d_machine" ps -a --filter "label=$namespace=$NAME" --format "there still is {{.Names}} on $d_machine" >>"$tmp/left" 2>"$tmp/said" </dev/null ||
			! docker_on "$d_machine" network ls --filter "label=$namespace=$NAME" --format "there still is the network {{.Name}} on $d_machine" >>"$tmp/left" 2>"$tmp/said" </dev/null; then
			echo "Docker's engine on $d_machine does not say what is left: $(tail -n 1 "$tmp/said")" >>"$tmp/left"
		fi
	done
	[ ! -s "$tmp/left" ]
}

driver_purge() {
	for d_machine in $m_names; do
		if [ ! -s "$tmp/engine.$d_machine" ]; then
			warn "the volumes of $NAME on $d_machine were not removed: it cannot be reached"
			continue
		fi
		docker_on "$d_machine" volume ls -q --filter "label=$namespace=$NAME" >"$tmp/volumes" 2>"$tmp/said" </dev/null || {
			warn "Docker's engine on $d_machine does not say which volumes $NAME has: $(tail -n 1 "$tmp/said")"
			return 1
		}
		while IFS= read -r d_volume; do
			docker_on "$d_machine" volume rm "$d_volume" >"$tmp/said" 2>&1 </dev/null || {
				warn "$(tail -n 1 "$tmp/said")"
				return 1
			}
		done <"$tmp/volumes"
	done
	if [ -e "$STATE/labels" ]; then unlabel <"$STATE/labels"; fi
	leave_swarm
}

# The swarm that `up` made ends with the last stack; one that was there before is not ours to end. A machine stays in the list until it
# has left, and the manager leaves last, when all others have.
leave_swarm() {
	[ -s "$HERE/state/swarm" ] || return 0
	: >"$tmp/there"
	[ "$d_gone" = yes ] || swarm service ls -q >"$tmp/there" 2>"$tmp/said" </dev/null || {
		warn "$d_manager does not say whether others use the swarm, which is not left: $(tail -n 1 "$tmp/said")"
		return 1
	}
	[ ! -s "$tmp/there" ] || return 0
	awk '!seen[$0]++ { name[++n] = $0 } END { while (n > 0) print name[n--] }' "$HERE/state/swarm" >"$tmp/leave"
	while IFS= read -r d_machine; do
		leave_machine "$d_machine" || return 1
	done <"$tmp/leave"
	say "the swarm is left, which an \`up\` had made"
}
leave_machine() {
	# One that is no more in machines.tsv, and may be no more at all, cannot hold up the others.
	if [ -z "$(machine_field "$1" 1)" ] || { is_left "$1" && ! machine_reached "$1"; }; then
		d_node=$(node_of "$1")
		[ -z "$d_node" ] || swarm node rm --force "$d_node" >/dev/null 2>&1 </dev/null || true
		warn "$1, which the spec has no more, cannot be reached: 'docker swarm leave --force' there ends its part in this swarm"
		has_left "$1"
		return 0
	fi
	engine_of "$1" || return 1
	d_node=$(swarm_node "$1")
	# A manager that is not this one must be demoted: else those that stay count it as one that is missing.
	if [ "$1" != "$d_manager" ] && [ "$d_node" != - ]; then swarm node demote "$d_node" >/dev/null 2>&1 </dev/null || true; fi
	if [ "$(swarm_state "$1")" != inactive ] && ! docker_on "$1" swarm leave --force >"$tmp/said" 2>&1 </dev/null; then
		warn "$1 cannot leave the swarm: $(tail -n 1 "$tmp/said")"
		return 1
	fi
	if [ "$1" != "$d_manager" ] && [ "$d_node" != - ]; then swarm node rm --force "$d_node" >/dev/null 2>&1 </dev/null || true; fi
	has_left "$1"
}
has_left() {
	grep -vxF -- "$1" "$HERE/state/swarm" >"$tmp/swarm" || true
	if [ -s "$tmp/swarm" ]; then cp "$tmp/swarm" "$HERE/state/swarm"; else rm -f "$HERE/state/swarm"; fi
}
