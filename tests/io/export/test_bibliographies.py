"""BibTeX, RIS and CSL-JSON: read back by bibtexparser, rispy and citenet itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import bibtexparser
import pandas as pd
import pytest
import rispy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citenet.corpus import Corpus
from citenet.io import read
from citenet.io.export import write
from citenet.network import CitationNetwork

fast = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Letters and the signs that need care. Left out is what BibTeX has no way to say for every reader: "~", "\" and "^",
# "--" or "``", which are a dash and a quotation mark there, and braces without a partner.
words = st.text(st.sampled_from("abcXYZ äßł日é019 .,:()&%$#_'=@+[]<>/*!?\"|"), min_size=1, max_size=20).map(
    lambda text: " ".join(text.replace("''", "'").split())
)
names = st.text(st.sampled_from("abcdeÄßłÉ-’"), min_size=1, max_size=8).filter(
    lambda name: name.strip("-") == name and "--" not in name
)
people = st.lists(st.tuples(names, st.sampled_from(["", "A", "B. C.", "Ann Lee", "M., Jr"])), max_size=3)
kinds = st.sampled_from(["article", "book", "incollection", "inproceedings", "phdthesis", "misc"])


@st.composite
def bibliographies(draw: st.DrawFn) -> CitationNetwork:
    n = draw(st.integers(0, 5))

    def column(of: st.SearchStrategy[Any]) -> list[Any]:
        return [draw(st.none() | of) for _ in range(n)]

    works = pd.DataFrame(
        {
            "title": column(words.filter(bool)),
            "authors": ["; ".join(f"{f}, {g}" if g else f for f, g in draw(people)) or None for _ in range(n)],
            "year": pd.Series(column(st.integers(1000, 2099)), dtype="Int64"),
            "type": [draw(kinds) for _ in range(n)],
            "container": column(words.filter(bool)),
            "volume": column(st.sampled_from(["1", "IV", "12A"])),
            "issue": column(st.sampled_from(["2", "3-4", "Suppl 1"])),
            "first_page": ["e1", "10", None, "7", "S3"][:n],
            "last_page": [None, "19", None, "11", "S9"][:n],
            "doi": column(st.sampled_from(["10.1000/a_b(1)", "10.1002/x<y:z>#1"])),
            "ids": column(st.sampled_from(["pmid:7", "pmcid:PMC1 pmid:8", "wos:000380830600008", "arxiv:2101.00001"])),
            "subject": column(words.filter(bool)),
        },
        index=[f"key{i}" for i in range(n)],
    )
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    arcs = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return CitationNetwork(works, [i for i, _ in arcs], [j for _, j in arcs])


def known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not pd.isna(value)}


@given(net=bibliographies())
@fast
def test_citenet_reads_its_own_bibtex_back(tmp_path: Path, net: CitationNetwork):
    file = tmp_path / "works.bib"
    write(net, file)
    if not net.n_works:
        assert file.read_text() == ""
        return
    again = read(file)
    assert again.problems.empty
    assert list(again.works.index) == list(net.ids)
    columns = [column for column in net.works if column in again.works]
    for work_id in net.ids:
        wanted = known(net.works.loc[work_id].to_dict())
        found = known(again.works.loc[work_id, columns].to_dict())
        assert found == wanted
    arcs = {(net.ids[i], f"work:{net.ids[j]}") for i, j in zip(net.citing, net.cited, strict=True)}
    assert {*again.references[["citing", "ids"]].itertuples(index=False, name=None)} == arcs


@given(net=bibliographies())
@fast
def test_bibtexparser_finds_every_entry_and_field(tmp_path: Path, net: CitationNetwork):
    file = tmp_path / "works.bib"
    write(net, file)
    library = bibtexparser.parse_string(file.read_text(encoding="utf-8"))
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == list(net.ids)
    for entry, (_, row) in zip(library.entries, net.works.iterrows(), strict=True):
        fields = {field.key: field.value for field in entry.fields}
        assert entry.entry_type == row["type"]
        assert ("year" in fields) == (not pd.isna(row["year"]))
        assert fields.get("volume") == (None if pd.isna(row["volume"]) else row["volume"])
        cited = [net.ids[j] for i, j in zip(net.citing, net.cited, strict=True) if net.ids[i] == entry.key]
        assert fields.get("cites", "") == ", ".join(cited)


def test_bibtex_keys_are_allowed_and_differ_by_more_than_case(tmp_path: Path):
    index = ["a b", "a_b", "10.1/x(1)", "K", "k", "k-2", "#", "{}"]
    works = pd.DataFrame({"title": [f"t{i}" for i in range(8)]}, index=index)
    net = CitationNetwork.from_frames(works, pd.DataFrame({"citing": ["a_b", "k"], "cited": ["a b", "K"]}))
    write(net, tmp_path / "works.bib")
    content = (tmp_path / "works.bib").read_text()
    keys = re.findall(r"^@misc\{(.*),$", content, re.MULTILINE)
    assert len({key.lower() for key in keys}) == 8
    assert all(re.fullmatch(r"[\w./-]+", key) for key in keys)
    again = read(tmp_path / "works.bib")
    assert again.problems.empty
    original = again.works["citenet_id"].fillna(pd.Series(again.works.index, index=again.works.index))
    assert dict(zip(original, again.works["title"], strict=True)) == dict(zip(net.ids, net.works["title"], strict=True))
    titles = again.works["title"]
    cited = again.references["ids"].str.removeprefix("work:").map(titles)
    assert dict(zip(again.references["citing"].map(titles), cited, strict=True)) == {"t1": "t0", "t4": "t3"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("50% R&D_x #1 $5", r"50\% R\&D\_x \#1 \$5"),
        ("{a} b", r"\{a\} b"),
        ("a } b {", r"a \textbraceright{} b \textbraceleft{}"),
        (r"C:\x ~ ^", r"C:\textbackslash{}x \textasciitilde{} \textasciicircum{}"),
        ("line\nbreak\x07", "line break"),
        ("a---b ``q'' x''", "a-{}-{}-b `{}`q'{}' x'{}'"),
    ],
)
def test_bibtex_specials_are_escaped(tmp_path: Path, text: str, written: str):
    net = CitationNetwork(pd.DataFrame({"title": [text], "year": [2000]}, index=["a"]))
    write(net, tmp_path / "works.bib")
    content = (tmp_path / "works.bib").read_text()
    assert f"  title = {{{written}}},\n" in content
    assert not bibtexparser.parse_string(content).failed_blocks


def test_groups_persons_and_lists_of_names_are_held_together(tmp_path: Path):
    authors = "Agency for Research and Quality; van der Geest, Sjaak; King, Martin, Jr; Sand and Co, A"
    net = CitationNetwork(pd.DataFrame({"authors": [authors], "title": ["t"]}, index=["a"]))
    write(net, tmp_path / "works.bib")
    names = "{Agency for Research and Quality} and van der Geest, Sjaak and King, {Martin, Jr} and {Sand and Co}, A"
    assert f"author = {{{names}}}" in (tmp_path / "works.bib").read_text()
    assert read(tmp_path / "works.bib").works["authors"].tolist() == [authors]


def test_types_of_databases_become_entries_and_are_kept(tmp_path: Path):
    types = ["Article; Proceedings Paper", "book-chapter", "Book", "strange", None, None]
    works = pd.DataFrame({"type": types, "container": [None] * 5 + ["BMJ"], "title": ["t"] * 6}, index=list("abcdef"))
    write(CitationNetwork(works), tmp_path / "works.bib")
    content = (tmp_path / "works.bib").read_text()
    assert re.findall(r"^@(\w+)", content, re.MULTILINE) == [
        "article", "incollection", "book", "misc", "misc", "article",
    ]  # fmt: skip
    assert read(tmp_path / "works.bib").works["type"].tolist() == [*types[:4], "misc", "article"]


def corpus() -> Corpus:
    works = pd.DataFrame({"title": ["A", "B"], "year": [2004, 2010], "field": ["x", "y"]}, index=["a", "b"])
    references = pd.DataFrame(
        {
            "citing": ["b", "b", "b"],
            "position": [1, 2, 3],
            "raw": ["a", "Smith 2001", "b"],
            "ids": ["work:a", None, "work:b"],
        }
    )
    return Corpus(works, references)


def test_a_corpus_keeps_its_references_by_key_and_counts_the_others(tmp_path: Path):
    *_, meta = write(corpus(), tmp_path / "works.bib", groups="field")
    assert "cites = {a}" in (tmp_path / "works.bib").read_text()
    assert "group = {y}" in (tmp_path / "works.bib").read_text()
    said = json.loads(meta.read_text())
    assert said["not_written"] == {"references": 2}
    assert said["counts"]["references"] == 3
    *_, meta = write(corpus(), tmp_path / "works.ris")
    assert json.loads(meta.read_text())["not_written"] == {"references": 3}


@given(net=bibliographies())
@fast
def test_rispy_reads_the_fields_back(tmp_path: Path, net: CitationNetwork):
    file = tmp_path / "works.ris"
    *_, meta = write(net, file, groups=dict.fromkeys(net.ids[:1], "G 1"))
    found = rispy.loads(file.read_text(encoding="utf-8"))
    assert [entry["id"] for entry in found] == list(net.ids)
    mapping = {
        "title": "title", "year": "year", "secondary_title": "container", "volume": "volume", "number": "issue",
        "start_page": "first_page", "end_page": "last_page", "doi": "doi", "accession_number": "ids",
    }  # fmt: skip
    for entry, (_, row) in zip(found, net.works.iterrows(), strict=True):
        values = known(row.to_dict())
        wanted = {tag: str(values[column]) for tag, column in mapping.items() if column in values}
        assert {tag: entry[tag] for tag in mapping if tag in entry} == wanted
        assert "; ".join(entry.get("authors", [])) == values.get("authors", "")
        assert "unknown_tag" not in entry
    if found:
        assert found[0]["custom1"] == "G 1"
    not_written = json.loads(meta.read_text()).get("not_written", {})
    assert not_written == ({"citations": net.n_citations} if net.n_citations else {})


def test_ris_values_cannot_start_a_line(tmp_path: Path):
    works = pd.DataFrame({"title": ["A\nER  - \r\nTY  - BOOK\u2028AU  - X"], "keywords": ["k1; k2"]}, index=["a"])
    write(CitationNetwork(works), tmp_path / "works.ris")
    (entry,) = rispy.loads((tmp_path / "works.ris").read_text(encoding="utf-8"))
    assert entry["title"] == "A ER  - TY  - BOOK AU  - X"
    assert entry["keywords"] == ["k1", "k2"]
    assert "authors" not in entry


@given(net=bibliographies())
@fast
def test_csl_items_have_their_types(tmp_path: Path, net: CitationNetwork):
    file = tmp_path / "works.csl.json"
    write(net, file)
    items = json.loads(file.read_text(encoding="utf-8"))
    assert [item["id"] for item in items] == list(net.ids)
    for item, (work_id, row) in zip(items, net.works.iterrows(), strict=True):
        assert item.get("title") == (None if pd.isna(row["title"]) else row["title"])
        assert item.get("issued") == (None if pd.isna(row["year"]) else {"date-parts": [[row["year"]]]})
        cited = [net.ids[j] for i, j in zip(net.citing, net.cited, strict=True) if net.ids[i] == work_id]
        assert item.get("custom", {}).get("cites", []) == cited
        for person in item.get("author", []):
            assert set(person) in ({"family", "given"}, {"literal"})
        assert item["type"] in {"article-journal", "book", "chapter", "paper-conference", "thesis", "document"}


@pytest.mark.parametrize("ending", ["bib", "ris", "csl.json", "jsonl"])
def test_identifiers_authors_pages_and_further_columns_come_back(tmp_path: Path, ending: str):
    works = pd.DataFrame(
        {
            "title": ["A", "B"],
            "authors": ["van der Geest, Sjaak; Robert, G.", None],
            "container": ["A Journal", None],
            "first_page": ["12", None],
            "last_page": ["19", None],
            "doi": ["10.1000/a", None],
            "ids": [
                "arxiv:2101.00001 doi:10.1000/preprint openalex:W1234 pmid:77 scopus:2-s2.0-85 wos:000380830600008",
                "pmcid:PMC7 pmid:8 pmid:9",
            ],
            "score": [0.5, 2.0],
            "subject": ["one", None],
        },
        index=["a", "b"],
    )
    write(CitationNetwork(works), tmp_path / f"works.{ending}", groups={"a": "G 1"})
    corpus = read(tmp_path / f"works.{ending}")
    assert corpus.works.index.tolist() == ["a", "b"]
    kept = ["title", "authors", "container", "first_page", "last_page", "doi", "ids"]
    assert corpus.works[kept].astype("object").fillna("").equals(works[kept].astype("object").fillna(""))
    assert set(corpus.problems["kind"]) <= {"no references"}
    if ending != "ris":  # which has no place for them, or, for the group, one that every program uses for another thing
        assert corpus.works["group"].dropna().tolist() == ["G 1"]
        assert corpus.works["subject"].dropna().tolist() == ["one"]
        assert corpus.works["score"].astype("float").tolist() == [0.5, 2.0]
