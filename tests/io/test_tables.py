"""Tables of works, citations, passages and labels."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.errors import CitenetError, ParseError
from citenet.io import _csv, read, tables
from citenet.io._records import Records
from citenet.resolution.matching import resolve

from .conftest import checked_corpus

WORKS = (
    "id,title,year,doi,pages,pmid,discipline\na,First,2004,10.1000/A,1-12,123,PAM\nb,Second,2010,,,,\nc,Third,,,,,HSR\n"
)
CITATIONS = "citing,cited\nb,a\nc,a\nc,b\n"
PASSAGES = "passage,section,citing,position,cited\np1,Intro,c,1,a\np2,Intro,c,2,b\n"
LABELS = "work,literature,by_journal\na,PAM,PAM\nb,,HSR\n"


def parsed(text: str, *, strict: bool = False) -> Records:
    records = Records("table.csv", strict)
    tables.read(text, records)
    return records


def kinds(records: Records) -> list[str]:
    return [row["kind"] for row in records.problems]


@pytest.fixture
def folder(tmp_path):
    for name, text in (("works", WORKS), ("citations", CITATIONS), ("passages", PASSAGES), ("labels", LABELS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_four_tables_make_one_corpus(folder):
    corpus = read(folder)
    assert corpus.problems.empty
    works = corpus.works
    assert works.index.tolist() == ["a", "b", "c"]
    assert works.loc["a", ["title", "year", "doi", "first_page", "last_page", "ids"]].tolist() == [
        "First",
        2004,
        "10.1000/a",
        "1",
        "12",
        "pmid:123",
    ]
    assert works["discipline"].fillna("?").tolist() == ["PAM", "?", "HSR"]
    assert works["literature"].fillna("?").tolist() == ["PAM", "?", "?"]
    assert works["by_journal"].fillna("?").tolist() == ["PAM", "HSR", "?"]
    references = corpus.references
    assert references[["citing", "position", "raw", "ids"]].to_numpy().tolist() == [
        ["b", 1, "a", "work:a"],
        ["c", 1, "a", "work:a"],
        ["c", 2, "b", "work:b"],
    ]
    assert corpus.contexts[["citing", "position", "passage", "section", "cited"]].to_numpy().tolist() == [
        ["c", 1, "p1", "Intro", "a"],
        ["c", 2, "p2", "Intro", "b"],
    ]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters(delimiter):
    records = parsed(WORKS.replace(",", delimiter))
    assert {row["work_id"]: row["title"] for row in records.works} == {"a": "First", "b": "Second", "c": "Third"}
    assert len(parsed("sep=;\n" + WORKS.replace(",", ";")).works) == 3


def test_quoted_cells_may_hold_delimiters_quotes_and_line_ends():
    records = parsed('key,title,authors\n"x","One, ""two""\nthree","Doe, J; Roe, R"\ny,Next,\n')
    assert records.works[0]["title"] == 'One, "two"\nthree'
    assert records.works[0]["authors"] == "Doe, J; Roe, R"
    assert [row["line"] for row in records.works] == [2, 4]


def test_gephi_edges_are_citations():
    records = parsed("Source,Target,Type,Weight\nb,a,Directed,1\n")
    assert records.references[0]["citing"] == "b"
    assert records.references[0]["ids"] == "work:a"


def test_rows_in_any_order_give_the_same():
    head, *rows = CITATIONS.splitlines()
    first, second = parsed("\n".join([head, *rows])), parsed("\n".join([head, *rows[::-1]]))
    for one, other in zip(first.references, second.references, strict=True):
        assert one | {"line": 0} == other | {"line": 0}


def test_positions_are_kept_and_a_clash_is_put_last():
    records = parsed("citing,cited,position\nx,a,2\nx,b,1\nx,c,2\nx,d,\ny,e,x1\n")
    positions = {row["raw"]: row["position"] for row in records.references}
    assert positions == {"a": 2, "b": 1, "c": 3, "d": 4, "e": 1}
    assert kinds(records) == ["unknown position", "repeated position"]


def test_references_may_be_more_than_ids():
    records = parsed("citing,cited,raw,year,note\nx,,Doe J. Title. 1999,1999,n\nx,,,,\n")
    assert records.references[0]["raw"] == "Doe J. Title. 1999"
    assert records.references[0]["year"] == 1999
    assert records.references[0]["note"] == "n"
    assert kinds(records) == ["incomplete row"]
    assert len(records.references) + len(records.problems) == 2


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("d,Fourth,2001,extra", "ragged row"),
        ("d,Fourth", "ragged row"),
        ("d,Fourth,soon", "unknown year"),
        (",Fourth,2001", "missing id"),
        ("a,Other,2001", "repeated work id"),
        ("a,First,2004", "repeated record"),
        ('d,"Fo"urth,2001', "quoting"),
        ('d,"Fourth,2001', "quoting"),
    ],
)
def test_odd_rows_are_reported(row, kind):
    records = parsed(f"id,title,year\na,First,2004\n{row}\n")
    assert set(kinds(records)) >= {kind}
    assert len(records.works) == (1 if kind == "repeated record" else 2)
    assert 3 in [problem["line"] for problem in records.problems]


def test_an_id_with_blanks_is_the_same_in_every_table(tmp_path):
    (tmp_path / "w.csv").write_text("id,title\nSmith 2010,A\nb,B\n")
    (tmp_path / "c.csv").write_text("citing,cited\nb,Smith 2010\n")
    (tmp_path / "l.csv").write_text("work,field\nSmith 2010,PAM\n")
    corpus = read(tmp_path)
    assert corpus.problems.empty
    assert corpus.works.loc["Smith_2010", "field"] == "PAM"
    assert corpus.references["ids"].tolist() == ["work:Smith_2010"]


def test_labels_of_unknown_works_and_contradictions_are_reported(folder):
    (folder / "more.csv").write_text("work,literature,discipline\nzzz,PAM,\na,Sociology,PAM\nb,,PAM\n")
    corpus = read(folder)
    assert sorted(corpus.problems["kind"]) == ["contradicting label", "unknown work"]
    assert corpus.works.loc["a", "literature"] == "PAM"
    assert corpus.works.loc["b", "discipline"] == "PAM"
    assert corpus.problems["file"].tolist() == ["more.csv"] * 2
    assert corpus.problems["line"].tolist() == [2, 3]


def test_a_label_cannot_take_the_place_of_numbers(folder):
    (folder / "more.csv").write_text("work,kind\na,x\n")
    (folder / "works.csv").write_text(WORKS)
    corpus = read(folder)
    assert corpus.works.loc["a", "kind"] == "x"


def test_names_that_lead_nowhere_are_reported(folder):
    (folder / "citations.csv").write_text(CITATIONS + "b,nowhere\nnobody,a\n")
    (folder / "passages.csv").write_text(PASSAGES + "p3,End,c,9,\np4,End,a,1,\n")
    corpus = read(folder)
    assert sorted(corpus.problems["kind"]) == [
        "missing reference list",
        "unknown key",
        "unknown reference",
        "unknown work",
    ]
    assert len(corpus.references) == 5
    assert "nobody" in corpus.works.index
    with pytest.raises(ParseError, match="unknown work: the citing work 'nobody'"):
        read(folder, strict=True)


def test_a_column_named_twice_is_an_error():
    with pytest.raises(ParseError, match="names column 'title' twice"):
        parsed("id,title,Title\na,x,y\n")


def test_an_unknown_header_lists_what_is_needed():
    with pytest.raises(ParseError, match="no table of works") as caught:
        parsed("name|size\na|1\n")
    assert caught.value.excerpt == "name|size"


def test_a_gigantic_cell_is_refused(monkeypatch):
    monkeypatch.setattr(_csv, "_LONGEST_CELL", 100_000)
    with pytest.raises(ParseError, match="field larger than field limit"):
        parsed("id,title\na," + "x" * 200_000)


@pytest.mark.parametrize(
    ("head", "is_table"),
    [
        (WORKS, True),
        ("work_id;year\n", True),
        (CITATIONS, True),
        (PASSAGES, True),
        (LABELS, True),
        ("Source;Target\n", True),
        ("work\na\n", False),
        ("name,size\n", False),
        ("Authors,Title,Year,EID\n", False),
        ('"id","title","publication_year","authorships.author.id"\n', False),
        ("Work, life, and death. 1999.\n", False),
        ("", False),
    ],
)
def test_sniff(head, is_table):
    assert tables.sniff(head) is is_table


_CELLS = st.sampled_from(
    ["id", "title", "year", "citing", "cited", "work", "passage", "position", "a", "b", "10.1/x", '"', "1", "-1", "²"]
)


@given(st.lists(_CELLS | st.sampled_from([",", ",", ",", "\n", "\n", ";"]) | st.text(max_size=3)).map("".join))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(CitenetError):
        checked_corpus(parsed(text), "tables")


@pytest.mark.parametrize("year", ["0", "12.0", "99", "-500", "3000"])
def test_a_year_that_cannot_be_is_unknown(year):
    records = parsed(f"id,title,year\na,First,{year}\nb,Second,2010.0\n")
    assert [row["year"] for row in records.works] == [None, 2010]
    assert kinds(records) == ["unknown year"]


@pytest.mark.parametrize("header", ["citing,cited", "citing_doi,cited_doi", "source,target"])
def test_citations_of_dois_are_read_as_dois_however_they_are_spelt(header):
    rows = "10.1000/a,10.1000/b\n10.1000/A,10.1000/C\nhttps://doi.org/10.1000/a,https://doi.org/10.1000/d\n"
    records = parsed(f"{header}\n{rows}")
    assert {row["citing"] for row in records.references} == {"10.1000/a"}
    assert sorted(row["doi"] for row in records.references) == ["10.1000/b", "10.1000/c", "10.1000/d"]


def test_citations_as_opencitations_lists_them_are_read_by_their_identifiers():
    rows = "1,doi:10.1000/a omid:br/1,doi:10.1000/b pmid:7\n2,omid:br/1 doi:10.1000/a,omid:br/3\n"
    records = parsed(f"oci,citing,cited\n{rows}")
    assert {row["citing"] for row in records.references} == {"doi:10.1000/a"}
    assert [(row["doi"], row["ids"].split()[0]) for row in records.references] == [
        ("10.1000/b", "pmid:7"),
        (None, "work:omid:br/3"),
    ]


def test_a_cited_doi_leads_to_the_work_that_bears_it(tmp_path):
    (tmp_path / "edges.csv").write_text("citing,cited\n10.1000/a,https://doi.org/10.1000/B\n", encoding="utf-8")
    (tmp_path / "nodes.csv").write_text("id,title,year\n10.1000/a,A,2004\n10.1000/b,B,2001\n", encoding="utf-8")
    corpus = read(tmp_path)
    assert corpus.works["doi"].tolist() == ["10.1000/a", "10.1000/b"]
    assert corpus.problems.empty
    assert resolve(corpus).links["work"].tolist() == ["10.1000/b"]


def test_a_citing_doi_names_the_work_of_another_file_that_bears_it(tmp_path):
    work = '{"DOI": "10.1000/A", "title": ["A"], "prefix": "10.1000", "reference": [{"key": "1", "DOI": "10.1000/z"}]}'
    (tmp_path / "work.json").write_text(f'{{"status": "ok", "message-type": "work", "message": {work}}}')
    (tmp_path / "one.csv").write_text("citing,cited\n10.1000/A,10.1000/b\n10.1000/c,10.1000/b\n")
    (tmp_path / "two.csv").write_text("citing,cited\nhttps://doi.org/10.1000/a,10.1000/d\n10.1000/c,10.1000/e\n")
    corpus = read(tmp_path)
    assert corpus.works["doi"].to_dict() == {"10.1000/c": "10.1000/c", "doi:10.1000/a": "10.1000/a"}
    cited = corpus.references.groupby("citing")["doi"].agg(list).to_dict()
    assert {work_id: sorted(dois) for work_id, dois in cited.items()} == {
        "10.1000/c": ["10.1000/b", "10.1000/e"],
        "doi:10.1000/a": ["10.1000/b", "10.1000/d", "10.1000/z"],
    }
    assert corpus.problems["kind"].tolist() == ["unknown work"]
