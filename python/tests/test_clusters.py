"""Spark and Ray on this machine: each gives the bytes of the command line. `tests/python/engines` runs this."""

import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batch import in_order
from conftest import read

import dechaff
import dechaff.ray
import dechaff.spark

pytestmark = [
    pytest.mark.engines,
    # Spark warns of pandas 3, through which no data go here, and Ray of its own settings.
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def parquet(batch):
    """The batch in a folder of Parquet files."""
    folder = batch.folder / "parts"
    folder.mkdir()
    table = pa.table(batch.columns())
    size = batch.count // 6 + 1
    for part in range(6):
        pq.write_table(table.slice(part * size, size), folder / f"{part}.parquet", row_group_size=1_000)
    return folder


def test_spark_cleans(batch, parquet, spark, tmp_path):
    df = spark.read.parquet(str(parquet))
    cleaned = dechaff.spark.clean(df, spans_column="removed")
    assert cleaned.columns == ["id", "url", "text", "removed"]
    plan = cleaned._jdf.queryExecution().executedPlan().toString()
    assert "MapInArrow" in plan and "Exchange" not in plan
    cleaned.write.parquet(str(tmp_path / "cleaned"))
    written = pq.read_table(tmp_path / "cleaned")
    assert in_order(written["id"].to_pylist(), written["text"].to_pylist()) == batch.cleaned
    before = {row["id"]: row["text"] for row in batch.rows}
    for row in written.slice(0, 300).to_pylist():
        text = before[row["id"]]
        for span in reversed(row["removed"]):
            text = text[: span["start"]] + text[span["end"] :]
        assert text == row["text"]


def test_spark_keeps_what_else_there_is(spark):
    dirty = "It rained, said the miller.\n\nLeave a Reply\nName *\n"
    query = (
        "SELECT * FROM VALUES (1, map('a', 1), timestamp'2026-01-02 03:04:05', 'TEXT'), (2, NULL, NULL, NULL) "
        "AS t(n, m, at, body)"
    )
    df = spark.sql(query.replace("TEXT", dirty.replace("\n", "\\n")))
    cleaned = dechaff.spark.clean(df, "body")
    assert cleaned.schema == df.schema
    expected = [row.asDict() for row in df.collect()]
    expected[0]["body"] = "It rained, said the miller.\n"
    assert [row.asDict() for row in cleaned.collect()] == expected
    assert dechaff.spark.clean(df.limit(0), "body").collect() == []


@pytest.mark.parametrize("partitions", [1, 13])
def test_spark_learns(batch, parquet, spark, partitions, monkeypatch, tmp_path):
    # A task hands on its counts several times.
    monkeypatch.setattr(dechaff.spark, "_PART", 900)
    df = spark.read.parquet(str(parquet)).repartition(partitions)
    learned = dechaff.spark.learn(df)
    assert learned.to_toml() == read(batch.learned)
    assert learned.documents == batch.count and len(learned.sources) == 40
    whole = dechaff.learn(*([row[name] for row in batch.rows] for name in ("text", "url")))
    assert learned == whole
    if partitions > 1:
        learned.save(tmp_path / "sites.toml")
        cleaner = dechaff.Cleaner(learned=tmp_path / "sites.toml", jobs=1)
        os.remove(tmp_path / "sites.toml")
        rows = dechaff.spark.clean(df, cleaner=cleaner, url_column="url").select("id", "text").collect()
        assert in_order((row.id for row in rows), (row.text for row in rows)) == batch.cleaned_learned


def test_spark_does_a_failed_task_again(batch, parquet, spark, tmp_path):
    def fails_once(batches):
        marker = tmp_path / "failed"
        for number, part in enumerate(batches):
            if number == 1 and not marker.exists():
                marker.touch()
                raise RuntimeError("the disk is gone")
            yield part

    df = spark.read.parquet(str(parquet))
    learned = dechaff.spark.learn(df.mapInArrow(fails_once, df.schema))
    assert (tmp_path / "failed").exists() and learned.to_toml() == read(batch.learned)
    (tmp_path / "failed").unlink()
    cleaned = dechaff.spark.clean(df).mapInArrow(fails_once, df.schema).collect()
    assert (tmp_path / "failed").exists()
    assert in_order((row.id for row in cleaned), (row.text for row in cleaned)) == batch.cleaned


def test_spark_learns_nothing_of_no_source(spark):
    df = spark.createDataFrame([("It rained.", None)], "text string, url string")
    with pytest.raises(dechaff.DechaffError, match="learned nothing"):
        dechaff.spark.learn(df)


def test_ray(batch, parquet, ray):
    import ray.data

    learned = dechaff.Cleaner(learned=batch.learned, jobs=1)
    dataset = ray.data.read_parquet(str(parquet))
    for options, expected in (
        ({"spans_column": "removed"}, batch.cleaned),
        ({"cleaner": learned, "url_column": "url"}, batch.cleaned_learned),
    ):
        cleaned = dechaff.ray.clean(dataset, **options)
        rows = cleaned.take_all()
        assert in_order((row["id"] for row in rows), (row["text"] for row in rows)) == expected
        assert ("removed" in rows[0]) == ("spans_column" in options)
