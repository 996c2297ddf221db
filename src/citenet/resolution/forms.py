"""Forms of references: those that agree in every field that is compared are one."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.resolution.decisions import text_key
from citenet.resolution.verdicts import rows_of_texts

__all__ = ["Said", "number_forms"]

Ints = npt.NDArray[np.int64]
_COMPARED = (
    *("family", "initial", "people", "year", "volume", "issue", "page"),
    *("container", "whole_container", "title", "unsure"),
)
_NAMING_WORDS = 12  # of a printed text that names a work of which nothing else is known


class Said:
    """Texts that a reviewer holds to be the same or different: each is a form of its own, and none says too little."""

    def __init__(self, references: pd.DataFrame, decisions: pd.DataFrame | None) -> None:
        self.text = np.full(len(references), "", dtype=object)
        self.same = np.zeros(len(references), dtype=bool)
        self.decided: list[tuple[str, Ints, Ints]] = []
        if decisions is None:
            return
        two = decisions[["decision", "reference", "other"]].dropna()
        rows_of = rows_of_texts(references, pd.concat([two["reference"], two["other"]]))
        for text, rows in rows_of.items():
            self.text[rows] = text
        for decision, *texts in two.itertuples(index=False):
            one, other = (rows_of.get(text_key(text), np.empty(0, np.int64)) for text in texts)
            if one.size and other.size:
                self.decided.append((decision, one, other))
                self.same[np.concatenate([one, other])] |= decision == "same"

    def names(self, references: pd.DataFrame) -> pd.Series[Any]:
        """Names of works of which a reviewer said that two texts mean them, if nothing else names them."""
        words = [" ".join(text.split()[:_NAMING_WORDS]) for text in self.text[self.same]]
        return pd.Series(words, index=references.index[self.same], dtype="str")

    def pairs(self, number: Ints) -> dict[str, list[tuple[int, int]]]:
        """Pairs of forms that are the same or different."""
        pairs: dict[str, list[tuple[int, int]]] = {"same": [], "different": []}
        for decision, one, other in self.decided:
            left, right = (np.unique(number[rows][number[rows] >= 0]).tolist() for rows in (one, other))
            if decision == "same":
                every = [*left, *right]
                pairs["same"] += zip(every[:-1], every[1:], strict=True)
            else:
                pairs["different"] += [(min(a, b), max(a, b)) for a in left for b in right if a != b]
        return pairs


def number_forms(
    references: pd.DataFrame, keys: pd.DataFrame, said: npt.NDArray[np.object_], named: npt.NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """Give each reference the number of its form (-1: it says too little), and each form a reference.

    Forms are numbered by what they say, whatever the keys of the citing works: ties are broken in this order.
    """
    rows = np.flatnonzero(named)
    number: Ints = np.zeros(rows.size, dtype=np.int64)
    columns = [*(keys[name] for name in _COMPARED), references["doi"], references["ids"], pd.Series(said)]
    for column in columns:
        codes, values = pd.factorize(column.iloc[rows], sort=True, use_na_sentinel=True)
        number = np.unique(number * (len(values) + 1) + codes + 1, return_inverse=True)[1]
    numbered = np.full(len(references), -1, dtype=np.int64)
    numbered[rows] = number
    return numbered, rows[np.unique(number, return_index=True)[1]]
