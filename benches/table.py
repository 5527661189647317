#!/usr/bin/env python3
"""Measures the program against copying, parsing, compressing and other filters, and writes
docs/performance-table.md.

  cargo build --release && cargo build --release --example parse_and_write && python3 benches/table.py

Each row runs two commands in turn, several times, on a RAM disk and with warm caches, and compares their
median times: on a shared machine only the ratio of two times is meaningful. Each row is measured with all
rules on, and with phrases alone. Needs Python 3.11, GNU coreutils, gzip and zstd; some rows need ripgrep
(rg), or datatrove with regex and orjson (pip).
"""
import argparse
import datetime
import importlib.util
import itertools
import json
import os
import platform
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target/release/dechaff"

# The default rules that work by phrases: without the families that judge looks (page) or compare lines
# (headline), and without the judgements over whole documents in the families share and teaser.
PHRASES = ("--select advert,app,author,comments,cookies,legal,media,navigation,newsletter,paywall,related,share,source,teaser,"
           "widget --ignore share/rows,teaser/tail-pairs,teaser/tail-headlines")
SELECTIONS = {"everything": "", "phrases alone": PHRASES}
PYTHONS_JSON = "orjson" if importlib.util.find_spec("orjson") else "json"


class Row(NamedTuple):
    """Two shell commands to compare, in which $on is the selection of rules. `bar` is the largest acceptable
    ratio of times."""
    workload: str
    ours: str
    against: str
    theirs: str
    bar: float | None = None

    def selections(self):
        """The selections to measure: only phrases alone if the command has its own rules and no $on."""
        return [name for name in SELECTIONS if "$on" in self.ours or name == "phrases alone"]


def script(name):
    return shlex.join([sys.executable, str(ROOT / "benches" / name)])


ROWS = [
    Row("folder to folder, 2 threads", "rm -rf o; dechaff clean -q -j2 $on tree -o o", "cp -r", "rm -rf c; cp -r tree c", 0.95),
    Row("folder in place, journalled, 2 threads", "rm -rf w; cp -r tree w; dechaff clean -q -j2 $on -i w",
        "cp -r twice", "rm -rf w; cp -r tree w; rm -rf c; cp -r tree c"),
    Row("check a folder, 2 threads", "dechaff check -j2 $on --exit-zero --format concise tree",
        "cat of each file", "find tree -type f -print0 | xargs -0 cat", 0.5),
    Row("JSONL, 1 thread", "dechaff clean -q -j1 $on records.jsonl",
        "serde_json, parsed and written", "parse_and_write < records.jsonl", 1.0),
    Row("JSONL, 2 threads", "dechaff clean -q -j2 $on records.jsonl", "1 thread", "dechaff clean -q -j1 $on records.jsonl", 0.56),
    Row("JSONL, 2 threads", "dechaff clean -q -j2 $on records.jsonl -o o.jsonl",
        "cat in > out", "cat records.jsonl > c.jsonl", 2.0),
    Row(".gz to .gz, 2 threads", "dechaff clean -q -j2 $on records.jsonl.gz -o o.jsonl.gz",
        "gzip -d | gzip", "gzip -dc records.jsonl.gz | gzip > c.gz", 0.3),
    Row(".zst to .zst, 2 threads", "dechaff clean -q -j2 $on records.jsonl.zst -o o.jsonl.zst",
        "zstd -d | zstd", "zstd -dcq records.jsonl.zst | zstd -q > c.zst", 0.8),
    Row("JSONL wrapped at 80 columns, 1 thread", "dechaff clean -q -j1 $on wrapped.jsonl",
        "JSONL as it is", "dechaff clean -q -j1 $on records.jsonl", 2.86),
    Row("diff, 1 thread", "dechaff diff -j1 $on records.jsonl", "clean", "dechaff clean -q -j1 $on records.jsonl", 1.7),
    Row("diff --html, 1 thread", "dechaff diff -j1 $on --html p.html records.jsonl",
        "clean", "dechaff clean -q -j1 $on records.jsonl"),
    Row("stats, 1 thread", "dechaff stats -j1 $on records.jsonl", "clean", "dechaff clean -q -j1 $on records.jsonl"),
    Row("JSONL, 400 rules of a user alone, 2 threads",
        "dechaff clean -q -j2 --isolated --select site --rules 400.toml records.jsonl",
        f"the same in Python with {PYTHONS_JSON}, 2 processes", script("python_filter.py") + " 400.toml < records.jsonl", 0.05),
]
ROWS_OF_DATATROVE = [
    Row("JSONL, 2 threads", "dechaff clean -q -j2 $on records.jsonl -o o.jsonl",
        "datatrove's C4QualityFilter, 2 workers", script("datatrove_filter.py") + " halves datatrove"),
]
ROWS_OF_RIPGREP = [
    Row(f"text filter, {count:,} phrases of a user alone, 1 thread",
        f"dechaff clean -q -j1 --isolated --select site --rules {count}.toml < all.txt",
        "rg -v -i -f", f"rg -j1 -v -i -f {count}.txt all.txt", bar)
    for count, bar in ((50, 0.5), (400, 0.2), (2000, 0.02))
]


