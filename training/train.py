#!/usr/bin/env python3
"""Trains the models that judge lines by their looks and tell kinds of pages, and measures them.

  pip install -r training/requirements.txt
  cargo build --release --example training
  python3 training/train.py --bench BENCH --out DIR           # writes models to DIR
  python3 training/train.py --bench BENCH --out DIR --judge   # measures these models

BENCH is a folder with quality.py and the development halves of its sets of pages. DIR/full holds the models of
all pages, of which src/detect/scorer.model and src/detect/kinds.model are copies; DIR/fold0 and so on are for
cross-validation, DIR/strangers, which saw no host of hosts-dev, is for repeated.py. README.md beside this file explains the features, the labels and the method.
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

SETS = ("aeb-dev", "wcxb-dev", "traf-dev", "wcxb-more", "daniel-dev", "hosts-dev")
SOURCES = "hosts-dev"  # the set that repeated.py trains with
FOLDS = 5
# Boosting over extremely randomised trees (Geurts et al. 2006): with so few hosts, ordinary splits overfit.
BOTH = dict(colsample_bytree=0.5, subsample=0.8, subsample_freq=1, extra_trees=True, verbose=-1, random_state=1,
            deterministic=True, force_row_wise=True, n_jobs=2)
LINES = dict(BOTH, objective="binary", n_estimators=100, num_leaves=24, learning_rate=0.2, min_child_samples=40,
             reg_lambda=5, max_bin=127)
KINDS = dict(BOTH, objective="multiclass", n_estimators=40, num_leaves=8, learning_rate=0.15, min_child_samples=20)
# The kinds of pages in the order of PageKind::ALL; what else the sets call a kind is in KIND_OF.
PAGES = ("article", "documentation", "forum", "product", "service", "listing")
KIND_OF = {"collection": "listing"}
# Kinds whose gold text says well what must stay, and badly what must go.
DOUBTFUL = ("product", "service", "listing")
SCALE = 4096      # units of a score for one unit of log-odds
LEAF = 255        # the feature number that marks a leaf
CONTENT = 2.0     # the weight of a lost word of an article, relative to a kept word of junk
DOUBT = 0.4       # the weight of a kept word of junk on pages of doubtful kinds
HEADLINE = 12     # the number of words that a headline counts as
MARGINS = ("is article", "is forum")  # the features of a line that the kind of its page gives


PROGRAM = Path(__file__).resolve().parent.parent / "target/release/examples/training"


def run(*arguments, stdin=b""):
    return subprocess.run([PROGRAM, *arguments], input=stdin, stdout=subprocess.PIPE, check=True).stdout


def jsonl(records):
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode()


def host(url):
    name = urlparse(url).netloc or url
    return ".".join(name.split(".")[-2:])


class Source:
    """The texts of one extractor, or the gold texts, of one set.

    `records` are (id, host, lines), `label(id, first, last)` is the label of a range of lines: C for content, J for
    junk, T for the headline, or None; `kinds` are the kinds of pages by id.
    """

    def __init__(self, name, extractor_class, records, label, kinds):
        self.name, self.extractor_class, self.records, self.label, self.kinds = \
            name, extractor_class, records, label, kinds


class Units:
    """The units of lines of many documents, and the documents: features, labels, numbers of words, places."""

    def __init__(self, names):
        self.names = names
        self.features, self.labels, self.words, self.documents, self.sources = [], [], [], [], []
        # By document.
        self.texts, self.hosts, self.kinds, self.classes = [], [], [], []

    def add(self, source):
        size = 8 + 2 * len(self.names["line"])
        text_size = 2 * len(self.names["text"])
        data = run("features", stdin=jsonl({"id": i, "text": "\n".join(ls)} for i, _, ls in source.records))
        at = 0
        for i, name, lines in source.records:
            length = int.from_bytes(data[at:at + 4], "little")
            at += 4
            self.texts.append(np.frombuffer(data[at:at + text_size], dtype=np.int16))
            block = np.frombuffer(data[at + text_size:at + length], dtype=np.uint8).reshape(-1, size)
            at += length
            places = block[:, :8].copy().view(np.uint32).astype(int)
            self.features.append(block[:, 8:].copy().view(np.int16))
            self.words += [sum(len(re.findall(r"\w+", ls)) for ls in lines[a:b + 1]) for a, b in places]
            self.labels += [source.label(i, a, b) or "?" for a, b in places]
            self.documents += [len(self.hosts)] * len(places)
            self.sources += [(source.name, i, a, b) for a, b in places]
            self.hosts.append(name)
            self.kinds.append(source.kinds.get(i))
            self.classes.append(source.extractor_class)

    def done(self):
        self.features = np.concatenate(self.features)
        self.texts = np.stack(self.texts)
        for name in ("labels", "words", "documents", "hosts", "kinds", "classes"):
            setattr(self, name, np.array(getattr(self, name)))
        return self

    def weights(self):
        """The weight of each unit: its words weigh as much as in the F1 of their document, so that long
        pages do not dominate."""
        classes, kinds = self.classes[self.documents], self.kinds[self.documents]
        total = np.bincount(self.documents, weights=self.words)[self.documents]
        weight = 0.15 + 60 * (np.minimum(self.words, 60) + 2) / (total + 300)
        weight = np.where(self.labels == "C", weight * CONTENT, weight)
        weight = np.where(self.labels == "T", 1 + 60 * CONTENT * HEADLINE / (total + 300), weight)
        weight = np.where(classes == "part", weight * 2, weight)
        weight = np.where((self.labels == "J") & np.isin(kinds, DOUBTFUL), weight * DOUBT, weight)
        return weight * np.where(np.isin(classes, ("best", "mid")), 1.5, 1)

    def say_kinds(self, margins):
        """Takes the margins of documents, told by models that did not see their hosts, for those that the
        program's own model told."""
        for name, column in zip(MARGINS, margins.T):
            self.features[:, self.names["line"].index(name)] = column[self.documents]


