#!/usr/bin/python3
"""Compares what a running slurmctld says with what was expected of it, as data.

    compare.py FOLDER EXPECT.json

FOLDER holds node.txt and partition.txt (scontrol -o show node, partition) and config.txt (scontrol show config).
EXPECT.json names what must hold; what it does not name is not looked at:

    {
      "nodes":      { "c1":     { "CPUTot": "2", "RealMemory": "1024", "Gres": "gpu:tesla:2" } },
      "partitions": { "normal": { "Nodes": "c[1-4]", "MaxTime": "1-00:00:00", "Default": "YES" } },
      "config":     { "ClusterName": "lab", "SlurmdPort": "6818" },
      "exactly":    true
    }

Keys are scontrol's own; a value is text, as scontrol prints it, or a list of texts of which one must hold (releases
differ in words). Compared without regard to: case; order within comma-separated values; the "(S:0-1)" that slurmd adds
to Gres; for hostlists (Nodes, AllocNodes), how they are folded. "(null)", "N/A" and "" are the same: absent.
With "exactly" (default false) nodes and partitions that EXPECT does not name are differences too.

One line for each difference: what, wanted, is. Exit 1 when there is any.
"""
import json
import re
import sys

HOSTLISTS = {"Nodes"}


def records(path, key):
    """Lines of KEY=VALUE words, by the value of the first; a value may hold blanks (OS=, Reason=)."""
    out = {}
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            words = re.findall(r"(?:^| )([A-Za-z][A-Za-z0-9_:]*)=(.*?)(?= [A-Za-z][A-Za-z0-9_:]*=|$)", line.rstrip("\n"))
            if words and words[0][0] == key:
                # The first of a name is the node's own: CfgTRES=cpu=2 and the like hold more of them.
                record = {}
                for name, value in words:
                    record.setdefault(name, value.strip())
                out[words[0][1]] = record
    return out


def settings(path):
    """Lines of KEY = VALUE."""
    out = {}
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = re.match(r"(\S+)\s*= ?(.*)", line)
            if found:
                out.setdefault(found[1], found[2].strip())
    return out


def hostlist(text):
    """The names of a Slurm hostlist with any number of brackets."""
    words, depth, word = [], 0, ""
    for char in text:
        depth += (char == "[") - (char == "]")
        if char == "," and depth == 0:
            words.append(word)
            word = ""
        else:
            word += char
    names = set()
    for word in words + [word]:
        found = [""]
        for part in re.split(r"(\[[^]]*\])", word):
            if not part.startswith("["):
                found = [name + part for name in found]
                continue
            ends = []
            for item in part[1:-1].split(","):
                low, _, high = item.partition("-")
                ends += [str(n).zfill(len(low)) for n in range(int(low), int(high or low) + 1)]
            found = [name + end for name in found for end in ends]
        names.update(found)
    return names


def canonical(key, text):
    text = re.sub(r"\((?!null)[^)]*\)", "", str(text)).strip()
    if text.lower() in ("", "(null)", "n/a", "none"):
        return ()
    if key in HOSTLISTS:
        return tuple(sorted(hostlist(text)))
    return tuple(sorted(text.lower().split(",")))


def compare(what, wanted, actual):
    for key, want in wanted.items():
        have = actual.get(key)
        choices = want if isinstance(want, list) else [want]
        if canonical(key, have or "") not in [canonical(key, choice) for choice in choices]:
            yield f"{what}: {key}: wanted {' or '.join(map(str, choices))}, is {have}"


def differences(folder, expect):
    kinds = (("node", "nodes", "NodeName"), ("partition", "partitions", "PartitionName"))
    for kind, section, key in kinds:
        wanted, actual = expect.get(section, {}), records(f"{folder}/{kind}.txt", key)
        for name, fields in wanted.items():
            if name not in actual:
                yield f"{kind} {name}: absent"
            else:
                yield from compare(f"{kind} {name}", fields, actual[name])
        if expect.get("exactly"):
            yield from (f"{kind} {name}: not expected" for name in actual if name not in wanted)
    yield from compare("config", expect.get("config", {}), settings(f"{folder}/config.txt"))


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: compare.py FOLDER EXPECT.json")
    with open(sys.argv[2], encoding="utf-8") as file:
        expect = json.load(file)
    unknown = set(expect) - {"nodes", "partitions", "config", "exactly"}
    if unknown:
        sys.exit(f"{sys.argv[2]}: unknown: {', '.join(sorted(unknown))}")
    found = list(differences(sys.argv[1], expect))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
