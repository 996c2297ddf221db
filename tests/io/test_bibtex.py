"""BibTeX: every trap of the syntax and of the exports, and what becomes of damage."""

from __future__ import annotations

import contextlib
import logging
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.errors import CitenetError, ParseError
from citenet.io import _bibtex_syntax, bibtex, read
from citenet.io._bibtex_names import join_names
from citenet.io._bibtex_regular import take_regular
from citenet.io._latex import decode
from citenet.io._records import Records

from .conftest import checked_corpus


def parsed(text: str, *, strict: bool = False) -> Records:
    records = Records("works.bib", strict)
    bibtex.read(text, records)
    return records


def work(text: str) -> dict[str, object]:
    records = parsed(text)
    assert len(records.works) == 1, records.problems
    return records.works[0]


def kinds(records: Records) -> list[str]:
    return [row["kind"] for row in records.problems]


def test_an_article_fills_the_columns_of_works():
    text = """
@article{ewert2014,
  author  = {Ewert, Benjamin and Evers, Adalbert},
  title   = {An ambiguous concept: on {Co-production}},
  journal = {VOLUNTAS},
  year    = 2014, volume = {25}, number = {2}, pages = {425--42},
  doi     = {https://doi.org/10.1007/S11266-012-9345-2},
  pmid    = {27502770},
}"""
    row = work(text)
    assert row["work_id"] == "ewert2014"
    assert row["line"] == 2
    assert row["file"] == "works.bib"
    assert row["authors"] == "Ewert, Benjamin; Evers, Adalbert"
    assert row["title"] == "An ambiguous concept: on Co-production"
    assert (row["container"], row["year"], row["volume"], row["issue"]) == ("VOLUNTAS", 2014, "25", "2")
    assert (row["first_page"], row["last_page"]) == ("425", "442")
    assert (row["doi"], row["ids"], row["type"]) == ("10.1007/s11266-012-9345-2", "pmid:27502770", "article")


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"Kjellstr{\"o}m", "Kjellström"),
        (r"{\v{S}}koda \v Skoda \c{C}a {\c c}", "Škoda Škoda Ça ç"),
        (r"\'\i{} and \'{\i} and {\'i}", "í and í and í"),
        (r"{\~{\^e}}", "ễ"),
        (r"\O{}re {\aa} \ss{} \L{}\'od\'z", "Øre å ß Łódź"),
        (r"\emph{A} \textbf{bold {\it move}} \textsuperscript{2}", "A bold move 2"),
        (r"50% of R\&D \_ \#1 \{x\}", "50% of R&D _ #1 {x}"),
        (r"$\alpha_{i}$ and {\'e}", r"$\alpha_{i}$ and é"),
        ("``quoted''  and\n  2010--2012", "“quoted” and 2010–2012"),
        (r"\textgreek{a} 20% \'e", "a 20% é"),
        (r"no~break \url{http://x.org/a}", "no break http://x.org/a"),
        (r"\H{o} \k{a} \u{g} \.z \=a \d{s} \r{u}", "ő ą ğ ż ā ṣ ů"),
    ],
)
def test_latex_becomes_unicode_in_text(latex, plain):
    assert decode(latex) == plain


def test_identifiers_and_addresses_are_not_decoded():
    row = work(r"@misc{a, title={x}, doi={10.1002/a\_b%28c%29}, eprint={2101.00001v2}, archiveprefix={arXiv}}")
    assert row["doi"] == "10.1002/a_b(c)"
    assert row["ids"] == "arxiv:2101.00001"
    assert work("@misc{b, url={https://doi.org/10.1000/x%28y%29}}")["doi"] == "10.1000/x(y)"


