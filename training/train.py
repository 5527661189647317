#!/usr/bin/env python3
"""Trains the decision trees of the line scorer, and measures them.

  pip install -r training/requirements.txt
  cargo build --release --example training
  python3 training/train.py --bench BENCH --out DIR           # writes models to DIR
  python3 training/train.py --bench BENCH --out DIR --judge   # measures these models

BENCH is a folder with quality.py and the development halves of its sets of pages. DIR/full.model is the
model of all pages, of which src/detect/scorer.model is a copy; DIR/fold0.model and so on are for
cross-validation. README.md beside this file explains the features, the labels and the method.
"""
import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlparse

import lightgbm
import numpy as np

SETS = ("aeb-dev", "wcxb-dev", "traf-dev")
FOLDS = 5
# Boosting over extremely randomised trees (Geurts et al. 2006): with so few hosts, ordinary splits overfit.
GROWING = dict(
    objective="binary", n_estimators=300, num_leaves=24, learning_rate=0.08, min_child_samples=40, subsample=0.8,
    subsample_freq=1, colsample_bytree=0.5, reg_lambda=5, extra_trees=True, max_bin=127, verbose=-1, random_state=1,
    deterministic=True, force_row_wise=True, n_jobs=2)
SCALE = 4096      # units of a score for one unit of log-odds
LEAF = 255        # the feature number that marks a leaf
CONTENT = 2.0     # the weight of a lost word of an article, relative to a kept word of junk
HEADLINE = 12     # the number of words that a headline counts as


PROGRAM = Path(__file__).resolve().parent.parent / "target/release/examples/training"


def run(*arguments, stdin=b""):
    return subprocess.run([PROGRAM, *arguments], input=stdin, stdout=subprocess.PIPE, check=True).stdout


def jsonl(records):
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode()


def host(url):
    name = urlparse(url).netloc or url
    return ".".join(name.split(".")[-2:])


class Units:
    """Units of lines of many documents: their features, labels, numbers of words, and places."""

    def __init__(self, names):
        self.names = names
        self.features, self.labels, self.words, self.hosts, self.classes, self.documents = [], [], [], [], [], []
        self.count = 0
        self.sources = []  # (source, id, first line, last line)

    def add(self, source, kind, records, label):
        """Adds the units of records, given as (id, host, lines).

        label(id, first, last) returns the label of a range of lines: C for content, J for junk, T for the
        headline, or None.
        """
        size = 8 + 2 * len(self.names)
        data = run("features", stdin=jsonl({"id": i, "text": "\n".join(ls)} for i, _, ls in records))
        at = 0
        for i, name, lines in records:
            length = int.from_bytes(data[at:at + 4], "little")
            block = np.frombuffer(data[at + 4:at + 4 + length], dtype=np.uint8).reshape(-1, size)
            at += 4 + length
            places = block[:, :8].copy().view(np.uint32).astype(int)
            self.features.append(block[:, 8:].copy().view(np.int16))
            words = [sum(len(re.findall(r"\w+", ls)) for ls in lines[a:b + 1]) for a, b in places]
            self.words += words
            self.labels += [label(i, a, b) or "?" for a, b in places]
            self.hosts += [name] * len(places)
            self.classes += [kind] * len(places)
            self.documents += [self.count] * len(places)
            self.count += 1
            self.sources += [(source, i, a, b) for a, b in places]

    def done(self):
        self.features = np.concatenate(self.features)
        for name in ("labels", "words", "hosts", "classes", "documents"):
            setattr(self, name, np.array(getattr(self, name)))
        return self

    def weights(self):
        """The weight of each unit: its words weigh as much as in the F1 of their document, so that long
        pages do not dominate."""
        total = np.bincount(self.documents, weights=self.words)[self.documents]
        weight = 0.15 + 60 * (np.minimum(self.words, 60) + 2) / (total + 300)
        weight = np.where(self.labels == "C", weight * CONTENT, weight)
        weight = np.where(self.labels == "T", 1 + 60 * CONTENT * HEADLINE / (total + 300), weight)
        weight = np.where(self.classes == "part", weight * 2, weight)
        return weight * np.where(np.isin(self.classes, ("best", "mid")), 1.5, 1)


def majority(labels, words, first, last):
    """The label of most words in a range of lines; None if no line has a label."""
    sums = {}
    for label, count in zip(labels[first:last + 1], words[first:last + 1]):
        if label in "CJT":
            sums[label] = sums.get(label, 0) + count + 0.1
    return max(sums, key=lambda k: (sums[k], k == "C")) if sums else None