def majority(labels, words, first, last):
    """The label of most words in a range of lines; None if no line has a label."""
    sums = {}
    for label, count in zip(labels[first:last + 1], words[first:last + 1]):
        if label in "CJT":
            sums[label] = sums.get(label, 0) + count + 0.1
    return max(sums, key=lambda k: (sums[k], k == "C")) if sums else None


def read_bench(bench, quality):
    """A source for every input of the sets, and for the gold texts, which are all content."""
    sources = []
    for name in SETS:
        data = quality.Data(bench / name, None)
        kinds = {}
        if data.gold:
            gold = quality.read_jsonl(quality.find(bench / name / "gold.jsonl"))
            kinds = {r["id"]: KIND_OF.get(r.get("kind"), r.get("kind", "article")) for r in gold}
        for extractor, texts in data.inputs.items():
            extractor_class = data.cls[extractor]
            if extractor_class == "flat":
                continue
            records = [(i, host(data.url[i]), t.split("\n")) for i, t in texts.items() if i in data.url]
            lines = {i: ls for i, _, ls in records}
            if data.gold:
                marks = {i: (data.label(extractor, i), [len(quality.tokens(x)) for x in ls]) for i, _, ls in records}
                label = lambda i, a, b, marks=marks: majority(*marks[i], a, b)
                sources.append(Source(f"{name}/{extractor}", extractor_class, records, label, kinds))
            else:
                def label(i, a, b, lines=lines, segments=data.seg):
                    text = quality.squeeze(" ".join(lines[i][a:b + 1]))
                    stay, go = segments[i]
                    if any(len(s) >= 8 and s in text for s in stay):
                        return "C"
                    return "J" if any(len(s) >= 4 and s in text and len(text) <= 2 * len(s) + 40 for s in go) else None
                sources.append(Source(f"{name}/{extractor}", "part", records, label, kinds))
        if data.gold:
            records = [(i, host(data.url[i]), g.text.split("\n")) for i, g in data.gold.items()]
            sources.append(Source(f"{name}/gold", "gold", records, lambda i, a, b: "C", kinds))
    return sources


def grow_lines(units, of_fold, weight):
    rows = of_fold & (units.labels != "?")
    model = lightgbm.LGBMClassifier(**LINES)
    return model.fit(units.features[rows], units.labels[rows] == "J", sample_weight=weight[rows])


def grow_kinds(units, of_fold):
    """A model of kinds, from the documents of `of_fold` whose kind is known. A kind weighs by the root of its number."""
    rows = of_fold & np.isin(units.kinds, PAGES)
    kinds = np.array([PAGES.index(k) for k in units.kinds[rows]])
    counts = np.bincount(kinds)
    model = lightgbm.LGBMClassifier(**KINDS)
    return model.fit(units.texts[rows], kinds, sample_weight=(counts.sum() / counts[kinds]) ** 0.5)


def margins(model, texts):
    """What src/detect/kinds.rs makes of the scores: hundredths of log-odds to the likeliest other kind."""
    scores = model.predict(texts, raw_score=True)
    columns = []
    for kind in ("article", "forum"):
        own = PAGES.index(kind)
        columns.append(scores[:, own] - np.delete(scores, own, 1).max(1))
    return np.clip(np.stack(columns, 1) * 100, -3000, 3000).astype(np.int16)


def model_bytes(model, names, kind=0, kinds=1):
    """The model in the format that src/detect/scorer.rs reads, with all numbers as integers; of a model of several
    kinds the trees of one."""
    dump = model.booster_.dump_model()
    trees, base = [], 0.0
    for tree in dump["tree_info"][kind::kinds]:
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


def write(folder, names, lines, kinds):
    folder.mkdir(exist_ok=True)
    (folder / "scorer.model").write_bytes(model_bytes(lines, names["line"]))
    parts = [model_bytes(kinds, names["text"], at, len(PAGES)) for at in range(len(PAGES))]
    (folder / "kinds.model").write_bytes(b"".join(parts))


