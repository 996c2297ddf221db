"""Names of communities: terms, journals, most-cited works."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from citenet import describe_communities, name_communities
from citenet.communities.naming import _log_likelihood, _terms
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition

TITLES = {
    "a1": ("Implementation science in hospitals", "Implement Sci"),
    "a2": ("What is implementation science?", "Implement Sci"),
    "a3": ("Barriers to implementation", "BMJ Qual Saf"),
    "b1": ("Co-production of public services", "Public Adm Rev"),
    "b2": ("Public services and value in hospitals", "Public Adm Rev"),
    "b3": (None, None),
}


@pytest.fixture
def net() -> CitationNetwork:
    works = pd.DataFrame(TITLES.values(), index=list(TITLES), columns=["title", "container"])
    return CitationNetwork.from_frames(
        works, pd.DataFrame({"citing": ["a2", "a3", "b2", "b3"], "cited": ["a1", "a1", "b1", "a2"]})
    )


@pytest.fixture
def groups(net) -> Partition:
    return Partition(net.ids, [0, 0, 0, 1, 1, 1], names=["x", "y"])


def test_description(net, groups):
    table = describe_communities(net, groups, n_terms=2)
    assert table["terms"].to_dict() == {"x": "implementation; science", "y": "public services"}
    assert table.loc["x", "journals"] == "Implement Sci (2); BMJ Qual Saf (1)"
    assert table.loc["x", "most_cited"] == "a1; a2"
    assert table.loc["y", "titled"] == pytest.approx(2 / 3)
    assert table["works"].tolist() == [3, 3]


def test_names_are_unique(net, groups):
    named = name_communities(net, groups, n_terms=1)
    assert named.labels.tolist() == groups.labels.tolist()
    assert named.group_names == ("implementation", "public services")
    silent = CitationNetwork(net.works.assign(title=None), net.citing, net.cited)
    assert name_communities(silent, groups).group_names == ("x", "y")
    same = CitationNetwork(net.works.assign(title="Public value"), net.citing, net.cited)
    assert len(set(name_communities(same, groups).group_names)) == 2
    with pytest.raises(InputError, match="n_terms=0"):
        name_communities(net, groups, n_terms=0)


def test_none_of_a_thing_is_none_and_fewer_is_refused(net, groups):
    table = describe_communities(net, groups, n_terms=0, n_works=0)
    assert set(table["terms"]) == set(table["most_cited"]) == {""}
    for options in ({"n_terms": -1}, {"n_terms": 1.5}, {"n_works": -1}, {"n_works": "all"}):
        with pytest.raises(InputError, match="whole number of at least 0"):
            describe_communities(net, groups, **options)
    for wrong in ("a", True, None):
        with pytest.raises(InputError, match="whole number of at least 1"):
            name_communities(net, groups, n_terms=wrong)


def test_what_is_no_partition_is_refused(net):
    for call in (describe_communities, name_communities):
        with pytest.raises(InputError, match="'container' is no partition; as_partition"):
            call(net, "container")


def test_terms_skip_function_words_and_years():
    assert _terms("The role of Évaluation in 2001: public-service reform") == {
        "evaluation",
        "public",
        "service",
        "reform",
        "public service",
        "service reform",
    }


def test_log_likelihood_is_that_of_the_two_by_two_table():
    from scipy.stats import chi2_contingency

    table = np.array([[8, 2], [3, 17]])
    expected = chi2_contingency(table, lambda_="log-likelihood", correction=False).statistic
    found = _log_likelihood(np.array([8.0]), np.array([11.0]), 10.0, 30.0)
    assert found[0] == pytest.approx(expected)


def test_without_groups_or_works():
    assert describe_communities(CitationNetwork(), Partition(pd.Index([]), [])).empty
