#!/usr/bin/python3
"""Sells at a desk, through ctypes: PSAM PIN, top-up with a journal, information and records.

    python3 top_up.py <build folder>/lib/libwellkey-reader.so FEN DATE TIME JOURNAL [TERMINALKEY]

The PSAM's PIN comes on standard input. TERMINALKEY is a file with the 16 bytes of the desk's key, for a PSAM
that is bound to its desk; it needs python3-cryptography.
"""

import ctypes
import os
import sys

from wellkey import (
    MOST_RECORDS,
    PORT,
    Armed,
    CardInformation,
    Login,
    ProveTerminal,
    Record,
    TopUp,
    check,
    load,
)


def journal_writer(path):
    """Writes what is known before the card gets its money, durably; anything but 0 stops the top-up."""

    def write(topup, _context):
        try:
            known = topup.contents
            with open(path, "a", encoding="utf-8") as journal:
                print(
                    known.card_number.decode(),
                    known.amount_fen,
                    "fen on",
                    f"{known.balance_before_fen}, counter {known.online_counter},",
                    "terminal",
                    known.terminal.decode(),
                    file=journal,
                )
                journal.flush()
                os.fsync(journal.fileno())
            return 0
        except OSError:
            return 1

    return Armed(write)


def terminal(path):
    """One block under the desk's terminal key. Suite 0, 3DES, is left out."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    ciphers = {4: algorithms.SM4, 5: algorithms.AES}
    with open(path, "rb") as file:
        key = file.read()

    def prove(suite, challenge, length, cryptogram, _context):
        if suite not in ciphers:
            return 1
        block = Cipher(ciphers[suite](key), modes.ECB()).encryptor().update(bytes(challenge[:length]))
        ctypes.memmove(cryptogram, block, length)
        return 0

    return ProveTerminal(prove)


def sell(library, port, fen, date, time, journal):
    armed = journal_writer(journal)
    topup = TopUp(amount_fen=fen, date=date.encode(), time=time.encode(), armed=armed)
    check(library, library.wellkey_purchase(port, ctypes.byref(topup)))
    print(f"sold    {fen} fen, balance {topup.balance_after_fen} fen")


def show(library, port):
    information = CardInformation()
    check(library, library.wellkey_read_card_information(port, ctypes.byref(information)))
    print("card   ", information.card_number.decode(), "county", information.county.decode())
    records = (Record * MOST_RECORDS)()
    count = ctypes.c_size_t(MOST_RECORDS)
    check(library, library.wellkey_get_records(port, records, ctypes.byref(count), None))
    for record in records[: count.value]:
        print(f"record  {record.type:02X} {record.amount_fen} fen counter {record.counter}")


def main():
    if len(sys.argv) not in (6, 7):
        sys.exit("usage: top_up.py LIBRARY FEN DATE TIME JOURNAL [TERMINALKEY]")
    library = load(sys.argv[1])
    port = PORT()
    check(library, library.wellkey_open_port(ctypes.byref(port)))
    try:
        login = Login(pin=sys.stdin.readline().strip().encode())
        if len(sys.argv) == 7:
            login.prove = terminal(sys.argv[6])
        check(library, library.wellkey_psam_verify_pin(port, ctypes.byref(login)))
        sell(library, port, int(sys.argv[2]), *sys.argv[3:6])
        show(library, port)
    finally:
        library.wellkey_close_port(port)


if __name__ == "__main__":
    main()
