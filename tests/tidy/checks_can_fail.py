#!/usr/bin/env python3
"""Each tidy check must find what it forbids, at the right line, and nothing in a tree that keeps the rules."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CORE = "libsessioncore/src/core/step.cpp"
ENGINE = "libsessioncore/src/engine/engine.cpp"
TEST = "tests/unit/step.cpp"
HEADER = "libsessioncore/src/core/step.hpp"
CLEAN = '// No virtual call, no std::thread here.\n#include "step.hpp"\n\n#include <string>\n\nint kept() {\n  return 1;\n}\n'
WOULD_BE = "/ho" + "me/someone/project"

CASES = [  # check, file, text, line of the finding, a part of the message
    ("core_is_pure.py", CORE, "#include <mutex>\n", 1, "banned include"),
    ("core_is_pure.py", CORE, "int a;\nauto t = std::chrono::system_clock::now();\n", 2, "clock"),
    ("core_is_pure.py", CORE, 'auto v = std::getenv("X");\n', 1, "environment"),
    ("core_is_pure.py", CORE, "int r = std::rand();\n", 1, "randomness"),
    ("core_is_pure.py", CORE, "int a;\nstatic thread_local int calls = 0;\n", 2, "mutable global"),
    ("core_is_pure.py", CORE, "struct A {\n  virtual void f();\n};\n", 2, "virtual"),
    ("core_is_pure.py", CORE, "// as Unipile does\n", 1, "provider word"),
    ("core_is_pure.py", CORE, "#include <sessioncore/engine/ports.hpp>\n", 1, "lower layer"),
    ("core_is_pure.py", CORE, "#include <nlohmann/json.hpp>\n", 1, "lower layer"),
    ("core_is_pure.py", CORE, "/* a\n b */ int r = rand();\n", 2, "randomness"),
    ("core_is_pure.py", ENGINE, "#include <sessioncore/runtime/host.hpp>\n", 1, "lower layer"),
    ("core_is_pure.py", ENGINE, "int sqlite_rows;\n", 1, "provider word"),
    ("core_is_pure.py", "libsessioncore/include/sessioncore/ids.hpp", "#include <random>\n", 1, "banned include"),
    ("names.py", "stuff/readme.txt", "x\n", 1, "top level"),
    ("names.py", "docs/a.md", f"see\n{WOULD_BE}\n", 2, "one machine"),
    ("names.py", TEST, 'TEST_CASE("a; b") {\n', 1, "test name"),
    ("names.py", TEST, "void f() {\n  std::this_thread::sleep_for(1s);\n", 2, "sleeps"),
    ("names.py", "tests/e2e/a.py", "time.sleep(1)\n", 1, "sleeps"),
    ("names.py", TEST, "CHECK(true);\n", 1, "cannot fail"),
    ("names.py", CORE, "int x;\n" * 501, 501, "more than 500"),
    ("names.py", "examples/server/a.db", "x\n", 1, "not for git"),
    ("names.py", "adapters/a/include/sessioncore/a/b.hpp", "/// A b.\n#pragma once\n", 1, "which thread"),
    ("readme.py", "README.md", "a\n```cpp\nint main() {}\n```\n", 2, "examples/minimal/main.cpp"),
    ("readme.py", "README.md", "```sh\ntests/run\n```\n", 2, "no such command"),
    ("readme.py", "README.md", "```mermaid\nstateDiagram-v2\n  ai --> human: takeover\n```\n", 1, "state-diagram.md"),
    ("readme.py", "docs/guide/a.md", "a\n```cpp\nint main() {}\n```\n", 2, "in no example"),
    ("readme.py", "docs/a.md", "see\n[b](b.md#part)\n", 2, "no such file"),
    ("readme.py", "docs/a.md", "# A b\n[x](#a-b) [y](a.md#a-b)\n[z](a.md#c)\n", 3, "no such heading"),
    ("readme.py", "examples/server/README.md", "## The story\n\n1. Nothing happens\n", 1, "story.cpp"),
    ("adr.py", "docs/adr/0001-a.md", "# 0001: a\n\naccepted\n", 3, "no status"),
    ("adr.py", "docs/adr/0001-a.md", "# 0001: a\n\nStatus: accepted.\n\n## Context\n", 1, "no part '## Decision'"),
    ("adr.py", "docs/adr/0001-a.md", "# 0001: a\n\nStatus: accepted. Extends 0002.\n", 3, "0002 does not say"),
    ("adr.py", "docs/adr/README.md", "| ADR | |\n| [0009](0009-x.md) | x |\n", 2, "no such record"),
    ("format", CORE, "int   x ;\n", 1, "clang-format"),
    ("clang_tidy", CORE, "int ok();\nint NotSnakeCase() { return 0; }\n", 2, "identifier-naming"),
    ("clang_tidy", CORE, "bool f(long n) {\n  if (n == 1);\n  return true;\n}\n", 2, "suspicious-semicolon"),
]


def run(check, root):
    arguments = {"format": [], "clang_tidy": [str(root / "build")]}.get(check, ["--root", str(root)])
    command = [str(HERE / check)] + arguments
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "ROOT": str(root)})
    return done.returncode, done.stdout + done.stderr


def tree_with(folder, name, text):
    root = pathlib.Path(folder)
    for path, content in ((HEADER, "int kept();\n"), (CORE, CLEAN), (name, text)):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")
    for setting in (".clang-format", ".clang-tidy"):
        shutil.copy(HERE.parents[1] / setting, root)
    commands = [{"directory": str(root), "file": CORE, "command": f"g++ -std=c++20 -Wall -Wno-restrict -c {CORE}"}]
    (root / "build").mkdir()
    (root / "build" / "compile_commands.json").write_text(json.dumps(commands), encoding="utf-8")
    return root


def main():
    wrong = 0
    checks = ("core_is_pure.py", "names.py", "readme.py", "adr.py", "format", "clang_tidy")
    for check in checks:
        with tempfile.TemporaryDirectory() as folder:
            status, output = run(check, tree_with(folder, CORE, CLEAN))
            if status != 0:
                wrong += 1
                print(f"{check} complains about a clean tree:\n{output}")
    for check, name, text, line, part in CASES:
        with tempfile.TemporaryDirectory() as folder:
            status, output = run(check, tree_with(folder, name, text))
            found = [row for row in output.splitlines() if f"{name}:{line}:" in row and part in row]
            if status == 0 or not found:
                wrong += 1
                print(f"{check} misses {part!r} at {name}:{line}:\n{output}")
    print(f"{len(CASES) + len(checks)} cases, {wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
