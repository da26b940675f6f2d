"""The cases of agreement: reading them, building the tree of files that a case means, writing results back.

A file of cases/ is a family. Lines that begin with # are comments. `== NAME` begins a case; lines before the first one
hold for every case of the file. A case is a small change of base/, one step a line:

    daemon slurmctld        who judges: slurmctld, slurmd, slurmd -G, slurmdbd
    in FILE                 the steps below are about this file (below /etc/slurm when it has no slash in front);
                            at first slurm.conf, or slurmdbd.conf where slurmdbd judges
    set KEY=VALUE...        this line in place of the line of KEY; at the end if there is none
    drop KEY                without the lines of KEY
    word KEY NAME=VALUE     in the line of KEY, this word in place of the word NAME; at its end if there is none
    word KEY -NAME          in the line of KEY, without the word NAME
    more KEY TEXT           text at the end of the line of KEY
    add TEXT                a line at the end of the file
    begin TEXT              a line at its beginning
    text TEXT               the whole file
    crlf, bare              lines end with CR LF; the last line has no end
    remove                  there is no such file
    mode 0640, owner USER   of the file
    dir PATH [MODE [USER]]  a folder; nodir PATH takes it away
    device PATH             a character device
    linger SECONDS          how long to listen after the daemon has read everything; 0.5 if not given
    slow                    takes many seconds: not in a sample
    machine [RELEASE...] REASON     the daemon speaks of its machine here, not of its files: lint is not asked

The text of add, begin and text may stand below, a line each:

    | a line
    |x bytes without an end of line: \\xNN \\t \\r \\n \\\\ as in Python

Below stand the results, written by `daemons.py --bless` and never by hand: releases, what became of the daemon, and in
lines that begin with blanks what it said.

    22.05 24.11 FATAL
        fatal: Unable to process configuration file
    26.05 OK
"""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
RELEASES = ["22.05", "24.11", "26.05"]
RESULTS = ["OK", "WARN", "ERROR", "FATAL", "REFUSE", "HANG", "SEGFAULT"]
REFUSALS = {"FATAL", "REFUSE", "HANG", "SEGFAULT"}
TEXT_STEPS = {"add", "begin", "text"}
CONF = "/etc/slurm/"

RESULT_LINE = re.compile(r"((?:\d\d\.\d\d )+)(%s)$" % "|".join(RESULTS))


class Case:
    """One case: its steps, and the lines of the file that it came from, so that blessing changes results alone."""

    def __init__(self, family, name, head):
        self.family = family
        self.name = name
        self.before = []        # comments and blank lines above it
        self.own = []           # its lines, without results
        self.steps = list(head)
        self.results = {}       # release: (result, [message])

    def __str__(self):
        return "%s: %s" % (self.family, self.name)

    def option(self, name, otherwise=None):
        found = otherwise
        for step, value in self.steps:
            if step == name:
                found = value
        return found

    def of_machine(self, release):
        """Whether the daemon of this release speaks of its machine here."""
        words = self.option("machine", "").split()
        named = [word for word in words if word in RELEASES]
        return bool(words) and (not named or release in named)

    @property
    def daemon(self):
        return self.option("daemon", "slurmctld")


def bytes_of(text):
    """The bytes that a `|x` line means."""
    return text.encode().decode("unicode_escape").encode("latin-1")


def read_family(path):
    """Returns the lines before the first case, and the cases."""
    family = os.path.basename(path)[:-len(".txt")]
    head, head_lines, cases, pending, case, block = [], [], [], [], None, None
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    for number, line in enumerate(lines, 1):
        def wrong(what):
            raise SystemExit("%s:%d: %s" % (path, number, what))
        steps, own = (case.steps, case.own) if case else (head, head_lines)
        if line.startswith("== "):
            case = Case(family, line[3:].strip(), head)
            if any(case.name == other.name for other in cases):
                wrong("a second case of this name")
            case.before, pending, block = pending, [], None
            case.own.append(line)
            cases.append(case)
        elif not line.strip() or line.startswith("#"):
            pending.append(line)
        elif line.startswith("|"):
            if block is None:
                wrong("text that belongs to no step")
            own.append(line)
            text = bytes_of(line[3:]) if line.startswith("|x ") else (line[2:] + "\n").encode()
            step, value = steps[-1]
            steps[-1] = (step, value + text)
        elif case and RESULT_LINE.match(line):
            found = RESULT_LINE.match(line)
            said, block = (found.group(2), []), None
            for release in found.group(1).split():
                case.results[release] = said
        elif case and line.startswith("    ") and case.results:
            said[1].append(line[4:])
        else:
            own.extend(pending)
            pending = []
            own.append(line)
            step, _, value = line.partition(" ")
            block = None
            if step in TEXT_STEPS:
                value = (value + "\n").encode() if value else b""
                block = step
            elif step not in STEPS and step not in OPTIONS:
                wrong("no step '%s'" % step)
            steps.append((step, value))
    return head_lines, cases, pending


