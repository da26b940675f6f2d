"""What `hpcc import` makes of Slurm's own files.

tests/import/NAME/ holds a site's files, and `release` the releases of Slurm that they are for, the first of which counts here (24.11
where there is none). golden/import/NAME.yaml is the spec, NAME.said what import says of it.
"""
import os

from common import ROOT, Problem, read


def cases(work, store):
    folder = os.path.join(ROOT, "tests", "import")
    for name in sorted(os.listdir(folder)):
        if os.path.exists(os.path.join(folder, name, "slurm.conf")):
            yield f"import/{name}", lambda name=name: imported(work, store, name)


def releases(folder):
    path = os.path.join(folder, "release")
    return read(path).split() if os.path.exists(path) else ["24.11"]


def imported(work, store, name):
    folder = os.path.join(ROOT, "tests", "import", name)
    files = ["slurm.conf"] + [f for f in ["slurmdbd.conf"] if os.path.exists(os.path.join(folder, f))]
    code, out, err = work.hpcc.run(["import", "--slurm", releases(folder)[0], *files], folder, env=work.plain)
    if code:
        raise Problem(f"hpcc import: exit {code}\n{err.rstrip()}")
    said = "".join(line + "\n" for line in err.splitlines() if "[import-" in line)
    problems = [store.expect(f"import/{name}.yaml", out)]
    if said or os.path.exists(os.path.join(store.folder, "import", name + ".said")):
        problems.append(store.expect(f"import/{name}.said", said))
    return problems
