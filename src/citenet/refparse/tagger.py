"""A linear-chain CRF decoded in bulk with numpy: table rows added up, then forward-backward over all sequences at once.

Where every token is clearly of one field, each takes it; a sequence with a doubtful token is labelled by its most
probable path. The confidence of a token is the marginal of its field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from citenet.refparse.chain import best_paths, marginals
from citenet.refparse.features import SIDES, Places, contexts
from citenet.refparse.sums import CENTRES, EDGES, ContextSums, TokenSums, WindowSums
from citenet.refparse.weights import Weights

__all__ = ["Tagged", "Tagger"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_CHUNK = 16_000  # tokens decoded together
_TOGETHER = 500  # sequences: of more, BLAS multiplies in several threads, which costs more than it brings
_CACHE = 60_000  # distinct tokens remembered, and distinct classes in a row
_ROOM = 3  # as far as a token's neighbours are looked at
_SURE = 0.6  # lowest marginal of a sequence that needs no best path


class Tagged(NamedTuple):
    """Labels of a batch; sequences one after another, in the order given.

    ``labels[i]`` indexes ``Tagger.fields``, ``begins[i]`` says that a new span starts, ``confidence[i]`` is the
    marginal of the label, ``sizes[i]`` the length of the token in characters.
    """

    labels: NDArray[np.int8]
    begins: NDArray[np.bool_]
    confidence: Floats
    sizes: NDArray[np.int32]
    places: Places


class Tagger:
    """Labels token sequences with a model's weights.

    Parameters
    ----------
    weights : Weights
        Labels (``x`` and ``B-x`` for the first token of a span), transitions and feature rows.
    lexicon : mapping of str to int
        Word to bit mask over the dictionaries.
    """

    def __init__(self, weights: Weights, lexicon: Mapping[str, int]) -> None:
        self._lock = Lock()
        labels = weights.labels
        self.fields = tuple(dict.fromkeys(label.removeprefix("B-") for label in labels))
        self._field_of = np.array([self.fields.index(label.removeprefix("B-")) for label in labels])
        self._begin_of = np.full(len(self.fields), -1)
        for i, label in enumerate(labels):
            if label.startswith("B-"):
                self._begin_of[self._field_of[i]] = i
        self._transitions = np.exp(weights.transitions)
        classes = {name: i for i, name in enumerate(dict.fromkeys([*EDGES, *weights.classes]))}
        self._tokens = TokenSums(weights, lexicon, classes)
        self._windows = WindowSums(weights, classes)
        self._contexts = ContextSums(weights)

    def forget(self) -> None:
        """Start with an empty memory of distinct tokens and of classes in a row."""
        self._tokens.forget()
        self._windows.forget()

    # ---- decoding

    def tag(self, sequences: Sequence[list[str]]) -> Tagged:
        """Label sequences of tokens (none of them empty).

        Parameters
        ----------
        sequences : sequence of list of str
            Tokens as `tokenize` gives them.

        Returns
        -------
        Tagged
        """
        lengths = np.array(list(map(len, sequences)), np.int64)
        places = Places.of(lengths)
        total = len(places.first)
        labels = np.zeros(total, np.int8)
        begins = np.zeros(total, np.bool_)
        confidence = np.zeros(total, np.float32)
        order = np.argsort(-lengths, kind="stable")
        with self._lock:
            ids = self._look_up(list(chain.from_iterable(sequences)))
            for members in _chunks(order, lengths):
                at = _rows_of(places.starts[members], lengths[members])
                labels[at], begins[at], confidence[at] = self._decode(ids[at], lengths[members])
            sizes = self._tokens.sizes[ids]
        return Tagged(labels, begins, confidence, sizes, places)

    def _look_up(self, tokens: list[str]) -> Ints:
        if max(len(self._tokens.ids), self._windows.n_known) > _CACHE:
            self.forget()
        ids = self._tokens.ids
        try:
            return np.fromiter(map(ids.__getitem__, tokens), np.int64, len(tokens))
        except KeyError:
            self._tokens.learn(tokens)
            return np.fromiter(map(ids.__getitem__, tokens), np.int64, len(tokens))

    def _decode(self, ids: Ints, lengths: Ints) -> tuple[NDArray[np.int8], NDArray[np.bool_], Floats]:
        """Field, whether a span begins, and marginal of each token; sequences come longest first."""
        places = Places.of(lengths)
        scores = self._scores(ids, places)
        scores -= np.take_along_axis(scores, scores.argmax(axis=1, keepdims=True), axis=1)  # max is slow on short rows
        np.exp(scores, out=scores)
        packed, active, offsets = _packed(lengths, places)
        emission = np.empty_like(scores)
        emission[packed] = scores
        marginal = marginals(emission, self._transitions, active, offsets)[packed]
        by_field = np.zeros((len(ids), len(self.fields)), np.float32)
        for label, field in enumerate(self._field_of):
            by_field[:, field] += marginal[:, label]
        rows = np.arange(len(ids))
        best = by_field.argmax(axis=1)
        sure = by_field[rows, best]
        begin = self._begin_of[best]
        begins = (begin >= 0) & (marginal[rows, begin] * 2 > sure)
        doubtful = np.minimum.reduceat(sure, places.starts) < _SURE
        if doubtful.any():
            held = np.flatnonzero(places.spread(doubtful))
            path = self._path(scores[held], lengths[doubtful])
            best[held] = self._field_of[path]
            begins[held] = self._begin_of[best[held]] == path
            sure[held] = by_field[held, best[held]]
        return best.astype(np.int8), begins, sure

    def _path(self, scores: Floats, lengths: Ints) -> Ints:
        """Labels of the best path of each sequence."""
        packed, active, offsets = _packed(lengths, Places.of(lengths))
        emission = np.empty_like(scores)
        emission[packed] = scores
        return best_paths(emission, self._transitions, active, offsets)[packed]

    def _scores(self, ids: Ints, places: Places) -> Floats:
        """Sum of all table rows at each place."""
        seen = self._tokens
        scores = np.take(seen.rows, ids, axis=0)
        buffer = np.empty_like(scores)
        self._contexts.add_to(scores, contexts(seen.flags[ids], seen.coarse[ids], places), buffer)
        # Sequences are set apart by room for what stands beyond their ends.
        at = np.arange(len(ids)) + places.spread(np.arange(_ROOM, 2 * _ROOM * len(places.lengths), 2 * _ROOM))
        sides, classes = np.zeros((2, len(ids) + 2 * _ROOM * len(places.lengths)), np.int64)
        sides[at], classes[at] = seen.side[ids], seen.classes[ids]
        classes[at[places.starts + places.lengths - 1][:, None] + np.arange(1, _ROOM + 1)] = 1  # "</s>"
        windows = self._windows.numbers(classes)
        tables = [(offset, table, sides) for offset, table in zip(SIDES, seen.sides, strict=True)]
        tables += [(offset, table, windows) for offset, table in zip(CENTRES, self._windows.tables, strict=True)]
        for offset, table, numbers in tables:
            scores += np.take(table, numbers[at + offset], axis=0, out=buffer, mode="clip")
        return scores


def _chunks(order: Ints, lengths: Ints) -> Iterator[Ints]:
    """Cut sequences, longest first, into groups of about `_CHUNK` tokens and at most `_TOGETHER` sequences."""
    group = np.cumsum(lengths[order]) // _CHUNK
    for members in np.split(order, np.flatnonzero(np.diff(group)) + 1) if len(order) else ():
        yield from (members[start : start + _TOGETHER] for start in range(0, len(members), _TOGETHER))


def _rows_of(starts: Ints, lengths: Ints) -> Ints:
    """Row numbers of several runs, one after another."""
    return np.repeat(starts - (np.cumsum(lengths) - lengths), lengths) + np.arange(int(lengths.sum()))


def _packed(lengths: Ints, places: Places) -> tuple[Ints, Ints, Ints]:
    """Row of each place when sequences, longest first, are packed by step; sequences per step; where steps start."""
    active = np.searchsorted(-lengths, -np.arange(int(lengths[0])), side="left")
    offsets = np.cumsum(active) - active
    return offsets[places.position] + np.repeat(np.arange(len(lengths)), lengths), active, offsets
