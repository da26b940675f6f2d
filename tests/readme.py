#!/usr/bin/python3
"""README.md shows what hpcc says, to the byte.

    tests/readme.py HPCC

Its first yaml block is specs/quickstart.yaml; each console block is run, line by line, and its output compared.
Prints a line for each: ok or FAIL. Exits with 1 when one failed.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
failed = 0


def said(what, is_so, found=""):
    global failed
    failed += not is_so
    print("ok  " if is_so else "FAIL", what)
    if not is_so:
        print(found)


def main():
    hpcc = os.path.abspath(sys.argv[1])
    with open(os.path.join(ROOT, "README.md")) as f:
        readme = f.read()
    with open(os.path.join(ROOT, "specs", "quickstart.yaml")) as f:
        quickstart = f.read()
    said("README: specs/quickstart.yaml", re.search(r"^```yaml\n(.*?)^```", readme, re.S | re.M)[1] == quickstart)
    with tempfile.TemporaryDirectory() as work:
        os.mkdir(os.path.join(work, "specs"))
        with open(os.path.join(work, "specs", "quickstart.yaml"), "w") as f:
            f.write(quickstart)
        # What the text tells the reader to do to a copy.
        with open(os.path.join(work, "lab.yaml"), "w") as f:
            f.write(quickstart.replace("nodes: c[1-4]\n    default: true\n", "nodes: c[1-5]\n    default: true\n    MaxTime: 5d\n"))
        with open(os.path.join(work, "slurm.conf"), "w") as f:
            f.write(re.search(r"^```\n(ClusterName=.*?)^```", readme, re.S | re.M)[1])
        path = os.path.dirname(hpcc) + ":" + os.environ["PATH"]
        for block in re.findall(r"^```console\n(.*?)^```", readme, re.S | re.M):
            for command, expected in re.findall(r"^\$ (.*)\n((?:[^$\n].*\n|\n)*)", block, re.M):
                run = subprocess.run(command, shell=True, cwd=work, env={**os.environ, "PATH": path}, text=True,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                said(f"README: {command}", run.stdout == expected, run.stdout)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
