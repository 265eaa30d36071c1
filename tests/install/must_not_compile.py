#!/usr/bin/env python3
"""Mistakes that the types must refuse. Each file of must_not_compile/ states the error it expects in its first line
(`// error: REGEX`), and compiles once CORRECT is defined, so that it is refused for the stated reason and no other."""

import argparse
import os
import pathlib
import re
import subprocess
import sys


def compile_it(compiler, prefix, source, *options):
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I", str(prefix / "include")]
    done = subprocess.run([*command, *options, str(source)], capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C"})
    return done.returncode == 0, done.stderr


def problem(compiler, prefix, source):
    """What is wrong with this case; empty when the compiler refuses exactly the mistake."""
    expected = re.match(r"// error: (.+)", source.read_text(encoding="utf-8"))
    if not expected:
        return "the first line does not say '// error: REGEX'"
    accepted, errors = compile_it(compiler, prefix, source, "-DCORRECT")
    if not accepted:
        return f"does not even compile without the mistake:\n{errors}"
    accepted, errors = compile_it(compiler, prefix, source)
    if accepted:
        return "compiles, and must not"
    return "" if re.search(expected[1], errors) else f"refused, but not with '{expected[1]}':\n{errors}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--prefix", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    sources = sorted((pathlib.Path(__file__).resolve().parent / "must_not_compile").glob("*.cpp"))
    wrong = 0
    for source in sources:
        text = problem(arguments.compiler, arguments.prefix, source)
        print(f"{source.name}: {text or 'refused, as it must be'}")
        wrong += bool(text)
    sys.exit(1 if wrong or not sources else 0)


if __name__ == "__main__":
    main()
