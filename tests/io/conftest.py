"""Small files of every format, written for these tests, and what is read from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from citenet.corpus import Corpus
from citenet.io import read
from citenet.io._gather import Gathered
from citenet.io._records import Records

SAMPLES = Path(__file__).with_name("samples")


def checked_corpus(records: Records, name: str) -> Corpus:
    """Return the corpus of what was read of a file of this format."""
    gathered = Gathered()
    gathered.add(records, name, "0")
    return Corpus(**gathered.tables())


@pytest.fixture
def sample() -> Callable[..., Corpus]:
    """Read one or several of the samples, named by their files."""
    return lambda *names: read([SAMPLES / name for name in names])


@pytest.fixture
def row_of() -> Callable[..., dict]:
    """Return what is known of a work or of the reference at a position, without its file and line."""

    def known(corpus: Corpus, work_id: str, position: int | None = None) -> dict:
        if position is None:
            row = corpus.works.loc[work_id]
        else:
            table = corpus.references.set_index(["citing", "position"])
            row = table.loc[(work_id, position)]
        return {name: value for name, value in row.dropna().items() if name not in ("file", "line")}

    return known


@pytest.fixture
def problems_of() -> Callable[[Corpus], list[tuple[int | None, str]]]:
    """Return the line (None where there is none) and the kind of each problem of a corpus."""

    def listed(corpus: Corpus) -> list[tuple[int | None, str]]:
        lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
        return list(zip(lines, corpus.problems["kind"], strict=True))

    return listed
