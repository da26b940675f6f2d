#!/bin/sh
# Makes the cluster's secrets, once, on the machine that deploys.
#
#   secrets.sh [DIR]     DIR: where (default: state/secrets beside this script)
#
# A secret that exists is left alone. Copy to each host only those that secrets.tsv gives to its roles.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
to=${1:-$here/state/secrets}
tab=$(printf '\t')

umask 077
mkdir -p "$to"
grep -v '^#' "$here/secrets.tsv" | while IFS=$tab read -r name bytes file _; do
	if [ -e "$to/$name" ]; then continue; fi
	if [ "$file" != - ]; then
		[ -r "$file" ] || {
			echo "secrets.sh: secret '$name' is to be the file $file, which cannot be read" >&2
			exit 1
		}
		cat "$file" >"$to/$name.new"
	else
		# Hexadecimal: a password that needs no quoting anywhere. munge takes any bytes, 32 at least.
		head -c "$bytes" /dev/urandom | od -An -v -tx1 | tr -d ' \n' | head -c "$bytes" >"$to/$name.new"
		# A pipe that breaks is no secret.
		[ "$(wc -c <"$to/$name.new")" -eq "$bytes" ] || {
			rm -f "$to/$name.new"
			echo "secrets.sh: cannot make $bytes random bytes in $to" >&2
			exit 1
		}
	fi
	mv "$to/$name.new" "$to/$name"
	echo "secrets.sh: made $to/$name"
done
