#!/usr/bin/env python3
"""Random valid specs of clusters that can be booted here, the same for one seed.

    tests/random/boot_spec.py --seed N --count N --release R -o DIR

writes DIR/0000.yaml, ... as spec.py does, of which it reuses the parts, for tests/boot/cluster.sh: 2 to 10 hosts in one
/16; no more memory than this machine has; all nodes and partitions up and open to root's short jobs, which limits and
sizes let through; nothing that comes from elsewhere (an NFS server is written to fstab and not mounted).
"""
import sys

import spec
from spec import Generator, Group

# Keys of slurm.conf that a test job of a minute gets along with on a machine without mail, syslog and cgroups. What is
# not named here is drawn as spec.py draws it; None leaves a key out.
BOOT = {
    "SchedulerParameters": lambda g: g.some(["bf_continue", "bf_interval=30", "bf_max_job_test=500",
                                             "default_queue_depth=100", "bf_window=2880", "bf_resolution=120"]),
    "MaxJobCount": lambda g: g.r.randint(100, 200000),
    "MaxStepCount": lambda g: g.r.randint(100, 100000),
    "VSizeFactor": None,  # the virtual memory of jobs that are given a few MiB
    "DisableRootJobs": lambda g: False,
    "MailProg": lambda g: "/usr/bin/true",
    "TmpFS": lambda g: "/tmp",
    "UsePAM": lambda g: False,
    "SlurmdParameters": None,  # config_overrides would hide a node that is not what was written
}
KNOWN = {**spec.GLOBAL, **BOOT}


