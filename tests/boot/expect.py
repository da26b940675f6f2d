"""The model that hpcc printed, as what scontrol must say of the booted cluster (compare.py).

usage: expect.py MODEL_JSON > EXPECT_JSON

Works from the model's records, with its own reading of hostlists: what the compiler meant, not what it wrote.
"""
import itertools
import json
import re
import sys


def expand(hostlist):
    names = []
    for term in re.findall(r"(?:\[[^]]*\]|[^,\[])+", hostlist):
        parts = []
        for ranges, text in re.findall(r"\[([^]]*)\]|([^\[]+)", term):
            if text:
                parts.append([text])
                continue
            numbers = []
            for item in ranges.split(","):
                low, _, high = item.partition("-")
                numbers += [str(n).zfill(len(low)) for n in range(int(low), int(high or low) + 1)]
            parts.append(numbers)
        names += ["".join(p) for p in itertools.product(*parts)]
    return names


def spread(value, count):
    """A column: one for all, or one each."""
    items = expand(value)
    return items * count if len(items) == 1 else items


# slurm.conf's key -> scontrol show node's
NODE = {"RealMemory": "RealMemory", "Sockets": "Sockets", "CoresPerSocket": "CoresPerSocket", "ThreadsPerCore": "ThreadsPerCore",
        "Weight": "Weight", "Gres": "Gres", "Features": "AvailableFeatures", "TmpDisk": "TmpDisk", "CPUs": "CPUTot",
        "Boards": "Boards"}
PARTITION = {"MaxTime": "MaxTime", "DefaultTime": "DefaultTime", "Default": "Default", "State": "State", "MaxNodes": "MaxNodes",
             "MinNodes": "MinNodes", "PriorityTier": "PriorityTier", "PriorityJobFactor": "PriorityJobFactor", "Hidden": "Hidden",
             "RootOnly": "RootOnly", "LLN": "LLN", "AllowQos": "AllowQos", "OverSubscribe": "OverSubscribe"}
# Global keys that scontrol show config prints as they are written.
GLOBAL = """ClusterName SlurmctldPort SlurmdPort StateSaveLocation SelectType SelectTypeParameters ProctrackType TaskPlugin
JobAcctGatherType ReturnToService AccountingStorageType AccountingStorageHost AccountingStoragePort AccountingStorageEnforce
GresTypes AuthType SlurmctldLogFile SlurmdLogFile SrunPortRange DefMemPerCPU SchedulerParameters MpiDefault""".split()
SECONDS = "SlurmctldTimeout SlurmdTimeout MessageTimeout KillWait MinJobAge InactiveLimit WaitTime TCPTimeout".split()


def main():
    model = json.load(open(sys.argv[1], encoding="utf-8"))
    conf = model["records"]["slurm.conf"]
    out = {"nodes": {}, "partitions": {}, "config": {}, "exactly": True}
    for record in conf.get("nodes", []):
        names = expand(record["NodeName"])
        addresses = spread(record["NodeAddr"], len(names)) if "NodeAddr" in record else [None] * len(names)
        for name, address in zip(names, addresses, strict=True):
            want = {theirs: record[ours] for ours, theirs in NODE.items() if ours in record}
            if address:
                want["NodeAddr"] = address
            out["nodes"][name] = want
    everything = ",".join(r["NodeName"] for r in conf.get("nodes", []))
    for record in conf.get("partitions", []):
        want = {theirs: record[ours] for ours, theirs in PARTITION.items() if ours in record}
        want["Nodes"] = everything if record.get("Nodes") == "ALL" else record.get("Nodes", "")
        if want.get("MaxTime") == "INFINITE":
            want["MaxTime"] = "UNLIMITED"
        out["partitions"][record["PartitionName"]] = want
    for record in conf["globals"]:
        for key, value in record.items():
            if key in GLOBAL:
                # From 23.11 plugins called none are no plugins, and shown as absent.
                out["config"][key] = [value, ""] if value.endswith("/none") else value
            elif key in SECONDS:
                out["config"][key] = [f"{value} sec", value]
    json.dump(out, sys.stdout, indent=2)


main()
