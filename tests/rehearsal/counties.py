"""Down the tree: provincial pair, county pairs, and everything that a county makes."""
import re

from founding import COUNTIES
from people import pins, two_persons


def meter_number(county, number):
    return f"{county}{number:06}"


def issue(room, slots, words, inside, stems):
    slots.only(*inside)
    return room.ask("issuance", *words, "--station", room.station, answers=two_persons() + pins(*stems))


def halves(kind, county=None):
    stem = f"{kind}-{county}" if county else kind
    return [f"{stem}.mother", f"{stem}.control"]


def pair_cards(kind, county=None):
    tail = f"-{county}" if county else ""
    mother = "user-mother" if kind == "user-mother" else f"{kind}-mother"
    control = "user-control" if kind == "user-mother" else f"{kind}-control"
    return [mother + tail, control + tail]


STOCK = ["stock-1", "stock-2"]


def issue_provincial(room, slots):
    issue(room, slots, ["pair", "provincial"], STOCK + pair_cards("master") + pair_cards("provincial"),
          halves("stock") + halves("master") + halves("provincial"))


def issue_counties(room, slots):
    for county in COUNTIES:
        issue(room, slots, ["pair", "county", county],
              STOCK + pair_cards("provincial") + pair_cards("county", county),
              halves("stock") + halves("provincial") + halves("county", county))


def compare_homes(room, slots):
    """One county derived in both homes: the pair of cards and the token answer the same check values."""
    county = COUNTIES[0]
    slots.only("role-3", "role-4", *pair_cards("county", county))
    shown = room.run("issuance", "check", "county", county, "--token", "--station", room.station,
                     answers=two_persons() + halves_pins(county) + pins("officer-1", "officer-2"))
    room.facts["county check values"] = re.findall(r"\b([0-9A-F]{6})$", shown, re.M)


def halves_pins(county):
    return pins(*halves("county", county))


def issue_county_cards(room, slots, county):
    maker = STOCK + pair_cards("county", county)
    stems = halves("stock") + halves("county", county)
    issue(room, slots, ["pair", "user-mother", county], maker + pair_cards("user-mother", county),
          stems + halves("user-mother", county))
    terminal = f"{COUNTIES.index(county) + 1:012}"
    issue(room, slots, ["psam", county, "--terminal", int(terminal), "--ceiling", "5000"],
          maker + [f"psam-{county}"], stems + [f"psam-{county}-{terminal}"])
    for number in (1, 2):
        meter = meter_number(county, number)
        issue(room, slots, ["esam", county, "--meter", meter], maker + [f"esam-{county}-{number}"], stems)
    for number in (1, 2):
        issued = issue(room, slots, ["user", county, "--serial", number],
                       STOCK + pair_cards("user-mother", county) + [f"user-{county}-{number}"],
                       halves("stock") + halves("user-mother", county))
        room.numbers[(county, number)] = issued["number"]
    slots.eject()