def write_family(path, head_lines, cases, pending):
    lines = list(head_lines)
    for case in cases:
        lines += case.before + case.own
        done = []
        for release in RELEASES:
            said = case.results.get(release)
            if said is None or release in done:
                continue
            same = [other for other in RELEASES if case.results.get(other) == said]
            done += same
            lines.append("%s %s" % (" ".join(same), said[0]))
            lines += ["    " + message for message in said[1]]
    lines += pending
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def family_paths():
    folder = os.path.join(HERE, "cases")
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".txt")]


def wanted(case, words):
    """Whether one of the words names it, as FAMILY or FAMILY: CASE; no words name all."""
    return not words or any(word in (case.family, str(case)) for word in words)


# The tree ---------------------------------------------------------------------------------------------------------

class Tree:
    """The files of one case, in memory until they are written."""

    def __init__(self):
        self.files = {}         # path: bytes
        self.modes = {}         # path: mode
        self.owners = {}        # path: name
        self.folders = {}       # path: (mode, owner)
        self.devices = []
        self.gone = []          # folders of the release root that are to be away
        self.there = {}         # path: "program" or "there"
        self.at = CONF + "slurm.conf"

    def lines(self):
        return self.files.get(self.at, b"").decode("utf-8", "surrogateescape").split("\n")

    def set_lines(self, lines):
        self.files[self.at] = "\n".join(lines).encode("utf-8", "surrogateescape")


def line_of(lines, key):
    """Where the line of this key is: the first, or None."""
    for at, line in enumerate(lines):
        if re.match(re.escape(key) + r"\s*=", line, re.I):
            return at
    return None


def must_have(lines, key):
    at = line_of(lines, key)
    if at is None:
        raise SystemExit("no line of '%s' in the base" % key)
    return at


def step_in(tree, value):
    tree.at = value if value.startswith("/") else CONF + value


def step_set(tree, value):
    lines = tree.lines()
    at = line_of(lines, value.partition("=")[0].strip())
    if at is None:
        step_add(tree, (value + "\n").encode())
    else:
        lines[at] = value
        tree.set_lines(lines)


def step_drop(tree, value):
    lines = tree.lines()
    must_have(lines, value)
    tree.set_lines([line for line in lines if line_of([line], value) is None])


def step_word(tree, value):
    key, _, word = value.partition(" ")
    lines = tree.lines()
    at = must_have(lines, key)
    words = lines[at].split(" ")
    name = word[1:] if word.startswith("-") else word.partition("=")[0]
    found = [i for i, old in enumerate(words) if old.lower().startswith(name.lower() + "=")]
    if word.startswith("-"):
        words = [old for i, old in enumerate(words) if i not in found]
    elif found:
        words[found[0]] = word
    else:
        words.append(word)
    lines[at] = " ".join(words)
    tree.set_lines(lines)


def step_more(tree, value):
    key, _, text = value.partition(" ")
    lines = tree.lines()
    lines[must_have(lines, key)] += " " + text
    tree.set_lines(lines)


def step_add(tree, value):
    tree.files[tree.at] = tree.files.get(tree.at, b"") + value


def step_begin(tree, value):
    tree.files[tree.at] = value + tree.files.get(tree.at, b"")


def step_text(tree, value):
    tree.files[tree.at] = value


def step_crlf(tree, _):
    tree.files[tree.at] = tree.files[tree.at].replace(b"\n", b"\r\n")


def step_bare(tree, _):
    tree.files[tree.at] = tree.files[tree.at].rstrip(b"\n")


def step_remove(tree, _):
    del tree.files[tree.at]


