"""Real exports, each counted independently of the readers. Skipped where the data are not there."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest

from citenet.io import read

DATA = Path(os.environ.get("CITENET_DATA", Path(__file__).parents[3] / "shared" / "data"))


def data(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"no {name} in CITENET_DATA (default ../shared/data)")
    return path


@pytest.fixture(scope="module")
def social_networks():
    return read(data("eusn_social_networks_wos"))


def lines_of(file: Path) -> list[str]:
    return re.split(r"\r\n|\r|\n", file.read_bytes().decode("utf-8-sig"))


def tagged(file: Path) -> dict[str, int]:
    """Count records, accession numbers, cited references and stated counts of a tagged file, by line."""
    counts = {"ER": 0, "UT": 0, "CR": 0, "NR": 0}
    tag = ""
    for line in lines_of(file):
        tag = tag if line.startswith(" ") else line[:2]
        counts["CR"] += tag == "CR" and bool(line[3:].strip())
        counts["ER"] += line[:2] == "ER"
        counts["UT"] += line.startswith("UT ")
        counts["NR"] += int(line[3:]) if line.startswith("NR ") else 0
    return counts


def test_every_record_and_cited_reference_of_the_social_network_exports_is_accounted_for(social_networks):
    folder, corpus = data("eusn_social_networks_wos"), social_networks
    n_records = n_pieces = 0
    parts: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.txt")):
        rows = csv.DictReader(lines_of(file), delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in rows:
            n_records += 1
            parts[row["UT"]] = [part for part in row["CR"].split("; ") if part.strip()]
            n_pieces += len([piece for piece in row["CR"].split(";") if piece.strip()])
    n_parts = sum(map(len, parts.values()))
    assert n_records == 3_303
    assert len(corpus.works) == n_records == len(parts)
    # A cut at every semicolon finds 143,260 pieces: 997 more than references, for DOIs such as
    # 10.1002/(SICI)…3.0.CO;2-6 hold one themselves.
    assert n_pieces == 143_260
    assert sum(part.count(";") for listed in parts.values() for part in listed) == n_pieces - n_parts == 997
    assert len(corpus.references) == n_parts == 142_263
    for work_id, raw in corpus.references.groupby("citing")["raw"]:
        assert raw.tolist() == [part.strip() for part in parts[work_id]]
    assert corpus.sources["n_works"].sum() == n_records
    assert corpus.sources["n_references"].sum() == n_parts
    stated = corpus.works["n_cited_references"].sum()
    assert stated == 142_281
    assert (corpus.problems["kind"] == "reference count").sum() == 4


def test_the_parts_of_the_cited_references_are_found(social_networks):
    corpus = social_networks
    references = corpus.references
    with_year = references["raw"].str.contains(r"(?:^|, )(?:1\d|20)\d\d(?:,|$)")
    with_doi = references["raw"].str.contains(r", DOI .*10\.\d{4,}/")
    assert (references["year"].notna() == with_year).mean() > 0.9999
    assert (references["doi"].notna() == with_doi).mean() > 0.9999
    assert references["container"].notna().mean() > 0.998
    assert not references["container"].str.contains("  ").any()
    categories = [set(terms.split("; ")) for terms in corpus.works["categories"].fillna("")]
    assert sum(bool(c & {"Health Care Sciences & Services", "Health Policy & Services"}) for c in categories) == 90
    assert sum(bool(c & {"Public Administration", "Management"}) for c in categories) == 189


def test_three_exports_of_the_same_records_agree():
    text = read(data("pluriversal_wos_3formats") / "savedrecs.txt")
    bib = read(data("pluriversal_wos_3formats") / "savedrecs.bib")
    counts = tagged(data("pluriversal_wos_3formats") / "savedrecs.txt")
    assert len(text.works) == len(bib.works) == counts["ER"] == counts["UT"] == 103
    assert len(text.references) == len(bib.references) == counts["CR"] == 6_386
    assert text.works.index.equals(bib.works.index)
    same = ["authors", "year", "type", "container", "volume", "issue", "first_page", "last_page", "doi", "categories"]
    assert text.works[same].equals(bib.works[same])
    fields = ["citing", "position", "authors", "year", "volume", "first_page", "last_page", "doi", "ids", "type"]
    assert text.references[fields].equals(bib.references[fields])


def test_a_file_broken_on_purpose_is_read_and_says_so():
    folder = data("metaknowledge")
    for name, n_works, kinds in (
        ("savedrecs.txt", 32, []),
        ("badFile.isi", 32, ["reference count", "truncated file"]),
        ("testFile.isi", 34, ["reference count", "malformed line", "missing id"]),
    ):
        corpus = read(folder / name)
        counts = tagged(folder / name)
        assert len(corpus.works) == counts["ER"] == n_works
        assert len(corpus.references) == counts["CR"]
        assert corpus.problems["kind"].tolist() == kinds
    together = read([folder / "savedrecs.txt", folder / "badFile.isi", folder / "testFile.isi"])
    repeated = (together.problems["kind"] == "repeated record").sum()
    assert len(together.works) + repeated == 32 + 32 + 34 == together.sources["n_works"].sum()
    assert (together.works["n_cited_references"] == together.to_frame()["n_references"]).all()


@pytest.mark.parametrize(
    "name",
    [
        "DISES.bib",
        "DISESscopus.bib",
        "bibliometric_in_management.bib",
        "savedrecs.bib",
        "vignettes_data_savedrecs.bib",
        "vignettes_data_scopus.bib",
    ],
)
def test_every_entry_of_a_bib_file_is_a_work_with_its_stated_references(name):
    corpus = read(data("bibliometrix_history") / name)
    text = (data("bibliometrix_history") / name).read_text(encoding="utf-8-sig")
    assert len(corpus.works) == len(re.findall(r"^@\w+\{", text, re.MULTILINE))
    stated = re.findall(r"^Number-of-Cited-References = \{+(\d+)", text, re.MULTILINE)
    differing = int((corpus.problems["kind"] == "reference count").sum())
    listed = corpus.to_frame()["n_references"]
    assert (listed != corpus.works.get("n_cited_references", listed)).sum() == differing
    if stated:
        assert corpus.works["n_cited_references"].sum() == sum(map(int, stated))
    else:
        assert (corpus.references["year"].notna()).mean() > 0.95
        assert corpus.problems["kind"].tolist().count("unread references") <= 1
    assert not corpus.works["title"].str.contains(r"[{}\\]", na=False).any()


@pytest.mark.parametrize("name", ["bibliometric_in_management.txt", "valuecreation2_96_records.txt"])
def test_tagged_text_of_other_years(name):
    file = data("bibliometrix_history") / name
    corpus = read(file)
    counts = tagged(file)
    assert len(corpus.works) == counts["UT"]
    assert len(corpus.references) == counts["CR"]
    assert corpus.works["n_cited_references"].sum() == counts["NR"]


def test_exports_of_four_databases_are_read_together():
    corpus = read(data("bibliometrix_fixtures"))
    assert corpus.sources["format"].tolist() == ["lens", "openalex_csv", "scopus", "wos"]
    assert corpus.sources["n_works"].tolist() == [8, 8, 8, 8]
    assert "not a bibliography" not in set(corpus.problems["kind"])


def test_the_third_export_of_the_same_records_has_them_without_references():
    text = read(data("pluriversal_wos_3formats") / "savedrecs.txt")
    ris = read(data("pluriversal_wos_3formats") / "savedrecs.ris")
    # 103 records: a search for "TY" at the start of a line finds 102, as the file begins with a byte order mark.
    assert text.works.index.equals(ris.works.index)
    same = ["title", "volume", "first_page", "doi", "container"]
    for column in same:
        one, other = text.works[column].str.casefold().fillna(""), ris.works[column].str.casefold().fillna("")
        assert (one == other).mean() > 0.95, column
    assert (text.works["year"] == ris.works["year"]).mean() > 0.95
    assert ris.problems["kind"].tolist() == ["no references"]
