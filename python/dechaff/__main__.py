"""The program dechaff: the same as the one without Python, in this process."""

import signal
import sys

from ._dechaff import run


def main() -> None:
    # The program hears Ctrl-C itself; Python would wait with it until the program has ended.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run(["dechaff", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
