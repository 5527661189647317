"""The Python of README.md, docs/python.md, docs/scale.md and python/README.md runs as it stands there."""

import re
import shutil

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from conftest import CORPUS, ROOT

PAGES = ["README.md", "docs/python.md", "docs/scale.md", "python/README.md"]
BLOCKS = [
    pytest.param(
        block,
        id=f"{page}-{number}",
        # Engines warn of what their parts do.
        marks=[pytest.mark.filterwarnings("default")] * ("scale" in page)
        + [pytest.mark.engines] * bool(re.search(r"dechaff\.(spark|ray)", block)),
    )
    for page in PAGES
    for number, block in enumerate(
        re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.M | re.S), 1
    )
]


def test_there_are_blocks():
    assert len(BLOCKS) == 3 + 6 + 6 + 1


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs(block, tmp_path, monkeypatch, request):
    monkeypatch.chdir(tmp_path)
    shutil.copy(CORPUS / "sources" / "news.jsonl", "articles.jsonl")
    articles = pd.read_json("articles.jsonl", lines=True)
    dirty = list(articles["text"])
    (tmp_path / "articles").mkdir()
    articles.to_parquet("articles/1.parquet")
    for engine in ("spark", "ray"):
        if f"dechaff.{engine}" in block:
            request.getfixturevalue(engine)
            # Its workers may have been started in another folder.
            for folder in ("articles", "cleaned"):
                block = block.replace(f'"{folder}"', repr(str(tmp_path / folder)))
    names: dict = {"__name__": "__main__"}
    exec(compile(block, "block", "exec"), names)
    if "import pandas" in block:
        assert isinstance(names["cleaned"], pd.DataFrame) and list(names["cleaned"]["text"]) != dirty
    if "read_ndjson" in block:
        assert isinstance(names["cleaned"], pl.DataFrame) and names["cleaned"]["removed"].list.len().sum() > 0
    if "import duckdb" in block or "sink_parquet" in block:
        assert pq.read_table("cleaned.parquet")["text"].to_pylist() != dirty
    if "dechaff.spark" in block or "dechaff.ray" in block or "dechaff.dask" in block:
        assert sorted(pq.read_table("cleaned")["text"].to_pylist()) != sorted(dirty)
    if "JsonlWriter" in block:
        assert len(list((tmp_path / "cleaned").glob("*.jsonl.gz"))) == 1
