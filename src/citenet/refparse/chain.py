"""Sums and best paths over all labellings of many sequences at once.

Sequences come longest first and packed by step: the ``active[t]`` sequences longer than ``t`` stand at
``offsets[t]`` and behind. Scores are factors (exponentials), rescaled at every step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_paths", "marginals"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def marginals(emission: Floats, transitions: Floats, active: Ints, offsets: Ints) -> Floats:
    """Return the marginals of all places, in the packed order."""
    add = np.ones((len(transitions), 1), np.float32)  # numpy is slow to sum short rows, a product is not
    forward = np.empty_like(emission)
    alpha = emission[: active[0]]
    alpha = alpha / (alpha @ add)
    forward[: active[0]] = alpha
    for t in range(1, len(active)):
        rows = slice(offsets[t], offsets[t] + active[t])
        alpha = alpha[: active[t]] @ transitions
        alpha *= emission[rows]
        alpha /= alpha @ add
        forward[rows] = alpha
    back = np.ascontiguousarray(transitions.T)
    beta = np.ones((int(active[0]), emission.shape[1]), np.float32)
    for t in range(len(active) - 1, 0, -1):
        rows = slice(offsets[t], offsets[t] + active[t])
        reach = beta[: active[t]]
        forward[rows] *= reach
        reach *= emission[rows]
        following = reach @ back
        np.divide(following, following @ add, out=reach)
    forward[: active[0]] *= beta
    forward /= np.einsum("ij->i", forward)[:, None]
    return forward


def best_paths(emission: Floats, transitions: Floats, active: Ints, offsets: Ints) -> Ints:
    """Return the labels of the most probable path of each sequence, in the packed order."""
    scores = np.empty_like(emission)  # of the best path up to each place and label
    best = emission[: active[0]].T
    scores[: active[0]] = best.T
    for t in range(1, len(active)):
        rows = slice(offsets[t], offsets[t] + active[t])
        best = (best[:, None, : active[t]] * transitions[:, :, None]).max(axis=0)
        best *= emission[rows].T
        best /= best.max(axis=0)
        scores[rows] = best.T
    back = np.ascontiguousarray(transitions.T)
    labels = np.empty(len(emission), np.int64)
    following = labels[:0]
    for t in range(len(active) - 1, -1, -1):
        reached = scores[offsets[t] : offsets[t] + active[t]]
        reached[: len(following)] *= back[following]  # the others end here
        following = reached.argmax(axis=1)
        labels[offsets[t] : offsets[t] + active[t]] = following
    return labels
