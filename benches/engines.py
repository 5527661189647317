#!/usr/bin/env python3
"""Measures what cleaning costs on each engine: documents and MB per second of processor time, all of the engine's own work included.

Run it with the Python that has the package and the engines: `target/python-tests/bin/python benches/engines.py` after
`tests/python/engines`. Linux only, as it reads /proc. Texts are those of benches/sample.py, from Parquet to Parquet (datatrove: JSONL).
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import dechaff

SAMPLE = Path(__file__).with_name("sample.py")


def processor_seconds() -> float:
    """Processor time of this process and all below it, also of those that have ended."""
    parents, times = {}, {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(entry.name)] = int(fields[1])
            times[int(entry.name)] = sum(map(int, fields[11:15]))
    own = {os.getpid()}
    for _ in range(10):
        own |= {pid for pid, parent in parents.items() if parent in own}
    return sum(times[pid] for pid in own) / os.sysconf("SC_CLK_TCK")


def command_line(folder: Path, out: Path) -> None:
    program = Path(sys.executable).with_name("dechaff")
    subprocess.run([program, "clean", "-q", "--isolated", "-j1", *sorted((folder / "parquet").glob("*")), "-o", out], check=True)


def polars(folder: Path, out: Path) -> None:
    import dechaff.polars
    import polars

    dechaff.polars.clean(polars.scan_parquet(folder / "parquet" / "*")).sink_parquet(out / "cleaned.parquet", mkdir=True)


def pandas(folder: Path, out: Path) -> None:
    import pandas

    out.mkdir()
    dechaff.Cleaner().clean_table(pandas.read_parquet(folder / "parquet")).to_parquet(out / "cleaned.parquet")


def duckdb(folder: Path, out: Path) -> None:
    import dechaff.duckdb
    import duckdb

    out.mkdir()
    relation = duckdb.connect().sql(f"FROM '{folder}/parquet/*.parquet'")
    dechaff.duckdb.clean(relation).write_parquet(str(out / "cleaned.parquet"))


def dask(folder: Path, out: Path) -> None:
    import dask
    import dask.dataframe
    import dechaff.dask

    with dask.config.set(scheduler="processes", num_workers=2):
        dechaff.dask.clean(dask.dataframe.read_parquet(folder / "parquet")).to_parquet(out)


def datatrove(folder: Path, out: Path) -> None:
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    from dechaff.datatrove import Clean

    steps = [JsonlReader(str(folder / "jsonl")), Clean(), JsonlWriter(str(out), compression=None)]
    tasks = len(list((folder / "jsonl").iterdir()))
    LocalPipelineExecutor(pipeline=steps, tasks=tasks, workers=2, logging_dir=str(out / "logs")).run()


def _spark():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()


def spark(folder: Path, out: Path) -> None:
    import dechaff.spark

    dechaff.spark.clean(_spark().read.parquet(f"{folder}/parquet")).write.parquet(str(out))


def spark_learn(folder: Path, out: Path) -> None:
    import dechaff.spark

    out.mkdir()
    dechaff.spark.learn(_spark().read.parquet(f"{folder}/parquet")).save(out / "sites.toml")


def ray(folder: Path, out: Path) -> None:
    import dechaff.ray
    import ray

    if not ray.is_initialized():
        ray.init(num_cpus=2, include_dashboard=False, _node_ip_address="127.0.0.1", log_to_driver=False)
    dechaff.ray.clean(ray.data.read_parquet(f"{folder}/parquet")).write_parquet(str(out))


ENGINES = [command_line, polars, pandas, duckdb, dask, datatrove, spark, spark_learn, ray]


def make(folder: Path, count: int, parts: int) -> int:
    """Writes articles as Parquet and JSONL, and returns the bytes of their texts."""
    parquet, jsonl = folder / "parquet", folder / "jsonl"
    parquet.mkdir(parents=True), jsonl.mkdir()
    sample = subprocess.run([sys.executable, SAMPLE, "articles", str(count)], capture_output=True, check=True)
    rows = [json.loads(line) for line in sample.stdout.split(b"\n") if line]
    for row in rows:
        number = row["id"]
        row |= {"id": str(number), "url": f"https://paper{number % 100}.example/{number}"}
    for part in range(parts):
        own = rows[part::parts]
        pq.write_table(pa.Table.from_pylist(own), parquet / f"{part}.parquet", row_group_size=2_000, compression="zstd")
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in own)
        (jsonl / f"{part}.jsonl").write_text("".join(lines), encoding="utf-8")
    return sum(len(row["text"].encode()) for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000, help="documents")
    parser.add_argument("engines", nargs="*", help=", ".join(engine.__name__ for engine in ENGINES))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "few", 200, 2)
        size = make(folder / "many", args.count, 8)
        print(f"{args.count} documents, {size / 1e6:.0f} MB of text, {size / args.count / 1e3:.1f} KB each")
        print("| engine | documents a second | MB a second | processor time | wall clock |\n|---|---|---|---|---|")
        for engine in ENGINES:
            if args.engines and engine.__name__ not in args.engines:
                continue
            # The first run starts what the engine needs.
            engine(folder / "few", folder / "first")
            shutil.rmtree(folder / "first")
            before, began = processor_seconds(), time.monotonic()
            engine(folder / "many", folder / "out")
            spent, took = processor_seconds() - before, time.monotonic() - began
            shutil.rmtree(folder / "out")
            each, speed = args.count / spent, size / 1e6 / spent
            print(f"| {engine.__name__} | {each:,.0f} | {speed:.1f} | {spent:.1f} s | {took:.1f} s |", flush=True)


if __name__ == "__main__":
    main()
