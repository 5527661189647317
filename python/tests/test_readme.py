"""The Python of README.md, docs/python.md and python/README.md runs as it stands there."""

import re
import shutil

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from conftest import CORPUS, ROOT

PAGES = ["README.md", "docs/python.md", "python/README.md"]
BLOCKS = [
    pytest.param(block, id=f"{page}-{number}")
    for page in PAGES
    for number, block in enumerate(
        re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.M | re.S), 1
    )
]


def test_there_are_blocks():
    assert len(BLOCKS) == 3 + 6 + 1


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs(block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(CORPUS / "sources" / "news.jsonl", "articles.jsonl")
    dirty = [article for article in pd.read_json("articles.jsonl", lines=True)["text"]]
    names: dict = {}
    exec(compile(block, "block", "exec"), names)
    if "import pandas" in block:
        assert isinstance(names["cleaned"], pd.DataFrame) and list(names["cleaned"]["text"]) != dirty
    if "import polars" in block:
        assert isinstance(names["cleaned"], pl.DataFrame) and names["cleaned"]["removed"].list.len().sum() > 0
    if "import duckdb" in block:
        assert pq.read_table("cleaned.parquet")["text"].to_pylist() != dirty
