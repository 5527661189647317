#!/usr/bin/env python3
"""Deletes the lines that rules of a file match, as a fast Python program does it, for comparisons of speed.

  python_filter.py rules.toml < records.jsonl > cleaned.jsonl

It matches all phrases of a form at once: whole lines with a set, beginnings and ends with tuples, phrases
inside lines with one regular expression. Records without a matching line are written unchanged. Two
processes take chunks in turn. Uses orjson if it is installed.
"""
import multiprocessing
import re
import sys
import tomllib

try:
    from orjson import dumps, loads
except ImportError:
    import json
    from json import loads

    def dumps(record):
        return json.dumps(record, ensure_ascii=False).encode()

CHUNK = 1 << 20
# The longest line in characters that rules match, and the longest for phrases inside a line: the defaults of
# dechaff, in bytes.
LONGEST, LONGEST_MIDDLE = 256, 128


def load(path):
    """Reads the rules of a file and groups them by the fastest way to match them. Runs once in each
    process."""
    global whole, beginnings, ends, middles, gates, patterns
    with open(path, "rb") as file:
        rules = tomllib.load(file)["rule"]
    plain = [rule for rule in rules if "pattern" not in rule]
    phrases = lambda form: [phrase for rule in plain if rule["match"] == form for phrase in rule["phrases"]]
    whole = frozenset(phrases("line"))
    beginnings, ends = tuple(phrases("prefix")), tuple(phrases("suffix"))
    middles = re.compile("|".join(map(re.escape, phrases("contains"))) or "(?!)")
    patterns = [(tuple(rule["phrases"]), re.compile(rule["pattern"])) for rule in rules if "pattern" in rule]
    gates = tuple(phrase for opening, _ in patterns for phrase in opening)


def is_junk(line):
    if not line or len(line) > LONGEST:
        return False
    line = " ".join(line.lower().replace("’", "'").split())
    return (line in whole or line.startswith(beginnings) or line.endswith(ends)
            or len(line) <= LONGEST_MIDDLE and middles.search(line)
            or line.startswith(gates) and any(line.startswith(opening) and pattern.search(line) for opening, pattern in patterns))


def cleaned(raw):
    record = loads(raw)
    lines = record["text"].split("\n")
    kept = [line for line in lines if not is_junk(line)]
    if len(kept) == len(lines):
        return raw
    record["text"] = "\n".join(kept)
    return dumps(record) + b"\n"


def clean(chunk):
    return b"".join(map(cleaned, chunk.splitlines(keepends=True)))


def chunks(file):
    while chunk := file.read(CHUNK) + file.readline():
        yield chunk


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with multiprocessing.Pool(2, load, sys.argv[1:]) as pool:
        for chunk in pool.imap(clean, chunks(sys.stdin.buffer)):
            sys.stdout.buffer.write(chunk)


if __name__ == "__main__":
    main()
