#!/usr/bin/env python3
"""Plays a conversation with the program, kills it in the middle, and starts it again.

  play.py PROGRAM
"""

import pathlib
import queue
import subprocess
import sys
import tempfile
import threading

SECONDS = 100  # for any one line; what is awaited comes at once, or something is broken


class Conversation:
    def __init__(self, program, database):
        self.process = subprocess.Popen([program, "0", database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        self.unread = []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def type(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def expect(self, wanted):
        """Lines of the channel's thread and of the main one come in any order: what was not asked for yet is kept."""
        while wanted not in self.unread:
            line = self.lines.get(timeout=SECONDS)
            if line is None:
                sys.exit(f"not seen: {wanted!r}; only {self.unread}")
            print(line)
            self.unread.append(line)
        self.unread.remove(wanted)

    def end(self, perhaps):
        """`perhaps`: lines that may have come, or not."""
        self.process.stdin.close()
        while (line := self.lines.get(timeout=SECONDS)) is not None:
            self.unread.append(line)
        self.unread = [line for line in self.unread if line not in perhaps]
        if self.process.wait(timeout=SECONDS) != 0 or self.unread:
            sys.exit(f"exit code {self.process.returncode}, and nobody asked for {self.unread}")


def play(program, database):
    one = Conversation(program, database)
    one.type("contact lea Hello")  # there is no grace period here: nobody else answers
    one.expect("lea: waiting")
    one.expect("to lea: You said: Hello")
    one.type("take lea")
    one.expect("lea: human")
    one.type("contact lea Is Ana there?")
    one.expect("lea: human")
    one.type("release lea")
    one.expect("lea: ai")
    one.expect("to lea: You said: Is Ana there?")
    one.type("say lea Yes")
    one.expect("lea: not_in_human_mode")
    one.type("take lea")
    one.expect("lea: human")
    one.type("account off")
    one.type("say lea One moment")
    one.expect("lea: human")
    one.type("account on")
    one.expect("to lea: One moment")
    one.type("account off")
    one.type("say lea Here I am")
    one.expect("lea: human")
    one.process.kill()  # the text was taken, and nothing has tried to send it
    one.process.wait()

    two = Conversation(program, database)  # the account is back, too
    two.expect("to lea: Here I am")
    two.type("block lea")
    two.expect("lea: resolved")
    two.type("contact lea Hello?")
    two.expect("lea: resolved")
    two.end(["to lea: One moment"])  # once more, if the kill came before its result was stored (P5)


def main():
    with tempfile.TemporaryDirectory(prefix="embedded-") as folder:
        play(sys.argv[1], str(pathlib.Path(folder) / "chats.db"))


if __name__ == "__main__":
    main()
