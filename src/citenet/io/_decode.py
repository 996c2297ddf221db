"""Bytes to text: the encoding found out, line ends made one, what was odd reported."""

from __future__ import annotations

import codecs
import re

from citenet.errors import InputError

__all__ = ["BINARY_MAGIC", "check_encoding", "decode", "without_pages"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
BINARY_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\x1f\x8b", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_CONTROL_BYTES = bytes([*range(9), 11, *range(14, 32), 127])
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_UNDECODED = re.compile("[\udc80-\udcff]+")
_DECLARED = re.compile(
    rb"\s*(?:<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,20})[\"']|%+ ?Encoding: ?([\w.:-]{2,20}))", re.IGNORECASE
)
_OF_LANGUAGES = re.compile(r"windows-|cp\d|ibm|iso-?8859|latin|koi8|mac|shift|s-?jis|euc|big5|gb|hz|iso-?2022", re.I)
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_HEAD, _PIECE = 1 << 16, 1 << 20

Oddity = tuple[str, int | None, str]


def check_encoding(name: str | None) -> str | None:
    """Return the name of an encoding as Python has it; None stays None.

    Raises
    ------
    InputError
        If it is no encoding of text.

    Examples
    --------
    >>> check_encoding("Latin1"), check_encoding("windows-1250")
    ('iso8859-1', 'cp1250')
    """
    if name is None:
        return None
    try:
        known = codecs.lookup(name).name
        "a".encode(known)
        bytes(range(256)).decode(known, errors="replace")  # which some that are of host names alone cannot
    except (LookupError, TypeError, ValueError) as error:
        remedy = "name one that Python knows, for example 'utf-8', 'windows-1252' or 'gb18030'"
        raise InputError(f"encoding={name!r} is no encoding of text; {remedy}, or leave it out") from error
    return known


def decode(data: bytes, *, pages: bool = False, encoding: str | None = None) -> tuple[str | None, list[Oddity]]:
    r"""Text of a file, with ``\n`` line ends, and what was odd about it as (kind, line, detail).

    In the ``encoding`` that is given. Where none is: byte order mark, else UTF-8, else the encoding that an XML or
    BibTeX file names itself, else Windows-1252. A file that is UTF-8 but for some bytes is read as such and the bytes
    as Windows-1252: pasted exports mix both. The text is None where the bytes are none: an image, an archive. Form
    feeds, with which pages begin, are kept where ``pages`` is set, else they become blanks.

    Examples
    --------
    >>> decode(b"\xef\xbb\xbfa\r\nb")
    ('a\nb', [])
    >>> decode("Kjellström".encode("cp1252"))
    ('Kjellström', [('encoding', 1, 'not UTF-8; read as Windows-1252. Save it as UTF-8 if names look odd')])
    >>> decode(b'<?xml version="1.0" encoding="windows-1250"?><a>\xf8</a>')[0][-8:]
    '<a>ř</a>'
    """
    if data.startswith(BINARY_MAGIC):
        return None, []
    oddities: list[Oddity] = []
    data = _with_one_line_end(data)
    text = _with_bom(data, oddities) if encoding is None else _as_said(data, encoding, oddities)
    if text is None:
        wide = _utf16_without_bom(data)
        if wide:
            oddities.append(("encoding", 1, f"read as {wide.upper()} though its byte order mark is missing"))
            text = data.decode(wide, errors="replace")
        else:
            text = _eight_bit(data, oddities)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.rstrip("\x1a")
    if len(_BINARY.findall(text[:_HEAD])) * 50 > len(text[:_HEAD]):
        return None, []
    if _may_hold_controls(data):
        text = _without_controls(text, oddities)
    return text if pages else without_pages(text), oddities


def without_pages(text: str) -> str:
    r"""Return a text with blanks for form feeds, which only a printed list has a use for.

    >>> without_pages("a\n\fb")
    'a\n b'
    """
    return text.replace("\f", " ")


def _with_one_line_end(data: bytes) -> bytes:
    r"""Bytes with ``\n`` line ends, which costs less than in text; UTF-16 and UTF-32 are left as they are."""
    if b"\r" not in data or b"\0" in data[:_HEAD] or data.startswith(_WIDE):
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _may_hold_controls(data: bytes) -> bool:
    """Whether there is any byte of a control character: asked of the bytes, as that takes a tenth of the time."""
    pieces = (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
    return any(len(piece.translate(None, _CONTROL_BYTES)) < len(piece) for piece in pieces)


def _with_bom(data: bytes, oddities: list[Oddity]) -> str | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            if encoding == "utf-8":
                return _eight_bit(data[len(mark) :], oddities)
            text = data[len(mark) :].decode(encoding, errors="replace")
            if "\ufffd" in text:
                line = text.count("\n", 0, text.index("\ufffd")) + 1
                oddities.append(("encoding", line, f"not all of it is {encoding.upper()}; the file may be cut"))
            return text
    return None


def _as_said(data: bytes, encoding: str, oddities: list[Oddity]) -> str:
    """Text in an encoding that the caller named, whatever the file looks like; what is not in it is reported."""
    try:
        text = data.decode(encoding)
        text.encode()  # half a surrogate pair, which some encodings can spell, is no text
    except UnicodeError:
        text = _HALF_PAIR.sub("\ufffd", data.decode(encoding, errors="replace"))
        line = text.count("\n", 0, text.find("\ufffd")) + 1
        detail = f"not all of it is {encoding}, as encoding= says; what is not was read as \ufffd"
        oddities.append(("encoding", line, detail))
    return text.removeprefix("\ufeff")


def _utf16_without_bom(data: bytes) -> str | None:
    """UTF-16 gives itself away: in text of mostly Latin letters every other byte is zero."""
    head = data[:_HEAD]
    n_pairs = len(head) // 2
    if n_pairs < 4:
        return None
    even, odd = head[0::2].count(0) / n_pairs, head[1::2].count(0) / n_pairs
    if odd > 0.7 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.1 else None


def _eight_bit(data: bytes, oddities: list[Oddity]) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        declared = _as_declared(data)
        if declared is not None:
            return declared
        mixed = data.decode("utf-8", errors="surrogateescape")
    found = _UNDECODED.search(mixed)
    line = None if found is None else re.sub("\r\n?", "\n", mixed[: found.start()]).count("\n") + 1
    n_bad = sum(map(len, _UNDECODED.findall(mixed)))
    n_good = sum(1 for c in mixed if c > "\x7f") - n_bad
    if n_good <= n_bad:
        oddities.append(("encoding", line, "not UTF-8; read as Windows-1252. Save it as UTF-8 if names look odd"))
        return data.decode("cp1252", errors="replace")
    oddities.append(("encoding", line, f"{n_bad} bytes are not UTF-8; those were read as Windows-1252"))
    return _UNDECODED.sub(lambda run: _windows(run.group()), mixed)


def _as_declared(data: bytes) -> str | None:
    """Text in the encoding that the beginning names, if it is one of written languages and fits."""
    found = _DECLARED.match(data)
    name = next(group for group in found.groups() if group).decode("ascii") if found else ""
    if not _OF_LANGUAGES.match(name):
        return None
    try:
        return data.decode(name)
    except (LookupError, UnicodeError):
        return None


def _windows(escaped: str) -> str:
    return bytes(ord(c) - 0xDC00 for c in escaped).decode("cp1252", errors="replace")


def _without_controls(text: str, oddities: list[Oddity]) -> str:
    found = _CONTROL.search(text)
    if found is None:
        return text
    line = text.count("\n", 0, found.start()) + 1
    cleaned = _CONTROL.sub(lambda control: " " if control.group() == "\x0b" else "", text)
    if len(cleaned) < len(text):
        oddities.append(("control characters", line, f"{len(text) - len(cleaned)} taken out"))
    return cleaned
