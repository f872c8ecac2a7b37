"""Reads a runbook: which commands it gives, and which screen it promises after each.

Fenced blocks of a runbook, by the word after the fence:
    console        `$ command` must end with status 0, `$! command` with another one; a command goes on in
                   lines that open with `> `. What follows is the screen: `…` stands for anything within
                   a line, a line of `…` for any lines, a last line `[status N]` for the exit status.
                   Empty lines and blanks at the end of a line do not count.
    answers FILE   lines for the answers file of a rehearsal, added at its end
    typed          commands of a live day, which people type: each option must stand in the program's help
    setup FILE [N] an earlier runbook, which is run first, or its sections up to `## N.`
    text, toml     to read
"""
import dataclasses
import re

ANY = "…"
READ_ONLY = ("text", "toml")


class Mismatch(Exception):
    """A runbook and the programs disagree; the text names the page and the line."""


@dataclasses.dataclass
class Command:
    line: int
    text: str
    must_fail: bool
    screen: list


@dataclasses.dataclass
class Block:
    kind: str
    argument: str
    section: int
    line: int
    lines: list


def read_blocks(page, text):
    """The fenced blocks of a page in order; a fence that nothing would read is a mismatch."""
    blocks, block, section = [], None, 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("```"):
            if block is not None:
                block.lines.append(line)
            elif heading := re.match(r"## (\d+)\.", line):
                section = int(heading[1])
            continue
        if block is not None:
            blocks.append(block)
            block = None
            continue
        kind, _, argument = line[3:].strip().partition(" ")
        if kind not in ("console", "typed", *READ_ONLY) and not (kind in ("answers", "setup") and argument):
            raise Mismatch(f"{page}:{number}: no block is called {line[3:]!r}")
        block = Block(kind, argument, section, number, [])
    if block is not None:
        raise Mismatch(f"{page}:{block.line}: the block has no end")
    return blocks


def read_commands(page, block):
    commands = []
    for number, line in enumerate(block.lines, block.line + 1):
        start = re.match(r"\$(!?) (.+)", line)
        if start:
            commands.append(Command(number, start[2], start[1] == "!", []))
        elif not commands:
            raise Mismatch(f"{page}:{number}: a screen stands before the first command")
        elif line.startswith("> ") and not commands[-1].screen:
            commands[-1].text += "\n" + line[2:]
        elif line.strip():
            commands[-1].screen.append(line.rstrip())
    if not commands:
        raise Mismatch(f"{page}:{block.line}: the block has no command")
    return commands


def line_fits(expected, seen):
    return re.fullmatch(".*".join(map(re.escape, expected.split(ANY))), seen) is not None


def screen_fits(expected, seen):
    """Whether the lines are as expected; a line of `…` takes as few lines as it can and more when it must."""
    at, line, last = 0, 0, None
    while line < len(seen):
        if at < len(expected) and expected[at] == ANY:
            at, last = at + 1, (at + 1, line)
        elif at < len(expected) and line_fits(expected[at], seen[line]):
            at, line = at + 1, line + 1
        elif last is not None:
            last = (last[0], last[1] + 1)
            at, line = last
        else:
            return False
    return all(rest == ANY for rest in expected[at:])


def judge(page, command, status, output):
    """Throws unless exit status and screen are the promised ones."""
    seen = [line.rstrip() for line in output.splitlines() if line.strip()]
    expected = list(command.screen)
    wanted = "another status than 0" if command.must_fail else "status 0"
    right = (status != 0) == command.must_fail
    stated = re.fullmatch(r"\[status (\d+)\]", expected[-1]) if expected else None
    if stated:
        expected.pop()
        wanted, right = f"status {stated[1]}", right and status == int(stated[1])
    if right and screen_fits(expected, seen):
        return
    shown = "\n".join(["  expected:", *(f"    {line}" for line in expected), f"    and {wanted}",
                       "  seen:", *(f"    {line}" for line in seen[-60:]), f"    and status {status}"])
    raise Mismatch(f"{page}:{command.line}: $ {command.text}\n{shown}")
