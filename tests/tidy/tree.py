"""What the tidy checks share: the files of the tree, and how a finding is reported (file:line: rule: text)."""

import argparse
import os
import pathlib
import subprocess
import sys

SKIPPED = {".git", "build", "node_modules", ".cache", "__pycache__"}


def files(root):
    """The tracked files of a clone; in an unpacked archive without git, every file outside of build folders."""
    listing = subprocess.run(["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z"],
                             capture_output=True, check=False) if (root / ".git").exists() else None
    if listing is not None and listing.returncode == 0:
        names = listing.stdout.decode().split("\0")
        return [name for name in names if name and (root / name).is_file()]
    found = []
    for folder, folders, names in os.walk(root):  # not a look into build folders, where other tests come and go
        folders[:] = [name for name in folders if name not in SKIPPED and not name.startswith("build-")]
        found += [str((pathlib.Path(folder) / name).relative_to(root)) for name in names if name not in SKIPPED]
    return sorted(name for name in found if (root / name).is_file())


def lines(root, name):
    """The lines of a text file; none for a binary one."""
    data = (root / name).read_bytes()
    return [] if b"\0" in data else data.decode("utf-8", errors="replace").splitlines()


def run(description, check):
    """Parses --root, runs check(root) -> iterable of (file, line, rule, text), prints, exits 1 if there is any."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    root = parser.parse_args().root.resolve()
    count = 0
    for name, line, rule, text in check(root):
        print(f"{name}:{line}: {rule}: {text.strip()[:160]}")
        count += 1
    print(f"{count} finding(s)" if count else "clean")
    sys.exit(1 if count else 0)
