"""Every field of a formula: its random values, and the values at its edges."""

import datetime

from primitives import point_of

DES_WEAK = ["0101010101010101", "FEFEFEFEFEFEFEFE", "E0E0E0E0F1F1F1F1", "1F1F1F1F0E0E0E0E"]
DES_HALF_WEAK = ["01FE01FE01FE01FE", "FE01FE01FE01FE01", "1FE01FE00EF10EF1", "E01FE01FF10EF10E"]
KEY_EDGES = [
    bytes(16),
    b"\xff" * 16,
    *(bytes.fromhex(half + half) for half in DES_WEAK + DES_HALF_WEAK),
    *(bytes.fromhex(a + b) for a, b in zip(DES_WEAK, DES_HALF_WEAK)),
]
DAYS = ["20231231", "20240101", "20240228", "20240229", "20991231", "20000101"]
TRANSACTION_TYPES = bytes.fromhex("010203040506070991929394959600FF")
DEVICE_KINDS = bytes([*range(0x20, 0x30), 0x40])
MESSAGE_LENGTHS = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128]


class Kind:
    """`draw` makes one random value of a suite."""

    def __init__(self, draw, edges=()):
        self.draw, self.edges = draw, list(edges)


def whole(size, edges=None):
    zeros_and_ones = [bytes(size), b"\xff" * size]
    return Kind(lambda rng, suite: rng.randbytes(size), zeros_and_ones if edges is None else edges)


def one_of(values):
    single = [bytes([value]) for value in values]
    return Kind(lambda rng, suite: rng.choice(single), single)


def message(most, least=0, step=1):
    lengths = [length for length in MESSAGE_LENGTHS if least <= length <= most and length % step == 0]

    def draw(rng, suite):
        return rng.randbytes(rng.randrange(least, most + 1, step))

    return Kind(draw, [bytes(range(length)) for length in lengths] + [b"\xff" * most, bytes(most)])


def bcd(number, digits):
    return bytes.fromhex(f"{number:0{digits}d}")


def draw_date(rng, suite):
    return bytes.fromhex(f"{datetime.date.fromordinal(rng.randrange(730120, 766644)):%Y%m%d}")


def draw_time(rng, suite):
    return bytes.fromhex(f"{rng.randrange(24):02d}{rng.randrange(60):02d}{rng.randrange(60):02d}")


def draw_serial(rng, suite):
    return bytes([rng.choice(DEVICE_KINDS)]) + (rng.getrandbits(56) or 1).to_bytes(7, "big")


