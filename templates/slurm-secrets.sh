#!/bin/sh
# Makes the cluster's secrets, once, on the machine that deploys.
#
#   secrets.sh [DIR]     DIR: where (default: state/secrets beside this script)
#
# A secret that exists is left alone. Copy to each host only those that secrets.tsv gives to its roles. Where the list says
# ssh-ed25519 instead of a number of bytes, the secret is the private key of a new pair; its public key is made from it where needed.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
to=${1:-$here/state/secrets}
tab=$(printf '\t')

# Targets whose lists go to containers as one folder have them in etc.
list=$here/secrets.tsv
[ -e "$list" ] || list=$here/etc/secrets.tsv

umask 077
mkdir -p "$to"
grep -v '^#' "$list" | while IFS=$tab read -r name bytes file _; do
	if [ -e "$to/$name" ]; then continue; fi
	if [ "$file" != - ]; then
		# From this folder, wherever the script was called from.
		case $file in
		/*) ;;
		*) file=$here/$file ;;
		esac
		[ -r "$file" ] || {
			echo "secrets.sh: secret '$name' is to be the file $file, which cannot be read" >&2
			exit 1
		}
		cat "$file" >"$to/$name.new"
	elif [ "$bytes" = ssh-ed25519 ]; then
		command -v ssh-keygen >/dev/null || {
			echo "secrets.sh: ssh-keygen is not installed (package openssh-client): it makes secret '$name', a key for ssh" >&2
			exit 1
		}
		rm -f "$to/$name.new"
		ssh-keygen -q -t ed25519 -N '' -C cluster -f "$to/$name.new" </dev/null
		rm -f "$to/$name.new.pub"
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