def without_junk(units, chance, sources):
    """The documents of `sources` without the units that are junk with a chance of at least 0.93, as later
    passes of cleaning see them. Lines keep their labels."""
    gone = {}
    for place in np.flatnonzero(chance >= 0.93):
        name, i, a, b = units.sources[place]
        gone.setdefault((name, i), set()).update(range(a, b + 1))
    for source in sources:
        kept = {}
        for i, _, ls in source.records:
            if out := gone.get((source.name, i)):
                kept[i] = [at for at in range(len(ls)) if at not in out]
        again = [(i, name, [ls[at] for at in kept[i]]) for i, name, ls in source.records if kept.get(i)]
        label = lambda i, a, b, label=source.label, kept=kept: label(i, kept[i][a], kept[i][b])
        yield Source(source.name, source.extractor_class, again, label, source.kinds)


def read_units(names, sources, fold):
    """The units of sources, with what models that did not see their hosts tell of the kinds of pages. Returns them
    with these models and the fold of each document."""
    units = Units(names)
    for source in sources:
        units.add(source)
    units.done()
    of = np.array([fold[h] for h in units.hosts])
    told, kinds = np.zeros((len(of), len(MARGINS)), np.int16), []
    for k in range(FOLDS):
        kinds.append(grow_kinds(units, of != k))
        told[of == k] = margins(kinds[k], units.texts[of == k])
    units.say_kinds(told)
    return units, kinds, of


def train(bench, out, quality):
    names = json.loads(run("names"))
    sources = read_bench(bench, quality)
    hosts = sorted({name for source in sources for _, name, _ in source.records})
    fold = dict(zip(hosts, np.random.RandomState(0).randint(0, FOLDS, len(hosts))))
    folds = {i: int(fold[name]) for source in sources for i, name, _ in source.records}
    (out / "folds.json").write_text(json.dumps(folds))
    (out / "one.json").write_text("{}")
    units, _, of = read_units(names, sources, fold)
    print(len(units.labels), "units,", len(names["line"]), "features,", len(hosts), "hosts", flush=True)
    chance, weight, row_fold = np.zeros(len(units.labels)), units.weights(), of[units.documents]
    for k in range(FOLDS):
        chance[row_fold == k] = grow_lines(units, row_fold != k, weight).predict_proba(units.features[row_fold == k])[:, 1]
    print("first pass: precision from 0.93 on",
          round((units.labels[(chance >= 0.93) & (units.labels != "?")] == "J").mean(), 4), flush=True)
    units, kinds, of = read_units(names, sources + list(without_junk(units, chance, sources)), fold)
    weight, row_fold = units.weights(), of[units.documents]
    chance = np.zeros(len(units.labels))
    for k in range(FOLDS):
        model = grow_lines(units, row_fold != k, weight)
        chance[row_fold == k] = model.predict_proba(units.features[row_fold == k])[:, 1]
        write(out / f"fold{k}", names, model, kinds[k])
    classes = units.classes[units.documents]
    for limit in (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99):
        row = []
        for kind in ("full", "mid", "best", "gold"):
            there = (classes == kind) & (units.labels != "?")
            hit = there & (chance >= limit)
            content = there & (units.labels == "C")
            row.append(f"{kind}: {(units.labels[hit] == 'J').mean() if hit.any() else 1:.4f} of {hit.sum()}, "
                       f"{100 * units.words[hit & content].sum() / units.words[content].sum():.3f} % of content words")
        print(f"expected from {limit}:", " | ".join(row), flush=True)
    lines = grow_lines(units, np.ones(len(row_fold), bool), weight)
    write(out / "full", names, lines, grow_kinds(units, np.ones(len(of), bool)))
    strange = ~np.isin(units.hosts, [name for source in sources if source.name.startswith(SOURCES)
                                     for _, name, _ in source.records])
    write(out / "strangers", names, grow_lines(units, strange[units.documents], weight), grow_kinds(units, strange))
    for name in ("scorer.model", "kinds.model"):
        print(f"{name}:", (out / "full" / name).stat().st_size, "bytes")
    gain = lines.booster_.feature_importance("gain")
    print("gains:", ", ".join(f"{names['line'][at]} {100 * gain[at] / gain.sum():.1f}" for at in np.argsort(-gain)))


def judge(bench, out, quality):
    """Measures dechaff on all sets, each page with the models that did not see its host, then with the models
    of all pages."""
    folds = [out / f"fold{k}" for k in range(FOLDS)]
    for title, folders, table in (("cross-validated by host", folds, "folds.json"), ("fitted", [out / "full"], "one.json")):
        print(f"\n# {title}", flush=True)
        for name in SETS:
            command = " ".join([str(PROGRAM), "clean", str((out / table).resolve()), *[str(f.resolve()) for f in folders]])
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
