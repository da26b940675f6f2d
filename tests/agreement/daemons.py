#!/usr/bin/env python3
"""What the real daemons of three releases of Slurm do with each case of agreement, against what is recorded.

    tests/agreement/daemons.py [--bless] [--sample N] [--jobs N] [--release R]... [--show] [FAMILY[: CASE]]...

The daemons are Debian's, in the release roots of tests/judge/roots.sh. Each run has namespaces of its own (cell.sh) and
ends as soon as its daemon has said that it has read its files, and a moment later for what its threads find. --bless
writes what happened into cases/. --sample N runs each Nth case that is not slow. --show prints what was said.
A line a case: ok or FAIL; 1 when one failed. As root.
"""
import argparse
import concurrent.futures
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import cases as agreement  # noqa: E402

SUITES = {"22.05": "bookworm", "24.11": "trixie", "26.05": "sid"}

COMMANDS = {
    "slurmctld": ["slurmctld", "-D"],
    "slurmd": ["slurmd", "-D", "-N", "n1"],
    "slurmd -G": ["slurmd", "-G", "-N", "n1"],
    "slurmdbd": ["slurmdbd", "-D"],
}
# What a daemon says once it has read all it reads; slurmd -G ends by itself.
READY = {
    "slurmctld": re.compile(r"Running as primary controller|slurmctld running in background mode"),
    "slurmd": re.compile(r"CPUs=\d+ Boards=\d+"),
    "slurmd -G": re.compile(r"(?!)"),
    "slurmdbd": re.compile(r"The database must be up when starting|slurmdbd version \S+ started"),
}
# A minute of retries, of which the end is known.
HANGS = re.compile(r"retrying in 1sec up to 60sec")
# About a cluster that was never there before and whose other daemons do not run, or about a daemon that was killed.
NOISE = re.compile(r"(Could not open (\w+ )+state file|NOTE: Trying backup (\w+ )*state save file|mysql_real_connect failed|"
                   r"The database must be up when|_shutdown_bu_thread|Unable to register|agent_fini|Core limit is only|High latency for|_shutdown_x11|"
                   r"Unable to contact slurm controller|Domain socket directory|xcpuinfo_hwloc_topo_load)")
PREFIX = re.compile(r"^(\[[^\]]*\] )?(slurm(ctld|dbd|d)(-\w+)?: )?")
LIMIT = 45          # seconds until a daemon that says nothing decisive counts as hung
LINGER = 0.5
KEEP = 4            # messages that are recorded


def alone():
    """Goes on in namespaces of our own: mounts and processes end with us, and nobody else sees them."""
    if os.environ.get("HPCC_AGREEMENT_STAGE"):
        return os.environ.pop("HPCC_AGREEMENT_STAGE")
    if os.geteuid() != 0:
        sys.exit("daemons.py: must be root")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    stage = os.path.join(cache, "hpcc", "machines")     # a place to mount on; each sees its own there
    os.makedirs(stage, exist_ok=True)
    os.environ["HPCC_AGREEMENT_STAGE"] = stage
    os.execvp("setpriv", ["setpriv", "--pdeathsig", "KILL", "--", "unshare", "--mount", "--uts", "--ipc", "--net", "--pid",
                          "--fork", "--kill-child", "--mount-proc", "--propagation", "private", "--",
                          "/usr/bin/python3", os.path.abspath(__file__)] + sys.argv[1:])


def release_roots(releases):
    script = os.path.join(agreement.HERE, "..", "judge", "roots.sh")
    out = subprocess.run([script] + [SUITES[release] for release in releases], stdout=subprocess.PIPE, check=True, text=True).stdout
    return dict(zip(releases, out.split()))


def start_munged(stage, root):
    """One munged for all: its socket is a file, and files can be had in every cell."""
    host = os.path.join(stage, "munged")
    folder = os.path.join(stage, "munge")
    for name in ("upper", "work", "root"):
        os.makedirs(os.path.join(host, name))
    os.makedirs(folder)
    os.chown(folder, 110, 110)
    subprocess.run(["mount", "-t", "overlay", "-o", "lowerdir=%s,upperdir=%s/upper,workdir=%s/work" % (root, host, host),
                    "hpcc", host + "/root"], check=True)
    os.makedirs(host + "/root/run/munge", exist_ok=True)
    subprocess.run(["mount", "--bind", folder, host + "/root/run/munge"], check=True)
    for device, minor in (("null", 3), ("urandom", 9)):
        if not os.path.exists(host + "/root/dev/" + device):
            os.mknod(host + "/root/dev/" + device, 0o020666, os.makedev(1, minor))
    key = host + "/root/etc/munge/munge.key"
    with open(key, "wb") as file:
        file.write(os.urandom(128))
    os.chown(key, 110, 110)
    os.chmod(key, 0o400)
    subprocess.run(["chroot", host + "/root", "setpriv", "--reuid=munge", "--regid=munge", "--clear-groups", "munged"],
                   check=True, stderr=subprocess.DEVNULL)


def end_world(process):
    """Ends the first process in the cell, and with it all others; --kill-child no longer holds for one that took another uid."""
    try:
        with open("/proc/%d/task/%d/children" % (process.pid, process.pid), encoding="ascii") as file:
            children = file.read().split()
    except FileNotFoundError:
        children = []
    for pid in children:
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass
    if not children:
        process.kill()
    process.wait()
    process.stdout.close()


