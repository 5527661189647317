"""A progress bar over many texts, if tqdm is there to draw it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(wanted: bool, texts: int) -> Iterator[Callable[[int], object] | None]:
    """A function to call with numbers of texts that are done, or None."""
    if not wanted:
        yield None
        return
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        yield None
        return
    with tqdm(total=texts, unit="text", unit_scale=True) as bar:
        yield bar.update
