"""A small corpus whose titles try to break out of the page, and the report on it."""

from __future__ import annotations

import pandas as pd
import pytest

import citenet as cn
from citenet.network import CitationNetwork

EVIL = [
    "<script>window.broken = 1</script>",
    "</script><script>window.broken = 2</script>",
    '"><img src=x onerror="window.broken = 3">',
    "<!-- <script> &amp; \u2028 \u2029 -->",
    "{{constructor.constructor('window.broken=4')()}}",
    "Ünïcödé, العربية and 漢字",
]
GROUPS = ("HSR/QI <b>", 'PAM "quoted" & more')


@pytest.fixture(scope="session")
def net() -> CitationNetwork:
    plain = cn.datasets.simulate(240, preference=3.0, n_references=5, years=(1990, 2009), rng=3)
    works = plain.works
    works["title"] = [EVIL[i] if i < len(EVIL) else f"Title number {i}" for i in range(len(works))]
    works["authors"] = [f"Name{i}, A; Other, B" for i in range(len(works))]
    works["doi"] = [f"10.1234/abc({i})" if i % 3 else None for i in range(len(works))]
    works["container"] = "Journal of <i>Things</i>"
    works["literature"] = works["field"].map({"A": GROUPS[0], "B": GROUPS[1]})
    works.loc[works.index[[7, 8]], "literature"] = None
    works.loc[works.index[9], "year"] = pd.NA
    return CitationNetwork(works, plain.citing, plain.cited)


@pytest.fixture(scope="session")
def result(net):
    return cn.bridges(net, "literature", *GROUPS, n_boot=99, n_lists=99, rng=1)


@pytest.fixture(scope="session")
def robustness(result):
    return result.robustness(n_papers=1)


@pytest.fixture(scope="session")
def report_file(result, robustness, tmp_path_factory):
    return cn.report(result, tmp_path_factory.mktemp("report") / "report.html", robustness=robustness)
