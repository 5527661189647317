#!/usr/bin/env python3
"""Writes documents like those that extractors make of real pages, from the texts of corpus/: JSONL to measure cleaning with.

  sample.py articles 60 > articles.jsonl   # the article and a few lines around it: paragraphs, rare characters
  sample.py pages 40 > pages.jsonl         # all text of a page: an article between menus, lists and teasers, 40 bytes a line

The same arguments give the same bytes; no two documents are alike.
"""
import json
import random
import sys
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
# Characters that folding does not know by heart: ligatures, fractions, signs, letters of other scripts, full-width forms, accents apart.
RARE = ["ﬁ", "½", "№", "™", "℃", "Ω", "ﬀ", "²", "Å", "ｗ", "e\u0301", "ş", "ő", "‰", "✓", "①", "\u200b", "\u00ad", "ǆ", "ệ"]


def lines(folder):
    for file in sorted((CORPUS / folder).iterdir()):
        yield from (line for line in file.read_text(encoding="utf-8").splitlines() if line.strip())


def shuffled(line, dice):
    """A paragraph with a third of its words in other places, and here and there a rare character."""
    words = line.split(" ")
    for _ in range(len(words) // 3):
        one, other = dice.randrange(len(words)), dice.randrange(len(words))
        words[one], words[other] = words[other], words[one]
    if dice.random() < 0.3:
        at = dice.randrange(len(words))
        words[at] += dice.choice(RARE)
    return " ".join(words)


def article(dice, prose, size):
    """Paragraphs of about 250 bytes, of one kind of text, up to a size in bytes."""
    begin, text = dice.randrange(len(prose)), []
    while sum(map(len, text)) < size:
        line = shuffled(prose[(begin + len(text)) % len(prose)], dice)
        text.append(line if dice.random() < 0.6 else line + " " + shuffled(dice.choice(prose), dice))
    return text


def main():
    kind, count = sys.argv[1], int(sys.argv[2])
    prose = [line for line in lines("expected") if len(line.encode()) > 110]
    short = [line for line in lines("scraped") if len(line.encode()) < 60]
    for number in range(count):
        dice = random.Random(f"{kind} {number}")
        line = lambda: dice.choice(short) if dice.random() < 0.6 else f"{dice.choice(short)} {dice.randrange(1000)}"
        if kind == "articles":
            text = [line(), *article(dice, prose, dice.randint(3000, 12000)), *(line() for _ in range(dice.randrange(5)))]
        else:
            around = lambda: [line() for _ in range(dice.randint(60, 160))]
            text = [*around(), *article(dice, prose, dice.randint(1500, 4000)), *around()]
        print(json.dumps({"id": number, "text": "\n".join(text) + "\n"}, ensure_ascii=False))


main()