@pytest.mark.parametrize(
    ("field", "joined"),
    [
        ("Robert, G. and Locock, L. and others", "Robert, G.; Locock, L."),
        ("{Agency for Healthcare Research and Quality}", "Agency for Healthcare Research and Quality"),
        ("{Ministry of Health, Labour and Welfare} and Abe, S", "Ministry of Health Labour and Welfare; Abe, S"),
        (
            "Sjaak van der Geest AND Charles Louis de la Vall{\\'e}e",
            "van der Geest, Sjaak; de la Vallée, Charles Louis",
        ),
        ("King, Jr., Martin Luther", "King, Martin Luther Jr."),
        ("{\\'E}va Tardos and\n Donald E. Knuth", "Tardos, Éva; Knuth, Donald E."),
        ("Plato", "Plato"),
        ("{van den Berg}, Peter; Jr", "van den Berg, Peter Jr"),
        ('{Barnes and Noble} and {\\"O}zt{\\"u}rk, {\\c S}ebnem', "Barnes and Noble; Öztürk, Şebnem"),
        ("others", None),
    ],
)
def test_names_are_split_before_they_are_decoded(field, joined):
    assert join_names(field) == joined


def test_month_and_own_macros_are_put_in_whatever_their_order():
    text = """
@article{a, journal = jhsr # " of " # {X}, month = jan, note = jan # "~1"}
@string{jhsr = pre # "HSR"}
@STRING(pre = "J ")
"""
    row = work(text)
    assert row["container"] == "J HSR of X"
    assert row["note"] == "January 1"


def test_an_undefined_macro_is_kept_as_a_word_and_reported():
    records = parsed("\n@article{a, journal = jasa, year = 1999}")
    assert records.works[0]["container"] == "jasa"
    assert kinds(records) == ["undefined macro"]
    assert records.problems[0]["line"] == 2
    assert "'jasa'" in records.problems[0]["detail"]


def test_macros_that_grow_without_bound_are_refused():
    tower = "".join(f"@string{{m{i} = m{i + 1} # m{i + 1}}}\n" for i in range(60)) + '@string{m60 = "lol"}\n'
    records = parsed(tower + "@misc{a, title = m0}\n@string{x = y}@string{y = x}\n@misc{b, title = x}")
    assert set(kinds(records)) == {"undefined macro"}


def test_a_child_inherits_from_its_parent_in_any_order():
    child = "@inproceedings{child, title={Paper}, crossref={Conf}, pages={1--2}}\n"
    parent = (
        "@proceedings{conf, title={Proceedings of X}, year=2001, doi={10.1000/x}, editor={Ed, A}, crossref={series}}\n"
    )
    grand = "@misc{series, publisher={Springer}, title={LNCS}}\n"
    for text in (child + parent + grand, grand + parent + child):
        rows = {row["work_id"]: row for row in parsed(text).works}
        assert rows["child"]["container"] == "Proceedings of X"
        assert rows["child"]["title"] == "Paper"
        assert rows["child"]["year"] == 2001
        assert rows["child"]["publisher"] == "Springer"
        assert rows["child"]["doi"] is None


def test_missing_and_circular_parents_are_reported():
    records = parsed(
        "@misc{a, crossref={b}, title={A}}\n@misc{b, crossref={c}, title={B}}\n@misc{c, crossref={b}, year=1990}\n"
        "@misc{d, crossref={nowhere}}\n@misc{e, crossref={e}}"
    )
    assert sorted(kinds(records)) == ["circular crossref"] * 3 + ["missing crossref"]
    assert len(records.works) == 5
    assert records.works[0]["container"] == "B"


def test_xdata_is_shared_and_no_work():
    records = parsed("@xdata{jn, journal={J Nat}, year=2004}\n@article{a, xdata={jn, gone}, title={A}}")
    assert [(row["work_id"], row["container"], row["year"]) for row in records.works] == [("a", "J Nat", 2004)]
    assert kinds(records) == ["missing xdata"]


def test_entries_with_the_same_key_are_kept_apart_in_the_order_of_their_content():
    one, two = "@misc{k, title={One}}\n", "@misc{k, title={Two}}\n"
    for text in (one + two, two + one):
        records = parsed(text)
        assert [(row["work_id"], row["title"]) for row in records.works] == [("k", "One"), ("k#2", "Two")]
        assert kinds(records) == ["repeated work id"]


def test_keys_that_differ_in_case_are_two_works_with_a_warning():
    records = parsed("@misc{dup, title={A}}\n@misc{DUP, title={B}}")
    assert len(records.works) == 2
    assert kinds(records) == ["keys differ in case"]


