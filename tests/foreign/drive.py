#!/usr/bin/python3
"""Drives a load, a purchase and a grey-lock session on real PC/SC with one foreign tool.

drive.py pyscard|scriptor|opensc-tool|smoke VIRTUAL_CARD FOREIGN_CARDS

"smoke" runs the script that people run with a card they have bought. Runs inside tests/support/private_pcscd; cards of suite aes128, then of tdes2.
"""
import pathlib
import subprocess
import sys
import tempfile

from formulas import SUITES, CardKeys
from scenario import card_number, whole_day
from tools import TOOLS

SMOKE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "reader" / "smoke.py"
COUNTY = "410122"
SLOTS = {"user": 0, "psam": 1, "esam": 2}


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def ask_smoke():
    """The script knows our cards, and the user card has a wallet and a grey lock."""
    said = subprocess.run(["/usr/bin/python3", str(SMOKE)], check=True, capture_output=True,
                          text=True).stdout
    for expected in ("GET CARD STATUS: 9000, 62 bytes. yes: a card of this system",
                     "GET BALANCE wallet: 9000, 4 bytes. yes: it has an electronic wallet",
                     "GET LOCK PROOF: 9000, 30 bytes. yes: it knows the grey lock"):
        if expected not in said:
            raise AssertionError(f"expected {expected!r} in:\n{said}")


def drive(make_card, suite):
    cards = {}
    try:
        for name, slot in SLOTS.items():
            cards[name] = make_card(slot)
        keys = CardKeys(suite, COUNTY, card_number(cards["user"]))
        whole_day(cards["user"], cards["psam"], cards["esam"], keys)
    finally:
        for card in cards.values():
            card.close()


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in (*TOOLS, "smoke"):
        sys.exit(__doc__)
    tool, virtual_card, foreign_cards = sys.argv[1:]
    for suite in SUITES:
        with tempfile.TemporaryDirectory(prefix="wellkey-foreign-") as folder:
            run(foreign_cards, suite, folder)
            for name, slot in SLOTS.items():
                run(virtual_card, "insert", "--background", str(slot),
                    str(pathlib.Path(folder, name)))
            try:
                if tool == "smoke":
                    ask_smoke()
                else:
                    drive(TOOLS[tool], suite)
            finally:
                for slot in SLOTS.values():
                    run(virtual_card, "eject", str(slot))
        print(f"{tool}, {suite}: done, every answer agrees")


if __name__ == "__main__":
    main()
