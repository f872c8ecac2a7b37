"""The room of a rehearsal: its folders, its private readers, its programs and its cards."""
import json
import os
import pathlib
import shutil
import subprocess
import time


class Failure(Exception):
    """A step did not do what it promised."""


class Room:
    """Runs the real programs and keeps every line of theirs in the evidence folder."""

    def __init__(self, build, out):
        self.build = pathlib.Path(build).resolve()
        self.out = pathlib.Path(out).resolve()
        self.cards = self.out / "cards"
        self.answers = self.out / "answers"
        self.screens = self.out / "screens"
        for folder in (self.cards, self.answers, self.screens):
            folder.mkdir(parents=True, exist_ok=True)
        self.station = self.out / "station"
        self.environment = dict(os.environ)
        self.owned = []
        self.keys = {}
        self.numbers = {}
        self.facts = {}
        self.number = 0
        self.commands = 0
        self.began = time.monotonic()

    def program(self, name):
        return str(self.build / "bin" / name)

    def run(self, name, *words, answers=None, status=0, says=None, keep=True, both=False):
        """Runs a program to its end; returns its standard output, or `both` outputs. `status` and `says` are
        checked. `keep` puts the screen into the evidence; a screen with a secret on it is not kept."""
        command = [self.program(name), *map(str, words)]
        self.number += 1
        shown = self.screens / f"{self.number:03}-{name}.txt"
        if answers is not None:
            path = self.answers / f"{self.number:03}.txt"
            path.write_text("".join(f"{key} = {value}\n" for key, value in answers), encoding="utf-8")
            path.chmod(0o600)
            command += ["--answers", str(path)]
        done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False)
        if keep:
            shown.write_text(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}\n[status {done.returncode}]\n",
                             encoding="utf-8")
        if answers is not None:
            path.unlink()
        if done.returncode != status:
            raise Failure(f"{' '.join(command)}\n  ended with {done.returncode}, expected {status}\n"
                          f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
        if says is not None and says not in done.stdout + done.stderr:
            raise Failure(f"{' '.join(command)}\n  did not say {says!r}:\n{done.stdout[-800:]}{done.stderr[-800:]}")
        return done.stdout + done.stderr if both else done.stdout

    def ask(self, name, *words, **keywords):
        """The same with --json; returns the object."""
        return json.loads(self.run(name, *words, "--json", **keywords))

    def background(self, name, *words, answers=None):
        """Starts a program that goes on; returns the pid that it prints."""
        return int(self.run(name, *words, "--background", answers=answers).split()[-1])


class Slots:
    """Card images in reader slots; a slot is free again when its card is ejected."""

    def __init__(self, room, count):
        self.room = room
        self.free = list(range(count))
        self.inside = {}

    def insert(self, *names):
        for name in names:
            if name in self.inside:
                continue
            slot = self.free.pop(0)
            self.room.background("virtual-card", "insert", slot, self.room.cards / f"{name}.card")
            self.inside[name] = slot

    def eject(self, *names):
        for name in names or list(self.inside):
            slot = self.inside.pop(name, None)
            if slot is None:
                continue
            self.room.commands += self.room.ask("virtual-card", "eject", slot).get("commands", 0)
            self.free.insert(0, slot)

    def only(self, *names):
        """Ejects every other card, then inserts these."""
        self.eject(*[name for name in self.inside if name not in names])
        self.insert(*names)


MARK = ".rehearsal"  # in every folder that a rehearsal made


def require_own_folder(path):
    """A rehearsal clears its folder: one with anything else in it is refused."""
    path = pathlib.Path(path)
    empty = not path.exists() or (path.is_dir() and not any(path.iterdir()))
    if not empty and not (path / MARK).is_file():
        raise Failure(f"{path}: expected a new folder, or that of an earlier rehearsal")


def fresh_folder(path):
    """An empty folder, with what an earlier rehearsal left there gone; its mark goes last."""
    path = pathlib.Path(path)
    require_own_folder(path)
    if path.exists():
        for entry in [entry for entry in path.iterdir() if entry.name != MARK]:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    path.mkdir(parents=True, exist_ok=True)
    (path / MARK).touch()
    return path