def test_a_field_given_twice_costs_no_entry_and_the_first_is_kept():
    records = parsed("@misc{a, title={One}, year=2000, Title={Two}, title={Three}}\n@misc{b, title={B}}")
    assert records.works[0]["title"] == "One"
    assert kinds(records) == ["repeated field", "repeated field"]
    assert len(records.works) == 2


@pytest.mark.parametrize(
    "body",
    ['title="x" year=2003, volume={4}', "title={x}\n  year={2003}, volume={4}", "title=foo # {x} year = 2003 volume=4"],
)
def test_a_missing_comma_is_put_in_and_reported(body):
    records = parsed(f"@article{{a,\n {body}}}")
    assert records.works[0]["year"] == 2003
    assert records.works[0]["volume"] == "4"
    assert "missing comma" in kinds(records)
    assert records.problems[-1]["line"] in (2, 3)


@pytest.mark.parametrize(
    "broken",
    [
        "@article{bad, title = {never closed,\n year = 2001}\n",
        '@article{bad, title = "never closed,\n year = 2001}\n',
        "@article{bad, title = {x},, year = 2001}\n",
        "@article{bad title = {x}}\n",
    ],
)
def test_a_broken_entry_is_reported_with_its_line_and_the_others_are_read(broken):
    records = parsed("@misc{a, title={A}}\n" + broken + "@misc{z, title={Z}}\n")
    assert [row["work_id"] for row in records.works] == ["a", "z"]
    assert kinds(records) == ["broken entry"]
    assert records.problems[0]["line"] == 2
    assert records.problems[0]["excerpt"].startswith("@article{bad")


def test_an_entry_cut_off_at_the_end_is_reported():
    records = parsed("@misc{a, title={A}}\n@misc{b, title={B")
    assert len(records.works) == 1
    assert kinds(records) == ["broken entry"]
    assert "end of file" in records.problems[0]["detail"]


def test_an_entry_without_a_key_gets_an_id_from_its_content():
    text = "@article{, title={A}, year=2000}"
    records = parsed(text)
    assert records.works[0]["work_id"].startswith("nokey-")
    assert records.works[0]["work_id"] == parsed("\n\n" + text).works[0]["work_id"]
    assert kinds(records) == ["missing id"]


def test_blanks_in_a_key_become_underscores_in_the_id_and_in_cites():
    records = parsed("@misc{Smith 2010, title={A}}")
    assert records.works[0]["work_id"] == "Smith_2010"
    assert kinds(records) == ["blank in key"]


def test_a_commented_entry_is_left_out_and_reported():
    records = parsed("% @misc{a, title={A}}\n@misc{b, title={B}}\n@comment{jabref-meta: x}\nfree text\n")
    assert [row["work_id"] for row in records.works] == ["b"]
    assert kinds(records) == ["commented entry"]


def test_cites_become_references_by_key():
    records = parsed("@misc{a, cites = {b,\n c ; d b}}\n@misc{b, title={B}}")
    assert [(row["citing"], row["raw"], row["ids"]) for row in records.references] == [
        ("a", "b", "work:b"),
        ("a", "c", "work:c"),
        ("a", "d", "work:d"),
    ]
    assert kinds(records) == ["repeated key"]


def test_cited_references_of_a_web_of_science_export_are_read():
    text = r"""
@article{ WOS:000852249500001,
Title = {{A Title}},
Number = {{3, SI}},
Cited-References = {{{[}Anonymous], 2006, DISPOSABLE WOMEN OTH.
   Ling LHM, 2019, POLITICS-OXFORD, V39, P35, DOI {[}10.1177/0263395718783351, DOI 10.1177/0263395718783351].
   Smith \& Co, 2008, SRC\_X, V2nd ed..}},
Number-of-Cited-References = {{4}},
EarlyAccessDate = {{SEP 2022}},
Web-of-Science-Categories  = {{Management; Public Administration}},
Unique-ID = {{WOS:000852249500001}},
}"""
    records = parsed(text)
    assert [row["raw"] for row in records.references] == [
        "[Anonymous], 2006, DISPOSABLE WOMEN OTH",
        "Ling LHM, 2019, POLITICS-OXFORD, V39, P35, DOI [10.1177/0263395718783351, DOI 10.1177/0263395718783351]",
        "Smith & Co, 2008, SRC_X, V2nd ed.",
    ]
    assert records.references[1]["doi"] == "10.1177/0263395718783351"
    row = records.works[0]
    assert row["ids"] == "wos:000852249500001"
    assert (row["year"], row["issue"], row["n_cited_references"]) == (2022, "3", 4)
    assert row["categories"] == "Management; Public Administration"
    assert kinds(records) == ["reference count"]


