r"""Thirty-two edge cases of BibTeX on which parsers lose entries, fields or characters.

Each is a text, what is to be known of its works in the order of their ids, and the kinds of the problems reported.
"""

from __future__ import annotations

import pytest

from citenet.io import read

NEXT = "@misc{next, title = {Next}}\n"
CASES: dict[str, tuple[str, list[dict[str, object]], list[str]]] = {
    "a comma is missing between fields": (
        '@article{a, title = "One" year = 2003, volume = 4}\n',
        [{"title": "One", "year": 2003, "volume": "4"}],
        ["missing comma"],
    ),
    "two entries have the same key": (
        "@misc{a, title = {One}}\n@misc{a, title = {Two}}\n" + NEXT,
        [{"work_id": "a", "title": "One"}, {"work_id": "a#2", "title": "Two"}, {"work_id": "next"}],
        ["repeated work id"],
    ),
    "keys differ in case only": (
        "@misc{key, title = {One}}\n@misc{KEY, title = {Two}}\n",
        [{"work_id": "KEY"}, {"work_id": "key"}],
        ["keys differ in case"],
    ),
    "a field is given twice": (
        "@misc{a, title = {One}, year = 2001, year = 2002}\n",
        [{"title": "One", "year": 2001}],
        ["repeated field"],
    ),
    "a macro is concatenated with text": (
        '@string{j = "Journal"}\n@article{a, journal = j # " of " # {X}}\n',
        [{"container": "Journal of X"}],
        [],
    ),
    "a macro is defined after its use": (
        "@article{a, journal = later}\n@string(later = {A Journal})\n",
        [{"container": "A Journal"}],
        [],
    ),
    "a macro is not defined": ("@article{a, journal = jasa}\n", [{"container": "jasa"}], ["undefined macro"]),
    "a month is a macro of the language": (
        "@article{a, year = 2001, month = 5 # jan, note = dec}\n",
        [{"note": "December"}],
        [],
    ),
    "a percent sign stands in an address": (
        "@misc{a, title = {50% of all}, doi = {10.1000/a%28b%29c}}\n",
        [{"title": "50% of all", "doi": "10.1000/a(b)c"}],
        [],
    ),
    "a brace is never closed": (
        "@misc{a, title = {One\n" + NEXT,
        [{"work_id": "next", "title": "Next"}],
        ["broken entry"],
    ),
    "a brace is closed twice": ("@misc{a, title = {One}}}\n" + NEXT, [{"title": "One"}, {"title": "Next"}], []),
    "a quote is never closed": (
        '@misc{a, title = "One\n}\n' + NEXT,
        [{"work_id": "next", "title": "Next"}],
        ["broken entry"],
    ),
    "the file ends within an entry": (NEXT + "@misc{a, title = {On", [{"work_id": "next"}], ["broken entry"]),
    "an entry has no key": ("@misc{, title = {One}}\n", [{"title": "One"}], ["missing id"]),
    "an entry has neither key nor comma": (
        "@misc{title = {One}}\n" + NEXT,
        [{"work_id": "next", "title": "Next"}],
        ["broken entry"],
    ),
    "an entry has a key and nothing else": ("@misc{a}\n@misc{b,}\n", [{"work_id": "a"}, {"work_id": "b"}], []),
    "a key holds blanks": ("@misc{Van Dam 2010, title = {One}}\n", [{"work_id": "Van_Dam_2010"}], ["blank in key"]),
    "a key holds signs": (
        "@misc{DBLP:conf/a-b+c_2010.1, title = {One}}\n",
        [{"work_id": "DBLP:conf/a-b+c_2010.1"}],
        [],
    ),
    "an entry stands in round brackets": (
        '@article(a, title = "One (two)", year = 2001)\n' + NEXT,
        [{"title": "One (two)", "year": 2001}, {"title": "Next"}],
        [],
    ),
    "an entry is commented out": ("% @misc{a, title = {One}}\n" + NEXT, [{"title": "Next"}], ["commented entry"]),
    "text stands between entries": (
        "Exported 2024.\n@misc{a, title = {One}} and more\n\n" + NEXT,
        [{"title": "One"}, {"title": "Next"}],
        [],
    ),
    "an at sign stands in a value": (
        "@misc{a, title = {Mail me@host.org},\n note = {write to\n you@host.org}}\n" + NEXT,
        [{"title": "Mail me@host.org", "note": "write to you@host.org"}, {"title": "Next"}],
        [],
    ),
    "braces are nested deeply": (
        "@misc{a, title = {A {B {C {D {E {F}}}}} G}, year = 2001}\n",
        [{"title": "A B C D E F G", "year": 2001}],
        [],
    ),
    "braces are escaped": (
        r"@misc{a, title = {The set \{x\} and more}, year = 2001}" + "\n",
        [{"title": "The set {x} and more"}],
        [],
    ),
    "a quote stands in braces within quotes": (
        r'@misc{a, title = "The {\"O}resund {"}bridge{"}", year = 2001}' + "\n",
        [{"title": 'The Öresund "bridge"', "year": 2001}],
        [],
    ),
    "accents come in every spelling": (
        r"@misc{a, title = {\'{e} {\'e} \'e {\v S} \v{S} \c{c} {\aa} \ss{} \'\i{} {\~{\^e}}}}" + "\n",
        [{"title": "é é é Š Š ç å ß í ễ"}],
        [],
    ),
    "mathematics is no text": (
        r"@misc{a, title = {On $\alpha_{i}$-cuts and \emph{fuzzy {S}ets}}}" + "\n",
        [{"title": r"On $\alpha_{i}$-cuts and fuzzy Sets"}],
        [],
    ),
    "an author is a group, and others follow": (
        "@misc{a, author = {{Agency for Research and Quality} and van der Geest, Sjaak and others}}\n",
        [{"authors": "Agency for Research and Quality; van der Geest, Sjaak"}],
        [],
    ),
    "a name has a junior part": (
        "@misc{a, author = {King, Jr., Martin Luther and Ludwig van Beethoven}}\n",
        [{"authors": "King, Martin Luther Jr.; van Beethoven, Ludwig"}],
        [],
    ),
    "a child comes before its parent": (
        "@inproceedings{a, title = {Paper}, crossref = {P}}\n@proceedings{p, title = {Meeting}, year = 2001}\n",
        [{"title": "Paper", "container": "Meeting", "year": 2001}, {"title": "Meeting"}],
        [],
    ),
    "line ends and marks of another system": (
        "\ufeff@Article {a ,\r\n\tTITLE\t=\t{One\r\n\t two} ,\r\n\tYear={2001},\r\n}\r\n",
        [{"title": "One two", "year": 2001, "line": 1}],
        [],
    ),
    "comments and preambles are no works": (
        '@comment{jabref-meta: databaseType:bibtex;}\n@preamble{"\\newcommand{\\x}{y}"}\n' + NEXT,
        [{"title": "Next", "line": 3}],
        [],
    ),
}


def test_there_are_thirty_two():
    assert len(CASES) == 32


@pytest.mark.parametrize(("text", "works", "kinds"), CASES.values(), ids=CASES)
def test_an_edge_case(tmp_path, text, works, kinds):
    (tmp_path / "works.bib").write_bytes(text.encode())
    corpus = read(tmp_path / "works.bib")
    table = corpus.works.reset_index()
    known = [{name: row[name] for name in wanted} for row, wanted in zip(table.to_dict("records"), works, strict=True)]
    assert known == works
    assert corpus.problems["kind"].tolist() == kinds


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_the_encoding_is_found_out(tmp_path, encoding):
    (tmp_path / "works.bib").write_bytes("@misc{a, title = {Å, é and ü of café}, year = 2001}\n".encode(encoding))
    assert read(tmp_path / "works.bib").works.loc["a", "title"] == "Å, é and ü of café"
