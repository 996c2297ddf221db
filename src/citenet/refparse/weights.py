"""Weight files: one a model, pruned, a byte per weight, laid out so that they load quickly."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain, repeat
from os.path import dirname, join
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from citenet.refparse.features import NGRAMS

__all__ = ["Weights", "dump_lexicon", "dump_weights", "load_lexicon", "load_weights"]

Floats = NDArray[np.float32]


class Weights(NamedTuple):
    """What a model has learnt.

    Parameters
    ----------
    labels : tuple of str
        At most 32.
    transitions : ndarray, shape (n_labels, n_labels)
        Score of label j behind label i.
    keys : mapping of str to list of str
        Features by kind, but for those of `grams`.
    classes : list of str
        Classes of words.
    grams : mapping of str to ndarray, shape (n, width)
        Windows of classes, as places in ``classes``, by kind.
    rows : ndarray, shape (n_features + 1, n_labels)
        Score of each label where a feature holds, in the order of ``keys`` and ``grams``; the last row is zero.
    """

    labels: tuple[str, ...]
    transitions: Floats
    keys: Mapping[str, list[str]]
    classes: list[str]
    grams: Mapping[str, NDArray[np.uint8]]
    rows: Floats

    @classmethod
    def named(cls, labels: Iterable[str], transitions: Floats, names: Iterable[str], rows: Floats) -> Weights:
        """Weights of features named ``"kind key"``, given in any order."""
        split = [name.partition(" ")[::2] for name in names]
        order = sorted(range(len(split)), key=lambda row: (split[row][0] in NGRAMS, split[row]))
        keys: dict[str, list[str]] = {}
        for row in order:
            keys.setdefault(split[row][0], []).append(split[row][1])
        windows = {kind: [key.split(" ") for key in keys.pop(kind)] for kind in NGRAMS if kind in keys}
        classes = sorted({name for listed in windows.values() for window in listed for name in window})
        number = {name: i for i, name in enumerate(classes)}
        grams = {
            kind: np.array([[number[name] for name in window] for window in windows[kind]], np.uint8)
            for kind in sorted(windows)
        }
        zero = np.zeros((1, rows.shape[1]), np.float32)
        return cls(tuple(labels), transitions, keys, classes, grams, np.concatenate([rows[order], zero]))

    @property
    def names(self) -> list[str]:
        """Names of the features, ``"kind key"``, one a row."""
        plain = [f"{kind} {key}" for kind, listed in self.keys.items() for key in listed]
        windows = ((kind, window) for kind, listed in self.grams.items() for window in listed.tolist())
        return plain + [f"{kind} {' '.join(self.classes[i] for i in window)}" for kind, window in windows]


def dump_weights(weights: Weights) -> bytes:
    """Bytes of a weight file.

    A weight w is kept as the signed byte q with ``w = sign(q) (q / 127)**2 max|w|``: fine steps near zero, where most
    weights are. A bit mask a feature says for which labels it has one.
    """
    rows = weights.rows[:-1]
    largest = np.float32(np.abs(rows).max(initial=1e-6))
    quantised = (np.sign(rows) * np.rint(127 * np.sqrt(np.abs(rows) / largest))).astype(np.int8)
    held = quantised != 0
    mask = (held.astype("<u4") << np.arange(rows.shape[1], dtype=np.uint32)).sum(axis=1, dtype="<u4")
    kinds = ["\n".join([kind, *keys]) for kind, keys in weights.keys.items()]
    windows = [f"{kind} {len(listed)}" for kind, listed in weights.grams.items()]
    heads = ["\n".join(weights.labels), "\n".join(weights.classes), "\n".join(windows)]
    text = "\n\n".join([*heads, *kinds]).encode()
    sizes = np.array([len(weights.labels), len(text)], "<u4")
    scores = np.concatenate([[largest], weights.transitions.ravel()]).astype("<f4")
    ids = [listed.T.tobytes() for listed in weights.grams.values()]
    parts = [sizes.tobytes(), scores.tobytes(), text, *ids, mask.tobytes(), quantised[held].tobytes()]
    return zlib.compress(b"".join(parts), 9)


def load_weights(name: str) -> Weights:
    """Weights of a shipped model ("fields", "people" or "lines")."""
    return read_weights(_shipped(f"{name}.z"))


def read_weights(data: bytes) -> Weights:
    """Weights from the bytes that `dump_weights` made."""
    whole = zlib.decompress(data)
    n_labels, size = np.frombuffer(whole, "<u4", 2).tolist()
    largest, *steps = np.frombuffer(whole, "<f4", 1 + n_labels**2, 8).tolist()
    at = 12 + 4 * n_labels**2
    labels, classes, windows, *kinds = whole[at : at + size].decode().split("\n\n")
    at += size
    keys: dict[str, list[str]] = {}
    for listed in kinds:
        kind, *keys[kind] = listed.split("\n")
    grams = {}
    for window in windows.split("\n") if windows else ():
        kind, n = window.split(" ")
        width = len(NGRAMS[kind])
        grams[kind] = np.frombuffer(whole, np.uint8, int(n) * width, at).reshape(width, -1).T
        at += int(n) * width
    n_features = sum(map(len, keys.values())) + sum(map(len, grams.values()))
    mask = np.frombuffer(whole, np.uint8, 4 * n_features, at).reshape(-1, 4)
    held = np.flatnonzero(np.unpackbits(mask, axis=1, bitorder="little")[:, :n_labels].view(np.bool_))
    step = np.arange(-128, 128, dtype=np.float32)
    weight = np.sign(step) * (step / 127) ** 2 * np.float32(largest)
    rows = np.zeros((n_features + 1, n_labels), np.float32)
    rows.reshape(-1)[held] = weight[np.frombuffer(whole, np.uint8, offset=at + 4 * n_features) ^ 128]
    transitions = np.array(steps, np.float32).reshape(n_labels, n_labels)
    return Weights(tuple(labels.split("\n")), transitions, keys, classes.split("\n"), grams, rows)


def dump_lexicon(words: Mapping[str, int]) -> bytes:
    """Bytes of a dictionary file: the words of each bit mask, sorted, behind the mask."""
    groups = []
    for mask in sorted(set(words.values())):
        groups.append("\n".join([str(mask), *sorted(word for word, held in words.items() if held == mask)]))
    return zlib.compress("\n\n".join(groups).encode(), 9)


@cache
def load_lexicon() -> Mapping[str, int]:
    """Word to bit mask over `citenet.refparse.tokens.DICTIONARIES`."""
    return read_lexicon(_shipped("lexicon.z"))


def read_lexicon(data: bytes) -> dict[str, int]:
    """Words from the bytes that `dump_lexicon` made."""
    groups = [group.split("\n") for group in zlib.decompress(data).decode().split("\n\n")]
    masks = (repeat(int(mask), len(held)) for mask, *held in groups)
    return dict(zip(chain.from_iterable(held for _, *held in groups), chain.from_iterable(masks), strict=True))


def _shipped(name: str) -> bytes:
    with open(join(dirname(__file__), name), "rb") as file:  # pathlib is slow to import
        return file.read()
