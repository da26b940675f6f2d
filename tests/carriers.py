#!/usr/bin/env python3
"""Hostile texts through every free-text key: do they arrive unchanged?

    tests/carriers.py HPCC

The deterministic twin of tests/fuzz/fuzz_carrier.c, with readers that are not ours: each text below goes through every key
that takes free text, all targets are built, and each file is read back by an independent reader: /etc/default/* and cluster.env by
sh, the inventory by PyYAML (/usr/bin/python3 has it), TSV by its tabs, Slurm's files by a reader of its grammar
(parse_config.c) and, where scontrol is here, slurm.conf by the real one as well. A text either arrives unchanged, and
nothing else changes with it, or is refused by a diagnostic with its place. One line a key and text, ok or FAIL;
then a summary. Exits with 1 when one failed.
"""
import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    yaml = None
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)

TEXTS = ["$HOME", "${X:-y}", "$(id)", "`id`", "%i", "%(x)s", "%n", "{{x}}", "#", "a # b", "a#b", "\\n", '"', "'", "it's",
         '"a b"', 'a"b', "\\", "a\\", "a\\\\#b", ";", "|", "&", ">", "<", "*", "~", "!", ",", "a,b", "=", "a=b", "[1-2]", "a b",
         " lead", "trail ", "yes", "no", "null", "1.10", "0x10", "010", "- x", "x: y", "? x", "@x", "%YAML", "---", "...",
         "é✓", "a\nb", "a\tb", "a\x1bb", "a\rb", "a\u0085b", "a\u2028b",
         "$HOME ${X:-y} $(id) %i %(x)s {{x}} # \" ' \\ ; | & > < * ~ ! ,= [1-2]"]
WORD = "harmless"

BASE = """hpcc: 1
cluster: x
slurm: {{ version: 24.11{slurm} }}
nodes: {{ c1: {{ cpus: 1, memory: 1G, gres: {{ gpu: {{ count: 1, file: /dev/tty1{gres} }} }}{node} }} }}
partitions: {{ p: {{ nodes: c1, default: true{partition} }} }}
accounting: {{ qos: {{ q: {{ priority: 1{qos} }} }}, accounts: {{ a: {{ fairshare: 1{account} }} }}{accounting} }}
targets: {{ slurm: {{}}, ansible: {{{ansible}}} }}
{end}
"""

# The same for containers: `$` is special to compose, and the Dockerfile and supervisord have readers of their own.
CONTAINERS = """hpcc: 1
cluster: x
slurm: {{ version: 24.11 }}
nodes: {{ c1: {{ cpus: 1, memory: 1G{node} }} }}
partitions: {{ p: {{ nodes: c1, default: true }} }}
services: {{ slurmd: {{ shm: 1G{service} }} }}
storage: {{ s: {{ type: {storage} }} }}
images: {{ slurm: {{ base: "debian:trixie"{image} }} }}
users: {{ u: {{ uid: 3000{user} }} }}
targets: {{ compose: {{ init: supervisord }} }}
{end}
"""
# In a swarm: the stack has `$` as compose has it, and names that change with what they name.
SWARM = CONTAINERS.replace("targets: {{ compose: {{ init: supervisord }} }}", "targets: {{ swarm: {{ init: supervisord }} }}")
HOLES = {"slurm", "gres", "node", "partition", "qos", "account", "accounting", "ansible", "end", "service", "storage", "image", "user"}

