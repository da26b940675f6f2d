#!/usr/bin/python3
"""Holds the JSON Schema that `hpcc schema` prints against specs, by python3-jsonschema.

    schema.py HPCC ROOT

HPCC is the program, ROOT the project's root. Every spec under specs/ and every YAML example in SPEC.md must pass
(fragments as overlays, which require nothing). Of the specs under tests/cases/invalid/ that hpcc refuses for
their structure the schema must refuse most; those that it accepts are listed. SPEC.md must hold the tables that
`hpcc schema --markdown` prints.
"""
import json
import pathlib
import re
import subprocess
import sys

import jsonschema
import yaml

STRUCTURE = {"unknown-key", "missing-key", "wrong-type", "bad-value", "out-of-range", "empty-value", "null-value",
             "bad-hostlist"}
BEGIN = "<!-- tables: made by hpcc schema --markdown; do not edit -->\n"
END = "<!-- end of tables -->\n"


class Loader(yaml.SafeLoader):
    """YAML 1.2's core schema, by which the schema is written: no dates, no yes and no, no octal 010."""
    yaml_implicit_resolvers = {}


for tag, pattern, first in (
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789")):
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(r"^(?:" + pattern + r")$"), list(first))
# PyYAML would read 010 as eight; JSON has one kind of number for both.
Loader.add_constructor("tag:yaml.org,2002:int", lambda l, n: int(n.value, 0 if n.value[1:2] in "ox" and
                                                                 len(n.value) > 2 else 10))


def as_json(value):
    """Keys are texts in JSON."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(key): as_json(v) for key, v in value.items()}
    if isinstance(value, list):
        return [as_json(v) for v in value]
    return value


def load(text):
    return as_json(yaml.load(text, Loader))


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


class Judge:
    def __init__(self, hpcc, root):
        self.hpcc, self.root = hpcc, root
        self.schema = json.loads(run(hpcc, "schema").stdout)
        jsonschema.Draft202012Validator.check_schema(self.schema)
        self.validator = jsonschema.Draft202012Validator(self.schema)
        self.failures = 0
        self.passed = 0

    def fail(self, what):
        self.failures += 1
        print("FAIL " + what)

    def accepts(self, name, text):
        """Says what the schema has against a text that hpcc takes."""
        error = jsonschema.exceptions.best_match(self.validator.iter_errors(load(text)))
        if not error:
            self.passed += 1
            return
        self.fail(f"{name}: at {'.'.join(map(str, error.absolute_path)) or 'the top'}: {error.message}")

    def specs(self):
        for path in sorted(self.root.glob("specs/**/*.yaml")):
            self.accepts(path.relative_to(self.root), path.read_text())

    def manual(self):
        path = self.root / "SPEC.md"
        if not path.exists():
            return
        text = path.read_text()
        for found in re.finditer(r"^```yaml( fragment)?\n(.*?)^```$", text, re.M | re.S):
            line = text.count("\n", 0, found.start()) + 1
            if bool(found[1]) == found[2].startswith("hpcc: 1\n"):
                self.fail(f"SPEC.md:{line}: an example is a whole spec, or marked as a fragment")
            self.accepts(f"SPEC.md:{line}", found[2])
        tables = text.partition(BEGIN)[2].partition(END)[0]
        if tables.strip() != run(self.hpcc, "schema", "--markdown").stdout.strip():
            self.fail("SPEC.md: the tables are not those of `hpcc schema --markdown`")
        self.links(text)

    def links(self, text):
        """Headings make anchors as forges make them; every link within the page has one, and no two are alike."""
        fenceless = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
        headings = re.findall(r"^#+ (.*)$", fenceless, re.M)
        anchors = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
        for anchor in sorted({a for a in anchors if anchors.count(a) > 1}):
            self.fail(f"SPEC.md: two headings are #{anchor}")
        for link in sorted(set(re.findall(r"\]\(#([^)]*)\)", fenceless)) - set(anchors)):
            self.fail(f"SPEC.md: no heading is #{link}")

    def rules(self, path):
        """The rules by which hpcc refuses a file; none where it does not say."""
        try:
            report = json.loads(run(self.hpcc, "lint", "--format", "json", str(path)).stdout)
        except ValueError:
            return set()
        return {d["rule"] for d in report["diagnostics"] if d["severity"] == "error"}

    def invalid(self):
        refused, accepted = 0, []
        for path in sorted(self.root.glob("tests/cases/invalid/**/*.yaml")):
            rules = self.rules(path) & STRUCTURE
            if not rules:
                continue
            try:
                fine = self.validator.is_valid(load(path.read_text()))
            except (yaml.YAMLError, UnicodeDecodeError):
                fine = False
            if fine:
                accepted.append(f"{path.relative_to(self.root)} ({', '.join(sorted(rules))})")
            else:
                refused += 1
        for name in accepted:
            print("accepted by the schema, refused by hpcc: " + name)
        print(f"{refused} invalid specs refused by the schema too, {len(accepted)} accepted")
        if len(accepted) > refused:
            self.fail("the schema accepts most of what hpcc refuses for its structure")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    judge = Judge(sys.argv[1], pathlib.Path(sys.argv[2]))
    judge.specs()
    judge.manual()
    judge.invalid()
    print(f"{judge.passed} specs and examples pass the schema, {judge.failures} failures")
    return 1 if judge.failures else 0


sys.exit(main())
