"""Small labelled networks that the measures are tried on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from citenet.network import CitationNetwork


def random_network(seed: int, n: int = 120, k: int = 3, refs: int = 6, years: int = 8) -> CitationNetwork:
    """Make a network without loops or repeats whose works cite works of earlier years, with a column ``group``."""
    rng = np.random.default_rng(seed)
    year = np.sort(rng.integers(2000, 2000 + years, n))
    pairs = [
        (i, j)
        for i in range(n)
        for j in rng.choice(np.flatnonzero(year < year[i]), min(refs, int((year < year[i]).sum())), replace=False)
    ]
    works = pd.DataFrame(
        {"year": year, "group": rng.choice([f"g{g}" for g in range(k)], n)}, index=[f"w{i:03d}" for i in range(n)]
    )
    citing, cited = np.array(pairs).T
    return CitationNetwork(works, citing, cited)


@pytest.fixture
def make_network() -> Callable[..., CitationNetwork]:
    return random_network


@pytest.fixture
def net() -> CitationNetwork:
    return random_network(1)
