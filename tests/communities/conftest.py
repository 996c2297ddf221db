"""Small networks that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from citenet.network import CitationNetwork


def _from_edges(edges: list[tuple[str, str]], nodes: list[str] | None = None) -> CitationNetwork:
    """Network of arcs given as pairs of ids; further ids are isolates."""
    ids = sorted({node for edge in edges for node in edge} | set(nodes or []))
    arcs = pd.DataFrame(edges, columns=["citing", "cited"])
    return CitationNetwork.from_frames(pd.DataFrame(index=pd.Index(ids, dtype="str")), arcs)


def _planted(
    groups: int = 6, size: int = 40, inside: float = 6, outside: float = 1, seed: int = 0
) -> tuple[CitationNetwork, np.ndarray]:
    """Network with groups of equal size; every work cites earlier ones, mostly of its own group."""
    rng = np.random.default_rng(seed)
    n = groups * size
    truth = rng.permutation(np.repeat(np.arange(groups), size))
    own = truth[:, None] == truth[None, :]
    chance = np.where(own, inside / size, outside / (n - size)) * 2
    citing, cited = np.nonzero(np.tril(rng.random((n, n)) < chance, -1))
    works = pd.DataFrame({"year": 2000 + np.arange(n) * 10 // n}, index=[f"w{i:05d}" for i in range(n)])
    return CitationNetwork(works, citing, cited), truth


@pytest.fixture
def karate() -> CitationNetwork:
    """Zachary's karate club, each tie an arc from the higher to the lower number."""
    import networkx as nx

    return _from_edges([(f"{max(e):02d}", f"{min(e):02d}") for e in nx.karate_club_graph().edges()])


@pytest.fixture
def from_edges() -> Callable[..., CitationNetwork]:
    return _from_edges


@pytest.fixture
def planted() -> Callable[..., tuple[CitationNetwork, np.ndarray]]:
    return _planted
