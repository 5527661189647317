"""Learning what the pages of a source repeat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

from . import _dechaff
from ._progress import progress_bar


@dataclass(frozen=True)
class Learned:
    """What sources repeat, for the ``learned`` of a :class:`dechaff.Cleaner` or for a file that people read and edit."""

    #: The names of the sources that repeat anything.
    sources: tuple[str, ...]
    #: How many texts it was learned from.
    documents: int
    _toml: str = field(repr=False)
    _hashes: str = field(repr=False)

    def to_toml(self, *, hashes: bool = False) -> str:
        """The learned file, as ``dechaff learn`` writes it; with ``hashes`` fingerprints stand in place of texts."""
        return self._hashes if hashes else self._toml

    @classmethod
    def joined(cls, parts: Iterable[Learned]) -> Learned:
        """What was learned of different sources, as one: the file is, to the byte, that of one run over all of them."""
        every = [Learner().finish(), *parts]
        sources = sorted(source for part in every for source in part.sources)
        if len(set(sources)) < len(sources):
            raise _dechaff.DechaffError("two parts know one source: merge their learners before they finish")
        documents = sum(part.documents for part in every)
        return cls(tuple(sources), documents, _joined(every, hashes=False), _joined(every, hashes=True))

    def save(self, path: str | PathLike[str], *, hashes: bool = False) -> None:
        """Writes the learned file."""
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(self.to_toml(hashes=hashes))


class Learner:
    """Counts what the texts of each source have in common; parts that were counted apart can be merged.

    A source is by ``by``: ``auto``, the host of a text's address, else its source; ``host``; ``folder``, its source; ``file``,
    its id; ``none``, all texts are of one. The other settings are those of ``dechaff learn``.
    """

    def __init__(
        self, *, by: str = "auto", merge_subdomains: bool = False, min_docs: int = 3, min_share: float = 0.1
    ) -> None:
        self._settings: dict[str, Any] = {
            "by": by,
            "merge_subdomains": merge_subdomains,
            "min_docs": min_docs,
            "min_share": min_share,
        }
        self._counts = _dechaff.Learner(**self._settings)

    def add(self, text: str, *, url: str | None = None, source: str | None = None, id: str | None = None) -> None:
        """Counts the lines of a text."""
        self._counts.add(text, url=url, source=source, id=id)

    def add_list(
        self,
        texts: Iterable[str | None],
        *,
        urls: Iterable[str | None] | None = None,
        sources: Iterable[str | None] | None = None,
        jobs: int = 0,
        progress: bool = False,
    ) -> None:
        """Counts the lines of many texts, by many threads; missing texts are passed over."""
        every = list(texts)
        urls, sources = (None if column is None else list(column) for column in (urls, sources))
        with progress_bar(progress, len(every)) as update:
            self._counts.add_list(every, urls=urls, sources=sources, jobs=jobs, progress=update)

    def merge(self, other: Learner) -> None:
        """Adds what another learner counted, which must tell sources in the same way."""
        self._counts.merge(other._counts)

    @property
    def documents(self) -> int:
        """How many texts were counted."""
        return self._counts.documents

    @property
    def left_out(self) -> int:
        """How many texts were of no source, or without anything to read."""
        return self._counts.left_out

    def by_source(self) -> dict[str, Learner]:
        """A learner for each source, so that they can be merged source by source, in different places."""
        learners = {}
        for source, counts in self._counts.by_source():
            learners[source] = Learner(**self._settings)
            learners[source]._counts = counts
        return learners

    def counts(self) -> bytes:
        """What was counted, as ``dechaff learn --counts`` writes it."""
        return self._counts.counts()

    @classmethod
    def from_counts(cls, counts: bytes, *, min_docs: int = 3, min_share: float = 0.1) -> Learner:
        """A learner that goes on from counts, also from those of the command line."""
        by, merge_subdomains = _dechaff.Learner.told(counts)
        learner = cls(by=by, merge_subdomains=merge_subdomains, min_docs=min_docs, min_share=min_share)
        learner._counts.add_counts(counts)
        return learner

    def finish(self) -> Learned:
        """What the sources repeat, by all that was counted so far."""
        return _learned(self._counts)

    def __getstate__(self) -> dict[str, Any]:
        return {**self._settings, "counts": self.counts()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        counts = state.pop("counts")
        self.__init__(**state)  # type: ignore[misc]
        self._counts.add_counts(counts)


def learn(
    texts: Iterable[str | None],
    urls: Iterable[str | None] | None = None,
    sources: Iterable[str | None] | None = None,
    *,
    by: str = "auto",
    merge_subdomains: bool = False,
    min_docs: int = 3,
    min_share: float = 0.1,
    jobs: int = 0,
    progress: bool = False,
) -> Learned:
    """What the pages of each source repeat, as ``dechaff learn`` says it: three articles of a source are the least.

    A source is the host of a text's address (``urls``), else what ``sources`` says; see :class:`Learner` for ``by``.
    """
    counts = _dechaff.Learner(
        by=by, merge_subdomains=merge_subdomains, min_docs=min_docs, min_share=min_share, mergeable=False
    )
    every = list(texts)
    urls, sources = (None if column is None else list(column) for column in (urls, sources))
    with progress_bar(progress, len(every)) as update:
        counts.add_list(every, urls=urls, sources=sources, jobs=jobs, progress=update)
    if every and counts.documents == 0:
        raise _dechaff.DechaffError(
            f"learned nothing: no article was counted; {counts.left_out} of no source or without a text left out: "
            "a source is the host of the address (urls=), else the one of sources="
        )
    return _learned(counts)


def _learned(counts: _dechaff.Learner) -> Learned:
    sources, toml, hashes = counts.finish()
    return Learned(tuple(sources), counts.documents, toml, hashes)


def _joined(parts: list[Learned], *, hashes: bool) -> str:
    """Learned files of different sources as one: sources by their names, below the longest head, which may carry a remark."""
    between = "\n[[source]]\n"
    heads: list[str] = []
    sources: dict[str, str] = {}
    for part in parts:
        head, *own = part.to_toml(hashes=hashes).split(between)
        heads.append(head)
        sources.update(zip(part.sources, own, strict=True))
    return between.join([max(heads, key=len), *(sources[name] for name in sorted(sources))])
