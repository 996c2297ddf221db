"""Values that the R package netseg publishes in its vignette and reference pages, and its formulas by hand.

The tables and networks are the published ones (Bojanowski & Corten 2014): nominations in a classroom, White's kinship
roles, and the 5 x 6 grid of Echenique & Fryer's third figure.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.network import CitationNetwork

CLASSROOM = np.array([[40, 2], [5, 41]])  # boys, girls; 13 of each
RECIPROCATED = np.array([[22, 1], [1, 20]])  # mutual nominations, each counted both ways
KINSHIP = np.array([[12, 9], [9, 14]])  # women, men; 5 of each; each tie counted both ways


def grid():
    """Every place cites its neighbours, as an undirected network is made directed; 1 marks the smaller group."""
    rows = ["222222", "112212", "112212", "111122", "222222"]
    place = {(i, j): 6 * i + j for i in range(5) for j in range(6)}
    pairs = [
        (place[i, j], place[i + di, j + dj])
        for i, j in place
        for di, dj in ((0, 1), (1, 0), (0, -1), (-1, 0))
        if (i + di, j + dj) in place
    ]
    works = pd.DataFrame({"race": list("".join(rows)), "year": 2000}, index=[f"{i}{j}" for i, j in place])
    return CitationNetwork(works, *np.array(pairs).T)


def test_ei_index():
    assert cn.ei_index(CLASSROOM).item() == pytest.approx(-0.8409091, abs=5e-8)
    assert cn.ei_index(RECIPROCATED).item() == pytest.approx(-0.9090909, abs=5e-8)
    assert cn.ei_index(KINSHIP).item() == pytest.approx(-0.1818182, abs=5e-8)


def test_assortativity():
    """Netseg counts every tie both ways: of a directed table it gives that of the table and its transpose together."""
    assert cn.assortativity(CLASSROOM + CLASSROOM.T).item() == pytest.approx(0.8408885, abs=5e-8)
    chance = (42 * 45 + 46 * 43) / 88**2  # ours keeps citing and cited apart
    assert cn.assortativity(CLASSROOM).item() == pytest.approx((81 / 88 - chance) / (1 - chance))
    assert cn.assortativity(RECIPROCATED).item() == pytest.approx(0.9089027, abs=5e-8)
    assert cn.assortativity(KINSHIP).item() == pytest.approx(0.1801242, abs=5e-8)


def test_coleman():
    np.testing.assert_allclose(cn.coleman(CLASSROOM, [13, 13]), [0.9084249, 0.7909699], atol=5e-8)
    by_hand = (40 - 42 * 12 / 25) / (42 - 42 * 12 / 25)
    assert cn.coleman(CLASSROOM, [13, 13])[0] == pytest.approx(by_hand)


def test_coleman_of_a_network():
    found = cn.mixing_test(grid(), "race", "coleman", n_draws=9, rng=1)
    values = dict(zip(found.names, found.statistic, strict=True))
    assert values == pytest.approx({"1": 0.3337838, "2": 0.1918033}, abs=5e-8)


def test_odds_ratio_of_pairs():
    assert cn.dyad_odds_ratio(CLASSROOM, [2 * 13 * 12, 2 * 13 * 13]).item() == pytest.approx(16.58071, abs=5e-6)
    assert cn.dyad_odds_ratio(KINSHIP, [2 * 5 * 4, 2 * 5 * 5]).item() == pytest.approx(3.301587, abs=5e-7)


def test_freeman():
    assert cn.freeman(KINSHIP, [2 * 5 * 4, 2 * 5 * 5]).item() == pytest.approx(0.2636364, abs=5e-8)
    complete = [[20, 25], [25, 20]]
    assert cn.freeman(complete, [40, 50]).item() == pytest.approx(0)
    assert cn.freeman([[20, 0], [0, 20]], [40, 50]).item() == 1


def test_pairs_of_one_year_are_all_feasible():
    """With all works of one year every ordered pair is one, as netseg takes it."""
    net = grid()
    sizes = net.works["race"].value_counts()
    within = int((sizes * (sizes - 1)).sum())
    by_hand = cn.dyad_odds_ratio(cn.mixing_matrix(net, "race").counts, [within, 30 * 29 - within])
    assert cn.mixing_test(net, "race", "dyad_odds_ratio", n_draws=9, rng=1).statistic == pytest.approx(by_hand)
