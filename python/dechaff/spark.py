"""Cleaning data frames of Spark, and learning from them what sources repeat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ._cleaner import Cleaner
from ._dechaff import DechaffError
from ._learning import Learned, Learner

if TYPE_CHECKING:
    import pyarrow
    import pyspark.sql

#: Documents after which a task hands on what it has counted, so that its memory stays bounded.
_PART = 20_000


def clean(
    df: pyspark.sql.DataFrame, column: str = "text", *, cleaner: Cleaner | None = None, **options: Any
) -> pyspark.sql.DataFrame:
    """The data frame with a column cleaned. ``options`` are those of :meth:`dechaff.Cleaner.clean_table`.

    Nothing is shuffled. A cleaner of one's own should have ``jobs=1``, as Spark runs a task per core.
    """
    from pyspark.sql import types

    cleaner = cleaner or Cleaner(jobs=1)
    schema = types.StructType(list(df.schema.fields))
    if spans := options.get("spans_column"):
        span = types.StructType()
        for name in ("start", "end"):
            span.add(name, types.LongType(), nullable=False)
        for name in ("rule", "family", "certainty"):
            span.add(name, types.StringType(), nullable=False)
        schema.add(spans, types.ArrayType(span, containsNull=False))

    def cleaned(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        for batch in batches:
            yield from pyarrow.RecordBatchReader.from_stream(cleaner.clean_table(batch, column, **options))

    return df.mapInArrow(cleaned, schema)


def learn(
    df: pyspark.sql.DataFrame,
    column: str = "text",
    url_column: str | None = "url",
    source_column: str | None = None,
    *,
    by: str = "auto",
    merge_subdomains: bool = False,
    min_docs: int = 3,
    min_share: float = 0.1,
) -> Learned:
    """What the texts of each source repeat: the same as :func:`dechaff.learn` of all of them.

    Each partition counts the lines of its sources. These counts are shuffled, those of one source to one place, where they are
    merged and judged; what comes to the driver is what the sources repeat.
    """
    how: dict[str, Any] = {"min_docs": min_docs, "min_share": min_share}
    beside = {"urls": url_column, "sources": source_column}
    columns = {name: named for name, named in beside.items() if named is not None}

    def count(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        learner = Learner(by=by, merge_subdomains=merge_subdomains)
        for batch in batches:
            known: dict[str, Any] = {name: batch[named].to_pylist() for name, named in columns.items()}
            learner.add_list(batch[column].to_pylist(), **known, jobs=1)
            if learner.documents >= _PART:
                yield from _counted(learner)
                learner = Learner(by=by, merge_subdomains=merge_subdomains)
        yield from _counted(learner)

    def finish(table: pyarrow.Table) -> pyarrow.Table:
        import pyarrow

        parts = (Learner.from_counts(counts.as_py(), **how) for counts in table["counts"])
        learner = next(parts)
        for part in parts:
            learner.merge(part)
        learned = learner.finish()
        row = {
            "sources": [list(learned.sources)],
            "documents": [learned.documents],
            "texts": [learned.to_toml()],
            "hashes": [learned.to_toml(hashes=True)],
        }
        kinds = [pyarrow.list_(pyarrow.string()), pyarrow.int64(), pyarrow.string(), pyarrow.string()]
        return pyarrow.table(row, schema=pyarrow.schema(zip(row, kinds)))

    counted = df.select(column, *columns.values()).mapInArrow(count, "source string, counts binary")
    finished = counted.groupBy("source").applyInArrow(
        finish, "sources array<string>, documents bigint, texts string, hashes string"
    )
    rows = finished.collect()
    if not rows:
        raise DechaffError("learned nothing: no text is of a source; name the column of addresses (url_column=)")
    return Learned.joined(Learned(tuple(row.sources), row.documents, row.texts, row.hashes) for row in rows)


def _counted(learner: Learner) -> Iterator[pyarrow.RecordBatch]:
    """What was counted, a row for each source."""
    import pyarrow

    for source, own in learner.by_source().items():
        yield pyarrow.record_batch({"source": [source], "counts": pyarrow.array([own.counts()], pyarrow.binary())})
