#!/usr/bin/env python3
"""Builds the canonical form of scheme profiles from docs/formats/scheme-profile.md alone, with Python's own TOML
reader, and compares it and its hash with what keyceremony says. Usage: profile_hash_test.py KEYCEREMONY"""
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import tomllib
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "derivation/profiles/hebei-sample.toml"
GOLDEN = PROJECT / "tests/vectors/profile"
KEYCEREMONY = ""

COUNTY_CELLS = ("code", "name", "city")


def leaves(value, path):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and path == "price":
        for price in value:
            yield from leaves(price, f"price.{price['id']}")
    elif isinstance(value, list):
        for row in value:
            yield from leaves(dict(zip(COUNTY_CELLS, row, strict=True)), f"{path}.{row[0]}")
    elif isinstance(value, bool):
        yield path, "true" if value else "false"
    elif path.endswith(".value"):
        yield path, value.upper()
    else:
        yield path, str(value)


def canonical(text):
    lines = sorted((field.encode(), value.encode()) for field, value in leaves(tomllib.loads(text), ""))
    return b"wellkey scheme profile\n" + b"".join(field + b" = " + value + b"\n" for field, value in lines)


def keyceremony(*words):
    return subprocess.run([KEYCEREMONY, "profile", *map(str, words)], capture_output=True, check=True).stdout


def stirred(text):
    """The same values: tables in another order, other blanks, comments, hex in lower case."""
    head, *tables = text.split("\n[")
    tables = [table for table in reversed(tables) if not table.startswith("[price")]
    prices = [table for table in text.split("\n[") if table.startswith("[price")]
    mixed = "\n\n# 另一种写法\n[".join([head, *prices[::-1], *tables])
    return mixed.replace(" = ", "   =\t").replace("534D", "534d")


class ProfileHash(unittest.TestCase):
    def agrees(self, path):
        form = canonical(path.read_text(encoding="utf-8"))
        self.assertEqual(keyceremony("show", "--canonical", path), form)
        said, words = keyceremony("hash", path).decode().splitlines()
        self.assertEqual(said, hashlib.sha256(form).hexdigest())
        self.assertEqual(len(words.split()), 8)
        return said

    def test_the_sample_has_the_hash_that_python_computes(self):
        self.agrees(SAMPLE)

    def test_the_golden_profile_has_its_golden_bytes_and_hash(self):
        said = self.agrees(GOLDEN / "golden.toml")
        self.assertEqual((GOLDEN / "golden.canonical").read_bytes(),
                         canonical((GOLDEN / "golden.toml").read_text(encoding="utf-8")))
        self.assertEqual((GOLDEN / "golden.sha256").read_text(encoding="ascii").split()[0], said)

    def test_order_comments_blanks_and_case_do_not_count(self):
        with tempfile.TemporaryDirectory() as folder:
            other = pathlib.Path(folder) / "stirred.toml"
            other.write_text(stirred(SAMPLE.read_text(encoding="utf-8")), encoding="utf-8")
            self.assertNotEqual(other.read_bytes(), SAMPLE.read_bytes())
            self.assertEqual(self.agrees(other), self.agrees(SAMPLE))
            self.assertIn("内容相同", keyceremony("diff", SAMPLE, other).decode())


if __name__ == "__main__":
    KEYCEREMONY = sys.argv.pop(1)
    unittest.main()
