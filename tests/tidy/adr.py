#!/usr/bin/env python3
"""The decision records: all of them in the index, and what one says of another in its status, the other says of it."""

import re

import tree

FOLDER = "docs/adr/"
SAID = re.compile(r"\b(completes|extends|changes|supersedes|(?:completed|extended|changed|superseded) by)\b([^.;]*)", re.I)
ANSWER = {"completes": "completed by", "extends": "extended by", "changes": "changed by", "supersedes": "superseded by"}
ANSWER |= {there: here for here, there in ANSWER.items()}
PARTS = ("## Context", "## Decision", "## Consequences", "## Reasons against")


def marks_of(status):
    """(what is said, number of the record it is said of), as often as it is said."""
    return [(word.lower(), number) for word, rest in SAID.findall(status) for number in re.findall(r"\b\d{4}\b", rest)]


def check(root):
    names = [name for name in tree.files(root) if re.match(re.escape(FOLDER) + r"\d{4}-[^/]*\.md$", name)]
    of_number = {name[len(FOLDER):][:4]: name for name in names}
    marks = {}
    for number, name in of_number.items():
        text = tree.lines(root, name)
        status = text[2] if len(text) > 2 else ""
        marks[number] = marks_of(status)
        if not status.startswith("Status: "):
            yield name, 3, "no status", status
        for part in PARTS:
            if part not in text:
                yield name, 1, f"no part '{part}'", text[0] if text else ""
    for number, said in marks.items():
        for word, other in said:
            if (ANSWER[word], number) not in marks.get(other, []):
                yield of_number[number], 3, f"{other} does not say '{ANSWER[word]} {number}'", f"{word} {other}"
    index = tree.lines(root, FOLDER + "README.md") if (root / FOLDER / "README.md").is_file() else []
    listed = [match[1] for match in (re.match(r"\| \[(\d{4})\]\(\1-[^)]*\.md\) \|", line) for line in index) if match]
    for number in sorted(set(of_number) - set(listed)):
        yield FOLDER + "README.md", 1, "not in the index", of_number[number]
    for line, text in enumerate(index, start=1):
        for target in re.findall(r"\]\((\d{4}-[^)]*)\)", text):
            if FOLDER + target not in names:
                yield FOLDER + "README.md", line, "no such record", target


if __name__ == "__main__":
    tree.run(__doc__, check)
