#!/usr/bin/env python3
"""The core takes values and gives values; the engine decides nothing and reads no clock. Neither knows a provider."""

import re

import tree

LAYERS = {  # layer: what it may include of the project
    "core": r"(sessioncore/)?(core/)?[a-z_]+\.hpp",
    "engine": r"sessioncore/((core|engine)/)?[a-z_]+\.hpp|engine/[a-z_]+\.hpp",
}
IMPURE_HEADERS = ("thread|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|stop_token|iostream|cstdio|"
                  "fstream|filesystem|random|ctime|cstdlib|unistd\\.h|time\\.h|stdlib\\.h|stdio\\.h")
CODE_RULES = [  # looked for outside of comments and string literals
    ("banned include", re.compile(rf"#\s*include\s*<({IMPURE_HEADERS})>")),
    ("clock", re.compile(r"::now\s*\(")),
    ("environment", re.compile(r"\b(secure_)?getenv\b")),
    ("randomness", re.compile(r"\b(std::)?s?rand\s*\(|\brandom_device\b")),
    ("mutable global", re.compile(r"^\s*(static\s+)?thread_local\b")),
]
LAYER_OF = re.compile(r"^libsessioncore/(?:src/|include/sessioncore/)(?:(core|engine)/)?[^/]+\.[ch]pp$")
VIRTUAL = re.compile(r"\bvirtual\b")
ASSERT = "libsessioncore/src/core/assert.cpp"  # says what is wrong before the process ends, unless a handler is set
PORTS = "libsessioncore/include/sessioncore/engine/ports.hpp"  # the one file that may say virtual
PROVIDER = re.compile(r"whats\s?app|unipile|eleven\s?labs|sqlite", re.IGNORECASE)
INCLUDE = re.compile(r'#\s*include\s*([<"])([^>"]+)[>"]')
STANDARD = re.compile(r"^[a-z_0-9]+$")
NOISE = re.compile(r'"(?:\\.|[^"\\])*"|//.*$|/\*.*?\*/')


def code_of(text_lines):
    """The lines without comments and string literals; an include keeps its name."""
    inside = False
    for line in text_lines:
        if inside:
            line, inside = (line.split("*/", 1)[1], False) if "*/" in line else ("", True)
        bare = line if INCLUDE.search(line) else NOISE.sub(" ", line)
        if "/*" in bare:
            bare, inside = bare.split("/*", 1)[0], True
        yield bare


def include_findings(layer, code):
    """An include that points up or out of the project's lower layers."""
    match = INCLUDE.search(code)
    if not match or (match[1] == "<" and STANDARD.match(match[2])):
        return
    if not re.fullmatch(LAYERS[layer], match[2]):
        yield f"{layer} includes only the standard library and its own or a lower layer"


def check(root):
    for name in tree.files(root):
        place = LAYER_OF.match(name)
        if not place:
            continue
        layer = place[1] or "core"  # the values directly in include/sessioncore belong to every layer
        text = tree.lines(root, name)
        for number, (line, code) in enumerate(zip(text, code_of(text)), start=1):
            for rule, pattern in CODE_RULES:
                if pattern.search(code) and not (name == ASSERT and "<cstdio>" in code):
                    yield name, number, rule, line
            if VIRTUAL.search(code) and name != PORTS:
                yield name, number, "virtual outside of engine/ports.hpp", line
            if PROVIDER.search(line):
                yield name, number, "provider word", line
            for rule in include_findings(layer, code):
                yield name, number, rule, line


if __name__ == "__main__":
    tree.run(__doc__, check)
