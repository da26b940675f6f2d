"""Compares what ansible-inventory --list says with the model: every host once, with its address, in the groups of its roles.

usage: ansible.py LIST_JSON MODEL_JSON
"""
import json
import sys

from hostnames import expand


def main():
    listed = json.load(open(sys.argv[1], encoding="utf-8"))
    model = json.load(open(sys.argv[2], encoding="utf-8"))
    bad = []
    hostvars = listed["_meta"]["hostvars"]
    seen = set()
    for place in model["places"]:
        names = expand(place["names"])
        addresses = expand(place["addresses"]) if "addresses" in place else [None] * len(names)
        for name, address in zip(names, addresses, strict=True):
            seen.add(name)
            if name not in hostvars:
                bad.append(f"host {name} is not in the inventory")
                continue
            if hostvars[name].get("ansible_host") != address:
                bad.append(f"host {name}: ansible_host {hostvars[name].get('ansible_host')}, not {address}")
            if hostvars[name].get("cluster_name") != model["cluster"]:
                bad.append(f"host {name}: cluster_name {hostvars[name].get('cluster_name')}")
            for role in place["roles"]:
                group = [g for g in listed if g == role or g.endswith("_" + role)]
                if not any(name in listed[g].get("hosts", []) for g in group):
                    bad.append(f"host {name} is not in a group {role}")
    for name in sorted(set(hostvars) - seen):
        bad.append(f"host {name} is in the inventory alone")
    for line in bad[:20]:
        print(line)
    return 1 if bad else 0


sys.exit(main())