def rows():
    """The rows whose programs are installed; prints the others."""
    found = list(ROWS)
    modules = ("datatrove", "regex", "orjson")
    for there, what, more in ((all(map(importlib.util.find_spec, modules)), " ".join(modules), ROWS_OF_DATATROVE),
                              (shutil.which("rg"), "ripgrep (rg)", ROWS_OF_RIPGREP)):
        if there:
            found += more
        else:
            print(f"left out, for want of {what}: {', '.join(f'{row.workload} / {row.against}' for row in more)}", flush=True)
    return found


def run(command, folder, on=""):
    """Runs a command, and returns its time in seconds."""
    start = time.perf_counter()
    done = subprocess.run(command, shell=True, cwd=folder, env={**os.environ, "on": on},
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{command}\n{done.stderr}")
    return time.perf_counter() - start


def peak(command, folder, on):
    """Peak memory of a command in MB. A process inherits the peak of its parent, so a small process starts
    the command."""
    starter = "import resource, subprocess, sys; subprocess.run(sys.argv[1], shell=True, check=True, stdout=-3, stderr=-3); " \
              "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    done = subprocess.run([sys.executable, "-c", starter, command], cwd=folder, check=True, env={**os.environ, "on": on},
                          stdout=subprocess.PIPE, text=True)
    return int(done.stdout)


def install(folder, program):
    """Puts the measured programs on the path, and their state and configuration into the folder."""
    (folder / "bin").mkdir()
    for name, file in (("dechaff", program), ("parse_and_write", program.parent / "examples/parse_and_write")):
        if not file.is_file():
            sys.exit(f"{file} is not there: see --help for how it is built")
        (folder / "bin" / name).symlink_to(file)
    os.environ.update(PATH=f"{folder / 'bin'}:{os.environ['PATH']}", LC_ALL="C.UTF-8",
                      XDG_STATE_HOME=str(folder / "state"), XDG_CONFIG_HOME=str(folder / "config"))


def take_corpus(folder, options):
    if options.corpus:
        shutil.copytree(options.corpus / "tree", folder / "tree")
        shutil.copy(options.corpus / "records.jsonl", folder)
    else:
        run(f"{script('corpus.py')} --files {options.files} --records {options.records} --out .", folder)


def derive(folder, corpus):
    """Makes the other inputs from the records: texts alone, wrapped, packed and in two halves; and users'
    rules."""
    wrap = lambda text: "\n".join(textwrap.fill(line, 80) for line in text.split("\n"))
    with open(folder / "records.jsonl", encoding="utf-8") as lines, open(folder / "all.txt", "w", encoding="utf-8") as texts, \
            open(folder / "wrapped.jsonl", "w", encoding="utf-8") as wrapped:
        for line in lines:
            text = json.loads(line)["text"]
            texts.write(text + "\n" * (not text.endswith("\n")))
            wrapped.write(json.dumps({"text": wrap(text)}, ensure_ascii=False) + "\n")
    run("gzip -k records.jsonl && zstd -q -k records.jsonl", folder)
    run("mkdir halves && split -n l/2 --additional-suffix=.jsonl records.jsonl halves/", folder)
    for count in (50, 400, 2000):
        listed = corpus / f"{count}.tsv" if corpus else None
        source = shlex.quote(str(listed.resolve())) if listed and listed.is_file() else count
        run(f"{script('rules.py')} {source} > {count}.toml", folder)
        rules = tomllib.loads((folder / f"{count}.toml").read_text(encoding="utf-8"))["rule"]
        phrases = [phrase for rule in rules for phrase in rule["phrases"]]
        plain = [re.sub(r"([\\^$.|?*+()\[\]{}])", r"\\\1", phrase) for phrase in phrases]
        (folder / f"{count}.txt").write_text("\n".join(plain) + "\n", encoding="utf-8")


def sizes(folder):
    """The size of each input in bytes."""
    found = {name: (folder / name).stat().st_size for name in ("all.txt", "wrapped.jsonl", "records.jsonl")}
    return {"tree": sum(file.stat().st_size for file in (folder / "tree").rglob("*") if file.is_file()), **found}


