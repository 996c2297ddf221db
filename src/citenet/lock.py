"""The lock of a corpus: what it was made from, so that a figure can be traced and a re-run says what changed."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

import citenet
from citenet._support.tables import Record, Table, column_digest, conform, header_digest, json_text
from citenet.corpus import SOURCE_COLUMNS, Corpus
from citenet.errors import InputError, ParseError

__all__ = ["LOCK_NAME", "PROBLEMS_NAME", "CorpusLock", "lock_of"]

LOCK_NAME = "citenet.lock.json"
PROBLEMS_NAME = "citenet.problems.csv"  # beside the lock; neither is read as works
_KIND, _VERSION = "citenet lock", 1
_PLACE = ["file", "line"]  # where a row was read, not what was read
_CHANGE_COLUMNS = ["what", "name", "before", "after", "change"]


@dataclass(frozen=True, eq=False, repr=False)
class CorpusLock:
    """What a corpus was made from: its origin, its files, and what was read from them.

    Parameters
    ----------
    sources : DataFrame
        One row per file or request: ``file``, ``format``, ``sha256``, ``n_works``, ``n_references``, ``retrieved``, and
        any further columns of ``corpus.sources``.
    origin : mapping
        Where the sources come from, in plain values: ``query``, ``retrieved`` (a date), ``providers`` (counts for
        each) and whatever else a search needs to be done again.
    counts : mapping of str to int
        Works, works with a year, works with references, references, passages, problems.
    content : mapping of str to str
        Digest of each table as read, without the places (file, line) it was read from: tells the same files read
        otherwise from the same content in other files.
    versions : mapping
        Of citenet and of its tables.

    Examples
    --------
    >>> import citenet as cn
    >>> lock = cn.datasets.coproduction_2024().lock(origin={"query": "models of co-production"})
    >>> lock.counts["works"], lock.counts["references"], len(lock.sources)
    (42, 47, 4)
    >>> lock.changed_since(lock).empty
    True
    """

    sources: Table = Table()
    origin: Record = Record()
    counts: Record = Record()
    content: Record = Record()
    versions: Record = Record()

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", conform(self.sources, SOURCE_COLUMNS, "sources"))

    def __repr__(self) -> str:
        counts, query = self.counts, self.origin.get("query")
        asked = f", query {query!r}" if query else ""
        when = f", retrieved {', '.join(self.retrieved)}" if self.retrieved else ""
        n = len(self.sources)
        return (
            f"<CorpusLock: {counts.get('works', 0):,} works and {counts.get('references', 0):,} references of "
            f"{n:,} source{'s'[: n != 1]}{asked}{when}, citenet {self.versions.get('citenet')}>"
        )

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.sources.to_html()}"

    @property
    def retrieved(self) -> list[str]:
        """The dates of retrieval that are known, of the whole or of single sources."""
        whole = self.origin.get("retrieved")
        single = self.sources["retrieved"].dropna()
        return sorted({*([str(whole)] if whole else []), *single})

    @property
    def sha256(self) -> str:
        """Digest of the whole lock: a short name for exactly this corpus."""
        return header_digest(self._as_json(), _KIND)

    def to_frame(self) -> pd.DataFrame:
        """Return the sources as a table."""
        return self.sources

    def changed_since(self, earlier: CorpusLock) -> pd.DataFrame:
        """Say what differs from an earlier lock.

        Parameters
        ----------
        earlier : CorpusLock

        Returns
        -------
        DataFrame
            One row per difference; none if nothing changed. ``what`` is "origin", "source", "count", "content" or
            "version", ``name`` says which, ``before`` and ``after`` hold the values as text (for sources the digest),
            ``change`` is "added", "removed", "changed" or, for the same bytes under another name, "renamed".
        """
        if not isinstance(earlier, CorpusLock):
            raise InputError(f"changed_since takes a CorpusLock; {type(earlier).__name__} is none (CorpusLock.load)")
        rows = _differences("origin", earlier.origin, self.origin)
        rows += _source_differences(earlier.sources, self.sources)
        for what in ("count", "content", "version"):
            field = what if what == "content" else f"{what}s"
            rows += _differences(what, getattr(earlier, field), getattr(self, field))
        return pd.DataFrame(rows, columns=_CHANGE_COLUMNS)

    def save(self, path: str | os.PathLike[str] = LOCK_NAME) -> Path:
        """Write the lock as JSON; the same lock gives the same bytes.

        Parameters
        ----------
        path : str or Path
            A file, or a folder that gets a ``citenet.lock.json``.

        Returns
        -------
        Path
            The file.
        """
        file = _file_of(path)
        file.write_text(
            json_text({**self._as_json(), "sha256": self.sha256}, indent=1) + "\n", encoding="utf-8", newline="\n"
        )
        return file

    @classmethod
    def load(cls, path: str | os.PathLike[str] = LOCK_NAME) -> CorpusLock:
        """Read what `save` wrote.

        Parameters
        ----------
        path : str or Path
            The file, or its folder.

        Raises
        ------
        ParseError
            If there is no lock, it is of another schema, or it was changed since.
        """
        file = _file_of(path)
        try:
            content = json.loads(file.read_bytes())
            kind, version, digest = content["kind"], content["schema_version"], content.pop("sha256")
        except FileNotFoundError as error:
            raise ParseError("there is no lock here; write one with corpus.lock().save(…)", file=str(file)) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ParseError("this is not the lock of a corpus", file=str(file)) from error
        if (kind, version) != (_KIND, _VERSION):
            raise ParseError(
                f"{kind!r} with schema {version}; this citenet reads {_KIND!r} with schema {_VERSION}", file=str(file)
            )
        if digest != header_digest(content, _KIND):
            raise ParseError("the lock has changed since it was written (its sha256 differs)", file=str(file))
        sources = pd.DataFrame(content["sources"]["rows"], columns=content["sources"]["columns"], dtype="object")
        return cls(sources, **{name: content[name] for name in ("origin", "counts", "content", "versions")})

    def _as_json(self) -> dict[str, Any]:
        sources = self.sources
        as_object = sources.astype("object")
        rows = as_object.where(sources.notna(), None).to_numpy().tolist()
        return {
            "kind": _KIND,
            "schema_version": _VERSION,
            "versions": self.versions,
            "origin": json.loads(json.dumps(self.origin, sort_keys=True, allow_nan=False)),
            "counts": self.counts,
            "content": self.content,
            "sources": {"columns": [str(column) for column in sources], "rows": rows},
        }


def lock_of(corpus: Corpus, version: int, origin: Mapping[str, Any] | None = None) -> CorpusLock:
    """Lock a corpus whose tables have the given schema version; see `Corpus.lock`."""
    if origin is not None and not isinstance(origin, Mapping):
        raise InputError(f"origin is a mapping such as {{'query': …, 'retrieved': …}}; got {type(origin).__name__}")
    works, references = corpus.works, corpus.references
    tables = {"works": works, "references": references, "contexts": corpus.contexts}
    lock = CorpusLock(
        sources=corpus.sources,
        origin=origin,
        counts={
            "works": len(works),
            "works with a year": int(works["year"].notna().sum()),
            "works with references": int(references["citing"].nunique()),
            "references": len(references),
            "passages": len(corpus.contexts[["citing", "passage"]].drop_duplicates()),
            "problems": len(corpus.problems),
        },
        content={
            name: column_digest(table.drop(columns=[c for c in _PLACE if c in table])) for name, table in tables.items()
        },
        versions={"citenet": citenet.__version__, "corpus": version, "lock": _VERSION},
    )
    try:  # what cannot be written is refused here, where it was passed
        lock._as_json()
    except (TypeError, ValueError) as error:
        raise InputError(
            f"the lock cannot hold this origin: {error}; give text, numbers, lists and mappings"
        ) from error
    return lock


def _file_of(path: str | os.PathLike[str]) -> Path:
    file = Path(path)
    return file / LOCK_NAME if file.is_dir() else file


def _differences(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Compare two mappings, going down into those they hold; a nested name is joined with dots."""
    rows: list[dict[str, Any]] = []
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            rows += [{**row, "name": f"{name}.{row['name']}"} for row in _differences(what, one, other)]
        elif name not in before:
            rows.append(_row(what, name, None, _as_text(other), "added"))
        elif name not in after:
            rows.append(_row(what, name, _as_text(one), None, "removed"))
        elif _as_text(one) != _as_text(other):
            rows.append(_row(what, name, _as_text(one), _as_text(other), "changed"))
    return rows


