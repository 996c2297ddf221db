"""At the width of one and of two columns every figure keeps its texts apart and on the page; its bytes are stable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import citenet as cn
from citenet import plot
from citenet.partition import Partition

from .conftest import collisions, outside


def matching(net, *, by_group: bool) -> pd.DataFrame:
    """Write a matching flow of all references, or of those of each group."""
    names = net.works["group"].dropna().unique() if by_group else ["all"]
    rows = {
        "references": 1000,
        "with an identifier": 600,
        "matched by decision": 3,
        "matched by identifier": 540,
        "matched by text, 0.99 to 1": 120,
        "matched by text, 0.95 to 0.99": 37,
        "ambiguous": 50,
        "unmatched: article": 100,
        "unmatched: book": 90,
        "unmatched: report or thesis": 40,
        "unmatched: web page": 20,
    }
    return pd.DataFrame(dict.fromkeys(names, rows))


def tracks(net):
    """Follow three groups through three steps."""
    labels, names = pd.factorize(net.works["group"])
    moved = np.where(np.arange(labels.size) % 4 == 0, labels.max() - labels, labels)  # a quarter goes elsewhere
    moved[labels < 0] = -1
    steps = [Partition(net.ids, of, names=list(names)) for of in (labels, moved, labels)]
    return cn.track_communities(steps, names=["2004", "2014", "2024"])


def change(net, pair):
    """Compare the works before 2011 with all."""
    earlier = net.subset((net.year <= 2010) | ~(net.year > 0))
    return cn.compare(earlier, net, groups="group", between=(pair.a, pair.b), n_boot=0)


def among_others(net, pair):
    """Measure the pair where works of the other groups have none."""
    groups = {work: group for work, group in net.works["group"].items() if group in (pair.a, pair.b)}
    return cn.bridges(net, groups, pair.a, pair.b, unlabelled="own", n_boot=0, n_lists=0)


# Each draws on given axes what it needs of a network and a pair of its groups.
FIGURES: dict[str, Callable[..., Any]] = {
    "flows": lambda ax, pair, **_: plot.flows(pair, ax=ax),
    "sankey": lambda ax, pair, **_: plot.sankey(pair.flows, ax=ax),
    "mixing": lambda ax, net, **_: plot.mixing(cn.mixing_test(net, "group"), ax=ax),
    "coverage": lambda ax, pair, **_: plot.coverage(pair, ax=ax),
    "coverage of a pair among others": lambda ax, net, pair: plot.coverage(among_others(net, pair), ax=ax),
    "power": lambda ax, pair, **_: plot.power([pair.tests["a→b"], pair.tests["b→a"]], ax=ax),
    "null_distribution": lambda ax, pair, **_: plot.null_distribution(pair.tests["a→b, lists"], ax=ax),
    "over_time": lambda ax, net, pair: plot.over_time(cn.over_time(net, "group", pair.a, pair.b), ax=ax),
    "historiograph": lambda ax, net, **_: plot.historiograph(net, "group", n_works=15, ax=ax),
    "main_path": lambda ax, net, **_: plot.main_path(cn.main_path(net, "group"), net, "group", ax=ax),
    "network": lambda ax, net, **_: plot.network(net, "group", ax=ax),
    "pairs": lambda ax, net, **_: plot.pairs(cn.co_citation_test(net, "group", n_draws=19, rng=1), ax=ax),
    "matching_flow": lambda ax, net, **_: plot.matching_flow(matching(net, by_group=False), ax=ax),
    "matching_flow by group": lambda ax, net, **_: plot.matching_flow(matching(net, by_group=True), ax=ax),
    "alluvial": lambda ax, net, **_: plot.alluvial(tracks(net), ax=ax),
    "causes": lambda ax, net, pair: plot.causes(change(net, pair), ax=ax),
}
ONE_COLUMN, TWO_COLUMNS = (3.35, 4.4), (7.1, 5.2)


def on_paper(inches: tuple[float, float]) -> Any:
    """Axes of a figure of this size."""
    figure = Figure(figsize=inches, layout="constrained")
    FigureCanvasAgg(figure)
    return figure.subplots()


@pytest.mark.parametrize("name", FIGURES)
def test_texts_lie_apart_and_on_the_page_at_one_column(three, three_pair, name):
    ax = FIGURES[name](on_paper(ONE_COLUMN), net=three, pair=three_pair)
    assert (collisions(ax), outside(ax)) == ([], [])


@pytest.mark.parametrize("name", FIGURES)
def test_at_two_columns_with_long_names_too(long_names, long_pair, name):
    ax = FIGURES[name](on_paper(TWO_COLUMNS), net=long_names, pair=long_pair)
    assert (collisions(ax), outside(ax)) == ([], [])


@pytest.mark.parametrize("name", FIGURES)
def test_at_its_own_size_too(long_names, long_pair, name):
    ax = FIGURES[name](None, net=long_names, pair=long_pair)
    assert (collisions(ax), outside(ax)) == ([], [])


@pytest.mark.parametrize("name", sorted(FIGURES.keys() - {"flows", "network"}))  # those are saved in test_figures
def test_the_same_figure_is_the_same_file(three, three_pair, tmp_path, name):
    for ending in (".pdf", ".svg"):
        drawn = [FIGURES[name](None, net=three, pair=three_pair) for _ in range(2)]
        one, two = (plot.save(ax, tmp_path / f"{i}{ending}").read_bytes() for i, ax in enumerate(drawn))
        assert one == two
