#!/usr/bin/python3
"""Executes runbooks, each in an empty folder with the programs of a build and private readers of its own.

run.py --build BUILD runbooks/01-rehearse-a-county.md ...     exit status 1 and the place of the first mismatch

The pages find the sample profile in the folder that WELLKEY_PROFILES names, the source tree in WELLKEY_SOURCE.
"""
import argparse
import os
import pathlib
import re
import select
import shlex
import subprocess
import sys
import tempfile
import time

from runbook import Mismatch, judge, read_blocks, read_commands

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PCSCD = PROJECT / "tests/support/private_pcscd"
SLOTS = 16
COMMAND_LIMIT = 120  # seconds


class Shell:
    """One bash for the whole page, so that folder, variables and functions are kept between commands."""

    END = "\x01end of command\x01"

    def __init__(self, folder, programs):
        environment = dict(os.environ, PATH=f"{programs}:{os.environ['PATH']}", LC_ALL="C.UTF-8",
                           WELLKEY_PROFILES=str(PROJECT / "derivation/profiles"), WELLKEY_SOURCE=str(PROJECT))
        for name in [name for name in environment if name in ("WELLKEY_STATION", "WELLKEY_DESK")]:
            del environment[name]
        self.folder = folder
        self.bash = subprocess.Popen(["bash", "--noprofile", "--norc"], cwd=folder, env=environment,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, text):
        """Exit status and screen; standard error stands in the screen where it came."""
        line = f"eval {shlex.quote(text)} </dev/null\nprintf '\\n{self.END} %s\\n' $?\n"
        self.bash.stdin.write(line.encode())
        self.bash.stdin.flush()
        output = b""
        ends = time.monotonic() + COMMAND_LIMIT
        while not re.search(f"\n{self.END} \\d+\n$", output.decode("utf-8", "replace")):
            ready, _, _ = select.select([self.bash.stdout], [], [], max(0, ends - time.monotonic()))
            part = os.read(self.bash.stdout.fileno(), 65536) if ready else b""
            if not part:
                raise Mismatch(f"$ {text}\n  did not end; the screen so far:\n{output.decode('utf-8', 'replace')}")
            output += part
        screen, _, status = output.decode().rpartition(f"\n{self.END} ")
        return int(status), screen

    def close(self):
        self.bash.kill()
        self.bash.wait()


class Run:
    """The pages of one run: a page and the pages that it is set up by share shell and folder."""

    def __init__(self, shell, runbooks, say=print):
        self.shell = shell
        self.runbooks = runbooks
        self.say = say

    def page(self, name, last=""):
        """Executes a page up to section `last`, or all of it; returns the number of its commands, never zero."""
        blocks = read_blocks(name, (self.runbooks / name).read_text(encoding="utf-8"))
        if last and int(last) not in [block.section for block in blocks]:
            raise Mismatch(f"{name}: no section {last}")
        done = 0
        for block in blocks:
            if last and block.section > int(last):
                break
            if block.kind == "setup":
                self.page(*block.argument.split())
            elif block.kind == "answers":
                self.write_answers(block)
            elif block.kind == "typed":
                done += sum(self.look_up(name, command) for command in read_commands(name, block))
            elif block.kind == "console":
                done += sum(self.execute(name, command) for command in read_commands(name, block))
        if done == 0:
            raise Mismatch(f"{name}: the page gives no command")
        return done

    def write_answers(self, block):
        lines = "\n".join(block.lines)
        status, screen = self.shell.run(f"cat >> {shlex.quote(block.argument)} <<'END OF ANSWERS'\n{lines}\n"
                                        "END OF ANSWERS")
        if status != 0:
            raise Mismatch(screen)

    def execute(self, name, command):
        began = time.monotonic()
        status, screen = self.shell.run(command.text)
        judge(name, command, status, screen)
        first = command.text.splitlines()[0]
        self.say(f"  ok {time.monotonic() - began:6.1f} s  {name}:{command.line}  {first[:90]}")
        return 1

    def look_up(self, name, command):
        """Whether the program that people will type has these verbs and options."""
        words = shlex.split(command.text.replace("\\\n", " "))
        if words[0] == "export":
            return 1
        verbs = []
        for word in words:
            if not re.fullmatch(r"[a-z-]+", word) or word.startswith("-"):
                break
            verbs.append(word)
        status, screen = self.shell.run(shlex.join([*verbs, "--help"]))
        missing = [word for word in words if word.startswith("--") and not re.search(f"{word}\\b", screen)]
        if status != 0 or missing:
            raise Mismatch(f"{name}:{command.line}: {' '.join(verbs)} does not know {missing}\n{screen}")
        return 1


def end_shifts(shell):
    """A page that failed in the middle of a shift leaves its signer running."""
    for signer in pathlib.Path(shell.folder).rglob("signer.sock"):
        shell.run(f"keyceremony token stop --station {shlex.quote(str(signer.parent))}")


def execute(path, build):
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wellkey-runbook-") as folder:
        shell = Shell(folder, build / "bin")
        try:
            count = Run(shell, path.parent).page(path.name)
            print(f"ok: {path.name}, {count} commands, {time.monotonic() - began:.1f} s", flush=True)
        finally:
            try:
                end_shifts(shell)
            finally:
                shell.close()


def with_readers(path, build):
    """Runs this script for one page under a pcscd of its own."""
    driver = next(build.rglob("libifd-wellkey.so"))
    command = [PCSCD, "run", "--slots", str(SLOTS), "--driver", driver, "--",
               sys.executable, __file__, "--build", build, path]
    environment = dict(os.environ, WELLKEY_RUNBOOK_READERS="private")
    return subprocess.run([sys.executable, *map(str, command)], env=environment, check=False).returncode


def main():
    parser = argparse.ArgumentParser(description="executes runbooks")
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("runbook", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    if "WELLKEY_RUNBOOK_READERS" not in os.environ:
        sys.exit(max(with_readers(path, build) for path in arguments.runbook))
    try:
        execute(arguments.runbook[0], build)
    except Mismatch as mismatch:
        sys.exit(f"runbook: {mismatch}")


if __name__ == "__main__":
    main()
