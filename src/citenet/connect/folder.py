"""The folder of a fetch: what may be written into it, and what is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from citenet._support.optional import require
from citenet.corpus import Corpus
from citenet.errors import FetchError, InputError
from citenet.io.export import write
from citenet.lock import LOCK_NAME, PROBLEMS_NAME, CorpusLock

__all__ = ["CORPUS_NAME", "STORE_NAME", "alone_in", "folder_of", "refuse_poorer", "write_folder"]

CORPUS_NAME = "corpus.jsonl"
STORE_NAME = ".payloads"  # readers pass over hidden folders: the folder reads as the corpus, not twice


def folder_of(into: str | os.PathLike[str]) -> Path:
    """Return the folder to fetch into, which is new or was fetched into before.

    Raises
    ------
    InputError
        If it is no path, or a file, or holds a corpus that no fetch wrote.
    """
    if not os.fspath(into).strip():
        raise InputError(f"into={str(into)!r} names no folder; '.' is the one at hand")
    try:
        folder = Path(into).expanduser()
    except RuntimeError as error:
        raise InputError(f"into={str(into)!r}: there is no such user; name another folder") from error
    if folder.exists() and not folder.is_dir():
        raise InputError(f"into={str(into)!r} is a file; name a folder, which is made where there is none")
    fetched = (folder / LOCK_NAME).exists() or (folder / STORE_NAME).exists()
    if (folder / CORPUS_NAME).exists() and not fetched:
        raise InputError(
            f"into={str(into)!r} holds a {CORPUS_NAME} that no fetch wrote (it has no {LOCK_NAME}), which would be "
            "overwritten; name another folder"
        )
    return folder


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other fetches out of a folder; the system lets go of it when the program ends, however it ends.

    Raises
    ------
    FetchError
        If another fetch is under way there.
    """
    filelock = require("filelock", "fetch")
    store = folder / STORE_NAME
    store.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(store / ".lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise FetchError(
            f"another fetch into {str(folder)!r} is under way; wait for it, or name another folder"
        ) from None
    try:
        for draft in store.glob("*/.*"):  # of a program that was killed while it wrote
            draft.unlink()
        yield
    finally:
        lock.release()


def refuse_poorer(corpus: Corpus, folder: Path) -> None:
    """Keep the corpus of the folder where what was found without asking, with gaps, is less.

    Raises
    ------
    InputError
        If the corpus has fewer works or references than the lock of the folder says, for want of answers.
    """
    lacking = int((corpus.problems["kind"] == "not fetched").sum())
    if not lacking or not (folder / CORPUS_NAME).exists() or not (folder / LOCK_NAME).exists():
        return
    before = CorpusLock.load(folder).counts
    found = {"works": len(corpus.works), "references": len(corpus.references)}
    if any(n < before.get(what, 0) for what, n in found.items()):
        held = f"{before.get('works', 0):,} and {before.get('references', 0):,}"
        raise InputError(
            f"offline, {lacking:,} answer{' is' if lacking == 1 else 's are'} lacking: {found['works']:,} works and "
            f"{found['references']:,} references "
            f"would replace the {held} of {folder / CORPUS_NAME}, "
            "which is kept; ask the services, or name another folder"
        )


def write_folder(corpus: Corpus, folder: Path, origin: dict[str, Any]) -> None:
    """Write the corpus, its problems, and its lock: all first, so that none is there in part."""
    kinds = corpus.problems["kind"].value_counts().sort_index()
    told = {kind: int(n) for kind, n in kinds.items()}
    draft = folder / STORE_NAME / ".draft"
    draft.mkdir(exist_ok=True)
    write(corpus, draft / CORPUS_NAME)
    corpus.problems.to_csv(draft / PROBLEMS_NAME, index=False, encoding="utf-8", lineterminator="\n")
    corpus.lock(origin={**origin, "problems": told}).save(draft)
    for file in sorted(draft.iterdir()):
        os.replace(file, folder / file.name)
    draft.rmdir()
