"""A linear-chain CRF decoded in bulk with numpy: table rows added up, then forward-backward over all sequences at once.

Where every token is clearly of one field, each takes it; a sequence with a doubtful token is labelled by its most
probable path. The confidence of a token is the marginal of its field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, chain, count
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from citenet.refparse.chain import best_paths, marginals
from citenet.refparse.features import CONTEXTS, NGRAMS, SIDES, Places, contexts, describe
from citenet.refparse.weights import Weights

__all__ = ["Tagged", "Tagger"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_CHUNK = 16_000  # tokens decoded together
_CACHE = 60_000  # distinct tokens remembered
_LARGEST_TABLE = 4096
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
        self._lexicon = lexicon
        self._lock = Lock()
        labels = weights.labels
        self.fields = tuple(dict.fromkeys(label.removeprefix("B-") for label in labels))
        self._field_of = np.array([self.fields.index(label.removeprefix("B-")) for label in labels])
        self._begin_of = np.full(len(self.fields), -1)
        for i, label in enumerate(labels):
            if label.startswith("B-"):
                self._begin_of[self._field_of[i]] = i
        self._transitions = np.exp(weights.transitions)
        self._rows = weights.rows
        self._build(weights)
        self.forget()

    # ---- tables

    def _build(self, weights: Weights) -> None:
        """Sort feature rows into own, side, n-gram and context tables."""
        sizes = {kind: len(listed) for group in (weights.keys, weights.grams) for kind, listed in group.items()}
        starts = dict(zip(sizes, accumulate(sizes.values(), initial=0), strict=False))
        places = {kind: dict(zip(keys, count(starts[kind]), strict=False)) for kind, keys in weights.keys.items()}
        self._own: dict[str, int] = places.pop("own", {})
        self._side = tuple(places.pop(str(offset), {}) for offset in SIDES)
        classes = dict.fromkeys(["<s>", "</s>", *weights.classes])
        self._classes = {name: i for i, name in enumerate(classes)}
        self._unknown = len(classes)
        number = np.array([self._classes[name] for name in weights.classes], np.int64)
        self._grams = [
            self._gram_table(NGRAMS[name], starts[name], number[windows]) for name, windows in weights.grams.items()
        ]
        self._contexts = self._context_tables(
            {name: {int(key): row for key, row in keys.items()} for name, keys in places.items()}
        )

    def _gram_table(
        self, window: tuple[int, ...], start: int, classes: Ints
    ) -> tuple[tuple[int, ...], NDArray[np.uint16], Floats]:
        base = self._unknown + 1
        at = np.zeros(len(classes), np.int64)
        for column in classes.T:
            at = at * base + column
        lookup = np.zeros(base ** len(window), np.uint16)
        lookup[at] = np.arange(1, len(classes) + 1)
        return window, lookup, np.concatenate([self._rows[-1:], self._rows[start : start + len(classes)]])

    def _context_tables(self, values: dict[str, dict[int, int]]) -> list[tuple[list[tuple[str, int]], Floats]]:
        """Contexts grouped so that one row holds the sum of several; returns names with strides, and the rows."""
        groups: list[list[str]] = []
        for name in sorted(values, key=lambda name: (CONTEXTS[name], name), reverse=True):
            for group in groups:
                if np.prod([CONTEXTS[member] for member in [*group, name]]) <= _LARGEST_TABLE:
                    group.append(name)
                    break
            else:
                groups.append([name])
        tables = []
        for group in groups:
            table = np.zeros((1, self._rows.shape[1]), np.float32)
            for name in group:
                single = np.zeros((CONTEXTS[name], table.shape[1]), np.float32)
                single[list(values[name])] = self._rows[list(values[name].values())]
                table = (table[:, None, :] + single[None, :, :]).reshape(-1, table.shape[1])
            tables.append(([(name, CONTEXTS[name]) for name in group], table))
        return tables

    def forget(self) -> None:
        """Start with an empty memory of distinct tokens."""
        width = self._rows.shape[1]
        self._ids: dict[str, int] = {}
        self._token_rows = np.zeros((1024, width), np.float32)
        self._token_info = np.zeros((1024, 5), np.int32)  # side row, class, flags, coarse kind, length
        edge = [rows.get("edge", len(self._rows) - 1) for rows in self._side]
        self._n_side = 1  # row 0 stands beyond the ends of a sequence
        self._side_ids: dict[tuple[str, ...], int] = {}
        self._side_rows = np.zeros((256, len(SIDES), width), np.float32)
        self._side_rows[0] = self._rows[edge]

    # ---- distinct tokens

    def _learn(self, tokens: list[str]) -> None:
        """Remember tokens not seen before: their own rows are added up in one go."""
        fresh = [token for token in dict.fromkeys(tokens) if token not in self._ids]
        described = [describe(token, self._lexicon) for token in fresh]
        start = len(self._ids)
        self._token_rows = _grown(self._token_rows, start + len(fresh))
        self._token_info = _grown(self._token_info, start + len(fresh))
        own, nothing = self._own, len(self._rows) - 1
        rows = [own.get(key, nothing) for token in described for key in token.own]
        counts = np.array([len(token.own) for token in described])
        self._token_rows[start : start + len(fresh)] = np.add.reduceat(
            self._rows[rows], np.cumsum(counts) - counts, axis=0
        )
        unknown = self._unknown
        self._token_info[start : start + len(fresh)] = [
            (
                self._side_id(token.side),
                self._classes.get(token.word_class, unknown),
                token.flags,
                token.coarse,
                len(text),
            )
            for token, text in zip(described, fresh, strict=True)
        ]
        self._ids.update((token, start + i) for i, token in enumerate(fresh))

    def _side_id(self, side: tuple[str, ...]) -> int:
        """Row of the side features; tokens whose features the model does not tell apart share one."""
        nothing = len(self._rows) - 1
        used = tuple(key for key in side if any(key in rows for rows in self._side))
        row = self._side_ids.get(used)
        if row is None:
            row = self._n_side
            self._n_side += 1
            self._side_rows = _grown(self._side_rows, self._n_side)
            for i, rows in enumerate(self._side):
                self._side_rows[row, i] = self._rows[[rows.get(key, nothing) for key in used]].sum(axis=0)
            self._side_ids[used] = row
        return row

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
        lengths = np.array([len(tokens) for tokens in sequences], np.int64)
        places = Places.of(lengths)
        total = int(lengths.sum())
        labels = np.zeros(total, np.int8)
        begins = np.zeros(total, np.bool_)
        confidence = np.zeros(total, np.float32)
        sizes = np.zeros(total, np.int32)
        order = np.argsort(-lengths, kind="stable")
        with self._lock:
            for members in _chunks(order, lengths):
                ids = self._look_up([sequences[i] for i in members])
                at = _rows_of(places.starts[members], lengths[members])
                labels[at], begins[at], confidence[at] = self._decode(ids, lengths[members])
                sizes[at] = self._token_info[ids, 4]
        return Tagged(labels, begins, confidence, sizes, places)

    def _look_up(self, sequences: list[list[str]]) -> Ints:
        if len(self._ids) > _CACHE:
            self.forget()
        tokens = list(chain.from_iterable(sequences))
        try:
            return np.fromiter(map(self._ids.__getitem__, tokens), np.int64, len(tokens))
        except KeyError:
            self._learn(tokens)
            return np.fromiter(map(self._ids.__getitem__, tokens), np.int64, len(tokens))

    def _decode(self, ids: Ints, lengths: Ints) -> tuple[NDArray[np.int8], NDArray[np.bool_], Floats]:
        """Field, whether a span begins, and marginal of each token; sequences come longest first."""
        places = Places.of(lengths)
        scores = self._scores(ids, places)
        scores -= scores.max(axis=1, keepdims=True)
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
        begin = self._begin_of[best]
        begins = (begin >= 0) & (marginal[rows, begin] * 2 > by_field[rows, best])
        unsure = np.minimum.reduceat(by_field[rows, best], places.starts) < _SURE
        if unsure.any():
            held = np.flatnonzero(np.repeat(unsure, lengths))
            path = self._path(scores[held], lengths[unsure])
            best[held] = self._field_of[path]
            begins[held] = self._begin_of[best[held]] == path
        return best.astype(np.int8), begins, by_field[rows, best]

    def _path(self, scores: Floats, lengths: Ints) -> Ints:
        """Labels of the best path of each sequence."""
        packed, active, offsets = _packed(lengths, Places.of(lengths))
        emission = np.empty_like(scores)
        emission[packed] = scores
        return best_paths(emission, self._transitions, active, offsets)[packed]

    def _scores(self, ids: Ints, places: Places) -> Floats:
        """Sum of all table rows at each place."""
        info = self._token_info[ids]
        scores = self._token_rows[ids]
        buffer = np.empty_like(scores)
        side = info[:, 0]
        for i, offset in enumerate(SIDES):
            rows = np.take(
                self._side_rows[: self._n_side, i],
                _shifted(side, offset, places, 0, 0),
                axis=0,
                out=buffer,
                mode="clip",
            )
            scores += rows
        classes = {offset: _shifted(info[:, 1].astype(np.int64), offset, places, 0, 1) for offset in range(-3, 4)}
        base = self._unknown + 1
        for window, lookup, table in self._grams:
            at = classes[window[0]]
            for offset in window[1:]:
                at = at * base + classes[offset]
            scores += np.take(table, lookup[at], axis=0, out=buffer, mode="clip")
        values = contexts(info[:, 2], info[:, 3].astype(np.int8), places)
        for members, table in self._contexts:
            at = np.zeros(len(ids), np.int64)
            for name, size in members:
                at = at * size + values[name]
            scores += np.take(table, at, axis=0, out=buffer, mode="clip")
        return scores


def _grown(array: NDArray[Any], needed: int) -> NDArray[Any]:
    """Return the array with room for at least ``needed`` rows."""
    if needed <= len(array):
        return array
    larger = np.zeros((max(needed, 2 * len(array)), *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


def _chunks(order: Ints, lengths: Ints) -> list[Ints]:
    """Cut sequences, longest first, into groups of about `_CHUNK` tokens."""
    group = np.cumsum(lengths[order]) // _CHUNK
    return np.split(order, np.flatnonzero(np.diff(group)) + 1) if len(order) else []


def _rows_of(starts: Ints, lengths: Ints) -> Ints:
    """Row numbers of several runs, one after another."""
    return np.repeat(starts - (np.cumsum(lengths) - lengths), lengths) + np.arange(int(lengths.sum()))


def _packed(lengths: Ints, places: Places) -> tuple[Ints, Ints, Ints]:
    """Row of each place when sequences, longest first, are packed by step; sequences per step; where steps start."""
    active = np.searchsorted(-lengths, -np.arange(int(lengths[0])), side="left")
    offsets = np.cumsum(active) - active
    return offsets[places.position] + np.repeat(np.arange(len(lengths)), lengths), active, offsets


def _shifted(values: NDArray[Any], offset: int, places: Places, before: int, behind: int) -> NDArray[Any]:
    """Value at the neighbour ``offset`` places on; ``before`` and ``behind`` stand for the ends of the sequence."""
    if offset == 0:
        return values
    shifted = np.roll(values, -offset)
    if offset < 0:
        shifted[places.position < -offset] = before
    else:
        shifted[places.after < offset] = behind
    return shifted
