"""The examples run, each with the library it is about. Those of large libraries are run by `tests/python/engines`."""

import json
import shutil
import subprocess
import sys

import pytest
from conftest import CORPUS, ROOT, read

import dechaff

EXAMPLES = ROOT / "python" / "examples"
PAGES = sorted((EXAMPLES / "pages").glob("*.html"))
JUNK = ["Share this: Facebook Twitter WhatsApp", "Leave a Reply", "Save my name, email, and website"]
PROSE = ["sharpened her scythe for the second time", "two of their great-grandchildren held the ropes"]


def run(*command, **options) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, encoding="utf-8", timeout=120, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(text: str) -> list[dict]:
    return [json.loads(line) for line in text.split("\n") if line]


@pytest.fixture
def here(monkeypatch):
    """The folder of the examples, to import them from."""
    monkeypatch.syspath_prepend(EXAMPLES)


def test_chunks_know_their_place(here):
    from rag_chunks import Kept, chunks

    lines = (CORPUS / "sources" / "news.jsonl").read_text(encoding="utf-8")
    articles = {article["id"]: article for article in rows(lines)}
    cleaner = dechaff.Cleaner()
    made = rows(run(EXAMPLES / "rag_chunks.py", input=lines))
    assert {chunk["id"] for chunk in made} == set(articles) and len(made) > 2 * len(articles)
    whole = 0
    for chunk in made:
        text = articles[chunk["id"]]["text"]
        cited = text[chunk["start"] : chunk["end"]]
        whole += cited == chunk["text"]
        assert cited[0] == chunk["text"][0] and cited[-1] == chunk["text"][-1]
    assert len(made) / 2 < whole < len(made)
    # All characters of each text, one by one.
    for text in [article["text"] for article in articles.values()] + [read(p) for p in (CORPUS / "scraped").glob("*.txt")]:
        kept = Kept(text, cleaner.explain(text))
        assert kept.text == cleaner.clean(text)
        for offset, character in enumerate(kept.text):
            start, end = kept.original(offset, offset + 1)
            assert text[start:end] == character
        assert "".join(kept.text[start:end] for start, end in chunks(kept.text)).strip() == kept.text.strip()


def test_pandas_walk(tmp_path):
    shutil.copy(CORPUS / "sources" / "news.jsonl", tmp_path / "articles.jsonl")
    said = run(EXAMPLES / "pandas_walk.py", cwd=tmp_path)
    assert "12 articles," in said and "learned of valleypost.example" in said
    before, after = (rows(read(tmp_path / name)) for name in ("articles.jsonl", "cleaned.jsonl"))
    assert [row["id"] for row in after] == [row["id"] for row in before]
    texts, urls = [row["text"] for row in before], [row["url"] for row in before]
    expected = dechaff.Cleaner(learned=dechaff.learn(texts, urls)).clean_list(texts, urls=urls)
    assert [row["text"] for row in after] == expected
    shorter = sum(text != without for text, without in zip(expected, dechaff.Cleaner().clean_list(texts, urls=urls)))
    assert f"{shorter} articles are shorter now" in said and shorter > 6
    assert read(EXAMPLES / "pandas_walk.py").count("\n# %% ") >= 6


@pytest.mark.engines
def test_scrapy(tmp_path):
    start = ",".join(page.as_uri() for page in PAGES)
    spider = ["-m", "scrapy", "runspider", EXAMPLES / "scrapy_pipeline.py", "-a", f"start={start}"]
    cleaned = tmp_path / "cleaned.jsonl"
    run(*spider, "-O", cleaned, cwd=tmp_path)
    untouched = tmp_path / "untouched.jsonl"
    run(*spider, "-O", untouched, "-s", "ITEM_PIPELINES={}", cwd=tmp_path)
    texts, before = ({row["url"]: row["text"] for row in rows(read(file))} for file in (cleaned, untouched))
    assert all(junk in text for text in before.values() for junk in JUNK)
    assert len(texts) == len(PAGES) == 2
    assert all(junk not in text for text in texts.values() for junk in JUNK)
    assert all(any(prose in text for text in texts.values()) for prose in PROSE)


@pytest.mark.engines
def test_trafilatura():
    import trafilatura

    made = rows(run(EXAMPLES / "trafilatura_pages.py", *PAGES))
    assert [row["url"] for row in made] == ["https://fenreader.example/lock-gate", "https://fenreader.example/reed-harvest"]
    extracted = [trafilatura.extract(page.read_text(encoding="utf-8"), include_comments=False) for page in PAGES]
    assert any(junk in text for text in extracted for junk in JUNK)
    assert all(junk not in row["text"] for row in made for junk in JUNK)
    assert all(any(prose in row["text"] for row in made) for prose in PROSE)


@pytest.mark.engines
def test_langchain(here, news):
    from langchain_core.documents import Document
    from langchain_transformer import CleanTransformer

    documents = [Document(text, metadata={"source": url}, id=url) for text, url in zip(*news)]
    cleaner = dechaff.Cleaner(learned=dechaff.learn(*news))
    cleaned = CleanTransformer(cleaner).transform_documents(documents)
    assert [document.page_content for document in cleaned] == cleaner.clean_list(news[0], urls=news[1])
    assert [(document.id, document.metadata) for document in cleaned] == [(url, {"source": url}) for url in news[1]]
    assert [document.page_content for document in documents] == news[0]


@pytest.mark.engines
@pytest.mark.filterwarnings("default")
def test_llamaindex(here, news):
    from llama_index.core import Document
    from llama_index.core.ingestion import IngestionPipeline
    from llamaindex_transform import CleanTransform

    documents = [Document(text=text, metadata={"url": url}) for text, url in zip(*news)]
    nodes = IngestionPipeline(transformations=[CleanTransform()]).run(documents=documents)
    assert [node.get_content() for node in nodes] == dechaff.Cleaner().clean_list(news[0])
    assert [node.metadata["url"] for node in nodes] == news[1]
