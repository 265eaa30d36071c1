"""What the tidy checks share: the files of the tree, and how a finding is reported (file:line: rule: text)."""

import argparse
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
    return sorted(str(path.relative_to(root)) for path in root.rglob("*")
                  if path.is_file() and not any(part in SKIPPED or part.startswith("build-")
                                                for part in path.relative_to(root).parts))


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
