"""Paths, folders and globs as a list of files in an order that does not depend on how they were given."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from citenet._support.tables import is_saved, sha256_of
from citenet._support.text import shorten
from citenet.errors import InputError, ParseError
from citenet.io._archives import Archive, is_packed, open_archive
from citenet.io._pieces import Pieces, survey
from citenet.lock import LOCK_NAME, PROBLEMS_NAME

__all__ = ["InputFile", "list_files"]

PathLike = str | os.PathLike[str]

_SAVED = "corpus.json"
# Documentation that lies beside data; a reference list may well be called anything else.
_DOCUMENTATION = re.compile(r"(?:README|LICEN[CS]E)(?:[._-].*)?$", re.IGNORECASE)


@dataclass(frozen=True)
class InputFile:
    """A file to read: where it is, what it is called in ``file`` columns, and whether the caller named it.

    A file in an ``archive`` knows its name (``member``) and turn (``at``) there; its digest is that of what was
    unpacked. An archive that cannot be unpacked is kept with its ``fault``, so that it is reported like any file that
    cannot be read. Text of the usual encoding can be read in ``pieces``. A folder that `Corpus.save` wrote is
    ``saved``, and read whole.
    """

    path: Path
    name: str
    named: bool
    sha256: str
    member: str | None = None
    archive: Archive | None = None
    at: int = 0
    fault: ParseError | None = None
    pieces: Pieces | None = None
    saved: bool = False

    def data(self) -> bytes:
        """Bytes of the file, unpacked where it is packed."""
        if self.fault is not None:
            raise self.fault
        return _bytes_of(self.path) if self.archive is None else self.archive.read(self.at)


def list_files(paths: PathLike | Iterable[PathLike]) -> list[InputFile]:
    """Files behind one or many paths, folders (with their subfolders) or globs, by name and then content.

    Hidden files, a folder's README and LICENSE, the ``.meta.json`` beside what citenet wrote, and the lock and the
    problems of a fetched corpus are passed over.
    Archives (``.zip``, ``.gz``) stand for what they hold. A folder with a saved corpus is one file: what else lies in
    it tells of the corpus.

    Raises
    ------
    InputError
        If a path does not exist, a glob matches nothing, or a folder holds no file.
    """
    if isinstance(paths, bytes) or not isinstance(paths, str | os.PathLike | Iterable):
        raise _no_path(paths)
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    if not given:
        raise InputError("no path given; give a file, a folder, a glob or a list of them")
    found: dict[Path, tuple[Path, str, bool]] = {}
    for path in given:
        for file, name, named in _expand(path):
            real = file.resolve()
            # A file named by the caller outranks the same file met in a folder.
            if real not in found or (named and not found[real][2]):
                found[real] = (file, name, named)
    files = [file for path, name, named in _distinct(found.values()) for file in _unpacked(path, name, named)]
    return sorted(files, key=lambda file: (file.name, file.sha256))


def _unpacked(path: Path, name: str, named: bool) -> list[InputFile]:
    """Return the file itself, or the files of an archive."""
    if path.is_dir():
        return [InputFile(path, name, named, sha256_of(_bytes_of(path / _SAVED)), saved=True)]
    try:
        with path.open("rb") as stream:
            packed = is_packed(stream.read(4))
            stream.seek(0)
            sha256, in_pieces = ("", False) if packed else survey(stream)
    except OSError as error:
        raise _not_opened(path, error) from error
    if not packed:
        return [InputFile(path, name, named, sha256, pieces=Pieces(path, name) if in_pieces else None)]
    data = _bytes_of(path)
    try:
        archive = open_archive(data, name)
        if archive is None:
            return [InputFile(path, name, named, sha256_of(data))]
        found = [(at, member) for at, member in enumerate(archive.names()) if not _hidden(member)]
        digests = [sha256_of(archive.read(at)) for at, _ in found]
        if not found:
            raise ParseError("the archive holds no file to read", file=name)
    except ParseError as fault:
        return [InputFile(path, name, named, sha256_of(data), fault=fault)]
    if archive.members is None:
        return [InputFile(path, name, named, digests[0], found[0][1], archive)]
    return [
        InputFile(path, f"{name}/{member}", False, digest, member, archive, at)
        for (at, member), digest in zip(found, digests, strict=True)
    ]


def _hidden(member: str) -> bool:
    parts = PurePosixPath(member).parts
    return any(part.startswith((".", "__MACOSX")) for part in parts) or _passed_over(parts[-1] if parts else "")


def _expand(given: PathLike) -> list[tuple[Path, str, bool]]:
    if not isinstance(given, str | os.PathLike) or isinstance(os.fspath(given), bytes):
        raise _no_path(given)
    text = os.fspath(given)
    try:
        path = Path(text).expanduser()
        is_file, is_folder = path.is_file(), path.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{shorten(text)!r} is not a path ({error}); a text is read from a file") from error
    if not text or "\n" in text:
        raise InputError(f"{shorten(text)!r} is not a path; a text is read from a file")
    if is_file or (is_folder and is_saved(path, "corpus")):
        return [(path, path.name or path.resolve().name, True)]
    if is_folder:
        files = [(file, file.relative_to(path).as_posix(), False) for file in _walk(path)]
        if not files:
            raise InputError(f"the folder {text!r} holds no file to read")
        return files
    if glob.has_magic(text):
        matches = sorted(Path(match) for match in glob.glob(str(path), recursive=True))
        kept = [match for match in matches if match.is_file() and not _passed_over(match.name)]
        if not kept:
            raise InputError(f"no file matches {text!r}")
        base = os.path.dirname(re.split(r"[*?\[]", str(path), maxsplit=1)[0]) if "**" in text else None
        return [(m, m.relative_to(base).as_posix() if base is not None else m.name, False) for m in kept]
    raise InputError(f"there is no file or folder {text!r}; paths are relative to {os.path.basename(os.getcwd())!r}")


def _no_path(given: object) -> InputError:
    return InputError(f"a path is a str or a pathlib.Path; {type(given).__name__} is neither")


def _walk(folder: Path) -> list[Path]:
    files: list[Path] = []
    for parent, subfolders, names in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        saved = [name for name in subfolders if is_saved(Path(parent, name), "corpus")]
        files += [Path(parent, name) for name in saved]
        subfolders[:] = [name for name in subfolders if name not in saved]
        files += [Path(parent, name) for name in sorted(names) if not _passed_over(name)]
    return [file for file in files if file.exists()]


def _passed_over(name: str) -> bool:
    ours = name.endswith((".meta.json", LOCK_NAME, PROBLEMS_NAME))
    return ours or name.startswith(".") or name.endswith("~") or bool(_DOCUMENTATION.match(name))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _not_opened(path, error) from error


def _not_opened(path: Path, error: OSError) -> InputError:
    return InputError(f"{path.name!r} cannot be opened: {error.strerror or error}")


def _distinct(files: Iterable[tuple[Path, str, bool]]) -> list[tuple[Path, str, bool]]:
    """Files whose names are alike get as much of their folders' names as tells them apart."""
    kept = list(files)
    while True:
        count = Counter(name for _, name, _ in kept)
        longer = [(path, _longer(path, name) if count[name] > 1 else name, named) for path, name, named in kept]
        if longer == kept:
            return kept
        kept = longer


def _longer(path: Path, name: str) -> str:
    above = path.absolute().parts[: -len(Path(name).parts)]
    return f"{above[-1]}/{name}" if len(above) > 1 else name
