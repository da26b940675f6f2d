#!/bin/sh
# Adds the cluster, and the QOS, accounts and users of accounting.tsv, to the accounting database; changes those that are there.
# Deletes nothing, ever. Run it where sacctmgr works, as SlurmUser or root.
#
#   accounting.sh [--before] [FILE]     FILE: default files/CONF_DIR/accounting.tsv beside this script
#
# The first time run it with --before once slurmdbd is up and slurmctld is not: it adds names and no limits, as a partition may name a
# QOS that must exist when slurmctld starts (fatal from 25.11). Then start slurmctld, which makes the cluster's GRES known, on
# which limits may stand; and run it again without --before. Later, after each change, run it without.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/cluster.env"
before=no
if [ "${1:-}" = --before ]; then
	before=yes
	shift
fi
list=${1:-$here/files$CONF_DIR/accounting.tsv}
tab=$(printf '\t')

# sacctmgr says "Nothing new added." or "Nothing modified" with exit 1 when all is as wanted: not a failure.
quietly() {
	if out=$(sacctmgr -i "$@" 2>&1 </dev/null); then
		return 0
	fi
	case $out in
	*"Nothing new added"* | *"lready exist"* | *"Nothing modified"* | *"Nothing to change"*) return 0 ;;
	*"didn't affect anything"* | *"has not changed"*) return 0 ;;
	esac
	echo "accounting.sh: sacctmgr $*:" >&2
	echo "$out" >&2
	return 1
}

# slurmdbd may have been started a moment ago.
tries=30
until sacctmgr -n show cluster >/dev/null 2>&1 </dev/null; do
	tries=$((tries - 1))
	[ "$tries" -gt 0 ] || break # and the next says why
	sleep 1
done

quietly add cluster "$CLUSTER"
[ -r "$list" ] || exit 0
grep -v '^#' "$list" | while IFS= read -r line; do
	kind=${line%%"$tab"*}
	rest=${line#*"$tab"}
	name=${rest%%"$tab"*}
	old=$IFS
	IFS=$tab
	# The fields behind the name, key=value each, without globbing.
	set -f
	case $rest in
	*"$tab"*)
		# shellcheck disable=SC2086 # split at tabs
		set -- ${rest#*"$tab"}
		;;
	*) set -- ;;
	esac
	set +f
	IFS=$old
	case $kind in
	qos)
		quietly add qos "$name"
		if [ $# -gt 0 ] && [ "$before" = no ]; then quietly modify qos where "Name=$name" set "$@"; fi
		;;
	account)
		quietly add account "$name" "Cluster=$CLUSTER" "$@"
		quietly modify account where "Name=$name" "Cluster=$CLUSTER" set "$@"
		;;
	user)
		case ${1:-} in
		Account=*)
			quietly add user "$name" "Cluster=$CLUSTER" "$@"
			# One that is there already keeps its QOS at that.
			account=$1
			shift
			if [ $# -gt 0 ]; then
				quietly modify user where "Name=$name" "Cluster=$CLUSTER" "$account" set "$@"
			fi
			;;
		*) quietly modify user where "Name=$name" set "$@" ;;
		esac
		;;
	*)
		echo "accounting.sh: a line of kind '$kind'?" >&2
		exit 1
		;;
	esac
done
