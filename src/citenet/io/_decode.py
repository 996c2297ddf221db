"""Bytes to text: the encoding found out, line ends made one, what was odd reported."""

from __future__ import annotations

import codecs
import re

__all__ = ["BINARY_MAGIC", "decode", "without_pages"]

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
_HEAD, _PIECE = 1 << 16, 1 << 20

Oddity = tuple[str, int | None, str]


def decode(data: bytes, *, pages: bool = False) -> tuple[str | None, list[Oddity]]:
    r"""Text of a file, with ``\n`` line ends, and what was odd about it as (kind, line, detail).

    Byte order mark, else UTF-8, else Windows-1252. A file that is UTF-8 but for some bytes is read as such and the
    bytes as Windows-1252: pasted exports mix both. The text is None where the bytes are none: an image, an archive.
    Form feeds, with which pages begin, are kept where ``pages`` is set, else they become blanks.

    Examples
    --------
    >>> decode(b"\xef\xbb\xbfa\r\nb")
    ('a\nb', [])
    >>> decode("Kjellström".encode("cp1252"))
    ('Kjellström', [('encoding', 1, 'not UTF-8; read as Windows-1252')])
    """
    if data.startswith(BINARY_MAGIC):
        return None, []
    oddities: list[Oddity] = []
    data = _with_one_line_end(data)
    text = _with_bom(data, oddities)
    if text is None:
        encoding = _utf16_without_bom(data)
        if encoding:
            oddities.append(("encoding", 1, f"read as {encoding.upper()} though its byte order mark is missing"))
            text = data.decode(encoding, errors="replace")
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
        mixed = data.decode("utf-8", errors="surrogateescape")
    found = _UNDECODED.search(mixed)
    line = None if found is None else re.sub("\r\n?", "\n", mixed[: found.start()]).count("\n") + 1
    n_bad = sum(map(len, _UNDECODED.findall(mixed)))
    n_good = sum(1 for c in mixed if c > "\x7f") - n_bad
    if n_good <= n_bad:
        oddities.append(("encoding", line, "not UTF-8; read as Windows-1252"))
        return data.decode("cp1252", errors="replace")
    oddities.append(("encoding", line, f"{n_bad} bytes are not UTF-8; those were read as Windows-1252"))
    return _UNDECODED.sub(lambda run: _windows(run.group()), mixed)


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
