#!/usr/bin/env python3
"""Names and shapes: the fixed top level, no path of one machine, test names CTest can carry, short files, no sleeping,
and in each public header the rule for threads."""

import re

import tree

TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "SECURITY.md",
    "vcpkg.json", "conanfile.py", "libsessioncore", "adapters", "examples", "tests", "bindings", "docs",
}
CODE = (".cpp", ".hpp", ".h", ".c", ".py", ".js", ".mjs", ".ts", ".tsx", ".cmake", ".sh")
LONGEST_FILE = 500
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:home|Users|root|wor[k]|opt/hostedtoolcache)/[\w.-]+")
TEST_NAME = re.compile(r'\b(?:TEST_CASE(?:_FIXTURE|_TEMPLATE)?|TEST_SUITE|SCENARIO)\s*\((.*)$')
LITERAL = re.compile(r'"((?:\\.|[^"\\])*)"')
SLEEP = re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\s*\(|\btime\.sleep\s*\(|(?<![\w.:])sleep\s*\(")
EMPTY_TEST = re.compile(r"\b(?:CHECK|REQUIRE)\s*\(\s*true\s*\)")
PUBLIC_HEADER = re.compile(r"^(libsessioncore|adapters/\w+)/include/.*\.hpp$")
THREAD_RULE = re.compile(r"///.*\bThread rule: ")
ARTEFACT = re.compile(r"(^|/)(node_modules|dist|__pycache__)/|\.(o|a|so|node|db|sqlite|gcda|gcno|pyc)$")


def test_findings(line):
    """What a line of a C++ or Python test must not do."""
    name = TEST_NAME.search(line)
    literal = LITERAL.search(name[1]) if name else None
    if literal and re.search(r"[;\[\]]", literal[1]):
        yield "';', '[' or ']' in a test name breaks CTest's lists"
    # Between two looks at a condition of another process there is nothing to wait on: such a line says "poll".
    if SLEEP.search(line) and "poll" not in line:
        yield "a test sleeps: wait for a condition (a pause inside a polling loop says 'poll' on its line)"
    if EMPTY_TEST.search(line):
        yield "a check that cannot fail"


def check(root):
    for name in tree.files(root):
        top = name.split("/", 1)[0]
        if top not in TOP_LEVEL and not top.startswith("."):
            yield name, 1, "the top level is fixed", top
        if ARTEFACT.search(name):
            yield name, 1, "made by a build or a run, not for git", name
        text = tree.lines(root, name)
        if name.endswith(CODE) and len(text) > LONGEST_FILE:
            yield name, len(text), f"more than {LONGEST_FILE} lines", "one concept per file"
        if PUBLIC_HEADER.match(name) and not any(THREAD_RULE.search(line) for line in text):
            yield name, 1, "a public header says who may use it from which thread ('Thread rule: ')", text[0] if text else ""
        is_test = name.startswith("tests/") and name.endswith((".cpp", ".hpp", ".py"))
        for number, line in enumerate(text, start=1):
            if MACHINE_PATH.search(line):
                yield name, number, "a path of one machine", line
            for rule in test_findings(line) if is_test and not name.startswith("tests/tidy/") else ():
                yield name, number, rule, line


if __name__ == "__main__":
    tree.run(__doc__, check)
