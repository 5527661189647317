"""A document transformer of LangChain: `CleanTransformer().transform_documents(loader.load())`, before a splitter."""

from dechaff import Cleaner
from langchain_core.documents import BaseDocumentTransformer


class CleanTransformer(BaseDocumentTransformer):
    def __init__(self, cleaner=None):
        self.cleaner = cleaner or Cleaner()

    def transform_documents(self, documents, **kwargs):
        texts = [document.page_content for document in documents]
        urls = [document.metadata.get("source") for document in documents]
        cleaned = self.cleaner.clean_list(texts, urls=urls)
        return [document.model_copy(update={"page_content": text}) for document, text in zip(documents, cleaned)]
