"""The cleaner: rules and settings, and the ways to clean with them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from os import PathLike
from typing import Any, Optional, TypeVar, Union

from ._dechaff import DechaffWarning, Engine, Table, read_file
from ._learning import Learned
from ._progress import progress_bar
from ._shown import Diff, Removal, Removals

Path = Union[str, "PathLike[str]"]
#: The name of a file, and its text.
File = tuple[str, str]
Text = TypeVar("Text", str, Optional[str])


class Cleaner:
    """Cleans texts. Build it once: that takes some ten milliseconds. Threads may share it.

    ``rules``, ``learned`` and ``decisions`` are files, which are read at once: a pickled cleaner carries their contents, and
    works on machines that lack the files. ``learned`` also takes what :func:`dechaff.learn` returns. The other settings are
    those of the command line; ``jobs`` is the number of threads of ``clean_list`` and ``clean_table``, 0 for all cores.
    """

    def __init__(
        self,
        *,
        rules: Path | Iterable[Path] = (),
        learned: Path | Learned | Iterable[Path | Learned] = (),
        decisions: Path | None = None,
        profile: str = "balanced",
        select: str | Iterable[str] | None = None,
        extend_select: str | Iterable[str] = (),
        ignore: str | Iterable[str] = (),
        max_removed: float | None = None,
        jobs: int = 0,
    ) -> None:
        self._set(
            {
                "rules": [read_file(path) for path in _each(rules, str, PathLike)],
                "learned": [_learned(one) for one in _each(learned, str, PathLike, Learned)],
                "decisions": None if decisions is None else read_file(decisions),
                "profile": profile,
                "select": None if select is None else _each(select, str),
                "extend_select": _each(extend_select, str),
                "ignore": _each(ignore, str),
                "max_removed": max_removed,
                "jobs": jobs,
            }
        )

    def _set(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._engine = Engine(**settings)

    def __getstate__(self) -> dict[str, Any]:
        return self._settings

    def __setstate__(self, settings: dict[str, Any]) -> None:
        self._set(settings)

    def __repr__(self) -> str:
        shown = []
        for name, value in self._settings.items():
            if name in ("rules", "learned"):
                value = [file for file, _ in value]
            elif name == "decisions" and value is not None:
                value = value[0]
            if value not in ([], None) and (name, value) not in (("profile", "balanced"), ("jobs", 0)):
                shown.append(f"{name}={value!r}")
        return f"Cleaner({', '.join(shown)})"

    def clean(
        self,
        text: str,
        *,
        url: str | None = None,
        title: str | None = None,
        id: str | None = None,
        source: str | None = None,
        markdown: bool = False,
    ) -> str:
        """The text without its junk. ``url`` or ``source`` say whose learned lines go, ``title`` helps to judge the text."""
        return self._engine.clean(text, url=url, title=title, id=id, source=source, markdown=markdown)

    def explain(
        self,
        text: str,
        *,
        url: str | None = None,
        title: str | None = None,
        id: str | None = None,
        source: str | None = None,
        markdown: bool = False,
    ) -> Removals:
        """What goes from a text and why: a list, also a table in a notebook. Empty for a text that is held; see its ``held``."""
        rows, held = self._engine.explain(text, url=url, title=title, id=id, source=source, markdown=markdown)
        return Removals((Removal(*row) for row in rows), held)

    def diff(
        self,
        text: str,
        *,
        url: str | None = None,
        title: str | None = None,
        id: str | None = None,
        source: str | None = None,
        markdown: bool = False,
        context: int = 3,
    ) -> Diff:
        """What ``dechaff diff`` prints for the text, under the name ``id``; empty if nothing goes."""
        return Diff(
            self._engine.diff(text, url=url, title=title, id=id, source=source, markdown=markdown, context=context)
        )

    def clean_list(
        self,
        texts: Iterable[Text],
        *,
        urls: Iterable[str | None] | None = None,
        titles: Iterable[str | None] | None = None,
        sources: Iterable[str | None] | None = None,
        markdown: bool = False,
        progress: bool = False,
    ) -> list[Text]:
        """The texts without their junk, in order, by many threads. What is missing (None, NaN) stays as it is.

        A text that cannot be cleaned stays as it is too, and a :class:`DechaffWarning` says so. With ``progress`` tqdm, if it
        is installed, draws a bar.
        """
        every = list(texts)
        urls, titles, sources = (None if column is None else list(column) for column in (urls, titles, sources))
        with progress_bar(progress, len(every)) as update:
            cleaned, faults = self._engine.clean_list(
                every, urls=urls, titles=titles, sources=sources, markdown=markdown, progress=update
            )
        if faults:
            at, why = faults[0]
            more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
            warnings.warn(f"texts[{at}]{more} left as it is: {why}", DechaffWarning, stacklevel=2)
        return cleaned

    def clean_table(
        self,
        table: Any,
        column: str = "text",
        spans_column: str | None = None,
        url_column: str | None = None,
        *,
        title_column: str | None = None,
        source_column: str | None = None,
        markdown: bool = False,
    ) -> Any:
        """The table with one column cleaned: all else stays as it is.

        Takes whatever speaks the Arrow PyCapsule interface (``__arrow_c_stream__``), and returns the same kind of table if its
        type can be made from Arrow data (``from_arrow``, ``from_stream``, or the type itself); else a :class:`dechaff.Table`,
        from which libraries read the cleaned batches, once. ``spans_column`` names a new column with what goes and why, in
        code points, as :meth:`explain` says it.
        """
        cleaned = self._engine.clean_table(
            table,
            column=column,
            spans_column=spans_column,
            url_column=url_column,
            title_column=title_column,
            source_column=source_column,
            markdown=markdown,
        )
        return _like(table, cleaned)


def _like(table: Any, cleaned: Table) -> Any:
    """A cleaned table as the kind that it was before, as far as that kind says how."""
    kind = type(table)
    for name in ("from_arrow", "from_stream"):
        make = getattr(kind, name, None)
        if callable(make):
            return make(cleaned)
    try:
        return kind(cleaned)
    except Exception:
        # Not the table's fault: its kind takes no Arrow data.
        if not cleaned.is_read:
            return cleaned
        raise


def _each(values: Any, *single: type) -> list[Any]:
    return [values] if isinstance(values, single) else list(values)


def _learned(one: Path | Learned) -> File:
    return ("learned.toml", one.to_toml()) if isinstance(one, Learned) else read_file(one)
