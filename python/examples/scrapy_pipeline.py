"""An item pipeline of Scrapy that cleans the text of items, and a spider that uses it.

scrapy runspider scrapy_pipeline.py -a start=https://example.org/ -O articles.jsonl
"""

import scrapy
from dechaff import Cleaner


class DechaffPipeline:
    """Cleans `text`; `url` and `title` help, if an item has them. Into a project: ITEM_PIPELINES, before what stores items."""

    def __init__(self):
        self.cleaner = Cleaner(jobs=1)

    def process_item(self, item):
        item["text"] = self.cleaner.clean(item["text"], url=item.get("url"), title=item.get("title"))
        return item


class ArticleSpider(scrapy.Spider):
    name = "articles"
    custom_settings = {"ITEM_PIPELINES": {DechaffPipeline: 300}}

    def __init__(self, start, **kwargs):
        super().__init__(**kwargs)
        self.start_urls = start.split(",")

    def parse(self, response):
        paragraphs = response.css("article").xpath(".//h1 | .//h3 | .//p")
        lines = (" ".join(paragraph.xpath("string()").get().split()) for paragraph in paragraphs)
        url = response.css("link[rel=canonical]::attr(href)").get(response.url)
        yield {"url": url, "title": response.css("h1::text").get(), "text": "\n\n".join(lines) + "\n"}
