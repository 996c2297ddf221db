"""Run pieces of work on all cores and hand back the results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

__all__ = ["in_order"]

T = TypeVar("T")
R = TypeVar("R")
WORTH_THREADS = 5_000_000  # elementary steps below which threads cost more than they save


def in_order(function: Callable[[T], R], pieces: Iterable[T], work: float) -> Iterator[R]:
    """Map a function that lets go of the interpreter lock over pieces, in threads where the work pays for them.

    Parameters
    ----------
    function : callable
        Its result depends on its piece alone.
    pieces : iterable
    work : float
        Elementary steps of all pieces together.

    Yields
    ------
    object
        Results in the order of the pieces; no more pieces are under way than there are cores.

    Examples
    --------
    >>> list(in_order(abs, [-1, 2, -3], work=1e9))
    [1, 2, 3]
    """
    cores = os.cpu_count() or 1
    if work < WORTH_THREADS or cores == 1:
        yield from map(function, pieces)
        return
    left = iter(pieces)
    with ThreadPoolExecutor(cores) as pool:
        running: deque[Future[R]] = deque(pool.submit(function, piece) for piece in islice(left, cores))
        while running:
            done = running.popleft().result()
            running.extend(pool.submit(function, piece) for piece in islice(left, 1))
            yield done
