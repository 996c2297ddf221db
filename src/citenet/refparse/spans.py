"""Runs of tokens with one label, as character spans."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import NamedTuple

import numpy as np

from citenet.refparse.tagger import Tagged

__all__ = ["Span", "spans"]


_CALIBRATION = 1.7  # marginals are too sure in the middle; fitted by eye to the development sets


class Span(NamedTuple):
    """A labelled run: characters ``start``–``end`` of the string, tokens ``first``–``last`` (end excluded).

    ``certainty`` is the lowest marginal of its tokens and of the tokens next to it, brought to the share of fields that
    are right at it.
    """

    field: str
    start: int
    end: int
    first: int
    last: int
    begins: bool
    certainty: float


def spans(tagged: Tagged, fields: tuple[str, ...]) -> Iterator[list[Span]]:
    """Spans of each sequence in turn; tokens labelled ``o`` belong to none."""
    places, labels = tagged.places, tagged.labels
    n = len(labels)
    if not n:
        return
    new = np.ones(n, np.bool_)
    new[1:] = (labels[1:] != labels[:-1]) | tagged.begins[1:]
    new[places.starts] = True
    first = np.flatnonzero(new)
    last = np.append(first[1:], n)
    lowest = np.minimum.reduceat(tagged.confidence, first)
    before = np.where(places.position[first] > 0, tagged.confidence[first - 1], 1.0)
    behind = np.where(places.after[last - 1] > 0, tagged.confidence[np.minimum(last, n - 1)], 1.0)
    certainty = np.minimum(lowest, np.minimum(before, behind)) ** _CALIBRATION
    ends = np.cumsum(tagged.sizes)
    origin = ends[places.starts] - tagged.sizes[places.starts]
    owner = np.searchsorted(places.starts, first, side="right") - 1
    outside = fields.index("o")
    held = np.flatnonzero(labels[first] != outside)
    first, last, owner = first[held], last[held], owner[held]
    rows = zip(
        [fields[label] for label in labels[first].tolist()],
        (ends[first] - tagged.sizes[first] - origin[owner]).tolist(),
        (ends[last - 1] - origin[owner]).tolist(),
        (first - places.starts[owner]).tolist(),
        (last - places.starts[owner]).tolist(),
        tagged.begins[first].tolist(),
        certainty[held].tolist(),
        strict=True,
    )
    made = map(partial(tuple.__new__, Span), rows)  # as Span._make does, which is slow
    for n in np.bincount(owner, minlength=len(places.starts)).tolist():
        yield list(islice(made, n))
