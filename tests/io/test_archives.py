"""Archives: read as what they hold, and refused where unpacking them could do harm."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from citenet.errors import ParseError
from citenet.io import _archives, _pieces, _read, read

BIB = b"@article{a, title={First}, year=2004}\n@article{b, title={Second}, year=2010, cites={a}}\n"


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_an_archive_is_read_as_what_it_holds(tmp_path):
    members = {"works.bib": BIB, "deeper/more.csv": b"id,title,year\nc,Third,2001\n", "README.md": b"read me",
               "__MACOSX/._works.bib": b"\x00", ".hidden.bib": BIB, "figure.png": b"\x89PNG\r\n\x1a\n"}  # fmt: skip
    (tmp_path / "all.zip").write_bytes(zipped(members))
    corpus = read(tmp_path / "all.zip")
    assert corpus.works["file"].tolist() == ["all.zip/works.bib", "all.zip/works.bib", "all.zip/deeper/more.csv"]
    assert corpus.works["line"].tolist() == [1, 2, 2]
    assert corpus.problems[["file", "kind"]].to_numpy().tolist() == [["all.zip/figure.png", "not a bibliography"]]


def test_a_packed_file_is_the_same_file(tmp_path):
    (tmp_path / "works.bib.gz").write_bytes(gzip.compress(BIB))
    (tmp_path / "works.bib").write_bytes(BIB)
    corpus = read(tmp_path)
    assert len(corpus.works) == 2
    assert corpus.problems["kind"].tolist() == ["repeated file"]


def test_two_packed_parts_in_one_file_are_read_on(tmp_path):
    (tmp_path / "works.bib.gz").write_bytes(gzip.compress(BIB[:38]) + gzip.compress(BIB[38:]))
    assert len(read(tmp_path / "works.bib.gz").works) == 2


def test_the_file_of_an_office_program_is_no_archive(tmp_path):
    (tmp_path / "table.xlsx").write_bytes(zipped({"[Content_Types].xml": b"<Types/>", "xl/sheet.xml": b"<a/>"}))
    with pytest.raises(ParseError, match=r"it is not text \(\.xlsx\)"):
        read(tmp_path / "table.xlsx")


@pytest.mark.parametrize(
    "name", ["../works.bib", "/etc/works.bib", "a/../../works.bib", "C:/works.bib", "..\\works.bib"]
)
def test_names_that_lead_outside_are_refused(tmp_path, name):
    (tmp_path / "all.zip").write_bytes(zipped({name: BIB}))
    with pytest.raises(ParseError, match="names a file outside of itself"):
        read(tmp_path / "all.zip")


def test_in_a_folder_a_refused_archive_is_a_problem(tmp_path):
    (tmp_path / "all.zip").write_bytes(zipped({"../works.bib": BIB}))
    (tmp_path / "works.bib").write_bytes(BIB)
    corpus = read(tmp_path)
    assert corpus.problems[["file", "kind"]].to_numpy().tolist() == [["all.zip", "unreadable file"]]


def test_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_archives, "_UNSUSPICIOUS", 100_000)
    blanks = b" " * 2_000_000
    (tmp_path / "bomb.zip").write_bytes(zipped({"works.bib": blanks}))
    (tmp_path / "bomb.bib.gz").write_bytes(gzip.compress(blanks))
    for name in ("bomb.zip", "bomb.bib.gz"):
        with pytest.raises(ParseError, match="200 times its size"):
            read(tmp_path / name)
    monkeypatch.setattr(_archives, "_LARGEST", 1_000_000)
    for name in ("bomb.zip", "bomb.bib.gz"):
        with pytest.raises(ParseError, match="unpacks to more than"):
            read(tmp_path / name)


def test_a_member_longer_than_stated_is_refused(tmp_path):
    data = zipped({"works.bib": b" " * 5_000})
    stated, other = (5_000).to_bytes(4, "little"), (40).to_bytes(4, "little")
    (tmp_path / "all.zip").write_bytes(data.replace(stated, other))
    with pytest.raises(ParseError, match="damaged|more than the archive states"):
        read(tmp_path / "all.zip")


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_archives, "_MOST_MEMBERS", 3)
    (tmp_path / "all.zip").write_bytes(zipped({f"{n}.bib": BIB for n in range(4)}))
    with pytest.raises(ParseError, match="holds 4 files; the limit is 3"):
        read(tmp_path / "all.zip")


@pytest.mark.parametrize("cut", [5, 30, 60, -10])
def test_damaged_archives_are_refused(tmp_path, cut):
    (tmp_path / "all.zip").write_bytes(zipped({"works.bib": BIB})[:cut])
    (tmp_path / "works.bib.gz").write_bytes(gzip.compress(BIB)[:cut])
    for name in ("all.zip", "works.bib.gz"):
        with pytest.raises(ParseError):
            read(tmp_path / name)


def test_an_encrypted_or_empty_archive_is_refused(tmp_path):
    data = bytearray(zipped({"works.bib": BIB}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "all.zip").write_bytes(bytes(data))
    with pytest.raises(ParseError, match="encrypted"):
        read(tmp_path / "all.zip")
    (tmp_path / "none.zip").write_bytes(zipped({}))
    with pytest.raises(ParseError, match="holds no file to read"):
        read(tmp_path / "none.zip")


def test_an_endless_line_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_read, "LONGEST_LINE", 1_000)
    monkeypatch.setattr(_pieces, "LONGEST_LINE", 1_000)
    monkeypatch.setattr(_pieces, "_PIECE", 100)
    (tmp_path / "long.bib").write_bytes(BIB + b"x" * 1_001)
    with pytest.raises(ParseError, match=r"line 3: a line of more than 1,000 characters"):
        read(tmp_path / "long.bib")
    (tmp_path / "many.bib").write_bytes(BIB * 100)
    assert len(read(tmp_path / "many.bib").works) == 200


def test_members_of_one_name_are_each_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("works.bib", "@misc{a, title={A}}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("works.bib", "@misc{b, title={B}}")
    corpus = read(tmp_path / "all.zip")
    assert corpus.works["title"].tolist() == ["A", "B"]
    assert corpus.problems.empty
