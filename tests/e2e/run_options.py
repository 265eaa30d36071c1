#!/usr/bin/env python3
"""examples/server/run beside variables of another server, and with other implementations of the providers.

  run_options.py RUN BUILD_FOLDER
"""

import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

SECONDS = 60
PREFIXES = ("SESSIOND_", "UNIPILE_", "ELEVENLABS_")
READY = "Ctrl-C ends everything."


def clean():
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIXES)}


def ask(url, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)


def eventually(what, condition):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.2)  # poll
    raise AssertionError(f"not within {SECONDS} seconds: {what}")


class Program:
    """One that runs until the end of the block; what it says, line by line."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.said = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=SECONDS)

    def until(self, text):
        for line in self.process.stdout:
            self.said += line
            if text in line:
                return self.said
        raise AssertionError(f"ended with {self.process.wait()}, without '{text}': {self.said}")

    def found(self, pattern):
        match = re.search(pattern, self.said)
        assert match, f"no {pattern} in: {self.said}"
        return match.group(1)


def chats(run):
    server = run.found(r"sessiond +(http://\S+)")
    email, password = run.found(r"Login +(\S+)"), run.found(r"Login +\S+ / (\S+)")
    token = ask(server + "/api/auth/login", {"email": email, "password": password})["token"]
    return ask(server + "/api/whatsapp/chats", headers={"Authorization": f"Bearer {token}"})["data"]


def write(unipile, **more):
    ask(unipile + "/sim/contact", {"phone": "+905551234567", "name": "Ayse", "text": "Hello", **more})


def environments_of_children(folder):
    """What the programs that were told of this folder see."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if folder in (process / "cmdline").read_text(errors="replace"):
                yield [entry.split("=")[0] for entry in (process / "environ").read_text(errors="replace").split("\0")]
        except OSError:
            pass  # of somebody else, or gone


def beside_another_server(run, build, folder):
    database = folder / "in_use.db"
    exported = {"SESSIOND_DATABASE": str(database), "SESSIOND_LISTEN_PORT": "1",
                "UNIPILE_BASE_URL": "http://127.0.0.1:1", "UNIPILE_WEBHOOK_SECRET": "of-another",
                "ELEVENLABS_API_KEY": "of-another"}
    with Program([run, "--build-dir", build], {**clean(), **exported}) as demo:
        demo.until(READY)
        write(demo.found(r"phone +(http://[^/\s]+)"))
        eventually("the chat is there", lambda: len(chats(demo)) == 1)
        seen = list(environments_of_children(demo.found(r"Files +(\S+)")))
        assert seen, "no server was found"
        assert not [name for names in seen for name in names if name.startswith(PREFIXES)], seen
    assert not database.exists(), "the database of another server was used"


def with_other_providers(run, build, _):
    programs = pathlib.Path(build) / "examples" / "simulators"
    secrets = {"UNIPILE_API_KEY": 'key "1"', "UNIPILE_WEBHOOK_SECRET": 'a "secret" of its own',
               "ELEVENLABS_API_KEY": "key2"}
    unipile_command = [programs / "unipile-simulator", "--port", "0", "--api-key", secrets["UNIPILE_API_KEY"],
                       "--account-id", "acc_9", "--webhook-secret", secrets["UNIPILE_WEBHOOK_SECRET"]]
    agent_command = [programs / "elevenlabs-simulator", "--port", "0", "--api-key", "key2", "--agent-id", "agent_9"]
    with Program(unipile_command, clean()) as one, Program(agent_command, clean()) as other:
        unipile, elevenlabs = (program.until("http").split()[-1] for program in (one, other))
        command = [run, "--build-dir", build, "--unipile", unipile, "--account", "acc_9", "--elevenlabs", elevenlabs,
                   "--agent", "agent_9"]
        with Program(command, {**clean(), **secrets}) as demo:
            said = demo.until(READY)
            assert "x-unipile-secret: " + secrets["UNIPILE_WEBHOOK_SECRET"] in said, said
            assert "/sim/" not in said, said
            ask(unipile + "/sim/webhook", {"url": demo.found(r"(http://\S+/webhooks/unipile)")})
            write(unipile, account_id="acc_9")
            eventually("the agent's answer is with the contact",
                       lambda: ask(unipile + "/sim/sends")["sends"] and len(chats(demo)) == 1)
            assert "Hello" in json.dumps(ask(elevenlabs + "/sim/conversations"))


class Nothing(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(404)

    def log_message(self, *_):
        pass


def refusals(run, build, _):
    def ended(*arguments, **variables):
        return subprocess.run([run, "--build-dir", build, *arguments], env={**clean(), **variables}, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        for option, key in (("--unipile", "UNIPILE_API_KEY"), ("--elevenlabs", "ELEVENLABS_API_KEY")):
            script = ended("--script", option, url, **{key: "k"})
            assert script.returncode == 1 and f"{url} has none" in script.stdout, script
            no_key = ended(option, url)
            assert no_key.returncode == 2 and key in no_key.stdout, no_key
            assert option in ended("--help").stdout
        server.shutdown()
    for arguments in (["--unipile", "example.com"], ["--elevenlabs", "https://example.com/v1"], ["--account", 'a"b']):
        wrong = ended(*arguments)
        assert wrong.returncode == 2 and "wants" in wrong.stdout, wrong


def main():
    run, build = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="run-options-") as folder:
        for case in (refusals, beside_another_server, with_other_providers):
            case(run, build, pathlib.Path(folder))
            print(case.__name__.replace("_", " "), flush=True)


main()
