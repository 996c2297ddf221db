"""Read files of any known format into one `Corpus`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from citenet._support.choices import check_choice
from citenet._support.progress import progress
from citenet._support.tables import returning_memory
from citenet.corpus import Corpus
from citenet.errors import ParseError
from citenet.io import _assemble
from citenet.io._decode import check_encoding, decode, without_pages
from citenet.io._files import InputFile, list_files
from citenet.io._gather import Gathered
from citenet.io._lines import first_line
from citenet.io._pieces import LONGEST_LINE, HeldText
from citenet.io._records import Records
from citenet.io._rows import Row
from citenet.io._sniff import Format, find_format, format_names

__all__ = ["read"]

PathLike = str | os.PathLike[str]


@returning_memory()
def read(
    path: PathLike | Iterable[PathLike],
    *,
    format: str | None = None,  # noqa: A002 - the word a user expects
    encoding: str | None = None,
    strict: bool = False,
) -> Corpus:
    r"""Read bibliographies: works, the references they print, and what could not be read.

    Parameters
    ----------
    path : str, Path or iterable of them
        Files, folders (with their subfolders; hidden files, README and LICENSE are passed over), globs, ``.zip``
        and ``.gz`` archives of any of these, or folders that `Corpus.save` or ``citenet deduplicate --out`` wrote.
    format : str, optional
        Name of the format; found out from the content of each file where it is not given.
    encoding : str, optional
        Encoding of the text of all files, for example ``"gb18030"`` or ``"windows-1250"``; found out for each file
        where it is not given. Name it where ``problems`` says that a file was read as Windows-1252 and names look odd.
    strict : bool, default False
        Raise on the first problem instead of collecting it in ``corpus.problems``.

    Returns
    -------
    Corpus
        ``file`` columns hold the name of a file, or its path within the folder that was given. The same file, or
        the same Web of Science record, met twice is read once and reported. Columns of label tables are joined to
        ``works``. The result does not depend on the order of files.

    Raises
    ------
    InputError
        If a path does not exist, or the format or the encoding is unknown.
    ParseError
        If a file named by the caller cannot be read; in a folder or behind a glob it becomes a row of ``problems``,
        unless no file at all could be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "works.csv").write_text("id,title,year\na,First,2004\nb,Second,2010\n")
    ...     _ = Path(folder, "citations.csv").write_text("citing,cited\nb,a\n")
    ...     corpus = read(folder)
    >>> corpus
    <Corpus: 2 works (2004–2010), 1 reference of 1 work, no problems>
    """
    if format is not None:
        check_choice("format", format, format_names())
    encoding = check_encoding(encoding)
    files = list_files(path)
    gathered = Gathered()
    labels: list[Row] = []
    skipped: list[Row] = []
    seen: dict[str, str] = {}
    for file in progress(files, "reading", unit=" files"):
        records = Records(file.name, strict)
        first = seen.setdefault(file.sha256, file.name)
        if first != file.name:
            records.problem("repeated file", None, f"it is {first!r} byte for byte; read once")
        elif file.saved:
            saved = _load(file, records)
            if saved is not None:
                gathered.add_saved(saved)
                if len(files) == 1:
                    return saved
        else:
            used = _read_file(file, format, encoding, records)
            if used is not None:
                labels += [{**row, "file": file.name} for row in records.labels]
                gathered.add(records, used.NAME, file.sha256)
                continue
        skipped += records.problems
    if not len(gathered):
        raise ParseError(
            f"none of the {len(files)} files could be read: {skipped[0]['kind']} ({skipped[0]['detail']})",
            file=skipped[0]["file"],
        )
    return _assemble.finish(_assemble.together(gathered, strict), labels, skipped, strict)


def _load(file: InputFile, records: Records) -> Corpus | None:
    """Return the corpus of a saved folder; None where it cannot be read, which is then a problem of it."""
    try:
        return Corpus.load(file.path)
    except ParseError as error:
        if file.named or records.strict:
            raise
        records.problem("unreadable file", error.line, str(error), error.excerpt)
        return None


def _read_file(file: InputFile, chosen: str | None, encoding: str | None, records: Records) -> Format | None:
    """Fill ``records`` from a file; None where it could not be read, which is then a problem of it."""
    try:
        return _parse(file, chosen, encoding, records)
    except ParseError as error:
        if file.named or records.strict:
            raise
        kind = "not a bibliography" if isinstance(error, _UnknownFormatError) else "unreadable file"
        unread = Records(records.file)
        unread.problem(kind, error.line, error.reason, error.excerpt)
        records.problems = unread.problems
        return None


class _UnknownFormatError(ParseError):
    """A file in no format that is known."""


def _parse(file: InputFile, chosen: str | None, encoding: str | None, records: Records) -> Format:
    head = file.pieces.head() if file.pieces and encoding in (None, "utf-8") else ""
    found = find_format(head, chosen) if head else None
    if found is not None and hasattr(found, "read_pieces"):
        found.read_pieces(file.pieces, records)
    else:
        head, found = _parse_whole(file, chosen, encoding, records)
    if not (records.works or records.references or records.contexts or records.labels or records.problems):
        detail = f"no record found, read as {found.NAME}"
        raise ParseError(detail, file=file.name, line=1, excerpt=first_line([head]))
    return found


def _parse_whole(file: InputFile, chosen: str | None, encoding: str | None, records: Records) -> tuple[str, Format]:
    """Read a file whose text is held whole: the text, and the format it is in."""
    text, oddities = decode(file.data(), pages=True, encoding=encoding)
    if text is None:
        seen = f"it is not text{_kind_of(Path(file.member or file.path))}"
        raise _UnknownFormatError(f"{seen}. {_known()}", file=file.name)
    if not text.strip():
        raise _UnknownFormatError(f"the file is empty. {_known()}", file=file.name)
    paged, text = text, without_pages(text)
    found = find_format(text, chosen)
    if found is None:
        detail = f"{_described(text)}. {_known()}"
        raise _UnknownFormatError(detail, file=file.name, line=1, excerpt=first_line([text]))
    _refuse_endless_lines(text, file.name)
    if hasattr(found, "read_pieces"):
        found.read_pieces(HeldText(text, file.name), records)
    else:
        found.read(paged if hasattr(found, "PAGED") else text, records)
    for kind, line, detail in oddities:  # behind what the reader says: it refuses a file of which it has nothing to say
        records.problem(kind, line, detail)
    return text, found


def _refuse_endless_lines(text: str, name: str) -> None:
    """Refuse a line longer than any record: it would be gone through again and again."""
    begin = 0
    while len(text) - begin > LONGEST_LINE:
        end = text.find("\n", begin, begin + LONGEST_LINE + 1)
        if end < 0:
            line = text.count("\n", 0, begin) + 1
            detail = f"a line of more than {LONGEST_LINE:,} characters is no record; split the file"
            raise ParseError(detail, file=name, line=line, excerpt=text[begin : begin + 80])
        begin = text.rfind("\n", begin, begin + LONGEST_LINE + 1) + 1


def _kind_of(path: Path) -> str:
    return f" ({path.suffix.lower()})" if path.suffix else ""


def _described(text: str) -> str:
    """Say what a text in no known format is, where it gives itself away."""
    head = text.lstrip()[:2_000]
    if re.match(r"(?i)<!doctype html|<html", head):
        return "it is a web page, perhaps that of an error; no known format"
    if re.match(r'\{\s*"(?:error|message|detail)"\s*:|\{[^{}]*"status"\s*:\s*"(?:failed|error)"', head) or (
        head.startswith("Resource not found")
    ):
        return "it is the answer of a service that could not serve the request; no known format"
    if re.search(r'"label"\s*:\s*"BetterBibTeX JSON"', head):
        return "it is Better BibTeX's own JSON; export the library again as Better BibTeX or Better CSL JSON"
    return "no record" if head in ("[]", "{}") else "no known format"


def _known() -> str:
    return f"Known formats: {', '.join(format_names())}; name one with format="
