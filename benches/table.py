#!/usr/bin/env python3
"""Measures the program against copying, parsing, compressing and ripgrep, and writes docs/performance-table.md.

  cargo build --release && python3 benches/table.py

Each row runs the two commands in turn, several times, on a RAM disk, with warm caches, and compares the medians: a ratio of two
times of one run says something on a shared machine, a time alone does not. Needs cp, cat, gzip, zstd; ripgrep (rg) for its row.
"""
import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target/release/dechaff"


def timed(command, folder):
    start = time.perf_counter()
    subprocess.run(command, shell=True, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def peak(command, folder):
    """Peak memory in MB."""
    script = "import resource, subprocess, sys; subprocess.run(sys.argv[1], shell=True, stdout=-3, stderr=-3); " \
             "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    return int(subprocess.run([sys.executable, "-c", script, command], cwd=folder, capture_output=True, text=True).stdout)


def parse_and_write(folder):
    """What any program does that cleans nothing: reads records and writes them again, in Python's own JSON."""
    return f"{sys.executable} -c \"import json,sys\nfor l in open('records.jsonl'): sys.stdout.write(json.dumps(json.loads(l)))\""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--program", type=Path, default=PROGRAM)
    options = parser.parse_args()
    disk = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=disk) as name:
        folder = Path(name)
        subprocess.run([sys.executable, ROOT / "benches/corpus.py", "--files", str(options.files), "--records",
                        str(options.records), "--out", folder], check=True)
        os.environ.update(XDG_STATE_HOME=str(folder / "state"), XDG_CONFIG_HOME=str(folder / "config"), LC_ALL="C.UTF-8")
        with open(folder / "records.jsonl", encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in lines]
        (folder / "all.txt").write_text("".join(texts), encoding="utf-8")
        wrap = lambda text: "\n".join(textwrap.fill(line, 80) for line in text.split("\n"))
        with open(folder / "wrapped.jsonl", "w", encoding="utf-8") as out:
            out.writelines(json.dumps({"text": wrap(text)}, ensure_ascii=False) + "\n" for text in texts)
        for packer in ("gzip -k", "zstd -q -k"):
            subprocess.run(f"{packer} records.jsonl", shell=True, cwd=folder, check=True)
        p = options.program.resolve()
        for count in (50, 400, 2000):
            toml = subprocess.run([sys.executable, ROOT / "benches/rules.py", str(count)], capture_output=True, text=True, check=True).stdout
            (folder / f"{count}.toml").write_text(toml, encoding="utf-8")
            phrases = [line[len('removes = ["'):-2] for line in toml.splitlines() if line.startswith("removes")]
            (folder / f"{count}.txt").write_text("\n".join(phrases) + "\n", encoding="utf-8")
        rows = [
            ("folder to folder, 2 threads", f"rm -rf o; {p} clean -q -j2 tree -o o", "cp -r", "rm -rf c; cp -r tree c", 0.95),
            ("folder in place, journalled, 2 threads", f"rm -rf w; cp -r tree w; {p} clean -q -j2 -i w",
             "cp -r twice", "rm -rf w; cp -r tree w; rm -rf c; cp -r tree c", None),
            ("check a folder, 2 threads", f"{p} check -j2 --exit-zero --format concise tree", "cat of each file",
             "find tree -type f -print0 | xargs -0 cat", 0.5),
            ("JSONL, 1 thread", f"{p} clean -q -j1 records.jsonl", "Python's json, read and written", parse_and_write(folder), None),
            ("JSONL, 1 thread, without family page", f"{p} clean -q -j1 --ignore page records.jsonl", "with it",
             f"{p} clean -q -j1 records.jsonl", None),
            ("JSONL, 2 threads", f"{p} clean -q -j2 records.jsonl", "1 thread", f"{p} clean -q -j1 records.jsonl", 0.56),
            ("JSONL, 2 threads", f"{p} clean -q -j2 records.jsonl -o o.jsonl", "cat in > out", "cat records.jsonl > c.jsonl", 2.0),
            (".gz to .gz, 2 threads", f"{p} clean -q -j2 records.jsonl.gz -o o.jsonl.gz", "gzip -d | gzip",
             "gzip -dc records.jsonl.gz | gzip > c.gz", 0.3),
            (".zst to .zst, 2 threads", f"{p} clean -q -j2 records.jsonl.zst -o o.jsonl.zst", "zstd -d | zstd",
             "zstd -dcq records.jsonl.zst | zstd -q > c.zst", 0.8),
            ("JSONL wrapped at 80 columns, 1 thread", f"{p} clean -q -j1 wrapped.jsonl", "JSONL as it is",
             f"{p} clean -q -j1 records.jsonl", 2.86),
            ("diff, 1 thread", f"{p} diff -j1 records.jsonl", "clean", f"{p} clean -q -j1 records.jsonl", 1.7),
            ("diff --html, 1 thread", f"{p} diff -j1 --html p.html records.jsonl", "clean", f"{p} clean -q -j1 records.jsonl", None),
            ("stats, 1 thread", f"{p} stats -j1 records.jsonl", "clean", f"{p} clean -q -j1 records.jsonl", None),
        ]
        if shutil.which("rg"):
            rows += [(f"text filter, {count} phrases, 1 thread", f"{p} clean -q -j1 --isolated --select site --rules {count}.toml < all.txt",
                      "rg -v -i -f", f"rg -j1 -v -i -f {count}.txt all.txt", bar)
                     for count, bar in ((50, 0.5), (400, 0.2), (2000, 0.02))]
        out = ["| workload | against | ratio of the times | bar | MB/s of input |", "|---|---|---|---|---|"]
        size = {"tree": sum(f.stat().st_size for f in (folder / "tree").rglob("*.txt")),
                "records": (folder / "records.jsonl").stat().st_size}
        for title, ours, what, theirs, bar in rows:
            pairs = [(timed(ours, folder), timed(theirs, folder)) for _ in range(options.runs)]
            mine, other = (statistics.median(times) for times in zip(*pairs))
            bytes_in = size["tree" if "tree" in ours else "records"]
            shown = what.replace("|", "\\|")
            out.append(f"| {title} | {shown} | {mine / other:.2f} | {bar or ''} | {bytes_in / mine / 1e6:.1f} |")
            print(out[-1], flush=True)
        starts = [timed(f"printf x | {p} clean", folder) - timed("printf x | cat", folder) for _ in range(11)]
        out.append("")
        out.append(f"Start-up: {statistics.median(starts) * 1000:.0f} ms. Peak memory: JSONL {peak(f'{p} clean -q -j2 records.jsonl', folder)} MB, "
                   f".zst to .zst {peak(f'{p} clean -q -j2 records.jsonl.zst -o o.zst', folder)} MB.")
        print(out[-1])
        machine = f"{platform.machine()}, {os.cpu_count()} cores, {'RAM disk' if disk else 'disk'}"
        head = [f"{datetime.date.today()}, {machine}; {options.files:,} files of {size['tree'] / 1e6:.0f} MB, {options.records:,} records of "
                f"{size['records'] / 1e6:.0f} MB; medians of {options.runs}.", ""]
        (ROOT / "docs/performance-table.md").write_text("\n".join(head + out) + "\n", encoding="utf-8")
        shutil.rmtree(folder / "state", ignore_errors=True)


if __name__ == "__main__":
    main()
