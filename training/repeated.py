#!/usr/bin/env python3
"""Trains the decision trees that judge lines on pages of known sources, and measures them.

  pip install -r training/requirements.txt
  cargo build --release --example training
  python3 training/repeated.py --bench BENCH --out DIR           # writes models to DIR
  python3 training/repeated.py --bench BENCH --out DIR --judge   # measures these models, by folds of hosts

DIR is the folder to which train.py wrote: scores of lines are told by DIR/strangers, which saw none of these hosts.
BENCH is a folder with quality.py and the set hosts-dev, pages of twenty hosts. The pages of each host are read
all together and in batches of 3, 5 and 10, so that small sources are served as well; the gold texts are batches
of their own. DIR/full/repeated.model is the model of all hosts, of which src/detect/repeated/repeated.model is a copy;
DIR/fold0/repeated.model and so on have not seen the hosts of that fold, DIR/hosts.json says which.
"""
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import lightgbm
import numpy as np

from train import FOLDS, LINES, PROGRAM, jsonl, main, majority, model_bytes, run

SET = "hosts-dev"
BATCHES = (None, 10, 5, 3)  # pages of a host that are read together; None: all
CONTENT = 8.0               # the weight of a lost word of an article, relative to a kept word of junk
# Few and small: with twenty hosts, larger trees are sure of wrong lines of hosts that they have not seen.
TREES = dict(LINES, n_estimators=150, num_leaves=12, learning_rate=0.08, min_child_samples=150)


def host(url):
    from urllib.parse import urlparse
    return urlparse(url if "//" in url else "//" + url).netloc.lower().removeprefix("www.")


def batches(records, size):
    """Records with addresses of invented hosts, so that at most `size` pages of a host are read together."""
    if size is None:
        return list(records)
    by_host = {}
    for r in records:
        by_host.setdefault(host(r["url"]), []).append(r)
    out = []
    for name, pages in sorted(by_host.items()):
        random.Random(name).shuffle(pages)
        for at, r in enumerate(pages):
            out.append(dict(r, url=f"http://b{at // size}-{name}/"))
    return out


def read_features(records, names, out):
    """For each record a list of (first line, last line, features)."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(jsonl(records))
        file.flush()
        data = run("repeated-features", file.name, out / "strangers")
    size, at, out = 8 + 2 * len(names), 0, []
    for _ in records:
        length = int.from_bytes(data[at:at + 4], "little")
        block = np.frombuffer(data[at + 4:at + 4 + length], dtype=np.uint8).reshape(-1, size)
        at += 4 + length
        out.append((block[:, :8].copy().view(np.uint32).astype(int), block[:, 8:].copy().view(np.int16)))
    return out


def read_units(bench, quality, names, out):
    """Features, labels, words, document numbers and hosts of all units."""
    data = quality.Data(bench / SET, None)
    inputs = {name: texts for name, texts in data.inputs.items()}
    inputs["gold"] = {i: g.text for i, g in data.gold.items()}
    parts = {name: [] for name in ("features", "labels", "words", "documents", "hosts", "kinds")}
    document = 0
    for extractor, texts in inputs.items():
        records = [{"id": i, "url": data.url[i], "text": t} for i, t in texts.items() if i in data.gold]
        for size in BATCHES:
            cut = batches(records, size)
            for record, (places, features) in zip(cut, read_features(cut, names, out)):
                i, lines = record["id"], record["text"].split("\n")
                marks = "C" * len(lines) if extractor == "gold" else data.labels[(extractor, i)]
                counts = [len(quality.tokens(line)) for line in lines]
                parts["features"].append(features)
                parts["labels"] += [majority(marks, counts, a, b) or "?" for a, b in places]
                parts["words"] += [sum(counts[a:b + 1]) for a, b in places]
                parts["documents"] += [document] * len(places)
                parts["hosts"] += [host(data.url[i])] * len(places)
                parts["kinds"] += ["gold" if extractor == "gold" else dict(data.cls)[extractor]] * len(places)
                document += 1
    return {name: np.concatenate(p) if name == "features" else np.array(p) for name, p in parts.items()}, data


def grow(units, rows):
    total = np.bincount(units["documents"], weights=units["words"])[units["documents"]]
    weight = 0.15 + 60 * (np.minimum(units["words"], 60) + 2) / (total + 300)
    weight = np.where(units["labels"] == "J", weight, weight * CONTENT)
    weight = np.where(units["kinds"] == "gold", weight * 0.5, weight)
    rows = rows & (units["labels"] != "?")
    model = lightgbm.LGBMClassifier(**TREES)
    return model.fit(units["features"][rows], units["labels"][rows] == "J", sample_weight=weight[rows])


def train(bench, out, quality):
    names = json.loads(run("repeated-names"))
    units, data = read_units(bench, quality, names, out)
    hosts = sorted(set(units["hosts"]))
    order = np.random.RandomState(0).permutation(len(hosts))
    fold = {hosts[at]: int(n % FOLDS) for n, at in enumerate(order)}
    (out / "hosts.json").write_text(json.dumps({i: fold[host(data.url[i])] for i in data.gold}))
    of = np.array([fold[h] for h in units["hosts"]])
    print(len(of), "units,", len(names), "features,", len(hosts), "hosts", flush=True)
    chance = np.zeros(len(of))
    for k in range(FOLDS):
        model = grow(units, of != k)
        chance[of == k] = model.predict(units["features"][of == k], raw_score=True)
        (out / f"fold{k}" / "repeated.model").write_bytes(model_bytes(model, names))
    for kind in ("full", "mid", "best", "gold"):
        there = (units["kinds"] == kind) & (units["labels"] != "?")
        for limit in (1, 2, 3):
            hit = there & (chance >= limit)
            print(f"{kind}, log-odds from {limit}: {100 * (units['labels'][hit] == 'J').mean():.2f} % of {hit.sum()} lines are junk")
    model = grow(units, np.ones(len(of), bool))
    (out / "full" / "repeated.model").write_bytes(model_bytes(model, names))
    print("model:", (out / "full" / "repeated.model").stat().st_size, "bytes")
    gain = sorted(zip(model.booster_.feature_importance("gain"), names), reverse=True)
    print("gains:", ", ".join(f"{name} {round(100 * g / sum(x for x, _ in gain))}" for g, name in gain[:25]))


def judge(bench, out, quality):
    """Measures the program on the set, each page with the model that did not see its host."""
    folds = " ".join(str((out / f"fold{k}" / "repeated.model").resolve()) for k in range(FOLDS))
    command = f"{PROGRAM} learn {{in}} {(out / 'hosts.json').resolve()} {(out / 'strangers').resolve()} {folds}"
    subprocess.run([sys.executable, bench / "quality.py", "--data", bench / SET, "--cmd", command], check=True)


if __name__ == "__main__":
    main(__doc__, train, judge)
