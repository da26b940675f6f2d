#!/bin/bash
# mpi.sh on folders that stand for a machine's root, with stand-ins for what an Open MPI says of itself.
#
#   tests/mpi.sh
#
# shellcheck disable=SC2317,SC2016 # the functions are called by try; what they write is for other shells
set -u
cd "$(dirname "$0")/.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# openmpi PREFIX VERSION [COMPONENT]
openmpi() {
	mkdir -p "$root$1/bin" "$root$1/etc"
	printf '#!/bin/sh\ncase $1 in --version) echo "Open MPI v%s" ;; --parsable) echo "mca:%s:version" ;; esac\n' "$2" "${3:-pml:ucx}" >"$root$1/bin/ompi_info"
	chmod +x "$root$1/bin/ompi_info"
	: >"$root$1/etc/openmpi-mca-params.conf"
}
brought() { sh "$root/etc/hpcc/mpi.sh" --host c1 --root "$root" >"$work/said" 2>&1; }
says() { grep -qx "$2" "$root$1/etc/openmpi-mca-params.conf"; }

try() {
	local name=$1
	root=$work/root
	rm -rf "$root"
	mkdir -p "$root/etc/hpcc"
	cp templates/mpi.sh "$root/etc/hpcc/"
	printf '#host\taddress\troles\nc1\t192.0.2.1\tslurmd\nc2\t192.0.2.1\tslurmd\n' >"$root/etc/hpcc/hosts.tsv"
	echo 'MPI_NETWORK=192.0.2.0/24' >"$root/etc/hpcc/cluster.env"
	printf '#reader\tparameter\tby\tvalue\nopenmpi\tbtl_tcp_if_include\tnetwork\t-\nopenmpi\tpml\tshared\tucx\nopenmpi\topal_common_ucx_tls\tshared\tany\nopenmpi\tmpi_yield\tspec\t1\n' \
		>"$root/etc/hpcc/mpi.tsv"
	if "$2" >"$work/why" 2>&1; then
		echo "ok   mpi: $name"
	else
		cat "$work/why" "$work/said"
		find "$root" -name '*.conf' -exec tail -n +1 {} +
		echo "FAIL mpi: $name"
		bad=1
	fi
}

# Each is asked for itself, in whatever order they are found; what UCX reads stays when none that needs it is the last.
two_versions() {
	openmpi /opt/ompi6 6.0.0rc2 && openmpi /usr/local 5.0.7 && mkdir -p "$root/etc/ucx" && echo 'UCX_LOG_LEVEL=info' >"$root/etc/ucx/ucx.conf" && brought || return 1
	says /opt/ompi6 'pml = ucx' && says /opt/ompi6 'opal_common_ucx_tls = any' && says /opt/ompi6 'btl_tcp_if_include = 192.0.2.0/24' || return 1
	! says /usr/local 'pml = ucx' && says /usr/local 'mpi_yield = 1' && says /usr/local 'btl_tcp_if_include = 192.0.2.0/24' && grep -qx 'UCX_LOG_LEVEL=info' "$root/etc/ucx/ucx.conf"
}
again() {
	openmpi /opt/ompi6 7.1.0 && brought && cp -R "$root" "$work/before" && brought && diff -r "$work/before" "$root" && [ "$(grep -c 'pml = ucx' "$root/opt/ompi6/etc/openmpi-mca-params.conf")" = 1 ]
}
# A file of the site's own that chooses is right.
site() {
	openmpi /opt/ompi6 6.0.1 && echo 'pml = ob1' >"$root/opt/ompi6/etc/openmpi-mca-params.conf" && brought && says /opt/ompi6 'pml = ob1' && ! says /opt/ompi6 'pml = ucx'
}
no_ucx() {
	openmpi /opt/ompi6 6.0.1 pml:ob1 && brought && ! says /opt/ompi6 'pml = ucx' && says /opt/ompi6 'mpi_yield = 1' && grep -q 'has no UCX: mpirun over nodes of one machine fails' "$work/said"
}
# Where none is found, nobody knows its version.
none() {
	brought && grep -q OMPI_MCA_mpi_yield "$root/etc/profile.d/hpcc-mpi.sh" && ! grep -q ucx "$root/etc/profile.d/hpcc-mpi.sh"
}

try "two versions, of which one talks by UCX" two_versions
try "again" again
try "a file of the site's own" site
try "an Open MPI 6 without UCX" no_ucx
try "none to be found" none
exit $bad
