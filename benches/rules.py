#!/usr/bin/env python3
"""Writes rule files for benchmarks.

  rules.py 2000 > rules.toml       # 2,000 made-up rules, in the mix of forms that real sites need
  rules.py rules.tsv > rules.toml  # one rule for each line of a list
  rules.py hostile > hostile.toml  # slow patterns, each behind a word that nearly every line contains

A line of a list is exact, prefix, suffix or contains, then a tab and the phrase; other lines, and phrases
without a letter, are left out. Equal arguments give equal bytes.
"""
import random
import re
import sys

FORMS = ["line"] * 9 + ["prefix"] * 5 + ["contains"] * 2 + ["suffix"] + ["pattern"] * 3
HOSTILE = [r"\bw\w+ing\b.*\bnever\b", r".*.*never again", r"(.+ )+never again", "|".join(f"word{n}x{n}y" for n in range(3000))]


def rule(name, form, phrase, pattern=None):
    match = "prefix" if form == "pattern" else form
    lines = [f'id = "site/{name}"', 'certainty = "likely"', f'match = "{match}"', f'phrases = ["{phrase}"]']
    lines += [f"pattern = '{pattern}'"] if pattern else []
    return "[[rule]]\n" + "\n".join(lines + [f'reason = "rule {name}"', f'removes = ["{phrase}"]', 'keeps = ["x"]']) + "\n"


def made_up(count):
    dice = random.Random(count)
    word = lambda: "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(dice.randint(2, 4)))
    openers = ["read", "share", "follow", "more", "sign", "the", "also", "get", "join", "subscribe", "related", "latest"]
    for number in range(count):
        form = dice.choice(FORMS)
        phrase = " ".join([dice.choice(openers)] + [word() for _ in range(dice.randint(1, 4))])
        yield rule(f"made-up-{number}", form, phrase, "^[a-z ]+[0-9]{1,4}$" if form == "pattern" else None)


def listed(path):
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            kind, _, phrase = line.rstrip("\n").partition("\t")
            if kind in ("exact", "prefix", "suffix", "contains") and re.search("[a-z]", phrase):
                phrase = phrase.replace("\\", r"\\").replace('"', r'\"')
                yield rule(f"listed-{number}", "line" if kind == "exact" else kind, phrase)


def main():
    if sys.argv[1:] == ["hostile"]:
        sys.stdout.writelines(rule(f"hostile-{n}", "contains", "the", p).replace('["the"]', '["the", "and", "a"]', 1)
                              for n, p in enumerate(HOSTILE))
    elif len(sys.argv) == 2 and sys.argv[1].isdigit():
        sys.stdout.writelines(made_up(int(sys.argv[1])))
    elif len(sys.argv) == 2 and sys.argv[1].endswith(".tsv"):
        sys.stdout.writelines(listed(sys.argv[1]))
    else:
        sys.exit(__doc__)


main()
