#!/usr/bin/python3
"""Asks a card in a real reader what it can do. Writes nothing, presents no PIN and no key.

    python3 smoke.py [READER]

Needs python3-pyscard. Untried with real cards; see cards-to-buy.md.
"""
import sys

from smartcard.Exceptions import CardConnectionException, NoCardException
from smartcard.System import readers

PURSE_NAME = b"1PAY.SYS.DDF01"

# What is asked, the command, the status words that mean yes, and what yes means.
QUESTIONS = [
    ("GET CARD STATUS", "80CA010000", {"9000"}, "a card of this system"),
    ("SELECT the payment system", "00A40400" + f"{len(PURSE_NAME):02X}" + PURSE_NAME.hex(),
     {"9000"}, "it has a purse environment"),
    ("SELECT file 3F01", "00A40000023F01", {"9000"}, "it has the usual purse application"),
    ("READ BINARY file 15", "00B095001E", {"9000"}, "its public information can be read"),
    ("GET CHALLENGE 4", "0084000004", {"9000"}, "it makes challenges for secure messaging"),
    ("GET BALANCE wallet", "805C000204", {"9000"}, "it has an electronic wallet"),
    ("GET BALANCE deposit", "805C000104", {"9000"}, "it has an electronic deposit"),
    ("GET LOCK PROOF", "E0CA00001E", {"9000", "6985"}, "it knows the grey lock"),
    ("READ RECORD file 18", "00B201C417", {"9000", "6A83"}, "it keeps transactions"),
    ("GET PUBLIC POINT", "0046010041", {"9000"}, "it has a P-256 key pair: fit for a key card"),
]


def send(connection, apdu):
    """Data and status word; 61xx is followed, 6Cxx repeated."""
    data, sw1, sw2 = connection.transmit(list(apdu))
    if sw1 == 0x6C:
        data, sw1, sw2 = connection.transmit(list(apdu[:4]) + [sw2])
    while sw1 == 0x61:
        more, sw1, sw2 = connection.transmit([0x00, 0xC0, 0x00, 0x00, sw2])
        data += more
    return bytes(data), f"{sw1:02X}{sw2:02X}"


def smoke(reader):
    connection = reader.createConnection()
    try:
        connection.connect()
    except NoCardException:
        print(f"{reader}: no card")
        return 0
    atr = bytes(connection.getATR()).hex().upper()
    print(f"{reader}: ATR {atr}")
    for name, command, yes, meaning in QUESTIONS:
        try:
            data, word = send(connection, bytes.fromhex(command))
        except CardConnectionException as error:
            print(f"  {name}: {error}")
            break
        verdict = f"yes: {meaning}" if word in yes else "no"
        print(f"  {name}: {word}, {len(data)} bytes. {verdict}")
    connection.disconnect()
    return 1


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else None
    found = [r for r in readers() if wanted in (None, str(r))]
    if not found:
        sys.exit("smoke: no such reader" if wanted else "smoke: no reader")
    if sum(smoke(reader) for reader in found) == 0:
        sys.exit("smoke: no card")


if __name__ == "__main__":
    main()
