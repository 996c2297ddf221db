"""Weight files: one ``.npz`` per model, pruned and held in a byte per weight."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

__all__ = ["Weights", "dump_lexicon", "dump_weights", "load_lexicon", "load_weights"]

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """What a model has learnt.

    Parameters
    ----------
    labels : tuple of str
        At most 32.
    transitions : ndarray, shape (n_labels, n_labels)
        Score of label j behind label i.
    names : tuple of str
        One feature a row, ``"kind key"``, in sorted order.
    rows : ndarray, shape (n_features, n_labels)
        Score of each label where the feature holds.
    """

    labels: tuple[str, ...]
    transitions: Floats
    names: tuple[str, ...]
    rows: Floats


def dump_weights(weights: Weights) -> bytes:
    """Bytes of a weight file.

    A weight w is kept as the signed byte q with ``w = sign(q) (q / 127)**2 max|w|``: fine steps near zero, where most
    weights are.
    """
    order = sorted(range(len(weights.names)), key=lambda row: weights.names[row])
    rows = weights.rows[order]
    largest = float(np.abs(rows).max(initial=1e-6))
    quantised = (np.sign(rows) * np.rint(127 * np.sqrt(np.abs(rows) / largest))).astype(np.int8)
    held = quantised != 0
    mask = (held.astype(np.uint32) << np.arange(rows.shape[1], dtype=np.uint32)).sum(axis=1, dtype=np.uint32)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        labels=_as_bytes("\n".join(weights.labels)),
        names=_as_bytes("\n".join(weights.names[row] for row in order)),
        transitions=weights.transitions.astype(np.float32),
        largest=np.float32(largest),
        mask=mask,
        values=quantised[held],
    )
    return buffer.getvalue()


@cache
def load_weights(name: str) -> Weights:
    """Weights of a shipped model (``"fields"``, ``"people"``)."""
    return read_weights(files(__package__).joinpath(f"{name}.npz").read_bytes())


def read_weights(data: bytes) -> Weights:
    """Weights from the bytes that `dump_weights` made."""
    with np.load(io.BytesIO(data)) as archive:
        labels = tuple(bytes(archive["labels"]).decode().split("\n"))
        names = tuple(bytes(archive["names"]).decode().split("\n"))
        held = (archive["mask"][:, None] >> np.arange(len(labels), dtype=np.uint32) & 1).astype(np.bool_)
        values = archive["values"].astype(np.float32)
        rows = np.zeros(held.shape, np.float32)
        rows[held] = np.sign(values) * (values / 127) ** 2 * archive["largest"]
        return Weights(labels, archive["transitions"], names, rows)


def dump_lexicon(words: Mapping[str, int]) -> bytes:
    """Bytes of a dictionary file: the words of each bit mask, sorted, behind the mask."""
    groups = []
    for mask in sorted(set(words.values())):
        groups.append("\n".join([str(mask), *sorted(word for word, held in words.items() if held == mask)]))
    return zlib.compress("\n\n".join(groups).encode(), 9)


@cache
def load_lexicon() -> Mapping[str, int]:
    """Word to bit mask over `citenet.refparse.tokens.DICTIONARIES`."""
    return read_lexicon(files(__package__).joinpath("lexicon.z").read_bytes())


def read_lexicon(data: bytes) -> dict[str, int]:
    """Words from the bytes that `dump_lexicon` made."""
    words: dict[str, int] = {}
    for group in zlib.decompress(data).decode().split("\n\n"):
        mask, *held = group.split("\n")
        words.update(dict.fromkeys(held, int(mask)))
    return words


def _as_bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)