def luhn_digit(digits):
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(digits)))
    return -sum(value // 10 + value % 10 for value in doubled) % 10


def card_number(county4, serial, issue):
    digits = f"{county4:04d}3{serial:012d}{issue:02d}"
    return bytes.fromhex(digits + str(luhn_digit(digits)))


def draw_card_number(rng, suite):
    return card_number(rng.randrange(10000), rng.randrange(10**12), rng.randrange(1, 100))


def draw_challenge(rng, suite):
    return rng.randbytes(rng.choice((4, 8)) if suite.block == 8 else 16)


def draw_terminal_challenge(rng, suite):
    return rng.randbytes(rng.choice([size for size in (8, 16) if size <= suite.block]))


def draw_sam_challenge(rng, suite):
    return draw_challenge(rng, suite) if rng.randrange(8) else b""


def draw_sam_blocks(rng, suite):
    return rng.randbytes(suite.block * rng.randrange(1, 128 // suite.block + 1))


def draw_any_challenge(rng, suite):
    return rng.randbytes(rng.choice([size for size in (4, 8, 16) if size <= suite.block]))


def draw_scalar(rng, suite):
    return rng.randrange(1, 1 << 255).to_bytes(32, "big")


KEY = whole(16, edges=KEY_EDGES)
DES_KEY = Kind(lambda rng, suite: rng.randbytes(rng.choice((8, 16))), KEY_EDGES + [key[:8] for key in KEY_EDGES])
VERSION = Kind(lambda rng, suite: bytes([rng.randrange(1, 256)]), [b"\x01", b"\xff"])
SERIAL_EDGES = [b"\x20" + bytes(6) + b"\x01", b"\x2f" + b"\xff" * 7, b"\x40" + bytes(6) + b"\x01"]

KINDS = {
    # keys, and what a session key is made of
    "key16": KEY,
    "tac_key16": KEY,
    "transport16": KEY,
    "card_random4": whole(4),
    "terminal_random4": whole(4),
    "online_sn2": whole(2),
    "offline_sn2": whole(2),
    "terminal_sn4": whole(4),
    # transactions
    "balance4": whole(4),
    "amount4": whole(4),
    "limit3": whole(3),
    "type1": one_of(TRANSACTION_TYPES),
    "terminal6": whole(6),
    "date4": Kind(draw_date, map(bytes.fromhex, DAYS)),
    "time3": Kind(draw_time, [bytes(3), bytes.fromhex("235959")]),
    "code9": whole(9),
    # the tree
    "factor8": whole(8),
    "value6": whole(6, edges=[bytes(5) + b"\x01", b"\xff" * 6]),
    "province6": whole(6, edges=[bytes(5) + b"\x01", b"\xff" * 6]),
    "tail3": whole(3),
    "purpose1": one_of(range(1, 16)),
    "version1": VERSION,
    "province_version1": VERSION,
    "county_version1": VERSION,
    "county3": Kind(lambda rng, suite: bcd(rng.randrange(100000, 1000000), 6), [bcd(100000, 6), bcd(999999, 6)]),
    "serial8": Kind(draw_serial, SERIAL_EDGES),
    "asn10": Kind(draw_card_number, [card_number(0, 0, 1), card_number(9999, 10**12 - 1, 99)]),
    "component1": KEY,
    "component2": whole(16, edges=[]),
    "component3": whole(16, edges=[]),
    "component4": whole(16, edges=[]),
    "component16": KEY,
    "live1": one_of((0, 1)),
    "flags1": one_of(range(4)),
    "suite1": one_of((0, 4, 5)),
    "set_id16": whole(16),
    "origin_id16": whole(16),
    # secure messaging and authentication
    "challenge": Kind(draw_challenge),
    "any_challenge": Kind(draw_any_challenge),
    "terminal_challenge": Kind(draw_terminal_challenge),
    "sam_challenge": Kind(draw_sam_challenge, [b""]),
    "sam_blocks": Kind(draw_sam_blocks, [bytes(16), b"\xff" * 128]),
    "sam_data": message(128, least=1),
    "challenge16": whole(16),
    "header4": whole(4),
    "data": message(128),
    "new_pin": message(6, least=2),
    "wanted1": whole(1),
    # the key file of an interoperability card
    "kind1": one_of((0x3C, 0x3D, 0x3E, 0x3F)),
    "huada_kind1": one_of((0x03, 0x04, 0x05, 0x06, 0x07, 0x09, 0x0A, 0x33, 0x34, 0x36, 0x39, 0x50)),
    "number1": one_of(range(16)),
    "use_right1": whole(1),
    "change_right1": whole(1),
    "algorithm1": whole(1),
    "counter1": one_of((0x33, 0x32, 0x11, 0xF1, 0xFF)),
    "state1": whole(1),
    "new_key16": KEY,
    "des_key": DES_KEY,
    "des_blocks": message(128, least=8, step=8),
    "mac_data": message(128, least=1),
    # blocks, orders, tags
    "level1": one_of((0x11, 0x12, 0x13, 0x20, 0x30)),
    "mode1": one_of((1, 2, 3)),
    "generation2": whole(2),
    "seq4": whole(4),
    "origin4": whole(4),
    "slots_hash32": whole(32),
    "pair_id8": whole(8),
    "log_index8": whole(8),
    "settled_sn4": whole(4),
    "money4": whole(4),
    "count4": whole(4),
    "start4": Kind(draw_date),
    "end4": Kind(draw_date),
    "issued4": Kind(draw_date),
    "subtype1": one_of(range(8)),
    "uses2": whole(2),
    "well_group4": whole(4),
    "parts_hash32": whole(32),
    "record_hash32": whole(32),
    "block72": whole(72),
    "tool8": whole(8),
    "esam8": whole(8),
    "esam_random16": whole(16),
    "tool_random16": whole(16),
    "content_hash32": whole(32),
    # ceremony and pairs
    "plan_id32": whole(32),
    "profile_hash32": whole(32),
    "token_key_hash32": whole(32),
    "plan_text_hash32": whole(32),
    "fingerprint32": whole(32),
    "hash32": whole(32),
    "nonce32": whole(32),
    "leader1": one_of((1, 2, 3, 4)),
    "step1": whole(1),
    "ins1": whole(1),
    "p1": whole(1),
    "p2": whole(1),
    "points": message(650, least=130, step=65),
    "side1": one_of((1, 2)),
    "mother_point65": whole(65),
    "control_point65": whole(65),
    "mother_random16": whole(16),
    "control_random16": whole(16),
    "header32": whole(32),
    "act4": whole(4),
    "scalar32": Kind(draw_scalar, [bytes(31) + b"\x01"]),
    "peer65": Kind(lambda rng, suite: point_of(draw_scalar(rng, suite)), [point_of(bytes(31) + b"\x02")]),
    "label": message(64),
    "context": message(48),
    "head": message(64),
    "content": message(64, least=16, step=8),
}


def column(kind, rng, suite, count, batch):
    values = [kind.draw(rng, suite) for _ in range(-(-count // batch))]
    return values if batch == 1 else [values[at // batch] for at in range(count)]


def random_cases(formula, rng, suite, count, batch):
    columns = (
        column(KINDS[name], rng, suite, count, batch if name in formula.steady else 1) for name in formula.fields
    )
    return list(zip(*columns))


def directed_cases(formula, rng, suite):
    """Each field at each of its edges among random others, and all fields at an edge at once."""
    kinds = [KINDS[name] for name in formula.fields]
    for at, kind in enumerate(kinds):
        for edge in kind.edges:
            yield tuple(edge if i == at else other.draw(rng, suite) for i, other in enumerate(kinds))
    for pick in (0, -1):
        yield tuple(kind.edges[pick] if kind.edges else kind.draw(rng, suite) for kind in kinds)