def test_printed_references_of_a_scopus_export_are_read_and_others_not_passed_over_in_silence():
    records = parsed("@article{a, title={A}, references={Abbott, A., Title (2001) J \\& K, 1; Other}}")
    assert [row["raw"] for row in records.references] == ["Abbott, A., Title (2001) J & K, 1", "Other"]
    assert (records.references[0]["authors"], records.references[0]["year"]) == ("Abbott, A.", 2001)
    assert set(kinds(records)) <= {"unparsed reference", "low confidence"}
    assert kinds(parsed("@article{a, title={A}, references={see the supplement}}")) == ["unread references"]


def test_fields_of_the_users_own_and_keywords_become_columns_and_noise_does_not():
    row = work(
        "@article{a, title={A}, Keywords={x; y}, Discipline={HSR/QI}, abstract={long}, file={a.pdf}, "
        "Is-Core={yes}, line={12}, Author_ids={9}}"
    )
    assert row["keywords"] == "x; y"
    assert row["discipline"] == "HSR/QI"
    assert row["is_core"] == "yes"
    assert row["line_given"] == "12"
    assert row["line"] == 1
    assert "abstract" not in row


def test_ids_stand_in_notes_too():
    assert work("@misc{a, note={PMID: 12345; PMCID: PMC99}}")["ids"] == "pmcid:PMC99 pmid:12345"


@pytest.mark.parametrize(
    ("field", "year"),
    [("year={2010}", 2010), ("date={2011-05-02}", 2011), ("year={c. 1998}", 1998), ("year={in press}", None)],
)
def test_years(field, year):
    records = parsed(f"@misc{{a, title={{A}}, {field}}}")
    assert records.works[0]["year"] == year
    assert kinds(records) == ([] if year else ["unknown year"])


def test_author_names_in_shapes_bibtex_does_not_have_are_reported():
    records = parsed("@misc{a, author={Smith, J.; Jones, K.}}\n@misc{b, author={Smith, J., Jones, K., Doe, A.}}")
    assert records.works[0]["authors"] == "Smith, J.; Jones, K."
    assert kinds(records) == ["author names"] * 2


def test_the_editor_stands_in_for_an_author():
    assert work("@book{a, title={A}, editor={Fugini, M. and Bracci, E.}}")["authors"] == "Fugini, M.; Bracci, E."


def test_every_entry_is_a_work_or_a_problem():
    text = (
        "@misc{a, title={A}}\n@misc{a, title={B}}\n@misc{,title={C}}\n@misc{d, title={D}, title={E}}\n"
        "% @misc{f, title={F}}\n@misc{g, title={G\n@misc{h, title={H}}\n"
    )
    records = parsed(text)
    lost = [row for row in records.problems if row["kind"] in ("broken entry", "commented entry")]
    assert len(records.works) + len(lost) == text.count("@misc")


def test_nothing_is_logged_and_the_logger_is_as_before(caplog, capsys):
    with caplog.at_level(logging.DEBUG):
        parsed("@misc{a, title={A}}\n@misc{b, title={B")
    assert "aborted" not in caplog.text
    assert capsys.readouterr() == ("", "")
    assert logging.getLogger("bibtexparser.splitter").filters == []


def test_strict_raises_on_the_first_problem():
    with pytest.raises(ParseError, match=r"works\.bib, line 1: undefined macro: 'jasa'"):
        parsed("@article{a, journal = jasa}", strict=True)


