"""Chunks for a retrieval index, of cleaned text, each with its place in the text as it was scraped: what a citation points to.

python rag_chunks.py < articles.jsonl > chunks.jsonl
"""

import json
import sys
from bisect import bisect_right

from dechaff import Cleaner


class Kept:
    """The text that stays, and the way back from its offsets to those of the original."""

    def __init__(self, text, removals):
        self.pieces, self.at, self.origin = [], [], []
        length = end = 0
        for start, next_end in [*((removal.start, removal.end) for removal in removals), (len(text), len(text))]:
            if start > end:
                self.pieces.append(text[end:start])
                self.at.append(length)
                self.origin.append(end)
                length += start - end
            end = next_end
        self.text = "".join(self.pieces)

    def original(self, start, end):
        """Where the stretch begins and ends in the original; removals amid it lie between."""
        return self._original(start), self._original(end - 1) + 1

    def _original(self, offset):
        piece = bisect_right(self.at, offset) - 1
        return self.origin[piece] + offset - self.at[piece]


def chunks(text, size=600):
    """Stretches of whole paragraphs, of `size` characters or a little less; a longer paragraph is a stretch of its own."""
    start = end = 0
    for paragraph in text.splitlines(keepends=True):
        if end > start and end + len(paragraph) - start > size:
            yield start, end
            start = end
        end += len(paragraph)
    if text[start:end].strip():
        yield start, end


if __name__ == "__main__":
    cleaner = Cleaner()
    for line in sys.stdin:
        article = json.loads(line)
        kept = Kept(article["text"], cleaner.explain(article["text"], url=article.get("url")))
        for start, end in chunks(kept.text):
            first, last = kept.original(start, end)
            chunk = {"id": article["id"], "text": kept.text[start:end], "start": first, "end": last}
            print(json.dumps(chunk, ensure_ascii=False))
