"""Division where a divisor may be 0."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["quotient"]


def quotient(above: npt.ArrayLike, below: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Divide element by element; NaN where the divisor is not positive.

    >>> quotient([1.0, 2.0], [4, 0]).tolist()
    [0.25, nan]
    """
    divisor = np.asarray(below, dtype=float)
    shape = np.broadcast_shapes(np.shape(above), divisor.shape)
    divided: npt.NDArray[np.float64] = np.divide(above, divisor, out=np.full(shape, np.nan), where=divisor > 0)
    return divided
