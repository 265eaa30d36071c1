#!/usr/bin/env python3
"""The server's README lists the configuration's keys: those that the reader asks for, no others."""

import pathlib
import re
import sys

# How the sources name a key: as the first argument of a method of ObjectReader, or in a row of a table of them.
CALL = re.compile(r'\b(?:text|required_text|flag|number|seconds|choice|secret|file|texts|object|each)\(\s*"(\w+)"')
COUNT = re.compile(r'\bcount_of\(\w+, "(\w+)"')
ROW = re.compile(r'\{"(\w+)", &Policy::')
READERS = ("config.cpp", "live_keys.cpp", "policy_keys.cpp", "tenant_reader.cpp")


def read_by(folder):
    keys = set()
    for name in READERS:
        text = (folder / name).read_text(encoding="utf-8")
        for pattern in (CALL, COUNT, ROW):
            keys.update(pattern.findall(text))
    return keys


def documented_in(readme):
    """All parts of the names in the first column of the tables of the chapter about the configuration."""
    chapter = readme.split("\n## Configuration\n")[1].split("\n## ")[0]
    keys = set()
    for line in chapter.splitlines():
        if line.startswith("| `"):
            for name in re.findall(r"`([\w.\[\]]+)`", line.split("|")[1]):
                keys.update(part.removesuffix("[]") for part in name.split("."))
    return keys


def main():
    server = pathlib.Path(sys.argv[1])
    read = read_by(server / "src" / "config")
    documented = documented_in((server / "README.md").read_text(encoding="utf-8"))
    wrong = [f"{key} is read and not in README.md" for key in sorted(read - documented)]
    wrong += [f"{key} is in README.md and read nowhere" for key in sorted(documented - read)]
    print("\n".join(wrong) or f"{len(read)} keys, all of them in README.md")
    return 1 if wrong or len(read) < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
