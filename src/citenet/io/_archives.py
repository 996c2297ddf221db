"""Files packed in ``.zip`` and ``.gz``: unpacked in memory only, and refused where unpacking could do harm."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from citenet.errors import ParseError

__all__ = ["Archive", "is_packed", "open_archive"]

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


@dataclass
class Archive:
    """An archive that was found to be harmless; what it holds is unpacked one file at a time.

    Parameters
    ----------
    data : bytes
        The archive, packed.
    name : str
        What it is called in messages.
    members : list of ZipInfo, optional
        Files it holds, in its order; None of a packed file.
    """

    data: bytes
    name: str
    members: list[zipfile.ZipInfo] | None = None
    _opened: zipfile.ZipFile | None = field(default=None, repr=False)

    def names(self) -> list[str]:
        """Names of the files, in the order of the archive; two may be alike."""
        if self.members is None:
            return [self.name.removesuffix(".gz")]
        return [member.filename for member in self.members]

    def read(self, at: int) -> bytes:
        """Bytes of the file of that turn.

        Raises
        ------
        ParseError
            If the file is damaged, or longer than the archive states.
        """
        if self.members is None:
            return _gunzip(self.data, self.name)
        info = self.members[at]
        with _reporting_damage(self.name):
            if self._opened is None:
                self._opened = zipfile.ZipFile(io.BytesIO(self.data))
            with self._opened.open(info) as member:
                content = member.read(info.file_size + 1)
        if len(content) > info.file_size:
            raise ParseError(f"{info.filename!r} unpacks to more than the archive states; refused", file=self.name)
        return content


def open_archive(data: bytes, name: str) -> Archive | None:
    """Look into an archive; None where it is the file of an office program.

    Raises
    ------
    ParseError
        If the archive is damaged, encrypted, names files outside of itself, or would unpack to more than a
        bibliography can be.
    """
    if data.startswith(_GZIP):
        return Archive(data, name)
    with _reporting_damage(name), zipfile.ZipFile(io.BytesIO(data)) as archive:
        listed = [info for info in archive.infolist() if not info.is_dir()]
    if any(info.filename in _OFFICE for info in listed):
        return None
    _check(listed, name)
    return Archive(data, name, listed)


@contextmanager
def _reporting_damage(name: str) -> Iterator[None]:
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