class Run:
    """One daemon with one case."""

    def __init__(self, case, release, stage, root):
        self.case, self.release, self.stage, self.root = case, release, stage, root
        self.lines = []

    def go(self):
        folder = tempfile.mkdtemp(dir=self.stage)
        try:
            agreement.write_tree(agreement.build_tree(self.case, self.release), folder + "/tree", True)
            command = [os.path.join(agreement.HERE, "cell.sh"), self.root, folder] + COMMANDS[self.case.daemon]
            # A world of their own: they are gone, mounts and all, when its first process is.
            process = subprocess.Popen(
                ["unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "--kill-child", "--propagation", "private",
                 "--"] + command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"})
            try:
                hung = self.listen(process)
                ended = process.poll()
            finally:
                end_world(process)
            return self.verdict(hung, ended)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def listen(self, process):
        """Reads what the daemon says until it is decided. Returns whether it hung."""
        ready = READY[self.case.daemon]
        linger = float(self.case.option("linger", LINGER))
        until = time.monotonic() + LIMIT
        decided = False
        rest = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while True:
                left = until - time.monotonic()
                if left <= 0:
                    return not decided
                if not selector.select(left):
                    continue
                data = os.read(process.stdout.fileno(), 65536)
                if not data:
                    process.wait()
                    return False
                *lines, rest = (rest + data).split(b"\n")
                for raw in lines:
                    line = raw.decode("utf-8", "backslashreplace")
                    self.lines.append(line)
                    if HANGS.search(line):
                        return True
                    if not decided and (ready.search(line) or "fatal: " in line):
                        decided = True
                        until = time.monotonic() + linger

    def verdict(self, hung, ended):
        """(result, messages): the fatal one last."""
        said = []
        for line in self.lines:
            text = PREFIX.sub("", line)
            if re.match(r"(error|fatal|warning): ", text) and not NOISE.search(text):
                text = re.sub(r"attempt number -?\d+", "attempt number N", text)
                text = "".join(c if c.isprintable() else "\\u%04x" % ord(c) for c in text)[:220].rstrip()
                if text not in said:
                    said.append(text)
        fatal = [text for text in said if text.startswith("fatal: ")]
        others = [text for text in said if not text.startswith("fatal: ")]
        messages = others[:KEEP - len(fatal[:1])] + fatal[:1]
        if hung:
            return "HANG", messages
        if fatal:
            return "FATAL", messages
        # unshare ends as its child did: 128 and more for a signal.
        if ended is not None and (ended < 0 or ended > 128):
            return "SEGFAULT", messages
        if ended or ended == 0 and self.case.daemon != "slurmd -G":
            return "REFUSE", messages or [PREFIX.sub("", line) for line in self.lines[-1:]]
        if any(text.startswith("error: ") for text in said):
            return "ERROR", messages
        return ("WARN", messages) if said else ("OK", [])


def differs(case, release, found):
    """Why what was found is not what is recorded, or nothing."""
    recorded = case.results.get(release)
    if recorded is None:
        return "nothing is recorded"
    if recorded[0] != found[0]:
        return "was %s, is %s" % (recorded[0], found[0])
    missing = [text for text in recorded[1] if text not in found[1]]
    return "no longer says: " + missing[0] if missing else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bless", action="store_true")
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=5 * (os.cpu_count() or 1))
    parser.add_argument("--release", action="append", choices=agreement.RELEASES)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("what", nargs="*")
    options = parser.parse_args()
    stage = alone()
    os.umask(0o022)
    releases = options.release or agreement.RELEASES
    roots = release_roots(releases)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "hpcc-agreement", stage], check=True)
    start_munged(stage, roots[releases[0]])

    families = [(path, agreement.read_family(path)) for path in agreement.family_paths()]
    chosen = [case for _, (_, found, _) in families for case in found if agreement.wanted(case, options.what)]
    if options.sample > 1:
        chosen = [case for case in chosen if case.option("slow") is None][::options.sample]
    # The slow ones first, so that nobody waits for them at the end.
    order = sorted(chosen, key=lambda case: case.option("slow") is None)
    bad, start = 0, time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = {(case, release): pool.submit(Run(case, release, stage, roots[release]).go)
                for case in order for release in releases}
        for case in chosen:
            wrong = []
            for release in releases:
                found = runs[case, release].result()
                if options.show:
                    print("%s, %s: %s\n    %s" % (case, release, found[0], "\n    ".join(found[1])))
                if options.bless:
                    case.results[release] = found
                elif differs(case, release, found):
                    wrong.append("     %s %s\n%s" % (release, differs(case, release, found),
                                                     "".join("        %s\n" % text for text in found[1])))
            bad += bool(wrong)
            print("%s %s\n%s" % ("FAIL" if wrong else "ok", case, "".join(wrong)), end="", flush=True)
    if options.bless:
        for path, (head, found, pending) in families:
            agreement.write_family(path, head, found, pending)
    print("     %d cases, %d runs of daemons (%.0f s)" % (len(chosen), len(runs), time.monotonic() - start))
    return 1 if bad or not chosen else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    sys.exit(main())
