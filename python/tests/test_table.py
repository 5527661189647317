"""Tables by the Arrow PyCapsule interface, with the libraries that people use."""

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import dechaff
from dechaff import Cleaner

DIRTY, CLEAN = "It rained, said the miller.\n\nLeave a Reply\nName *\n", "It rained, said the miller.\n"
BRIDGE = "Ünlü köprü. Die Brücke ist offen, sagte der Müller am Freitag.\n\nShare this: Facebook Twitter WhatsApp\n"


@pytest.fixture
def columns():
    return {"id": [1, 2, 3, 4], "text": [DIRTY, None, CLEAN, BRIDGE], "score": [0.5, None, 1.5, 2.5]}


@pytest.fixture
def expected(cleaner):
    return [CLEAN, None, CLEAN, cleaner.clean(BRIDGE)]


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int8(), pa.string()),
        pa.dictionary(pa.uint32(), pa.large_string()),
        pa.dictionary(pa.uint32(), pa.string_view()),
    ],
    ids=str,
)
def test_every_type_of_text_stays_what_it_is(cleaner, expected, kind):
    texts = pa.array([DIRTY, None, CLEAN, BRIDGE], pa.large_string()).cast(kind)
    schema = pa.schema(
        [
            pa.field("id", pa.int64(), metadata={"a": "b"}),
            pa.field("text", kind),
            pa.field("tags", pa.list_(pa.string())),
        ],
        metadata={"made": "by hand"},
    )
    table = pa.table([[1, 2, 3, 4], texts, [["x"], None, [], ["y", None]]], schema=schema)
    cleaned = pa.table(cleaner.clean_table(table))
    assert cleaned.schema.equals(table.schema, check_metadata=True)
    assert cleaned["text"].to_pylist() == expected and cleaned["text"].null_count == 1
    assert cleaned.drop_columns("text").equals(table.drop_columns("text"))
    cleaned.validate(full=True)


def test_spans_are_code_points(cleaner, columns):
    table = pa.table(columns)
    cleaned = pa.table(cleaner.clean_table(table, spans_column="removed"))
    kind = pa.list_(
        pa.field(
            "item",
            pa.struct(
                [
                    pa.field("start", pa.int64(), nullable=False),
                    pa.field("end", pa.int64(), nullable=False),
                    pa.field("rule", pa.string(), nullable=False),
                    pa.field("family", pa.string(), nullable=False),
                    pa.field("certainty", pa.string(), nullable=False),
                ]
            ),
            nullable=False,
        )
    )
    assert cleaned.column_names == ["id", "text", "score", "removed"] and cleaned.schema.field("removed").type == kind
    cleaned.validate(full=True)
    spans = cleaned["removed"].to_pylist()
    assert spans[1] is None and spans[2] == [] and len(spans[0]) == 2
    for text, left, spans in zip(columns["text"], cleaned["text"].to_pylist(), spans):
        if text is not None:
            for span in reversed(spans):
                text = text[: span["start"]] + text[span["end"] :]
            assert text == left
            assert [(s["rule"], s["family"], s["certainty"]) for s in spans] == [
                (r.rule, r.family, r.certainty)
                for r in cleaner.explain(columns["text"][0] if len(spans) == 2 else BRIDGE)
            ] or not spans


def test_pyarrow(cleaner, columns, expected):
    table = pa.table(columns)
    assert pa.table(cleaner.clean_table(table))["text"].to_pylist() == expected
    batch = table.to_batches()[0]
    assert pa.table(cleaner.clean_table(batch))["text"].to_pylist() == expected
    reader = pa.RecordBatchReader.from_batches(table.schema, iter([batch, batch.slice(1, 2), batch.slice(0, 0)]))
    cleaned = cleaner.clean_table(reader)
    assert isinstance(cleaned, pa.RecordBatchReader)
    assert cleaned.read_all()["text"].to_pylist() == [*expected, *expected[1:3]]
    empty = pa.table(cleaner.clean_table(table.slice(0, 0), spans_column="removed"))
    assert empty.num_rows == 0 and empty.column_names[-1] == "removed"


def test_batches_are_read_as_they_are_asked_for(cleaner, columns):
    taken = []

    def batches():
        for number in range(5):
            taken.append(number)
            yield pa.record_batch(columns)

    schema = pa.record_batch(columns).schema
    cleaned = cleaner.clean_table(pa.RecordBatchReader.from_batches(schema, batches()))
    assert len(taken) <= 1
    cleaned.read_next_batch()
    assert len(taken) <= 2


def test_an_error_of_the_source_arrives(cleaner, columns):
    def batches():
        yield pa.record_batch(columns)
        raise RuntimeError("the disk is gone")

    schema = pa.record_batch(columns).schema
    cleaned = cleaner.clean_table(pa.RecordBatchReader.from_batches(schema, batches()))
    with pytest.raises(Exception, match="the disk is gone"):
        cleaned.read_all()


