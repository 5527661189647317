"""Prints a document that is expensive to clean, by its number and its size: `hostile.py KIND LINES`; without arguments, how many kinds
there are."""

import sys

PROSE = "The council met on Tuesday and voted for the bridge, which will cost four million.\n"
HEADLINE = "Storm Tears Roof off Railway Station\n"
KINDS = [
    lambda n: "Share this:\n" * n,
    lambda n: "Share this story with everybody who ever asked\n" * n,
    lambda n: "".join(f"{HEADLINE[:-1]}, Number {k % 50}\n" for k in range(n)),
    lambda n: ("You may also like\n" + HEADLINE) * (n // 2),
    lambda n: PROSE + "3 Comments\nReply\n" * (n // 2),
    lambda n: PROSE + "- Share on Facebook\n1. Light body\n" * (n // 2) + PROSE,
    lambda n: PROSE * 20 + "Log in\nAbc Def\nGhi\n" * (n // 3),
    lambda n: "".join(f"{k}. {PROSE}" for k in range(n // 5)),
    lambda n: "It rained. Advertisement The mayor spoke. " * (n // 2),
    lambda n: "](" * n + "a" * n + ". " * n,
    lambda n: "* [Abc](x)\n" * n + PROSE,
    lambda n: "e\u0301\u202e" * n + "\n" + "x\n\n" * n,
]

if len(sys.argv) > 1:
    sys.stdout.reconfigure(encoding="utf-8")
    print(KINDS[int(sys.argv[1])](int(sys.argv[2])))
else:
    print(len(KINDS))
