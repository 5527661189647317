"""A batch of 20,000 articles, made of the corpus, and what the command line makes of it."""

import json
from pathlib import Path

from conftest import CORPUS, command, read

HOSTS = [f"paper{number}.example" for number in range(40)]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def articles(count: int):
    """Articles with an id, an address and a text, the same on each call. The pages of a host share a line that no rule knows."""
    texts = [read(path) for path in sorted((CORPUS / "scraped").glob("*.txt"))]
    for number in range(count):
        text = texts[number % len(texts)]
        # A round of the texts differs from the others in a sentence, so that they are no copies.
        round, host = number // len(texts), HOSTS[number // len(texts) % len(HOSTS)]
        said = f"Reader {number} wrote on {WEEKDAYS[number % 7]} that page {round} is worth the walk to the library."
        text = f"{text}\n\n{said}\n\nThe {host} almanac is printed by hand in the old mill\n"
        yield {"id": f"a{number}", "url": f"https://www.{host}/{round}/{number}", "text": text}


class Batch:
    """Articles in a JSONL file, and the texts that ``dechaff clean`` leaves of them."""

    def __init__(self, folder: Path, count: int):
        self.folder, self.count = folder, count
        self.file, self.learned = folder / "articles.jsonl", folder / "sites.toml"
        with open(self.file, "w", encoding="utf-8", newline="") as file:
            for article in articles(count):
                file.write(json.dumps(article, ensure_ascii=False) + "\n")
        self.rows = list(articles(count))
        self.cleaned = self._cleaned()
        done = command("learn", "-q", "--isolated", self.file, "-o", self.learned)
        assert done.returncode == 0, done.stderr
        self.cleaned_learned = self._cleaned("--learned", self.learned)
        before = [row["text"] for row in self.rows]
        changed = sum(a != b for a, b in zip(before, self.cleaned))
        assert count / 3 < changed < count, changed
        assert self.cleaned_learned != self.cleaned

    def _cleaned(self, *options) -> list[str]:
        cleaned = self.folder / "cleaned.jsonl"
        done = command("clean", "-q", "--isolated", *options, self.file, "-o", cleaned)
        assert done.returncode == 0, done.stderr
        with open(cleaned, encoding="utf-8", newline="") as file:
            return [json.loads(line)["text"] for line in file]

    def columns(self) -> dict[str, list[str]]:
        return {name: [row[name] for row in self.rows] for name in ("id", "url", "text")}


def in_order(ids, texts) -> list[str]:
    """Texts that came back in any order, in that of the batch; each exactly once."""
    ids, texts = list(ids), list(texts)
    assert len(ids) == len(texts) == len(set(ids))
    return [text for _, text in sorted(zip((int(one[1:]) for one in ids), texts))]