# Where the text stands, the file that carries it, and its reader. Rows of the tables whose value is VALUE_TEXT, LONGTEXT,
# TEXTS or OPTIONS and that no check narrows to words; some that a check narrows, to see it refuse.
KEYS = [
    ("end", "description: @", "slurm.conf", "bytes"),
    ("slurm", ", options: { MailProg: @ }", "slurm.conf", "conf"),
    ("slurm", ", options: { MailProg: [@] }", "slurm.conf", "conf"),
    ("slurm", ", options: { InteractiveStepOptions: @ }", "slurm.conf", "conf"),
    ("slurm", ", options: { Licenses: [first, @] }", "slurm.conf", "conf"),
    ("slurm", ", cgroup: { CgroupMountpoint: @ }", "cgroup.conf", "conf"),
    ("node", ", state: down, reason: @", "slurm.conf", "conf"),
    ("node", ", features: [@]", "slurm.conf", "conf"),
    ("node", ", options: { TRESWeights: @ }", "slurm.conf", "conf"),
    ("partition", ", tres_billing_weights: { CPU: @ }", "slurm.conf", "conf"),
    ("partition", ", allow_groups: [@]", "slurm.conf", "conf"),
    ("gres", ", links: @", "gres.conf", "conf"),
    ("accounting", ", options: { ArchiveScript: @ }", "slurmdbd.conf", "conf"),
    ("accounting", ", options: { StorageParameters: @ }", "slurmdbd.conf", "conf"),
    ("end", "mpi: { options: { PMIxEnv: @ } }", "mpi.conf", "conf"),
    ("end", "mpi: { mca: { btl: @ } }", "mpi.tsv", "tsv"),
    ("slurm", ", spank: [{ plugin: x.so, arguments: [@] }]", "plugstack.conf", "bytes"),
    ("qos", ", description: @", "accounting.tsv", "tsv"),
    ("qos", ", max_tres_per_job: { cpu: @ }", "accounting.tsv", "tsv"),
    ("qos", ", group_tres: { cpu: @ }", "accounting.tsv", "tsv"),
    ("qos", ", flags: [@]", "accounting.tsv", "tsv"),
    ("account", ", description: @", "accounting.tsv", "tsv"),
    ("account", ", organization: @", "accounting.tsv", "tsv"),
    ("ansible", " variables: { v: @ }", "inventory.yaml", "yaml"),
    ("ansible", " variables: { v: [@, w] }", "inventory.yaml", "yaml"),
    ("end", "services: { slurmd: { environment: { V: @, W: w } } }", "slurmd", "shell"),
    ("end", "services: { slurmctld: { environment: { V: @ } } }", "slurmctld", "shell"),
    ("end", "services: { slurmd: { limits: { memlock: @ } } }", "hpcc.conf", "bytes"),
    ("end", "files: { f: { path: /etc/motd, content: @ } }", "motd", "bytes"),
    ("end", "files: { f: { path: /etc/motd, content: x, owner: @ } }", "files.tsv", "tsv"),
    ("end", "hosts: { c1: { ssh: { key: @ } } }", "inventory.yaml", "yaml"),
    ("end", "secrets: { munge: { file: @ } }", "secrets.tsv", "tsv"),
    ("end", "storage: { s: { type: tmpfs, mount: /m, options: [@] } }", "mounts.tsv", "tsv"),
    ("end", "users: { u: { uid: 3000, groups: [@] } }", "users.tsv", "tsv"),
    ("accounting", ", database: { host: h, name: @ }", "slurmdbd.conf", "conf"),
]
CONTAINER_KEYS = [
    ("end", "description: @", "slurm.conf", "bytes"),
    ("service", ", environment: { V: @, W: w }", "compose.yaml", "compose"),
    ("storage", "bind, mount: /m, source: @", "compose.yaml", "compose"),
    ("storage", "nfs, mount: /m, export: /e, server: nas, options: [@]", "compose.yaml", "compose"),
    ("storage", "nfs, mount: /m, export: @, server: nas", "compose.yaml", "compose"),
    ("image", ", packages: [@]", "Dockerfile", "bytes"),
    ("user", ", home: @", "users.tsv", "tsv"),
    ("end", "files: { f: { path: /etc/motd, content: @ } }", "motd", "bytes"),
]
SWARM_KEYS = [
    ("end", "description: @", "slurm.conf", "bytes"),
    ("service", ", environment: { V: @, W: w }", "stack.yaml", "compose"),
    ("service", ", aliases: [@]", "stack.yaml", "compose"),
    ("storage", "bind, mount: /m, source: @", "stack.yaml", "compose"),
    ("storage", "nfs, mount: /m, export: /e, server: nas, options: [@]", "stack.yaml", "compose"),
    ("storage", "nfs, mount: /m, export: @, server: nas", "stack.yaml", "compose"),
    ("image", ", registry: @", "stack.yaml", "compose"),
    ("user", ", home: @", "users.tsv", "tsv"),
    ("end", "files: { f: { path: /etc/motd, content: @ } }", "motd", "bytes"),
]


# ---- independent readers: a file becomes a list of values, one for each thing that it says

def read_conf(text):
    """slurm.conf(5) as parse_config.c has it: comments, continuations, escapes, key=value."""
    out, pattern = [], re.compile(r'\s*([\w.]+)\s*[-*+/]?=\s*(?:"([^"]*)"|(\S+))(?=\s|$)', re.A)
    for line in text.split("\n"):
        at = next((m.start() for m in re.finditer("#", line)
                   if (len(line[:m.start()]) - len(line[:m.start()].rstrip("\\"))) % 2 == 0), None)
        line = line[:at]
        if (len(line) - len(line.rstrip("\\"))) % 2:
            raise ValueError("goes on in the next line: " + line)
        line = re.sub(r"\\(.)", r"\1", line)
        if line.lower().startswith("include "):
            out += [line, "\n"]
            continue
        at = 0
        while m := pattern.match(line, at):
            out += [m[1], m[3] if m[2] is None else m[2]]
            at = m.end()
        if line[at:].strip():
            raise ValueError("no key=value: " + line[at:])
        if at:
            out.append("\n")
    return out


