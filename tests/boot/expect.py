"""The model that hpcc printed, as what scontrol must say of the booted cluster (compare.py).

usage: expect.py MODEL_JSON > EXPECT_JSON

Works from the model's records, with its own reading of hostlists: what the compiler meant, not what it wrote.
"""
import json
import re
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "judge"))
from hostnames import expand  # noqa: E402


def spread(value, count):
    """A column: one for all, or one each."""
    items = expand(value)
    return items * count if len(items) == 1 else items


# slurm.conf's key of a node -> scontrol's, and what scontrol says where it is absent; None: not looked at then.
NODE = {"RealMemory": ("RealMemory", None), "Sockets": ("Sockets", None), "CoresPerSocket": ("CoresPerSocket", None),
        "ThreadsPerCore": ("ThreadsPerCore", "1"), "Weight": ("Weight", "1"), "Gres": ("Gres", ""),
        "Features": ("AvailableFeatures", ""), "TmpDisk": ("TmpDisk", "0"), "CPUs": ("CPUTot", None), "Boards": ("Boards", "1"),
        "CoreSpecCount": ("CoreSpecCount", ""), "MemSpecLimit": ("MemSpecLimit", ""), "CpuBind": ("CpuBind", "")}
PARTITION = {"MaxTime": "UNLIMITED", "DefaultTime": "", "Default": "NO", "State": "UP", "MaxNodes": "UNLIMITED", "MinNodes": "0",
             "PriorityTier": "1", "PriorityJobFactor": "1", "Hidden": "NO", "RootOnly": "NO", "LLN": "NO", "ReqResv": "NO",
             "DisableRootJobs": "NO", "ExclusiveUser": "NO", "Exclusive": "NO", "AllowQos": None, "DenyQos": None, "AllowAccounts": None,
             "DenyAccounts": None, "AllowGroups": "ALL", "AllocNodes": "ALL", "Alternate": "", "GraceTime": "0", "CpuBind": "",
             "OverSubscribe": "NO", "OverTimeLimit": None, "PreemptMode": None, "MaxCPUsPerNode": "UNLIMITED", "QOS": "",
             "MaxCPUsPerSocket": None, "DefMemPerCPU": None, "DefMemPerNode": None, "MaxMemPerCPU": None,
             "MaxMemPerNode": None, "SelectTypeParameters": "", "TRESBillingWeights": ""}
# scontrol's words where they are not slurm.conf's.
NAMES = {"QOS": "QoS", "PriorityWeightFairshare": "PriorityWeightFairShare", "UsePAM": "UsePam"}
# What is recorded without being asked for.
TRES = "cpu,mem,energy,node,billing,fs/disk,vmem,pages"


def minutes(text):
    """Slurm counts these in minutes, and begun ones whole."""
    if ":" not in text:
        return "UNLIMITED" if text == "INFINITE" else text
    days, _, clock = text.rpartition("-")
    parts = [int(p) for p in clock.split(":")]
    total = int(days or 0) * 1440 + parts[0] * 60 + parts[1] + (parts[2] > 0)
    shown = f"{total // 60 % 24:02}:{total % 60:02}:00"
    return f"{total // 1440}-{shown}" if total >= 1440 else shown


def node_wanted(record, address, port, slurmd_port):
    want = {}
    for ours, (theirs, absent) in NODE.items():
        if record.get(ours, absent) is not None:
            want[theirs] = record.get(ours, absent)
    if "CPUs" not in record and "Sockets" in record:
        want["CPUTot"] = str(int(record["Sockets"]) * int(record.get("CoresPerSocket", 1)) * int(record.get("ThreadsPerCore", 1)))
    if address:
        want["NodeAddr"] = address
    # Only a port of its own is shown.
    want["Port"] = ["", slurmd_port] if port in (None, slurmd_port) else port
    if want.get("CpuBind"):
        want["CpuBind"] = [want["CpuBind"], want["CpuBind"] + "s"]
    return want


