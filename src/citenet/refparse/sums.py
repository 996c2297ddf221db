"""Sums of a model's feature rows, made once: by distinct token, by three classes in a row, by contexts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate, chain, count, repeat
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from citenet.refparse.features import CONTEXTS, NGRAMS, SIDES, describe
from citenet.refparse.weights import Weights

__all__ = ["CENTRES", "EDGES", "ContextSums", "TokenSums", "WindowSums"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_LARGEST_TABLE = 4096
_LEARNT = 2000  # tokens learnt together
CENTRES = (-2, -1, 0, 1, 2)  # of three classes in a row, beside a token
EDGES = ("<s>", "</s>")  # classes of what stands before and behind a sequence


def _first_rows(weights: Weights) -> dict[str, int]:
    """Row at which the features of each kind begin."""
    sizes = {kind: len(listed) for group in (weights.keys, weights.grams) for kind, listed in group.items()}
    return dict(zip(sizes, accumulate(sizes.values(), initial=0), strict=False))


class TokenSums:
    """What the model holds of each distinct token.

    Of token number i, ``rows[i]`` is the sum of its own features, ``side[i]`` the row in ``sides`` of what its
    neighbours see of it; ``classes``, ``flags`` and ``coarse`` are what `describe` says, ``sizes`` how many characters
    it has.
    """

    def __init__(self, weights: Weights, lexicon: Mapping[str, int], classes: Mapping[str, int]) -> None:
        starts = _first_rows(weights)
        self._lexicon, self._classes, self._weights = lexicon, classes, weights.rows
        self._own, *self._side = (
            dict(zip(weights.keys.get(kind, ()), count(starts.get(kind, 0)), strict=False))
            for kind in ("own", *map(str, SIDES))
        )
        self._told = set().union(*self._side)
        self.forget()

    def forget(self) -> None:
        """Start with an empty memory."""
        width = self._weights.shape[1]
        edge = [rows.get("edge", len(self._weights) - 1) for rows in self._side]
        self._side_ids: dict[tuple[str, ...], int] = {}
        self.ids: dict[str, int] = {}
        self.rows = np.zeros((1024, width), np.float32)
        self.flags, self.side, self.classes, self.sizes = np.zeros((4, 1024), np.int32)
        self.coarse = np.zeros(1024, np.int8)
        self.sides = np.zeros((len(SIDES), 256, width), np.float32)
        self.sides[:, 0] = self._weights[edge]  # beyond the ends of a sequence

    def learn(self, tokens: Iterable[str]) -> None:
        """Remember tokens not seen before, some at a time: what is known of them while they are learnt is large."""
        fresh = [token for token in dict.fromkeys(tokens) if token not in self.ids]
        for start in range(0, len(fresh), _LEARNT):
            self._learn(fresh[start : start + _LEARNT])

    def _learn(self, fresh: list[str]) -> None:
        """Add up the own rows of some tokens in one go."""
        described = [describe(token, self._lexicon) for token in fresh]
        start, end = len(self.ids), len(self.ids) + len(fresh)
        for name in ("rows", "flags", "side", "classes", "sizes", "coarse"):
            setattr(self, name, _grown(getattr(self, name), end))
        own, nothing = self._own, len(self._weights) - 1
        keys = list(chain.from_iterable(token.own for token in described))
        rows = np.fromiter(map(own.get, keys, repeat(nothing)), np.int64, len(keys))
        counts = np.array([len(token.own) for token in described])
        summed = np.take(self._weights, rows, axis=0)
        self.rows[start:end] = np.add.reduceat(summed, np.cumsum(counts) - counts, axis=0)
        self.flags[start:end] = [token.flags for token in described]
        self.side[start:end] = [self._side_id(token.side) for token in described]
        self.classes[start:end] = [self._classes.get(token.word_class, len(self._classes)) for token in described]
        self.sizes[start:end] = list(map(len, fresh))
        self.coarse[start:end] = [token.coarse for token in described]
        self.ids.update(zip(fresh, count(start), strict=False))

    def _side_id(self, side: tuple[str, ...]) -> int:
        """Row of the side features; tokens whose features the model does not tell apart share one."""
        nothing = len(self._weights) - 1
        used = tuple(filter(self._told.__contains__, side))
        row = self._side_ids.get(used)
        if row is None:
            row = self._side_ids[used] = len(self._side_ids) + 1
            self.sides = _grown(self.sides, row + 1, axis=1)
            for i, rows in enumerate(self._side):
                self.sides[i, row] = self._weights[[rows.get(key, nothing) for key in used]].sum(axis=0)
        return row


class _Gram(NamedTuple):
    """N-grams of a kind inside three classes.

    Where three classes have a code, ``places[code // divisor % modulus]`` is the place of the n-gram among those that
    the model has, from 1 on, or 0. Their rows begin at ``start``.
    """

    divisor: int
    modulus: int
    places: NDArray[np.unsignedinteger]
    start: int


class WindowSums:
    """Sums of all n-grams of classes around a token, made when three classes in a row are first seen.

    Row i of ``tables[k]`` is what three classes, whose number is i, say of the token ``-CENTRES[k]`` places on.
    """

    def __init__(self, weights: Weights, classes: Mapping[str, int]) -> None:
        starts = _first_rows(weights)
        self._weights = weights.rows
        self.base = len(classes) + 1  # with one for classes that the model has not seen
        number = np.array([classes[name] for name in weights.classes], np.int64)
        self._grams: list[list[_Gram]] = [[] for _ in CENTRES]
        for name, listed in weights.grams.items():
            window = NGRAMS[name]
            centre = next(i for i, at in enumerate(CENTRES) if at - 1 <= window[0] and window[-1] <= at + 1)
            behind = CENTRES[centre] + 1 - window[-1]
            self._grams[centre].append(self._gram(starts[name], number[listed], behind))
        self.forget()

    def forget(self) -> None:
        """Start with an empty memory."""
        self._numbers = np.zeros(self.base**3, np.int32)  # 0: not seen
        self.n_known = 1
        self.tables = np.zeros((len(CENTRES), 1024, self._weights.shape[1]), np.float32)

    def _gram(self, start: int, listed: Ints, behind: int) -> _Gram:
        modulus = self.base ** listed.shape[1]
        code = np.zeros(len(listed), np.int64)
        for column in listed.T:
            code = code * self.base + column
        places = np.zeros(modulus, np.min_scalar_type(len(listed)))
        places[code] = np.arange(1, len(listed) + 1)
        return _Gram(self.base**behind, modulus, places, start)

    def numbers(self, classes: Ints) -> Ints:
        """Numbers of three classes in a row, by the place of the middle one; 0 at both ends."""
        codes = (classes[:-2] * self.base + classes[1:-1]) * self.base + classes[2:]
        found = self._numbers[codes]
        if not found.all():
            self._learn(np.array(sorted(set(codes[found == 0].tolist()))))
            found = self._numbers[codes]
        return np.concatenate([[0], found, [0]])

    def _learn(self, codes: Ints) -> None:
        end = self.n_known + len(codes)
        self.tables = _grown(self.tables, end, axis=1)
        for table, grams in zip(self.tables, self._grams, strict=True):
            for divisor, modulus, places, start in grams:
                place = places[codes // divisor % modulus]
                table[self.n_known : end][place > 0] += self._weights[start - 1 + place[place > 0].astype(np.int64)]
        self._numbers[codes] = np.arange(self.n_known, end)
        self.n_known = end


class ContextSums:
    """Contexts grouped so that one row holds the sum of several."""

    def __init__(self, weights: Weights) -> None:
        starts = _first_rows(weights)
        kinds = sorted(weights.keys.keys() & CONTEXTS.keys(), key=lambda name: (CONTEXTS[name], name), reverse=True)
        groups: list[list[str]] = []
        for name in kinds:
            for group in groups:
                if prod(CONTEXTS[member] for member in [*group, name]) <= _LARGEST_TABLE:
                    group.append(name)
                    break
            else:
                groups.append([name])
        self._groups = [(group, self._table(weights, starts, group)) for group in groups]

    @staticmethod
    def _table(weights: Weights, starts: Mapping[str, int], group: list[str]) -> Floats:
        width = weights.rows.shape[1]
        table = np.zeros((1, width), np.float32)
        for name in group:
            single = np.zeros((CONTEXTS[name], width), np.float32)
            single[list(map(int, weights.keys[name]))] = weights.rows[starts[name] :][: len(weights.keys[name])]
            table = (table[:, None, :] + single).reshape(-1, width)
        return table

    def add_to(self, scores: Floats, values: Mapping[str, NDArray[np.int16]], buffer: Floats) -> None:
        """Add the rows of these contexts to the scores."""
        for (first, *others), table in self._groups:
            row = values[first]
            for name in others:
                row = row * CONTEXTS[name] + values[name]
            scores += np.take(table, row, axis=0, out=buffer, mode="clip")


def _grown(array: NDArray[Any], needed: int, axis: int = 0) -> NDArray[Any]:
    """Return the array with room for at least ``needed`` rows."""
    if needed <= array.shape[axis]:
        return array
    shape = list(array.shape)
    shape[axis] = max(needed, 2 * shape[axis]) - shape[axis]
    return np.concatenate([array, np.zeros(shape, array.dtype)], axis=axis)
