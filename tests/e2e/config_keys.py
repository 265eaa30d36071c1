#!/usr/bin/env python3
"""The server's README lists the configuration's keys: those that the reader asks for, no others.

And each of them is taken over by a SIGHUP, or named by it as in need of a restart.
"""

import pathlib
import re
import sys

# How the sources name a key: as the first argument of a method of ObjectReader, or in a row of a table of them.
CALL = re.compile(r'\b(?:text|required_text|text_or_null|flag|number|seconds|choice|secret|file|texts|object|each)\(\s*"(\w+)"')
COUNT = re.compile(r'\b(?:count_of|read_header_secret)\(\w+, "(\w+)"')
ROW = re.compile(r'\{"(\w+)", &Policy::')
# A row of the table of keys that need a restart.
FIXED = re.compile(r'^ +\{"([\w.]+)",', re.M)
# Keys that a SIGHUP takes over, or their beginnings.
LIVE = ("log_level", "token_lifetime_seconds", "session_lifetime_seconds", "policy", "notifications.", "tenants[]",
        "users[]")
READERS = ("config.cpp", "live_keys.cpp", "policy_keys.cpp", "tenant_reader.cpp")


def read_by(folder):
    keys = set()
    for name in READERS:
        text = (folder / name).read_text(encoding="utf-8")
        for pattern in (CALL, COUNT, ROW):
            keys.update(pattern.findall(text))
    return keys


def documented_in(readme):
    """The names in the first column of the tables of the chapter about the configuration, as in `listen.port`."""
    chapter = readme.split("\n## Configuration\n")[1].split("\n## ")[0]
    names, prefix = set(), ""
    for line in chapter.splitlines():
        if line.startswith("Keys of `policy`"):
            prefix = "policy."
        if line.startswith("| `"):
            names.update(prefix + name for name in re.findall(r"`([\w.\[\]]+)`", line.split("|")[1]))
    return names


def parts_of(names):
    return {part.removesuffix("[]") for name in names for part in name.split(".")}


def wrongly_reloaded(names, fixed):
    wrong = [f"{name} is neither in reload.cpp nor taken over by a SIGHUP"
             for name in sorted(names - fixed) if not name.startswith(LIVE)]
    return wrong + [f"{name} of reload.cpp is not in README.md" for name in sorted(fixed - names)]


def main():
    server = pathlib.Path(sys.argv[1])
    read = read_by(server / "src" / "config")
    names = documented_in((server / "README.md").read_text(encoding="utf-8"))
    documented = parts_of(names)
    fixed = set(FIXED.findall((server / "src" / "reload.cpp").read_text(encoding="utf-8")))
    wrong = [f"{key} is read and not in README.md" for key in sorted(read - documented)]
    wrong += [f"{key} is in README.md and read nowhere" for key in sorted(documented - read)]
    wrong += wrongly_reloaded(names, fixed)
    print("\n".join(wrong) or f"{len(read)} keys, all of them in README.md")
    return 1 if wrong or len(read) < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
