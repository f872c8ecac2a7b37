"""The room of the live set: its folder in memory, the people who type there, and the machine cut off the network."""
import hashlib
import os
import pathlib
import re
import secrets
import string
import subprocess

from people import PEOPLE
from processes import end_processes
from station import Failure, Room, fresh_folder
from typist import Typist, without_entries

MEMORY = pathlib.Path("/dev/shm")
WRITER = next(name for _, name, source in PEOPLE if source == "words")
PASSED_ON = ("PCSCLITE_CSOCK_NAME", "WELLKEY_SLOTS", "WELLKEY_STATION", "TZ")


def report(text):
    print(f"            {text}", flush=True)


class Keepers:
    """What the people of the live set know, drawn for it and written down nowhere."""

    def __init__(self):
        draw = secrets.SystemRandom()
        self.pin = "".join(draw.sample(string.digits, 8))
        self.rolls = "".join(draw.choices("123456", k=60))
        self.bags = {}
        self.paper = []
        self.paper_value = None
        self.rows = [
            (r"\(type ([A-Z]+)\)", self.confirm),
            (r"number of the bag of (\S+)\r?\n", lambda found: self.bags[found[1]]),
            (r"number of the new bag that (\S+) goes", lambda found: self.bags[found[1]] + "-B"),
            (r"the dice, \d+ rolls", lambda found: self.rolls),
            (r": word (\d+) of 20", lambda found: self.paper[int(found[1]) - 1]),
            (r"ABORT gives the ceremony up", lambda found: "STOP"),
            (r"staff number of person (\d)", lambda found: f"E200{found[1]}"),
            (r"PIN", lambda found: self.pin),
        ]

    def answer_to(self, unread):
        for pattern, answer in self.rows:
            found = re.search(pattern, unread)
            if found:
                return answer(found)
        return None

    def confirm(self, found):
        """The word that the question names, after what a person does for it: copy the words, compare the value."""
        if found[1] == "WRITTEN":
            self.paper = re.findall(r"^\s*\d+ ([a-z]+)\r?$", found.string, re.M)
            self.paper_value = re.search(r"for the paper[^\n]*: ([0-9A-F]+)", found.string)[1]
        shown = re.search(rf"{WRITER}, for your eyes only[^\n]*: ([0-9A-F]+)", found.string)
        if shown and shown[1] != self.paper_value:
            raise Failure("the check value on the screen is not the one of the paper")
        return found[1]


class LiveRoom(Room):
    """The live station in a folder of its own, in memory where the machine has one; its screens are evidence."""

    def __init__(self, room):
        folder = self.folder_for(room)
        end_processes(folder)  # of a rehearsal that was killed
        super().__init__(room.build, fresh_folder(folder))
        self.out.chmod(0o700)
        self.screens = room.screens / "live"
        self.screens.mkdir()
        self.environment = dict(room.environment, TZ="UTC", WELLKEY_STATION=str(self.station))
        self.keepers = Keepers()

    @staticmethod
    def folder_for(room):
        if not os.access(MEMORY, os.W_OK):
            return room.out / "live"
        name = hashlib.sha256(str(room.out).encode()).hexdigest()[:16]
        return MEMORY / f"wellkey-live-{os.getuid()}-{name}"

    def type(self, name, *words, status=0, says=None, keep=True, before=()):
        """The same as run(), with everything typed at a terminal; returns the screen."""
        command = [*before, self.program(name), *map(str, words)]
        self.number += 1
        ended, screen = Typist(command, self.environment, self.keepers.answer_to).run()
        kept = without_entries(screen)
        if self.keepers.pin in screen or self.keepers.rolls in screen:
            raise Failure(f"{' '.join(command)}\n  a hidden entry stood on the screen")
        kept = re.sub(r"(for your eyes only[^\n]*: )[0-9A-F]+", r"\1[hidden]", kept)
        if keep:
            path = self.screens / f"{self.number:03}-{name}-typed.txt"
            path.write_text(f"$ {' '.join(command)}\n{kept}\n[status {ended}]\n", encoding="utf-8")
        if ended != status or (says is not None and says not in kept):
            raise Failure(f"{' '.join(command)}\n  ended with {ended}, expected {status} and {says!r}\n"
                          f"{kept[-800:] if keep else ''}")
        return kept


def cut_off(live):
    """The words before a command that take it off the network: a namespace with no interface but the loopback,
    and, where a /sys would tell of the machine's own, one that tells of these. Empty when we may not make one."""
    apart = ["--net"]
    if pathlib.Path("/sys/class/net").exists():
        apart += ["--mount", "sh", "-c", 'mount -t sysfs sysfs /sys && exec "$@"', "sh"]
    again = ["setpriv", "--reuid", str(os.getuid()), "--regid", str(os.getgid()), "--init-groups", "env",
             *(f"{name}={live.environment[name]}" for name in PASSED_ON)]
    ways = [["unshare", *apart]] if os.getuid() == 0 else [
        ["unshare", "--user", "--map-root-user", *apart], ["sudo", "-n", "unshare", *apart, *again]]
    refusals = []
    for way in ways:
        try:
            tried = subprocess.run([*way, "true"], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            continue
        if tried.returncode == 0:
            return way
        refusals.append(tried.stderr.strip())
    report(f"this machine is not cut off the network: {'; '.join(refusals)}")
    return []
