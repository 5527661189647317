"""What a cleaner shows: removals and diffs, also as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Removal:
    """A piece of text that goes, and why.

    ``start`` and ``end`` count code points of the text: all that goes with this piece, also line breaks and blank lines
    around it. The stretches of a text are in order and disjoint; what is left between them is the cleaned text.
    """

    start: int
    end: int
    #: The piece itself: a line, or a part of one.
    text: str
    #: The number of the line it lies on, counted from 1.
    line: int
    rule: str
    family: str
    #: certain, likely or suspect
    certainty: str
    #: What this kind of junk is.
    reason: str
    #: What was seen in this text.
    evidence: str = ""

    def _repr_html_(self) -> str:
        return _table([self])


class Removals(list[Removal]):
    """What goes from a text, in order."""

    #: Why the text stays as it is although junk was found, as for one of which most sentences would go; else None.
    held: str | None

    def __init__(self, removals: Iterable[Removal] = (), held: str | None = None) -> None:
        super().__init__(removals)
        self.held = held

    def _repr_html_(self) -> str:
        held = f"<p>held: {escape(self.held)}</p>" if self.held else ""
        return held + _table(self)


class Diff(str):
    """A diff of a text and what is left of it, as the program prints it."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        lines = "\n".join(_line(line) for line in self.split("\n"))
        return f'<pre style="line-height:1.3">{lines}</pre>'


_COLOURS = {"-": "#b31d28", "+": "#22863a", "@": "#6f42c1"}


def _line(line: str) -> str:
    colour = _COLOURS.get(line[:1])
    return f'<span style="color:{colour}">{escape(line)}</span>' if colour else escape(line)


def _table(removals: Iterable[Removal]) -> str:
    rows = "".join(
        f'<tr><td>{r.line}</td><td style="text-align:left"><pre style="margin:0">{escape(r.text)}</pre></td>'
        f"<td>{escape(r.rule)}</td><td>{escape(r.certainty)}</td>"
        f'<td style="text-align:left">{escape(r.reason)}</td></tr>'
        for r in removals
    )
    return f"<table><tr><th>line</th><th>text</th><th>rule</th><th>certainty</th><th>reason</th></tr>{rows}</table>"
