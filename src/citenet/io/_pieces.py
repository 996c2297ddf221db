"""Text of a file in pieces: a large file is gone through without ever being held whole."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from citenet._support.progress import progress
from citenet.errors import ParseError
from citenet.io._decode import BINARY_MAGIC
from citenet.io._lines import cut_behind_lines

__all__ = ["HEAD", "LONGEST_LINE", "HeldText", "Pieces", "survey"]

LONGEST_LINE = 200_000_000
HEAD = 20_000  # characters by which formats are told
_PIECE = 1 << 19
_SURVEYED = 1 << 17  # bytes at a time: memory of that size is used again and again
_CONTROLS_OF_TEXT = b"\t\n\r"


def survey(stream: BinaryIO) -> tuple[str, bool]:
    r"""Digest of a file, and whether it is UTF-8 without control characters, which can be read in pieces.

    >>> import io
    >>> survey(io.BytesIO(b"\xef\xbb\xbfa\r\n"))[1], survey(io.BytesIO(b"\xe9t\xe9"))[1], survey(io.BytesIO(b"\0"))[1]
    (True, False, False)
    """
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    plain = True
    while data := stream.read(_SURVEYED):
        plain = (
            plain and not (stream.tell() == len(data) and data.startswith(BINARY_MAGIC)) and not _holds_controls(data)
        )
        digest.update(data)
        if plain:
            plain = _decodes(decoder, data)
    return digest.hexdigest(), plain and _decodes(decoder, b"", final=True)


def _holds_controls(data: bytes) -> bool:
    codes = np.frombuffer(data, dtype=np.uint8)
    of_text = sum(np.count_nonzero(codes == code) for code in _CONTROLS_OF_TEXT if code in data)
    return np.count_nonzero(codes < 32) != of_text or b"\x7f" in data


def _decodes(decoder: codecs.IncrementalDecoder, data: bytes, *, final: bool = False) -> bool:
    if not final and data.isascii() and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(data, final)
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True)
class HeldText:
    """Text that is held anyway (unpacked, or of another encoding), gone through with a bar where it takes long."""

    text: str
    name: str

    def __iter__(self) -> Iterator[str]:
        pieces = cut_behind_lines(self.text)
        yield from progress(pieces, f"reading {self.name}", total=len(self.text), unit="B", size=len)


@dataclass(frozen=True)
class Pieces:
    r"""Text of a file that `survey` found to be readable in pieces, with ``\n`` line ends, each cut behind one.

    Going through it opens the file anew, and shows a bar where it takes long.
    """

    path: Path
    name: str

    def __iter__(self) -> Iterator[str]:
        size = self.path.stat().st_size
        yield from progress(self._read(), f"reading {self.name}", total=size, unit="B", size=len)

    def head(self) -> str:
        """Return the text behind leading blanks, as much of it as formats are told by; empty where all is blank."""
        head = ""
        for piece in self._read():
            head = f"{head}{piece}".lstrip()
            if len(head) >= HEAD:
                break
        return head

    def _read(self) -> Iterator[str]:
        with self.path.open("rb") as stream:
            if stream.read(3) != codecs.BOM_UTF8:
                stream.seek(0)
            begun: list[bytes] = []
            while data := stream.read(_PIECE):
                cut = data.rfind(b"\n") + 1
                if not cut:
                    begun.append(data)
                    self._refuse_endless_line(begun, stream.tell())
                    continue
                yield _text(b"".join([*begun, memoryview(data)[:cut]]))
                begun = [data[cut:]]
            if any(begun):
                yield _text(b"".join(begun))

    def _refuse_endless_line(self, begun: list[bytes], end: int) -> None:
        length = sum(map(len, begun))
        if length > LONGEST_LINE:
            with self.path.open("rb") as stream:
                line = stream.read(end - length).replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
            detail = f"a line of more than {LONGEST_LINE:,} characters is no record; split the file"
            raise ParseError(detail, file=self.name, line=line, excerpt=begun[0][:80].decode("utf-8", "replace"))


def _text(data: bytes) -> str:
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data.decode("utf-8")
