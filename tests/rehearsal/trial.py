"""A room taken through the rehearsal's own steps up to where a test begins, and what a test does to it."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import counties
import field
import founding
import people
import rehearsal
from closing import verifier_key
from counties import STOCK, halves, pair_cards
from founding import COUNTIES
from people import pins, two_persons
from processes import end_processes
from station import Failure, Room, Slots

COUNTY = COUNTIES[0]
MALFORMED, REFUSED, WRONG_STATE, NOT_FOUND, CONFLICT, UNAVAILABLE, TAMPERED, LOST, UNCERTAIN = range(10, 19)
FIRST_SPARE = 101


class TrialSlots(Slots):
    """Knows the process of every card, so that it can be killed."""

    def __init__(self, room, count):
        super().__init__(room, count)
        self.pids = {}

    def insert(self, *names):
        for name in names:
            if name not in self.inside:
                self.inside[name] = self.free.pop(0)
                self.pids[name] = self.room.background(
                    "virtual-card", "insert", self.inside[name], self.room.cards / f"{name}.card")

    def kill(self, name):
        os.kill(self.pids.pop(name), signal.SIGKILL)
        self.free.insert(0, self.inside.pop(name))

    def eject(self, *names):
        for name in names or list(self.inside):
            self.pids.pop(name, None)
        super().eject(*names)


class Trial:
    """Room, readers and slots under a folder of their own. `spares` user blanks wait in the stock."""

    def __init__(self, spares=0):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="wellkey-trial-"))
        self.build = os.environ["WELLKEY_BUILD"]
        self.room = Room(self.build, self.folder / "out")
        self.readers = rehearsal.Readers(self.build, self.room.out)
        self.readers.start(self.room)
        self.slots = TrialSlots(self.room, rehearsal.SLOTS)
        self.spares = [f"user-spare-{number}" for number in range(FIRST_SPARE, FIRST_SPARE + spares)]
        self.serials = iter(range(FIRST_SPARE, 1000))

    def close(self):
        end_processes(self.folder)
        self.readers.stop()
        shutil.rmtree(self.folder)

    def found(self):
        founding.make_cards(self.room)
        for name in self.spares:
            founding.make_card(self.room, name, "user", int(name.rpartition("-")[2]))
        founding.found_station(self.room, rehearsal.PROFILE)
        founding.found_tokens(self.room, self.slots)
        self.serve()
        founding.found_stock(self.room, self.slots)

    def hold_ceremony(self):
        self.plan = self.room.out / "plan.toml"
        founding.write_plan(self.room, self.slots, self.plan)
        founding.hold_ceremony(self.room, self.slots, self.plan)

    def go_to_the_county(self):
        """One county with its user mother pair."""
        self.found()
        self.hold_ceremony()
        counties.issue_provincial(self.room, self.slots)
        counties.issue(self.room, self.slots, ["pair", "county", COUNTY],
                       STOCK + pair_cards("provincial") + pair_cards("county", COUNTY),
                       halves("stock") + halves("provincial") + halves("county", COUNTY))

    def issue_user_mother(self):
        counties.issue(self.room, self.slots, ["pair", "user-mother", COUNTY],
                       STOCK + pair_cards("county", COUNTY) + pair_cards("user-mother", COUNTY),
                       halves("stock") + halves("county", COUNTY) + halves("user-mother", COUNTY))

    def go_to_the_field(self):
        """All cards of the county, its desk, two accounts with money, two meters."""
        self.go_to_the_county()
        counties.issue_county_cards(self.room, self.slots, COUNTY)
        rehearsal.open_desk(self.room, self.slots, COUNTY)

    def serve(self):
        founding.open_shift(self.room, self.slots)
        self.signer = self.room.owned[-1]

    def issue_user(self, serial, *words, **keywords):
        return self.room.run(*self.words_for_user(serial), *words, answers=self.answers(), both=True, **keywords)

    def words_for_user(self, serial):
        return "issuance", "user", COUNTY, "--serial", serial, "--station", self.room.station

    @staticmethod
    def answers():
        return two_persons() + pins(*halves("stock"), *halves("user-mother", COUNTY))

    def insert_for_user(self):
        """Both pairs that make a user card, and the next blank; returns its name."""
        blank = self.spares.pop(0)
        self.slots.only(*STOCK, *pair_cards("user-mother", COUNTY), blank)
        return blank

    def begin(self, name, *words, answers=None):
        """Starts a program that the test will disturb."""
        command = [self.room.program(name), *map(str, words)]
        if answers is not None:
            path = self.room.answers / f"disturbed-{time.monotonic_ns()}.txt"
            path.write_text("".join(f"{key} = {value}\n" for key, value in answers), encoding="utf-8")
            command += ["--answers", str(path)]
        return subprocess.Popen(command, env=self.room.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def kill_after(self, seconds, name, *words, answers=None):
        """SIGKILL after this time; the exit status, which is the program's own when it was faster."""
        running = self.begin(name, *words, answers=answers)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.communicate(timeout=seconds)
        running.kill()
        running.communicate()
        return running.returncode

    def run_any(self, statuses, name, *words, answers=None):
        """Standard output of a program that may end with any of these."""
        running = self.begin(name, *words, answers=answers)
        shown, said = running.communicate(timeout=60)
        if running.returncode not in statuses:
            raise Failure(f"{name} {words}: ended with {running.returncode}, expected {statuses}\n{shown}{said}")
        return shown

    def resolve(self, **keywords):
        return self.room.ask("issuance", "resolve", "--station", self.room.station, answers=two_persons(),
                             **keywords)

    def resolve_when_back(self):
        """The cards look for their readers by themselves; until then they are reported absent."""
        deadline = time.monotonic() + 10
        while True:
            try:
                return self.resolve()
            except Failure:
                if time.monotonic() > deadline:
                    raise

    def listed(self):
        return self.room.ask("issuance", "list", "--station", self.room.station)["cards"]

    def verify(self):
        return self.room.ask("audit", "verify", "--log", self.room.station, "--key", verifier_key(self.room))

    def rebuilt_listing(self):
        """The register made anew from the log alone."""
        for path in self.room.station.glob("register.db*"):
            path.unlink()
        return self.listed()

    def daemon(self):
        return json.loads(self.readers.state.read_text())["pid"]


def serial_of(name):
    return people.serial("user", int(name.rpartition("-")[2]))


def await_writes(path, count, running):
    """Until the file was written `count` more times; False when the program ended before."""
    seen = os.stat(path).st_mtime_ns
    while count > 0:
        if running.poll() is not None:
            return False
        now = os.stat(path).st_mtime_ns
        if now != seen:
            seen = now
            count -= 1
        else:
            time.sleep(0.0002)
    return True


def duration(act):
    began = time.monotonic()
    act()
    return time.monotonic() - began


def fractions(count):
    """Points spread over a run, none at its very begin or end."""
    return [(number + 1) / (count + 1) for number in range(count)]


def balance_of(trial, card):
    trial.slots.only(f"psam-{COUNTY}", card)
    return json.loads(field.sell(trial.room, COUNTY, "--json", "show"))["balance_fen"]
