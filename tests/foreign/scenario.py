"""A load, a purchase and a grey-lock session, every answer compared with one computed here."""
from formulas import TAC

PIN = bytes.fromhex("314159")
DESK_TERMINAL = bytes.fromhex("000000001001")
METER_TERMINAL = bytes.fromhex("000000001234")
MORNING = bytes.fromhex("20260715" "083000")
NOON = bytes.fromhex("20260715" "120000")
WALLET = 0x02


def apdu(cla, ins, p1, p2, data=b"", le=None):
    out = bytes([cla, ins, p1, p2])
    if data:
        out += bytes([len(data)]) + data
    return out if le is None else out + bytes([le])


def fen(amount):
    return amount.to_bytes(4, "big")


def plus(number, step, size):
    return (int.from_bytes(number, "big") + step).to_bytes(size, "big")


def cut(data, *sizes):
    """The fields of an answer, whose whole length must agree."""
    assert len(data) == sum(sizes), (data.hex(), sizes)
    fields = []
    for size in sizes:
        fields.append(data[:size])
        data = data[size:]
    return fields


def same(what, answered, computed):
    if answered != computed:
        raise AssertionError(f"{what}: the card says {answered.hex()}, computed {computed.hex()}")


def card_number(user):
    """File 15: issuer8 type1 version1 ASN10 …"""
    return cut(user.send(apdu(0x00, 0xB0, 0x95, 0x00, le=30)), 8, 2, 10, 10)[2]


def balance(user):
    return int.from_bytes(user.send(apdu(0x80, 0x5C, 0x00, WALLET, le=4)), "big")


def _mac2_of_load(user, psam, keys, amount):
    """The desk's part: the PSAM checks the card's MAC1 itself and answers MAC2."""
    old, number, version, algorithm, random, mac1 = cut(user.send(apdu(
        0x80, 0x50, 0x00, WALLET, b"\1" + fen(amount) + DESK_TERMINAL, 0x10)), 4, 2, 1, 1, 4, 4)
    assert version == b"\1" and algorithm[0] == keys.suite.algorithm_id
    session = keys.online_session(random, number)
    order = fen(amount) + b"\x02" + DESK_TERMINAL
    same("MAC1 of load", mac1, keys.suite.mac(session, old + order))
    mac2 = psam.send(apdu(
        0x80, 0x74, 0x00, 0x00, random + number + old + fen(amount) + b"\x02" + MORNING + version
        + algorithm + keys.factor + mac1, 4))
    same("MAC2 of load", mac2, keys.suite.mac(session, order + MORNING))
    tac_input = plus(old, amount, 4) + number + order + MORNING
    return mac2, tac_input, version + algorithm + keys.factor


def load(user, psam, keys, amount):
    before = balance(user)
    _mac2_of_load(user, psam, keys, amount)
    user.send(apdu(0x80, 0x52, 0x00, 0x00, MORNING + bytes(4), 4), "9302")
    assert balance(user) == before
    mac2, tac_input, key = _mac2_of_load(user, psam, keys, amount)
    tac = user.send(apdu(0x80, 0x52, 0x00, 0x00, MORNING + mac2, 4))
    same("TAC of load", tac, keys.suite.tac(keys.of(TAC), tac_input))
    psam.send(apdu(0x80, 0x76, 0x00, 0x00, key + tac + tac_input))
    assert balance(user) == before + amount


