"""Cleaning datasets of Ray, each block on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._cleaner import Cleaner

if TYPE_CHECKING:
    import pyarrow
    import ray.data


def clean(
    dataset: ray.data.Dataset, column: str = "text", *, cleaner: Cleaner | None = None, **options: Any
) -> ray.data.Dataset:
    """The dataset with a column cleaned. ``options`` are those of :meth:`dechaff.Cleaner.clean_table`.

    A cleaner of one's own should have ``jobs=1``, as Ray gives a task one core.
    """
    settings = {"cleaner": cleaner or Cleaner(jobs=1), "column": column, "options": options}
    return dataset.map_batches(_batch, batch_format="pyarrow", zero_copy_batch=True, fn_kwargs=settings)


def _batch(batch: pyarrow.Table, *, cleaner: Cleaner, column: str, options: dict[str, Any]) -> pyarrow.Table:
    import pyarrow

    return pyarrow.table(cleaner.clean_table(batch, column, **options))
