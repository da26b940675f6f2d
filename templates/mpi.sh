#!/bin/sh
# Tells this host's Open MPI what mpi.tsv says, above all by which network its messages go. Part of install.sh.
#
#   mpi.sh [--host NAME] [--root DIR]
#
# Open MPI, the daemons that its mpirun starts (PRRTE), PMIx and UCX have a file of parameters each, in folders that depend on how they
# were built. To each file that is there a block is added, behind what the distribution's packages say in it; a parameter that we only
# derived is left out where the file says it already. Where no Open MPI is found, nobody knows where it will read: then shells and sshd
# set the same by the environment, which a user's own environment overrides.
#
# A host that has no address in the network is no node's: mpirun there would find no interface at all, and is not told of it.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
host=$(hostname 2>/dev/null || uname -n)
host=${host%%.*}
root=

while [ $# -gt 0 ]; do
	case $1 in
	--host) host=${2:?--host wants a name} && shift ;;
	--root) root=${2?--root wants a directory} && shift ;;
	*)
		echo "mpi.sh: no option '$1'" >&2
		exit 1
		;;
	esac
	shift
done

MPI_NETWORK=- SUBNET=
# shellcheck source=/dev/null
. "$here/cluster.env"
roles=$(awk -F '\t' -v h="$host" '$1 == h { print $3; exit }' "$here/hosts.tsv")

# A swarm's services say which subnet was chosen.
network=$MPI_NETWORK
if [ "$network" = SUBNET ]; then network=${HPCC_SUBNET:-$SUBNET}; fi

# Whether this machine has an address in the network: the kernel's own list, for not every image has `ip`.
is_in_network() {
	[ -r /proc/net/fib_trie ] || return 0
	awk -v network="$network" '
		function number(ip,    p) { split(ip, p, "."); return ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4] }
		BEGIN { split(network, s, "/"); size = 2 ^ (32 - s[2]); first = int(number(s[1]) / size) }
		/32 host LOCAL/ { if (int(number(last) / size) == first) { found = 1; exit } }
		{ last = $2 }
		END { exit !found }' /proc/net/fib_trie
}

derive=yes by_ucx=no some_by_ucx=no
if [ "$network" = - ] || [ -n "$root" ]; then
	[ "$network" != - ] || derive=no
else
	case ,$roles, in
	*,slurmd,*) ;;
	*) is_in_network || derive=no ;;
	esac
fi

# parameters READER: `by key value` of those for it.
tab=$(printf '\t')
parameters() {
	awk -F '\t' -v OFS='\t' -v reader="$1" -v derive="$derive" -v by_ucx="$by_ucx" -v network="$network" '
		/^#/ || $1 != reader || ($3 == "network" && derive == "no") || ($3 == "shared" && by_ucx == "no") { next }
		{ print $3, $2, ($3 == "network" ? network : $4) }' "$here/mpi.tsv"
}

# program FILE NAME: a program of the Open MPI that has this file.
program() {
	for i in "${1%/etc/*}/bin" "$root/usr/bin" "$root"/usr/lib64/openmpi/bin "$root"/usr/lib/openmpi/bin; do
		if [ -x "$i/$2" ]; then
			echo "$i/$2"
			return 0
		fi
	done
}

# The interface that leads to the network; nothing where none does, or several.
interface() {
	[ -z "$root" ] && [ "$derive" = yes ] || return 0
	awk -v network="$network" '
		function hex(s,    i, n) { for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789ABCDEF", substr(s, i, 1)) - 1; return n }
		# As the kernel prints it: the last byte first.
		function number(s) { return ((hex(substr(s, 7, 2)) * 256 + hex(substr(s, 5, 2))) * 256 + hex(substr(s, 3, 2))) * 256 + hex(substr(s, 1, 2)) }
		BEGIN {
			split(network, s, "/")
			split(s[1], p, ".")
			first = ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4]
			last = first + 2 ^ (32 - s[2]) - 1
		}
		NR > 1 && $3 == "00000000" && $8 != "00000000" {
			from = number($2)
			if (from <= last && from + 4294967295 - number($8) >= first && !($1 in seen)) { seen[$1] = 1; name = $1; n++ }
		}
		END { if (n == 1) print name }' /proc/net/route 2>/dev/null || true
}