def partition_wanted(record, everything, release):
    want = {NAMES.get(key, key): record.get(key, absent) for key, absent in PARTITION.items()
            if record.get(key, absent) is not None}
    want["Nodes"] = everything if record.get("Nodes") == "ALL" else record.get("Nodes", "")
    for key in ("MaxTime", "DefaultTime"):
        want[key] = minutes(want[key])
    if "Priority" in record:
        want["PriorityTier"] = want["PriorityJobFactor"] = record["Priority"]
    if want["OverSubscribe"] in ("YES", "FORCE"):
        want["OverSubscribe"] += ":4"
    if want.get("OverTimeLimit") == "INFINITE":
        want["OverTimeLimit"] = "UNLIMITED"
    # From 26.05 one key says who has a node to himself; before it there were two.
    if release < "26.05":
        del want["Exclusive"]
    else:
        del want["ExclusiveUser"]
        if want["OverSubscribe"] == "EXCLUSIVE":
            want["OverSubscribe"], want["Exclusive"] = "NO", "NODE"
    if want["CpuBind"]:
        want["CpuBind"] = [want["CpuBind"], want["CpuBind"] + "s"]
    jobs = {short: record[key] for key, short in (("DefCPUPerGPU", "DefCpuPerGPU"), ("DefMemPerGPU", "DefMemPerGPU")) if key in record}
    want["JobDefaults"] = ",".join(f"{key}={value}" for key, value in jobs.items())
    return want


def setting_wanted(value):
    """The ways in which scontrol show config writes a value."""
    choices = [value] + [f"{value} {unit}" for unit in ("sec", "min", "usec", "percent") if value.isdigit()]
    # From 23.11 plugins called none are no plugins, and shown as absent.
    if value.endswith("/none"):
        choices.append("")
    if value.isdigit():
        choices.append(f"{int(value) // 60:02}:{int(value) % 60:02}:00")  # minutes
    days = re.fullmatch(r"(\d+)-(\d+)", value)
    if days:
        choices.append(f"{days[1]}-{int(days[2]):02}:00:00")
    return choices


def config_wanted(records, release):
    """The global keys, by scontrol's names. Several lines of one key are numbered; programs too, from 24.05 on."""
    want, lines = {}, {}
    for key, value in (item for record in records for item in record.items()):
        lines.setdefault(key, []).append(value)
    # Priorities are not shown where no plugin has them: multifactor is the default from 24.05 on.
    basic = lines.get("PriorityType", ["basic" if release < "24.05" else ""])[-1].endswith("basic")
    for key, values in lines.items():
        if basic and key != "PriorityType" and key.startswith(("Priority", "FairShare")):
            continue
        numbered = key == "SlurmctldHost" or key in ("Prolog", "Epilog") and release >= "24.05"
        for i, value in enumerate(values):
            want[f"{key}[{i}]" if numbered else NAMES.get(key, key)] = setting_wanted(value)
    if "PrologFlags" in lines:  # most of them imply Alloc
        want["PrologFlags"].append("Alloc," + lines["PrologFlags"][-1])
    if "AccountingStorageTRES" in lines:
        tres = f"{TRES},{lines['AccountingStorageTRES'][-1]}"
        # GPUs bring two more where slurmctld asks for them.
        want["AccountingStorageTRES"] = [tres, f"{tres},gres/gpumem,gres/gpuutil"]
    return want


def main():
    model = json.load(open(sys.argv[1], encoding="utf-8"))
    conf = model["records"]["slurm.conf"]
    out = {"nodes": {}, "partitions": {}, "config": {}, "exactly": True}
    slurmd_port = next((r["SlurmdPort"] for r in conf["globals"] if "SlurmdPort" in r), "6818")
    for record in conf.get("nodes", []):
        names = expand(record["NodeName"])
        columns = [spread(record[key], len(names)) if key in record else [None] * len(names)
                   for key in ("NodeAddr", "NodeHostname", "Port")]
        for name, address, host, port in zip(names, *columns, strict=True):
            want = node_wanted(record, address, port, slurmd_port)
            want["NodeHostName"] = host or name
            out["nodes"][name] = want
    everything = ",".join(r["NodeName"] for r in conf.get("nodes", []))
    for record in conf.get("partitions", []):
        out["partitions"][record["PartitionName"]] = partition_wanted(record, everything, model["release"])
    out["config"] = config_wanted(conf["globals"], model["release"])
    json.dump(out, sys.stdout, indent=2)


main()
