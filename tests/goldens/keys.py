"""What each key of the language changes in the output: one small spec a key, laid over a base.

tests/cases/keys/BODY.KEY.yaml is laid over tests/cases/keys/base/BASE.yaml. Its comment lines at the top:

    # base: NAME             another base than base.yaml
    # no output: REASON      why no file changes; without it a key that changes nothing fails, with it one that does
    # finding: RULE: REASON  hpcc always has something to say of the key, by that rule alone; and why that is right

golden/keys/BODY.KEY.delta holds the lines that change, file by file; with `# finding` the places and names of the rules.
BODY is the heading of the key's table in SPEC.md as a link writes it: `hpcc schema --keys` prints them all. Cases that are
about no single key begin with `x-`.
"""
import os
import re
import threading

from common import ROOT, Problem, delta, header, read
from laws import check_laws

FOLDER = os.path.join("cases", "keys")


class Bases:
    """The trees of the bases, each built once."""

    def __init__(self, work):
        self.work = work
        self.lock = threading.Lock()
        self.trees = {}

    def tree(self, name):
        with self.lock:
            if name not in self.trees:
                self.trees[name] = self.work.build([f"base/{name}.yaml"], FOLDER)
            return self.trees[name]


def names(folder):
    return sorted(n[:-len(".yaml")] for n in os.listdir(folder) if n.endswith(".yaml"))


def cases(work, store):
    folder = os.path.join(ROOT, "tests", FOLDER)
    bases = Bases(work)
    yield "keys", lambda: check_names(work, folder)
    for base in names(os.path.join(folder, "base")):
        yield f"base/{base}", lambda base=base: check_laws(work, [f"base/{base}.yaml"], FOLDER, f"base-{base}") and []
    for name in names(folder):
        yield f"key/{name}", lambda name=name: run(work, store, bases, name)


def check_names(work, folder):
    """Every key has a case, every case a key; every base is used."""
    keys = work.hpcc.clean(["schema", "--keys"], work.empty).split()
    there = set(names(folder))
    problems = [f"{k}: names are not unique" for k in sorted({k for k in keys if keys.count(k) > 1})]
    problems += [f"{k}: no case: add tests/cases/keys/{k}.yaml" for k in keys if k not in there]
    problems += [f"tests/cases/keys/{n}.yaml: no key is called so" for n in sorted(there - set(keys)) if not n.startswith("x-")]
    used = {header(read(os.path.join(folder, n + ".yaml")), "base") or "base" for n in there}
    problems += [f"tests/cases/keys/base/{n}.yaml: no case uses it" for n in names(os.path.join(folder, "base")) if n not in used]
    return problems


def run(work, store, bases, name):
    text = read(os.path.join(ROOT, "tests", FOLDER, name + ".yaml"))
    base = header(text, "base") or "base"
    args = [f"base/{base}.yaml", "--with", f"{name}.yaml"]
    key = name.split(".")[-1]
    if not name.startswith("x-") and not re.search(rf"(^|[\s{{,]){re.escape(key)}:", text, re.M):
        raise Problem(f"the case does not set '{key}'")
    finding = header(text, "finding")
    if finding:
        rule, _, reason = finding.partition(": ")
        if not reason:
            raise Problem("a line '# finding: RULE: REASON' is wanted")
        return [store.expect(f"keys/{name}.delta", check_finding(work, args, rule))]
    changes = delta(bases.tree(base), check_laws(work, args, FOLDER, name), work.templates)
    silent = header(text, "no output")
    if silent:
        return ["it does change the output; take '# no output' away\n" + changes] if changes else []
    if not changes:
        raise Problem("no file changes: is the key dropped in silence? If that is right, say why in a line '# no output: REASON'")
    return [store.expect(f"keys/{name}.delta", changes)]


def check_finding(work, args, rule):
    """Where hpcc says what of it, less the words, which compiler/rules/ holds."""
    _, _, err = work.hpcc.run(["lint", *args], os.path.join(work.here, FOLDER), env=work.plain)
    # Once, however many targets say it.
    found = list(dict.fromkeys(re.findall(r"^(\S+:\d+:\d+): ([a-z]+): .*\[([a-z0-9-]+)\]$", err, re.M)))
    if not found or any(f[2] != rule for f in found):
        raise Problem(f"'{rule}' is to be found in it, and nothing else\n{err.rstrip()}")
    return "".join(f"{place}: {severity} [{r}]\n" for place, severity, r in found)
