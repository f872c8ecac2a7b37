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
from formula import SUITE_NAMES
from formulas import ROWS
from second_implementation import Product, cases_of, suite_of

PROGRAM = sys.argv.pop()
CASES, BATCH = 20, 5
KEY_STEPS = ("purpose-key", "province-key", "county-key", "device-key", "user-card-key", "user-card-chain")


def run(*arguments):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = second_implementation.main(["--program", PROGRAM, "--cases", str(CASES), *arguments])
    return status, out.getvalue()


def counts_in(formula, field, suite_name):
    if field == "purpose1" and formula.name in KEY_STEPS:
        return suite_name == "tdes2"  # only there a key's purpose matters: transport keys are AES
    if field == "challenge" and formula.name in ("sm-command-enciphered", "psam-encipher", "esam-encipher"):
        return suite_name != "tdes2"  # ECB has no initial value
    return True


class BrokenFormulas(unittest.TestCase):
    def test_every_formula_broken_ends_the_run(self):
        for formula in ROWS:
            suite = formula.suite_names[-1]
            status, out = run("--suite", suite, "--only", formula.name, "--break", formula.name)
            self.assertEqual(status, 1, formula.name)
            self.assertIn(f"{formula.name}, {suite}: the two implementations differ", out)
            for field in formula.fields:
                self.assertRegex(out, rf"\n  {field} ")

    def test_every_field_misread_is_found_in_every_suite(self):
        with Product(PROGRAM) as product:
            for formula in ROWS:
                for suite_name in formula.suite_names:
                    self.find_misread_fields(product, formula, suite_name)

    def find_misread_fields(self, product, formula, suite_name):
        suite = suite_of(suite_name)
        cases = cases_of(formula, suite, 1, CASES, BATCH)
        answers = product.ask(formula, suite_name, cases).result()
        for field in formula.fields:
            wrong = broken.misread(formula, f"{formula.name}/{field}")
            same = sum(wrong.shown(suite, case) == answer for case, answer in zip(cases, answers))
            with self.subTest(formula=formula.name, suite=suite_name, field=field):
                self.assertEqual(same < len(cases), counts_in(formula, field, suite_name))

    def test_every_wrong_rule_is_found(self):
        for name, (_, _, _, suites) in broken.RULES.items():
            for suite in SUITE_NAMES:
                with self.subTest(rule=name, suite=suite):
                    self.assertEqual(run("--suite", suite, "--break", name)[0], 1 if suite in suites else 0)

    def test_the_same_seed_makes_the_same_cases(self):
        for formula in ROWS:
            suite = suite_of("tdes2")
            self.assertEqual(cases_of(formula, suite, 7, 3, 1), cases_of(formula, suite, 7, 3, 1))
            self.assertNotEqual(cases_of(formula, suite, 7, 3, 1), cases_of(formula, suite, 8, 3, 1))


if __name__ == "__main__":
    unittest.main()
