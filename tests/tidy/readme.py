#!/usr/bin/env python3
"""What the documents show is there: README's program, diagram and commands, the story's steps, and every link to a file."""

import re

import tree

README, MINIMAL = "README.md", "examples/minimal/main.cpp"
GUIDES, SHOWN = "docs/guide/", re.compile(r"examples/(minimal|embedded)/(.*\.[ch]pp|CMakeLists\.txt)")
DIAGRAM, GENERATED = "stateDiagram-v2", "docs/state-diagram.md"
STORY_README, STORY = "examples/server/README.md", "examples/server/story/story.cpp"
EDGE = re.compile(r"^\s*(\[\*\]|\w+)\s*-->\s*(\w+)\s*(?::|$)")
STEP = re.compile(r'teller_\.step\("([^"]+)"\)')
LINK = re.compile(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)")


def blocks(text, language):
    """(line of the fence, lines of the block) of each fenced block in this language."""
    start = None
    for number, line in enumerate(text, start=1):
        if start is None and line == f"```{language}":
            start = number
        elif start is not None and line == "```":
            yield start, text[start:number - 1]
            start = None


def edges(text):
    """The arrows of a state diagram, whatever stands on them; a chat without a session is where it begins."""
    found = (EDGE.match(line) for line in text)
    pairs = {("none" if match[1] == "[*]" else match[1], match[2]) for match in found if match}
    return pairs - {("none", "none")}


def readme_findings(root, text, names):
    for line, block in blocks(text, "cpp"):
        if MINIMAL not in names or block != tree.lines(root, MINIMAL):
            yield line, f"the block is not {MINIMAL}", text[line - 1]
    for line, block in blocks(text, "sh"):
        for offset, command in enumerate(block, start=1):
            if command.split() and command.split()[0] not in names:
                yield line + offset, "no such command", command
    for line, block in blocks(text, "mermaid"):
        if block and block[0] == DIAGRAM:
            wanted = edges(tree.lines(root, GENERATED)) if GENERATED in names else set()
            for change in sorted(edges(block) ^ wanted):
                yield line, f"the diagram differs from {GENERATED}", " --> ".join(change)


def guide_findings(root, text, names):
    """The code of a guide stands, line by line, in a program that the tests build and run."""
    programs = [[line.strip() for line in tree.lines(root, name)] for name in names if SHOWN.fullmatch(name)]
    for line, block in (found for language in ("cpp", "cmake") for found in blocks(text, language)):
        wanted = [shown.strip() for shown in block]
        size = len(wanted)
        if not any(wanted == lines[at:at + size] for lines in programs for at in range(len(lines) - size + 1)):
            yield line, "the block is in no example", text[line - 1]


def story_findings(root, text, names):
    """The numbered list of the chapter is what the program plays."""
    if "## The story" not in text:
        return
    first = text.index("## The story") + 1
    chapter = text[first:next((n for n in range(first, len(text)) if text[n].startswith("## ")), len(text))]
    told = re.findall(r"^\d+\. (.*)$", re.sub(r"\n {3}", " ", "\n".join(chapter)), re.M)
    played = STEP.findall("\n".join(tree.lines(root, STORY))) if STORY in names else []
    for step in [step for step in told if step not in played] + [step for step in played if step not in told]:
        yield first, f"not the steps of {STORY}", step
    if sorted(told) == sorted(played) and told != played:
        yield first, f"not in the order of {STORY}", told[0]


def anchors(text):
    """What the headings are called in a link: small letters, blanks as hyphens, nothing else that is no letter."""
    headings = (line.lstrip("#").strip().lower() for line in text if line.startswith("#"))
    return {re.sub(r"[^\w-]", "", heading.replace(" ", "-")) for heading in headings}


def link_findings(root, name, text):
    for number, line in enumerate(text, start=1):
        for target, anchor in LINK.findall(line):
            file = (root / name).parent / target if target else root / name
            if not file.exists():
                yield number, "no such file", target
            elif anchor and anchor not in anchors(file.read_text(encoding="utf-8").splitlines()):
                yield number, "no such heading", f"{target}#{anchor}"


def check(root):
    names = set(tree.files(root))
    for name in sorted(name for name in names if name.endswith(".md")):
        text = tree.lines(root, name)
        found = list(link_findings(root, name, text))
        found += readme_findings(root, text, names) if name == README else ()
        found += guide_findings(root, text, names) if name.startswith(GUIDES) else ()
        found += story_findings(root, text, names) if name == STORY_README else ()
        for line, rule, what in found:
            yield name, line, rule, what


if __name__ == "__main__":
    tree.run(__doc__, check)
