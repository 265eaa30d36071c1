#!/usr/bin/env python3
"""What the documents show works: C++ compiles, the configuration is a good one, SQL runs, commands know their options.

  readmes.py ROOT COMPILER SESSIOND FOLDER_OF_SIMULATORS
"""

import functools
import pathlib
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/guide/*.md", "adapters/*/README.md", "examples/*/README.md")
SCRIPTS = ("tests/run", "examples/server/run", ".ci/install-packages", "tests/e2e/bare_root/run")
BRACKETS = str.maketrans("", "", "[]")  # around what may be left out


def fenced(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)


def run(*command, text=None):
    done = subprocess.run([str(part) for part in command], input=text, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


# --- C++, JSON, SQL -----------------------------------------------------------------------------------------------------

def compile_problems(root, compiler, text):
    includes = [f"-I{folder}" for folder in sorted(root.glob("*/include")) + sorted(root.glob("adapters/*/include"))]
    for block in fenced(text, "cpp"):
        status, said = run(compiler, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-x", "c++",
                           "-fsyntax-only", *includes, "-", text=block)
        if status != 0:
            yield f"the C++ block does not compile:\n{said}"


def configuration_problems(sessiond, text):
    """The block as it stands, with the files that it names."""
    for block in fenced(text, "json"):
        with tempfile.TemporaryDirectory() as folder:
            for name in re.findall(r'\{"file": "([^"/]+)"\}', block):
                (pathlib.Path(folder) / name).write_text(32 * "s", encoding="utf-8")
            file = pathlib.Path(folder) / "sessiond.json"
            file.write_text(block, encoding="utf-8")
            status, said = run(sessiond, "check-config", "--config", file)
            if status != 0:
                yield f"check-config refuses the JSON block: {said}"


def query_problems(sessiond, text):
    for block in fenced(text, "sql"):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "sessiond.db"
            status, said = run(sessiond, "migrate", "--database", file)
            if status != 0:
                yield f"no database to try the SQL on: {said}"
                continue
            try:
                sqlite3.connect(file).execute(block).fetchall()
            except sqlite3.Error as error:
                yield f"the SQL block fails: {error}"


# --- commands -----------------------------------------------------------------------------------------------------------

class Programs:
    def __init__(self, root, sessiond, simulators):
        self.paths = {"sessiond": sessiond, **{name: root / name for name in SCRIPTS},
                      **{name: simulators / name for name in ("unipile-simulator", "elevenlabs-simulator")}}

    @functools.lru_cache(maxsize=None)
    def help(self, command):
        return run(self.paths[command[0]], *command[1:], "--help")[1]

    def knows(self, command, option):
        return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", self.help(command)) is not None

    def has(self, command, word):
        return re.search(rf"^  {re.escape(word)} ", self.help(command).partition("Subcommands:")[2], re.M) is not None

    def command_of(self, words):
        """The program and the subcommands that these words begin with; nothing if it is no program of ours."""
        if not words or words[0] not in self.paths:
            return ()
        command = (words[0],)
        for word in words[1:]:
            if not self.has(command, word):
                break
            command += (word,)
        return command


def words_of(code):
    try:
        return shlex.split(code.translate(BRACKETS), comments=True)
    except ValueError:  # prose with an apostrophe
        return []


def lines_of(text):
    """All lines but those of blocks in another language than the shell's; what ends in a backslash is one with the next."""
    inside = ""
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("```"):
            inside = "" if inside else line
        elif inside in ("", "```sh"):
            yield line


def options_of(words):
    return [word.partition("=")[0] for word in words if word.startswith("--")]


def row_problems(programs, row):
    """A row of the server's table of commands: `sessiond tenant add …` · `tenant list` | what it does; `--json`."""
    codes = [words_of(code) for code in re.findall(r"`([^`]+)`", row)]
    commands = [programs.command_of(words if words[0] == "sessiond" else ["sessiond", *words]) for words in codes if words]
    for option in (option for words in codes for option in options_of(words)):
        if not any(programs.knows(command, option) for command in set(commands)):
            yield f"{row[:60]}…: {option} is unknown"


def shown_commands(line):
    """(words, is a whole line) of the commands in a line, which may be one or mention some."""
    yield from ((words_of(part), True) for part in line.split("&&"))
    yield from ((words_of(code), False) for code in re.findall(r"`([^`]+)`", line))


def command_problems(programs, text):
    for line in lines_of(text):
        if line.startswith("| `sessiond"):
            yield from row_problems(programs, line)
            continue
        for words, whole in shown_commands(line):
            command = programs.command_of(words)
            if whole and command == ("sessiond",):
                yield f"{line}: no such subcommand"
            for option in options_of(words) if command else ():
                if not programs.knows(command, option):
                    yield f"{' '.join(words)}: '{' '.join(command)} --help' has no {option}"
    for program, listed in re.findall(r"^## (\S+-simulator)\n\nCommand line: (.*?)\n\n", text, re.S | re.M):
        in_help = set(re.findall(r"^ +(--[a-z-]+)", programs.help((program,)), re.M))
        for option in sorted(in_help ^ set(re.findall(r"`(--[a-z-]+)`", listed))):
            yield f"{program}: {option} stands only in the README or only in --help"


def preset_problems(root, text):
    known = re.findall(r'"name": "(\w+)"', (root / "CMakePresets.json").read_text(encoding="utf-8"))
    for name in re.findall(r"--preset (\w+)", text):
        if name not in known:
            yield f"no preset {name}"


def main():
    root, sessiond, simulators = (pathlib.Path(sys.argv[n]) for n in (1, 3, 4))
    programs = Programs(root, sessiond, simulators)
    files = [file for pattern in DOCUMENTS for file in sorted(root.glob(pattern))]
    problems = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        found = [*command_problems(programs, text), *preset_problems(root, text), *query_problems(sessiond, text)]
        if file.parent.parent.name == "adapters":
            found += compile_problems(root, sys.argv[2], text)
        if file.parent.name == "server":
            found += configuration_problems(sessiond, text)
        problems += [f"{file.relative_to(root)}: {problem}" for problem in found]
    print("\n".join(problems) or f"{len(files)} documents show what works")
    return 1 if problems or len(files) < 8 else 0


if __name__ == "__main__":
    sys.exit(main())
