"""Cleaning in DuckDB: relations, and a function for SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._cleaner import Cleaner

if TYPE_CHECKING:
    import duckdb


def clean(
    relation: duckdb.DuckDBPyRelation, column: str = "text", *, cleaner: Cleaner | None = None, **options: Any
) -> duckdb.DuckDBPyRelation:
    """The relation with a column cleaned. ``options`` are those of :meth:`dechaff.Cleaner.clean_table`.

    It streams: the result can be read once, and belongs to a connection of its own, for that of ``relation`` is busy meanwhile.
    """
    import duckdb

    cleaned = (cleaner or Cleaner()).clean_table(relation, column, **options)
    return duckdb.connect().from_arrow(cleaned)


def register(connection: duckdb.DuckDBPyConnection, cleaner: Cleaner | None = None, name: str = "dechaff") -> None:
    """Adds a function to a connection: ``dechaff(text, url)`` is the cleaned text. The address may be NULL."""
    import pyarrow

    cleaner = cleaner or Cleaner()

    def cleaned(texts: Any, urls: Any) -> Any:
        table = pyarrow.table({"text": texts, "url": urls})
        return pyarrow.table(cleaner.clean_table(table, url_column="url"))["text"]

    connection.create_function(
        name, cleaned, ["VARCHAR", "VARCHAR"], "VARCHAR", type="arrow", null_handling="special"
    )
