"""What a folder of Slurm's files wants around it, for roundtrip.sh: a line each of

    controller NAME     the first controller; `backup NAME` the others; `name NAME` all hosts and nodes
    database NAME       where slurmdbd is
    address ADDRESS     addresses that the controllers and slurmdbd must have
    folder PATH         that slurmctld writes to; `state PATH` the one that holds its state
    cluster NAME, qos NAME

usage: names.py FOLDER
"""
import ipaddress
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "judge"))
sys.dont_write_bytecode = True
from hostnames import expand  # noqa: E402

FOLDERS = {"statesavelocation": str, "slurmdspooldir": str, "slurmctldlogfile": os.path.dirname, "slurmctldpidfile": os.path.dirname,
           "jobcomploc": os.path.dirname}


def pairs(folder):
    for where, _, names in os.walk(folder):
        for name in names:
            if not name.endswith(".conf"):
                continue
            with open(os.path.join(where, name), encoding="utf-8") as f:
                text = re.sub(r"\\\n", "", f.read())
            for line in text.splitlines():
                for key, quoted, plain in re.findall(r'([A-Za-z0-9]+)\s*=\s*(?:"([^"]*)"|([^\s#]+))', line.split("#")[0]):
                    yield key.lower(), quoted or plain


def is_address(text):
    try:
        ipaddress.ip_address(text)
        return True
    except ValueError:
        return False


def main():
    found = list(pairs(sys.argv[1]))
    out = []
    controllers = [v for k, v in found if k == "slurmctldhost"] or [v for k, v in found if k in ("controlmachine", "backupcontroller")]
    addresses = [v for k, v in found if k == "controladdr"]
    names = set()
    for i, value in enumerate(controllers):
        name, _, address = value.partition("(")
        address = address.rstrip(")")
        if i == 0:
            out.append(f"controller {name}")
            addresses += [address] * bool(address)
        else:
            out.append(f"backup {name}")
    for key, value in found:
        if key in ("nodename", "nodehostname", "nodeaddr") and value != "DEFAULT":
            names |= {n for n in expand(value) if not is_address(n)}
        elif key in ("accountingstoragehost", "accountingstoragebackuphost"):
            (addresses if is_address(value) else out).append(value if is_address(value) else f"database {value}")
        elif key in FOLDERS and value.startswith("/"):
            out.append(f"folder {FOLDERS[key](value)}")
            if key == "statesavelocation":
                out.append(f"state {value}")
        elif key == "clustername":
            out.append(f"cluster {value.lower()}")
        elif key in ("qos", "allowqos", "denyqos"):
            out += [f"qos {q}" for q in value.split(",")]
    out += [f"address {a}" for a in addresses if is_address(a)]
    first = {line.split()[1] for line in out if line.startswith(("controller", "backup", "database"))}
    out += [f"name {n}" for n in sorted(names - first)]
    print("\n".join(dict.fromkeys(out)))


main()
