#!/bin/sh
# Installs parts of a cluster's image, while the image is built, as root. RUN lines of our Dockerfiles call it.
#
#   /opt/hpcc/image-install.sh PART...
#
# image-packages.tsv beside this script says which packages a part is made of in the distribution that this image begins with;
# package:NAME is a package by its own name. Two parts are more than packages: `mpi-sum` compiles mpi-sum.c beside this script
# into /usr/local/bin/hpcc-mpi-sum; `slurm-libraries`, what a Slurm that was compiled (image-source.sh) needs to run, makes Slurm's
# directories as its packages would.
# What apt and dnf leave behind, keys that packages made among it, is removed before it becomes part of a layer.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
table=$here/image-packages.tsv

die() {
	echo "image-install.sh: $*" >&2
	exit 1
}

[ $# -gt 0 ] || die "usage: image-install.sh PART..."
[ -r "$table" ] || die "no $table"
[ -r /etc/os-release ] || die "this image has no /etc/os-release: it cannot be told which distribution it is"

# The name by which the table knows this distribution. Debian's sid has a codename, which is the next release's, and no number.
distribution() {
	(
		ID='' ID_LIKE='' VERSION_ID='' VERSION_CODENAME=''
		# shellcheck source=/dev/null
		. /etc/os-release
		case " $ID $ID_LIKE " in
		" debian "*) echo "debian:$([ -n "$VERSION_ID" ] && echo "$VERSION_CODENAME" || echo sid)" ;;
		" ubuntu "*) echo "ubuntu:$VERSION_ID" ;;
		*" rhel "*) echo "rhel:${VERSION_ID%%.*}" ;;
		*) echo "$ID:$VERSION_ID" ;;
		esac
	)
}
system=$(distribution)
awk -F '\t' -v s="$system" '$1 == s { found = 1 } END { exit !found }' "$table" ||
	die "distribution '$system' is not in image-packages.tsv"

# All packages first: a part that does not exist must not be found out after minutes.
packages=
compile=no
for part; do
	case $part in
	mpi-sum)
		compile=yes
		continue
		;;
	package:*)
		packages="$packages ${part#package:}"
		continue
		;;
	esac
	row=$(awk -F '\t' -v s="$system" -v p="$part" '$1 == s && $2 == p { print $3 "\t" $4; exit }' "$table")
	[ -n "$row" ] || die "there is no part '$part' for $system in image-packages.tsv"
	names=${row%%"$(printf '\t')"*}
	[ "$names" != - ] || die "there is no part '$part' for $system: ${row#*"$(printf '\t')"}"
	packages="$packages $names"
done

# Fixed numbers, before packages would choose their own: volumes outlive images and know owners by number. 64030 is the one
# that Debian gives to slurm everywhere; those of munge and mysql are below those that packages take from the top (999 on).
user() { # NAME UID HOME
	getent group "$1" >/dev/null || groupadd --gid "$2" "$1"
	getent passwd "$1" >/dev/null ||
		useradd --uid "$2" --gid "$1" --home-dir "$3" --no-create-home --shell /usr/sbin/nologin "$1"
}
user slurm 64030 /var/lib/slurm
user munge 970 /var/lib/munge
user mysql 971 /var/lib/mysql

install_by_apt() {
	export DEBIAN_FRONTEND=noninteractive
	# Nothing starts while an image is built; dpkg need not wait for the disk; and nobody reads manuals in a container.
	# Of what Open MPI depends on, the compiler for AMD's GPUs is four fifths: UCX does without its plugin for them.
	cat >/etc/dpkg/dpkg.cfg.d/hpcc-image <<-'END'
		force-unsafe-io
		path-exclude=/usr/share/doc/*
		path-include=/usr/share/doc/*/copyright
		path-exclude=/usr/share/man/*
		path-exclude=/usr/share/info/*
		path-exclude=/usr/share/locale/*
		path-exclude=/usr/lib/*/libLLVM*
		path-exclude=/usr/lib/llvm-*
		path-exclude=/usr/lib/*/libamd_comgr.so*
		path-exclude=/usr/lib/*/libamdhip64.so*
		path-exclude=/usr/lib/*/libz3.so*
		path-exclude=/usr/lib/*/ucx/*_rocm.so*
	END
	policy=no
	if [ ! -e /usr/sbin/policy-rc.d ]; then
		policy=yes
		printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
		chmod 0755 /usr/sbin/policy-rc.d
	fi
	apt-get -q -o Acquire::Languages=none update
	# shellcheck disable=SC2086 # one word a package
	apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 install $packages
	apt-get clean
	rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/log/apt /var/log/dpkg.log /var/log/alternatives.log
	rm -f /etc/dpkg/dpkg.cfg.d/hpcc-image
	if [ "$policy" = yes ]; then rm -f /usr/sbin/policy-rc.d; fi
}

install_by_dnf() {
	# Slurm and munge's headers are in EPEL, which wants the repository of what is only for builders.
	if ! grep -qs '^ID="\?fedora' /etc/os-release; then
		dnf -y install epel-release dnf-plugins-core
		dnf config-manager --set-enabled crb || true
	fi
	# shellcheck disable=SC2086 # one word a package
	dnf -y --setopt=install_weak_deps=False --setopt=tsflags=nodocs install $packages
	dnf clean all
	rm -rf /var/cache/dnf /var/log/dnf*
}

if [ -n "$packages" ]; then
	if command -v apt-get >/dev/null; then
		install_by_apt
	elif command -v dnf >/dev/null; then
		install_by_dnf
	else
		die "$system has neither apt-get nor dnf"
	fi
fi

# Secrets that packages made for this one machine: in an image everybody would have them. A cluster's own come at its start.
rm -f /etc/munge/munge.key /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub

# Data that MariaDB's packages made would be copied into every new volume; the entrypoint makes them where they are wanted.
if [ -d /var/lib/mysql ]; then
	find /var/lib/mysql -mindepth 1 -delete
	chown mysql:mysql /var/lib/mysql
fi

# slurm's files are where all releases of Debian have them, also for a Slurm that was compiled.
case " $* " in
*" slurm "* | *" slurm-libraries "*)
	mkdir -p /etc/slurm /var/lib/slurm/slurmctld /var/lib/slurm/slurmd /var/log/slurm
	chown slurm:slurm /var/lib/slurm /var/lib/slurm/slurmctld /var/log/slurm
	;;
esac

# bookworm's PMIx plugin opens the library by the name that only libpmix-dev has, in a folder of its own.
for library in /usr/lib/*/pmix2/lib/libpmix.so.2; do
	if [ -e "$library" ] && [ ! -e "${library%.2}" ]; then ln -s libpmix.so.2 "${library%.2}"; fi
done

# Debian's Open MPI from 6.0 on is told to use the loopback alone: a line for its own tests, with which no two hosts speak.
if [ -e /etc/openmpi/openmpi-mca-params.conf ]; then
	sed -i 's/^btl_tcp_if_include *= *lo$/# &/' /etc/openmpi/openmpi-mca-params.conf
fi

if [ "$compile" = yes ]; then
	command -v mpicc >/dev/null || die "mpi-sum needs mpicc: name openmpi-dev or mpich-dev too"
	mpicc -O2 -Wall -Wextra -o /usr/local/bin/hpcc-mpi-sum "$here/mpi-sum.c"
fi
