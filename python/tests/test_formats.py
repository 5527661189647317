"""Files that other libraries write, cleaned by the command and read back by them: nothing but the texts differs."""

import csv
import datetime

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from conftest import command

DIRTY, CLEAN = "It rained, said the miller.\n\nLeave a Reply\nName *\n", "It rained, said the miller.\n"
ROWS = 400


@pytest.fixture(scope="module")
def texts(scraped):
    """Texts, with gaps, empty ones and repetitions."""
    every = [*scraped, DIRTY, CLEAN, "", None]
    return [every[row * 7 % len(every)] for row in range(ROWS)]


@pytest.fixture(scope="module")
def expected(cleaner, texts):
    return cleaner.clean_list(texts)


def columns(texts) -> dict:
    day = datetime.datetime(2026, 1, 2, 3, 4, 5, 678000)
    return {
        "id": pa.array(range(ROWS), pa.int64()),
        "score": pa.array([None if row % 5 == 0 else row / 7 for row in range(ROWS)], pa.float32()),
        "day": pa.array([day + datetime.timedelta(hours=row) for row in range(ROWS)], pa.timestamp("ms", "UTC")),
        "tags": pa.array([None if row % 11 == 0 else ["a", None, str(row)][: row % 4] for row in range(ROWS)]),
        "price": pa.array([row for row in range(ROWS)], pa.int64()).cast(pa.decimal128(23, 2)),
        "raw": pa.array([bytes([row % 256]) * (row % 9) for row in range(ROWS)], pa.binary()),
        "body": pa.array(texts, pa.large_string()),
    }


def clean(path, *options):
    """The cleaned file beside this one, and the run."""
    cleaned = path.with_name("cleaned" + path.suffix)
    return cleaned, command("clean", "-q", "--isolated", *options, path, "-o", cleaned)


def equal_but_for(before, after, column, expected):
    """Compares two Parquet files by pyarrow and DuckDB. `column` may be `metadata.text`; the texts have to be as expected."""
    top, _, inner = column.partition(".")
    old, new = pq.ParquetFile(before), pq.ParquetFile(after)
    # The first line has the address of the object.
    assert new.schema.equals(old.schema) and str(new.schema).split("\n")[1:] == str(old.schema).split("\n")[1:]
    assert new.schema_arrow.equals(old.schema_arrow, check_metadata=True)
    assert new.metadata.metadata == old.metadata.metadata and new.metadata.created_by == old.metadata.created_by
    groups = range(old.metadata.num_row_groups)
    sizes = [[file.metadata.row_group(group).num_rows for group in groups] for file in (old, new)]
    assert new.metadata.num_row_groups == len(groups) and sizes[0] == sizes[1]
    for group in groups:
        for chunk in range(old.metadata.num_columns):
            one, other = (file.metadata.row_group(group).column(chunk) for file in (old, new))
            assert (one.compression, one.path_in_schema) == (other.compression, other.path_in_schema)

    def split(table):
        texts = table[top].combine_chunks()
        others = table.drop_columns(top)
        if inner:
            texts, whole = texts.field(inner), texts
            for number, field in enumerate(whole.type):
                if field.name != inner:
                    others = others.append_column(f"{top}.{field.name}", whole.field(number))
            others = others.append_column(f"{top}?", pc.is_null(whole))
        return texts.to_pylist(), others

    (_, others), (texts, new_others) = split(old.read()), split(new.read())
    assert texts == expected
    assert new_others.schema.equals(others.schema) and new_others.equals(others)
    new.read().validate(full=True)

    connection = duckdb.connect()
    types = [connection.sql(f"DESCRIBE FROM '{path}'").fetchall() for path in (before, after)]
    assert types[0] == types[1]
    named = f"{top}.{inner}" if inner else top
    assert [row[0] for row in connection.sql(f"SELECT {named} FROM '{after}'").fetchall()] == expected
    rest = f"SELECT * EXCLUDE ({top}) FROM"
    for first, second in ((before, after), (after, before)):
        differing = connection.sql(f"SELECT count(*) FROM ({rest} '{first}' EXCEPT ALL {rest} '{second}')")
        assert differing.fetchall() == [(0,)]
    meta = "SELECT key, value FROM parquet_kv_metadata('{}') ORDER BY ALL"
    assert connection.sql(meta.format(before)).fetchall() == connection.sql(meta.format(after)).fetchall()