def purchase(user, psam, keys, amount):
    before = balance(user)
    _, number, _, version, algorithm, random = cut(user.send(apdu(
        0x80, 0x50, 0x01, WALLET, b"\1" + fen(amount) + DESK_TERMINAL, 0x0F)), 4, 2, 3, 1, 1, 4)
    terminal_number, mac1 = cut(psam.send(apdu(
        0x80, 0x70, 0x00, 0x00, random + number + fen(amount) + b"\x06" + MORNING + version
        + algorithm + keys.factor, 8)), 4, 4)
    session = keys.offline_session(random, number, terminal_number)
    order = fen(amount) + b"\x06" + DESK_TERMINAL
    same("MAC1 of purchase", mac1, keys.suite.mac(session, order + MORNING))
    tac, mac2 = cut(user.send(apdu(
        0x80, 0x54, 0x01, 0x00, terminal_number + MORNING + mac1, 8)), 4, 4)
    same("MAC2 of purchase", mac2, keys.suite.mac(session, fen(amount)))
    same("TAC of purchase", tac,
         keys.suite.tac(keys.of(TAC), order + terminal_number + MORNING))
    psam.send(apdu(0x80, 0x72, 0x00, 0x00, mac2))
    assert balance(user) == before - amount


def start(user, esam, keys):
    """The first swipe: the card is locked at this meter."""
    money, number, _, version, algorithm, random = cut(user.send(apdu(
        0xE0, 0x7A, 0x08, WALLET, b"\1" + METER_TERMINAL, 0x0F)), 4, 2, 3, 1, 1, 4)
    terminal_number, terminal_random, mac1 = cut(esam.send(apdu(
        0xE0, 0x40, 0x00, 0x00, random + number + money + b"\x92" + MORNING + version + algorithm
        + keys.factor, 12)), 4, 4, 4)
    session = keys.grey_session(random, number, terminal_number, terminal_random)
    same("MAC1 of grey lock", mac1,
         keys.suite.mac(session, b"\x92" + METER_TERMINAL + MORNING))
    gtac, mac2 = cut(user.send(apdu(
        0xE0, 0x7C, 0x08, 0x00, terminal_number + terminal_random + MORNING + mac1, 8)), 4, 4)
    same("MAC2 of grey lock", mac2, keys.suite.mac(session, money + number))
    same("GTAC", gtac, keys.suite.tac(
        keys.of(TAC), money + number + b"\x92" + METER_TERMINAL + terminal_number + MORNING))
    esam.send(apdu(0xE0, 0x42, 0x00, 0x00, mac2))
    proof = user.send(apdu(0xE0, 0xCA, 0x00, 0x00, le=30))
    same("lock proof", proof, b"\x01\x92\x02" + money + plus(number, 1, 2) + METER_TERMINAL
         + MORNING + mac2 + gtac)
    return session, plus(number, 1, 2), terminal_number


def settle(user, esam, keys, lock, amount):
    """The second swipe: the lock is settled with what was consumed."""
    session, number, terminal_number = lock
    before = balance(user)
    gmac, _ = cut(esam.send(apdu(
        0xE0, 0x44, 0x00, 0x00, b"\x94" + keys.factor + number + fen(amount), 8)), 4, 4)
    same("GMAC", gmac, keys.suite.mac(session, fen(amount)))
    settled_number = plus(terminal_number, 1, 4)
    tac = user.send(apdu(
        0xE0, 0x7E, 0x08, WALLET, fen(amount) + number + METER_TERMINAL + settled_number + NOON
        + gmac, 4))
    same("TAC of settling", tac, keys.suite.tac(
        keys.of(TAC), fen(amount) + b"\x94" + METER_TERMINAL + settled_number + NOON))
    assert balance(user) == before - amount
    assert user.send(apdu(0xE0, 0xCA, 0x00, 0x00, le=30))[0] == 0x10
    user.send(apdu(0xE0, 0xCA, 0x01, 0x00))
    assert user.send(apdu(0xE0, 0xCA, 0x00, 0x00, le=30))[0] == 0x00


def refused_while_locked(user):
    user.send(apdu(0x80, 0x50, 0x01, WALLET, b"\1" + fen(1) + DESK_TERMINAL, 0x0F), "6985")


def whole_day(user, psam, esam, keys):
    psam.send(apdu(0x00, 0x20, 0x00, 0x00, PIN))
    load(user, psam, keys, 20000)
    purchase(user, psam, keys, 1250)
    lock = start(user, esam, keys)
    refused_while_locked(user)
    settle(user, esam, keys, lock, 4321)
    assert balance(user) == 20000 - 1250 - 4321
