"""One text: cleaned as by the command line, explained, shown as a diff."""

import dataclasses
import pickle
import threading
import time

import pytest
from conftest import CORPUS, SCRAPED, command, read

import dechaff
from dechaff import Cleaner

DIRTY = "It rained, said the miller.\n\nLeave a Reply\nName *\n"
MOON = (
    '[[rule]]\nid = "site/moon"\ncertainty = "certain"\nmatch = "prefix"\nphrases = ["moon of the day"]\n'
    'reason = "a label"\nremoves = ["Moon of the day"]\nkeeps = ["The moon of the day rose."]\n'
)


def test_clean_is_the_command_line_to_the_byte(cleaner, tmp_path):
    done = command("clean", CORPUS / "scraped", "-o", tmp_path / "out", "--isolated")
    assert done.returncode == 0, done.stderr
    changed = 0
    for path in SCRAPED:
        text = read(path)
        cleaned = cleaner.clean(text, markdown=path.suffix == ".md")
        assert (
            cleaned.encode()
            == (tmp_path / "out" / path.name).read_bytes()
            == (CORPUS / "expected" / path.name).read_bytes()
        )
        changed += cleaned != text
    assert len(SCRAPED) > 100 and changed > 60


@pytest.mark.parametrize("path", SCRAPED, ids=lambda path: path.name)
def test_stretches_applied_give_the_cleaned_text(cleaner, path):
    text = read(path)
    removals = cleaner.explain(text, markdown=path.suffix == ".md")
    at, kept = 0, []
    for removal in removals:
        assert at <= removal.start < removal.end <= len(text)
        assert removal.text in text[removal.start : removal.end]
        assert text[removal.start : removal.end].strip() == removal.text.strip()
        assert text[: removal.end].rstrip("\n").count("\n") + 1 >= removal.line
        kept.append(text[at : removal.start])
        at = removal.end
    assert "".join(kept) + text[at:] == cleaner.clean(text, markdown=path.suffix == ".md")


