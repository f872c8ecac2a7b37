#!/usr/bin/python3
"""The comparison can fail: a wrong formula, a misread field and a wrong rule are all found.

    broken_formulas_test.py PROGRAM
"""

import contextlib
import io
import sys
import unittest

import broken
import second_implementation
from formulas import ROWS
from second_implementation import WITHOUT_SUITE, Product, cases_of
from suite_rules import SUITES

PROGRAM = sys.argv.pop()
CASES, BATCH = 20, 5
KEY_STEPS = ("purpose-key", "province-key", "county-key", "device-key", "user-card-key", "user-card-chain")


def run(*arguments):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = second_implementation.main(["--program", PROGRAM, "--cases", str(CASES), *arguments])
    return status, out.getvalue()


def suites_of(formula):
    return SUITES.values() if formula.has_suite else [SUITES["aes128"]]


def counts_in(formula, field, suite):
    # Only in a tdes2 scheme does it matter what a key is for: its transport keys are AES.
    return field != "purpose1" or formula.name not in KEY_STEPS or suite.name == "tdes2"


class BrokenFormulas(unittest.TestCase):
    def test_every_formula_broken_ends_the_run(self):
        for formula in ROWS:
            suite = "aes128" if formula.has_suite else WITHOUT_SUITE
            status, out = run("--suite", suite, "--only", formula.name, "--break", formula.name)
            self.assertEqual(status, 1, formula.name)
            self.assertIn(f"{formula.name}, {suite}: the two implementations differ", out)
            for field in formula.fields:
                self.assertRegex(out, rf"\n  {field} ")

    def test_every_field_misread_is_found_in_every_suite(self):
        with Product(PROGRAM) as product:
            for formula in ROWS:
                for suite in suites_of(formula):
                    self.find_misread_fields(product, formula, suite)

    def find_misread_fields(self, product, formula, suite):
        cases = cases_of(formula, suite, 1, CASES, BATCH)
        answers = product.ask(formula, suite, cases).result()
        for field in formula.fields:
            wrong = broken.misread(formula, f"{formula.name}/{field}")
            same = sum(wrong.shown(suite, case) == answer for case, answer in zip(cases, answers))
            with self.subTest(formula=formula.name, suite=suite.name, field=field):
                self.assertEqual(same < len(cases), counts_in(formula, field, suite))

    def test_every_wrong_rule_is_found(self):
        for name, (_, _, _, suites) in broken.RULES.items():
            for suite in SUITES:
                with self.subTest(rule=name, suite=suite):
                    self.assertEqual(run("--suite", suite, "--break", name)[0], 1 if suite in suites else 0)

    def test_the_same_seed_makes_the_same_cases(self):
        for formula in ROWS:
            suite = SUITES["tdes2"]
            self.assertEqual(cases_of(formula, suite, 7, 3, 1), cases_of(formula, suite, 7, 3, 1))
            self.assertNotEqual(cases_of(formula, suite, 7, 3, 1), cases_of(formula, suite, 8, 3, 1))


if __name__ == "__main__":
    unittest.main()
