#!/bin/sh
# Installs what the build needs (Debian 12 and 13, Ubuntu 24.04), builds hpcc into build/, and compiles specs/quickstart.yaml into out/.
# May be run again. Needs root only where a package is missing.
set -eu
cd "$(dirname "$0")"

need() {
	missing=
	for package; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	echo "quickstart.sh: installing$missing"
	sudo=
	if [ "$(id -u)" != 0 ]; then sudo=sudo; fi
	# shellcheck disable=SC2086 # one word a package
	{
		$sudo apt-get -q update
		DEBIAN_FRONTEND=noninteractive $sudo apt-get -q install -y --no-install-recommends $missing
	} >build-packages.log 2>&1 || {
		cat build-packages.log >&2
		exit 1
	}
	rm -f build-packages.log
}

if ! command -v apt-get >/dev/null; then
	echo "quickstart.sh: no apt-get here. Install gcc, meson (1.0 or later), ninja, pkg-config, libyaml and jansson with headers, then:" >&2
	echo "  meson setup build -Dtests=false && ninja -C build" >&2
	exit 1
fi
need gcc libc6-dev meson ninja-build pkgconf libyaml-dev libjansson-dev

[ -e build/build.ninja ] || meson setup build -Dtests=false -Dwerror=false >/dev/null

hpcc=build/compiler/cli/hpcc
ninja -C build "${hpcc#build/}" >build/quickstart.log || {
	cat build/quickstart.log >&2
	exit 1
}
tail -n 1 build/quickstart.log
$hpcc build specs/quickstart.yaml -o out
echo
find out -mindepth 2 -maxdepth 2 | sort | sed 's/^/  /'
echo
echo "Next, with Docker and docker compose on this machine:"
echo "  out/compose/cluster up"
echo "  out/compose/cluster exec srun -N4 hostname"
echo "or read what was written, change specs/quickstart.yaml, and build again:"
echo "  $hpcc lint specs/quickstart.yaml"
echo "  $hpcc build specs/quickstart.yaml -o out"
