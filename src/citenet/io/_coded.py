"""Cells of which many are alike: each text is held once, and each cell is the number of its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Coded"]


@dataclass
class Coded:
    """Cells by what they hold: the values, and which of them each cell has, -1 for none.

    Values that are ``sound`` are texts, or None, of which none is blank and all can be written as UTF-8.

    >>> cells = Coded(["a", "b"], np.array([1, 0, -1]))
    >>> [cells.cell(at) for at in range(len(cells))]
    ['b', 'a', None]
    """

    values: Any  # a list or an array
    codes: npt.NDArray[np.signedinteger[Any]]
    sound: bool = False

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: slice) -> Coded:
        return Coded(self.values, self.codes[rows], self.sound)

    def cell(self, at: int) -> Any:
        """Return what a cell holds, None for nothing."""
        code = self.codes[at]
        return None if code < 0 else self.values[code]

    def put(self, at: int, value: Any) -> None:
        """Fill in a cell."""
        self.codes[at] = len(self.values)
        self.values.append(value)
