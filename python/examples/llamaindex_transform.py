"""A transformation of LlamaIndex: the first of an `IngestionPipeline(transformations=[CleanTransform(), splitter, …])`."""

from dechaff import Cleaner
from llama_index.core.schema import TransformComponent
from pydantic import PrivateAttr


class CleanTransform(TransformComponent):
    _cleaner: Cleaner = PrivateAttr(default_factory=Cleaner)

    def __call__(self, nodes, **kwargs):
        urls = [node.metadata.get("url") for node in nodes]
        cleaned = self._cleaner.clean_list([node.get_content() for node in nodes], urls=urls)
        for node, text in zip(nodes, cleaned):
            node.set_content(text)
        return nodes
