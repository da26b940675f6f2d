#!/usr/bin/python3
"""Configurations that are right, broken in known ways: hpcc lint must name the line.

    tests/mutate.py HPCC [SEED]

Takes the Slurm files of tests/import/*/ and those that hpcc builds of specs/*.yaml, changes one thing in one line of each, and
looks for a finding of the rule that it breaks on that line, which was not there before: an error where Slurm would stop, a
warning at least where it would take something else. Prints a line for each kind of change: ok or FAIL. The same seed makes the same changes.
"""

import concurrent.futures
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

RELEASE = "24.11"
ROOT = pathlib.Path(__file__).resolve().parent.parent


def lint(hpcc, folder):
    """The findings on the files of a folder."""
    run = subprocess.run([hpcc, "lint", "--slurm", RELEASE, "--format", "json", "--limit", "0", str(folder)], capture_output=True, text=True)
    if run.returncode not in (0, 2):
        raise SystemExit(f"FAIL mutate: lint ended with {run.returncode}: {run.stderr}")
    return json.loads(run.stdout)["diagnostics"]


# A change takes a line of slurm.conf and gives what becomes of it, or None where it does not apply.


def misspelt_key(line, rng):
    m = re.match(r"([A-Z][A-Za-z]{5,})=", line)
    if not m or m.group(1) in ("Include",):
        return None
    key = m.group(1)
    at = rng.randrange(2, len(key) - 2)
    wrong = key[:at] + key[at + 1] + key[at] + key[at + 2 :]
    return None if wrong.lower() == key.lower() else wrong + line[m.end(1) :]


def misspelt_inner_key(line, rng):
    keys = [m for m in re.finditer(r" ([A-Z][A-Za-z]{5,})=", line)] if line.startswith(("NodeName=", "PartitionName=")) else []
    if not keys:
        return None
    m = rng.choice(keys)
    return line[: m.start(1)] + m.group(1)[:3] + "x" + m.group(1)[3:] + line[m.end(1) :]


def no_value(line, rng):
    return re.sub(r"=.*", "=", line) if re.match(r"[A-Z]\w+=\S+$", line) else None


def no_equals(line, rng):
    return line.replace("=", " ", 1) if re.match(r"[A-Z]\w+=\S+$", line) else None


def second_key(line, rng):
    return line + " MessageTimeout=20" if re.match(r"[A-Z]\w+=\S+$", line) and not line.startswith(("NodeName", "Partition", "NodeSet", "DownNodes")) else None


def wrong_suffix(line, rng):
    return re.sub(r"(RealMemory=\d+)", r"\1G", line) if re.search(r" RealMemory=\d+(\s|$)", line) else None


def too_large(line, rng):
    return re.sub(r"=\d+$", "=70000", line) if re.match(r"(KillWait|SlurmdTimeout|SlurmctldTimeout|MessageTimeout|ReturnToService)=\d+$", line) else None


# Keys that are numbers to Slurm's parser: others read their digits their own way (SuspendTime, RequeueExitHold).
NUMBERS = r"(KillWait|InactiveLimit|WaitTime|MinJobAge|Max(Job|Step)Count|MaxArraySize|MessageTimeout|Slurm(ctld|d)Timeout|BatchStartTimeout|ResumeTimeout|SuspendTimeout|SuspendRate|ResumeRate|TreeWidth|PriorityWeight(Age|QOS|Partition|Fairshare|JobSize)|HealthCheckInterval|TCPTimeout|UnkillableStepTimeout|SchedulerTimeSlice)"


def octal(line, rng):
    m = re.match(NUMBERS + r"=([1-9]\d+)$", line)
    digits = line.split("=")[-1]
    return line.replace("=", "=0", 1) if m and not set(digits) & set("89") else None


def not_bool(line, rng):
    return re.sub(r"Default=YES", "Default=ja", line) if "Default=YES" in line else None


def unknown_node(line, rng):
    return re.sub(r" Nodes=(\w+)", r" Nodes=\1zz", line, count=1) if line.startswith("PartitionName=") and re.search(r" Nodes=(?!ALL)[a-z]", line) else None


def bad_range(line, rng):
    m = re.search(r"(NodeName=[a-z]+\[)(\d+)-(\d+)\]", line)
    return line[: m.start()] + f"{m.group(1)}{m.group(3)}-{m.group(2)}]" + line[m.end() :] if m and m.group(2) != m.group(3) else None


