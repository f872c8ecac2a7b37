#!/usr/bin/python3
"""Shows the user card on the reader, through ctypes: number, state and lock.

    python3 show_card.py <build folder>/lib/libwellkey-reader.so
"""

import ctypes
import sys

from wellkey import PORT, CardState, LockState, check, load


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: show_card.py LIBRARY")
    library = load(sys.argv[1])
    print("library", library.wellkey_version().decode())
    port = PORT()
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
