#!/usr/bin/python3
"""Prints docs/formats/suites.md from the table of formulas; with a path, checks that the page is equal.

    page.py > docs/formats/suites.md
    page.py docs/formats/suites.md
"""

import pathlib
import sys

from formula import INTEROPERABILITY, WITHOUT_SUITE
from formulas import ROWS

HEAD = """\
# Suites: every formula

Printed by `tests/suites/page.py` from the table that a second implementation in Python computes with; a test holds
page and table equal, and another compares at least 10,000 random cases of every row and suite with the product.

## Reading the tables

- Fields stand in the order in which they are joined; the digits at the end of a name are its bytes. Integers are
  big-endian, dates CCYYMMDD and times hhmmss in BCD, money is in fen. Two bare hex digits are that byte.
- The number of a key is its purpose. Keys of a card are the leaves of its own number. Sources are clauses of the key
  protocol and of the card reference.
- `header4` is CLA INS P1 P2; `Lc` counts the MAC too. `LD` is one byte, the length of the data.
- `balance4` is the balance before the command in MAC1 and MAC2, after it in MAC3 and TAC; in GTAC, and in MAC1 and
  MAC2 of grey lock and grey unlock, it is what the card holds. Numbers in MAC3 and TAC are those before the step.
- The type byte of a transaction is its own: 01, 02 load, 05, 06 purchase, 04 cash, 09 composite, 91, 92 lock,
  93, 94 debit for unlock, 95, 96 grey unlock, the first of two for the deposit, the second for the wallet.

## Rules of the suites

| rule | `tdes2` (00) | `sm4` (04), `aes128` (05) |
| --- | --- | --- |
| block cipher E | two-key 3DES, 8-byte block | SM4, AES-128, 16-byte block |
| D(K, F8) | E(K, F8), E(K, not F8), then odd parity | E(K, F8, not F8) |
| online session | 8 bytes: E(K, card_random4 online_sn2 80 00) | 16 bytes: E(K, card_random4 online_sn2 80 00…) |
| offline session | 8 bytes: E(K, card_random4 offline_sn2 right two of terminal_sn4) | 16 bytes: E(K, the same 80 00…) |
| grey lock session | TMPCK is the offline session key; single DES(TMPCK, terminal_random4 80 00 00 00) | E(TMPCK, terminal_random4 80 00…) |
| MAC, 4 bytes | DES-CBC, IV zero, padded, left 4 | CMAC, left 4 |
| TAC, 4 bytes | MAC under left half XOR right half | MAC under the whole key |
| padding | 80, then 00 to whole blocks; a whole block is added to whole blocks | inside CMAC |
| secure messaging MAC | 4 bytes: retail MAC (ISO 9797-1 algorithm 3), IV = challenge, 00… | 8 bytes: CMAC under E(K, 32 00…) over challenge16 and message |
| secure messaging encryption | E(K, LD data), padded only when not whole blocks, ECB | CBC under E(K, 31 00…), IV = that key's E(challenge16), LD data always padded |
| check value, method 01 | E(K, 00 x 8), left 3 | E(K, 00 x 16), left 3 |
| CMAC, AES-KW, KTenc, KTmac | AES-128 | SM4, AES-128 |

CMAC is NIST SP 800-38B, AES-KW is RFC 3394 (with SM4 in an sm4 home). In a `tdes2` scheme transport keys (0E) are AES
keys at every level: they are diversified, shown and used by the rules of `aes128`.
"""

TITLES = {
    "keys": "Keys",
    "transactions": "Purse and grey lock",
    "secure messaging": "Authentication and secure messaging",
    INTEROPERABILITY: "Key file and authentication of an interoperability card (`tdes2` alone)",
    "blocks and orders": "Import blocks, orders, tags",
    WITHOUT_SUITE: "Ceremony and pairs: the same in every suite",
}


def table(group):
    yield "| formula | key | rule | over | bytes | source |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in ROWS:
        if row.group == group:
            yield f"| {row.name} | {row.key} | {row.rule} | {row.layout} | {row.answer} | {row.clause} |"


def page():
    parts = [HEAD]
    for group, title in TITLES.items():
        parts += [f"\n## {title}\n\n", "\n".join(table(group)), "\n"]
    return "".join(parts)


def main(argv):
    if not argv:
        sys.stdout.write(page())
        return 0
    if pathlib.Path(argv[0]).read_text() == page():
        return 0
    print(f"{argv[0]} differs: tests/suites/page.py > {argv[0]}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
