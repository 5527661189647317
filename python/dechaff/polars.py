"""Cleaning polars frames, lazy ones batch by batch as they stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ._cleaner import Cleaner

if TYPE_CHECKING:
    import polars

    Frame = TypeVar("Frame", polars.DataFrame, polars.LazyFrame)


def clean(frame: Frame, column: str = "text", *, cleaner: Cleaner | None = None, **options: Any) -> Frame:
    """The frame with a column cleaned. ``options`` are those of :meth:`dechaff.Cleaner.clean_table`.

    Nothing of a lazy frame is read before it is collected or sunk; the streaming engine then cleans a batch at a time.
    """
    import polars

    cleaner = cleaner or Cleaner()
    if isinstance(frame, polars.DataFrame):
        return cleaner.clean_table(frame, column, **options)

    def batch(part: polars.DataFrame) -> polars.DataFrame:
        return cleaner.clean_table(part, column, **options)

    empty = polars.DataFrame(schema=frame.collect_schema())
    return frame.map_batches(batch, schema=batch(empty).schema, slice_pushdown=True, streamable=True)