def read_shell(text):
    """What sh makes of it. No variable of its own may change, nothing may be run."""
    with tempfile.NamedTemporaryFile("w", suffix=".env", newline="") as f:
        f.write(text)
        f.flush()
        run = subprocess.run(["env", "-i", "HOME=/home/of/sh", "PATH=/nonexistent", "/bin/sh", "-c", 'set -aeu; . "$1"; exec /usr/bin/printenv -0',
                              "sh", f.name], capture_output=True, check=False)
    if run.returncode or run.stderr:
        raise ValueError(f"sh: {run.returncode} {run.stderr!r}")
    got = sorted(run.stdout.decode().split("\0"))
    return [v for v in got if v and v.split("=")[0] not in ("HOME", "PATH", "PWD", "OLDPWD", "SHLVL", "_")]


def read_yaml(text):
    def flat(x):
        if isinstance(x, dict):
            return [y for k, v in x.items() for y in [k] + flat(v)]
        return [y for v in x for y in flat(v)] if isinstance(x, list) else [x]
    return flat(yaml.safe_load(text))


def read_tsv(text):
    return [x for line in text.split("\n") for x in line.split("\t") + ["\n"]]


def read_compose(text):
    """YAML, and then compose's interpolation: `$$` is a dollar, and only hpcc's own variables may be expanded."""
    out = []
    for x in read_yaml(text):
        if isinstance(x, str):
            for name in re.findall(r"\$(.)", x.replace("$$", "")):
                if name != "{":
                    raise ValueError(f"compose would refuse {x!r}")
            x = re.sub(r"\$\$|\$\{(\w+):-([^}]*)\}", lambda m: "$" if m[0] == "$$" else f"<{m[1]}>{m[2]}", x)
            # A config of a swarm: its name ends in the sum of what it holds.
            if x.startswith("<HPCC_STACK>"):
                x = re.sub("_[0-9a-f]{12}$", "", x)
        out.append(x)
    return out


READERS = {"compose": read_compose, "conf": read_conf, "shell": read_shell, "yaml": read_yaml, "tsv": read_tsv, "bytes": lambda t: [t]}


