#!/bin/sh
# Compiles Slurm from a source archive, while an image is built, as root. Its stage's RUN line calls it.
#
#   /opt/hpcc/image-source.sh ARCHIVE
#
# What is made lands below /opt/hpcc/root, which the image's last stage copies to /. Before it: image-install.sh slurm-build;
# in the last stage: image-install.sh slurm-libraries. An archive is slurm-VERSION.tar.bz2 of schedmd.com, or any that tar knows.
set -eu

archive=${1:?usage: image-source.sh ARCHIVE}
build=/opt/hpcc/build
root=/opt/hpcc/root

die() {
	echo "image-source.sh: $*" >&2
	exit 1
}

[ -r "$archive" ] || die "cannot read $archive"
rm -rf "$build" "$root"
mkdir -p "$build" "$root"
tar -xf "$archive" -C "$build" --strip-components=1 || die "$archive is no archive that tar can unpack"
[ -x "$build/configure" ] || die "$archive is not Slurm's source: it has no configure"
grep -q '^[[:space:]]*Name:[[:space:]]*slurm' "$build/META" 2>/dev/null || die "$archive is not Slurm's source: it has no META that says so"
cd "$build"

# Debian has PMIx in a folder of its own. Where there is none, Slurm is made without it, and `srun --mpi=list` says so.
pmix=no
for folder in /usr/lib/*/pmix2 /usr; do
	if [ -e "$folder/include/pmix.h" ]; then
		pmix=$folder
		break
	fi
done

if ! ./configure --prefix=/usr --sysconfdir=/etc/slurm --localstatedir=/var --with-munge --with-pmix="$pmix" --disable-slurmrestd \
	--disable-dependency-tracking --disable-gtktest --without-x11 CFLAGS=-O2 >configure.out 2>&1; then
	tail -n 20 configure.out >&2
	die "configure failed"
fi
make -j "$(nproc)" >make.out 2>&1 || {
	tail -n 40 make.out >&2
	die "make failed"
}
make install DESTDIR="$root" >install.out 2>&1 || {
	tail -n 20 install.out >&2
	die "make install failed"
}

# What accounting and MPI cannot do without is left out silently when a library was missing.
[ -e "$root/usr/lib/slurm/accounting_storage_mysql.so" ] || die "no plugin for MariaDB was made: slurm-build lacks its library"
[ "$pmix" = no ] || [ -e "$root/usr/lib/slurm/mpi_pmix.so" ] || die "no PMIx plugin was made, although PMIx is in $pmix"

rm -rf "$root/usr/include" "$root/usr/share/man" "$root/usr/share/doc" "$root/usr/lib/pkgconfig"
find "$root" -name '*.la' -delete
find "$root" -name '*.a' -delete
find "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" -type f -exec strip --strip-unneeded {} + 2>/dev/null || true
rm -rf "$build"
