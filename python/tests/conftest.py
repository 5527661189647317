"""What all tests share: the corpus, a cleaner, the command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import dechaff

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
SCRAPED = sorted(path for path in (CORPUS / "scraped").iterdir() if path.suffix in (".txt", ".md"))


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def command(*arguments, **options) -> subprocess.CompletedProcess:
    """Runs the command that the wheel installs."""
    program = Path(sys.executable).with_name("dechaff")
    return subprocess.run([program, *map(str, arguments)], capture_output=True, timeout=120, **options)


@pytest.fixture(scope="session")
def cleaner():
    return dechaff.Cleaner()


@pytest.fixture(scope="session")
def scraped():
    """All texts of the corpus that are plain text."""
    return [read(path) for path in SCRAPED if path.suffix == ".txt"]


@pytest.fixture(scope="session")
def news():
    """The texts and the addresses of twelve articles of one source."""
    lines = read(CORPUS / "sources" / "news.jsonl").splitlines()
    articles = [json.loads(line) for line in lines]
    return [article["text"] for article in articles], [article["url"] for article in articles]