class Tests:
    def __init__(self, hpcc, work, base):
        self.hpcc, self.work, self.base = hpcc, work, base
        self.ok = self.refused = self.failed = 0
        self.lines = []
        self.scontrol = shutil.which("scontrol")

    def build(self, hole, piece, text):
        """All files by path, or the findings."""
        parts = dict.fromkeys(HOLES, "")
        parts["storage"] = "tmpfs, mount: /m"
        parts[hole] = piece.replace("@", json.dumps(text))
        spec, out = os.path.join(self.work, "spec.yaml"), os.path.join(self.work, "out")
        with open(spec, "w", encoding="utf-8", newline="") as f:
            f.write(self.base.format(**parts))
        shutil.rmtree(out, ignore_errors=True)
        run = subprocess.run([self.hpcc, "build", "--quiet", "-o", "out", "spec.yaml"], cwd=self.work, capture_output=True,
                             text=True, errors="surrogateescape", check=False, timeout=20)
        if run.returncode:
            return None, run.stderr
        files = {}
        for path in glob.glob(out + "/**", recursive=True):
            if os.path.isfile(path):
                with open(path, encoding="utf-8", newline="") as f:
                    files[os.path.relpath(path, out)] = f.read()
        return files, run.stderr

    def compare(self, key, text, harmless, files, word):
        hole, piece, carrier, reader = key
        if harmless.keys() != files.keys():
            raise ValueError(f"other files: {harmless.keys() ^ files.keys()}")
        there = False
        for path, was in harmless.items():
            now = files[path]
            if piece.startswith("description"):
                # A comment of YAML's ends where YAML knows an end of a line: the rest goes on in a comment of its own.
                same = path.endswith(("compose.yaml", "stack.yaml")) and read_compose(now) == read_compose(was)
                if now != was.replace(word, text) and not same:
                    raise ValueError(f"{path}: {now!r}")
            if os.path.basename(path) == "cluster.env":
                if read_shell(now) != sorted(v.replace(word, text) for v in read_shell(was)):
                    raise ValueError(f"{path}: {now!r}")
                continue
            if os.path.basename(path) != carrier:
                # A manifest holds the sums of the others, a stack the names of its configs by their sums; what is mounted is told
                # to engines and to verify.
                if path.endswith("stack.yaml") and read_compose(now) == read_compose(was):
                    continue
                if path.endswith(("mounts.tsv", "hosts.tsv", "images.tsv")) and read_tsv(now) == [x.replace(word, text) for x in read_tsv(was)]:
                    continue
                if now != was and not piece.startswith("description") and "manifest" not in path:
                    raise ValueError(f"{path} changed too")
                continue
            there = True
            if piece.startswith("description") and read_conf(now) != read_conf(was):
                raise ValueError(f"{path}: not only a comment changed")
            wanted = [w.replace(word, text) if isinstance(w, str) else w for w in READERS[reader](was)]
            got = READERS[reader](now)
            if reader == "shell":
                wanted.sort()
            if got != wanted:
                raise ValueError(f"{path}: {[g for g in got if g not in wanted]} for {[w for w in wanted if w not in got]}")
            if reader == "conf" and carrier == "slurm.conf":
                self.ask_scontrol(path)
        if not there:
            raise ValueError(f"no {carrier} is written")

    def ask_scontrol(self, path):
        if not self.scontrol:
            return
        env = {**os.environ, "SLURM_CONF": os.path.join(self.work, "out", path)}
        run = subprocess.run([self.scontrol, "show", "hostnames", "c1"], env=env, capture_output=True, text=True, check=False)
        # A value that Slurm itself finds odd is the user's; a file that it cannot read would be ours.
        if re.search("[Pp]arsing error|[Pp]arse error|unrecognized key|Unable to process", run.stderr):
            raise ValueError(f"scontrol: {run.stderr.strip()}")

    def one(self, key, harmless, text, word=WORD):
        name = f"{key[1].strip(', ')} <- {text!r}"
        try:
            files, said = self.build(key[0], key[1], text)
            if files is None:
                if not re.search(r"^spec\.yaml:\d+:\d+: error: ", said, re.M) or re.search("[\x00-\x08\x0b-\x1f]", said):
                    raise ValueError(f"refused without a place: {said!r}")
                self.refused += 1
                self.say("ok", name, "(refused)")
                return
            self.compare(key, text, harmless, files, word)
            self.ok += 1
            self.say("ok", name)
        except (ValueError, subprocess.SubprocessError, UnicodeError) as e:
            self.failed += 1
            self.say("FAIL", name + ":", e)
        except yaml.YAMLError as e:
            self.failed += 1
            self.say("FAIL", name + ":", " ".join(str(e).split()))

    def say(self, *words):
        self.lines.append(" ".join(str(w) for w in words))

    def all_texts(self, key):
        harmless, said = self.build(key[0], key[1], WORD)
        if harmless is None:
            # A key that takes no word at all (a number) must refuse the others too, or carry them.
            number, said = self.build(key[0], key[1], "77")
            path, _ = self.build(key[0], key[1], "/" + WORD)
            if path is not None:
                for text in TEXTS:
                    self.one(key, path, "/" + text, "/" + WORD)
                return
            if number is None:
                self.failed += 1
                self.say("FAIL", key[1], "takes neither a word nor a number:", said.strip().split("\n")[0])
                return
            harmless = {p: re.sub(r"(?<!\d)77(?!\d)", WORD, t) for p, t in number.items()}
        for text in TEXTS:
            self.one(key, harmless, text)


def of_key(hpcc, base, key):
    """One key with all texts, in a folder of its own; in memory, where saving waits for no disk."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as work:
        tests = Tests(hpcc, work, base)
        tests.all_texts(key)
        return tests.lines, tests.ok, tests.refused, tests.failed


def main():
    if len(sys.argv) != 2:
        print("usage: tests/carriers.py HPCC", file=sys.stderr)
        return 1
    if not yaml:
        print("skip carriers: no PyYAML")
        return 77
    arrive = refused = failed = 0
    with concurrent.futures.ProcessPoolExecutor() as pool:
        work = [(BASE, k) for k in KEYS] + [(CONTAINERS, k) for k in CONTAINER_KEYS] + \
            [(SWARM, k) for k in SWARM_KEYS]
        for lines, a, r, f in pool.map(of_key, [os.path.realpath(sys.argv[1])] * len(work), *zip(*work)):
            print("\n".join(lines))
            arrive, refused, failed = arrive + a, refused + r, failed + f
    print(f"{arrive + refused} passed ({arrive} arrive, {refused} refused), {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
