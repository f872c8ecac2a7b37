"""What must fail, fails, and says why."""
from counties import STOCK, halves, pair_cards
from field import GREY_HOURS, GREY_SESSIONS, meter, sell, swipe, utc
from founding import COUNTIES
from people import pins, two_persons

REFUSED = 11
WRONG_STATE = 12


def foreign_county(room, slots):
    """A card of one county neither starts a pump nor buys in another."""
    ours, theirs = COUNTIES
    swipe(room, slots, ours, 1, f"user-{theirs}-1", status=REFUSED, says="county")
    slots.only(f"psam-{ours}", f"user-{theirs}-1")
    sell(room, ours, "topup", "--yuan", "10", status=REFUSED, says="county")


def grey_card(room, slots):
    """A card that has started a pump and not stopped it buys nothing, and no other meter serves it."""
    county = COUNTIES[0]
    number, farmer, pulses = GREY_SESSIONS[county][0]
    card = f"user-{county}-{farmer}"
    swipe(room, slots, county, number, card, at=utc(GREY_HOURS))
    room.run("meter-emu", "run", "--image", meter(room, county, number), "--pulses", pulses)
    slots.only(f"psam-{county}", card)
    sell(room, county, "topup", "--yuan", "10", status=WRONG_STATE, says="locked")
    swipe(room, slots, county, 2, card, status=REFUSED, says="locked")
    swipe(room, slots, county, number, card, at=utc(GREY_HOURS + 1))


def foreign_control(room, slots):
    """A mother card opens for its own control card only."""
    ours, theirs = COUNTIES
    inside = STOCK + [pair_cards("county", ours)[0], pair_cards("county", theirs)[1], f"psam-{ours}"]
    slots.only(*inside)
    room.run("issuance", "psam", ours, "--terminal", 9, "--station", room.station, status=REFUSED,
             says="belongs to pair",
             answers=two_persons() + pins(*halves("stock"), *halves("county", ours), f"psam-{ours}-{9:012}"))


def lost_control(room, slots):
    """One card of a pair is reported lost: the other is void with it."""
    county = COUNTIES[1]
    pairs = room.ask("issuance", "list", "--station", room.station)["pairs"]
    lost = next(pair for pair in pairs if pair["kind"] == "county" and pair["county"] == county)
    mother, control = pair_cards("county", county)
    slots.only(mother, *pair_cards("provincial"))
    room.run("issuance", "void-pair", lost["pair"], "--lost", "control", "--station", room.station,
             answers=two_persons() + pins(*halves("provincial")))
    slots.only(*STOCK, mother, control, f"psam-{county}")
    room.run("issuance", "psam", county, "--terminal", 9, "--station", room.station, status=REFUSED, says="void",
             answers=two_persons() + pins(*halves("stock"), *halves("county", county), f"psam-{county}-{9:012}"))
