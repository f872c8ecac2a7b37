#!/usr/bin/env python3
"""Checks the Promela models with Spin: every property at the stated bounds, an error found
when a rule is taken away, every trace of the implementation followed and every damaged one refused.

  check_models.py model grey_lock|pair        exhaustive search, then the mutants
  check_models.py traces TRACES-PROGRAM       what the program prints, replayed against the models
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import replay

HERE = Path(__file__).resolve().parent
MEMORY_MB = 3000
DEPTH = 1_000_000

# Bounds of the exhaustive searches; the last of a list is for ./check soak.
BOUNDS = {
    'grey_lock': [{'SESSIONS': 2, 'LOADS': 1}, {'SESSIONS': 1, 'LOADS': 2},
                  {'SESSIONS': 2, 'LOADS': 2, 'MONEY': 3, 'ON_CARD': 0}],
    'pair': [{'ACTS': 2, 'OPENINGS': 2}, {'ACTS': 2, 'OPENINGS': 3}],
}

# Statements that no search reaches, and why that is right.
EXPLAINED = {
    r'-end-': 'the parties never end',
    r'assert\(': 'asked only once something is wrong',
    r'(used|released|stage|session|left|last_act|proved|open|opened_now) = 0': 'a copy of an inline that has nothing to do there',
    r'sam_last = ': 'a copy: the repeated request is the last one',
}


class Failure(Exception):
    pass


def run(command, folder, **more):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        raise Failure(f'{" ".join(map(str, command))}: status {done.returncode}\n{done.stdout}{done.stderr}')
    return done.stdout


def build(folder, model, defines, level='-O1'):
    """spin -a and cc in `folder`, which then has the search program ./pan."""
    flags = [f'-D{name}={value}' for name, value in defines.items()]
    run(['spin', '-a', *flags, HERE / f'{model}.pml'], folder)
    run(['cc', level, '-w', '-DSAFETY', '-DNOCLAIM', '-DNOREDUCE', '-DVECTORSZ=4096', f'-DMEMLIM={MEMORY_MB}',
         '-o', 'pan', 'pan.c'], folder)


def search(folder, *options, environment=None):
    text = run(['./pan', f'-m{DEPTH}', *options], folder, env={**os.environ, **(environment or {})})
    if 'max search depth too small' in text or 'Search not completed' in text and 'errors: 0' in text:
        raise Failure(f'the search was not exhaustive\n{text}')
    return text


def counted(what, text):
    """How many "states, stored", "transitions" or "depth reached" the search printed."""
    pattern = r'depth reached (\d+)' if what == 'depth' else r'([0-9.e+]+) ' + what
    return int(float(re.search(pattern, text)[1]))


def violated(text):
    """The name of the property whose assertion failed, or the checker's own words; None without an error."""
    found = re.search(r'^pan:1: (.*?) \(at depth', text, re.MULTILINE)
    if not found:
        return None
    named = re.search(r'\|\|(\w+)\)$', found[1])
    return named[1] if named else found[1]


def unexplained(text):
    lines = re.findall(r'^\s+\S+\.pml:\d+, state \d+, "(.*)"$', text, re.MULTILINE)
    return [line for line in lines if not any(re.search(pattern, line) for pattern in EXPLAINED)]


def check_all_states(model, bounds, folder):
    build(folder, model, bounds)
    text = search(folder, '-w22')
    broken = violated(text)
    if broken or 'errors: 0' not in text:
        raise Failure(f'{model} {bounds}: {broken or "an error"}\n{text}')
    named = ' '.join(f'{name}={value}' for name, value in bounds.items())
    print(f'{model} {named}: {counted("states, stored", text)} states, '
          f'{counted("transitions", text)} transitions, depth {counted("depth", text)}, no error', flush=True)
    return unexplained(text)


def rules_of(model):
    """Name, number and the property that breaks without it, from the table that opens the model."""
    row = re.compile(r'^#define (\w+) +(\d+) +// (\w+) +\| (.+?) \| (\S+)', re.MULTILINE)
    return row.findall((HERE / f'{model}.pml').read_text(encoding='utf-8'))


def check_mutants(model, folder):
    build(folder, model, {**BOUNDS[model][0], 'MUTANTS': 1}, '-O0')
    silent = []
    rules = rules_of(model)
    for name, rule, promised, _, _ in rules:
        text = search(folder, '-w20', environment={'WITHOUT': rule})
        found = violated(text)
        states = counted('states, stored', text)
        print(f'{model} without {name}: {found or "NOT FOUND"} after {states} states', flush=True)
        if found != promised:
            silent.append(f'{name}: {promised} should break, found {found}')
    if silent or not rules:
        raise Failure('\n'.join(silent) or f'{model}: no rules')
    print(f'{model}: an error is found without each of its {len(rules)} rules', flush=True)


def check_files(model):
    for name, _, _, _, path in rules_of(model):
        if not (HERE.parents[1] / path).exists():
            raise Failure(f'{model}: {name} is implemented in {path}, which is not there')


def check_model(model, folder):
    soak = os.environ.get('WELLKEY_SOAK') == '1'
    check_files(model)
    everywhere = None
    for bounds in BOUNDS[model] if soak else BOUNDS[model][:-1]:
        left = set(check_all_states(model, bounds, folder))
        everywhere = left if everywhere is None else everywhere & left
    if everywhere:
        raise Failure(f'{model}: never reached, and not explained:\n' + '\n'.join(sorted(everywhere)))
    check_mutants(model, folder)


def followed(model, traces, folder):
    """How many events of each trace the model can do in this order."""
    (Path(folder) / 'traces.h').write_text(replay.header(traces), encoding='utf-8')
    build(folder, model, {'REPLAY': 1}, '-O0')
    text = search(folder, '-w20', '-E')
    if broken := violated(text):
        raise Failure(f'{model}: a trace breaks {broken}')
    return [int(count) for count in re.findall(r'^followed (\d+)$', text, re.MULTILINE)]


def check_traces(program, folder):
    for model, traces in replay.parse(run([program], folder)).items():
        damaged = [copy for trace in traces for copy in replay.damaged(model, trace)]
        counts = followed(model, traces + damaged, folder)
        refused, let_pass = [], []
        for trace, count in zip(traces + damaged, counts, strict=True):
            if trace in traces and count < len(trace.events):
                refused.append(f'{trace.name}: refused at {trace.events[count].text()}')
            if trace in damaged and count == len(trace.events):
                let_pass.append(f'{trace.name}: damaged, and followed')
        if refused or let_pass or not damaged:
            raise Failure('\n'.join([f'{model}: {len(refused)} of {len(traces)} traces are not followed'] +
                                    refused + let_pass))
        print(f'{model}: {len(traces)} traces, {sum(len(trace.events) for trace in traces)} events followed; '
              f'{len(damaged)} damaged ones refused', flush=True)


def test_grey_lock(folder):
    """money and lock stay right through every loss, cut and replay [R20] [R179] [R180] [R181]"""
    check_model('grey_lock', folder)


def test_pair(folder):
    """a mother opens by her control card alone, and a void card leaves the other unusable [R160] [R161]"""
    check_model('pair', folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('what', choices=['model', 'traces'])
    parser.add_argument('argument')
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix='wellkey-model.') as folder:
            if options.what == 'model':
                {'grey_lock': test_grey_lock, 'pair': test_pair}[options.argument](folder)
            else:
                check_traces(Path(options.argument).resolve(), folder)
    except Failure as failure:
        print(f'check_models: {failure}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
