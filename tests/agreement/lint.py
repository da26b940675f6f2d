#!/usr/bin/env python3
"""Does `hpcc lint --slurm` agree with the daemons? Each case of cases/ against what is recorded below it.

    tests/agreement/lint.py HPCC [--show] [--release R]... [FAMILY[: CASE]]...

The tree of files that the daemon had is written anew, linted with --root, and the findings are compared:
    the daemon refuses (FATAL, REFUSE, HANG, SEGFAULT)   an error must be among them
    it complains and runs on (ERROR, WARN)               a warning at least
    it says nothing (OK)                                 an error of ours must stand in stricter.txt with its reason
Findings that the untouched base has as well do not count. --show prints what the daemon said and what we say, a case below
the other. The table of agreement comes last. 1 when a refusal or a complaint is missed, or stricter.txt does not fit.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True

import cases as agreement  # noqa: E402
from cases import REFUSALS, RELEASES  # noqa: E402

# What stands in etc/slurm and is read by its name; an included file is named by who includes it.
NAMES = ["slurm.conf", "cgroup.conf", "gres.conf", "topology.conf", "topology.yaml", "plugstack.conf", "mpi.conf", "acct_gather.conf",
         "job_container.conf", "namespace.yaml", "oci.conf", "helpers.conf", "burst_buffer.conf", "slurmdbd.conf"]
LEVEL = {"info": 0, "warning": 1, "error": 2}


class Broken(Exception):
    """lint could not do its work."""


def lint(hpcc, folder, names, release):
    """The findings: [(severity, rule, message, file, line)], files as the daemon names them."""
    if not names:
        return [("error", "", "there is no file to lint: lint ends with 1", "", None)]
    command = [hpcc, "lint", "--slurm", release, "--root", folder, "--format", "json", "--limit", "0"]
    try:
        done = subprocess.run(command + [folder + agreement.CONF + name for name in names],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)
    except subprocess.TimeoutExpired as error:
        raise Broken("no answer after a minute") from error
    if done.returncode not in (0, 2):
        raise Broken("exit %d: %s" % (done.returncode, (done.stderr + done.stdout).decode("utf-8", "replace").strip()[-400:]))
    try:
        found = json.loads(done.stdout)["diagnostics"]
        return [(d["severity"], d["rule"], d["message"].replace(folder, ""), (d.get("file") or "").replace(folder, ""), d.get("line"))
                for d in found]
    except (ValueError, KeyError, TypeError) as error:
        raise Broken("what it writes is not the JSON of findings: %r" % error) from error


class Linter:
    """Lints cases in folders of its own; several at once."""

    def __init__(self, hpcc, work):
        self.hpcc, self.work = os.path.abspath(hpcc), work
        self.base = {}
        self.lock = threading.Lock()

    def findings(self, case, releases):
        """{release: findings or Broken}: without those of the base."""
        found, before, folder, names = {}, None, None, None
        for release in [release for release in releases if not case.of_machine(release)]:
            tree = agreement.build_tree(case, release)
            if before is None or tree.files != before:
                if folder:
                    shutil.rmtree(folder)
                folder, before = tempfile.mkdtemp(dir=self.work), tree.files
                agreement.write_tree(tree, folder, False)
                names = [name for name in NAMES if agreement.CONF + name in tree.files]
            try:
                usual = self.of_base(case.daemon, release)
                found[release] = [d for d in lint(self.hpcc, folder, names, release) if d[:3] not in usual]
            except Broken as broken:
                found[release] = broken
        if folder:
            shutil.rmtree(folder)
        return found

    def of_base(self, daemon, release):
        """What the untouched base is told: it says nothing about a case."""
        key = (daemon == "slurmdbd", release)
        with self.lock:
            if key not in self.base:
                folder = tempfile.mkdtemp(dir=self.work)
                tree = agreement.base_tree(daemon, release)
                agreement.write_tree(tree, folder, False)
                names = [name for name in NAMES if agreement.CONF + name in tree.files]
                self.base[key] = [d[:3] for d in lint(self.hpcc, folder, names, release)]
            return self.base[key]


def read_stricter(path):
    """{(case, rule): reason}. Lines of cases' names; below them, behind blanks, lines of `RULE: reason` for each of them."""
    entries, names, reasons = {}, [], False
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            text = line.rstrip("\n")
            if not text.strip() or text.startswith("#"):
                continue
            if not text.startswith(" "):
                names = [text] if reasons else names + [text]
                reasons = False
                continue
            reasons = True
            rule, colon, reason = text.strip().partition(": ")
            if not names or not colon or not reason.strip() or any((name, rule) in entries for name in names):
                sys.exit("%s:%d: wants cases, and below them once `RULE: reason`" % (path, number))
            entries.update({(name, rule): reason for name in names})
    return entries


def judge(result, findings):
    """What one run comes to: (kind, agreed, rules of ours that refuse what the daemon takes)."""
    worst = max([LEVEL[d[0]] for d in findings], default=-1)
    if result in REFUSALS:
        return "refused", worst >= 2, []
    if result != "OK":
        return "said", worst >= 1, []
    return "quiet", True, sorted({d[1] for d in findings if d[0] == "error"})


