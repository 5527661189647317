"""The engines that run in one process or a few: each gives the bytes of the command line."""

import json
import os

import dask.dataframe as dd
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batch import in_order
from conftest import read

import dechaff
import dechaff.dask
import dechaff.datatrove
import dechaff.duckdb
import dechaff.polars


@pytest.fixture(scope="module")
def parquet(batch):
    """The batch as Parquet, several row groups."""
    path = batch.folder / "articles.parquet"
    pq.write_table(pa.table(batch.columns()), path, row_group_size=3_000)
    return path


@pytest.fixture(scope="module")
def learned(batch):
    return dechaff.Cleaner(learned=batch.learned)


def test_pandas(batch):
    frame = pd.DataFrame(batch.columns())
    cleaned = dechaff.Cleaner().clean_table(frame, "text")
    assert list(cleaned["text"]) == batch.cleaned
    pd.testing.assert_frame_equal(cleaned.drop(columns="text"), frame.drop(columns="text"))


def test_polars_frames(batch, learned):
    frame = pl.DataFrame(batch.columns())
    cleaned = dechaff.polars.clean(frame, cleaner=learned, url_column="url")
    assert cleaned["text"].to_list() == batch.cleaned_learned
    assert cleaned.drop("text").equals(frame.drop("text"))


def test_polars_streams(batch, parquet, tmp_path):
    lazy = dechaff.polars.clean(pl.scan_parquet(parquet), spans_column="removed")
    assert lazy.collect_schema().names() == ["id", "url", "text", "removed"]
    lazy.sink_parquet(tmp_path / "cleaned.parquet")
    cleaned = pq.read_table(tmp_path / "cleaned.parquet")
    assert cleaned["text"].to_pylist() == batch.cleaned
    assert cleaned.column_names == ["id", "url", "text", "removed"]
    # What comes behind it is not computed before: a query goes on from the cleaned text.
    short = dechaff.polars.clean(pl.scan_parquet(parquet)).filter(pl.col("text").str.len_bytes() < 400).select("id")
    wanted = [row["id"] for row, text in zip(batch.rows, batch.cleaned) if len(text.encode()) < 400]
    assert short.collect(engine="streaming")["id"].to_list() == wanted and wanted
    assert dechaff.polars.clean(pl.scan_parquet(parquet)).tail(3).collect()["text"].to_list() == batch.cleaned[-3:]


def test_duckdb(batch, parquet, learned, tmp_path):
    relation = duckdb.connect().sql(f"FROM '{parquet}'")
    cleaned = dechaff.duckdb.clean(relation, cleaner=learned, url_column="url")
    cleaned.write_parquet(str(tmp_path / "cleaned.parquet"))
    written = pq.read_table(tmp_path / "cleaned.parquet")
    assert written["text"].to_pylist() == batch.cleaned_learned
    assert written.drop_columns("text").equals(pq.read_table(parquet).drop_columns("text"))


def test_duckdb_function(batch, parquet, learned):
    connection = duckdb.connect()
    dechaff.duckdb.register(connection)
    dechaff.duckdb.register(connection, learned, "dechaff_learned")
    rows = connection.sql(
        f"SELECT id, dechaff(text, NULL), dechaff_learned(text, url) FROM '{parquet}' "
        "UNION ALL SELECT 'b', dechaff(NULL, NULL), 'x'"
    ).fetchall()
    assert in_order((row[0] for row in rows[:-1]), (row[1] for row in rows[:-1])) == batch.cleaned
    assert in_order((row[0] for row in rows[:-1]), (row[2] for row in rows[:-1])) == batch.cleaned_learned
    assert rows[-1] == ("b", None, "x")


def test_dask(batch, learned):
    frame = dd.from_pandas(pd.DataFrame(batch.columns()), npartitions=7)
    cleaned = dechaff.dask.clean(frame, cleaner=learned, url_column="url", spans_column="removed")
    assert list(cleaned.columns) == ["id", "url", "text", "removed"]
    done = cleaned.compute(scheduler="processes", num_workers=2)
    assert list(done["text"]) == batch.cleaned_learned
    assert list(done["id"]) == [row["id"] for row in batch.rows]


def _pipeline(batch, folder, tasks, **options):
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    step = dechaff.datatrove.Clean(**options)
    writer = JsonlWriter(str(folder / "cleaned"), compression=None)
    return LocalPipelineExecutor(
        pipeline=[JsonlReader(str(batch.folder / "shards")), step, writer],
        tasks=tasks,
        workers=2,
        logging_dir=str(folder / "logs"),
    )


@pytest.fixture(scope="module")
def shards(batch):
    """The batch in eight files."""
    folder = batch.folder / "shards"
    folder.mkdir()
    lines = batch.file.read_text(encoding="utf-8").split("\n")[:-1]
    for shard in range(8):
        own = lines[shard::8]
        (folder / f"{shard}.jsonl").write_text("\n".join(own) + "\n", encoding="utf-8", newline="")
    return folder


def _written(folder):
    files = sorted((folder / "cleaned").iterdir())
    rows = [json.loads(line) for file in files for line in read(file).split("\n")[:-1]]
    return in_order((row["id"] for row in rows), (row["text"] for row in rows)), rows


def test_datatrove(batch, shards, tmp_path):
    _pipeline(batch, tmp_path, 4, spans_key="removed").run()
    texts, rows = _written(tmp_path)
    assert texts == batch.cleaned
    stats = {one["name"]: one["stats"] for one in json.loads(read(tmp_path / "logs" / "stats.json"))}
    counted = next(stats[name] for name in stats if "dechaff" in name)
    total = lambda name: counted[name]["total"] if isinstance(counted[name], dict) else counted[name]  # noqa: E731
    assert total("total") == batch.count
    assert total("changed") == sum(row["text"] != text for row, text in zip(batch.rows, batch.cleaned))
    assert total("removed/comments") == sum(
        span["family"] == "comments" for row in rows for span in row["metadata"]["removed"]
    )
    before = {row["id"]: row["text"] for row in batch.rows}
    for row in rows[::97]:
        text = before[row["id"]]
        for span in reversed(row["metadata"]["removed"]):
            text = text[: span["start"]] + text[span["end"] :]
        assert text == row["text"]


def test_datatrove_goes_on_where_it_stopped(batch, shards, tmp_path):
    learned = dechaff.Cleaner(learned=batch.learned, jobs=1)
    _pipeline(batch, tmp_path, 8, cleaner=learned).run()
    first = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cleaned").iterdir()}
    # One task did not end: half of its file is there.
    os.remove(tmp_path / "logs" / "completions" / "00003")
    broken = tmp_path / "cleaned" / "00003.jsonl"
    broken.write_bytes(broken.read_bytes()[:1000])
    _pipeline(batch, tmp_path, 8, cleaner=learned).run()
    again = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cleaned").iterdir()}
    assert {name for name in first if first[name] != again[name]} == {"00003.jsonl"}
    assert _written(tmp_path)[0] == batch.cleaned_learned


def test_a_text_that_is_no_unicode_passes_datatrove(caplog):
    from datatrove.data import Document

    step = dechaff.datatrove.Clean()
    dirty = "It rained, said the miller.\n\nLeave a Reply\nName *\n"
    documents = [Document("half \ud800", "1"), Document(dirty, "2", metadata={"url": 5})]
    assert [document.text for document in step.run(iter(documents))] == ["half \ud800", "It rained, said the miller.\n"]
    assert step.stats["failed"].total == 1 and step.stats["changed"].total == 1