def test_a_removal_says_all_about_itself(cleaner):
    (removal, second) = cleaner.explain(DIRTY)
    assert (removal.text, removal.line, second.line) == ("Leave a Reply", 3, 4)
    assert removal.rule == "comments/reply-form" and removal.family == "comments" and removal.certainty == "certain"
    assert removal.reason and removal.evidence
    assert len({removal, dataclasses.replace(removal), second}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        removal.line = 1
    assert "comments/reply-form" in repr(removal) and pickle.loads(pickle.dumps(removal)) == removal


HARBOUR = "The harbour master ordered three men to clear the lower steps before noon.\n"


def test_a_held_text_stays_and_says_why(tmp_path):
    (tmp_path / "rules.toml").write_text(
        '[[rule]]\nid = "site/harbour"\ncertainty = "likely"\nmatch = "prefix"\nphrases = ["the harbour master"]\n'
        f'reason = "test"\nremoves = ["{HARBOUR.strip()}"]\nkeeps = ["The harbour masters."]\n'
    )
    cleaner, text = Cleaner(rules=tmp_path / "rules.toml"), HARBOUR
    removals = cleaner.explain(text)
    assert cleaner.clean(text) == text and removals == [] and "sentences would go" in removals.held
    assert "held" in removals._repr_html_() and "held" in cleaner.diff(text)
    assert Cleaner().explain(text).held is None
    assert pickle.loads(pickle.dumps(removals)).held == removals.held


def test_diff_is_that_of_the_command_line(cleaner, tmp_path):
    (tmp_path / "a.txt").write_text(DIRTY)
    shown = command("diff", "--isolated", "a.txt", cwd=tmp_path)
    diff = cleaner.diff(DIRTY, id="a.txt")
    assert diff == shown.stdout.decode() and "-Leave a Reply" in diff and isinstance(diff, str)
    assert cleaner.diff("It rained.\n") == ""


def test_notebooks_see_escaped_html(tmp_path):
    (tmp_path / "moon.toml").write_text(MOON)
    cleaner = Cleaner(rules=tmp_path / "moon.toml")
    hostile = "It rained & <i>poured</i>, said the miller.\n\nMoon of the day <script>alert(1)</script>\n"
    removals = cleaner.explain(hostile)
    for shown in (cleaner.diff(hostile)._repr_html_(), removals._repr_html_(), removals[0]._repr_html_()):
        assert "Moon of the day &lt;script&gt;" in shown and "<script" not in shown and "<i>" not in shown


def test_what_is_known_besides_helps(cleaner, news):
    taught, (texts, urls) = Cleaner(learned=dechaff.learn(*news)), news
    assert "We answer to nobody" in texts[0]
    assert "We answer to nobody" not in taught.clean(
        texts[0], url=urls[0]
    ) and "We answer to nobody" not in taught.clean(texts[0], source="valleypost.example")
    assert taught.clean(texts[0], url="https://example.net/9") == taught.clean(texts[0]) == cleaner.clean(texts[0])
    assert any(
        r.family == "learned" and "valleypost.example" in r.evidence for r in taught.explain(texts[0], url=urls[0])
    )
    assert "learned/valleypost.example" in taught.diff(texts[0], url=urls[0])
    quoted = "The ferry left at dawn.\n\n> Share this: Facebook\n"
    assert cleaner.clean(quoted, markdown=True) == quoted
    again = "The Ferry Left at Dawn\n\nIt came back at noon, said the miller, and nobody had expected it.\n"
    assert cleaner.clean(again, title="The Ferry Left at Dawn") == again


def test_half_a_surrogate_pair_is_refused(cleaner):
    with pytest.raises(dechaff.DechaffError, match="surrogate"):
        cleaner.clean("It rained.\ud800")
    with pytest.raises(TypeError):
        cleaner.clean(b"It rained.")


def test_settings_are_those_of_the_command_line(tmp_path, scraped):
    joined = tmp_path / "in"
    joined.mkdir()
    for number, text in enumerate(scraped):
        (joined / f"{number:03}.txt").write_bytes(text.encode())
    for flags, settings in [
        (["--profile", "safe"], {"profile": "safe"}),
        (["--profile", "aggressive", "--max-removed", "1"], {"profile": "aggressive", "max_removed": 1}),
        (["--select", "share,comments/reply-form"], {"select": ["share", "comments/reply-form"]}),
        (["--ignore", "share", "--extend-select", "byline"], {"ignore": "share", "extend_select": ["byline"]}),
    ]:
        out = tmp_path / "-".join(flags).replace("/", "_")
        done = command("clean", "--isolated", *flags, joined, "-o", out)
        assert done.returncode in (0, 2), done.stderr
        if done.returncode == 2:
            with pytest.raises(dechaff.RuleError) as fault:
                Cleaner(**settings)
            assert f"dechaff: {fault.value}\n" in done.stderr.decode()
            continue
        expected = [(out / f"{number:03}.txt").read_bytes().decode() for number in range(len(scraped))]
        assert Cleaner(**settings).clean_list(scraped) == expected, flags


BAD = '[[rule]]\nid = "site/x"\ncertainty = "perhaps"\nmatch = "line"\nphrases = ["x"]\nreasn = "typo"\n'


def test_faults_have_the_text_of_the_program(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text(BAD)
    (tmp_path / "latin.toml").write_bytes(b"\xe9")
    for flag, option, value, kind in [
        ("--rules", "rules", bad, dechaff.RuleError),
        ("--learned", "learned", bad, dechaff.RuleError),
        ("--decisions", "decisions", bad, dechaff.RuleError),
        ("--rules", "rules", tmp_path / "none.toml", dechaff.DechaffError),
        ("--rules", "rules", tmp_path / "latin.toml", dechaff.DechaffError),
        ("--rules", "rules", tmp_path, dechaff.DechaffError),
        ("--select", "select", "nonsense", dechaff.RuleError),
    ]:
        done = command("clean", "--isolated", flag, value, input=b"It rained.")
        with pytest.raises(kind) as fault:
            Cleaner(**{option: value})
        assert done.stderr.decode() == f"dechaff: {fault.value}\n"
        assert isinstance(fault.value, ValueError)
    for settings, words in [
        ({"profile": "bold"}, "safe, balanced, aggressive"),
        ({"max_removed": 2}, "between 0 and 1"),
        ({"jobs": 1000}, "too many"),
    ]:
        with pytest.raises(dechaff.DechaffError, match=words):
            Cleaner(**settings)


def test_a_pickled_cleaner_needs_no_files(tmp_path):
    rules = tmp_path / "mine.toml"
    rules.write_text(MOON)
    cleaner = Cleaner(rules=[rules], profile="safe", jobs=1)
    pickled = pickle.dumps(cleaner)
    rules.unlink()
    text = "The ferry left at dawn, and nobody expected it back.\n\nMoon of the day\n"
    again = pickle.loads(pickled)
    assert again.clean(text) == cleaner.clean(text) != text
    assert repr(again) == repr(cleaner) == f"Cleaner(rules=['{rules}'], profile='safe', jobs=1)"
    assert repr(Cleaner()) == "Cleaner()"


def test_other_threads_go_on_while_a_text_is_cleaned(cleaner, scraped):
    large = "\n".join(scraped * 60)
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    began = time.monotonic()
    cleaner.clean(large)
    took = time.monotonic() - began
    done.set()
    thread.join()
    amid = [tick for tick in ticks if began + 0.1 * took < tick < began + 0.9 * took]
    assert took > 0.02, "the test needs a text that takes a while"
    assert len(amid) >= 3
