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
    forward = np.empty_like(emission)
    alpha = emission[: active[0]]
    alpha = alpha / alpha.sum(axis=1, keepdims=True)
    forward[: active[0]] = alpha
    for t in range(1, len(active)):
        rows = slice(offsets[t], offsets[t] + active[t])
        alpha = (alpha[: active[t]] @ transitions) * emission[rows]
        alpha /= alpha.sum(axis=1, keepdims=True)
        forward[rows] = alpha
    back = np.ascontiguousarray(transitions.T)
    beta = np.ones((int(active[0]), emission.shape[1]), np.float32)
    for t in range(len(active) - 1, 0, -1):
        rows = slice(offsets[t], offsets[t] + active[t])
        reach = beta[: active[t]]
        forward[rows] *= reach
        following = (emission[rows] * reach) @ back
        following /= following.max(axis=1, keepdims=True)
        beta[: active[t]] = following
    forward[: active[0]] *= beta
    forward /= forward.sum(axis=1, keepdims=True)
    return forward


def best_paths(emission: Floats, transitions: Floats, active: Ints, offsets: Ints) -> Ints:
    """Return the labels of the most probable path of each sequence, in the packed order."""
    steps = len(active)
    before: list[Ints] = []
    score = emission[: active[0]].copy()
    back = np.ascontiguousarray(transitions.T)
    for t in range(1, steps):
        m = int(active[t])
        reached = score[:m, None, :] * back[None, :, :]
        best = reached.argmax(axis=2)
        before.append(best)
        score[:m] = np.take_along_axis(reached, best[:, :, None], axis=2)[:, :, 0]
        score[:m] *= emission[offsets[t] : offsets[t] + m]
        score[:m] /= score[:m].max(axis=1, keepdims=True)
    labels = np.zeros(len(emission), np.int64)
    label = score.argmax(axis=1)
    for t in range(steps - 1, -1, -1):
        m = int(active[t])
        labels[offsets[t] : offsets[t] + m] = label[:m]
        if t:
            label[:m] = before[t - 1][np.arange(m), label[:m]]
    return labels
