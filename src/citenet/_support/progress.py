"""A bar for long work: silent in scripts, notebooks and pipes, and for what is done before one would look."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import TypeVar

__all__ = ["progress"]

T = TypeVar("T")

_DELAY = 2.0  # seconds of work before a bar is shown


def progress(
    items: Iterable[T],
    what: str,
    *,
    total: int | None = None,
    unit: str = "",
    size: Callable[[T], int] | None = None,
) -> Iterator[T]:
    """Yield the items; on a terminal, a bar on stderr says how far one is once it takes more than two seconds.

    Parameters
    ----------
    items : iterable
        What is gone through, unchanged and in its order.
    what : str
        What is being done: ``"reading works.bib"``.
    total : int, optional
        Number of items, or the sum of their sizes; `len` where there is one. Unknown: the bar only counts.
    unit : str
        What is counted: ``" works"``, ``"B"``.
    size : callable, optional
        How much an item counts for; 1 where it is not given.

    Examples
    --------
    >>> [page for page in progress(["a", "b"], "fetching", unit=" pages")]
    ['a', 'b']
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield from items
        return
    from tqdm import tqdm  # loaded only where it is seen

    if total is None and size is None and isinstance(items, Sized):
        total = len(items)
    with tqdm(total=total, desc=what, unit=unit, unit_scale=True, delay=_DELAY, leave=False, file=sys.stderr) as bar:
        for item in items:
            yield item
            bar.update(1 if size is None else size(item))
