#!/usr/bin/env python3
"""What the README shows is what the tests compile and run: its C++ block is examples/minimal/main.cpp, its commands exist."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2])
readme = (root / "README.md").read_text(encoding="utf-8")
problems = []

blocks = re.findall(r"```cpp\n(.*?)```", readme, re.S)
if blocks != [(root / "examples/minimal/main.cpp").read_text(encoding="utf-8")]:
    problems.append("README.md: its C++ block is not examples/minimal/main.cpp")
for block in re.findall(r"```sh\n(.*?)```", readme, re.S):
    for line in block.splitlines():
        command = line.split()[0]
        if not (root / command).is_file():
            problems.append(f"README.md: there is no {command}")
for target in re.findall(r"\]\(([^)#:]+)\)", readme):
    if not (root / target).exists():
        problems.append(f"README.md: there is no {target}")

print("\n".join(problems) or "README.md shows what is there")
sys.exit(1 if problems else 0)
