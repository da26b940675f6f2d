"""What `hpcc import` makes of Slurm's own files.

tests/import/NAME/ holds a site's files, or what scontrol and slurmd print there (*.txt), and `release` the releases of Slurm that they are for, the first of which counts here (24.11
where there is none). golden/import/NAME.yaml is the spec, NAME.said what import says of it.
"""
import os

from common import ROOT, Problem, read


def cases(work, store):
    folder = os.path.join(ROOT, "tests", "import")
    for name in sorted(os.listdir(folder)):
        if given(os.path.join(folder, name)):
            yield f"import/{name}", lambda name=name: imported(work, store, name)


def releases(folder):
    path = os.path.join(folder, "release")
    return read(path).split() if os.path.exists(path) else ["24.11"]


def given(folder):
    """What import is called with."""
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return [n for n in names if n in ("slurm.conf", "slurmdbd.conf")] or [n for n in names if n.endswith(".txt")]


def imported(work, store, name):
    folder = os.path.join(ROOT, "tests", "import", name)
    code, out, err = work.hpcc.run(["import", "--slurm", releases(folder)[0], *given(folder)], folder, env=work.plain)
    if code:
        raise Problem(f"hpcc import: exit {code}\n{err.rstrip()}")
    said = "".join(line + "\n" for line in err.splitlines() if "[import-" in line)
    problems = [store.expect(f"import/{name}.yaml", out)]
    if said or os.path.exists(os.path.join(store.folder, "import", name + ".said")):
        problems.append(store.expect(f"import/{name}.said", said))
    return problems
