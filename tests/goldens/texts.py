"""Overlays; the JSON Schema; tables of flows and of ports; SPEC.md's tables and examples; what --help says."""
import os
import re

from common import ROOT, Problem, Skip, diff, read
from laws import SAID, check_laws

BEGIN = "<!-- tables: made by hpcc schema --markdown; do not edit -->\n"
END = "<!-- end of tables -->\n"


def cases(work, store):
    folder = os.path.join(ROOT, "tests", "cases", "overlays")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        yield f"overlay/{name}", lambda name=name: overlay(work, store, name)
    folder = os.path.join(ROOT, "tests", "cases", "tables")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        yield f"table/{name[:-5]}", lambda name=name: table(work, store, name)
    folder = os.path.join(ROOT, "tests", "cases", "lint")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".yaml"):
            yield f"lint/{name[:-5]}", lambda name=name: bad_spec(work, store, name)
    yield "lint/messy", lambda: messy(work, store)
    yield "schema", lambda: [store.expect("schema.json", work.hpcc.clean(["schema"], work.empty))]
    yield "help", lambda: [store.expect("help.txt", all_help(work))]
    yield "spec-tables", lambda: tables(work, store)
    yield "spec-examples", lambda: examples(work)


def overlay(work, store, name):
    """tests/cases/overlays/NAME/args: what follows `hpcc expand`: BASE --with FILE ..."""
    folder = os.path.join("cases", "overlays", name)
    args = read(os.path.join(ROOT, "tests", folder, "args")).split()
    problem = store.expect(f"overlays/{name}.yaml", work.expand(args, folder))
    check_laws(work, args, folder, name)
    return [problem]


def table(work, store, name):
    """tests/cases/tables/NAME.yaml: who dials whom on each of its targets, and what listens on its hosts."""
    folder = os.path.join("cases", "tables")
    text = work.hpcc.clean(["expand", "--flows", "--ports", name], os.path.join(ROOT, "tests", folder), SAID, env=work.plain)
    return [store.expect(f"tables/{name[:-5]}.txt", text)]


def bad_spec(work, store, name):
    """tests/cases/lint/NAME.yaml: specs of one kind of mistake: each is said once, with both places and the mend."""
    folder = os.path.join(ROOT, "tests", "cases", "lint")
    code, out, err = work.hpcc.run(["lint", name], folder, env=work.plain)
    if code not in (0, 2) or out or not err:
        raise Problem(f"lint ended with {code}: {out}{err}")
    return [store.expect(f"lint/{name[:-5]}.txt", err)]


def messy(work, store):
    """What lint says of a slurm.conf as many sites have one: every finding true, said once, with the mend."""
    folder = os.path.join(ROOT, "tests", "messy")
    files = ["slurm.conf", "gres.conf", "cgroup.conf"]
    code, out, err = work.hpcc.run(["lint", "--slurm", "24.11", *files], folder, env=work.plain)
    if code != 2 or out:
        raise Problem(f"lint ended with {code}: {out}")
    return [store.expect("lint/messy.txt", err)]


def all_help(work):
    top = work.hpcc.clean(["--help"], work.empty)
    out = ["$ hpcc --help\n" + top]
    for verb in re.findall(r"^  ([a-z]+) ", top.split("\nTargets:")[0], re.M):
        out.append(f"$ hpcc {verb} --help\n" + work.hpcc.clean([verb, "--help"], work.empty))
    return "\n".join(out)


def spec_page():
    path = os.path.join(ROOT, "SPEC.md")
    if not os.path.exists(path):
        raise Skip("there is no SPEC.md")
    return path, read(path)


def tables(work, store):
    path, text = spec_page()
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise Skip(f"SPEC.md has no place for them: a line '{BEGIN.strip()}' and a line '{END.strip()}'")
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    new = "\n" + work.hpcc.clean(["schema", "--markdown"], work.empty) + "\n"
    if old == new:
        return []
    if store.bless:
        store.write(path, before + BEGIN + new + END + after)
        return []
    return [diff(old, new, "SPEC.md", "now")]


def examples(work):
    """Every example that is a whole spec is one that hpcc has nothing to say of."""
    _, text = spec_page()
    files = []
    for m in re.finditer(r"^```yaml\n(.*?)^```$", text, re.M | re.S):
        if not m.group(1).startswith("hpcc: 1"):
            continue
        line = text.count("\n", 0, m.start(1)) + 1
        files.append(f"SPEC.md-line-{line}.yaml")
        with open(os.path.join(work.empty, files[-1]), "w", encoding="utf-8") as f:
            f.write(m.group(1))
    if not files:
        raise Problem("SPEC.md has no example that begins with 'hpcc: 1'")
    code, out, err = work.hpcc.run(["lint", *files], work.empty, env=work.plain)
    return [out + err] if code or err else []
