#!/usr/bin/python3
"""The other end of systemd's notification sockets (sd_notify(3)) for all machines of a test.

Reads lines from stdin, each the /run folder of a machine as this side sees it; binds RUN/systemd/notify/UNIT for the units
below and appends what arrives there to RUN/systemd/notify/UNIT.log, where the machine's systemctl looks for READY=1.
"""
import os
import selectors
import socket
import sys

UNITS = ("slurmctld", "slurmd", "slurmdbd", "slurmrestd", "sackd", "mariadb")


def listen(selector, run):
    folder = os.path.join(run, "systemd/notify")
    os.makedirs(folder, exist_ok=True)
    # A socket's path may have 107 bytes: relative names are short.
    os.chdir(folder)
    for unit in UNITS:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        server.bind(unit)
        os.chmod(unit, 0o777)
        selector.register(server, selectors.EVENT_READ, os.path.join(folder, unit + ".log"))
    open("listening", "w").close()


def main():
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ, None)
    rest = b""
    while True:
        for key, _ in selector.select():
            if key.data:
                message = key.fileobj.recv(4096)
                with open(key.data, "ab") as log:
                    log.write(message.rstrip(b"\n") + b"\n")
                continue
            text = os.read(0, 65536)
            if not text:
                return
            *lines, rest = (rest + text).split(b"\n")
            for line in lines:
                listen(selector, os.fsdecode(line))


sys.exit(main())
