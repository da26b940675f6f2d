"""What must hold for every spec, whatever it says.

    hpcc expand of what hpcc expand wrote is the same text;
    that text builds the same files;
    so does the spec from elsewhere: another folder, absolute paths, another locale, time zone, home, umask;
    no file holds where or when or by whom it was made, or a secret.
"""
import datetime
import getpass
import os
import shutil
import socket
import tempfile

from common import MANIFEST, ROOT, Hpcc, Problem, Templates, Tree, delta, diff

SECRET = "the-secret-that-nobody-reads"
STRANGE = "hpcc-golden-stranger"
# Remarks that a good spec gets at every build: what MPI is on an overlay is said to everybody who has it there.
SAID = ("mpi-over-overlay",)


class Work:
    """Copies of specs/ and tests/cases/ in two places, and where output goes."""

    def __init__(self, program):
        shm = "/dev/shm"
        self.folder = tempfile.mkdtemp(prefix="hpcc-golden-", dir=shm if os.access(shm, os.W_OK) else None)
        self.here = os.path.join(self.folder, "here")
        self.there = os.path.join(self.folder, "somewhere", "else than here")
        for place in (self.here, self.there):
            shutil.copytree(os.path.join(ROOT, "specs"), os.path.join(place, "specs"))
            shutil.copytree(os.path.join(ROOT, "tests", "cases"), os.path.join(place, "cases"))
        self.empty = os.path.join(self.folder, "empty")
        os.mkdir(self.empty)
        # The secret that tests/cases/keys/secret.file.yaml names: there in one place, absent in the other.
        os.mkdir(os.path.join(self.here, "cases", "keys", "site"))
        with open(os.path.join(self.here, "cases", "keys", "site", "munge.key"), "w", encoding="utf-8") as f:
            f.write(SECRET)
        self.hpcc = Hpcc(program)
        self.templates = Templates()
        self.plain = dict(os.environ, TZ="UTC", LC_ALL="C", HOME=self.folder)
        self.strange = dict(os.environ, TZ="Asia/Kathmandu", LC_ALL="de_DE.UTF-8", LANG="de_DE.UTF-8", LANGUAGE="de",
                            HOME="/nonexistent", USER=STRANGE, LOGNAME=STRANGE, HOSTNAME=STRANGE, SOURCE_DATE_EPOCH="1")
        self.traces = self.find_traces()

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def find_traces():
        """Texts that no output may hold. A host name or user name that is an ordinary word proves nothing."""
        now = datetime.datetime.now()
        traces = {"hpcc-golden-", SECRET, ROOT + "/", now.strftime("%Y-%m-%d"), now.strftime("%a %b %e"), now.strftime("%d.%m.%Y"),
                  now.strftime("%Y/%m/%d")}
        for name in (socket.gethostname(), getpass.getuser()):
            if len(name) > 4 and name not in ("localhost", "debian", "ubuntu", "slurm", "munge", "admin", "alice"):
                traces.add(name)
        return traces

    def build(self, args, folder, strange=False):
        """The files of a build. `folder` is below specs/ or cases/, `args` are relative to it."""
        out = tempfile.mkdtemp(prefix="out-", dir=self.folder)
        if strange:
            args = [a if a.startswith("-") else os.path.join(self.there, folder, a) for a in args]
            self.hpcc.clean(["build", "-q", *args, "-o", out], self.empty, SAID, env=self.strange, umask=0o077)
        else:
            self.hpcc.clean(["build", "-q", *args, "-o", out], os.path.join(self.here, folder), SAID, env=self.plain)
        tree = Tree.of(out)
        shutil.rmtree(out)
        return tree

    def expand(self, args, folder, *more):
        return self.hpcc.clean(["expand", *more, *args], os.path.join(self.here, folder), SAID, env=self.plain)


def same(was, now, law, templates):
    if was == now:
        return
    what = delta(was, now, templates) or "the manifest alone differs: " + ", ".join(
        p for p in sorted(set(was) | set(now)) if os.path.basename(p) == MANIFEST and was.get(p) != now.get(p))
    raise Problem(f"law: {law}\n{what}")


def check_laws(work, args, folder, name):
    """The tree of a spec for which all laws hold."""
    tree = work.build(args, folder)
    bare = work.expand(args, folder, "--bare")
    file = f".expanded-{name}.yaml"
    with open(os.path.join(work.here, folder, file), "w", encoding="utf-8") as f:
        f.write(bare)
    again = work.expand([file], folder, "--bare")
    if bare != again:
        raise Problem("law: expand of an expanded spec is the same text\n" + diff(bare, again, "expanded once", "twice"))
    same(tree, work.build([file], folder), "an expanded spec builds the same files", work.templates)
    same(tree, work.build(args, folder, strange=True),
         "the same files from another folder, by absolute paths, with another locale, time zone, home and umask", work.templates)
    for path, (data, _) in tree.items():
        for trace in work.traces:
            if trace.encode() in data or trace in path:
                raise Problem(f"law: no output tells where, when or by whom it was made\n{path} holds '{trace}'")
    for trace in work.traces:
        if trace in bare:
            raise Problem(f"law: no output tells where, when or by whom it was made\nthe expanded spec holds '{trace}'")
    return tree