def shown(*cells):
    """Prints a row of a Markdown table, and returns it."""
    text = f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in cells)} |"
    print(text, flush=True)
    return text


def measured(row, folder, runs, bytes_of):
    """Measures a row, and returns it as a row of the table: ratios of times, and MB/s of input, for each
    selection."""
    ratios, speeds = dict.fromkeys(SELECTIONS, ""), dict.fromkeys(SELECTIONS, "")
    bytes_in = next(size for name, size in bytes_of.items() if name in row.ours)
    for name in row.selections():
        pairs = [[run(command, folder, SELECTIONS[name]) for command in (row.ours, row.theirs)] for _ in range(runs)]
        mine, other = (statistics.median(times) for times in zip(*pairs))
        ratios[name], speeds[name] = f"{mine / other:.2f}", f"{bytes_in / mine / 1e6:.1f}"
    return shown(row.workload, row.against, *ratios.values(), row.bar or "", *speeds.values())


def grow(folder, gigabytes):
    """Writes big.jsonl: the records, repeated with new ids until the file has the given size."""
    left = gigabytes * 1e9
    with open(folder / "big.jsonl", "wb") as big:
        for turn in itertools.count():
            with open(folder / "records.jsonl", "rb") as lines:
                for record in map(json.loads, lines):
                    record["id"] = f"{turn}-{record.get('id')}"
                    left -= big.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
                    if left <= 0:
                        return


def memory(folder, gigabytes):
    """The rows of the table of peak memory for input of one size."""
    def peaks(workload, command):
        return shown(f"{workload} of {gigabytes:g} GB, 2 threads", *(peak(command, folder, on) for on in SELECTIONS.values()))

    grow(folder, gigabytes)
    plain = peaks("JSONL", "dechaff clean -q -j2 $on big.jsonl")
    run("zstd -q --rm big.jsonl", folder)
    packed = peaks(".zst to .zst", "dechaff clean -q -j2 $on big.jsonl.zst -o o.jsonl.zst")
    run("rm big.jsonl.zst o.jsonl.zst", folder)
    return [plain, packed]


def start_up(folder, rules=""):
    """The start-up time of the program in milliseconds, beyond that of cat."""
    pairs = [run(f"printf x | dechaff clean {rules}", folder) - run("printf x | cat", folder) for _ in range(11)]
    return f"{statistics.median(pairs) * 1000:.0f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000, help="files of the folder (default: %(default)s)")
    parser.add_argument("--records", type=int, default=20_000, help="records of JSONL (default: %(default)s)")
    parser.add_argument("--corpus", type=Path, metavar="FOLDER", help="tree/ and records.jsonl lie there, and perhaps rules in 50.tsv, 400.tsv and 2000.tsv: make none")
    parser.add_argument("--memory", default="0.1", metavar="GB,..", help="sizes of JSONL for peak memory (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each command (default: %(default)s)")
    parser.add_argument("--program", type=Path, default=PROGRAM, help="the program; examples/ lies beside it")
    options = parser.parse_args()
    disk = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=disk) as name:
        folder = Path(name)
        install(folder, options.program.resolve())
        take_corpus(folder, options)
        derive(folder, options.corpus)
        bytes_of, measurable = sizes(folder), rows()
        table = [shown("workload", "against", *SELECTIONS, "bar", *(f"MB/s, {name}" for name in SELECTIONS)), shown(*["---"] * 7)]
        table += [measured(row, folder, options.runs, bytes_of) for row in measurable]
        table += ["", shown("peak memory in MB", *SELECTIONS), shown(*["---"] * 3)]
        table += [text for size in options.memory.split(",") for text in memory(folder, float(size))]
        table += ["", f"Start-up: {start_up(folder)}; with 2,000 rules of a user more {start_up(folder, '--rules 2000.toml')}."]
        print(table[-1])
        files = sum(file.is_file() for file in (folder / "tree").rglob("*"))
        with open(folder / "records.jsonl", "rb") as lines:
            records = sum(1 for _ in lines)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {'RAM disk' if disk else 'disk'}"
    head = [f"{datetime.date.today()}, {machine}; {files:,} files of {bytes_of['tree'] / 1e6:.0f} MB, {records:,} records of "
            f"{bytes_of['records.jsonl'] / 1e6:.0f} MB; medians of {options.runs}. Ratios of times, and MB/s of input.", "",
            f"Phrases alone: `{PHRASES}`, or a user's rules and nothing else where the row says so.", ""]
    (ROOT / "docs/performance-table.md").write_text("\n".join(head + table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
