#!/usr/bin/env python3
"""Every stack file that hpcc writes is held to what docker does with one.

usage: tests/judge/stack.py HPCC

`docker stack config` reads each: those of specs/, of specs/systems/, and of each key's case that is laid over the base `swarm`. It says
nothing of what a stack passes over in silence, and of what the swarm alone refuses: that is looked for here. One line each.
Exit status: 0 all fine, 1 something is not.
"""
import hashlib
import os
import re
import subprocess
import sys
import tempfile

import yaml

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
CASES = os.path.join("tests", "cases", "keys")

# docker/cli, cli/compose/types/types.go: UnsupportedProperties (one line of warning at deploy), DeprecatedProperties, ForbiddenProperties.
IGNORED = {"build", "cgroupns_mode", "cgroup_parent", "devices", "domainname", "external_links", "ipc", "links", "mac_address",
           "network_mode", "pid", "privileged", "restart", "security_opt", "shm_size", "userns_mode"}
DEPRECATED = {"container_name", "expose"}
FORBIDDEN = {"extends", "volume_driver", "volumes_from", "cpu_quota", "cpu_shares", "cpuset", "mem_limit", "memswap_limit"}
# Without a word: an order of start, profiles, `tmpfs` as a key of its own (convert/service.go does not read it), compose's own keys.
SILENT = {"depends_on", "profiles", "tmpfs", "pull_policy", "runtime", "gpus", "mem_reservation", "attach", "scale"}
TOP = {"version", "services", "networks", "volumes", "secrets", "configs"}
# swarmkit, manager/controlapi: a config or a secret holds at most 500 KiB, and something; names have at most 64 characters.
MOST, NAME = 512000, 64


def expand(text, stack="a" * 40):
    """As docker's client expands values, with the longest name that `cluster` allows."""
    text = text.replace("${HPCC_STACK:-", "\0")
    text = re.sub("\0[^}]*}", stack, text)
    return re.sub(r"\$\{[A-Za-z0-9_]+:-([^}]*)\}", r"\1", text)


def service(name, body, stack):
    """What is wrong with a service, a text each."""
    for keys, why in ((IGNORED, "a stack ignores"), (DEPRECATED, "is deprecated"), (FORBIDDEN, "a stack refuses"), (SILENT, "does nothing in a stack")):
        for key in sorted(keys & set(body)):
            yield f"{name}: {key}: {why}"
    deploy = body.get("deploy", {})
    if deploy.get("endpoint_mode") != "dnsrr":
        yield f"{name}: not dnsrr: a virtual address would stand before its own"
    for port in body.get("ports", []):
        if not isinstance(port, dict) or port.get("mode") != "host":
            yield f"{name}: port {port} is not published at the host, which dnsrr needs"
    if deploy.get("update_config", {}).get("order") != "stop-first":
        yield f"{name}: two tasks of one place at a time"
    if not deploy.get("placement", {}).get("constraints"):
        yield f"{name}: may be anywhere"
    resources = deploy.get("resources", {})
    if "devices" in resources.get("reservations", {}):
        yield f"{name}: reservations.devices: a stack refuses"
    if not isinstance(resources.get("limits", {}).get("cpus", ""), str):
        yield f"{name}: limits.cpus is no string"
    for network, how in body["networks"].items():
        if network not in stack["networks"]:
            yield f"{name}: no network {network}"
        for key in set(how or {}) - {"aliases"}:
            yield f"{name}: networks.{network}.{key} is not applied in a swarm"
    for kind in ("configs", "secrets"):
        for one in body.get(kind, []):
            source = one["source"] if isinstance(one, dict) else one
            if source not in stack.get(kind, {}):
                yield f"{name}: no {kind} {source}"
    for mount in body.get("volumes", []):
        if mount["type"] == "volume" and mount["source"] not in stack["volumes"]:
            yield f"{name}: no volume {mount['source']}"
        if mount["type"] not in ("volume", "bind", "tmpfs"):
            yield f"{name}: a stack knows no mount of type {mount['type']}"


def named(stack, folder):
    """What is wrong with the names and contents of configs and secrets."""
    seen = {}
    for kind in ("configs", "secrets"):
        for key, body in stack.get(kind, {}).items():
            name = expand(body["name"])
            if len(name) > NAME or not re.fullmatch(r"[A-Za-z0-9]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9])?", name):
                yield f"{kind} {key}: {name} is no name for the swarm"
            if seen.setdefault(name, (kind, body.get("file"))) != (kind, body.get("file")):
                yield f"{kind} {key}: the name {name} is there twice"
    for key, body in stack.get("configs", {}).items():
        path = os.path.join(folder, body["file"])
        with open(path, "rb") as f:
            content = f.read()
        if not 0 < len(content) <= MOST:
            yield f"configs {key}: {len(content)} bytes"
        if not body["name"].endswith("_" + hashlib.sha256(content).hexdigest()[:12]):
            yield f"configs {key}: its name does not say what is in it"
    for key, body in stack.get("secrets", {}).items():
        if body.get("external") is not True or "file" in body or "HPCC_SECRET_" not in body["name"]:
            yield f"secrets {key}: not one that `cluster up` makes"


def wrong(folder):
    path = os.path.join(folder, "stack.yaml")
    with open(path, encoding="utf-8") as f:
        stack = yaml.safe_load(f)
    for key in stack:
        if key not in TOP and not key.startswith("x-"):
            yield f"{key}: a stack refuses it at the top"
    for name, body in stack["services"].items():
        yield from service(name, body, stack)
    for name, body in stack["networks"].items():
        if body.get("driver") != "overlay":
            yield f"networks {name}: no overlay"
        for config in body.get("ipam", {}).get("config", []):
            if set(config) != {"subnet"}:
                yield f"networks {name}: a stack knows of a subnet alone"
    yield from named(stack, folder)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("HPCC_")}
    said = subprocess.run(["docker", "stack", "config", "-c", path], env=clean, capture_output=True, text=True, check=False)
    if said.returncode or said.stderr:
        yield "docker stack config: " + said.stderr.strip()


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 1
    hpcc = os.path.abspath(sys.argv[1])
    os.chdir(ROOT)
    specs = [[os.path.join(f, n)] for f in ("specs", "specs/systems") for n in sorted(os.listdir(f)) if n.endswith(".yaml")]
    for name in sorted(os.listdir(CASES)):
        if name.endswith(".yaml"):
            with open(os.path.join(CASES, name), encoding="utf-8") as f:
                if "# base: swarm\n" in f.read():
                    specs.append([os.path.join(CASES, "base", "swarm.yaml"), os.path.join(CASES, name)])
    bad = judged = 0
    for spec in specs:
        with tempfile.TemporaryDirectory() as work:
            args = [hpcc, "build", "-q", spec[0], *(["--with", spec[1]] if spec[1:] else []), "--target", "swarm", "-o", work]
            said = subprocess.run(args, capture_output=True, text=True, check=False)
            if said.returncode and not spec[1:]:
                continue  # not a spec for a swarm
            found = [said.stderr] if said.returncode else list(wrong(os.path.join(work, "swarm")))
        name = os.path.basename(spec[-1])[:-len(".yaml")]
        for one in found:
            print(f"     {one}")
        print(f"{'FAIL' if found else 'ok  '} stack {name}")
        bad += bool(found)
        judged += 1
    return 1 if bad or not judged else 0


if __name__ == "__main__":
    sys.exit(main())