class Boot(Generator):
    """A generator of small clusters."""

    def __init__(self, seed, index, release):
        super().__init__(f"boot {seed}", index, release)
        # Hosts without an address get one of 10.231 from cluster.sh.
        self.with_files, self.with_types = {}, {}
        self.all_addresses = self.chance(0.6)
        self.subnet = self.pick(["10.231", "192.168", "172.20"]) if self.all_addresses else "10.231"

    # ---- names and addresses
    def run(self, most):
        width = self.pick([0, 0, 0, 2, 3, 4])
        at, parts, names = self.pick([0, 1, 1, 1, 7, 9, 98, 100]), [], []
        for _ in range(self.r.randint(1, 2)):
            n = self.r.randint(1, most)
            low, high = f"{at:0{width}}", f"{at + n - 1:0{width}}"
            parts.append(low if n == 1 else f"{low}-{high}")
            names += [f"{i:0{width}}" for i in range(at, at + n)]
            at += n + self.r.randint(1, 20)
        return ",".join(parts), names

    def small_group(self, most):
        while True:
            g = self.group(3)
            # hostname(1) takes no underscore.
            if len(g.names) <= most and "_" not in g.text:
                return g

    def addresses(self, n):
        first = self.net + 1
        self.net += n + self.r.randint(0, 9)
        if first // 200 != (first + n) // 200:
            first = (first // 200 + 1) * 200 + 1
            self.net = first + n
        net, low = f"{self.subnet}.{first // 200 + 1}", first % 200 + 1
        if n == 1:
            return f"{net}.{low}"
        if self.chance(0.3):
            return [f"{net}.{i}" for i in range(low, low + n)]
        return f"{net}.[{low}-{low + n - 1}]"

    # ---- machines
    def hardware(self):
        h = super().hardware()
        h.pop("memory", None)
        if h.get("cpus", 1) > 64 or h.get("cores", 1) > 16:
            h = {"sockets": 2, "cores": self.pick([4, 8, 16]), "threads": self.pick([1, 2])}
        h["memory"] = self.pick(["1G", "1500M", "2G", "1536M", "3G", "1023M"])
        return h

    def offers(self, h):
        o = super().offers(h)
        if "tmp_disk" in o:
            o["tmp_disk"] = self.pick(["100M", "512M"])
        return o

    def one_gres(self, name, h):
        most = min(4, self.cores(h))
        # Of one name all nodes have device files, or none.
        if name != "gpu" and not self.with_files.setdefault(name, self.chance(0.4)):
            n = self.r.randint(1, 5000)
            # Nor has one a type here and none there: 22.05's slurmctld forgets how to hand it out.
            typed = self.with_types.setdefault(name, self.chance(0.3))
            return {"count": n, "type": self.pick(["a", "v2", "8x"])} if typed else self.pick([n, {"count": n}])
        path = {"gpu": self.pick(["/dev/nvidia", "/dev/dri/card"])}.get(name, "/dev/" + name)
        kinds = [None]
        if self.with_types.setdefault(name, self.chance(0.6)):
            kinds = self.pick([["a100"], ["h100"], ["a100", "1g.5gb"], ["1080ti", "v100", "p4"]])
        flags = self.pick([None, None, ["nvidia_gpu_env"]]) if name == "gpu" else None
        cores, width, at, out = self.chance(0.3), self.pick([0, 0, 2]), self.r.randint(0, 1), []
        for kind in kinds:
            n = self.r.randint(1, most)
            low, high = f"{at:0{width}}", f"{at + n - 1:0{width}}"
            g = {"file": f"{path}[{low}-{high}]" if n > 1 else path + low}
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

    def boot_nodes(self, kinds, most):
        """A group of nodes, with its host or hosts if they are written, and how many hosts it takes."""
        g, body = self.small_group(most), {}
        h = self.hardware()
        if kinds and self.chance(0.5):
            name = self.pick(list(kinds))
            body["hardware"], h = name, kinds[name]
        else:
            body.update(h)
            body.update(self.offers(h))
        if "hardware" in body and self.chance(0.2):
            body["memory"] = self.pick(["90%", "60%", "700M"])
        if self.chance(0.1):
            body["state"] = self.pick(["unknown", "idle"])
        if self.chance(0.15):
            o = self.options(spec.NODE, "slurm.conf", "node", 2)
            if o:
                body["options"] = o
        if self.chance(0.15):
            body["port"] = 7000 if self.chance(0.5) else f"[7000-{6999 + len(g.names)}]" if len(g.names) > 1 else 7001
        hosts = {}
        if self.chance(0.2):
            # Hosts of other names. A machine runs one slurmd: as many hosts as nodes.
            n, p = len(g.names), self.fresh()
            names = f"{p}[1-{n}]" if n > 1 else f"{p}1"
            hosts[names] = {"address": self.addresses(n)} if self.all_addresses or self.chance(0.5) else {}
            body["host"] = self.pick([names, {"spread": names}])
        elif self.all_addresses or self.chance(0.4):
            hosts[g.text] = {"address": self.addresses(len(g.names))}
        for host in hosts.values():
            if self.chance(0.1):
                host["ssh"] = {"user": self.word(2), "port": self.r.randint(1, 65535)}
        return g, body, hosts

    # ---- partitions
    def partition(self, i, groups, qos, accounts):
        p = super().partition(i, groups, qos, accounts)
        if i == 0 and self.chance(0.3):
            p["nodes"] = [g.text for g in groups]
        return p

    def partition_body(self, qos, accounts):
        p = super().partition_body(qos, accounts)
        for key in ("state", "req_resv", "disable_root_jobs", "qos"):
            p.pop(key, None)
        # The whole partition is asked for, then single nodes, and all GPUs of one.
        smallest = {"max_nodes": 10, "max_cpus_per_node": 1024, "max_cpus_per_socket": 64}
        for key, least in smallest.items():
            if key in p:
                p[key] = max(p[key], least)
        if "allow_groups" in p:
            p["allow_groups"] = self.some(["root", "users", "staff"])
        for key, values in (("def_mem_per_cpu", ["3M", "8M"]), ("def_mem_per_node", ["100M", "200M"]),
                            ("def_mem_per_gpu", ["20M", "100M"])):
            if key in p:
                p[key] = self.pick(values)
        # Several CPUs for one task may be others than the two or so that this machine has, and cannot be bound to.
        p.pop("def_cpu_per_gpu", None)
        # root is of the account root, and of the QOS normal.
        for key, own in (("allow_qos", "normal"), ("allow_accounts", "root")):
            if key in p and own not in p[key]:
                p[key] = p[key] + [own]
        if "normal" in p.get("deny_qos", []):
            del p["deny_qos"]
        free = [q for q in qos if q in self.free_qos]
        if free and self.chance(0.3):
            p["qos"] = self.pick(free)
        if self.chance(0.1):
            p["alloc_nodes"] = self.submit
        return p

    def accounting(self):
        a, qos, accounts = super().accounting()
        a.pop("external", None)
        a.pop("database", None)
        if self.chance(0.5):
            a["database"] = self.pick(["mariadb", {"name": "slurm_" + self.word(), "user": self.word(2)}])
        if "all" in a.get("enforce", []):
            a["enforce"] = ["associations", "limits", "qos", "safe"]
        limits = ("max_tres_per_job", "max_tres_per_user", "group_tres")
        self.free_qos = [n for n, q in a.get("qos", {}).items() if not any(k in q for k in limits)]
        for q in a.get("qos", {}).values():
            if self.gres and self.chance(0.2):
                q.setdefault("max_tres_per_user", {})["gres/" + self.pick(self.gres)] = self.r.randint(1, 64)
        self.free_qos = [n for n in self.free_qos if "max_tres_per_user" not in a["qos"][n]]
        return a, qos, accounts

    # ---- services and the rest
    def boot_slurm(self):
        s = self.slurm_body()
        for key in ("constrain", "options", "cgroup"):
            s.pop(key, None)
        if self.chance(0.8):
            o = self.options(KNOWN, "slurm.conf", "global", 14)
            if o.get("PriorityType") == "priority/basic":
                o = {k: v for k, v in o.items() if not k.startswith("Priority") or k == "PriorityType"}
            if self.chance(0.2):
                o["PreemptType"] = "preempt/partition_prio"
                o["PreemptMode"] = self.pick(["REQUEUE", "CANCEL", ["SUSPEND", "GANG"]])
            if o:
                s["options"] = o
        if self.chance(0.1) and self.slurm.before("24.11"):
            s["auth"] = "slurm"  # Debian has the plugin from there on
        if "debug" in s:  # quiet and debug4 tell a test nothing, the one by silence
            s["debug"] = {k: self.pick(["error", "info", "verbose", "debug", "debug2", "debug3"]) for k in s["debug"]}
        return s

    def places(self, groups, hosts):
        """Who carries the services: a head or a node's host; what is apart; and a second controller, rarely."""
        single = [n for n in hosts if "[" not in n and "," not in n]
        if single and self.chance(0.25):
            head = self.pick(single)
        else:
            head = self.new_host(hosts)
        return head

    def new_host(self, hosts):
        name = self.fresh(10)
        hosts[name] = {"address": self.addresses(1)} if self.all_addresses or self.chance(0.4) else {}
        self.left -= 1
        return name

    def boot_services(self, head, accounting, hosts, storage):
        s = {"default": {"host": head}} if self.chance(0.6) else {}
        controllers = [head]
        if self.left > 0 and self.chance(0.1):
            controllers.append(self.new_host(hosts))
            s["slurmctld"] = {"host": controllers}
            storage["state"] = {"type": "nfs", "server": "nas.example.org", "export": "/export/slurmctld",
                                "mount": "/var/lib/slurm/slurmctld", "owner": "slurm", "group": "slurm", "mode": "0700",
                                "on": ["slurmctld"]}
        elif not s or self.chance(0.3):
            s["slurmctld"] = {"host": head}
        if accounting is not None:
            for name in ("slurmdbd", "database"):
                apart = self.left > 0 and self.chance(0.3) and not (self.key and name == "slurmdbd")
                if apart or "default" not in s:
                    s[name] = {"host": self.new_host(hosts) if apart else head}
        if self.chance(0.5):
            s["login"] = {"host": self.new_host(hosts) if self.left > 0 and self.chance(0.6) and not self.key else head}
        for name in list(s) + ["slurmd"]:
            if name != "default" and self.chance(0.3):
                s.setdefault(name, {})["environment"] = {
                    "LAB_" + self.word().upper(): self.text() for _ in range(self.r.randint(1, 3))}
            if name not in ("default", "login") and self.chance(0.3):
                s.setdefault(name, {})["limits"] = {k: self.pick(["infinity", "65536"] if k != "nofile" else ["65536", "8192"])
                                                    for k in self.some(["memlock", "nofile"])}
        self.submit = controllers + ([s["login"]["host"]] if "login" in s and s["login"]["host"] != head else [])
        return s

    def whole(self):
        self.left = self.r.randint(2, 10)  # hosts
        s = {"hpcc": 1, "cluster": self.word(1, 20)}
        if self.chance(0.4):
            s["description"] = self.text()
        s["slurm"] = self.boot_slurm()
        # With auth/slurm clients ask a daemon on their host for proof, and hpcc places no sackd yet where there is none.
        self.key = s["slurm"].get("auth") == "slurm"
        options = s["slurm"].get("options", {})
        kinds = {}
        for _ in range(self.r.randint(0, 2)):
            h = self.hardware()
            kinds[self.fresh()] = {**h, **self.offers(h)}
        self.left -= 1  # the head
        nodes, hosts, groups = {}, {}, []
        for _ in range(self.r.randint(1, 4)):
            if self.left < 1 or (groups and self.left < 2):
                break
            g, body, its = self.boot_nodes(kinds, self.left)
            nodes[g.text] = body
            hosts.update(its)
            groups.append(g)
            self.left -= len(g.names)
        used = {b.get("hardware") for b in nodes.values()}
        kinds = {k: v for k, v in kinds.items() if k in used}
        offered = list(kinds.values()) + list(nodes.values())
        self.features = [f for b in offered for f in b.get("features", [])]
        self.gres = sorted({x for b in offered for x in b.get("gres", {})})
        self.left += 1
        head = self.places(groups, hosts)
        self.free_qos, storage = [], {}
        accounting, qos, accounts = self.accounting() if self.chance(0.35) else (None, [], [])
        if accounting is None:
            self.forget_fair_shares(options)
            for key in ("PriorityWeightFairshare", "PriorityWeightAge"):
                options.pop(key, None)  # an error in slurmctld's log; the second in 26.05's
        services = self.boot_services(head, accounting, hosts, storage)
        if self.chance(0.3):
            storage.update(self.storage(hosts))
        if hosts:
            s["hosts"] = hosts
        if kinds:
            s["hardware"] = kinds
        s["nodes"] = nodes
        if self.chance(0.2):
            s["defaults"] = {}
            if self.chance(0.6):
                s["defaults"]["node"] = {"weight": 7, "tmp_disk": "300M"}
            s["defaults"]["partition"] = {"max_time": "7d", "over_time_limit": "10m"}
        parts = {}
        for i in range(self.r.randint(1, 4)):
            parts[self.fresh(12)] = self.partition(i, groups, qos, accounts)
        names = list(parts)
        if len(names) > 1 and self.chance(0.2):
            parts[names[0]]["alternate"] = names[1]
        s["partitions"] = parts
        if not options:
            s["slurm"].pop("options", None)
        if services:
            s["services"] = services
        if accounting is not None:
            s["accounting"] = accounting
        if storage:
            s["storage"] = storage
        for key, p, make in (("users", 0.4, self.users), ("files", 0.4, self.files)):
            if self.chance(p):
                s[key] = make()
        if self.chance(0.3):
            # mpi_pmix is in a package of its own, or in none.
            s["mpi"] = self.pick(["none", {"implementation": "mpich"}, {"implementation": "none", "ports": "12000-12999"}])
        if self.chance(0.2) and not self.key:
            s["secrets"] = {"munge": {"bytes": 64}}
        if self.chance(0.5):
            s["targets"] = {"slurm": self.pick([{"etc_hosts": False}, {"etc_hosts": True}])}
        return s


if __name__ == "__main__":
    sys.exit(spec.main(Boot, "boot_spec.py"))