def step_mode(tree, value):
    tree.modes[tree.at] = int(value, 8)


def step_owner(tree, value):
    tree.owners[tree.at] = value


def step_dir(tree, value):
    words = value.split()
    tree.folders[words[0]] = (int(words[1], 8) if len(words) > 1 else 0o755, words[2] if len(words) > 2 else "root")


def step_nodir(tree, value):
    tree.folders.pop(value, None)
    tree.there.pop(value, None)
    tree.gone.append(value)


def step_device(tree, value):
    tree.devices.append(value)


def step_there(tree, value):
    tree.there[value] = "there"


def step_program(tree, value):
    tree.there[value] = "program"


STEPS = {"in": step_in, "set": step_set, "drop": step_drop, "word": step_word, "more": step_more, "add": step_add,
         "begin": step_begin, "text": step_text, "crlf": step_crlf, "bare": step_bare, "remove": step_remove,
         "mode": step_mode, "owner": step_owner, "dir": step_dir, "nodir": step_nodir, "device": step_device,
         "there": step_there, "program": step_program}
OPTIONS = {"daemon", "linger", "slow", "machine"}


def base_file(name):
    with open(os.path.join(HERE, "base", name), "rb") as file:
        return file.read()


def base_tree(daemon, release):
    tree = Tree()
    for line in base_file("tree").decode().splitlines():
        if line and not line.startswith("#"):
            step, _, value = line.partition(" ")
            STEPS[step](tree, value)
    tree.files["/etc/passwd"] = base_file("passwd")
    tree.files["/etc/group"] = base_file("group")
    tree.files["/etc/hosts"] = base_file("hosts")
    if daemon == "slurmdbd":
        tree.at = CONF + "slurmdbd.conf"
        tree.files[tree.at] = base_file("slurmdbd.conf")
        tree.modes[tree.at] = 0o600
        tree.owners[tree.at] = "slurm"
    else:
        own = "cgroup-%s.conf" % release
        tree.files[CONF + "cgroup.conf"] = base_file(own if os.path.exists(os.path.join(HERE, "base", own)) else "cgroup.conf")
        tree.files[CONF + "plugstack.conf"] = b""
        tree.at = CONF + "slurm.conf"
        tree.files[tree.at] = base_file("slurm.conf")
    return tree


def build_tree(case, release):
    tree = base_tree(case.daemon, release)
    for step, value in case.steps:
        if step in STEPS:
            STEPS[step](tree, value)
    return tree


def write_tree(tree, folder, for_daemon):
    """Writes the tree below the folder. For a daemon without what its root has already; owners only when root."""
    ids = {}
    for line in base_file("passwd").decode().splitlines():
        name, _, uid = line.split(":")[:3]
        ids[name] = int(uid)
    root = os.geteuid() == 0

    def finish(path, mode, owner):
        if root and ids[owner]:
            os.chown(path, ids[owner], ids[owner])
        os.chmod(path, mode)

    for path, (mode, owner) in tree.folders.items():
        os.makedirs(folder + path, exist_ok=True)
        finish(folder + path, mode, owner)
    for path in tree.devices:
        os.makedirs(os.path.dirname(folder + path), exist_ok=True)
        if for_daemon:
            os.mknod(folder + path, 0o020666, os.makedev(1, DEVICES.get(path, 3)))
            os.chmod(folder + path, 0o666)
        else:
            with open(folder + path, "wb"):
                pass
    for path in tree.gone if for_daemon else []:
        os.makedirs(os.path.dirname(folder + path), exist_ok=True)
        os.mknod(folder + path, 0o020000, 0)        # how an overlay says that there is nothing
    if not for_daemon:
        for path, kind in tree.there.items():
            os.makedirs(folder + (path if kind == "there" else os.path.dirname(path)), exist_ok=True)
            if kind == "program":
                with open(folder + path, "wb"):
                    pass
                os.chmod(folder + path, 0o755)
    for path, content in tree.files.items():
        os.makedirs(os.path.dirname(folder + path), exist_ok=True)
        with open(folder + path, "wb") as file:
            file.write(content)
        finish(folder + path, tree.modes.get(path, 0o644), tree.owners.get(path, "root"))


DEVICES = {"/dev/zero": 5, "/dev/random": 8, "/dev/urandom": 9}