def plugin(line, rng):
    return re.sub(r"=(\w+/\w+?)(\w)$", r"=\1", line) if re.match(r"(SelectType|SchedulerType|AuthType|PriorityType)=\w+/\w+$", line) else None


def adds(line, rng):
    return line.replace("=", "+=", 1) if re.match(r"\w+(Parameters|Flags)=", line) else None


def unclosed(line, rng):
    return line.replace("=", '="', 1) if re.match(r"[A-Z]\w+=[^\s\"]+$", line) else None


def hash_in_quotes(line, rng):
    return line + ' Reason="rack 1 # left" Weight=7' if line.startswith("NodeName=") and "Reason=" not in line and "Weight=" not in line else None


def cpus(line, rng):
    m = re.search(r" CPUs=(\d+)", line)
    return line.replace(m.group(0), f" CPUs={int(m.group(1)) * 3 + 1}") if m and "Sockets=" in line and line.startswith("NodeName=") else None


def time(line, rng):
    return re.sub(r" MaxTime=\S+", " MaxTime=3days", line) if line.startswith("PartitionName=") and " MaxTime=" in line else None


def port(line, rng):
    return re.sub(r"=\d+$", "=0", line) if re.match(r"Slurm(ctld|d)Port=\d+$", line) else None


def gone(line, rng):
    return "SchedulerAuth=auth/none" if re.match(r"[A-Z]\w+=\S+$", line) and not line.startswith(("NodeName", "Partition")) else None


def later(line, rng):
    return line + " Exclusive=USER" if line.startswith("PartitionName=") and "Exclusive" not in line else None


def twice(line, rng):
    return line + "\n" + line if line.startswith(("PartitionName=", "NodeName=")) and "=DEFAULT" not in line else None


def indented_include(line, rng):
    return "  " + line if line.lower().startswith("include ") else None


def missing_include(line, rng):
    return line + "x" if re.match(r"[Ii]nclude \S+$", line) else None


def gres_type(line, rng):
    return re.sub(r" Gres=(\w+)", r" Gres=\1x", line) if line.startswith("NodeName=") and " Gres=" in line else None


# name: (change, severity that is wanted, the line within what it makes, the rule that says it, or one of them)
CHANGES = {
    "a key misspelt": (misspelt_key, "error", 0, "unknown-slurm-key"),
    "a key of a node or partition misspelt": (misspelt_inner_key, "error", 0, "unknown-slurm-key"),
    "a value missing": (no_value, "error", 0, "slurm-syntax"),
    "'=' missing": (no_equals, "error", 0, "slurm-syntax"),
    "a second key on the line": (second_key, "error", 0, "slurm-syntax"),
    "memory with a G": (wrong_suffix, "error", 0, "bad-slurm-value"),
    "a number too large": (too_large, "error", 0, "bad-slurm-value"),
    "a leading zero": (octal, "warning", 0, "octal-number"),
    "neither yes nor no": (not_bool, "error", 0, "bad-slurm-value"),
    "a partition's node unknown": (unknown_node, "error", 0, "unknown-node"),
    "a range the wrong way round": (bad_range, "error", 0, "bad-hostlist"),
    "a plugin misspelt": (plugin, "error", 0, "unknown-slurm-word"),
    "'+=' for '='": (adds, "warning", 0, "slurm-misread"),
    "a quote not closed": (unclosed, "warning", 0, "slurm-misread"),
    "'#' in quotes": (hash_in_quotes, "warning", 0, "slurm-syntax"),
    "CPUs that do not multiply": (cpus, "warning", 0, "cpus-mismatch"),
    "a time in words": (time, "error", 0, "bad-slurm-value"),
    "port 0": (port, "error", 0, "bad-port"),
    "a key that is gone": (gone, "error", 0, "slurm-key-release"),
    "a key that is to come": (later, "error", 0, "slurm-key-release"),
    "a line twice": (twice, "error", 1, "duplicate-node duplicate-partition"),
    "an Include indented": (indented_include, "error", 0, "slurm-include"),
    "an Include of nothing": (missing_include, "error", 0, "slurm-include"),
    "a GRES that nobody knows": (gres_type, "warning", 0, "gres-not-in-types"),
}

