"""What all tests share: the corpus, a cleaner, the command."""

import json
import os
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


@pytest.fixture(scope="session")
def batch(tmp_path_factory):
    """20,000 articles, and what the command line makes of them."""
    from batch import Batch

    return Batch(tmp_path_factory.mktemp("batch"), 20_000)


@pytest.fixture(scope="session")
def spark():
    """Spark with two cores, which does a task again that fails once."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Whether a machine knows its own name is no matter of these tests.
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master("local[2,2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "5").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def ray():
    """Ray with two cores. On a busy machine its start takes more than the 30 seconds that it allows."""
    os.environ.setdefault("RAY_raylet_start_wait_time_s", "180")
    import ray

    ray.init(num_cpus=2, include_dashboard=False, _node_ip_address="127.0.0.1", log_to_driver=False)
    yield ray
    ray.shutdown()
