"""Real exports through resolution: every reference is accounted for. Skipped where the data are not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import citenet as cn

DATA = Path(os.environ.get("CITENET_DATA", Path(__file__).parents[3] / "shared" / "data"))


def read(name: str) -> cn.Corpus:
    if not (DATA / name).exists():
        pytest.skip(f"no {name} in CITENET_DATA (default ../shared/data)")
    return cn.read(DATA / name)


@pytest.mark.parametrize(
    "name",
    [
        "bibliometrix_history/bibliometric_in_management.bib",
        pytest.param(
            "eusn_social_networks_wos",
            marks=pytest.mark.skipif("CITENET_SLOW" not in os.environ, reason="large; CITENET_SLOW=1 runs it"),
        ),
    ],
)
def test_references_are_citations_or_dropped_with_a_reason(name):
    corpus = read(name)
    links = cn.resolve(corpus)
    table = links.links
    n = len(corpus.references)
    assert n > 1_000
    assert links.summary()["references"].sum() == len(table) == n
    matched = table[table["status"] == "matched"]
    assert matched["work"].isin(corpus.works.index).all()
    assert len(matched) > 20, "a corpus on one topic cites itself"
    for external in (False, True):
        net = cn.build_network(corpus, links, external=external)
        assert net.n_citations + len(net.dropped) == n
        assert net.external.any() == external
        assert not {"matched", "external"} & set(net.dropped["reason"])


def test_doi_matches_agree_with_what_the_fields_say():
    """Links by DOI check those by fields: without any DOI, hardly one reference goes to another work."""
    corpus = read("bibliometrix_history/bibliometric_in_management.bib")
    by_doi = cn.resolve(corpus).links
    by_doi = by_doi[by_doi["rule"] == "doi"]
    blind = cn.Corpus(corpus.works.assign(doi=None), corpus.references.assign(doi=None))
    by_fields = cn.resolve(blind).links.loc[by_doi.index]
    decided = by_fields["status"] == "matched"
    assert len(by_doi) >= 20
    assert (by_fields.loc[decided, "work"] == by_doi.loc[decided, "work"]).mean() >= 0.98