@pytest.mark.parametrize("packing", ["none", "snappy", "zstd", "brotli", "lz4", "gzip"])
@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())], ids=str
)
def test_pyarrow_parquet(texts, expected, tmp_path, kind, packing):
    every = columns(texts)
    every["body"] = every["body"].cast(kind)
    table = pa.table(every).replace_schema_metadata({"made": "by hand", "número": "ünf"})
    path = tmp_path / "articles.parquet"
    pq.write_table(
        table, path, row_group_size=70, compression=packing, write_page_index=True, data_page_version="2.0"
    )
    cleaned, done = clean(path, "--text-field", "body")
    assert done.returncode == 0, done.stderr
    equal_but_for(path, cleaned, "body", expected)
    assert pq.ParquetFile(path).metadata.num_row_groups == 6


@pytest.mark.parametrize("packing", ["snappy", "zstd"])
def test_a_text_amid_metadata(texts, expected, tmp_path, packing):
    every = columns(texts)
    fields = {"lang": pa.array(["en", None] * (ROWS // 2)), "text": every.pop("body")}
    gone = pa.array([row % 13 == 0 for row in range(ROWS)])
    every["metadata"] = pa.StructArray.from_arrays(list(fields.values()), list(fields), mask=gone)
    path = tmp_path / "articles.parquet"
    pq.write_table(pa.table(every), path, row_group_size=120, compression=packing)
    cleaned, done = clean(path, "--text-field", "metadata.text")
    assert done.returncode == 0, done.stderr
    texts = [None if row % 13 == 0 else text for row, text in enumerate(expected)]
    equal_but_for(path, cleaned, "metadata.text", texts)


@pytest.mark.parametrize("packing", ["uncompressed", "snappy", "zstd", "brotli", "lz4"])
@pytest.mark.parametrize("kind", [pl.String, pl.Categorical])
def test_polars_parquet(texts, expected, tmp_path, packing, kind):
    frame = pl.from_arrow(pa.table(columns(texts))).with_columns(pl.col("body").cast(kind))
    path = tmp_path / "articles.parquet"
    frame.write_parquet(path, compression=packing, row_group_size=120)
    cleaned, done = clean(path, "--text-field", "body")
    assert done.returncode == 0, done.stderr
    equal_but_for(path, cleaned, "body", expected)
    again = pl.read_parquet(cleaned)
    assert again.schema == frame.schema and again["body"].cast(pl.String).to_list() == expected


@pytest.mark.parametrize("packing", ["snappy", "zstd", "brotli", "lz4", None])
def test_pandas_parquet(texts, expected, tmp_path, packing):
    every = columns(texts)
    frame = pd.DataFrame({name: every[name].to_pandas() for name in ("id", "score", "day", "body")})
    frame.index = [f"row {row}" for row in range(ROWS)]
    frame.attrs = {"made": "by hand"}
    path = tmp_path / "articles.parquet"
    frame.to_parquet(path, compression=packing, row_group_size=150)
    cleaned, done = clean(path, "--text-field", "body")
    assert done.returncode == 0, done.stderr
    equal_but_for(path, cleaned, "body", expected)
    again = pd.read_parquet(cleaned)
    pd.testing.assert_frame_equal(again.drop(columns="body"), pd.read_parquet(path).drop(columns="body"))
    assert again.attrs == frame.attrs and list(again.index) == list(frame.index)


@pytest.mark.parametrize("packing", ["snappy", "zstd", "brotli", "lz4_raw", "uncompressed"])
@pytest.mark.parametrize("version", ["V1", "V2"])
def test_duckdb_parquet(texts, expected, tmp_path, packing, version):
    # A batch of Arrow is a row group of its own.
    articles = pa.concat_tables([pa.table(columns(texts))] * 3)  # noqa: F841
    path = tmp_path / "articles.parquet"
    duckdb.connect().execute(
        f"COPY (FROM articles) TO '{path}' (COMPRESSION {packing}, ROW_GROUP_SIZE 300, PARQUET_VERSION {version}, "
        "KV_METADATA {made: 'by hand'})"
    )
    assert pq.ParquetFile(path).metadata.num_row_groups > 1
    cleaned, done = clean(path, "--text-field", "body")
    assert done.returncode == 0, done.stderr
    equal_but_for(path, cleaned, "body", expected * 3)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"sep": "\t"},
        {"sep": ";", "quoting": csv.QUOTE_ALL},
        {"quoting": csv.QUOTE_NONNUMERIC, "lineterminator": "\r\n"},
        {"encoding": "utf-8-sig"},
    ],
    ids=str,
)
def test_pandas_csv(texts, cleaner, tmp_path, options):
    frame = pd.DataFrame({"id": range(ROWS), "body": texts, "note": ['a, "b"', "c\nd", None, "é;\tf"] * (ROWS // 4)})
    path = tmp_path / ("articles.tsv" if options.get("sep") == "\t" else "articles.csv")
    frame.to_csv(path, index=False, **options)
    cleaned, done = clean(path, "--text-field", "body")
    assert done.returncode == 0, done.stderr
    how = {"sep": options.get("sep", ","), "encoding": options.get("encoding", "utf-8")}

    def read(file):
        with open(file, encoding=how["encoding"], newline="") as open_file:
            return list(csv.reader(open_file, delimiter=how["sep"]))

    before, after = read(path), read(cleaned)
    assert len(after) == len(before) == ROWS + 1 and after[0] == before[0]
    for old, new in zip(before[1:], after[1:]):
        assert (new[0], new[2]) == (old[0], old[2])
        assert new[1] == cleaner.clean(old[1])
    again = pd.read_csv(cleaned, keep_default_na=False, **how)
    once = pd.read_csv(path, keep_default_na=False, **how)
    pd.testing.assert_frame_equal(again.drop(columns="body"), once.drop(columns="body"))
    assert list(again["body"]) == [cleaner.clean(text) for text in once["body"]]


@pytest.mark.parametrize("packing", ["zstd", "snappy", "none"])
def test_a_broken_row_group_is_named_and_the_others_are_cleaned(texts, expected, tmp_path, packing):
    path = tmp_path / "articles.parquet"
    table = pa.table(columns(texts))
    pq.write_table(table, path, row_group_size=100, compression=packing, write_page_checksum=True, use_dictionary=False)
    chunk = pq.ParquetFile(path).metadata.row_group(1).column(table.column_names.index("body"))
    assert chunk.path_in_schema == "body"
    data = bytearray(path.read_bytes())
    middle = chunk.data_page_offset + chunk.total_compressed_size // 2
    for at in range(middle, middle + 40):
        data[at] ^= 0xFF
    path.write_bytes(data)
    cleaned, done = clean(path, "--text-field", "body")
    assert done.returncode == 2
    assert b"row group 2, column 'body'" in done.stderr, done.stderr
    old, new = pq.ParquetFile(path), pq.ParquetFile(cleaned)
    for group in (0, 2, 3):
        assert new.read_row_group(group)["body"].to_pylist() == expected[group * 100 : (group + 1) * 100]
        rest = [name for name in table.column_names if name != "body"]
        assert new.read_row_group(group, rest).equals(old.read_row_group(group, rest))
    # The broken one is there, byte for byte, and its other columns can be read.
    rest = [name for name in table.column_names if name != "body"]
    assert new.read_row_group(1, rest).equals(old.read_row_group(1, rest))
    kept = new.metadata.row_group(1).column(table.column_names.index("body"))
    start, length = kept.data_page_offset, kept.total_compressed_size
    begin = chunk.data_page_offset
    assert cleaned.read_bytes()[start : start + length] == bytes(data[begin : begin + length])


@pytest.mark.parametrize("rows", [[1, 0], [1, 0, 1], [0, 2], [2, 0, 0]])
def test_row_groups_without_rows(tmp_path, rows):
    path = tmp_path / "e.parquet"
    with pq.ParquetWriter(path, pa.schema([("text", pa.string()), ("n", pa.int64())])) as writer:
        for count in rows:
            writer.write_table(pa.table({"text": pa.array([DIRTY] * count, pa.string()), "n": pa.array([1] * count, pa.int64())}))
    cleaned, _ = clean(path)
    assert pq.read_table(cleaned).to_pylist() == [{"text": CLEAN, "n": 1}] * sum(rows)
    assert duckdb.sql(f"SELECT count(*) FROM '{cleaned}'").fetchall() == [(sum(rows),)]
