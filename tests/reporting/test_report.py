"""The report holds what was measured, lets nothing in from outside, and is the same file each time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.reporting.graph import network_data

from .conftest import EVIL, GROUPS


class Page(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep the element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        """Keep the text."""
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def text(report_file) -> str:
    return report_file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text) -> Page:
    return Page(text)


def data_of(text: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="network-data">(.*?)</script>', text).group(1))


def test_every_part_of_the_analysis_is_there(page, result):
    headings = [attributes["id"] for attributes in page.all("section")]
    parts = "answer network data matching coverage flows tests time robustness papers methods lock"
    assert " ".join(headings) == parts
    shown = "".join(page.text)
    assert result.sentence() in shown
    assert [a["href"] for a in page.all("a") if a["href"].startswith("#")] == [f"#{name}" for name in headings]


def test_nothing_comes_from_outside(page):
    for _, attributes in page.elements:
        for name in ("src", "href", "srcset", "action", "data"):
            address = attributes.get(name) or ""
            assert address.startswith(("#", "data:", "https://doi.org/")) or not address
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    assert not page.all("link")
    assert not page.all("iframe")


def test_the_policy_allows_exactly_the_scripts_and_style_of_the_page(text, page):
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    style = re.search(r"<style>(.*?)</style>", text, flags=re.DOTALL).group(1)
    digests = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (*scripts, style)]
    assert sorted(re.findall(r"sha256-([^']+)", policy)) == sorted(digests)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert text.index("Content-Security-Policy") < text.index("<script")


def test_markup_in_titles_and_groups_is_text(text, page):
    assert len(page.all("script")) == 3  # data, libraries, viewer
    assert not [a for a in page.all("img") if not a["src"].startswith("data:image/svg+xml;base64,")]
    assert "<b>" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    data = data_of(text)
    assert set(EVIL) <= set(data["works"]["title"])
    assert set(GROUPS) == set(data["groups"])


def test_the_network_holds_every_work_and_citation_once(text, net):
    data = data_of(text)
    works, arcs = data["works"], data["arcs"]
    assert works["id"] == list(net.ids)
    assert (arcs["citing"], arcs["cited"]) == (net.citing.tolist(), net.cited.tolist())
    assert works["cited"] == np.bincount(net.cited, minlength=net.n_works).tolist()
    assert data["left_out"] == 0
    assert works["year"][9] is None
    assert {len(column) for column in works.values()} == {net.n_works}


def test_crossing_citations_of_a_work_are_those_of_the_bridges(text, result):
    works = data_of(text)["works"]
    across = dict(zip(works["id"], works["across"], strict=True))
    papers = result.papers.set_index("work")["crossings"]
    assert {work: n for work, n in across.items() if n} == papers.to_dict()


def test_dois_become_links(page, result, net):
    shown = {a["href"] for a in page.all("a") if a["href"].startswith("https://doi.org/")}
    dois = net.works.loc[result.papers["work"].head(100), "doi"].dropna()
    assert shown == {f"https://doi.org/{doi}" for doi in dois}


def test_of_a_larger_network_those_that_bridge_are_kept(net, result):
    groups = result.partition
    data = network_data(net, groups, groups, max_works=50)
    works = data["works"]
    assert len(works["id"]) == 50
    assert data["left_out"] == net.n_works - 50
    assert data["left_out_arcs"] + len(data["arcs"]["citing"]) == net.n_citations
    across = result.papers.set_index("work")["crossings"]
    assert (
        min(across.get(work, 0) for work in works["id"])
        >= across.reindex(net.ids.difference(works["id"])).fillna(0).max()
    )


def test_the_same_result_is_the_same_file(result, robustness, report_file, tmp_path):
    again = cn.report(result, tmp_path / "again.html", robustness=robustness)
    assert again.read_bytes() == report_file.read_bytes()


def test_data_matching_and_lock_are_told_where_they_are_known(tmp_path):
    corpus = cn.datasets.coproduction_2024()
    links = cn.resolve(corpus)
    net = cn.build_network(corpus, links)
    result = cn.bridges(net, cn.label(net, by="by_journal"), "HSR/QI", "PAM", rng=1)
    file = cn.report(result, tmp_path / "review.html", corpus=corpus, links=links, robustness=result.to_frame())
    page = Page(file.read_text(encoding="utf-8"))
    shown = "".join(page.text)
    assert "47 references: 47 matched (100 %)" in shown
    assert corpus.lock().sha256 in shown
    assert "Of 47 printed references 47 were matched to a work" in shown
    for name in corpus.sources["file"]:
        assert name in shown


def test_other_endings_are_refused(result, tmp_path):
    with pytest.raises(InputError, match=r"report\.pdf must end in \.html"):
        cn.report(result, tmp_path / "report.pdf")


@pytest.mark.parametrize(
    ("years", "arcs"),
    [([2000, 2001, 2002, 2003], []), ([None] * 4, [(2, 0), (3, 1)]), ([2000, 2001, 2002, 2003], [(2, 0)])],
)
def test_a_corpus_with_almost_nothing_in_it_gives_a_report_that_says_so(tmp_path, years, arcs):
    works = pd.DataFrame({"year": years, "g": list("xyxy")}, index=list("abcd"))
    net = CitationNetwork(works, [citing for citing, _ in arcs], [cited for _, cited in arcs])
    file = cn.report(cn.bridges(net, "g", "x", "y", rng=1), tmp_path / "report.html")
    page = Page(file.read_text(encoding="utf-8"))
    assert len(page.all("section")) == 12
    assert "cannot be tested" in "".join(page.text)
