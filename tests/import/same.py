"""Whether two slurmctlds say the same of their configuration, as data: nodes, partitions, settings.

usage: same.py WAS IS FILES     WAS and IS: folders with config.txt, node.txt, partition.txt; FILES: the first's own files

One line for each difference. Exit 1 when there is any. What may differ stands in the tables below, with its reason.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "boot"))
sys.dont_write_bytecode = True
from compare import canonical, records, settings  # noqa: E402

MOMENT = "it is of that run"
OWN = "hpcc's own: the packages' units and its scripts need it; import says so"
CONFIG = {
    "BOOT_TIME": MOMENT,
    "HASH_VAL": MOMENT,
    "NEXT_JOB_ID": MOMENT,
    "Configuration": "its line holds the time",
    "SlurmUser": OWN,
    "SlurmctldPidFile": OWN,
    "SlurmdPidFile": OWN,
    "AccountingStorageHost": "hpcc writes slurmdbd's address where it knows one, and the controller's name for localhost",
    "AccountingStorageTRES": "hpcc records every GRES of the nodes",
    "SlurmctldHost[0]": "a controller's name alone or with the address that the files give its node",
}
# hpcc chooses paths that the files do not name.
PATHS = ("StateSaveLocation", "SlurmdSpoolDir", "SlurmctldLogFile", "SlurmdLogFile")
NODE = {"BootTime": MOMENT, "SlurmdStartTime": MOMENT, "LastBusyTime": MOMENT, "ResumeAfterTime": MOMENT}
PARTITION = {"NodeSets": "a spec names nodes by a selector or a list, and Slurm's file then lists them"}


def plain(key, text):
    # A reason holds who gave it, and when.
    text = re.sub(r" ?\[[^]]*@[^]]*\]", "", text or "")
    # "cgroup" is "task/cgroup" to those who read it (plugrack.c).
    if key == "TaskPlugin":
        text = text.replace("task/", "")
    # Without a cgroup.conf 22.05 shows nothing for what it takes (cgroup.conf(5): the default is autodetect).
    if key == "CgroupPlugin" and text in ("", "(null)"):
        text = "autodetect"
    # Newer releases show the default, plugstack.conf beside slurm.conf, only where it is written (slurm.conf(5)).
    if key == "PlugStackConfig" and text in ("", "(null)"):
        text = "/etc/slurm/plugstack.conf"
    return canonical(key, text)


def without_word(text, word):
    return ",".join(w for w in (text or "").split(",") if w.split("=")[0].lower() != word)


def superset(was, now):
    return set(canonical("", was or "")) <= set(canonical("", now or ""))


def compare(what, was, now, passed):
    for key in sorted(set(was) | set(now)):
        if key not in passed and plain(key, was.get(key)) != plain(key, now.get(key)):
            yield f"{what}{key}: was {was.get(key)}, is {now.get(key)}"


def named(folder, key):
    for where, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(where, name), encoding="utf-8", errors="replace") as f:
                if re.search(rf"^\s*{key}\s*=", f.read(), re.M | re.I):
                    return True
    return False


def differences(was, now, files):
    passed = dict(CONFIG, **{key: "the files do not name it" for key in PATHS if not named(files, key)})
    before, after = settings(f"{was}/config.txt"), settings(f"{now}/config.txt")
    if not before or not after:
        yield "scontrol says nothing"
    # An old key is a word now, and means the same.
    if named(files, "KeepAliveTime"):
        before, after = ({**x, "CommunicationParameters": without_word(x.get("CommunicationParameters"), "keepalivetime"),
                          "KeepAliveTime": ""} for x in (before, after))
    yield from compare("", before, after, passed)
    if not superset(before.get("AccountingStorageTRES"), after.get("AccountingStorageTRES")):
        yield "AccountingStorageTRES: less than it was"
    for kind, key, passed in (("node", "NodeName", NODE), ("partition", "PartitionName", PARTITION)):
        before, after = records(f"{was}/{kind}.txt", key), records(f"{now}/{kind}.txt", key)
        for name in sorted(set(before) | set(after)):
            if name not in before or name not in after:
                yield f"{kind} {name}: {'new' if name in after else 'gone'}"
            else:
                yield from compare(f"{kind} {name}: ", before[name], after[name], passed)


def main():
    found = list(differences(*sys.argv[1:4]))
    print("\n".join(found))
    sys.exit(1 if found else 0)


main()
