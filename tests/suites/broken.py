"""Deliberate mistakes on this side, to show that a comparison can fail."""

import contextlib
from unittest import mock

import formula
import message_formulas
import primitives
import suite_rules
from primitives import point_of
from suite_rules import Block16, Suite, Tdes2


def altered(name, value):
    if name == "peer65":
        return point_of(bytes(31) + b"\x03")
    # Not the lowest bit, which is only parity in a DES key.
    return value[:-1] + bytes([value[-1] ^ 0x10]) if value else b"\x00"


def misread(row, broken):
    """The formula with one field misread by one bit: the named one, or its last."""
    name, _, field = broken.partition("/")
    if name != row.name:
        return row
    at = row.fields.index(field) if field else len(row.fields) - 1

    def compute(suite, *case):
        return row.compute(suite, *case[:at], altered(row.fields[at], case[at]), *case[at + 1 :])

    return row._replace(compute=compute)


def pad_only_parts(data, block, pad80=primitives.pad80):
    return data if data and len(data) % block == 0 else pad80(data, block)


def iv_is_challenge(suite, key, challenge, blocks):
    return primitives.cipher(suite.name, suite.sub_key(key, 0x31)).cbc(challenge, blocks)


def lc_without_mac(suite, key, challenge, header4, data):
    return data + suite.sm_mac(key, challenge, header4 + bytes([len(data)]) + data)


# What is put in the place of what; the suites in which it must be found.
RULES = {
    "no-parity": (Tdes2, "stored", lambda suite, key: key, ["tdes2"]),
    "no-complement": (suite_rules, "complement", lambda data: data, ["tdes2", "sm4", "aes128"]),
    "pad-only-parts": (primitives, "pad80", pad_only_parts, ["tdes2"]),
    "tac-under-left-half": (Tdes2, "tac4", lambda suite, key, data: suite.mac4(key[:8], data), ["tdes2"]),
    "one-grey-step": (Tdes2, "grey_session", lambda suite, first, random4: first, ["tdes2"]),
    "iv-is-challenge": (Block16, "sm_blocks", iv_is_challenge, ["sm4", "aes128"]),
    "lc-without-mac": (message_formulas, "protected", lc_without_mac, ["tdes2", "sm4", "aes128"]),
    "transport-in-3des": (Suite, "of_purpose", lambda suite, purpose1: suite, ["tdes2"]),
}


@contextlib.contextmanager
def rule(name):
    if name not in RULES:
        yield
        return
    owner, attribute, replacement, _ = RULES[name]
    formula.session_key.cache_clear()
    with mock.patch.object(owner, attribute, replacement):
        yield
    formula.session_key.cache_clear()