# Whether this host's Open MPI, whose file is FILE, has nodes with one address talk by UCX: since version 6 it refuses TCP to an address
# that its own node has too.
talks_by_ucx() { # FILE
	grep -q "^openmpi${tab}.*${tab}shared${tab}" "$here/mpi.tsv" || return 1
	i=$(program "$1" ompi_info)
	[ -n "$i" ] || return 1
	set -- "$i"
	i=$("$1" --version 2>/dev/null) || return 1
	case $i in
	*"Open MPI v"[0-5].*) return 1 ;;
	esac
	if "$1" --parsable 2>/dev/null | grep -q '^mca:pml:ucx:'; then return 0; fi
	echo "mpi.sh: $1: this Open MPI lets nodes with one address not talk over TCP, and has no UCX: mpirun over nodes of one machine fails" >&2
	return 1
}

# wanted FILE READER: what goes into it. Before version 5 Open MPI had daemons of its own, which read its file; newer mpiruns would take
# their parameters for PRRTE's. PRRTE up to 3.0.8, which is in Open MPI 5.0.7, finds no interface by its network, says so at each start
# and takes all (open-mpi/ompi#13155). It takes a name, which mpirun passes on to all hosts: where they are called alike on all of them. Elsewhere
# it has to try one address after the other.
wanted() {
	case $2 in
	openmpi)
		if talks_by_ucx "$1"; then by_ucx=yes some_by_ucx=yes; else by_ucx=no; fi
		parameters openmpi
		if [ -n "$(program "$1" orted)" ]; then parameters orte; fi
		;;
	prte)
		i=$(program "$1" prterun)
		case $({ [ -z "$i" ] || "$i" --version; } 2>/dev/null) in
		*" 3.0."[0-8] | *" 3.0."[0-8][!0-9]* | *" 2."*) 
			parameters prte | sed "/^network$tab/d"
			if grep -q "^prte${tab}prte_if_include${tab}network${tab}alike\$" "$here/mpi.tsv" && [ -n "$(interface)" ]; then
				printf 'network\tprte_if_include\t%s\n' "$(interface)"
			fi
			;;
		*) parameters prte ;;
		esac
		;;
	# UCX takes names of interfaces, and no networks.
	ucx)
		if [ "$some_by_ucx" = yes ] && [ -n "$(interface)" ]; then printf 'network\tUCX_NET_DEVICES\t%s\n' "$(interface)"; fi
		;;
	*) parameters "$2" ;;
	esac
}

# put FILE READER: the block, in a file that may have one from before.
put() {
	wanted "$1" "$2" >"$made/wanted"
	[ -e "$1" ] || : >"$made/none"
	set -- "$1" "$([ -e "$1" ] && echo "$1" || echo "$made/none")"
	awk -F '\t' '
		FILENAME == ARGV[1] { by[++n] = $1; key[n] = $2; value[n] = $3; next }
		$0 == "# Begin of what hpcc adds." { within = 1 }
		!within {
			line[++lines] = $0
			word = $0
			sub(/^[ \t]*/, "", word)
			# The loopback alone is for tests that Debian makes of its package.
			if (word !~ /^#/ && word !~ /=[ \t]*lo[ \t]*$/) {
				sub(/[ \t]*=.*/, "", word)
				said[word] = 1
			}
		}
		$0 == "# End of what hpcc adds." { within = 0 }
		END {
			while (lines && line[lines] == "") lines--
			for (i = 1; i <= lines; i++) print line[i]
			for (i = 1; i <= n; i++) {
				other = key[i]
				sub(/_include$/, "_exclude", other)
				if (by[i] != "spec" && (key[i] in said || other in said)) continue
				if (!begun++) print (lines ? "\n" : "") "# Begin of what hpcc adds."
				print key[i] " = " value[i]
			}
			if (begun) print "# End of what hpcc adds."
		}' "$made/wanted" "$2" >"$made/file"
	if [ -e "$1" ] && cmp -s "$made/file" "$1"; then return 0; fi
	if [ ! -e "$1" ] && [ ! -s "$made/file" ]; then return 0; fi
	cp "$made/file" "$1.hpcc-new"
	chmod 0644 "$1.hpcc-new"
	mv -f "$1.hpcc-new" "$1"
}

