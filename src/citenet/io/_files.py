"""Paths, folders and globs as a list of files in an order that does not depend on how they were given."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from citenet._support.tables import sha256_of
from citenet._support.text import shorten
from citenet.errors import InputError, ParseError
from citenet.io._archives import Archive, is_packed
from citenet.io._pieces import Pieces, survey
from citenet.lock import LOCK_NAME, PROBLEMS_NAME

__all__ = ["InputFile", "list_files"]

PathLike = str | os.PathLike[str]

# Documentation that lies beside data; a reference list may well be called anything else.
_DOCUMENTATION = re.compile(r"(?:README|LICEN[CS]E)(?:[._-].*)?$", re.IGNORECASE)


@dataclass(frozen=True)
class InputFile:
    """A file to read: where it is, what it is called in ``file`` columns, and whether the caller named it.

    A file in an archive knows its ``member`` name there; its digest is that of what was unpacked. An archive that
    cannot be unpacked is kept with its ``fault``, so that it is reported like any file that cannot be read. Text of
    the usual encoding can be read in ``pieces``.
    """

    path: Path
    name: str
    named: bool
    sha256: str
    member: str | None = None
    unpacked: Callable[[], bytes] | None = None
    fault: ParseError | None = None
    pieces: Pieces | None = None

    def data(self) -> bytes:
        """Bytes of the file, unpacked where it is packed."""
        if self.fault is not None:
            raise self.fault
        return _bytes_of(self.path) if self.unpacked is None else self.unpacked()


def list_files(paths: PathLike | Iterable[PathLike]) -> list[InputFile]:
    """Files behind one or many paths, folders (with their subfolders) or globs, by name and then content.

    Hidden files, a folder's README and LICENSE, the ``.meta.json`` beside what citenet wrote, and the lock and the
    problems of a fetched corpus are passed over.
    Archives (``.zip``, ``.gz``) stand for what they hold.

    Raises
    ------
    InputError
        If a path does not exist, a glob matches nothing, or a folder holds no file.
    """
    if not isinstance(paths, str | os.PathLike) and (isinstance(paths, bytes) or not isinstance(paths, Iterable)):
        raise InputError(f"a path is a str or a pathlib.Path, or a list of them; {type(paths).__name__} is neither")
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
        archive = Archive(data, name)
        if archive.is_of_office:
            return [InputFile(path, name, named, sha256_of(data))]
        kept = [(turn, member) for turn, member in enumerate(archive.names()) if not _hidden(member)]
        if not kept:
            raise ParseError("the archive holds no file to read", file=name)
        digests = [sha256_of(archive.content(turn)) for turn, _ in kept]
    except ParseError as fault:
        return [InputFile(path, name, named, sha256_of(data), fault=fault)]
    of_zip = not data.startswith(b"\x1f\x8b")
    return [
        InputFile(
            path, f"{name}/{member}" if of_zip else name, named and not of_zip, digest, member,
            partial(archive.content, turn),
        )
        for (turn, member), digest in zip(kept, digests, strict=True)
    ]  # fmt: skip


def _hidden(member: str) -> bool:
    parts = PurePosixPath(member).parts
    return any(part.startswith((".", "__MACOSX")) for part in parts) or _passed_over(parts[-1] if parts else "")


def _expand(given: PathLike) -> list[tuple[Path, str, bool]]:
    if not isinstance(given, str | os.PathLike) or isinstance(os.fspath(given), bytes):
        raise InputError(f"a path is a str or a pathlib.Path; {type(given).__name__} is neither")
    text = os.fspath(given)
    try:
        path = Path(text).expanduser()
        is_file, is_folder = path.is_file(), path.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{shorten(text)!r} is not a path ({error}); a text is read from a file") from error
    if not text or "\n" in text:
        raise InputError(f"{shorten(text)!r} is not a path; a text is read from a file")
    if is_file:
        return [(path, path.name, True)]
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


def _walk(folder: Path) -> list[Path]:
    files: list[Path] = []
    for parent, subfolders, names in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        files += [Path(parent, name) for name in sorted(names) if not _passed_over(name)]
    return [file for file in files if file.is_file()]


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
