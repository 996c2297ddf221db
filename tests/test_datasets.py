"""Data to try things on: the bundled review, and corpora with a known truth."""

from __future__ import annotations

import numpy as np
import pytest

from citenet import datasets
from citenet.errors import InputError


def test_the_bundled_review_has_its_works_references_and_labels():
    corpus = datasets.coproduction_2024()
    assert len(corpus.works) == 42
    assert (corpus.references["citing"] == "robert2024").sum() == 41
    assert {"literature", "by_journal"} <= set(corpus.works.columns)
    assert corpus.contexts["passage"].nunique() == 18


def test_an_unknown_bibliography_is_named():
    with pytest.raises(
        InputError, match=r"no bundled bibliography is called 'nothing' \(there is 'coproduction-2024'\)"
    ):
        datasets.bundled("nothing")


def test_simulated_papers_cite_1_to_window_years_back():
    net = datasets.simulate(400, years=(2000, 2020), window=4, rng=3)
    lag = net.year[net.citing] - net.year[net.cited]
    assert (lag.min(), lag.max()) == (1, 4)
    assert np.bincount(net.citing).max() <= 8


def test_the_same_seed_gives_the_same_corpus_and_another_one_another():
    one, same, other = (datasets.simulate(200, rng=seed) for seed in (1, 1, 2))
    assert one.citing.tolist() == same.citing.tolist()
    assert one.provenance["simulated"]["seed"] == 1
    assert one.citing.tolist() != other.citing.tolist()


def own_share(net):
    field = net.works["field"].to_numpy()
    return (field[net.citing] == field[net.cited]).mean()


def test_preference_moves_citations_to_ones_own_field():
    """With equal fields the share of own citations is p / (1 + p): 1/2 without preference, 4/5 with four-fold."""
    options = {"years": (2000, 2030), "n_references": 10, "rng": 5}
    assert own_share(datasets.simulate(3_000, preference=1.0, **options)) == pytest.approx(0.5, abs=0.03)
    assert own_share(datasets.simulate(3_000, preference=4.0, **options)) == pytest.approx(0.8, abs=0.03)


def test_fields_grow_as_asked():
    net = datasets.simulate(4_000, share_b=(0.0, 1.0), rng=1)
    is_b = net.works["field"] == "B"
    early, late = net.year <= 1993, net.year >= 2016
    assert is_b[early].mean() < 0.12
    assert is_b[late].mean() > 0.88


@pytest.mark.parametrize(
    "options",
    [{"n_works": 0}, {"preference": 0.0}, {"n_references": -1}, {"window": 0}, {"years": (2001, 2000)}],
)
def test_impossible_corpora_are_refused(options):
    with pytest.raises(InputError, match=r"simulate needs n_works >= 1|n_works=0 must be a whole number of at least 1"):
        datasets.simulate(**options)


def test_the_smallest_corpora_have_no_citations():
    assert datasets.simulate(1, rng=0).n_citations == 0
    assert datasets.simulate(50, years=(2000, 2000), rng=0).n_citations == 0
    assert datasets.simulate(50, n_references=0, rng=0).n_citations == 0