def test_a_text_without_entries_is_an_error():
    with pytest.raises(ParseError, match="no BibTeX entry found"):
        parsed("just some text")


@pytest.mark.parametrize(
    ("head", "is_bibtex"),
    [
        ("@article{key,\n", True),
        ("% comment\n\n  @Book{key,", True),
        ("@string(x = {y})", True),
        ("@article{ WOS:1,\n", True),
        ("@misc{,title={x}}", True),
        ("@lru_cache(maxsize=None)\ndef f(): ...", False),
        ("@media screen { a, b }", False),
        ("me@host.org, you@host.org", False),
    ],
)
def test_sniff(head, is_bibtex):
    assert bibtex.sniff(head) is is_bibtex


def test_five_thousand_entries_are_read():
    entry = (
        "@article{{key{0}, author = {{Kjellstr{{\\\"o}}m, S{0}. and Robert, Glenn}}, title = {{{{\\'E}}tude {0}}},\n"
        '  journal = jn # " X", year = 2001, pages = {{1--12}}, cites = {{key1}}}}\n'
    )
    text = '@string{jn = "J"}\n' + "".join(map(entry.format, range(5_000)))
    records = parsed(text)
    assert len(records.works) == 5_000


_PIECES = ["@article{", "@misc{a,", "@string{", "title", "crossref={a}", "and ", "\\'e", *'={}"#,\n%']


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=5), max_size=40).map("".join))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(CitenetError):
        checked_corpus(parsed(text), "bibtex")


@given(
    st.lists(
        st.sampled_from([*_PIECES, "@misc{b, ", "title = {A {B}}", ', year = "20" # jan', "\\{", "}\n"]), max_size=25
    )
)
def test_the_way_of_entries_without_fault_finds_what_the_parser_finds(pieces):
    text = "".join(pieces)
    found = {}
    for way, take in (("regular", take_regular), ("parser", lambda text: ([], text))):
        records = Records("works.bib")
        with mock.patch.object(_bibtex_syntax, "take_regular", take), contextlib.suppress(ParseError):
            entries, fields_of = _bibtex_syntax.parse(text, records)
            found[way] = [vars(fields_of(entry)) for entry in entries]
        found[f"{way} problems"] = sorted((row["line"], row["kind"]) for row in records.problems)
    assert found["regular"] == found["parser"]
    assert found["regular problems"] == found["parser problems"]


def test_text_behind_a_brace_that_closes_too_early_is_reported(tmp_path):
    text = "@article{f, title = {unbalanced }} brace}, year=2000}\n@misc{g, title={x}}\n% y = {z}\nwords = words\n"
    (tmp_path / "x.bib").write_text(text)
    corpus = read(tmp_path / "x.bib")
    found = corpus.problems[["line", "kind", "excerpt"]].to_numpy().tolist()
    assert found == [[1, "stray text", "brace}, year=2000}"]]


def test_authors_between_semicolons_without_commas_are_told_apart(tmp_path):
    text = (
        "@misc{a, author={Doe J; Roe KL}}\n@misc{b, author={World Bank Group; Jane Doe}}\n@misc{c, author={{A; B}}}\n"
    )
    (tmp_path / "x.bib").write_text(text)
    corpus = read(tmp_path / "x.bib")
    assert corpus.works["authors"].tolist() == ["Doe, J; Roe, KL", "World Bank Group; Doe, Jane", "A B"]
    assert corpus.problems["kind"].tolist() == ["author names"] * 2


def test_a_cited_reference_that_an_editor_wrapped_is_one(tmp_path):
    file = tmp_path / "works.bib"
    file.write_text(
        "@article{WOS:000000000000001,\nTitle = {{T}},\nCited-References = {{Bate P, 2006, QUAL SAF, V15, P307.\n"
        "   Alford J, 1998, PUBLIC\n   MANAGE REV, V16, P299.\n   Ostrom E, 1996, WORLD DEV, V24.}},\n}\n"
    )
    assert read(file).references["container"].tolist() == ["QUAL SAF", "PUBLIC MANAGE REV", "WORLD DEV"]
