"""Text read in pieces: the same as read whole, and only where that is sure."""

from __future__ import annotations

import hashlib
import io
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.io import _lines, _pieces, nbib, openalex, read, ris, scopus, wos
from citenet.io._decode import decode
from citenet.io._lines import blocks, numbered
from citenet.io._pieces import Pieces, survey
from citenet.io._records import Records

from .conftest import checked_corpus

TEXTS = st.text(alphabet="aé\n\r\t\ufeff\x00\x7f ", max_size=40).map(str.encode) | st.binary(max_size=40)


@given(data=TEXTS, size=st.integers(5, 12))  # the first piece holds what binary files begin with
def test_pieces_put_together_are_the_text_and_each_ends_with_a_line(tmp_path_factory, data, size):
    with mock.patch.multiple(_pieces, _PIECE=size, _SURVEYED=size):
        digest, in_pieces = survey(io.BytesIO(data))
        text, oddities = decode(data)
        if not in_pieces:
            return
        file = tmp_path_factory.mktemp("pieces") / "file"
        file.write_bytes(data)
        pieces = list(Pieces(file, "file"))
    assert digest == hashlib.sha256(data).hexdigest()
    assert ("".join(pieces), []) == (text, oddities)
    assert all(piece.endswith("\n") for piece in pieces[:-1])


@pytest.mark.parametrize("data", [b"%PDF-1.4", b"a\0b", b"\xe9", "é".encode()[:1], "é".encode("utf-16"), b"a\x1a"])
def test_what_is_not_plain_text_is_not_read_in_pieces(data):
    assert survey(io.BytesIO(data))[1] is False


def test_a_sign_begun_in_one_part_has_to_end_in_the_next(monkeypatch):
    monkeypatch.setattr(_pieces, "_SURVEYED", 4)
    assert survey(io.BytesIO("abcéde".encode()))[1] is True
    assert survey(io.BytesIO(b"abc\xc3abcd"))[1] is False


@given(st.lists(st.sampled_from(["PT J\n", "ER\n", "\n", "   x\n", "ERx\n"]), max_size=12))
def test_blocks_put_together_are_the_text(lines):
    found = list(blocks(lines, "\nER"))
    assert "".join(found) == "".join(lines)
    assert all(block.startswith("ER") for block in found[1:])
    assert [number for number, _ in numbered(lines)] == list(range(1, len(lines) + 1))


RECORDS = {
    wos: "FN Clarivate\nVR 1.0\n"
    + "".join(
        f"PT J\nAU A, B\n   C, D\nTI T{i}\nCR X Y, 2001, S, V1\n   Z, 1999\nUT WOS:{i:015}\nER\n\n" for i in range(9)
    )
    + "EF\n",
    ris: "".join(
        f"TY  - JOUR\nTI  - T{i}\nAU  - A, B\nAU  - C, D\nKW  - a\nDO  - 10.1000/{i}\nER  - \n\n" for i in range(9)
    ),
    nbib: "".join(f"PMID- {i + 1}\nTI  - A title\n      that goes on\n\n" for i in range(9)),
    scopus: "Authors,Title,Year,Source title,EID,References\n"
    + "".join(f'"A, B.",T{i},2001,"A\n""J""",2-s2.0-{i},"Y X., One, J, 3, (2001); Z, unread"\n' for i in range(9)),
    openalex: "".join(f'{{"id": "https://openalex.org/W{i + 1}", "title": "T"}}\n' for i in range(9)),
}


@pytest.mark.parametrize("module", RECORDS, ids=lambda module: module.NAME)
@pytest.mark.parametrize("size", [1, 7, 50, 1000])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_file_read_in_pieces_is_read_as_its_text(tmp_path, monkeypatch, module, size, newline):
    whole = Records("works.txt")
    module.read(RECORDS[module], whole)
    monkeypatch.setattr(_pieces, "_PIECE", size)
    monkeypatch.setattr(_lines, "_PIECE", size)
    file = tmp_path / "works.txt"
    file.write_bytes(RECORDS[module].replace("\n", newline).encode())
    corpus, other = read(file), checked_corpus(whole, module.NAME)
    assert len(corpus.works) == 9
    assert corpus.works.equals(other.works)
    assert corpus.references.equals(other.references)
    assert corpus.problems.equals(other.problems)


def test_a_format_is_told_by_as_much_text_as_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(_pieces, "_PIECE", 4)
    file = tmp_path / "works.txt"
    file.write_text("\n\n" + RECORDS[ris])
    assert Pieces(file, "works.txt").head() == RECORDS[ris]
