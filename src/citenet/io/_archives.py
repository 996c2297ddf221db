"""Files packed in ``.zip`` and ``.gz``: unpacked in memory only, and refused where unpacking could do harm."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from citenet.errors import ParseError

__all__ = ["Archive", "is_packed"]

_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_EMPTY_ZIP = b"PK\x05\x06"
# Formats of office programs are archives too, but their members are no files of the user.
_OFFICE = frozenset(["[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"])
_LARGEST = 1 << 30  # bytes that one archive may unpack to
_UNSUSPICIOUS = 50_000_000  # up to here any rate of compression will do
_DENSEST = 200  # bibliographic text is packed 3 to 30 times
_MOST_MEMBERS = 10_000
_CHUNK = 1 << 20


def is_packed(data: bytes) -> bool:
    r"""Whether the first bytes are those of an archive that is read here.

    >>> is_packed(b"PK\x03\x04"), is_packed(b"@article{a,")
    (True, False)
    """
    return data.startswith((_ZIP, _GZIP, _EMPTY_ZIP))


class Archive:
    """An archive whose members are unpacked one at a time.

    Parameters
    ----------
    data : bytes
        Of the archive.
    name : str
        Of the archive, for messages and for the one member of a ``.gz``.

    Raises
    ------
    ParseError
        If the archive is damaged, encrypted, names files outside of itself, or would unpack to more than a
        bibliography can be.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._data, self._name = data, name
        self._zip: zipfile.ZipFile | None = None
        self._listed: list[zipfile.ZipInfo] = []
        if data.startswith(_GZIP):
            return
        with _refusing_damage(name):
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._listed = [info for info in self._zip.infolist() if not info.is_dir()]
            if not self.is_of_office:
                _check(self._listed, name)

    @property
    def is_of_office(self) -> bool:
        """Whether it is the file of an office program."""
        return any(info.filename in _OFFICE for info in self._listed)

    def names(self) -> list[str]:
        """Names of the members; some may be alike."""
        return [self._name.removesuffix(".gz")] if self._zip is None else [info.filename for info in self._listed]

    def content(self, turn: int) -> bytes:
        """Bytes of the member that has this turn in `names`."""
        if self._zip is None:
            return _gunzip(self._data, self._name)
        info = self._listed[turn]
        with _refusing_damage(self._name), self._zip.open(info) as member:
            content = member.read(info.file_size + 1)
        if len(content) > info.file_size:
            raise ParseError(f"{info.filename!r} unpacks to more than the archive states; refused", file=self._name)
        return content


@contextmanager
def _refusing_damage(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, ValueError, OSError) as error:
        if isinstance(error, ParseError):
            raise
        raise ParseError(f"the archive is damaged ({error}); fetch it again", file=name) from error


def _check(listed: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse what no archive of bibliographies is, before anything is unpacked."""
    if len(listed) > _MOST_MEMBERS:
        raise ParseError(f"the archive holds {len(listed):,} files; the limit is {_MOST_MEMBERS:,}", file=name)
    _check_size(sum(info.file_size for info in listed), sum(info.compress_size for info in listed), name)
    for info in listed:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise ParseError(f"the archive names a file outside of itself ({info.filename!r}); refused", file=name)
        if info.flag_bits & 0x1:
            raise ParseError(f"{info.filename!r} is encrypted; unpack it by hand", file=name)


def _check_size(unpacked: int, packed: int, name: str) -> None:
    if unpacked > _LARGEST:
        detail = f"the archive unpacks to more than {_LARGEST >> 30} GiB; unpack it by hand and give the folder"
        raise ParseError(detail, file=name)
    if unpacked > _UNSUSPICIOUS and unpacked > packed * _DENSEST:
        detail = f"the archive unpacks to more than {_DENSEST} times its size, as no bibliography does; refused"
        raise ParseError(detail, file=name)


def _gunzip(data: bytes, name: str) -> bytes:
    """Unpack piece by piece, so that nothing is unpacked beyond the limits."""
    pieces: list[bytes] = []
    size = 0
    rest = data
    try:
        while rest:
            unpacker = zlib.decompressobj(wbits=31)
            while rest and not unpacker.eof:
                piece = unpacker.decompress(rest, _CHUNK)
                rest = unpacker.unconsumed_tail
                pieces.append(piece)
                size += len(piece)
                _check_size(size, len(data), name)
                if not piece and not rest and not unpacker.eof:
                    break
            if not unpacker.eof:
                raise ParseError("the archive ends too early; fetch it again", file=name)
            rest = unpacker.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise ParseError(f"the archive is damaged ({error}); fetch it again", file=name) from error
    return b"".join(pieces)
