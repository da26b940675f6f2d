"""What all kinds of golden share: running hpcc, trees of files, the store below golden/."""
import difflib
import os
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MANIFEST = ".hpcc-manifest.json"


class Problem(Exception):
    """Why a case fails, for people."""


class Skip(Exception):
    """Why a case cannot be run here."""


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def diff(old, new, was, now, context=3):
    """A unified diff of two texts, or ''."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), was, now, n=context, lineterm="")
    return "\n".join(lines)


class Tree(dict):
    """What was written: path -> (bytes, whether it is executable)."""

    @staticmethod
    def of(folder):
        tree = Tree()
        for where, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(where, name)
                relative = os.path.relpath(path, folder)
                # hpcc's own marks (locks, journals) are no output; the manifest is.
                if name.startswith(".hpcc-") and name != MANIFEST:
                    continue
                with open(path, "rb") as f:
                    tree[relative] = (f.read(), os.access(path, os.X_OK) and bool(os.stat(path).st_mode & 0o100))
        return tree

    def below(self, folder):
        return Tree({p[len(folder) + 1:]: x for p, x in self.items() if p.startswith(folder + "/")})

    def text(self, path):
        return self[path][0].decode("utf-8")


class Templates:
    """Files that go out as they stand in templates/ are named, not copied into goldens."""

    def __init__(self):
        self.names = {}
        folder = os.path.join(ROOT, "templates")
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as f:
                self.names[f.read()] = name

    def name_of(self, data):
        return self.names.get(data)


def changed_lines(old, new):
    """The changed lines alone, hunks separated by '@@'; no numbers, so that a line added above changes nothing."""
    out = []
    for line in list(difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm=""))[2:]:
        if not line.startswith("@@"):
            out.append(line)
        elif out:
            out.append("@@")
    return out


def delta(old, new, templates):
    """What one tree has that another has not, file by file. The manifest follows from the rest."""
    out = []
    for path in sorted(set(old) | set(new)):
        if os.path.basename(path) == MANIFEST:
            continue
        if path not in new:
            out.append(f"{path} (removed)")
        elif path not in old:
            data, executable = new[path]
            name = templates.name_of(data)
            about = ["new"] + ["executable"] * executable + [f"templates/{name}"] * bool(name)
            out.append(f"{path} ({', '.join(about)})")
            if not name:
                out += ["+" + line for line in new.text(path).splitlines()]
        elif old[path] != new[path]:
            out.append(path if old[path][1] == new[path][1] else f"{path} (executable: {new[path][1]})")
            lines = changed_lines(old.text(path), new.text(path))
            # Only the end of the last line may differ, or how lines end.
            out += lines if lines or old[path][0] == new[path][0] else ["(line ends alone differ)"]
    return "".join(line + "\n" for line in out)


class Hpcc:
    """Runs hpcc in surroundings of our choice."""

    def __init__(self, program):
        self.program = os.path.abspath(program)

    def run(self, args, cwd, env=None, umask=0o022):
        r = subprocess.run([self.program, *args], cwd=cwd, env=env, umask=umask, stdin=subprocess.DEVNULL,
                           capture_output=True, check=False, timeout=60)
        return r.returncode, r.stdout.decode("utf-8"), r.stderr.decode("utf-8", "replace")

    def clean(self, args, cwd, said=(), **more):
        """Its output; anything on stderr but remarks of the rules `said`, and any exit but 0, is a problem."""
        code, out, err = self.run(args, cwd, **more)
        found = re.findall(r": (info|warning|error): .* \[([a-z0-9-]+)\]$", err, re.M)
        if code or (err and not (found and all(kind == "info" and rule in said for kind, rule in found))):
            raise Problem(f"hpcc {' '.join(args)}: exit {code}\n{err.rstrip()}")
        return out


class Store:
    """golden/: what is expected. Remembers what was asked for, so that the rest can be called unused."""

    def __init__(self, bless):
        self.folder = os.path.join(ROOT, "golden")
        self.bless = bless
        self.used = set()
        self.written = []

    def write(self, path, text):
        with open(path, "w", encoding="utf-8", newline="") as f:
            f.write(text)
        self.written.append(os.path.relpath(path, ROOT))

    def expect(self, name, text):
        """'' when golden/NAME holds the text; else a diff. Blessing writes it."""
        path = os.path.join(self.folder, name)
        self.used.add(name)
        old = read(path) if os.path.isfile(path) else None
        if old == text:
            return ""
        if self.bless:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            self.write(path, text)
            return ""
        if old is None:
            return f"golden/{name} is missing (--bless writes it)\n" + diff("", text, "/dev/null", "now")
        return diff(old, text, f"golden/{name}", "now") or f"golden/{name} differs in how its last line ends"

    def unused(self):
        for where, _, names in os.walk(self.folder):
            for name in names:
                relative = os.path.relpath(os.path.join(where, name), self.folder)
                if relative not in self.used:
                    yield relative

    def remove(self, name):
        path = os.path.join(self.folder, name)
        os.remove(path)
        while not os.listdir(os.path.dirname(path)):
            path = os.path.dirname(path)
            os.rmdir(path)


def header(text, what):
    """The rest of the comment line '# WHAT: ...' of a case, or None."""
    m = re.search(rf"^# {what}: *(.*)$", text, re.M)
    return m.group(1).strip() if m else None
