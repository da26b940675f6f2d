"""The names of a hostlist as hpcc prints it: a reading of its own, for the judges to hold hpcc's against."""
import itertools
import re


def expand(hostlist):
    """The names of a hostlist as hpcc prints it; independent of hpcc's own code."""
    names = []
    for term in re.findall(r"(?:\[[^]]*\]|[^,\[])+", hostlist):
        parts = []
        for piece in re.findall(r"\[([^]]*)\]|([^\[]+)", term):
            if piece[1]:
                parts.append([piece[1]])
                continue
            numbers = []
            for item in piece[0].split(","):
                low, _, high = item.partition("-")
                for n in range(int(low), int(high or low) + 1):
                    numbers.append(str(n).zfill(len(low)))
            parts.append(numbers)
        names += ["".join(p) for p in itertools.product(*parts)]
    return names
