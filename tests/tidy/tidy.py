#!/usr/bin/env python3
"""clang-tidy over the files of a build; a file that was clean and has not changed since is not asked again.

usage: tidy.py BUILD [FILE...]      all files of BUILD/compile_commands.json without arguments

What was clean is an empty file in BUILD/tidy, named by the SHA-256 of the text after the preprocessor (with its
comments, which hold the exceptions), the command, .clang-tidy and the version of clang-tidy.
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TIDY = "clang-tidy-16"
PROJECT = Path(__file__).resolve().parents[2]


def commands_of(build):
    commands = json.loads((build / "compile_commands.json").read_text())
    return {Path(c["file"]).relative_to(PROJECT): c for c in commands
            if Path(c["file"]).is_relative_to(PROJECT) and not Path(c["file"]).is_relative_to(build)}


def preprocessed(command):
    words = shlex.split(command["command"])
    output = words.index("-o")
    words[output:output + 2] = []
    text = subprocess.run([*words, "-E", "-C", "-P"], cwd=command["directory"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True).stdout
    return text.replace(os.fsencode(command["directory"]), b"").replace(os.fsencode(PROJECT), b"")


def stamp_of(build, command, rules):
    words = command["command"].replace(str(build), "").replace(str(PROJECT), "")
    digest = hashlib.sha256(rules + words.encode() + preprocessed(command))
    return build / "tidy" / digest.hexdigest()


def findings_of(build, command, rules):
    """What clang-tidy says, printed at once; None where nothing changed since it was clean."""
    stamp = stamp_of(build, command, rules)
    if stamp.exists():
        return None
    answer = subprocess.run([TIDY, "-quiet", "-p", str(build), command["file"]], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, check=False)
    if answer.returncode == 0 and not answer.stdout.strip():
        stamp.touch()
        return ""
    said = answer.stdout or f"{command['file']}: {TIDY} ended with status {answer.returncode}\n"
    print(said, end="", flush=True)
    return said


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    build = Path(arguments[0]).resolve()
    (build / "tidy").mkdir(exist_ok=True)
    commands = commands_of(build)
    named = [Path(name) for name in arguments[1:]] or sorted(commands)
    unknown = [str(name) for name in named if name not in commands]
    version = subprocess.run([TIDY, "--version"], stdout=subprocess.PIPE, check=True).stdout
    rules = version + (PROJECT / ".clang-tidy").read_bytes()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pending = [pool.submit(findings_of, build, commands[name], rules) for name in named if name in commands]
        found = [each.result() for each in pending]
    faulty, same = len([text for text in found if text]), found.count(None)
    print(f"{len(found)} files: {len(found) - faulty} clean, {same} of them unchanged since; {faulty} with findings")
    if unknown:
        print("not compiled by this build: " + " ".join(unknown))
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
