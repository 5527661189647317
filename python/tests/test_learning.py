"""Learning: the same file as from the command line, counts that are merged and carried elsewhere."""

import json
import pickle

import pytest
from conftest import CORPUS, command

import dechaff
from dechaff import Cleaner, Learner


@pytest.fixture(scope="module")
def records():
    files = sorted((CORPUS / "sources").glob("*.jsonl"))
    records = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(records) == 36
    return records


def fields(records):
    return [r["text"] for r in records], [r.get("url") for r in records]


@pytest.fixture(scope="module")
def toml(tmp_path_factory):
    out = tmp_path_factory.mktemp("learned") / "sites.toml"
    done = command("learn", "--isolated", *sorted((CORPUS / "sources").glob("*.jsonl")), "-o", out)
    assert done.returncode == 0, done.stderr
    return out


def test_learn_writes_what_the_program_writes(records, toml, tmp_path):
    texts, urls = fields(records)
    learned = dechaff.learn(texts, urls)
    learned.save(tmp_path / "mine.toml")
    assert (tmp_path / "mine.toml").read_bytes() == toml.read_bytes()
    assert len(learned.sources) == 3 and learned.documents == 36 and pickle.loads(pickle.dumps(learned)) == learned
    hashes = command("learn", "--isolated", "--hashes", *sorted((CORPUS / "sources").glob("*.jsonl"))).stdout.decode()
    assert learned.to_toml(hashes=True) == hashes != learned.to_toml()


def test_learned_lines_go(records, toml):
    texts, urls = fields(records)
    plain = Cleaner().clean_list(texts, urls=urls)
    by_path = Cleaner(learned=toml).clean_list(texts, urls=urls)
    by_value = Cleaner(learned=dechaff.learn(texts, urls)).clean_list(texts, urls=urls)
    assert by_path == by_value != plain
    shipped = pickle.loads(pickle.dumps(Cleaner(learned=[str(toml)])))
    assert shipped.clean_list(texts, urls=urls) == by_path


def test_parts_are_merged(records, toml):
    parts = []
    for at in range(3):
        learner = Learner()
        for record in records[at::3]:
            learner.add(record["text"], url=record.get("url"))
        parts.append(learner)
    first, second, third = parts
    first.merge(second)
    again = Learner.from_counts(third.counts())
    again.merge(pickle.loads(pickle.dumps(first)))
    assert again.documents == 36
    assert again.finish().to_toml() == toml.read_text(encoding="utf-8")


def test_counts_are_those_of_the_program(records, tmp_path):
    texts, urls = fields(records)
    learner = Learner()
    learner.add_list([*texts, None], urls=[*urls, None])
    files = sorted((CORPUS / "sources").glob("*.jsonl"))
    done = command("learn", "--isolated", "--counts", tmp_path / "all.counts", *files)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "all.counts").read_bytes() == learner.counts()
    strict = Learner.from_counts(learner.counts(), min_docs=50, min_share=1)
    assert strict.finish().to_toml() != learner.finish().to_toml()


def test_a_source_is_what_one_says(records):
    texts, _ = fields(records)
    for by, key in [("auto", "source"), ("folder", "source"), ("file", "id")]:
        learner = Learner(by=by)
        for text in texts[:12]:
            learner.add(text, **{key: "here"})
        assert learner.finish().sources == ("here",)
    assert len(dechaff.learn(texts, by="none").sources) == 1
    assert dechaff.learn(texts[:12], sources=["here"] * 12).sources == ("here",)
    learner = Learner(by="host")
    learner.add(texts[0], source="here")
    assert (learner.documents, learner.left_out) == (0, 1)


def test_what_cannot_be_learned_is_said(records):
    texts, urls = fields(records)
    with pytest.raises(dechaff.DechaffError, match="learned nothing: no article was counted; 36 of no source"):
        dechaff.learn(texts)
    assert dechaff.learn([]).sources == ()
    with pytest.raises(dechaff.DechaffError, match="auto, host, folder, file, none"):
        Learner(by="moon")
    with pytest.raises(dechaff.DechaffError, match="min_docs"):
        Learner(min_docs=0)
    with pytest.raises(dechaff.DechaffError, match="between 0 and 1"):
        Learner(min_share=3)
    with pytest.raises(dechaff.DechaffError, match="line 1: no counts"):
        Learner.from_counts(b"{}")
    with pytest.raises(dechaff.DechaffError, match="count all parts alike"):
        Learner().merge(Learner(by="host"))
    learner = Learner()
    with pytest.raises(Exception):
        learner.merge(learner)


def test_sources_are_merged_one_by_one(records):
    texts, urls = fields(records)
    merged: dict[str, Learner] = {}
    for start in range(0, len(records), 7):
        part = Learner()
        part.add_list(texts[start : start + 7], urls=urls[start : start + 7])
        for source, learner in part.by_source().items():
            if source in merged:
                merged[source].merge(learner)
            else:
                merged[source] = Learner.from_counts(learner.counts())
    whole = dechaff.learn(texts, urls)
    parts = [learner.finish() for learner in merged.values()]
    assert [len(part.sources) for part in parts] == [1, 1, 1]
    for order in (parts, parts[::-1], [dechaff.Learned.joined(parts[1:]), parts[0]]):
        joined = dechaff.Learned.joined(order)
        assert joined == whole and joined.to_toml(hashes=True) == whole.to_toml(hashes=True)
    assert dechaff.Learned.joined([]) == Learner().finish()
    with pytest.raises(dechaff.DechaffError, match="two parts know one source"):
        dechaff.Learned.joined([parts[0], *parts])
