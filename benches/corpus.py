#!/usr/bin/env python3
"""Writes articles for benchmarks, made from corpus/: random paragraphs of the expected texts with junk of
the scraped texts.

  corpus.py --files 10000 --records 100000 --out DIR     # DIR/tree/NNN/NNNNN.txt and DIR/records.jsonl

Equal arguments give equal bytes. Documents have 2 to 8 KB; about a third of their lines are junk.
"""
import argparse
import json
import random
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "corpus"


def material():
    """Returns all paragraphs that stay, and all runs of lines that go."""
    prose, junk = [], []
    for file in sorted((ROOT / "expected").iterdir()):
        kept = file.read_text(encoding="utf-8").splitlines()
        prose += [line for line in kept if len(line) > 80]
        left, run = list(kept), []
        for line in (ROOT / "scraped" / file.name).read_text(encoding="utf-8").splitlines() + [None]:
            if line is not None and (not left or line != left[0]):
                run += [line] if line.strip() else []
                continue
            if left:
                left.pop(0)
            if run and line:
                junk.append(run)
                run = []
        junk += [run] if run else []
    return prose, junk


def article(number, prose, junk):
    dice = random.Random(number)
    size, lines = dice.randint(2000, 8000), [f"Article {number} of the River Valley"]
    while sum(map(len, lines)) < size:
        # About half of the words change places, so that compressors do not find copies of paragraphs.
        words = dice.choice(prose).split(" ")
        for _ in range(len(words) // 4):
            a, b = dice.randrange(len(words)), dice.randrange(len(words))
            words[a], words[b] = words[b], words[a]
        lines += ["", " ".join(words)]
        if dice.random() < 0.15:
            lines += [""] + dice.choice(junk)
    for _ in range(2):
        lines += [""] + dice.choice(junk)
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    prose, junk = material()
    for number in range(options.files):
        folder = options.out / "tree" / f"{number // 400:03}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:05}.txt").write_text(article(number, prose, junk), encoding="utf-8")
    options.out.mkdir(parents=True, exist_ok=True)
    with open(options.out / "records.jsonl", "w", encoding="utf-8") as out:
        for number in range(options.records):
            record = {"id": number, "url": f"https://site{number % 97}.example/{number}", "text": article(number, prose, junk)}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
