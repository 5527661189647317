"""A step of a datatrove pipeline that cleans documents."""

from __future__ import annotations

from typing import Any

from datatrove.data import DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.utils.logging import logger

from ._cleaner import Cleaner
from ._dechaff import DechaffError


class Clean(PipelineStep):  # type: ignore[misc]
    """Cleans the text of each document.

    ``url_key``, ``title_key`` and ``source_key`` name entries of a document's metadata. With ``spans_key`` what went is noted
    there: ``start`` and ``end`` in code points of the text as it was, ``rule``, ``family`` and ``certainty``.

    In the statistics: ``total``, ``changed``, ``held`` (left as they are, because too much would go) and ``failed`` documents;
    ``removed_chars``; and ``removed/comments`` and so on, the removals of each family.
    """

    type = "🧹 - CLEAN"
    name = "dechaff"

    def __init__(
        self,
        cleaner: Cleaner | None = None,
        *,
        url_key: str = "url",
        title_key: str = "title",
        source_key: str | None = None,
        spans_key: str | None = None,
    ) -> None:
        super().__init__()
        self.cleaner = cleaner or Cleaner(jobs=1)
        self.keys = {"url": url_key, "title": title_key, "source": source_key}
        self.spans_key = spans_key

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        for document in data:
            self.stat_update("total")
            with self.track_time():
                self._clean(document)
            yield document

    def _clean(self, document: Any) -> None:
        text, metadata = document.text, document.metadata
        known: dict[str, Any] = {name: value for name, key in self.keys.items() if isinstance(value := metadata.get(key), str)}
        try:
            removals = self.cleaner.explain(text, **known)
        except DechaffError as error:
            logger.warning(f"document {document.id} left as it is: {error}")
            self.stat_update("failed")
            return
        if removals.held:
            self.stat_update("held")
        if self.spans_key is not None:
            names = ("start", "end", "rule", "family", "certainty")
            metadata[self.spans_key] = [{name: getattr(removal, name) for name in names} for removal in removals]
        if not removals:
            return
        kept, end = [], 0
        for removal in removals:
            kept.append(text[end : removal.start])
            end = removal.end
            self.stat_update(f"removed/{removal.family}")
        document.text = "".join(kept) + text[end:]
        self.stat_update("changed")
        self.stat_update("removed_chars", value=len(text) - len(document.text))
