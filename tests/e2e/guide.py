#!/usr/bin/env python3
"""Runs every shell block of a guide, one after the other in one shell, as a reader would; only the ports are free ones.

  guide.py GUIDE FOLDER_OF_PROGRAMS...

A block behind the comment "test: skip" is left out. What must have come of it is checked at the end.
"""

import itertools
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile

SECONDS = 500
# What the reader has seen when all went well.
EXPECTED = {
    "the agents are listed": r'"name":"Reception"',
    "the QR code is there": r"^\S{8,}$",
    "the account is connected": r'"connected":true',
    "both webhooks are registered": r'"source":"messaging".*"source":"account_status"|"source":"account_status".*"source":"messaging"',
    "the decision is explained": r"13\.1/1",
    "the takeover is shown": r'"taken_over_by":\{[^}]*admin@example\.com',
    "sends are counted": r'sessiond_sends_total\{[^}]*sent[^}]*\} [1-9]',
    "the log replays": r"equal",
}


def shell_blocks(text):
    skip = re.compile(r"<!-- test: skip[^>]*-->\n```sh\n.*?```", re.S)
    return re.findall(r"```sh\n(.*?)```", skip.sub("", text), re.S)


def kept(port):
    """The port, bound so that nobody else is given it and the reader's programs can listen on it; nothing if it is taken."""
    one = socket.socket()
    try:
        one.bind(("127.0.0.1", port))
    except OSError:
        one.close()
        return None
    for sharing in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        one.setsockopt(socket.SOL_SOCKET, sharing, 1)
    return one


def on_free_ports(script, sockets):
    """Not on those that the system gives to whoever wants any: one of them could be taken before it is listened on."""
    sockets.extend(itertools.islice(filter(None, map(kept, random.sample(range(10000, 32768), 1000))), 3))
    ports = dict(zip(("8080", "9101", "9102"), (one.getsockname()[1] for one in sockets)))
    return re.sub("|".join(ports), lambda port: str(ports[port.group()]), script)


def main():
    guide, *folders = sys.argv[1:]
    blocks = shell_blocks(pathlib.Path(guide).read_text(encoding="utf-8"))
    sockets = []  # open until the end
    script = on_free_ports("set -euo pipefail\n" + "\n".join(blocks), sockets)
    environment = dict(os.environ, PATH=os.pathsep.join([*folders, os.environ["PATH"]]))
    with tempfile.TemporaryDirectory(prefix="guide-") as folder:
        shell = subprocess.Popen(["bash", "-x", "-c", script], cwd=folder, env=environment, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output, _ = shell.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)
            output, _ = shell.communicate()
            output += f"\nguide.py: not done within {SECONDS} seconds\n"
        finally:
            try:
                os.killpg(shell.pid, signal.SIGKILL)  # what a block that failed has left running
            except ProcessLookupError:
                pass
        shown = "\n".join(line for line in output.splitlines() if not line.startswith("+"))
        missing = [what for what, pattern in EXPECTED.items() if not re.search(pattern, shown, re.M)]
        if shell.returncode == 0 and not missing:
            print(f"{guide}: every block ran")
            return 0
        print(output)
        for log in sorted(pathlib.Path(folder).glob("*.log")):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}")
        print(f"exit code {shell.returncode}; not seen: {', '.join(missing) or 'nothing'}")
        return 1


sys.exit(main())
