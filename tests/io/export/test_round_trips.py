"""What is written is read back by citenet: the same works and citations, in every format that holds them."""

from __future__ import annotations

import html
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citenet.corpus import Corpus
from citenet.io import read
from citenet.io.export import write
from citenet.io.export._formats import FORMATS
from citenet.network import CitationNetwork

# One file of those that are written holds the works and the citations.
FILE = {"pajek": "net.net"}
# VOSviewer numbers the works and shows authors or title with the year as label; a list for clustering has numbers only.
NUMBERED = {"vosviewer-json", "vosviewer-text", "cwts"}
WITHOUT_DESCRIPTION = {"pajek", *NUMBERED}
WITHOUT_CITATIONS = {"ris"}
# Titles come with HTML entities from everywhere, so one that spells an entity (``&gt``) is read as the sign.
titles = (
    st.text(st.sampled_from("abcdefgXYZ äßłд日019 :,;&'\"+-"), min_size=1, max_size=25)
    .map(lambda text: f"T{' '.join(text.split())}t")  # letters at both ends: neither formula nor blank
    .filter(lambda text: html.unescape(text) == text)
)


@st.composite
def networks(draw: st.DrawFn) -> CitationNetwork:
    n = draw(st.integers(1, 6))
    works = pd.DataFrame(
        {
            "title": [draw(titles) for _ in range(n)],
            "year": pd.Series([draw(st.none() | st.integers(1800, 2030)) for _ in range(n)], dtype="Int64"),
            "doi": [draw(st.none() | st.just(f"10.1000/{i}")) for i in range(n)],
            "type": "article",
        },
        index=[f"w{i}" for i in range(n)],
    )
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    arcs = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return CitationNetwork(works, [i for i, _ in arcs], [j for _, j in arcs])


def written_and_read(net: CitationNetwork, name: str) -> Corpus:
    with TemporaryDirectory() as folder:
        write(net, Path(folder, "net.csv" if name == "gephi-csv" else "net"), format=name)
        return read(Path(folder, FILE[name]) if name in FILE else folder)


def citations(corpus: Corpus) -> set[tuple[str, str]]:
    return {
        (citing, ids.removeprefix("work:"))
        for citing, ids in zip(corpus.references["citing"], corpus.references["ids"], strict=True)
    }


@pytest.mark.parametrize("name", [one.name for one in FORMATS if one.name != "cwts"])
@settings(max_examples=15, deadline=None)
@given(net=networks())
def test_works_and_citations_come_back(name, net):
    corpus = written_and_read(net, name)
    own = {work_id: str(i + 1) if name in NUMBERED else work_id for i, work_id in enumerate(net.works.index)}
    assert sorted(corpus.works.index) == sorted(own.values())
    arcs = {(own[citing], own[cited]) for citing, cited in net.to_frames()[1][["citing", "cited"]].to_numpy()}
    assert citations(corpus) == (set() if name in WITHOUT_CITATIONS else arcs)
    if name not in WITHOUT_DESCRIPTION:
        assert corpus.works[["title", "year", "doi"]].astype("object").fillna("").to_numpy().tolist() == (
            net.works[["title", "year", "doi"]].astype("object").fillna("").to_numpy().tolist()
        )


@settings(max_examples=15, deadline=None)
@given(net=networks())
def test_the_pairs_of_a_list_for_clustering_come_back(net):
    arcs = net.to_frames()[1][["citing", "cited"]].to_numpy()
    number = {work_id: str(i) for i, work_id in enumerate(net.works.index)}
    with TemporaryDirectory() as folder:
        write(net, Path(folder, "net.tsv"))
        lines = Path(folder, "net.tsv").read_text().splitlines()
        names = dict(line.split("\t")[:2] for line in Path(folder, "net_ids.tsv").read_text().splitlines()[1:])
    assert {frozenset(line.split("\t")[:2]) for line in lines} == {frozenset((number[a], number[b])) for a, b in arcs}
    assert names == {number: work_id for work_id, number in number.items()}
