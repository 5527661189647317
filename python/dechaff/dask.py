"""Cleaning data frames of Dask, each partition on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._cleaner import Cleaner

if TYPE_CHECKING:
    import dask.dataframe
    import pandas


def clean(
    frame: dask.dataframe.DataFrame, column: str = "text", *, cleaner: Cleaner | None = None, **options: Any
) -> dask.dataframe.DataFrame:
    """The frame with a column cleaned. ``options`` are those of :meth:`dechaff.Cleaner.clean_table`.

    A cleaner of one's own should have ``jobs=1``, as Dask runs a partition per core.
    """
    cleaner = cleaner or Cleaner(jobs=1)
    meta = _partition(frame._meta, cleaner, column, options)
    return frame.map_partitions(_partition, cleaner, column, options, meta=meta)


def _partition(part: pandas.DataFrame, cleaner: Cleaner, column: str, options: dict[str, Any]) -> pandas.DataFrame:
    return cleaner.clean_table(part, column, **options)
