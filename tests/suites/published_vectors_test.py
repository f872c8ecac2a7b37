#!/usr/bin/python3
"""This side against vectors of foreign origin (tests/vectors): every row is computed, or named with why not.

    published_vectors_test.py TESTS/VECTORS
"""

import json
import pathlib
import sys
import unittest

from formulas import FORMULAS
from primitives import cipher, des_mac, retail_mac, xor
from suite_rules import SUITES

FOLDER = pathlib.Path(sys.argv.pop())
TDES2 = SUITES["tdes2"]
UNUSED = {"tr31-a": "no TR-31 block exists here: keys travel in import blocks"}


def bytes_of(row):
    return {name: bytes.fromhex(value) for name, value in row["inputs"].items() if is_hex(value)}


def is_hex(value):
    return isinstance(value, str) and len(value) % 2 == 0 and all(sign in "0123456789ABCDEFabcdef" for sign in value)


def transaction(name, given, **more):
    """A formula of the table with the names that the vectors use for its fields."""
    names = {"key16": "DLK" if "DLK" in given else "DPK", "tac_key16": "DTK", "card_random4": "card_random",
             "online_sn2": "online_sn", "offline_sn2": "offline_sn", "terminal_sn4": "terminal_sn",
             "balance4": "old_balance", "amount4": "amount", "type1": "type", "terminal6": "terminal",
             "date4": "date", "time3": "time", "code9": "mac1_suffix"}
    row = FORMULAS[name]
    return row.compute(TDES2, *(more.get(field, given.get(names.get(field))) for field in row.fields))


def load(given):
    return {"SESLK": transaction("online-session-key", given), "MAC1": transaction("load-mac1", given),
            "MAC2": transaction("load-mac2", given)}


def purchase(given):
    return {"SESPK": transaction("offline-session-key", given), "MAC1": transaction("purchase-mac1", given)}


def composite(given):
    return {"SESPK": transaction("offline-session-key", given), "MAC1": transaction("composite-mac1", given),
            "MAC2": transaction("purchase-mac2", given), "TAC": transaction("purchase-tac", given)}


def messaging(given):
    command = given["command"]
    covered = command[:-4]
    found = {"mac4": TDES2.sm_mac(given["key"], given["challenge"], covered)}
    if command[1] == 0xD4:
        found["plaintext"] = cipher("tdes2", given["key"]).decrypt(command[5:-4])
        length = found["plaintext"][0]
        again = TDES2.sm_encrypt(given["key"], given["challenge"], found["plaintext"][1 : 1 + length])
        assert again == command[5:-4]
    return found


KINDS = {
    "external_authenticate_des": lambda v: {"apdu_data": cipher("des", v["key"]).encrypt(v["challenge"] + bytes(4))},
    "external_authenticate_3des":
        lambda v: {"apdu_data": TDES2.authentication_cryptogram(v["key"], v["challenge"])},
    "internal_authenticate_des_encrypt": lambda v: {"result": cipher("des", v["key"]).encrypt(v["data"])},
    "internal_authenticate_des_decrypt": lambda v: {"result": cipher("des", v["key"]).decrypt(v["data"])},
    "des_cbc_mac4": lambda v: {"mac4": des_mac(v["key"], v["iv"], v["data"])[:4]},
    "pboc_load": load,
    "pboc_purchase": purchase,
    "mohurd_composite_purchase": composite,
    "secure_messaging_write_key": messaging,
    "secure_messaging_mac": messaging,
    "retail_mac8": lambda v: {"mac8": retail_mac(v["key"], v["iv"], v["data"])},
    "sm4_ecb": lambda v: {"ct": cipher("sm4", v["key"]).encrypt(v["data"])},
    "kek_wrap_3des_ecb": lambda v: {"wrapped": cipher("tdes2", v["kek"]).encrypt(v["key"])},
}


class PublishedVectors(unittest.TestCase):
    def test_every_card_row_holds_or_is_unused_for_a_reason(self):
        rows = json.loads((FOLDER / "card.json").read_text())["verified"]
        for row in rows:
            if row["id"] in UNUSED:
                continue
            with self.subTest(row["id"]):
                found = KINDS[row["kind"]](bytes_of(row))
                for name, value in row["outputs"].items():
                    self.assertEqual(found[name].hex().upper(), value, name)
        self.assertEqual(len(rows) - len(UNUSED), 25)

    def test_check_values_of_published_keys(self):
        rows = json.loads((FOLDER / "audit.json").read_text())["component_kcv"]
        for row in rows["tdea"]:
            total = bytes(16)
            for part, shown in zip(row["components_hex"], row["component_kcv_hex"]):
                total = xor(total, bytes.fromhex(part))
                if shown:
                    self.assertEqual(TDES2.encrypt(bytes.fromhex(part), bytes(8)).hex().upper()[: len(shown)], shown)
            self.assertEqual(total.hex().upper(), row["combined_key_hex"])
            self.assertEqual(TDES2.check_value(total).hex().upper(), row["combined_kcv_hex"])
        for row in rows["aes_cmac"]:
            key = bytes.fromhex(row["key_hex"])
            whole = cipher("aes128", key).cmac(bytes(16))
            self.assertEqual(whole.hex().upper(), row["cmac_of_16_zero_bytes_hex"])
            if len(key) == 16:
                self.assertEqual(TDES2.component_check_value(key).hex().upper(), row["kcv_5_bytes_hex"])


if __name__ == "__main__":
    unittest.main()
