"""A live set beside the rehearsal: typed at a terminal, refuses rehearsal cards, is refused, and is destroyed."""
import re
import shutil
import textwrap

import founding
import people
from counties import STOCK, halves, pair_cards
from founding import COUNTIES
from live_room import LiveRoom, cut_off, report
from people import PEOPLE, pins, two_persons
from processes import end_processes, processes_in
from station import Failure, Slots

ORIGIN = "live.wellkey/throw-away"
FIRST_NUMBER = 9001  # no card of the rehearsal has such a serial number
REFUSED = 11
CONDITION = re.compile(r"^keyceremony: ((?:clock|core-dumps|swap|network|traced|system-calls): expected .*)$", re.M)
FOREIGN_HERE = "a rehearsal card at a live station"
FOREIGN_THERE = "a live card at a rehearsal station"


def serial(kind, number=1):
    return people.serial(kind, FIRST_NUMBER - 1 + number)


def report_refusal(what, screen):
    """The program's own last word, which is what a person at the station would read."""
    said = [line for line in screen.splitlines() if re.match(r"(keyceremony|issuance): ", line)]
    report(textwrap.shorten(f"refused, {what}: {said[-1]}", 180, placeholder=" …"))


def found_station(live, sample):
    """A live station takes no sample profile and no scripted answers."""
    init = ["station", "init", "--station", live.station, "--mode", "live", "--origin", ORIGIN, "--profile"]
    report_refusal("the sample profile", live.run("keyceremony", *init, sample, status=REFUSED,
                                                  says="purpose.load", both=True))
    profile = live.out / "profile.toml"
    live.run("keyceremony", "profile", "generate", "--from", sample, "--name", "hebei", "--out", profile)
    live.run("keyceremony", "profile", "check", profile, says="fit for live work")
    live.run("keyceremony", *init, profile)
    report_refusal("scripted answers", live.run(
        "keyceremony", "card-set", "prepare", "--card", serial("role", 3), "--id", "officer-1", "--name", "-",
        answers=pins("officer-1"), status=REFUSED, says="scripted answers are for a rehearsal", both=True))


def make_cards(live):
    kinds = [("stock", 2), ("role", len(people.ROLE_CARDS)), ("leader", 4), ("master-mother", 1), ("master-control", 1),
             ("provincial-mother", 1), ("provincial-control", 1)]
    for kind, count in kinds:
        for number in range(1, count + 1):
            name = f"{kind}-{number}" if count > 1 else kind
            founding.make_card(live, name, kind, FIRST_NUMBER - 1 + number)


def found_tokens(live, slots):
    slots.only("role-3", "role-4")
    officers = []
    for person, name, _ in PEOPLE[-2:]:
        card = serial("role", int(people.card_of(person)[-1]))
        live.type("keyceremony", "card-set", "prepare", "--card", card, "--id", person, "--name", name)
        officers += ["--officer", f"{name},{card}"]
    live.type("keyceremony", "token", "init", *officers)
    live.type("keyceremony", "token", "serve", "--background")


def found_stock(live, slots):
    slots.only(*STOCK, "role-3", "role-4")
    live.type("issuance", "stock", "init", "--officer", serial("role", 3), "--officer", serial("role", 4))
    slots.insert(*sorted(path.stem for path in live.cards.glob("*.card")))
    live.type("issuance", "stock", "receive")


def write_plan(live, title, first_leader):
    """The plan of the live set; `first_leader` is the serial number of the leader card named first."""
    plan = live.out / f"{title}.toml"
    words = ["--mother", f"{serial('master-mother')},LV-0001", "--control", f"{serial('master-control')},LV-0002"]
    for at, (person, name, source) in enumerate(PEOPLE):
        kind, number = people.card_of(person).rsplit("-", 1)
        card = first_leader if person == "leader-1" else serial(kind, int(number))
        words += ["--person", ",".join([person, name, card, f"LV-01{at:02}"] + ([source] if source else []))]
    live.run("keyceremony", "plan", "new", "--title", title, *words, "--out", plan)
    shown = live.ask("keyceremony", "plan", "show", plan)
    live.keepers.bags = {holder: card["bag"] for holder, card in shown["cards"].items()}
    return plan


