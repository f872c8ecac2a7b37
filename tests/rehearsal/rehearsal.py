#!/usr/bin/python3
"""The whole chain in rehearsal mode, through the real programs: from four leaders to a paid irrigation."""
import argparse
import os
import pathlib
import signal
import subprocess
import sys
import time

import closing
import counties
import field
import founding
import live
import refusals
from founding import COUNTIES
from processes import end_processes
from station import Failure, Room, Slots, fresh_folder, require_own_folder

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PROFILE = PROJECT / "derivation/profiles/hebei-sample.toml"
PCSCD = PROJECT / "tests/support/private_pcscd"
SLOTS = 16
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Readers:
    """The stock pcscd on a private socket with our driver. Its state file lies beside the evidence folder: the next
    rehearsal there ends what a killed one left."""

    def __init__(self, build, out):
        self.state = out.parent / f"{out.name}-pcscd.json"
        driver = next(pathlib.Path(build).resolve().rglob("libifd-wellkey.so"))
        self.environment = dict(os.environ, WELLKEY_DRIVER=str(driver))

    def start(self, room):
        lines = self.call("start", "--slots", str(SLOTS))
        room.environment.update(line.split("=", 1) for line in lines.splitlines())

    def call(self, mode, *words):
        return subprocess.run([sys.executable, PCSCD, mode, "--state", self.state, *words], env=self.environment,
                              stdout=subprocess.PIPE, text=True, check=True).stdout

    def stop(self):
        self.call("stop")


def steps(room, slots):
    """Title and act of every step, in order."""
    plan = room.out / "plan.toml"
    return [
        ("blank cards from their makers", lambda: founding.make_cards(room)),
        ("station with the sample profile of Hebei", lambda: founding.found_station(room, PROFILE)),
        ("key token and log token, PINs shared by two officers", lambda: founding.found_tokens(room, slots)),
        ("the shift's checkpoint signer", lambda: founding.open_shift(room, slots)),
        ("stock pair, transport keys into the blanks", lambda: founding.found_stock(room, slots)),
        ("plan written, its hash in hex and words", lambda: founding.write_plan(room, slots, plan)),
        ("ceremony of four leaders: words, dice, two in the card", lambda: founding.hold_ceremony(room, slots, plan)),
        ("provincial pair from the master control pair", lambda: counties.issue_provincial(room, slots)),
        ("county pairs 130109 藁城区 and 130181 辛集市", lambda: counties.issue_counties(room, slots)),
        ("one county in both homes, equal check values", lambda: counties.compare_homes(room, slots)),
        *[(f"{county}: user mother pair, PSAM, two ESAMs, two user cards",
           lambda county=county: counties.issue_county_cards(room, slots, county)) for county in COUNTIES],
        *[(f"{county}: desk opens, accounts and top-ups",
           lambda county=county: open_desk(room, slots, county)) for county in COUNTIES],
        ("at the wells: five irrigations, two farmers a meter, two meters a farmer",
         lambda: field.irrigate_all(room, slots)),
        ("refused: a card of the other county, at the well and at the desk",
         lambda: refusals.foreign_county(room, slots)),
        ("refused: a grey card at the desk and at another meter", lambda: refusals.grey_card(room, slots)),
        ("refused: a mother card with a foreign control card", lambda: refusals.foreign_control(room, slots)),
        ("refused: a mother card whose control card was reported lost",
         lambda: refusals.lost_control(room, slots)),
        ("a live set beside it, typed at a terminal: refuses rehearsal cards, is refused, is destroyed",
         lambda: live.show(room, slots, PROFILE)),
        ("records to the desks, books closed to the fen", lambda: closing.close_books(room)),
        ("the shift ends, its last checkpoint closes the log", lambda: founding.close_shift(room)),
        ("log rebuilt and verified, checkpoint verified by openssl alone", lambda: closing.verify_log(room)),
    ]


def open_desk(room, slots, county):
    field.open_desk(room, slots, county, PROFILE)
    field.open_accounts(room, slots, county)
    field.build_meters(room, county)


def leave(number, _):
    raise SystemExit(128 + number)


def end_all(readers, out):
    """What works in the evidence folder, then the readers; nothing interrupts it."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    end_processes(out)
    readers.stop()


def hold(room, readers):
    readers.start(room)
    slots = Slots(room, SLOTS)
    for title, act in steps(room, slots):
        began = time.monotonic()
        try:
            act()
        except Failure as failure:
            print(f"  FAIL  {title}\n{failure}", file=sys.stderr)
            return 1
        print(f"  ok {time.monotonic() - began:6.1f} s  {title}", flush=True)
    slots.eject()
    print(closing.summary(room, time.monotonic() - room.began))
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    out = pathlib.Path(arguments.out).resolve()
    try:
        require_own_folder(out)
    except Failure as failure:
        print(f"rehearsal: {failure}", file=sys.stderr)
        return 2
    readers = Readers(arguments.build, out)
    for number in ENDINGS:
        signal.signal(number, leave)
    try:
        end_processes(out)  # of a rehearsal that was killed; start() ends its readers
        room = Room(arguments.build, fresh_folder(out))
        return hold(room, readers)
    finally:
        end_all(readers, out)


if __name__ == "__main__":
    sys.exit(main())