def read_bench(bench, quality):
    """(source, class, [(id, host, lines)], label) for every input of the sets, and for the gold texts, which
    are all content.

    `label` is the function for `Units.add`.
    """
    jobs = []
    for name in SETS:
        data = quality.Data(bench / name, None)
        kind = dict(data.cls)
        for extractor, texts in data.inputs.items():
            if kind[extractor] == "flat":
                continue
            records = [(i, host(data.url[i]), t.split("\n")) for i, t in texts.items() if i in data.url]
            lines = {i: ls for i, _, ls in records}
            if data.gold:
                marks = {}
                for i, _, ls in records:
                    found = data.labels.get((extractor, i)) or "".join(
                        x[0] for x in quality.label_lines("\n".join(ls), data.gold[i]))
                    marks[i] = (found, [len(quality.tokens(x)) for x in ls])
                label = lambda i, a, b, marks=marks: majority(*marks[i], a, b)
                jobs.append((f"{name}/{extractor}", kind[extractor], records, label))
            else:
                def label(i, a, b, lines=lines, segments=data.seg):
                    text = quality.squeeze(" ".join(lines[i][a:b + 1]))
                    stay, go = segments[i]
                    if any(len(s) >= 8 and s in text for s in stay):
                        return "C"
                    return "J" if any(len(s) >= 4 and s in text and len(text) <= 2 * len(s) + 40 for s in go) else None
                jobs.append((f"{name}/{extractor}", "part", records, label))
        if data.gold:
            records = [(i, host(data.url[i]), g.text.split("\n")) for i, g in data.gold.items()]
            jobs.append((f"{name}/gold", "gold", records, lambda i, a, b: "C"))
    return jobs


def grow(units, rows, weight):
    model = lightgbm.LGBMClassifier(**GROWING)
    rows = rows & (units.labels != "?")
    return model.fit(units.features[rows], units.labels[rows] == "J", sample_weight=weight[rows])


def model_bytes(model, names):
    """The model in the format that src/detect/scorer.rs reads, with all numbers as integers."""
    dump = model.booster_.dump_model()
    trees, base = [], 0.0
    for tree in dump["tree_info"]:
        nodes = []

        def mean(node):
            if "leaf_index" in node or "split_feature" not in node:
                return node["leaf_value"], node.get("leaf_count", 1)
            (a, n), (b, m) = mean(node["left_child"]), mean(node["right_child"])
            return (a * n + b * m) / (n + m), n + m

        offset = mean(tree["tree_structure"])[0]
        base += offset

        def walk(node):
            value = int(round((mean(node)[0] - offset) * SCALE))
            value = max(-32768, min(32767, value)).to_bytes(2, "little", signed=True)
            at = len(nodes)
            if "split_feature" not in node:
                nodes.append(bytes([LEAF]) + value)
                return
            nodes.append(None)
            walk(node["left_child"])
            right = len(nodes)
            walk(node["right_child"])
            threshold = max(-32768, min(32767, int(np.floor(node["threshold"]))))
            nodes[at] = bytes([node["split_feature"]]) + value + threshold.to_bytes(2, "little", signed=True) \
                + right.to_bytes(2, "little")

        walk(tree["tree_structure"])
        trees.append(len(nodes).to_bytes(2, "little") + b"".join(nodes))
    listed = "\n".join(names).encode()
    return b"DCS1" + len(listed).to_bytes(2, "little") + listed + int(round(base * SCALE)).to_bytes(
        4, "little", signed=True) + len(trees).to_bytes(2, "little") + b"".join(trees)


def without_junk(units, chance, sources):
    """The documents of `sources` without the units that are junk with a chance of at least 0.93, as later
    passes of cleaning see them. Lines keep their labels."""
    gone = {}
    for place in np.flatnonzero(chance >= 0.93):
        source, i, a, b = units.sources[place]
        gone.setdefault((source, i), set()).update(range(a, b + 1))
    for source, kind, records, label in sources:
        kept = {}
        for i, name, ls in records:
            if out := gone.get((source, i)):
                kept[i] = [at for at in range(len(ls)) if at not in out]
        again = [(i, name, [ls[at] for at in kept[i]]) for i, name, ls in records if kept.get(i)]
        yield source, kind, again, lambda i, a, b, label=label, kept=kept: label(i, kept[i][a], kept[i][b])


