"""`read`: which files, in which order, in which encoding, and what becomes of those that cannot be read."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citenet.errors import CitenetError, InputError, ParseError
from citenet.io import read
from citenet.io._decode import decode
from citenet.io._files import list_files
from citenet.joining import concat

BIB = "@article{a, title={First}, year=2004}\n@article{b, title={Second}, year=2010, cites={a}}\n"
CSV = "id,title,year\nc,Third,2001\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "works.bib").write_text(BIB)
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "more.csv").write_text(CSV)
    return tmp_path


def tables(corpus):
    return [corpus.works, corpus.references, corpus.contexts, corpus.problems, corpus.sources]


def test_a_file_a_folder_a_glob_and_a_list_of_them(folder):
    assert len(read(str(folder / "works.bib")).works) == 2
    whole = read(folder)
    assert whole.works["file"].tolist() == ["works.bib", "works.bib", "deeper/more.csv"]
    assert whole.sources["format"].tolist() == ["tables", "bibtex"]
    assert read(f"{folder}/*.bib").works["file"].unique().tolist() == ["works.bib"]
    assert read(f"{folder}/**/*").works["file"].tolist() == whole.works["file"].tolist()
    assert len(read([folder / "works.bib", folder / "deeper"]).works) == 3
    assert read(folder / "works.bib", format="bibtex").sources["sha256"].str.len().tolist() == [64]


def test_the_order_given_changes_nothing(folder):
    files = [folder / "works.bib", folder / "deeper" / "more.csv"]
    for one, other in zip(tables(read(files)), tables(read(files[::-1])), strict=True):
        assert one.equals(other)
        assert one.columns.tolist() == other.columns.tolist()


def test_columns_do_not_depend_on_the_order_of_entries(tmp_path):
    one, two = "@misc{a, zebra={1}, title={A}}\n", "@misc{b, ant={2}, title={B}}\n"
    columns = []
    for text in (one + two, two + one):
        (tmp_path / "x.bib").write_text(text)
        columns.append(read(tmp_path / "x.bib").works.columns.tolist())
    assert columns[0] == columns[1]
    assert columns[0][-2:] == ["ant", "zebra"]


def test_files_with_the_same_name_are_told_apart_by_their_folders(folder):
    (folder / "deeper" / "works.bib").write_text("@misc{z, title={Z}}")
    files = list_files([folder / "works.bib", folder / "deeper" / "works.bib"])
    assert [file.name for file in files] == sorted(["deeper/works.bib", f"{folder.name}/works.bib"])


def test_the_same_file_named_twice_is_read_once(folder):
    assert len(read([folder, folder / "works.bib", f"{folder}/*.bib"]).works) == 3


def test_a_copy_of_a_file_is_read_once_and_reported(folder):
    (folder / "copy.bib").write_text(BIB)
    corpus = read(folder)
    assert len(corpus.works) == 3
    assert corpus.problems["kind"].tolist() == ["repeated file"]
    assert corpus.problems["file"].tolist() == ["works.bib"]


def test_hidden_files_and_documentation_in_a_folder_are_passed_over(folder):
    for name in (".hidden.bib", "README.md", "LICENSE", "licence.txt", "README", "works.bib~"):
        (folder / name).write_text("no bibliography")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.bib").write_text(BIB)
    corpus = read(folder)
    assert corpus.problems.empty
    assert len(corpus.works) == 3


def test_what_is_no_bibliography_in_a_folder_is_reported(folder):
    (folder / "figure.png").write_bytes(PNG)
    (folder / "empty.txt").write_text("")
    (folder / "code.py").write_text("import os\n\n\ndef main():\n    return os.getcwd()\n")
    (folder / "twice.csv").write_text("id,title,title\na,b,c\n")
    corpus = read(folder)
    assert len(corpus.works) == 3
    assert dict(zip(corpus.problems["file"], corpus.problems["kind"], strict=True)) == {
        "figure.png": "not a bibliography",
        "empty.txt": "not a bibliography",
        "code.py": "not a bibliography",
        "twice.csv": "unreadable file",
    }
    with pytest.raises(ParseError):
        read(folder, strict=True)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("figure.png", PNG, r"figure\.png: it is not text \(\.png\)\. Known formats: wos, ris, .*, references"),
        ("empty.txt", b"", r"empty\.txt: the file is empty"),
        ("blank.txt", b"\xef\xbb\xbf \r\n", "the file is empty"),
        ("data.json", b'{"a": [1, 2]}', r"no known format\. Known formats: .* Found: '\{"),
        ("list.csv", b"name|size\nx|1\n", r"no known format\..*Found: 'name\|size'"),
    ],
)
def test_a_file_named_directly_that_cannot_be_read_is_an_error(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ParseError, match=message):
        read(tmp_path / name)
    with pytest.raises(ParseError, match="none of the 1 files could be read"):
        read(tmp_path)


def test_the_format_can_be_given_and_is_checked(folder):
    with pytest.raises(InputError, match="did you mean 'bibtex'"):
        read(folder, format="bibtec")
    with pytest.raises(ParseError, match="no BibTeX entry found"):
        read(folder / "deeper" / "more.csv", format="bibtex")
    with pytest.raises(ParseError, match="the header is no table"):
        read(folder / "works.bib", format="tables")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere.bib", "no file or folder 'nowhere.bib'"),
        ("*.nowhere", "no file matches"),
        ("", "is not a path"),
        ("a\0b", "no file or folder|is not a path"),
        ("@article{a,\n title={A}}", "a text is read from a file"),
        ("x" * 5_000, "is not a path"),
        ("~nobody_of_this_name/x.bib", "no file or folder|is not a path"),
        ([], "no path given"),
        ([3], "int is neither"),
    ],
)
def test_a_path_that_leads_nowhere_is_an_error(path, message):
    with pytest.raises(InputError, match=message):
        read(path)


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(InputError, match="holds no file"):
        read(tmp_path)


def test_a_key_that_two_files_share_is_kept_apart(folder):
    (folder / "zzz.bib").write_text("@misc{a, title={Another}}\n@misc{q, cites={a}}")
    corpus = read(folder)
    assert corpus.works.loc["a#2", "title"] == "Another"
    assert corpus.references.set_index("citing")["ids"].to_dict() == {"b": "work:a", "q": "work:a#2"}
    assert corpus.problems["kind"].tolist() == ["repeated work id"]


def test_cites_may_name_a_work_of_another_file(tmp_path):
    (tmp_path / "one.bib").write_text("@misc{x, title={X}, cites={y, gone}}")
    (tmp_path / "two.bib").write_text("@misc{y, title={Y}}")
    corpus = read(tmp_path)
    assert corpus.problems[["kind", "file", "line"]].to_numpy().tolist() == [["unknown key", "one.bib", 1]]
    assert len(corpus.references) == 2


def test_a_citing_line_whose_key_no_file_describes_is_reported(tmp_path):
    reference = "1. Porter ME. What is value in health care? N Engl J Med 2010;363:2477-81.\n"
    (tmp_path / "lists.txt").write_text(f"# citing: known2012\n{reference}\n# citing: nobody2012\n{reference}")
    (tmp_path / "works.bib").write_text("@misc{known2012, title={Known}, year=2012}")
    (tmp_path / "alone2012.txt").write_text(reference.replace("1. ", ""))  # its name stands for the citing work
    corpus = read(tmp_path)
    assert corpus.problems[["file", "line", "kind"]].to_numpy().tolist() == [["lists.txt", 4, "unknown work"]]
    assert "'nobody2012' is not in works" in corpus.problems["detail"][0]
    assert corpus.works.loc["nobody2012", ["year", "line"]].tolist() == [pd.NA, 4]


def test_cited_years_that_cannot_be_are_reported_and_kept(tmp_path):
    (tmp_path / "works.csv").write_text("id,title,year\na,First,2004\nb,Second,\n")
    cited = ["a,w,2006", "a,x,2007", "a,y,1119", "a,z,1500", "b,v,2090", "b,u,1499"]
    (tmp_path / "citations.csv").write_text("citing,cited,year\n" + "\n".join(cited) + "\n")
    corpus = read(tmp_path)
    found = corpus.problems[corpus.problems["kind"] == "impossible year"]
    assert found[["file", "line", "excerpt"]].to_numpy().tolist() == [
        ["citations.csv", 3, "x"],
        ["citations.csv", 4, "y"],
        ["citations.csv", 7, "u"],
    ]
    assert found["detail"].iloc[0].startswith("'a' cites a work of the year 2007, but is of 2004 itself; kept as read")
    assert sorted(corpus.references["year"]) == [1119, 1499, 1500, 2006, 2007, 2090]


def test_of_references_without_year_none_is_impossible(tmp_path):
    (tmp_path / "works.csv").write_text("id,title,year\na,Old,1450\nb,Undated,\n")
    (tmp_path / "citations.csv").write_text("citing,cited,year\na,X,\nb,Y,\na,Z,1600\n")
    problems = read(tmp_path).problems
    found = problems.loc[problems["kind"] == "impossible year", "line"]
    assert found.tolist() == [4]


def test_the_bundled_review_is_read_whole(request):
    corpus = read(request.config.rootpath / "bib" / "coproduction-2024")
    assert len(corpus.works) == 42
    of_review = corpus.references[corpus.references["citing"] == "robert2024"]
    assert of_review["position"].tolist() == list(range(1, 42))
    assert (corpus.references["ids"].str.startswith("work:").fillna(False)).sum() == 6
    assert len(corpus.contexts) == 45
    assert corpus.works["literature"].notna().sum() == 17
    assert corpus.works["by_journal"].notna().sum() == 41
    assert set(corpus.problems["kind"]) <= {"printed slip", "low confidence"}


def test_a_corpus_read_is_saved_and_loaded_as_it_was(folder, tmp_path_factory):
    saved = tmp_path_factory.mktemp("saved")
    corpus = read(folder)
    corpus.save(saved)
    for one, other in zip(tables(corpus), tables(type(corpus).load(saved)), strict=True):
        assert one.equals(other)


@pytest.mark.parametrize(
    ("data", "text", "detail"),
    [
        ("é\r\nü\r".encode(), "é\nü\n", None),
        ("\ufeffé".encode(), "é", None),
        ("é\nü".encode("utf-16"), "é\nü", None),
        ("é\nü".encode("utf-32"), "é\nü", None),
        (b"\xfe\xff" + "é".encode("utf-16-be"), "é", None),
        ("plain text".encode("utf-16-le"), "plain text", "byte order mark is missing"),
        ("plain text".encode("utf-16-be"), "plain text", "byte order mark is missing"),
        (b"a\n\xe9\x80", "a\né€", "not UTF-8; read as Windows-1252. Save it as UTF-8 if names look odd"),
        ("éèüöä".encode() + b"\n\xe9", "éèüöä\né", "1 bytes are not UTF-8"),
        (b"a" * 60 + b"\x00b\x1a", "a" * 60 + "b", "1 taken out"),
        (b"page\x0cpage" * 9, "page page" * 9, None),
        (b"\xff\xfea", "\ufffd", "the file may be cut"),
        ("\u0d0a\u0a0d\u4e0d".encode("utf-16"), "\u0d0a\u0a0d\u4e0d", None),  # bytes of line ends that are none
        ("\u0d0a\u4e0d".encode() + b"\r\n", "\u0d0a\u4e0d\n", None),
    ],
)
def test_decode(data, text, detail):
    decoded, oddities = decode(data)
    assert decoded == text
    assert (not oddities) if detail is None else detail in oddities[0][2]


@pytest.mark.parametrize("data", [PNG, b"%PDF-1.7 text", b"PK\x03\x04", bytes(range(32)) * 9])
def test_what_is_no_text_is_not_decoded(data):
    assert decode(data) == (None, [])


def test_the_line_of_the_first_odd_byte_is_named():
    assert decode(b"a\r\nb\r\n\xe9")[1][0][1] == 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path, data):
    file = tmp_path / "any"
    file.write_bytes(data)
    with contextlib.suppress(CitenetError):
        read(file)


def test_the_result_does_not_hang_on_the_hash_seed(folder):
    code = f"from citenet.io import read; c = read({str(folder)!r}); print(c.works.to_csv(), c.references.to_csv())"
    outputs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env).stdout
        for env in ({"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)} for seed in ("1", "2"))
    }
    assert len(outputs) == 1


def test_a_long_read_shows_how_far_it_is_on_a_terminal_only(folder, monkeypatch):
    monkeypatch.setattr("citenet._support.progress._DELAY", 0)
    shown = {}
    for terminal in (True, False):
        screen = io.StringIO()
        screen.isatty = lambda terminal=terminal: terminal
        monkeypatch.setattr("sys.stderr", screen)
        read(folder)
        shown[terminal] = screen.getvalue()
    assert "reading works.bib" in shown[True]
    assert shown[False] == ""


@pytest.mark.parametrize("given", [None, 5, b"works.bib", [b"works.bib"], [None]])
def test_what_is_no_path_is_refused(given):
    with pytest.raises(InputError, match=r"a path is a str or a pathlib\.Path; (?:NoneType|int|bytes) is neither"):
        read(given)


NBIB = "PMID- 12345\nTI  - First\nDP  - 2004\n\nPMID- 23456\nTI  - Second\nDP  - 2005\n"
CITED = (
    '{"request": {"id": "12345", "source": "MED"}, "hitCount": 1, "referenceList": {"reference": '
    '[{"id": "7", "source": "MED", "title": "Cited", "authorString": "Doe J.", "pubYear": 1999}]}}'
)


@pytest.mark.parametrize("names", [("a", "b", "c"), ("c", "b", "a"), ("b", "c", "a"), ("b", "a", "c")])
def test_a_record_that_says_nothing_of_a_work_gives_way_to_one_that_does(tmp_path, names):
    for name, text in zip(names, ("12345\n23456\n", NBIB, CITED), strict=True):
        (tmp_path / name).write_text(text)
    corpus = read(tmp_path)
    assert corpus.works["title"].tolist() == ["First", "Second"]
    assert corpus.references[["citing", "title"]].to_numpy().tolist() == [["pmid:12345", "Cited"]]
    repeated = corpus.problems[corpus.problems["kind"] == "repeated record"]
    assert len(repeated) == 3
    assert repeated["detail"].str.endswith(", but for the references").sum() == 1


def test_a_work_that_opencitations_and_crossref_name_is_one(tmp_path):
    (tmp_path / "links.json").write_text('[{"citing": "doi:10.1000/a", "cited": "doi:10.1000/b", "oci": "1-2"}]')
    work = '{"DOI": "10.1000/A", "title": ["A"], "prefix": "10.1000", "URL": "https://doi.org/10.1000/a"}'
    (tmp_path / "work.json").write_text(f'{{"status": "ok", "message-type": "work", "message": {work}}}')
    corpus = read(tmp_path)
    assert corpus.works["title"].tolist() == ["A"]
    assert corpus.references["citing"].tolist() == ["doi:10.1000/a"]


@pytest.mark.parametrize(
    ("encoding", "title"),
    [("windows-1250", "Příliš žluťoučký"), ("Shift_JIS", "日本語の題"), ("koi8-r", "Связи наук"), ("ISO-8859-1", "Où")],
)
def test_the_encoding_that_a_file_names_is_used(tmp_path, encoding, title):
    within = f"<title-group><article-title>{title}</article-title></title-group>"
    front = f"<front><article-meta>{within}</article-meta></front>"
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<article>{front}</article>'
    (tmp_path / "a.xml").write_bytes(text.encode(encoding))
    (tmp_path / "b.bib").write_bytes(f"% Encoding: {encoding}\n@misc{{b, title={{{title}}}}}\n".encode(encoding))
    corpus = read(tmp_path)
    assert corpus.works["title"].tolist() == [title, title]
    assert set(corpus.problems["kind"]) <= {"no references"}


@pytest.mark.parametrize("named", ["utf-8", "punycode", "no-such", "Shift_JIS"])
def test_an_encoding_that_does_not_fit_is_passed_over(named):
    text, oddities = decode(b'<?xml encoding="%s"?><a>\xe9\xff ' % named.encode())
    assert text is not None
    assert [kind for kind, _, _ in oddities] == ["encoding"]


@pytest.mark.parametrize("text", ["TY  - JOUR\nTI  - Caf\xe9\nER  - \n", "@comment{Jabref \xe9}\n% nothing\n"])
def test_an_odd_encoding_does_not_hide_that_nothing_was_read(tmp_path, text):
    (tmp_path / "x.bib").write_bytes(text.encode("cp1252"))
    with pytest.raises(ParseError, match="no BibTeX entry found"):
        read(tmp_path / "x.bib", format="bibtex")


@pytest.mark.parametrize(("encoding", "name"), [("windows-1250", "Škoda"), ("gb18030", "王伟"), ("utf-16-le", "Škoda")])
def test_an_encoding_that_is_named_is_taken(tmp_path, encoding, name):
    file = tmp_path / "works.bib"
    file.write_bytes(f"@article{{a, author = {{{name}, A.}}, title = {{One}}, year = 2001}}\r\n".encode(encoding))
    corpus = read(file, encoding=encoding)
    assert corpus.works.loc["a", "authors"] == f"{name}, A."
    assert corpus.problems.empty


def test_what_is_not_of_the_named_encoding_is_reported_with_its_line(tmp_path):
    file = tmp_path / "works.bib"
    file.write_bytes("@article{a, title = {One},\n author = {Müller, A.}}".encode("cp1252"))
    problems = read(file, encoding="UTF8").problems
    assert problems[["line", "kind"]].to_numpy().tolist() == [[2, "encoding"]]
    assert "not all of it is utf-8" in problems["detail"][0]


def test_half_a_sign_is_not_of_the_named_encoding(tmp_path):
    file = tmp_path / "works.bib"
    file.write_bytes("@article{a, title = {One \ud800}, year = 2001}".encode("utf-7", "surrogatepass"))
    corpus = read(file, encoding="utf-7")
    assert corpus.works.loc["a", "title"] == "One \ufffd"
    assert corpus.problems["kind"].tolist() == ["encoding"]


@pytest.mark.parametrize("encoding", ["klingon", "hex", "", 8, "idna", "punycode"])
def test_what_is_no_encoding_is_refused(tmp_path, encoding):
    with pytest.raises(InputError, match="is no encoding of text; name one that Python knows"):
        read(tmp_path, encoding=encoding)


def test_entries_may_name_works_and_print_references(tmp_path):
    entry = "@article{a, cites = {b}, cited-references = {X Y, 2001, S.\n Z Q, 2002, T.}}"
    (tmp_path / "w.bib").write_text(f"{entry}\n@book{{b, year = 2000}}")
    references = read(tmp_path / "w.bib").references
    assert references[["raw", "position"]].to_numpy().tolist() == [["X Y, 2001, S", 1], ["Z Q, 2002, T", 2], ["b", 3]]


def test_the_json_of_better_bibtex_is_refused_with_a_remedy(tmp_path):
    (tmp_path / "library.json").write_text(
        '{"config": {"id": "36a3b0b5", "label": "BetterBibTeX JSON"}, "collections": {}, "items": ['
        '{"itemType": "journalArticle", "title": "A", "DOI": "10.1000/x", "publicationTitle": "J", "date": "2020"}]}'
    )
    with pytest.raises(ParseError, match="export the library again as Better BibTeX or Better CSL JSON"):
        read(tmp_path / "library.json")


def test_files_read_together_are_as_files_read_apart_and_put_together(sample):
    names = [
        "scopus_new.csv",
        "wos.ris",
        "pubmed.nbib",
        "lens.csv",
        "dimensions.csv",
        "openalex.jsonl",
    ]
    whole, parts = sample(*names), concat([sample(name) for name in names])
    for name in ("works", "references", "contexts", "sources"):
        table, other = getattr(whole, name), getattr(parts, name)
        pd.testing.assert_frame_equal(table[sorted(table)], other[sorted(other)])
    assert whole.problems.equals(parts.problems)
