#!/usr/bin/env python3
"""The unit for systemd: its commands exist, secrets stay out of it, the rights are few; systemd itself accepts it."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

MUST = {  # section: key: value, or None for any
    "Unit": {"After": "network-online.target"},
    "Service": {
        "Type": "exec", "Restart": "on-failure", "User": "sessiond", "StateDirectory": "sessiond", "UMask": "0077",
        "NoNewPrivileges": "yes", "ProtectSystem": "strict", "CapabilityBoundingSet": "", "TimeoutStopSec": None,
        "ExecReload": "/bin/kill -HUP $MAINPID",
    },
    "Install": {"WantedBy": "multi-user.target"},
}
ONCE_ONLY = {"Type", "ExecStart", "User", "StateDirectory", "Restart", "UMask"}


def parsed(text):
    """{section: [(key, value)]}; a line that is neither section, comment nor assignment is an error."""
    sections, current = {}, None
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        if line[0] == "[" and line[-1] == "]":
            current = sections.setdefault(line[1:-1], [])
        elif "=" in line and current is not None:
            key, value = line.split("=", 1)
            current.append((key.strip(), value.strip()))
        else:
            raise SystemExit(f"line {number}: no assignment: {line}")
    return sections


def findings(sections, program):
    for section, wanted in MUST.items():
        found = sections.get(section, [])
        for key, value in wanted.items():
            values = [v for k, v in found if k == key]
            if not values or (value is not None and value not in values):
                yield f"[{section}] {key} is {values}, wanted {value}"
    service = sections.get("Service", [])
    for key in ONCE_ONLY:
        if sum(1 for k, _ in service if k == key) != 1:
            yield f"{key} must be there exactly once"
    for key, value in service:
        if any(word in value.upper() for word in ("SECRET=", "KEY=", "PASSWORD=")):
            yield f"{key} holds a secret"
    start = dict(service).get("ExecStart", "").split()
    if start[1:3] != ["serve", "--config"]:
        yield f"ExecStart is {start}"
    elif subprocess.run([program, start[1], "--help"], stdout=subprocess.DEVNULL, check=False).returncode != 0:
        yield f"{start[1]} is no command of sessiond"


def systemd_findings(text, program):
    """What systemd says of the unit with programs and users of this machine in the place of the installed ones."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        print("systemd-analyze is not installed: only the unit's own rules were checked")
        return
    text = text.replace("/usr/local/bin/sessiond", program).replace("User=sessiond", "User=root")
    text = text.replace("Group=sessiond", "Group=root").replace("Documentation=man:systemd.exec(5)\n", "")
    with tempfile.TemporaryDirectory() as folder:
        unit = pathlib.Path(folder) / "sessiond.service"
        unit.write_text(text, encoding="utf-8")
        done = subprocess.run([tool, "verify", "--recursive-errors=no", str(unit)], capture_output=True, text=True,
                              check=False)
        said = [line for line in (done.stdout + done.stderr).splitlines() if "sessiond.service" in line]
        if done.returncode != 0 or said:
            yield from said or [done.stderr.strip()]


def main():
    unit, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    text = unit.read_text(encoding="utf-8")
    wrong = [*findings(parsed(text), program), *systemd_findings(text, program)]
    for finding in wrong:
        print(f"{unit.name}: {finding}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
