"""What community detection optimises: modularity with and without direction, and the constant Potts model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Real
from typing import Literal

import numpy as np

from citenet._support.choices import check_choice
from citenet.communities.graph import Floats, Ints, LinkGraph
from citenet.errors import InputError

__all__ = ["Objective", "Quality", "objective"]

Quality = Literal["modularity", "undirected modularity", "cpm"]
QUALITIES = ("modularity", "undirected modularity", "cpm")


@dataclass(frozen=True, eq=False)
class Objective:
    """The weight inside groups against ``scale × Σ (a of the group) × (b of the group)``.

    Parameters
    ----------
    graph : LinkGraph
    a, b : ndarray of float64, shape (n,)
        Node weights: strengths for modularity, sizes for the constant Potts model.
    scale : float
        What a unit of a × b costs.
    resolution : float
    name : str
        What is optimised, in words.
    """

    graph: LinkGraph
    a: Floats
    b: Floats
    scale: float
    resolution: float
    name: Quality

    @property
    def directed(self) -> bool:
        """Whether the direction of the arcs enters."""
        return self.name == "modularity" and self.graph.directed

    def at(self, resolution: float) -> Objective:
        """Return the same objective at another resolution."""
        check_resolution(resolution)
        return replace(self, scale=self.scale * (resolution / self.resolution), resolution=resolution)

    def value(self, labels: Ints) -> float:
        """Quality of a division, at most 1; NaN for a graph without links.

        Parameters
        ----------
        labels : ndarray of int, shape (n,)
            Group of each node, from 0.
        """
        graph = self.graph
        if graph.neighbour.size == 0:
            return float("nan")
        inside = np.repeat(labels, np.diff(graph.start)) == labels[graph.neighbour]
        weight = float(graph.weight[inside].sum()) / 2 if graph.weight.size else int(inside.sum()) / 2
        # Not the dot product of BLAS: its last digits depend on the machine.
        expected = float((np.bincount(labels, self.a) * np.bincount(labels, self.b)).sum())
        if self.name == "cpm":  # pairs of different nodes
            expected -= float((self.a * self.b).sum())
        return (weight - self.scale * expected) / graph.total


def objective(graph: LinkGraph, quality: Quality = "modularity", resolution: float = 1.0) -> Objective:
    """Say what is to be optimised.

    Parameters
    ----------
    graph : LinkGraph
    quality : {"modularity", "undirected modularity", "cpm"}
        "modularity" uses the direction of the arcs where the graph has it (Leicht & Newman 2008): inside weight
        against γ × out-strength × in-strength / total. "undirected modularity" does not. "cpm", the constant Potts
        model of Leiden (Traag, Waltman & van Eck 2019): inside weight against a constant for each pair of works.
    resolution : float
        γ > 0: higher values give more and smaller groups. For "cpm" it is in units of the graph's density (its
        weight per pair of nodes with a link), so that 1 means "denser than the graph as a whole".

    Raises
    ------
    InputError
        If the resolution is not a positive number.

    References
    ----------
    Leicht, E. A. & Newman, M. E. J. (2008). Phys. Rev. Lett. 100, 118703.
    Traag, V. A., Waltman, L. & van Eck, N. J. (2019). Sci. Rep. 9, 5233.
    """
    check_choice("quality", quality, QUALITIES)
    check_resolution(resolution)
    total = graph.total
    if quality == "cpm":
        ones = np.ones(graph.n)
        n = int((~graph.isolated).sum())
        density = total / (n * (n - 1) / 2) if n > 1 else 0.0
        return Objective(graph, ones, ones, resolution * density / 2, resolution, quality)
    if quality == "undirected modularity":
        graph = graph.undirected()
    scale = resolution / total if total else 0.0
    return Objective(graph, graph.out, graph.into, scale, resolution, quality)


def check_resolution(resolution: float) -> None:
    """Raise where a resolution is not a positive number."""
    if isinstance(resolution, bool) or not isinstance(resolution, Real) or not 0 < resolution < np.inf:
        raise InputError(f"resolution={resolution!r}: it must be a positive number")