def bases(hpcc, work):
    """Folders with configurations that have no error."""
    found = []
    for spec in sorted((ROOT / "specs").glob("*.yaml")):
        out = work / "built" / spec.stem
        run = subprocess.run([hpcc, "build", str(spec), "--target", "slurm", "-o", str(out)], capture_output=True, text=True)
        made = out / "slurm/files/etc/slurm"
        if run.returncode != 0 or not (made / "slurm.conf").exists():
            continue
        # The password is made where the cluster is brought up.
        if (made / "slurmdbd.conf").exists():
            text = (made / "slurmdbd.conf").read_text()
            (made / "slurmdbd.conf").write_text(re.sub(r"^Include .*$", "Include password.inc", text, flags=re.M))
            (made / "password.inc").write_text("StoragePass=x\n")
        found.append(made)
    found += sorted(p.parent for p in (ROOT / "tests/import").glob("*/slurm.conf"))
    return found


def joined(lines, i):
    """Whether a line is a part of another, or goes on in one."""
    return lines[i].rstrip().endswith("\\") or (i > 0 and lines[i - 1].rstrip().endswith("\\"))


def included(base):
    """Names of the files that slurm.conf includes, as far as they lie beside it."""
    text = (base / "slurm.conf").read_text(errors="surrogateescape")
    return {m.split("/")[-1] for m in re.findall(r"^include\s+(\S+)", text, flags=re.M | re.I)}


def changed(base, name, rng):
    """A change of that kind in one of the base's files: (file, line number, the file's new text), or None."""
    change, _, offset, _ = CHANGES[name]
    places = []
    for path in sorted(base.iterdir()):
        if path.name != "slurm.conf" and path.name not in included(base):
            continue
        lines = path.read_text(errors="surrogateescape").split("\n")
        places += [(path, lines, i) for i, line in enumerate(lines) if line and line[0] not in "# " and not joined(lines, i)]
    rng.shuffle(places)
    for path, lines, i in places:
        new = change(lines[i].split(" #")[0].rstrip(), rng)
        if new is not None and new != lines[i]:
            return path.name, i + 1 + offset, "\n".join(lines[:i] + [new] + lines[i + 1 :])
    return None


def label(base):
    """A name that is the same on every machine."""
    return base.name if base.parent.name == "import" else base.parts[-5]


def copy(base, to):
    shutil.copytree(base, to)


def at(findings, name, line):
    return {(d["rule"], d["severity"]) for d in findings if pathlib.Path(d.get("file", "")).name == name and d.get("line") == line}


def try_one(hpcc, work, base, before, name, seed):
    """None where the change does not apply, else what is wrong ("": nothing)."""
    made = changed(base, name, random.Random(f"{seed} {label(base)} {name}"))
    if not made:
        return None
    file, line, text = made
    folder = work / "broken" / name.replace("'", "").replace(" ", "-") / str(base).strip("/").replace("/", "-")
    copy(base, folder)
    (folder / file).write_text(text, errors="surrogateescape")
    new = at(lint(hpcc, folder), file, line)
    _, severity, _, rules = CHANGES[name]
    wanted = {"error"} if severity == "error" else {"error", "warning"}
    old = at(before, file, line)
    if any(rule in rules.split() and severity in wanted and (rule, severity) not in old for rule, severity in new):
        return ""
    return f"{base}: {file}:{line}: {text.splitlines()[line - 1][:120]!r}: said {sorted(new) or 'nothing'}, not {rules}"


def main():
    hpcc, seed = str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2] if len(sys.argv) > 2 else "1"
    failed = 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(4) as pool:
        work = pathlib.Path(folder)
        all_bases = bases(hpcc, work)
        before = dict(zip(all_bases, pool.map(lambda b: lint(hpcc, b), all_bases)))
        for base, findings in before.items():
            errors = [d for d in findings if d["severity"] == "error"]
            if errors:
                failed += 1
                print(f"FAIL mutate: {base} has an error before it is changed: {errors[0]['message']} [{errors[0]['rule']}]")
        for name in CHANGES:
            jobs = [pool.submit(try_one, hpcc, work, b, before[b], name, seed) for b in all_bases]
            said = [s for s in (j.result() for j in jobs) if s is not None]
            wrong = [s for s in said if s]
            for s in wrong:
                print(f"     {s}")
            if not said or wrong:
                failed += 1
                print(f"FAIL mutate: {name}: {len(wrong)} of {len(said)} not found" if said else f"FAIL mutate: {name}: nothing to change")
            else:
                print(f"ok mutate: {name} ({len(said)})")
    return 1 if failed else 0


sys.exit(main())
