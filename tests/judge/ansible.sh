#!/bin/bash
# Does Ansible take every inventory, and see the hosts and groups that the spec means?
#
#   tests/judge/ansible.sh HPCC
set -u
cd "$(dirname "$0")/../.." || exit 1
hpcc=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

for spec in specs/*.yaml specs/systems/*.yaml; do
	[ -e "$spec" ] || continue
	# A spec for containers alone says what machines cannot do.
	[ -n "$(tests/judge/targets.sh "$hpcc" "$spec" slurm ansible)" ] || continue
	name=$(basename "$spec" .yaml)
	if "$hpcc" build -q "$spec" --target ansible -o "$work/$name" >"$work/out" 2>&1 &&
		ansible-inventory -i "$work/$name/ansible/inventory.yaml" --list >"$work/$name.json" 2>"$work/err" &&
		! grep -qi 'warn\|error' "$work/err" &&
		"$hpcc" expand --model --target ansible "$spec" >"$work/$name.model" 2>/dev/null &&
		/usr/bin/python3 tests/judge/ansible.py "$work/$name.json" "$work/$name.model" >"$work/out" 2>&1; then
		echo "ok ansible $name"
	else
		cat "$work/out" "$work/err" 2>/dev/null
		echo "FAIL ansible $name"
		bad=1
	fi
done
cat >"$work/play.yaml" <<'PLAY'
- hosts: role_slurmd
  gather_facts: false
  tasks:
    - name: A name
      ansible.builtin.debug:
        msg: "{{ inventory_hostname }} of {{ cluster_name }}"
PLAY
if ansible-playbook -i "$work/quickstart/ansible/inventory.yaml" --syntax-check "$work/play.yaml" >"$work/out" 2>&1; then
	echo "ok ansible playbook"
else
	cat "$work/out"
	echo "FAIL ansible playbook"
	bad=1
fi
exit $bad