def hold_ceremony(live, slots, rehearsal):
    """Four leaders at the keyboard. False when this machine is not fit for a live ceremony, whose refusal of it is
    then what is shown."""
    cards = ["master-mother", "master-control", *[people.card_of(person) for person, _, _ in PEOPLE]]
    foreign = write_plan(live, "with-a-rehearsal-card", people.serial("leader", 1))
    before = cut_off(live)
    slots.only(*[card for card in cards if card != "leader-1"])
    rehearsal.only("leader-1")
    screen = live.type("keyceremony", "run", "--plan", foreign, before=before, status=REFUSED)
    fault = CONDITION.search(screen)
    if fault:
        report(f"refused, a live ceremony on this machine: {fault[1]}")
        return False
    if "leader-1: a rehearsal card, the ceremony is live" not in screen:
        raise Failure(f"a rehearsal leader card in a live ceremony was not named:\n{screen[-800:]}")
    report_refusal("a rehearsal leader card in a live plan", screen)
    rehearsal.eject()
    slots.only(*cards)
    plan = write_plan(live, "throw-away", serial("leader", 1))
    live.type("keyceremony", "component", "new", "--plan", plan, "--leader", 1, keep=False)
    screen = live.type("keyceremony", "run", "--plan", plan, before=before, says="LIVE: throw-away")
    report(f"typed live ceremony: {screen.split()[-2]} {screen.split()[-1]}")
    return True


def refuse_at_live(live, slots, rehearsal, held):
    """Every level of the rehearsal set is offered to the live station."""
    county = COUNTIES[0]
    offers = [("stock pair", STOCK, ["stock", "receive"]),
              ("master control pair", pair_cards("master"), ["pair", "provincial"]),
              ("provincial pair", pair_cards("provincial"), ["pair", "county", county]),
              ("county pair", pair_cards("county", county), ["psam", county, "--terminal", "9"]),
              ("user mother pair", pair_cards("user-mother", county), ["user", county, "--serial", "9"])]
    slots.eject()
    for what, cards, words in offers:
        rehearsal.only(*cards)
        report_refusal(f"rehearsal {what}",
                       live.type("issuance", *words, status=REFUSED, says=FOREIGN_HERE))
    if held:
        slots.only(*pair_cards("master"))
        rehearsal.only(*pair_cards("provincial"))
        report_refusal("rehearsal cards as blanks of the live master", live.type(
            "issuance", "pair", "provincial", status=REFUSED,
            says=f"blank for a provincial mother card: {FOREIGN_HERE}"))
    rehearsal.eject()


def refuse_at_rehearsal(room, slots, rehearsal, held):
    """And the live set to the rehearsal station."""
    offers = [("stock pair", [], STOCK, ["stock", "receive"]),
              ("blanks", pair_cards("master"), pair_cards("provincial"), ["pair", "provincial"])]
    if held:
        offers.append(("master control pair", [], pair_cards("master"), ["pair", "provincial"]))
    for what, ours, theirs, words in offers:
        rehearsal.only(*ours)
        slots.only(*theirs)
        report_refusal(f"live {what}", room.run(
            "issuance", *words, "--station", room.station, status=REFUSED, says=FOREIGN_THERE, both=True,
            answers=two_persons() + pins(*halves("stock"), *halves("master"), *halves("provincial"))))
    rehearsal.eject()


def destroy(live, slots):
    """Nothing of the live set outlives its use, whatever came of it."""
    try:
        slots.eject()
        if processes_in(live.out):
            live.run("keyceremony", "token", "stop")
    finally:
        end_processes(live.out)
        shutil.rmtree(live.out)
    if live.out.exists() or slots.inside:
        raise Failure(f"the live set is not gone: {live.out}, cards {slots.inside}")
    report(f"destroyed: signer stopped, cards ejected, {live.out} removed")


def show(room, rehearsal, sample):
    """The whole life of a live set beside the rehearsal's, whose cards are in `rehearsal`."""
    rehearsal.eject()
    live = LiveRoom(room)
    slots = Slots(live, 0)
    slots.free = rehearsal.free  # the same readers serve both sets
    try:
        found_station(live, sample)
        make_cards(live)
        found_tokens(live, slots)
        found_stock(live, slots)
        held = hold_ceremony(live, slots, rehearsal)
        refuse_at_live(live, slots, rehearsal, held)
        refuse_at_rehearsal(room, slots, rehearsal, held)
    finally:
        destroy(live, slots)