def train(bench, out, quality):
    names = json.loads(run("names"))
    jobs = read_bench(bench, quality)
    hosts = sorted({name for _, _, records, _ in jobs for _, name, _ in records})
    fold = dict(zip(hosts, np.random.RandomState(0).randint(0, FOLDS, len(hosts))))
    folds = {i: int(fold[name]) for _, _, records, _ in jobs for i, name, _ in records}
    (out / "folds.json").write_text(json.dumps(folds))
    (out / "one.json").write_text("{}")
    units = Units(names)
    for job in jobs:
        units.add(*job)
    units.done()
    print(len(units.labels), "units,", len(names), "features,", len(hosts), "hosts", flush=True)
    of = np.array([fold[h] for h in units.hosts])
    chance, weight = np.zeros(len(of)), units.weights()
    for k in range(FOLDS):
        chance[of == k] = grow(units, of != k, weight).predict_proba(units.features[of == k])[:, 1]
    print("first pass: precision from 0.93 on", round((units.labels[(chance >= 0.93) & (units.labels != "?")] == "J").mean(), 4), flush=True)
    both = Units(names)
    for job in jobs + list(without_junk(units, chance, jobs)):
        both.add(*job)
    both.done()
    of, weight = np.array([fold[h] for h in both.hosts]), both.weights()
    chance = np.zeros(len(of))
    for k in range(FOLDS):
        model = grow(both, of != k, weight)
        chance[of == k] = model.predict_proba(both.features[of == k])[:, 1]
        (out / f"fold{k}.model").write_bytes(model_bytes(model, names))
    np.savez_compressed(out / "expected.npz", chance=chance, labels=both.labels, words=both.words, classes=both.classes,
                        sources=np.array(["\t".join(map(str, s)) for s in both.sources]))
    for limit in (0.5, 0.7, 0.8, 0.9, 0.93, 0.95, 0.98, 0.99):
        row = []
        for kind in ("full", "mid", "best", "gold"):
            there = (both.classes == kind) & (both.labels != "?")
            hit = there & (chance >= limit)
            content = there & (both.labels == "C")
            row.append(f"{kind}: {(both.labels[hit] == 'J').mean() if hit.any() else 1:.4f} of {hit.sum()}, "
                       f"{100 * both.words[hit & content].sum() / both.words[content].sum():.3f} % of content words")
        print(f"expected from {limit}:", " | ".join(row), flush=True)
    model = grow(both, np.ones(len(of), bool), weight)
    (out / "full.model").write_bytes(model_bytes(model, names))
    print("model:", (out / "full.model").stat().st_size, "bytes")


def judge(bench, out, quality):
    """Measures dechaff on all sets, each page with the model that did not see its host, then with the model
    of all pages."""
    folds = [str(out / f"fold{k}.model") for k in range(FOLDS)]
    for title, models, table in (("cross-validated by host", folds, "folds.json"), ("fitted", [str(out / "full.model")], "one.json")):
        print(f"\n# {title}", flush=True)
        for name in SETS:
            command = " ".join([str(PROGRAM), "clean", str((out / table).resolve()), *[str(Path(m).resolve()) for m in models]])
            subprocess.run([sys.executable, bench / "quality.py", "--data", bench / name, "--cmd", command], check=True)
            calibrate(quality.Data(bench / name, None), command.split())


def calibrate(data, command):
    """Prints the share of removed lines that are labelled as junk, by certainty: over all inputs, and over
    `best` and `mid`."""
    counts = {}
    for extractor, texts in data.inputs.items():
        kind = data.cls[extractor]
        if not data.gold or kind == "flat":
            continue
        records = jsonl({"id": i, "text": t} for i, t in texts.items() if i in data.gold)
        for record in map(json.loads, subprocess.run(
                command, input=records, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.splitlines()):
            marks = data.labels.get((extractor, record["id"])) or ""
            for line, rule, certainty in record["removals"]:
                label = marks[line - 1:line]
                if label in ("C", "J"):
                    looks = "looks" if rule.startswith("page/") else "rules"
                    for scope in ("all inputs",) + (("best and mid",) if kind in ("best", "mid") else ()):
                        for source in ("everything", looks):
                            count = counts.setdefault((scope, certainty, source), [0, 0])
                            count[0] += label == "J"
                            count[1] += 1
    for (scope, certainty, source), (junk, lines) in sorted(counts.items()):
        print(f"{scope}, {certainty}, {source}: {100 * junk / lines:.2f} % of {lines} lines are junk", flush=True)


def main(description, train, judge):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--judge", action="store_true", help="do not train; run the models that are there")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(options.bench))
    import quality
    (judge if options.judge else train)(options.bench, options.out, quality)


if __name__ == "__main__":
    main(__doc__, train, judge)
