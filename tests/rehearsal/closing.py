"""The closing checkpoint, the outside check, the money to the fen, and one screen of summary."""
import json
import shlex
import subprocess

from field import GREY_SESSIONS, SESSIONS, TOP_UPS, desk, fen_of, harvest, sell
from founding import COUNTIES, ORIGIN
from station import Failure


def verifier_key(room):
    """The log's public key, as the ceremony's evidence shows it."""
    return (room.station / "ceremonies" / room.facts["ceremony"] / "evidence" / "log-key.txt").read_text().strip()


def close_books(room):
    """Sold is what is on cards and what was consumed, to the fen."""
    room.money = {"sold": 0, "on cards": 0, "consumed": 0}
    for county in COUNTIES:
        consumed = harvest(room, county)
        books = json.loads(sell(room, county, "--json", "balance"))
        sell(room, county, "shift", "close")
        sold = sum(TOP_UPS.values()) * 10
        expected = sum(fen_of(pulses) for _, _, pulses in SESSIONS[county] + GREY_SESSIONS[county])
        if (books["sold_fen"], books["consumed_fen"], consumed) != (sold, expected, expected):
            raise Failure(f"desk {county}: {books}, meters {consumed}, expected sold {sold}, consumed {expected}")
        if books["sold_fen"] != books["consumed_fen"] + books["on_cards_fen"]:
            raise Failure(f"desk {county}: sold is not consumed and on cards: {books}")
        for name, key in (("sold", "sold_fen"), ("on cards", "on_cards_fen"), ("consumed", "consumed_fen")):
            room.money[name] += books[key]


def verify_log(room):
    checkpoint = room.out / "checkpoint"
    checkpoint.write_text(room.run("audit", "checkpoint", "--log", room.station))
    room.log = room.ask("audit", "verify", "--log", room.station, "--key", verifier_key(room))
    for county in COUNTIES:
        room.run("audit", "verify", "--log", desk(room, county), "--key", room.keys[county])
    shown = room.run("audit", "openssl", checkpoint, "--key", verifier_key(room), "--out", room.out / "openssl")
    command = next(line for line in shown.splitlines() if line.startswith("openssl "))
    print(f"            {command}", flush=True)
    done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"{command}\n{done.stdout}{done.stderr}")
    print(f"            {done.stdout.strip()}", flush=True)


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02}"


def summary(room, seconds):
    listed = room.listed
    kinds = {}
    for card in listed["cards"]:
        kinds.setdefault(card["kind"], []).append(card)
    lines = ["", f"wellkey rehearsal of {ORIGIN}", "", "cards"]
    for kind, cards in sorted(kinds.items()):
        serials = ", ".join(card["serial"][-4:] for card in cards)
        lines.append(f"  {kind:<19}{len(cards):>3}  …{serials}")
    for pair in listed["pairs"]:
        lines.append(f"  pair {pair['kind']:<12} {pair['county'] or '':<7}{pair['pair']}  {pair['state']}")
    lines += ["", f"master check values  {' '.join(room.facts['master check values'])}",
              f"{COUNTIES[0]} check values  {' '.join(room.facts['county check values'])}  (cards = token)",
              "", f"money  sold {yuan(room.money['sold'])} = on cards {yuan(room.money['on cards'])}"
                  f" + consumed {yuan(room.money['consumed'])} yuan",
              f"plan   {room.facts['plan id']}", f"       {room.facts['plan words']}",
              f"log    {room.log['entries']} entries, root {room.log['root']}",
              f"cards answered  {room.commands} APDUs", f"evidence  {room.out}", f"time   {seconds:.1f} s"]
    return "\n".join(lines)
