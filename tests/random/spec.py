#!/usr/bin/env python3
"""Random valid specs, the same for one seed.

    tests/random/spec.py --seed N --count N --release R -o DIR

writes DIR/0000.yaml, DIR/0001.yaml, ... Each compiles without an error (warnings are allowed) for the target slurm, and
slurmd of that release can read its files: devices are character devices that exist (/dev/tty*), CPUs multiply,
types of a GRES are all there or none. The n-th spec of a seed does not depend on how many are asked for.

What Slurm's keys may say is drawn from compiler/slurm/facts.tsv and words.tsv: a key is used only where its release
knows it. Python's standard library alone.
"""
import argparse
import os
import random
import string
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SLURM = os.path.join(HERE, "..", "..", "compiler", "slurm")
RELEASES = ["22.05", "23.02", "23.11", "24.05", "24.11", "25.05", "25.11", "26.05"]


def rows(name):
    with open(os.path.join(SLURM, name), encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


FACTS = {(r[0], r[1], r[2]): r for r in rows("facts.tsv")}
WORDS = {}
for _file, _section, _keys, _word, _first, _last in rows("words.tsv"):
    for _key in _keys.split(","):
        WORDS.setdefault((_file, _section, _key), []).append((_word, _first, _last))


class Slurm:
    """What a release knows."""

    def __init__(self, release):
        self.at = RELEASES.index(release)

    def before(self, release):
        return release != "-" and RELEASES.index(release) <= self.at

    def known(self, file, section, key):
        row = FACTS.get((file, section, key))
        return bool(row) and self.before(row[4]) and not any(self.before(r) for r in row[5:8])

    def words(self, file, section, key):
        return [w for w, first, last in WORDS.get((file, section, key), [])
                if self.before(first) and (last == "-" or RELEASES.index(last) >= self.at)]


# Keys of slurm.conf with values that are safe together. A callable takes the generator; a word that the release does not
# take is left out (see options()).
GLOBAL = {
    "ReturnToService": lambda g: g.r.randint(0, 2),
    "SchedulerParameters": lambda g: g.some(["bf_continue", "bf_interval=30", "bf_max_job_test=500", "defer",
                                             "default_queue_depth=100", "bf_window=2880", "bf_resolution=120"]),
    "SchedulerType": lambda g: g.pick(["sched/backfill", "sched/builtin"]),
    "SchedulerTimeSlice": lambda g: g.r.randint(5, 65533),
    "SlurmctldSyslogDebug": lambda g: g.pick(["quiet", "info", "debug"]),
    "SlurmdSyslogDebug": lambda g: g.pick(["quiet", "error", "verbose"]),
    "PriorityType": lambda g: g.pick(["priority/basic", "priority/multifactor"]),
    "PriorityDecayHalfLife": lambda g: g.pick(["7-0", "14-00:00:00"]),
    "PriorityMaxAge": lambda g: g.pick(["1-0", "7-0"]),
    "PriorityCalcPeriod": lambda g: g.pick(["5", "00:05:00"]),
    "PriorityUsageResetPeriod": lambda g: g.pick(["NONE", "NOW", "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "YEARLY"]),
    "PriorityFavorSmall": lambda g: g.flag(),
    "PriorityWeightAge": lambda g: g.r.randint(0, 100000),
    "PriorityWeightFairshare": lambda g: g.r.randint(0, 100000),
    "PriorityWeightJobSize": lambda g: g.r.randint(0, 100000),
    "PriorityWeightPartition": lambda g: g.r.randint(0, 100000),
    "PriorityWeightQOS": lambda g: g.r.randint(0, 100000),
    "PriorityWeightTRES": lambda g: g.pick([["CPU=1000", "Mem=2000"], "CPU=1000,Mem=2000"]),
    "PriorityFlags": lambda g: g.some(["ACCRUE_ALWAYS", "SMALL_RELATIVE_TO_TIME", "MAX_TRES", "NO_FAIR_TREE"], 1),
    "FairShareDampeningFactor": lambda g: g.r.randint(1, 10),
    "JobRequeue": lambda g: g.r.randint(0, 1),
    "KillOnBadExit": lambda g: g.r.randint(0, 1),
    "MaxJobCount": lambda g: g.r.randint(1, 200000),
    "MaxArraySize": lambda g: g.r.randint(0, 4000001),
    "MaxStepCount": lambda g: g.r.randint(1, 100000),
    "MaxTasksPerNode": lambda g: g.r.randint(1, 65533),
    "MaxBatchRequeue": lambda g: g.r.randint(0, 20),
    "MaxDBDMsgs": lambda g: g.r.randint(300000, 1000000),
    "FirstJobId": lambda g: g.r.randint(1, 1000),
    "MaxJobId": lambda g: g.r.randint(100000, 67108863),
    "TreeWidth": lambda g: g.r.randint(1, 65533),
    "VSizeFactor": lambda g: g.r.randint(0, 100),
    "PrivateData": lambda g: g.some(["accounts", "jobs", "nodes", "partitions", "reservations", "usage", "users"]),
    "DebugFlags": lambda g: g.some(["Backfill", "Gres", "Priority", "Power", "NodeFeatures", "SelectType", "Steps"]),
    "LogTimeFormat": lambda g: g.pick(["iso8601", "iso8601_ms", "rfc5424", "rfc5424_ms", "short", "thread_id"]),
    "PropagateResourceLimits": lambda g: g.pick(["ALL", "NONE", ["CORE", "NOFILE"], "MEMLOCK"]),
    "DisableRootJobs": lambda g: g.flag(),
    "EnforcePartLimits": lambda g: g.pick(["ALL", "ANY", "NO"]),
    "LaunchParameters": lambda g: g.some(["use_interactive_step", "mpir_use_nodeaddr", "send_gids", "ulimit_pam_adopt"]),
    "GroupUpdateTime": lambda g: g.r.randint(0, 3600),
    "GroupUpdateForce": lambda g: g.r.randint(0, 1),
    "JobAcctGatherFrequency": lambda g: g.pick(["30", "task=30,network=60", ["task=15", "energy=0"]]),
    "JobFileAppend": lambda g: g.r.randint(0, 1),
    "Licenses": lambda g: g.some(["matlab:10", "ansys", "fluent:30"]),
    "MailProg": lambda g: g.pick(["/bin/mail", "/usr/bin/true", "/bin/mail #1", "/opt/my mail/bin/mail", "/opt/a\\b"]),
    "MailDomain": lambda g: g.pick(["example.org", "cluster.example.org"]),
    "OverTimeLimit": lambda g: g.r.randint(0, 600),
    "Prolog": lambda g: "/bin/true",
    "Epilog": lambda g: "/bin/true",
    "PrologFlags": lambda g: g.some(["Alloc", "Serial", "DeferBatch"], 1),
    "RequeueExit": lambda g: g.some(["1", "2-5", "77"]),
    "RequeueExitHold": lambda g: g.some(["9", "100-110"]),
    "ResvOverRun": lambda g: g.r.randint(0, 600),
    "TaskPluginParam": lambda g: g.some(["autobind=threads", "Verbose"], 1),
    "TmpFS": lambda g: g.pick(["/tmp", "/scratch"]),
    "TrackWCKey": lambda g: g.flag(),
    "UnkillableStepProgram": lambda g: "/bin/true",
    "UsePAM": lambda g: g.flag(),
    "X11Parameters": lambda g: "home_xauthority",
    "EpilogMsgTime": lambda g: g.r.randint(1, 10000),
    "EioTimeout": lambda g: g.r.randint(1, 600),
    "CpuFreqGovernors": lambda g: g.some(["OnDemand", "Performance", "UserSpace"]),
    "DependencyParameters": lambda g: g.some(["kill_invalid_depend", "disable_remote_singleton"]),
    "InteractiveStepOptions": lambda g: "--interactive --preserve-env --pty $SHELL",
    "PreemptExemptTime": lambda g: g.pick(["00:05:00", "-1", "1-00:00:00"]),
    "SuspendExcStates": lambda g: g.some(["DOWN", "DRAIN", "RESERVED"]),
    "HealthCheckInterval": lambda g: g.pick([0, g.r.randint(61, 3600)]),
    "HealthCheckNodeState": lambda g: g.some(["ALLOC", "IDLE", "MIXED"]),
    "SlurmdParameters": lambda g: ["config_overrides"],
    "BcastExclude": lambda g: g.some(["/lib", "/usr/lib", "/lib64"]),
    "BcastParameters": lambda g: g.some(["Compression=lz4", "DestDir=/tmp"]),
    "AllowSpecResourcesUsage": lambda g: g.flag(),
    "ReconfigFlags": lambda g: g.some(["KeepPartInfo", "KeepPartState"], 1),
    "SelectTypeParameters": lambda g: g.some(["CR_ONE_TASK_PER_CORE", "CR_Pack_Nodes", "CR_CORE_DEFAULT_DIST_BLOCK"]),
}
NODE = {"TRESWeights": lambda g: g.pick(["CPU=1.0", ["CPU=1.0", "Mem=0.25G"]]),
        "Parameters": lambda g: "x=1",
        "RestrictedCoresPerGPU": None}
CGROUP = {"AllowedRAMSpace": lambda g: g.pick([100, 95, "99.5"]), "MaxRAMPercent": lambda g: g.r.randint(50, 100),
          "MinRAMSpace": lambda g: g.r.randint(30, 100), "AllowedSwapSpace": lambda g: g.r.randint(0, 50),
          "MaxSwapPercent": lambda g: g.r.randint(0, 100), "MemorySwappiness": lambda g: g.r.randint(0, 100),
          "SignalChildrenProcesses": lambda g: g.flag(), "SystemdTimeout": lambda g: g.r.randint(500, 5000)}
SLURMDBD = {"ArchiveEvents": lambda g: g.flag(), "ArchiveJobs": lambda g: g.flag(), "ArchiveDir": lambda g: "/tmp",
            "CommitDelay": lambda g: 1, "DebugFlags": lambda g: g.some(["DB_ASSOC", "DB_QUERY", "DB_USAGE"]),
            "MaxQueryTimeRange": lambda g: g.pick(["60-0", "365-00:00:00"]), "TrackWCKey": lambda g: g.flag(),
            "PrivateData": lambda g: g.some(["accounts", "jobs", "usage"]), "TrackSlurmctldDown": lambda g: g.flag(),
            "DisableCoordDBD": lambda g: g.flag(), "AllResourcesAbsolute": lambda g: g.flag(),
            "AllowNoDefAcct": lambda g: g.flag(), "MessageTimeout": lambda g: g.r.randint(10, 60)}


class Group:
    """Names with the hostlist that says them."""

    def __init__(self, text, names):
        self.text, self.names = text, names


class Generator:
    def __init__(self, seed, index, release):
        self.r = random.Random(f"{seed} {index} {release}")
        self.release, self.slurm = release, Slurm(release)
        self.prefixes, self.devices, self.uid = set(), 0, 2000
        self.net = 0  # addresses handed out
        self.spec, self.features, self.gres = {}, [], []

    # ---- drawing
    def chance(self, p):
        return self.r.random() < p

    def pick(self, values):
        return self.r.choice(values)

    def some(self, values, least=1):
        n = self.r.randint(least, len(values)) if least > 1 or self.chance(0.7) else 1
        return self.r.sample(values, min(n, 3))

    def flag(self):
        return self.pick([True, False])

    def word(self, least=1, most=8):
        return self.pick(string.ascii_lowercase) + "".join(
            self.pick(string.ascii_lowercase + string.digits) for _ in range(self.r.randint(least, most) - 1))

    def fresh(self, most=7):
        """A name that neither is nor begins another."""
        while True:
            w = self.word(2, most).rstrip(string.digits) or "z"
            if len(w) > 1 and not any(w.startswith(p) or p.startswith(w) for p in self.prefixes):
                self.prefixes.add(w)
                return w

    def options(self, table, file, section, most):
        keys = [k for k in table if table[k] and self.slurm.known(file, section, k)]
        out = {}
        for key in self.r.sample(keys, min(self.r.randint(0, most), len(keys))):
            value, words = table[key](self), self.slurm.words(file, section, key)
            if words:
                known = {w.lower() for w in words}
                fine = [v for v in (value if isinstance(value, list) else [value])
                        if str(v).split("=")[0].lower() in known or str(v).lower() in known or isinstance(v, bool)]
                if not fine:
                    continue
                value = fine if isinstance(value, list) else fine[0]
            out[key] = value
        return out

    def text(self, alphabet=string.ascii_letters + string.digits + " .,:;()/+_-=#%&*?!<>[]{}|~@^", most=40):
        return ("".join(self.pick(alphabet) for _ in range(self.r.randint(1, most)))).strip() or "x"

    def duration(self, seconds):
        units = [(86400, "d"), (3600, "h"), (60, "m"), (1, "s")]
        for size, unit in units:
            if seconds % size == 0 and self.chance(0.8):
                return f"{seconds // size}{unit}"
        d, h, m, s = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60
        return f"{d}-{h:02}:{m:02}:{s:02}" if d else f"{h:02}:{m:02}:{s:02}"

    # ---- names
    def run(self, most):
        """The inside of one bracket, and its numbers as text."""
        width = self.pick([0, 0, 0, 2, 3, 4])
        at, parts, names = self.pick([0, 1, 1, 1, 7, 9, 98, 100]), [], []
        for _ in range(self.r.randint(1, 3)):
            n = self.r.randint(1, most)
            low, high = f"{at:0{width}}", f"{at + n - 1:0{width}}"
            parts.append(low if n == 1 else f"{low}-{high}")
            names += [f"{i:0{width}}" for i in range(at, at + n)]
            at += n + self.r.randint(1, 20)
        return ",".join(parts), names

    def group(self, most=6):
        """A hostlist of a shape of its own."""
        shape = self.r.randint(0, 9)
        if shape == 0:
            name = self.fresh(12)
            return Group(name, [name])
        if shape == 1:
            name = self.fresh() + "-" + self.word(1, 3) + str(self.r.randint(0, 120))
            return Group(name, [name])
        if shape == 2:
            parts = [self.group(2) for _ in range(self.r.randint(2, 3))]
            return Group(",".join(p.text for p in parts), [n for p in parts for n in p.names])
        if shape == 3:
            p, infix = self.fresh(), self.pick(["n", "-", "c", "-n"])
            (a, left), (b, right) = self.run(2), self.run(2)
            return Group(f"{p}[{a}]{infix}[{b}]", [f"{p}{x}{infix}{y}" for x in left for y in right])
        if shape == 4 and self.slurm.before("23.11"):
            p, suffix = self.fresh(), self.pick(["-ib", "x", "-a", "n0"])
            a, inside = self.run(most)
            return Group(f"{p}[{a}]{suffix}", [f"{p}{x}{suffix}" for x in inside])
        p = self.fresh() + self.pick(["", "", "-", "_"] if self.chance(0.2) else [""])
        a, inside = self.run(most * self.pick([1, 1, 1, 4]))
        if len(inside) == 1 and self.chance(0.5):
            return Group(p + inside[0], [p + inside[0]])
        return Group(f"{p}[{a}]", [p + x for x in inside])

    # ---- machines
    def hardware(self):
        h = {}
        if self.chance(0.5):
            h["cpus"] = self.pick([1, 2, 4, 8, 36, 64, 128])
        else:
            s, c, t = self.r.randint(1, 4), self.pick([1, 2, 6, 16, 64]), self.pick([1, 1, 2, 4])
            h.update(sockets=s, cores=c)
            if t > 1 or self.chance(0.3):
                h["threads"] = t
            if self.chance(0.3):
                h["cpus"] = s * c * t
            if s % 2 == 0 and self.chance(0.2):
                h["boards"] = 2
        if self.chance(0.7):
            h["memory"] = self.pick(["1G", "1500M", "16G", "250G", "1536M", "2T", "999M"])
        return h

    def cores(self, h):
        return h.get("cores", 0) * h.get("sockets", 1) if "cores" in h else h.get("cpus", 1)

    def offers(self, h):
        """What Slurm shall know of a node beyond that."""
        o = {}
        if self.chance(0.3):
            o["features"] = self.some(["ib", "milan", "fast", "a100", "big_mem", "rack.1", "v2+", "x/y"])
            self.features += o["features"]
        if self.chance(0.3):
            o["weight"] = self.pick([1, 10, 4294967294, self.r.randint(1, 1000)])
        if self.chance(0.2):
            o["tmp_disk"] = self.pick(["10G", "512M", "1T"])
        if self.chance(0.4):
            o["gres"] = {}
            for name in self.r.sample(["gpu", "license", "qpu", "fpga", "bandwidth"], self.r.randint(1, 3)):
                o["gres"][name] = self.one_gres(name, h)
            self.gres += list(o["gres"])
        return o

    def one_gres(self, name, h):
        if name != "gpu":
            n = self.r.randint(1, 5000)
            return self.pick([n, {"count": n}, {"count": n, "type": self.pick(["a", "v2", "8x"])}])
        kinds = self.pick([[None], [None], ["a100"], ["h100"], ["a100", "1g.5gb"], ["1080ti", "v100", "p4"]])
        out, at = [], 1
        flags = self.pick([None, None, ["nvidia_gpu_env"], ["no_gpu_env"]])
        cores = self.chance(0.3)
        for kind in kinds:
            n = self.r.randint(1, 4)
            g = {"file": f"/dev/tty[{at}-{at + n - 1}]" if n > 1 else f"/dev/tty{at}"}
            at += n
            if kind:
                g["type"] = kind
            if self.chance(0.5):
                g["count"] = n
            if flags:
                g["flags"] = flags
            if cores:
                last = self.cores(h) - 1
                g["cores"] = f"0-{last}" if last else "0"
            out.append(g)
        return out if len(out) > 1 else out[0]

    def addresses(self, n):
        """As many addresses, in one of the ways to write them."""
        first = self.net + 1
        self.net += n + self.r.randint(0, 9)
        if first // 250 != (first + n) // 250:
            first = (first // 250 + 1) * 250 + 1
            self.net = first + n
        net, low = f"10.{20 + first // 62500}.{first // 250 % 250}", first % 250 + 1
        if n == 1:
            return f"{net}.{low}"
        if self.chance(0.3):
            return [f"{net}.{i}" for i in range(low, low + n)]
        return f"{net}.[{low}-{low + n - 1}]"

    def node_group(self, kinds):
        """A group of nodes that sit on hosts of their own."""
        g, body = self.group(), {}
        h = self.hardware()
        if kinds and self.chance(0.5):
            name = self.pick(list(kinds))
            body["hardware"], h = name, kinds[name]
        else:
            body.update(h)
            body.update(self.offers(h))
        memory = h.get("memory")
        if self.chance(0.15) and self.cores(h) > 1:
            body["core_spec_count"] = 1
        if self.chance(0.15) and memory:
            body["mem_spec_limit"] = "100M"
        if self.chance(0.1) and memory and "hardware" in body:
            body["memory"] = self.pick(["90%", "50%", "500M"])
        if self.chance(0.2):
            body["state"] = self.pick(["unknown", "down", "drain", "fail", "cloud", "future"])
            if body["state"] in ("down", "drain", "fail") and self.chance(0.7):
                body["reason"] = self.text(string.ascii_letters + string.digits + " .,:;()/+_-=#%")
        if self.chance(0.1):
            body["cpu_bind"] = self.pick(["none", "socket", "thread", "core"])
        if self.chance(0.15):
            o = self.options(NODE, "slurm.conf", "node", 2)
            if o:
                body["options"] = o
        if self.chance(0.1):
            body["port"] = 7000 if self.chance(0.5) else f"[7000-{6999 + len(g.names)}]" if len(g.names) > 1 else 7001
        return g, body

    def hosts_of(self, g):
        """The hosts of a group of nodes, written or not, whole or in part."""
        if self.chance(0.4):
            return {}
        host = {"address": self.addresses(len(g.names))}
        if self.chance(0.2):
            host["ssh"] = {"user": self.word(2), "port": self.r.randint(1, 65535)}
        if self.chance(0.1):
            host["arch"] = self.pick(["amd64", "arm64"])
        return {g.text: host}

    def other_hosts(self, nodes, hosts):
        """Nodes on hosts of other names: spread, paired, one. (A machine runs one slurmd: hosts are not shared.)"""
        n = self.r.randint(1, 4)
        p, q, way = self.fresh(), self.fresh(), self.r.randint(0, 2)
        names = f"{p}[1-{n}]" if n > 1 else f"{p}1"
        hosts[names] = {"address": self.addresses(n), "cpus": 64, "memory": "64G"}
        body = {"cpus": self.r.randint(1, 2), "memory": self.pick(["500M", "1%", "1G"])}
        if way == 0:
            body["host"] = {"spread": names}
            n = self.r.randint(1, n)
        elif way == 1:
            body["host"] = p + str(self.r.randint(1, n))
            n = 1
        else:
            body["host"] = names
        g = Group(f"{q}[1-{n}]" if n > 1 else f"{q}1", [f"{q}{i + 1}" for i in range(n)])
        nodes[g.text] = body
        return g

    # ---- the rest
    def partition(self, i, groups, qos, accounts):
        s, p = self.slurm, {}
        way = self.r.randint(0, 9)
        if i == 0 or way < 3:
            p["nodes"] = "ALL"
        elif way == 3 and self.features:
            p["nodes"] = {"feature": self.pick(self.features)}
        elif way == 4 and self.gres:
            p["nodes"] = {"gres": self.pick(self.gres)}
        elif way == 5:
            names = [n for g in groups for n in g.names]
            p["nodes"] = self.r.sample(names, min(len(names), self.r.randint(1, 5)))
        else:
            p["nodes"] = ",".join(g.text for g in self.r.sample(groups, self.r.randint(1, min(3, len(groups)))))
        if i == 0:
            p["default"] = True
        p.update(self.partition_body(qos, accounts))
        if self.chance(0.2):
            o = self.pick([{}, {}, {"Priority": self.r.randint(1, 1000)}])
            if o and s.known("slurm.conf", "partition", "Priority") and not {"priority_tier", "priority_job_factor"} & p.keys():
                p["options"] = o
        return p

    def partition_body(self, qos, accounts):
        p, r = {}, self.r
        longest = self.pick([1800, 3600, 90061, 172800, 604800, 5400])
        maybe = {
            "max_time": lambda: self.pick(["infinite", self.duration(longest)]),
            "default_time": lambda: self.duration(self.pick([60, 90, 600, 1800])),
            "max_nodes": lambda: r.randint(1, 1000), "min_nodes": lambda: r.randint(0, 1),
            "max_cpus_per_node": lambda: r.randint(1, 128), "max_cpus_per_socket": lambda: r.randint(1, 64),
            "def_mem_per_gpu": lambda: "1G", "def_cpu_per_gpu": lambda: r.randint(1, 16),
            "oversubscribe": lambda: self.pick(["no", "exclusive", "yes", "yes:4", "force", "force:2"]),
            "priority_tier": lambda: r.randint(0, 65533), "priority_job_factor": lambda: r.randint(0, 65533),
            "preempt_mode": lambda: [self.pick(["off", "cancel", "requeue"])],
            "grace_time": lambda: self.duration(r.randint(0, 3600)),
            "allow_groups": lambda: self.some(["staff", "students", "a.b", "x-y"]),
            "hidden": self.flag, "root_only": self.flag, "disable_root_jobs": self.flag, "lln": self.flag,
            "req_resv": self.flag, "exclusive_user": self.flag,
            "state": lambda: self.pick(["up", "up", "down", "drain", "inactive"]),
            "over_time_limit": lambda: self.duration(60 * r.randint(0, 60)),
            "select_type_parameters": lambda: self.pick(["CR_Core", "CR_Core_Memory", "CR_Socket", "CR_Socket_Memory"]),
            "tres_billing_weights": lambda: {"CPU": "1.0", "Mem": "0.25G"}, "cpu_bind": lambda: self.pick(["none", "core"]),
        }
        for key in r.sample(list(maybe), r.randint(0, 8)):
            p[key] = maybe[key]()
        if not self.slurm.before("23.02"):
            p.pop("max_cpus_per_socket", None)
        if self.slurm.before("26.05"):
            p.pop("exclusive_user", None)
            if self.chance(0.2) and "oversubscribe" not in p:
                p["exclusive"] = self.pick(["no", "node", "user"])
        if self.chance(0.2):
            p[self.pick(["def_mem_per_cpu", "def_mem_per_node"])] = self.pick(["100M", "1G"])
        if self.chance(0.2):
            p[self.pick(["max_mem_per_cpu", "max_mem_per_node"])] = self.pick(["4G", "8G"])
        if qos and self.chance(0.3):
            p[self.pick(["allow_qos", "deny_qos"])] = self.some(qos)
        if qos and self.chance(0.2):
            p["qos"] = self.pick(qos)
        if accounts and self.chance(0.3):
            p[self.pick(["allow_accounts", "deny_accounts"])] = self.some(accounts)
        return p

    def tres(self):
        t = {"cpu": self.r.randint(1, 512), "node": self.r.randint(1, 9), "mem": self.pick(["100G", "2048M"])}
        return {k: t[k] for k in self.some(list(t))}

    def accounting(self):
        a, names = {}, []
        way = self.r.randint(0, 3)
        if way == 0:
            a["external"] = self.pick(["dbd.example.org", {"host": "10.9.9.9", "port": 6819}])
        elif way == 1:
            a["database"] = {"engine": "mysql", "host": "db.example.org", "port": self.r.randint(1024, 65535),
                             "name": "slurm_" + self.word(), "user": self.word(2)}
        elif way == 2:
            a["database"] = "mariadb"
        if self.chance(0.5):
            a["enforce"] = self.pick([["associations"], ["associations", "limits"], ["associations", "limits", "qos"],
                                      ["associations", "limits", "qos", "safe"], ["all"]])
        if self.chance(0.3):
            a["store_flags"] = self.some(["job_comment", "job_env", "job_script"])
        if self.chance(0.4):
            a["purge"] = {k: self.pick(["30d", "365d", "12h", "36h", "infinite"])
                          for k in self.some(["events", "jobs", "reservations", "steps", "suspend", "transactions", "usage"])}
            a["purge"] = {k: v for k, v in a["purge"].items() if v != "infinite"} or {"jobs": "30d"}
        qos = {}
        for _ in range(self.r.randint(0, 4)):
            q = {}
            if self.chance(0.5):
                q["priority"] = self.r.randint(0, 100000)
            if self.chance(0.3):
                q["description"] = self.text(string.ascii_letters + string.digits + " .:;()/+_-")
            if self.chance(0.3):
                q["max_wall"] = self.duration(self.r.randint(1, 5000) * 60)
            if self.chance(0.3):
                q["grace_time"] = self.duration(self.r.randint(1, 3600))
            if self.chance(0.3):
                q["flags"] = self.some(["DenyOnLimit", "OverPartQOS", "NoReserve"])
            if self.chance(0.3):
                q["max_jobs_per_user"], q["max_submit_jobs_per_user"] = self.r.randint(1, 9), self.r.randint(10, 99)
            for key in ("max_tres_per_job", "max_tres_per_user", "group_tres"):
                if self.chance(0.2):
                    q[key] = self.tres()
            if qos and self.chance(0.3):
                q["preempt"] = self.some(list(qos))
            qos[self.fresh()] = q
        accounts = {}
        for _ in range(self.r.randint(0, 4)):
            x = {}
            if accounts and self.chance(0.5):
                x["parent"] = self.pick(list(accounts))
            if self.chance(0.3):
                x["fairshare"] = self.r.randint(0, 100)
            if self.chance(0.3):
                x["description"] = self.text(string.ascii_letters + string.digits + " .:;()/+_-")
                x["organization"] = "university"
            accounts[self.fresh()] = x
        items = list(accounts.items())
        self.r.shuffle(items)  # parents need not come first
        for key, value in (("qos", qos), ("accounts", dict(items))):
            if value:
                a[key] = value
        if accounts and self.chance(0.6):
            users = {}
            for _ in range(self.r.randint(1, 3)):
                u = {"default_account": self.pick(list(accounts))}
                rest = [x for x in accounts if x != u["default_account"]]
                if rest and self.chance(0.4):
                    u["accounts"] = self.some(rest)
                if qos and self.chance(0.4):
                    u["qos"] = self.some(list(qos) + ["normal"])
                if self.chance(0.2):
                    u["admin_level"] = self.pick(["none", "operator", "administrator"])
                users[self.fresh()] = u
            a["users"] = users
        if "external" not in a and self.chance(0.4):
            o = self.options(SLURMDBD, "slurmdbd.conf", "global", 5)
            if o:
                a["options"] = o
        names = list(qos) + ["normal"], list(accounts)
        return a, names[0], names[1]

    def slurm_body(self):
        s = {"version": self.release}
        if self.chance(0.3):
            s["ports"] = {"slurmctld": self.r.randint(6000, 6099), "slurmd": self.r.randint(6100, 6999)}
            if self.chance(0.5):
                s["ports"] = {"srun": "60001-63000"}
        if self.chance(0.3):
            t = {"slurmctld": "120s", "slurmd": "5m", "message": "30s", "tcp": "5s", "kill_wait": "30s", "wait": "0s",
                 "inactive": "0s", "min_job_age": "5m", "complete_wait": "32s", "batch_start": "20s",
                 "unkillable_step": "180s", "prolog_epilog": "65s"}
            s["timeouts"] = {k: t[k] for k in self.r.sample(list(t), self.r.randint(1, 6))}
        if self.chance(0.3):
            levels = ["quiet", "fatal", "error", "info", "verbose", "debug", "debug2", "debug3", "debug4", "debug5"]
            s["debug"] = {k: self.pick(levels) for k in self.some(["slurmctld", "slurmd"])}
        if self.chance(0.5):
            s["constrain"] = self.pick([["none"], ["none"], ["cores"], ["cores", "memory"],
                                        ["cores", "memory", "swap", "devices"], ["memory", "devices"]])
        if self.chance(0.8):
            o = self.options(GLOBAL, "slurm.conf", "global", 14)
            if o.get("PriorityType") == "priority/basic":
                o = {k: v for k, v in o.items() if not k.startswith("Priority") or k == "PriorityType"}
            if self.chance(0.2):
                o["PreemptType"], o["PreemptMode"] = "preempt/partition_prio", self.pick(["REQUEUE", "CANCEL"])
            if o:
                s["options"] = o
        if self.chance(0.2) and s.get("constrain") != ["none"]:
            o = self.options(CGROUP, "cgroup.conf", "global", 4)
            if o:
                s["cgroup"] = o
        return s

    def forget_fair_shares(self, options):
        """What is an error without accounting, and draws nothing."""
        flags = [f for f in options.get("PriorityFlags", []) if f != "NO_FAIR_TREE"]
        if "PriorityFlags" in options:
            options["PriorityFlags"] = flags or ["MAX_TRES"]

    def services(self, head, accounting, hosts):
        s = {}
        places = [head] + ([n for n in hosts if "[" not in n and "," not in n] if self.chance(0.5) else [])
        if self.chance(0.6):
            s["default"] = {"host": head}
        for name in ["slurmctld"] + (["slurmdbd"] if accounting is not None and "external" not in accounting else []):
            if self.chance(0.5) or "default" not in s:
                s[name] = {"host": self.pick(places)}
        if self.chance(0.5):
            s["login"] = {"host": self.pick(places)}
        for name in list(s) + ["slurmd"]:
            if name != "default" and self.chance(0.3):
                s.setdefault(name, {})["environment"] = {self.word().upper(): self.text() for _ in range(self.r.randint(1, 3))}
            if name not in ("default", "login") and self.chance(0.2):
                s.setdefault(name, {})["limits"] = {k: self.pick(["infinity", "65536"])
                                                    for k in self.some(["memlock", "stack", "nofile"])}
        return s

    def storage(self, hosts):
        out = {}
        for _ in range(self.r.randint(1, 3)):
            name = self.fresh()
            kind = self.pick(["nfs", "tmpfs", "bind"])
            s = {"type": kind, "mount": f"/{self.pick(['srv', 'mnt', 'data'])}/{name}"}
            if kind == "nfs":
                single = [n for n in hosts if "[" not in n and "," not in n]
                s["server"] = {"host": self.pick(single)} if single and self.chance(0.5) else "nas.example.org"
                s["export"] = "/export/" + name
                if self.chance(0.5):
                    s["options"] = self.some(["soft", "vers=4.2", "nolock", "noatime"])
            elif kind == "tmpfs" and self.chance(0.7):
                s["size"] = self.pick(["64M", "1G"])
            elif kind == "bind":
                s["source"] = "/opt/" + name
            if self.chance(0.3):
                s["read_only"] = self.flag()
            if self.chance(0.4):
                s["mode"] = self.pick(["0755", "1777", "0700"])
            if self.chance(0.6):
                s["on"] = self.some(["slurmd", "slurmctld"])
            out[name] = s
        return out

    def users(self):
        out = {}
        for _ in range(self.r.randint(1, 4)):
            self.uid += self.r.randint(1, 50)
            u = {"uid": self.uid}
            if self.chance(0.3):
                u["gid"], u["group"] = self.uid + 10000, self.fresh()
            if self.chance(0.2):
                u["home"] = "/home/" + self.word()
            if self.chance(0.2):
                u["shell"] = self.pick(["/bin/sh", "/bin/bash", "/usr/sbin/nologin"])
            if self.chance(0.2):
                u["create_home"] = self.flag()
            out[self.fresh()] = u
        return out

    def files(self):
        out = {}
        for _ in range(self.r.randint(1, 3)):
            name = self.fresh()
            lines = [self.text(string.printable[:94] + " é✓", 60) for _ in range(self.r.randint(1, 4))]
            f = {"path": "/etc/" + self.pick(["", "hpcc.d/"]) + name, "content": "\n".join(lines) + "\n"}
            if self.chance(0.4):
                f["mode"] = self.pick(["0600", "0755", "0444"])
            if self.chance(0.3):
                f["on"] = self.some(["slurmd", "slurmctld"])
            out[name] = f
        return out

    def whole(self):
        s = {"hpcc": 1, "cluster": self.word(1, 20)}
        if self.chance(0.4):
            s["description"] = self.text(string.printable[:94] + " ")
        s["slurm"] = self.slurm_body()
        if self.chance(0.15) and self.slurm.before("23.11"):
            s["slurm"]["auth"] = "slurm"
        kinds = {}
        for _ in range(self.r.randint(0, 3)):
            h = self.hardware()
            kinds[self.fresh()] = {**h, **self.offers(h)}
        nodes, hosts, groups = {}, {}, []
        for _ in range(self.r.randint(1, 5)):
            g, body = self.node_group(kinds)
            nodes[g.text] = body
            hosts.update(self.hosts_of(g))
            groups.append(g)
        if self.chance(0.3):
            groups.append(self.other_hosts(nodes, hosts))
        used = {b.get("hardware") for b in nodes.values()}
        kinds = {k: v for k, v in kinds.items() if k in used}
        offered = [b for b in list(kinds.values()) + list(nodes.values())]
        self.features = [f for b in offered for f in b.get("features", [])]
        self.gres = [x for b in offered for x in b.get("gres", {})]
        head = self.fresh(10)
        hosts[head] = {"address": self.addresses(1)} if self.chance(0.8) else {}
        accounting, qos, accounts = self.accounting() if self.chance(0.5) else (None, [], [])
        if accounting is None:
            self.forget_fair_shares(s["slurm"].get("options", {}))
        if hosts:
            s["hosts"] = hosts
        if kinds:
            s["hardware"] = kinds
        s["nodes"] = nodes
        if self.chance(0.2):
            s["defaults"] = {}
            if self.chance(0.6):
                s["defaults"]["node"] = {"weight": 7, "tmp_disk": "1G"}
            s["defaults"]["partition"] = {"max_time": "7d", "over_time_limit": "10m"}
        parts = {}
        for i in range(self.r.randint(1, 5)):
            parts[self.fresh(12)] = self.partition(i, groups, qos, accounts)
        names = list(parts)
        if len(names) > 1 and self.chance(0.2):
            parts[names[0]]["alternate"] = names[1]
        s["partitions"] = parts
        s["services"] = self.services(head, accounting, hosts)
        if s["slurm"].get("auth") == "slurm":
            # Without munge only slurmctld's and slurmd's hosts can prove who they are (rule no-sack).
            s["services"]["default"] = {"host": head}
            for name in ("slurmctld", "slurmdbd", "login"):
                if "host" in s["services"].get(name, {}):
                    s["services"][name]["host"] = head
        if accounting is not None:
            s["accounting"] = accounting
        for key, p, make in (("storage", 0.3, lambda: self.storage(hosts)), ("users", 0.3, self.users),
                             ("files", 0.3, self.files)):
            if self.chance(p):
                s[key] = make()
        if self.chance(0.3):
            s["mpi"] = self.pick(["openmpi", "none", {"implementation": "mpich"}, {"ports": "12000-12999"},
                                  {"implementation": "openmpi", "launcher": "pmix"}])
        if self.chance(0.2):
            s["secrets"] = {"munge": self.pick([{"bytes": 64}, {"file": "keys/munge.key"}])}
            if s["slurm"].get("auth") == "slurm":
                s["secrets"] = {"slurm": {"bytes": 128}}
        if self.chance(0.5):
            s["targets"] = {"slurm": self.pick([{}, {"etc_hosts": True}])}
            if self.chance(0.5):
                s["targets"]["ansible"] = self.pick([{}, {"user": "admin"}, {"variables": {"a": self.text()}}])
        return s


# ---- YAML

def plain(s):
    fine = string.ascii_letters + string.digits + "_-./%:,[]"
    return (bool(s) and all(c in fine for c in s) and s[0].isalpha() and not s.endswith(":") and ": " not in s
            and s.lower() not in ("y", "n", "yes", "no", "on", "off", "true", "false", "null"))


def scalar(v, flow=False):
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, int):
        return str(v)
    if plain(v) and not (flow and any(c in "[]," for c in v)):
        return v
    return '"' + v.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def write(v, indent, out):
    pad = "  " * indent
    for key, value in v.items():
        key = scalar(key)
        if isinstance(value, dict) and value:
            out.append(f"{pad}{key}:")
            write(value, indent + 1, out)
        elif isinstance(value, dict):
            out.append(f"{pad}{key}: {{}}")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            out.append(f"{pad}{key}:")
            for item in value:
                lines = []
                write(item, indent + 2, lines)
                lines[0] = pad + "  - " + lines[0].strip()
                out += lines
        elif isinstance(value, list):
            out.append(f"{pad}{key}: [{', '.join(scalar(x, True) for x in value)}]")
        else:
            out.append(f"{pad}{key}: {scalar(value)}")


def main(generator=Generator, name="spec.py"):
    p = argparse.ArgumentParser(description="Random valid specs, the same for one seed.")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--count", type=int, default=1)
    p.add_argument("--first", type=int, default=0, help="number of the first")
    p.add_argument("--release", choices=RELEASES, default="24.11")
    p.add_argument("-o", dest="dir", required=True)
    a = p.parse_args()
    os.makedirs(a.dir, exist_ok=True)
    for i in range(a.first, a.first + a.count):
        out = [f"# tests/random/{name} --seed {a.seed} --first {i} --count 1 --release {a.release}"]
        write(generator(a.seed, i, a.release).whole(), 0, out)
        with open(os.path.join(a.dir, f"{i:04}.yaml"), "w", encoding="utf-8", newline="\n") as f:
            f.write("\n".join(out) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
