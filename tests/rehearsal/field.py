"""At the desk and at the well: money onto cards, pumps started, stopped and paid."""
import json
import time

from counties import meter_number
from founding import COUNTIES, desk_origin
from people import PIN

PRICE = "0.5115"
CONSTANT = 1600
TOP_UPS = {1: 1200, 2: 855}  # tenths of a yuan


def desk(room, county):
    return room.out / f"desk-{county}"


def sell(room, county, *words, **keywords):
    return room.run("salesdesk", "--desk", desk(room, county), *words, answers=[("psam-pin", PIN)], **keywords)


def open_desk(room, slots, county, profile):
    slots.only(f"psam-{county}")
    room.run("salesdesk", "--desk", desk(room, county), "init", "--county", county, "--profile", profile,
             "--signer", room.station / "signer.sock", "--origin", desk_origin(county), "--mode", "rehearsal")
    sell(room, county, "shift", "open", "--clerk", f"C{county}")


def open_accounts(room, slots, county):
    for number, name in ((1, "高大山"), (2, "田小雨")):
        slots.only(f"psam-{county}", f"user-{county}-{number}")
        sell(room, county, "open-account", "--name", name, "--approved-by", "C900")
        sell(room, county, "topup", "--yuan", f"{TOP_UPS[number] // 10}.{TOP_UPS[number] % 10}")


def build_meters(room, county):
    """The ESAM was made through a reader; now it is soldered into its meter."""
    for number in (1, 2):
        room.run("meter-emu", "new", "--image", meter(room, county, number), "--meter",
                 meter_number(county, number), "--esam", room.cards / f"esam-{county}-{number}.card",
                 "--constant", CONSTANT, "--price", PRICE, "--area", county)


def meter(room, county, number):
    return room.out / f"meter-{county}-{number}.meter"


def swipe(room, slots, county, number, card, at=None, **keywords):
    slots.only(card)
    clock = ["--time", at] if at else []
    return room.run("meter-emu", "swipe", "--image", meter(room, county, number), *clock, **keywords)


def utc(hours):
    """So many hours after the sale."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + hours * 3600))


def irrigate(room, slots, county, session, hours):
    """Swipe to start, water flows for half an hour, swipe to stop and pay."""
    number, farmer, pulses = session
    card = f"user-{county}-{farmer}"
    swipe(room, slots, county, number, card, at=utc(hours))
    room.run("meter-emu", "run", "--image", meter(room, county, number), "--pulses", pulses)
    swipe(room, slots, county, number, card, at=utc(hours + 0.5))


def fen_of(pulses):
    """Energy times price, rounded half up to a fen: 1600 pulses a kWh, 0.5115 yuan a kWh."""
    return (pulses * 5115 + CONSTANT * 50) // (CONSTANT * 100)


def harvest(room, county):
    consumed = 0
    for number in (1, 2):
        records = room.out / f"records-{county}-{number}.json"
        room.run("meter-emu", "records", "--image", meter(room, county, number), "--json", records)
        usage = next(part for part in json.loads(records.read_text()) if part["list"] == "usage")
        consumed += sum(record["used_fen"] for record in usage["records"])
        sell(room, county, "harvest", records)
    return consumed


SESSIONS = {
    COUNTIES[0]: [(1, 1, 50000), (1, 2, 31234), (2, 1, 12345)],
    COUNTIES[1]: [(1, 1, 20001), (1, 2, 777)],
}

GREY_HOURS = 10
# The session in which a grey card is refused elsewhere: meter, farmer, pulses.
GREY_SESSIONS = {COUNTIES[0]: [(1, 1, 3200)], COUNTIES[1]: []}


def irrigate_all(room, slots):
    """A second farmer on the same meter, and the same farmer on a second meter."""
    for county, sessions in SESSIONS.items():
        for hours, session in enumerate(sessions, 1):
            irrigate(room, slots, county, session, hours)
