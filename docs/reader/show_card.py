#!/usr/bin/python3
"""Shows the user card on the reader, through ctypes: number, state and lock.

    python3 show_card.py <build folder>/lib/libwellkey-reader.so
"""

import ctypes
import sys


class CardState(ctypes.Structure):
    """wellkey_card_state of wellkey_reader.h"""

    _fields_ = [
        ("kind", ctypes.c_uint8),
        ("serial", ctypes.c_char * 17),
        ("suite", ctypes.c_uint8),
        ("life_cycle", ctypes.c_uint8),
        ("county", ctypes.c_char * 7),
        ("key_version", ctypes.c_uint8),
        ("pin_tries", ctypes.c_uint8),
        ("lock", ctypes.c_int),
        ("balance_fen", ctypes.c_int64),
        ("card_number", ctypes.c_char * 21),
    ]


class LockState(ctypes.Structure):
    """wellkey_lock_state of wellkey_reader.h"""

    _fields_ = [
        ("state", ctypes.c_int),
        ("transaction_type", ctypes.c_uint8),
        ("balance_fen", ctypes.c_int64),
        ("offline_counter", ctypes.c_uint32),
        ("terminal", ctypes.c_char * 13),
        ("date", ctypes.c_char * 9),
        ("time", ctypes.c_char * 7),
        ("amount_fen", ctypes.c_int64),
        ("proof", ctypes.c_uint8 * 4),
    ]


def load(path):
    """The library, with the types of the functions that this script calls."""
    library = ctypes.CDLL(path)
    library.wellkey_version.restype = ctypes.c_char_p
    library.wellkey_error_text.restype = ctypes.c_char_p
    library.wellkey_open_port.argtypes = [ctypes.POINTER(ctypes.c_void_p)]
    library.wellkey_close_port.argtypes = [ctypes.c_void_p]
    library.wellkey_get_card_state.argtypes = [ctypes.c_void_p, ctypes.POINTER(CardState)]
    library.wellkey_get_lock_state.argtypes = [ctypes.c_void_p, ctypes.POINTER(LockState)]
    return library


def check(library, result):
    """Ends the script with the library's own words unless the call went well."""
    if result != 0:
        sys.exit("show_card: " + library.wellkey_error_text().decode("utf-8"))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: show_card.py LIBRARY")
    library = load(sys.argv[1])
    print("library", library.wellkey_version().decode())
    port = ctypes.c_void_p()
    check(library, library.wellkey_open_port(ctypes.byref(port)))
    try:
        state = CardState()
        check(library, library.wellkey_get_card_state(port, ctypes.byref(state)))
        lock = LockState()
        check(library, library.wellkey_get_lock_state(port, ctypes.byref(lock)))
        print("card   ", state.card_number.decode(), "county", state.county.decode())
        print("balance", f"{state.balance_fen // 100}.{state.balance_fen % 100:02} yuan")
        print("locked ", "yes, at " + lock.terminal.decode() if lock.state == 1 else "no")
    finally:
        library.wellkey_close_port(port)


if __name__ == "__main__":
    main()