# Open MPI that was compiled stands below a folder of its own, with its parameters in etc. What is a package's has them
# elsewhere, and the files are there. prefixes PROGRAM: such folders.
prefixes() {
	for i in "$root"/usr/local "$root"/opt "$root"/opt/* "$root"/opt/*/*; do
		if [ -x "$i/bin/$1" ]; then echo "$i"; fi
	done
	if [ -z "$root" ] && i=$(command -v "$1") && i=$(readlink -f "$i") && [ "${i%/*/*}" != /usr ] && [ "${i%/*/*}/bin/${i##*/}" = "$i" ]; then
		echo "${i%/*/*}"
	fi
}

# files READER: where its parameters are, or belong.
files() {
	for i in "$root"/etc "$root"/etc/openmpi* "$root"/etc/prrte "$root"/etc/prte "$root"/etc/pmix "$root"/usr/etc "$root"/usr/local/etc \
		"$root"/opt/etc "$root"/opt/*/etc "$root"/opt/*/*/etc "$root"/usr/lib/*/pmix*/share "$root"/usr/lib/*/pmix*/etc; do
		if [ -e "$i/$1-mca-params.conf" ]; then echo "$i/$1-mca-params.conf"; fi
	done
	case $1 in
	openmpi) prefixes ompi_info ;;
	prte) prefixes prte ;;
	esac | sed "s,\$,/etc/$1-mca-params.conf,"
}

# By the environment: only what it does not say yet.
by_environment() {
	for i in openmpi:OMPI orte:OMPI prte:PRTE pmix:PMIX; do
		parameters "${i%:*}" | sed "s/^[^$tab]*$tab/${i#*:}_MCA_/" | awk -F '\t' '!seen[$1]++'
	done >"$made/environment"
	if [ -s "$made/environment" ]; then
		{
			echo "# What Open MPI is told, by hpcc. No Open MPI was found here whose files could say it."
			sed "s/'/'\\\\''/g; s/\([^$tab]*\)$tab\(.*\)/[ -n \"\${\1+x}\" ] || export \1='\2'/" "$made/environment"
		} >"$made/profile"
		mkdir -p "$root/etc/profile.d"
		cp "$made/profile" "$root/etc/profile.d/hpcc-mpi.sh"
		chmod 0644 "$root/etc/profile.d/hpcc-mpi.sh"
		if [ -e "$here/sshd.conf" ]; then
			mkdir -p "$root/etc/ssh/sshd_config.d"
			awk -F '\t' 'BEGIN { printf "SetEnv" } { gsub(/["\\]/, "\\\\&", $2); printf " \"%s=%s\"", $1, $2 } END { print "" }' \
				"$made/environment" >"$root/etc/ssh/sshd_config.d/hpcc-mpi.conf"
		fi
	fi
}

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
files openmpi | sort -u >"$made/found"
rm -f "$root/etc/profile.d/hpcc-mpi.sh" "$root/etc/ssh/sshd_config.d/hpcc-mpi.conf"
if [ ! -s "$made/found" ]; then
	by_environment
	exit 0
fi
for reader in openmpi prte pmix; do
	files "$reader" | sort -u >"$made/files"
	while IFS= read -r file; do
		# A folder that nobody can write to is a file system of others.
		if mkdir -p "${file%/*}" 2>/dev/null && [ -w "${file%/*}" ]; then put "$file" "$reader"; fi
	done <"$made/files"
done
if [ "$some_by_ucx" = yes ] || [ -e "$root/etc/ucx/ucx.conf" ]; then
	if mkdir -p "$root/etc/ucx" 2>/dev/null && [ -w "$root/etc/ucx" ]; then put "$root/etc/ucx/ucx.conf" ucx; fi
fi
