#!/usr/bin/env python3
"""Each installed header compiles alone, with strict warnings, twice in one unit, and drags in no heavy library."""

import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys

HEAVY = re.compile(r"/(nlohmann/|httplib\.h|websocketpp/|boost/|SQLiteCpp/|sqlite3\.h|utf8proc\.h|spdlog/|openssl/|sodium)")


def problem(compiler, include, header):
    """What is wrong with this header; empty when it is fine."""
    text = f"#include <{header}>\n#include <{header}>\n"
    common = [compiler, "-std=c++20", "-x", "c++", "-I", str(include), "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]
    done = subprocess.run([*common, "-fsyntax-only", "-"], input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return done.stderr
    uses = subprocess.run([*common, "-M", "-"], input=text, capture_output=True, text=True, check=True).stdout
    heavy = sorted({word for word in uses.split() if HEAVY.search(word)})
    return f"{header}: drags in {heavy[0]}\n" if heavy else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--prefix", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    include = arguments.prefix / "include"
    headers = sorted(str(path.relative_to(include)) for path in include.rglob("*.hpp"))
    if not headers:
        sys.exit(f"no header under {include}")
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        problems = [text for text in pool.map(lambda h: problem(arguments.compiler, include, h), headers) if text]
    print("\n".join(problems) if problems else f"{len(headers)} headers compile alone")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
