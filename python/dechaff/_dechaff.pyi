"""The extension module: what the package is made of."""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any, final

__all__ = [
    "DechaffError",
    "DechaffWarning",
    "Engine",
    "Learner",
    "RuleError",
    "Table",
    "TableError",
    "__version__",
    "read_file",
    "run",
]

__version__: str

class DechaffError(ValueError):
    """What dechaff cannot do, in the words of its command line."""

class RuleError(DechaffError):
    """Rules, learned files or decisions with faults: all of them, one a line."""

class TableError(DechaffError):
    """A table without the column, or with one that holds no text."""

class DechaffWarning(UserWarning):
    """A text of many that was left as it is, and why."""

def read_file(path: str | PathLike[str]) -> tuple[str, str]: ...
def run(arguments: Sequence[str]) -> int: ...

@final
class Table:
    """A table whose texts are cleaned as it is read. It can be read once, by anything that takes an Arrow stream."""

    @property
    def column_names(self) -> list[str]: ...
    @property
    def is_read(self) -> bool: ...
    def __arrow_c_stream__(self, requested_schema: object = None) -> Any: ...

@final
class Engine:
    def __new__(
        cls,
        *,
        rules: Sequence[tuple[str, str]],
        learned: Sequence[tuple[str, str]],
        decisions: tuple[str, str] | None,
        profile: str,
        select: Sequence[str] | None,
        extend_select: Sequence[str],
        ignore: Sequence[str],
        max_removed: float | None,
        jobs: int,
    ) -> Engine: ...
    def clean(
        self, text: str, *, url: str | None, title: str | None, id: str | None, source: str | None, markdown: bool
    ) -> str: ...
    def explain(
        self, text: str, *, url: str | None, title: str | None, id: str | None, source: str | None, markdown: bool
    ) -> tuple[list[tuple[int, int, str, int, str, str, str, str, str]], str | None]: ...
    def diff(
        self,
        text: str,
        *,
        url: str | None,
        title: str | None,
        id: str | None,
        source: str | None,
        markdown: bool,
        context: int,
    ) -> str: ...
    def clean_list(
        self,
        texts: Sequence[str | None],
        *,
        urls: list[str | None] | None,
        titles: list[str | None] | None,
        sources: list[str | None] | None,
        markdown: bool,
        progress: Callable[[int], object] | None,
    ) -> tuple[list[Any], list[tuple[int, str]]]: ...
    def clean_table(
        self,
        table: object,
        *,
        column: str,
        spans_column: str | None,
        url_column: str | None,
        title_column: str | None,
        source_column: str | None,
        markdown: bool,
    ) -> Table: ...

@final
class Learner:
    def __new__(
        cls,
        *,
        by: str = "auto",
        merge_subdomains: bool = False,
        min_docs: int = 3,
        min_share: float = 0.1,
        mergeable: bool = True,
    ) -> Learner: ...
    def add(self, text: str, *, url: str | None = None, source: str | None = None, id: str | None = None) -> None: ...
    def add_list(
        self,
        texts: Sequence[str | None],
        *,
        urls: list[str | None] | None,
        sources: list[str | None] | None,
        jobs: int,
        progress: Callable[[int], object] | None,
    ) -> None: ...
    def merge(self, other: Learner) -> None: ...
    def by_source(self) -> list[tuple[str, Learner]]: ...
    def counts(self) -> bytes: ...
    def add_counts(self, counts: bytes) -> None: ...
    @staticmethod
    def told(counts: bytes) -> tuple[str, bool]: ...
    @property
    def documents(self) -> int: ...
    @property
    def left_out(self) -> int: ...
    def finish(self) -> tuple[list[str], str, str]: ...
