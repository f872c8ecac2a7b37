#!/usr/bin/python3
"""Puts random and directed cases to this implementation and to the product's, and compares every answer.

    second_implementation.py --program build/dev/tests/suites/suite_formulas [--suite aes128] [--seed 7]
"""

import argparse
import concurrent.futures
import os
import random
import subprocess
import sys
import time

import broken
from fields import directed_cases, random_cases
from formula import NO_SUITE, SUITE_NAMES
from formulas import ROWS
from suite_rules import SUITES

SOAK = os.environ.get("WELLKEY_SOAK") == "1"
CASES = 20000 if SOAK else 10000
BATCH = 1 if SOAK else 25  # cases that share their keys: setting up a key costs ten times a block


class Product:
    """The program that answers with what the product computes."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.reader = concurrent.futures.ThreadPoolExecutor(max_workers=1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.reader.shutdown()

    def ask(self, formula, suite_name, cases):
        """Gives the cases away and answers a future of as many lines."""
        answers = self.reader.submit(lambda: [self.process.stdout.readline().rstrip() for _ in cases])
        start = f"{formula.name} {suite_name} "
        self.process.stdin.write("".join(start + line_of(case) + "\n" for case in cases))
        self.process.stdin.flush()
        return answers


def line_of(case):
    return " ".join([field.hex() or "-" for field in case])


def formulas_of(program):
    return subprocess.run([program, "list"], check=True, capture_output=True, text=True).stdout.split()


def suite_of(suite_name):
    return SUITES.get(suite_name, SUITES["aes128"])


def cases_of(formula, suite, seed, count, batch):
    # Seeded by formula, so that one formula alone meets the very cases that it meets among all.
    rng = random.Random(f"{seed} {formula.name} {suite.name}")
    cases = random_cases(formula, rng, suite, count, batch)
    return cases + list(directed_cases(formula, rng, suite))


def first_difference(cases, expected, answers):
    if expected == answers:
        return None
    return next(each for each in zip(cases, expected, answers) if each[1] != each[2])


def print_difference(formula, suite_name, seed, difference):
    case, expected, answer = difference
    print(f"\n{formula.name}, {suite_name}: the two implementations differ (seed {seed})")
    for name, value in zip(formula.fields, case):
        print(f"  {name:18} {value.hex() or '-'}")
    print(f"  {'here':18} {expected}\n  {'product':18} {answer}")
    print(f"by hand: echo '{formula.name} {suite_name} {line_of(case)}' | suite_formulas")


def compare(product, rows, suite_name, arguments):
    """Prints one line for each formula; False at the first difference."""
    suite = suite_of(suite_name)
    for formula in rows:
        cases = cases_of(formula, suite, arguments.seed, arguments.cases, BATCH)
        answers = product.ask(formula, suite_name, cases)
        mine = broken.misread(formula, arguments.broken)
        expected = [mine.shown(suite, case) for case in cases]  # while the product computes, too
        difference = first_difference(cases, expected, answers.result())
        if difference:
            print_difference(formula, suite_name, arguments.seed, difference)
            return False
        print(f"{formula.name:26} {suite_name:7} {arguments.cases:6} random {len(cases) - arguments.cases:4} directed")
    return True


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the built suite_formulas")
    parser.add_argument("--suite", choices=[*SUITE_NAMES, NO_SUITE], help="default: all")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--cases", type=int, default=CASES, help="random cases for each formula and suite")
    parser.add_argument("--only", help="one formula by name")
    parser.add_argument("--break", dest="broken", default="", metavar="NAME",
                        help="compute wrongly: FORMULA, FORMULA/FIELD, or a rule of " + ", ".join(broken.RULES))
    return parser.parse_args(argv)


def main(argv):
    arguments = parse(argv)
    unknown = set(formulas_of(arguments.program)) ^ {formula.name for formula in ROWS}
    if unknown:
        print(f"only one side has: {', '.join(sorted(unknown))}")
        return 1
    started = time.monotonic()
    print(f"seed {arguments.seed}, keys change every {BATCH} cases")
    total = 0
    with Product(arguments.program) as product, broken.rule(arguments.broken):
        for suite_name in [arguments.suite] if arguments.suite else [*SUITE_NAMES, NO_SUITE]:
            rows = [row for row in ROWS if suite_name in row.suite_names]
            rows = [row for row in rows if arguments.only in (None, row.name)]
            if not compare(product, rows, suite_name, arguments):
                return 1
            total += len(rows)
    print(f"{total} formulas, {total * arguments.cases} random cases, {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