def test_polars(cleaner, columns, expected):
    frame = pl.DataFrame(columns).with_columns(word=pl.Series(["a", "b", "a", None], dtype=pl.Categorical))
    cleaned = cleaner.clean_table(frame, spans_column="removed")
    assert isinstance(cleaned, pl.DataFrame)
    assert cleaned["text"].to_list() == expected and cleaned.drop("text", "removed").equals(frame.drop("text"))
    assert cleaned["text"].dtype == pl.String and cleaned["removed"][0][0]["rule"] == "comments/reply-form"
    words = pl.DataFrame({"text": pl.Series([DIRTY, DIRTY, None], dtype=pl.Categorical)})
    assert cleaner.clean_table(words)["text"].to_list() == [CLEAN, CLEAN, None]


def test_pandas(cleaner, columns, expected):
    frame = pd.DataFrame(columns, index=["a", "b", "c", "d"])
    cleaned = cleaner.clean_table(frame)
    assert isinstance(cleaned, pd.DataFrame)
    assert cleaned["text"].dtype == frame["text"].dtype
    assert [None if pd.isna(text) else text for text in cleaned["text"]] == expected
    pd.testing.assert_frame_equal(cleaned.drop(columns="text"), frame.drop(columns="text"))
    assert frame["text"].iloc[0] == DIRTY
    # The other way: a column as a list.
    column = pd.Series(cleaner.clean_list(frame["text"]), index=frame.index, dtype=frame["text"].dtype)
    pd.testing.assert_series_equal(column, cleaned["text"], check_names=False)


def test_duckdb(cleaner, columns, expected):
    articles = pa.table(columns)
    query = "SELECT id, text, len(removed) FROM cleaned ORDER BY id"
    relation = duckdb.sql("SELECT * FROM articles ORDER BY id")
    cleaned = cleaner.clean_table(relation, spans_column="removed")
    streamed = duckdb.connect().sql(query).fetchall()
    cleaned = cleaner.clean_table(duckdb.sql("FROM articles").to_arrow_table(), spans_column="removed")
    assert duckdb.sql(query).fetchall() == streamed
    assert [row[1] for row in streamed] == expected and [row[2] for row in streamed] == [2, None, 0, 1]


def test_a_table_streams_once(cleaner, columns):
    cleaned = cleaner.clean_table(pa.table(columns))
    assert isinstance(cleaned, dechaff.Table) and cleaned.column_names == ["id", "text", "score"]
    assert repr(cleaned) == "<dechaff.Table: id, text, score>" and not cleaned.is_read
    first, second = (pa.RecordBatchReader.from_stream(cleaned) for _ in range(2))
    assert first.schema.names == second.schema.names
    assert second.read_all().num_rows == 4
    with pytest.raises(Exception, match="was read already"):
        first.read_all()
    with pytest.raises(dechaff.TableError, match="was read already"):
        pa.table(cleaned)
    assert cleaned.is_read and "read already" in repr(cleaned)


def test_addresses_and_titles_come_from_columns(news):
    texts, urls = news
    rows = {
        "body": texts[:1] * 3,
        "url": [urls[0], None, "https://example.net/8"],
        "title": ["x", None, "y"],
        "site": [None, "valleypost.example", None],
    }
    cleaner = Cleaner(learned=dechaff.learn(*news))
    cleaned = pa.table(cleaner.clean_table(pa.table(rows), "body", url_column="url", title_column="title"))
    assert ["We answer to nobody" in text for text in cleaned["body"].to_pylist()] == [False, True, True]
    cleaned = pa.table(cleaner.clean_table(pa.table(rows), "body", source_column="site"))
    assert ["We answer to nobody" in text for text in cleaned["body"].to_pylist()] == [True, False, True]


def test_faults_name_the_columns(cleaner, columns):
    table = pa.table(columns)
    with pytest.raises(dechaff.TableError, match=r"no column 'body'; there are: id, text, score \(use column=\)"):
        cleaner.clean_table(table, "body")
    with pytest.raises(dechaff.TableError, match=r"no column 'link'; there are: id, text, score \(use url_column=\)"):
        cleaner.clean_table(table, url_column="link")
    with pytest.raises(dechaff.TableError, match="the column 'id' holds Int64, not text"):
        cleaner.clean_table(table, "id")
    with pytest.raises(dechaff.TableError, match="there is a column 'score' already"):
        cleaner.clean_table(table, spans_column="score")
    with pytest.raises(TypeError, match="list is no Arrow table"):
        cleaner.clean_table([DIRTY])
    with pytest.raises(dechaff.TableError, match="no table"):
        cleaner.clean_table(pl.Series("text", [DIRTY]))


def test_a_large_batch_is_the_list(cleaner):
    texts = [f"It rained on day {number}, said the miller.\n\nLeave a Reply\nName *\n" for number in range(20_000)]
    table = pa.table({"text": pa.array(texts, pa.large_string())})
    cleaned = pa.table(cleaner.clean_table(table, spans_column="removed"))
    assert cleaned["text"].to_pylist() == cleaner.clean_list(texts)
    assert set(map(len, cleaned["removed"].to_pylist())) == {2}
