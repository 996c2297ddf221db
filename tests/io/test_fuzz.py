"""Damaged files of every format: a `CitenetError` or rows in problems, never another exception, never a hang."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citenet.errors import CitenetError, ParseError
from citenet.io._decode import decode
from citenet.io._records import Records
from citenet.io._sniff import FORMATS, find_format
from citenet.io._xml import parse

from .conftest import checked_corpus

FOLDER = Path(__file__).with_name("samples")
FUZZ = Path(__file__).parents[2] / "tools" / "fuzz.py"
SAMPLES = {file.name: file.read_text(encoding="utf-8") for file in sorted(FOLDER.iterdir())}
SAMPLES["works.bib"] = "@article{a, title={A {B}}, author={Robert, G and Locock, L}, cites={b},\n pages={1--9}}\n"
SAMPLES["savedrecs.txt"] = (
    "FN X\nVR 1.0\nPT J\nAU Ewert, B\nTI A\n  B\nCR PESTOFF V, 2012, VOLUNTAS\nUT WOS:1\nER\nEF\n"
)
# What breaks parsers: signs of the formats, odd values, characters that are not seen.
PIECES = [
    *"\"',;{}[]<>&\n\t\\|-1\u0000\ud7ff\u2028\ufeff",
    *("</", "null", "[]", "{}", "1e999", "NaN", "99999999999999999999", "&bogus;", "&#0;", "<![CDATA[", "\\ud800"),
    *("TY  - ", "ER  - ", "PMID- ", "*Vertices 9", "10.1000/", "é" * 50, "true", '{"a":', "(" * 60),
]
N_EXAMPLES = 400 if os.environ.get("CITENET_SLOW") else 12
SETTINGS = settings(max_examples=N_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def damaged(draw, text: str) -> str:
    """Return the text with some stretches cut out, doubled, moved or overwritten."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.sampled_from([0, 1, 2, 5, 20, 200])))
        kind = draw(st.sampled_from(["cut", "insert", "double", "move"]))
        piece = draw(st.sampled_from(PIECES)) if kind == "insert" else text[at:end]
        if kind == "double":
            text = text[:end] + piece + text[end:]
        elif kind == "move":
            rest = text[:at] + text[end:]
            to = draw(st.integers(0, len(rest)))
            text = rest[:to] + piece + rest[to:]
        else:
            text = text[:at] + (piece if kind == "insert" else "") + text[end:]
    return text


def read_as(module, text: str) -> None:
    records = Records("damaged")
    with contextlib.suppress(CitenetError):
        module.read(text, records)
        corpus = checked_corpus(records, module.NAME)
        assert corpus.references["citing"].isin(corpus.works.index).all()


@pytest.mark.parametrize("name", SAMPLES)
@SETTINGS
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(name, data):
    module = find_format(SAMPLES[name])
    assert module is not None, name
    text = data.draw(damaged(SAMPLES[name]))
    read_as(module, text)
    decoded, _ = decode(text.encode("utf-8", "surrogatepass"))
    if decoded:
        found = find_format(decoded)
        if found is not None and found is not module:
            read_as(found, decoded)


@pytest.mark.parametrize("module", FORMATS, ids=lambda module: module.NAME)
@SETTINGS
@given(text=st.text(max_size=300) | st.sampled_from(sorted(SAMPLES.values())))
def test_a_file_of_another_format_is_read_or_refused(module, text):
    module.sniff(text)
    read_as(module, text)


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed (it is for Linux and Python < 3.14)")
def test_atheris_finds_no_bytes_that_raise_anything_else(tmp_path):
    seconds = "300" if os.environ.get("CITENET_SLOW") else "10"
    command = [sys.executable, str(FUZZ), seconds, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [file.read_bytes() for file in sorted(tmp_path.glob("*-*")) if file.is_file()]
    assert (run.returncode, found) == (0, []), run.stderr[-3_000:]


@pytest.mark.parametrize("module", FORMATS, ids=lambda module: module.NAME)
@pytest.mark.parametrize("unit", ["a", " ", "(", '"', "{", "[", "<a>", "1,", "A. ", "x; ", "@a{", "\t", "10.1000/a;"])
def test_a_line_without_end_takes_no_time_without_end(module, unit):
    """Where a pattern runs back and forth over such a line, this does not end."""
    text = unit * (60_000 // len(unit))
    module.sniff(text[:20_000].lstrip())  # as `find_format` asks
    if module.NAME not in ("references", "bibtex"):  # these have tests of their own for it
        read_as(module, text)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><article>&b;</article>',
        '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;"><!ENTITY d "&c;&c;&c;">]><article>&d;</article>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><article>&b;</article>',
        '<!DOCTYPE a [<!ENTITY % b SYSTEM "http://localhost/x.dtd"> %b;]><article/>',
        "<article>" * 300,
    ],
)
def test_xml_that_could_do_harm_is_refused(text):
    with pytest.raises(ParseError, match="declares an entity|nested deeper|broken XML"):
        parse(text, Records("harm.xml"))


def test_entities_of_html_are_read_and_unknown_ones_reported():
    records = Records("a.xml")
    root = parse("<article><p>a&nbsp;b &eacute; &bogus; &amp;</p></article>", records)
    assert "".join(root.itertext()) == "a\xa0b é  &"
    assert [row["kind"] for row in records.problems] == ["undefined entity"]


def test_json_nested_without_end_is_refused():
    for module in FORMATS:
        with contextlib.suppress(CitenetError):
            module.read('{"a":' + "[" * 50_000, Records("deep.json"))