def _source_differences(before: pd.DataFrame, after: pd.DataFrame) -> list[dict[str, Any]]:
    """Compare the digests of files: first by name, then what is left by digest.

    Files of one name (of several folders) are paired off where their bytes are the same; the rest are numbered.
    """
    listed = [_digests(table) for table in (before, after)]
    one, other = (_numbered(mine, theirs) for mine, theirs in (listed, listed[::-1]))
    gone, new = {f: d for f, d in one.items() if f not in other}, {f: d for f, d in other.items() if f not in one}
    rows = [
        _row("source", file, digest, other[file], "changed")
        for file, digest in sorted(one.items())
        if file in other and digest != other[file]
    ]
    for file, digest in sorted(gone.items()):
        again = next((name for name, same in sorted(new.items()) if digest is not None and same == digest), None)
        if again is None:
            rows.append(_row("source", file, digest, None, "removed"))
        else:
            del new[again]
            rows.append(_row("source", f"{file} → {again}", digest, digest, "renamed"))
    return rows + [_row("source", file, None, digest, "added") for file, digest in sorted(new.items())]


def _digests(sources: pd.DataFrame) -> dict[str, list[str | None]]:
    """Digests of the files of each name; None where there is none."""
    found: dict[str, list[str | None]] = {}
    for file, digest in zip(sources["file"], sources["sha256"], strict=True):
        found.setdefault(file, []).append(None if pd.isna(digest) else digest)
    return found


def _numbered(mine: dict[str, list[str | None]], theirs: dict[str, list[str | None]]) -> dict[str, str | None]:
    """One digest for each name; of several files of one name, those that are not in both locks are numbered."""
    found: dict[str, str | None] = {}
    for file, digests in mine.items():
        others = theirs.get(file, [])
        if len(digests) <= 1 and len(others) <= 1:
            left = list(digests)
        else:
            left = sorted((Counter(digests) - Counter(others)).elements(), key=str)
        for i, digest in enumerate(left, start=1):
            found[file if i == 1 else f"{file} ({i})"] = digest
    return found


def _row(what: str, name: str, before: str | None, after: str | None, change: str) -> dict[str, Any]:
    return dict(zip(_CHANGE_COLUMNS, (what, name, before, after, change), strict=True))


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