def needs_owners(case):
    """Whether it matters who owns what."""
    return case.daemon == "slurmdbd" or any(step == "owner" or step == "dir" and len(value.split()) > 2 for step, value in case.steps)


class Table:
    """The table of agreement: a row a family."""

    COLUMNS = ["cases", "refused", "by us too", "complained", "said too", "quiet", "stricter", "machine", "missed"]

    def __init__(self):
        self.rows = {}

    def add(self, family, column, count=1):
        row = self.rows.setdefault(family, dict.fromkeys(self.COLUMNS, 0))
        row[column] += count

    def show(self):
        total = {column: sum(row[column] for row in self.rows.values()) for column in self.COLUMNS}
        print("     %-12s%s" % ("", "".join("%11s" % column for column in self.COLUMNS)))
        for family, row in list(self.rows.items()) + [("all", total)]:
            print("     %-12s%s" % (family, "".join("%11d" % row[column] for column in self.COLUMNS)))


def line_named(messages):
    """(file, line) of the daemon's message, or nothing."""
    for text in messages:
        found = re.search(r"[Pp]arse error in file (\S+) line (\d+)", text)
        if found:
            return found.group(1), int(found.group(2))
    return None


def show(case, release, recorded, findings):
    print("== %s, %s: %s" % (case, release, recorded[0]))
    for text in recorded[1]:
        print("    slurm  %s" % text)
    for severity, rule, message, file, line in findings:
        print("    hpcc   %s[%s]: %s (%s:%s)" % (severity, rule, message, file, line))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--release", action="append", choices=RELEASES)
    parser.add_argument("hpcc")
    parser.add_argument("what", nargs="*")
    options = parser.parse_args()
    releases = options.release or RELEASES
    os.umask(0o022)

    chosen = [case for path in agreement.family_paths() for case in agreement.read_family(path)[1]
              if agreement.wanted(case, options.what)]
    stricter = read_stricter(os.path.join(agreement.HERE, "stricter.txt"))
    used, known, failed = set(), {str(case) for case in chosen}, {}
    table, lines, same = Table(), 0, 0

    def fail(case, text):
        failed[case.family] = failed.get(case.family, 0) + 1
        print("FAIL %s: %s" % (case, text))

    # Thousands of small trees: in memory where that can be.
    work = tempfile.mkdtemp(prefix="hpcc-agreement-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    try:
        linter = Linter(options.hpcc, work)
        with concurrent.futures.ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
            mine = [case for case in chosen if os.geteuid() == 0 or not needs_owners(case)]
            for case in mine:
                table.add(case.family, "cases")
                table.add(case.family, "machine", sum(case.of_machine(release) for release in releases))
            runs = [(case, pool.submit(linter.findings, case, releases)) for case in mine]
            for case, run in runs:
                for release, findings in run.result().items():
                    recorded = case.results.get(release)
                    if recorded is None:
                        fail(case, "%s: the daemon was never asked (daemons.py --bless)" % release)
                        continue
                    if isinstance(findings, Broken):
                        fail(case, "%s: %s" % (release, findings))
                        continue
                    if options.show:
                        show(case, release, recorded, findings)
                    kind, agreed, harder = judge(recorded[0], findings)
                    for rule in harder:
                        used.add((str(case), rule))
                        if (str(case), rule) not in stricter:
                            fail(case, "%s: Slurm takes it, %s does not, and stricter.txt gives no reason" % (release, rule))
                    table.add(case.family, {"refused": "refused", "said": "complained", "quiet": "quiet"}[kind])
                    if kind == "quiet":
                        table.add(case.family, "stricter", bool(harder))
                    elif agreed:
                        table.add(case.family, {"refused": "by us too", "said": "said too"}[kind])
                        named = line_named(recorded[1])
                        if named:
                            lines += 1
                            same += any(d[3:] == named for d in findings)
                    else:
                        table.add(case.family, "missed")
                        fail(case, "%s: Slurm says %s, we say %s\n%s" % (
                            release, recorded[0], "nothing" if not findings else "no more than " + findings[0][0],
                            "\n".join("        " + text for text in recorded[1])))
    finally:
        shutil.rmtree(work)

    bad = sum(failed.values())
    for (dbd, release), findings in linter.base.items():
        for _, rule, message in [d for d in findings if d[0] == "error"]:
            print("FAIL %s, %s: the untouched base is refused: %s (%s)" % ("slurmdbd.conf" if dbd else "slurm.conf", release, message, rule))
            bad += 1
    for case, rule in stricter:
        if case in known and releases == RELEASES and (case, rule) not in used:
            print("FAIL stricter.txt: %s, %s: no longer so, or Slurm minds as well" % (case, rule))
            bad += 1
        elif not options.what and case not in known:
            print("FAIL stricter.txt: %s: there is no such case" % case)
            bad += 1
    for family in table.rows:
        if not failed.get(family):
            print("ok   agreement %s" % family)
    if len(mine) < len(chosen):
        print("skip agreement of %d cases: only root can give a file to SlurmUser" % (len(chosen) - len(mine)))
    table.show()
    print("     of the %d places that Slurm names by line, we name %d" % (lines, same))
    return 1 if bad or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
