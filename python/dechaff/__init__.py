"""Deletes what web pages leave in the text of scraped articles, and says what and why."""

from ._cleaner import Cleaner
from ._dechaff import DechaffError, DechaffWarning, RuleError, Table, TableError, __version__
from ._learning import Learned, Learner, learn
from ._shown import Diff, Removal, Removals

__all__ = [
    "Cleaner",
    "DechaffError",
    "DechaffWarning",
    "Diff",
    "Learned",
    "Learner",
    "Removal",
    "Removals",
    "RuleError",
    "Table",
    "TableError",
    "__version__",
    "learn",
]
