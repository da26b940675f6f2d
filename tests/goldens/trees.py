"""Full trees, expanded specs and models of a few specs in specs/; the laws for all of them."""
import hashlib
import json
import os

from common import MANIFEST, ROOT, Problem
from laws import check_laws

# Others in specs/ are held to the laws alone: a change of output shall not touch a hundred files.
FULL = ("quickstart", "two-kinds", "accounting", "university", "systems/mpi41", "systems/pi-hybrid", "systems/pi-swarm")


def specs():
    """All specs below specs/, without their ending."""
    folder = os.path.join(ROOT, "specs")
    for where, folders, names in sorted(os.walk(folder)):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".yaml"):
                yield os.path.relpath(os.path.join(where, name), folder)[:-len(".yaml")]


def checked_manifest(tree, templates):
    """The manifest, which must be true; what comes from templates/ is named there instead of hashed."""
    manifest = json.loads(tree.text(MANIFEST))
    if sorted(manifest["files"]) != sorted(p for p in tree if p != MANIFEST):
        raise Problem(f"{MANIFEST} does not list the files that were written")
    for path, entry in manifest["files"].items():
        data, executable = tree[path]
        if entry["sha256"] != hashlib.sha256(data).hexdigest() or entry["size"] != len(data):
            raise Problem(f"{MANIFEST}: hash or size of {path} is not that of the file")
        if (entry["mode"] == "0755") != executable:
            raise Problem(f"{MANIFEST}: the mode of {path} is not that of the file")
        name = templates.name_of(data)
        if name:
            manifest["files"][path] = {"template": name, "mode": entry["mode"]}
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def check_tree(store, templates, tree, name):
    """golden/trees/SPEC/TARGET/..., and TARGET.templates for the files that are not copied there."""
    problems = []
    copies = []
    for path in sorted(tree):
        data, _ = tree[path]
        template = templates.name_of(data)
        if template:
            copies.append(f"{path} = templates/{template}\n")
            continue
        text = checked_manifest(tree, templates) if path == MANIFEST else data.decode("utf-8")
        problems.append(store.expect(f"trees/{name}/{path}", text))
    if copies:
        problems.append(store.expect(f"trees/{name}.templates", "".join(copies)))
    # A golden that the tree no longer has, told here and not only as unused.
    folder = os.path.join(store.folder, "trees", name)
    for where, _, names in os.walk(folder):
        for file in names:
            path = os.path.relpath(os.path.join(where, file), folder)
            if not store.bless and (path not in tree or templates.name_of(tree[path][0])):
                store.used.add(f"trees/{name}/{path}")
                problems.append(f"{path} is no longer written (or comes from templates/ now): --bless removes its golden")
    return problems


def cases(work, store):
    for spec in specs():
        yield f"spec/{spec}", lambda spec=spec: run(work, store, spec)


def run(work, store, spec):
    args = [os.path.join("specs", spec + ".yaml")]
    tree = check_laws(work, args, "", spec.replace("/", "-"))
    if spec not in FULL:
        return []
    problems = [store.expect(f"expand/{spec}.yaml", work.expand(args, ""))]
    for target in sorted({path.split("/")[0] for path in tree}):
        problems += check_tree(store, work.templates, tree.below(target), f"{spec}/{target}")
        problems.append(store.expect(f"model/{spec}.{target}.json", work.expand(args, "", "--model", "--target", target)))
    return problems
