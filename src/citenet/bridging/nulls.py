"""The null models, by name: what each of them keeps, and where it lives.

A null has ``prepare(arcs) -> (arcs, stratum)`` and ``draws(arcs, stratum, n_draws, rng)``, which yields mixing
matrices; one whose distribution is known also has ``law(arcs, stratum)``, and is then tested without draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from citenet._support.choices import check_choice
from citenet.bridging.availability import AvailabilityNull
from citenet.bridging.convolution import Distribution
from citenet.bridging.lists import ListNull
from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.relabelling import LabelNull
from citenet.bridging.stratified import StratifiedNull
from citenet.bridging.swaps import SwapNull

__all__ = ["NULLS", "ClosedFormNull", "Law", "Null", "NullModel", "NullName", "find_null"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
NullName = Literal[
    "year-pairs",
    "citing-years",
    "configuration",
    "simple-graphs",
    "labels",
    "labels-and-degree",
    "availability",
    "lists",
]


class Null(Protocol):
    """What every null model offers."""

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the arcs the null can place, and strata of arcs or works."""
        ...

    def draws(
        self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator
    ) -> Iterator[Ints | Floats]:
        """Draw mixing matrices, shape (k, k)."""
        ...


class Law(Protocol):
    """The distribution of the mixing matrix under a null, beside what was observed."""

    @property
    def counts(self) -> Ints:
        """Observed mixing matrix, shape (k, k)."""
        ...

    def moments(self) -> tuple[Floats, Floats]:
        """Mean and variance of every cell, shape (k, k)."""
        ...

    def linear(self, weights: Floats) -> tuple[float, float]:
        """Mean and variance of a weighted sum of cells."""
        ...

    def tails(self, sd: Floats) -> tuple[Floats, Floats]:
        """Probabilities of a count at least as high, and as low, of every cell; NaN where they are normal."""
        ...

    def distribution(self, weights: Floats) -> Distribution | None:
        """Distribution of a weighted sum of cells, ascending; None where only its moments are known."""
        ...


@runtime_checkable
class ClosedFormNull(Null, Protocol):
    """What a null offers besides whose distribution is known: it is tested without draws."""

    def law(self, arcs: LabelledArcs, stratum: Ints) -> Law:
        """Return the distribution of the mixing matrix."""
        ...


@dataclass(frozen=True)
class NullModel:
    """A null model and what it keeps, in words.

    Parameters
    ----------
    null : Null
    keeps : str
    """

    null: Null
    keeps: str


NULLS: Mapping[str, NullModel] = {
    "year-pairs": NullModel(
        StratifiedNull("year-pairs"),
        "who is cited is shuffled among the citations of one citing year and one cited year; every paper keeps its "
        "references per cited year and its citations per citing year",
    ),
    "citing-years": NullModel(
        StratifiedNull("citing-years"),
        "who is cited is shuffled among the citations of one citing year; the ages of what a group cites are not kept",
    ),
    "configuration": NullModel(
        StratifiedNull("configuration"),
        "who is cited is shuffled among all citations; time is not kept, so fields that grow at different times look "
        "like silos when they are none",
    ),
    "simple-graphs": NullModel(
        SwapNull(),
        "as year-pairs, and no paper cites another twice; citations within one year stay",
    ),
    "labels": NullModel(
        LabelNull(),
        "labels are shuffled among the works of one year; the graph is kept; groups that print lists of different "
        "length, or that everybody cites less, look like silos when they are none",
    ),
    "labels-and-degree": NullModel(
        LabelNull(by_degree=True),
        "labels are shuffled among works of one year that cite, and are cited, about as often; the graph is kept",
    ),
    "availability": NullModel(
        AvailabilityNull(),
        "each reference is drawn from all labelled works no later than the citing one; how many references a paper has "
        "is kept, how often a work is cited is not",
    ),
    "lists": NullModel(
        ListNull(),
        "what each paper cites beyond expectation is swapped, list by list, among papers of one year and about "
        "the same length; references of one paper stay together, and all margins are kept; the cells of a draw are no "
        "counts, they may be fractions or below 0, so that only statistics that add citations up are tested under it",
    ),
}


def find_null(name: str) -> NullModel:
    """Return the null model of that name; an unknown name raises and lists the names."""
    return NULLS[check_choice("null", name, NULLS)]
