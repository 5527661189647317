"""Articles from HTML files: trafilatura finds the text of a page, dechaff takes out what is left of the page around it.

pip install trafilatura lxml_html_clean
python trafilatura_pages.py pages/*.html > articles.jsonl
"""

import json
import sys
from pathlib import Path

import trafilatura
from dechaff import Cleaner

cleaner = Cleaner()
for path in map(Path, sys.argv[1:]):
    html = path.read_text(encoding="utf-8")
    page = trafilatura.bare_extraction(html, include_comments=False, with_metadata=True)
    if page is None:
        print(f"{path}: no article found", file=sys.stderr)
        continue
    text = cleaner.clean(page.text, url=page.url, title=page.title)
    print(json.dumps({"url": page.url, "title": page.title, "text": text}, ensure_ascii=False))
