#!/usr/bin/env python3
"""The tests of the comparing itself: that lint.py fails when lint is wrong.

    tests/agreement/selftest.py

Stubs stand for hpcc: one that finds nothing, one that refuses everything, one that is broken. A line a test: ok or FAIL.
"""
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import cases as agreement  # noqa: E402
import lint  # noqa: E402

STUB = """#!/usr/bin/python3
import json, os, sys
severity, message, form, code = %r
found = [{"severity": severity, "rule": "stub", "message": message or str(os.getpid()), "file": "", "line": 1}] if severity else []
print(json.dumps({"diagnostics": found}) if form == "json" else "no JSON")
sys.exit(code)
"""


def run_lint(folder, severity=None, message="", form="json", code=0):
    """What lint.py says of one family when hpcc is a stub: (exit status, output). No message: another one each time."""
    stub = os.path.join(folder, "hpcc")
    with open(stub, "w", encoding="utf-8") as file:
        file.write(STUB % ((severity, message, form, code),))
    os.chmod(stub, 0o755)
    done = subprocess.run([sys.executable, os.path.join(agreement.HERE, "lint.py"), stub, "plugins"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def main():
    bad = 0

    def test(name, passed):
        nonlocal bad
        bad += not passed
        print("%s agreement: %s" % ("ok  " if passed else "FAIL", name))

    # A file of cases is what write_family makes of it: blessing changes results and nothing else.
    for path in agreement.family_paths():
        head, cases, pending = agreement.read_family(path)
        with tempfile.NamedTemporaryFile() as copy:
            agreement.write_family(copy.name, head, cases, pending)
            with open(path, "rb") as file:
                test("%s reads and writes the same" % os.path.basename(path), file.read() == copy.read())

    error, warning, info = [(level, "rule", "text", "", 1) for level in ("error", "warning", "info")]
    for result, findings, wanted in [("FATAL", [], False), ("FATAL", [warning], False), ("FATAL", [warning, error], True),
                                     ("HANG", [warning], False), ("SEGFAULT", [error], True), ("REFUSE", [], False),
                                     ("ERROR", [], False), ("ERROR", [info], False), ("ERROR", [warning], True),
                                     ("WARN", [error], True), ("OK", [], True)]:
        test("%s, %s" % (result, [d[0] for d in findings]), lint.judge(result, findings)[1] is wanted)
    test("OK, refused by us", lint.judge("OK", [error, warning])[2] == ["rule"])
    test("what a line means in bytes", agreement.bytes_of("\\xef\\tx\\\\\\n") == b"\xef\tx\\\n")

    with tempfile.TemporaryDirectory() as folder:
        for name, says, options in [
                ("finds nothing", "Slurm says FATAL, we say nothing", {}),
                ("only warns", "Slurm says FATAL, we say no more than warning", {"severity": "warning"}),
                ("refuses everything", "Slurm takes it, stub does not", {"severity": "error", "code": 2}),
                ("refuses the base", "the untouched base is refused", {"severity": "error", "code": 2}),
                ("says the same of all", "Slurm says FATAL, we say nothing", {"severity": "warning", "message": "x"}),
                ("could not", "exit 1", {"code": 1}),
                ("writes no JSON", "JSON", {"form": "text"})]:
            code, text = run_lint(folder, **options)
            test("a lint that %s fails" % name, code == 1 and says in text)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
