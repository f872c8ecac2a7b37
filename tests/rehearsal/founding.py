"""From nothing to the master control pair: station, tokens, stock, the ceremony of four leaders."""
import re

import people
from people import PEOPLE, pins, serial, two_persons

ORIGIN = "rehearsal.wellkey/hebei"
COUNTIES = ("130109", "130181")


def desk_origin(county):
    return f"{ORIGIN}/desk-{county}"


def make_card(room, name, kind, number):
    room.run("virtual-card", "new", kind, "--serial", number, "--out", room.cards / f"{name}.card")


def make_cards(room):
    """Every blank of the rehearsal, as its maker delivers it."""
    for number in (1, 2):
        make_card(room, f"stock-{number}", "stock", number)
    for card in people.ROLE_CARDS.values():
        make_card(room, card, "role", int(card[-1]))
    for number in range(1, 5):
        make_card(room, f"leader-{number}", "leader", number)
    make_card(room, "master-mother", "master-mother", 1)
    make_card(room, "master-control", "master-control", 1)
    make_card(room, "provincial-mother", "provincial-mother", 1)
    make_card(room, "provincial-control", "provincial-control", 1)
    for at, county in enumerate(COUNTIES, 1):
        for kind in ("county-mother", "county-control", "user-mother", "user-control"):
            make_card(room, f"{kind}-{county}", kind, at)
        make_card(room, f"psam-{county}", "psam", at)
        for number in (1, 2):
            make_card(room, f"esam-{county}-{number}", "esam", at * 10 + number)
            make_card(room, f"user-{county}-{number}", "user", at * 10 + number)


def found_station(room, profile):
    room.run("keyceremony", "profile", "check", profile)
    room.run("keyceremony", "station", "init", "--station", room.station, "--mode", "rehearsal",
             "--profile", profile, "--origin", ORIGIN)


def found_tokens(room, slots):
    """Role cards of the officers first: they share the PINs of the tokens."""
    slots.only("role-3", "role-4")
    officers = []
    for person, name, _ in PEOPLE:
        if person.startswith("officer"):
            card = serial("role", int(people.card_of(person)[-1]))
            room.run("keyceremony", "card-set", "prepare", "--station", room.station, "--card", card,
                     "--id", person, "--name", name, answers=pins(person))
            officers.append(f"{name},{card}")
    room.run("keyceremony", "token", "init", "--station", room.station,
             "--officer", officers[0], "--officer", officers[1], answers=pins("officer-1", "officer-2"))
    for county in COUNTIES:
        key = room.run("keyceremony", "token", "add-origin", "--station", room.station,
                       "--origin", desk_origin(county), answers=pins("officer-1", "officer-2"))
        room.keys[county] = key.strip().splitlines()[-1]


def open_shift(room, slots):
    slots.insert("role-3", "role-4")
    pid = room.background("keyceremony", "token", "serve", "--station", room.station,
                          answers=pins("officer-1", "officer-2"))
    room.owned.append(pid)


def close_shift(room):
    room.listed = room.ask("issuance", "list", "--station", room.station)
    room.run("keyceremony", "token", "stop", "--station", room.station)
    room.owned.clear()


def found_stock(room, slots):
    slots.only("stock-1", "stock-2", "role-3", "role-4")
    room.run("issuance", "stock", "init", "--station", room.station,
             "--officer", serial("role", 3), "--officer", serial("role", 4),
             answers=two_persons() + [("stock.fingerprint", "EQUAL")] + pins("stock.mother", "stock.control"))
    blanks = sorted(path.stem for path in room.cards.glob("*.card") if not path.stem.startswith("stock"))
    held = 12
    for at in range(0, len(blanks), held):
        slots.only("stock-1", "stock-2", *blanks[at:at + held])
        room.run("issuance", "stock", "receive", "--station", room.station,
                 answers=two_persons() + pins("stock.mother", "stock.control"))


def write_plan(room, slots, plan, sources=None):
    """The plan is written, and its hash shown in hex and in words. `sources`: where components come from, for leaders
    who have another than the rehearsal's."""
    slots.only("role-3", "role-4")
    token_key = room.run("keyceremony", "token", "delivery-key", "--station", room.station,
                         answers=pins("officer-1", "officer-2")).split()[-1]
    words = ["plan", "new", "--station", room.station, "--title", "Rehearsal of the province",
             "--mother", f"{serial('master-mother', 1)},HB-0001", "--control",
             f"{serial('master-control', 1)},HB-0002", "--token-key", token_key, "--out", plan]
    for at, (person, name, usual) in enumerate(PEOPLE):
        source = (sources or {}).get(person, usual)
        card = people.card_of(person)
        kind, number = card.rsplit("-", 1)
        fields = [person, name, serial(kind, int(number)), f"HB-01{at:02}"] + ([source] if source else [])
        words += ["--person", ",".join(fields)]
    room.run("keyceremony", *words)
    shown = room.run("keyceremony", "plan", "hash", plan).strip().splitlines()
    room.facts["plan id"] = shown[0]
    room.facts["plan words"] = shown[1]


def component_words(room, plan, leader):
    """The second machine makes the words of the leader who types them; they go onto no disk."""
    screen = room.run("keyceremony", "component", "new", "--plan", plan, "--leader", leader,
                      "--without-read-back", answers=[], keep=False, both=True)
    return re.findall(r"^\s*\d+ ([a-z]+)$", screen, re.M)


def hold_ceremony(room, slots, plan):
    words = component_words(room, plan, 1)
    slots.only("master-mother", "master-control", *[people.card_of(person) for person, _, _ in PEOPLE])
    shown = room.ask("keyceremony", "plan", "show", plan)
    screen = room.run("keyceremony", "run", "--station", room.station, "--plan", plan,
                      answers=people.ceremony_answers(shown, words), both=True)
    room.facts["master check values"] = re.findall(r": ([0-9A-F]{6})$", screen, re.M)[:15]
    room.facts["ceremony"] = shown["short"]
