"""Fetch: from a list of works or a search to a corpus, politely, resumably, reproducibly."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd

from citenet.connect.client import FetchClient
from citenet.connect.disciplines import Disciplines, add_disciplines, read_disciplines
from citenet.connect.folder import STORE_NAME, alone_in, folder_of, refuse_poorer, write_folder
from citenet.connect.gathering import Gathering
from citenet.connect.merge import merge
from citenet.connect.plan import FetchPlan, plan_of
from citenet.connect.query import FetchQuery, as_query
from citenet.connect.settings import Settings
from citenet.connect.store import PayloadStore
from citenet.corpus import Corpus
from citenet.errors import DroppedWarning, FetchError, InputError
from citenet.io import read
from citenet.io._values import find_id
from citenet.io.id_list import NAME as _ID_LIST

__all__ = ["fetch", "losses", "plan_fetch"]

_FILE = re.compile(r"[/\\]|\.[A-Za-z]\w{1,6}$")  # a path, or an ending
_SCHEME = re.compile(r"\s*\w{2,}:")  # of an address or identifier; one letter is a drive

PathLike = str | os.PathLike[str]
Works = FetchQuery | Corpus | PathLike | Iterable[str]


def fetch(
    works: Works,
    into: PathLike,
    *,
    disciplines: Disciplines | None = None,
    client: FetchClient | None = None,
    offline: bool = False,
    **options: Any,
) -> Corpus:
    """Fetch what works cite, or what cites them, from scholarly services, and merge what the services say.

    Parameters
    ----------
    works : FetchQuery, Corpus, path, or identifiers
        Identifiers are DOIs, ``"pmid:…"``, ``"PMC…"`` and OpenAlex ids. A file or folder is read; its works keep their
        ids and columns.
    into : path
        Folder that gets ``corpus.jsonl``, ``citenet.lock.json`` (what was asked, when, and counts),
        ``citenet.problems.csv`` and, in ``.payloads``, every answer as it came. What is there already is not asked
        again: after an interruption the same call goes on. A new folder asks anew.
    disciplines : DataFrame, path of a CSV, or "coproduction", optional
        Table by which `add_disciplines` labels the works; topic, subfield, field and domain of OpenAlex are columns in
        any case.
    client : FetchClient, optional
        By default one with the keys and the mail address of the environment.
    offline : bool, default False
        Ask nobody; take what the folder holds.
    **options
        Fields of `FetchQuery`: ``sources``, ``direction``, ``hops``, ``search``, ``years``, ``types``, ``max_works``,
        ``max_citing``, ``max_found``.

    Returns
    -------
    Corpus
        The works and everything found about them. ``works`` has ``described_by`` and ``lists_from``, ``references``
        has ``providers``: who says so. What could not be fetched, was cut by a cap, or is said differently by two
        services is a row of ``problems``; `disagreements` lists every reference that only some services know.

    Raises
    ------
    InputError
        If an identifier or an option is none, or the works have no identifiers at all; if the folder holds a corpus
        that no fetch wrote, or, offline, a fuller one.
    FetchError
        If nothing could be fetched: no service can be reached, or none lets the requests in; if another fetch into
        the same folder is under way; or if the folder cannot be written to.
    MissingDependencyError
        If ``citenet[fetch]`` is not installed.

    Warns
    -----
    DroppedWarning
        If some answers could not be had, a cap has cut a list, or a search found nothing.

    Examples
    --------
    >>> import citenet as cn
    >>> corpus = cn.fetch(["10.1093/intqhc/mzae077"], "corpora/review")  # doctest: +SKIP
    >>> corpus.references[["citing", "position", "doi", "providers"]]  # doctest: +SKIP
    """
    folder = folder_of(into)
    _refuse_itself(works, folder)
    given, query = _given(works, options)
    table = None if disciplines is None else read_disciplines(disciplines)
    with ExitStack() as stack:
        if offline:
            client = None
        elif client is None:
            client = stack.enter_context(FetchClient())
        gathering = Gathering(given, query, PayloadStore(folder / STORE_NAME), client)
        try:
            stack.enter_context(alone_in(folder))
            return _fetched(gathering, folder, table, offline)
        except OSError as error:
            raise FetchError(
                f"the folder {str(folder)!r} cannot be written to ({error.strerror or error}); make room, or see to "
                "its rights, and run the same again: what is kept is not asked again"
            ) from error


def _fetched(gathering: Gathering, folder: Path, table: pd.DataFrame | None, offline: bool) -> Corpus:
    """Gather, merge and write."""
    given, query = gathering.given, gathering.query
    gathering.run()
    _refuse_nothing(gathering)
    told = gathering.all_problems()
    corpus = merge(given, gathering.payloads, query.sources, gathering.asked, told, gathering.unwanted)
    if table is not None:
        corpus = add_disciplines(corpus, table)
    if offline:
        refuse_poorer(corpus, folder)
    write_folder(corpus, folder, gathering.origin())
    found_nothing = bool(query.search) and not any(p.work_terms for p in gathering.payloads if p.purpose == "search")
    _warn(corpus, told, query.search if found_nothing else "")
    return corpus


def plan_fetch(works: Works, into: PathLike, *, client: FetchClient | None = None, **options: Any) -> FetchPlan:
    """Say what a fetch would ask, what that costs and how long it takes, without asking anybody.

    Parameters
    ----------
    works, into, client, **options
        As for `fetch`; what the folder holds already is not counted.

    Returns
    -------
    FetchPlan
        Calls that are known now, and calls, dollars and seconds to be expected in all.

    Examples
    --------
    >>> import citenet as cn
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     plan = cn.plan_fetch([f"10.1000/{n}" for n in range(120)], folder, sources=["openalex", "crossref"])
    >>> plan.to_frame()["calls"].to_dict()
    {'openalex': 2, 'crossref': 5}
    """
    given, query = _given(works, options)
    gathering = Gathering(given, query, PayloadStore(folder_of(into) / STORE_NAME), None)
    gathering.run()
    return plan_of(gathering, Settings.load() if client is None else client.settings)


def _given(works: Works, options: dict[str, Any]) -> tuple[Corpus, FetchQuery]:
    """Works to ask about, and the question."""
    if isinstance(works, FetchQuery):
        query = as_query({**works.record(), **options})
        return query.corpus(), query
    if isinstance(works, Corpus):
        corpus = works
    else:
        if not isinstance(works, str | os.PathLike | Iterable):
            raise InputError(f"works={works!r} is neither identifiers nor a file, a Corpus or a FetchQuery")
        named: list[Any] = [works] if isinstance(works, str | os.PathLike) else list(works)
        files = [name for name in named if _is_path(name)]
        ids = [name for name in named if not _is_path(name)]
        for name in ids:
            _refuse_missing(name)
        if not files:
            query = as_query({**options, "works": ids})
            return query.corpus(), query
        corpus = read(files)
        if ids:
            corpus = corpus + FetchQuery(works=ids).corpus()
    query = as_query(options)
    if query.works:
        raise InputError("works are given twice: leave out works= beside a corpus or a file")
    if set(corpus.sources["format"].dropna()) == {_ID_LIST}:  # that a list of identifiers cites nothing is no problem
        kept = corpus.problems[corpus.problems["kind"] != "no references"]
        corpus = Corpus(corpus.works, corpus.references, corpus.contexts, kept, corpus.sources)
    return corpus, query


def _refuse_itself(works: Works, folder: Path) -> None:
    """Raise where the folder to write is read as well: what was fetched would be given the next time."""
    named = [works] if isinstance(works, str | os.PathLike) else works if isinstance(works, list | tuple) else []
    if any(_is_path(name) and Path(name).expanduser().resolve() == folder.resolve() for name in named):
        raise InputError(f"{str(folder)!r} cannot be read and fetched into at once; name another folder to fetch into")


def _is_path(text: object) -> bool:
    if isinstance(text, os.PathLike):
        return True
    if not isinstance(text, str):
        return False
    try:
        is_there = bool(text.strip()) and Path(text).expanduser().exists()
        return is_there or (find_id(text) is None and any(mark in text for mark in "*?"))
    except (OSError, ValueError, RuntimeError):  # the last: there is no such user
        return False


def _refuse_missing(name: object) -> None:
    """Raise where a text can only mean a file, and there is none."""
    text = str(name)
    if _FILE.search(text) and find_id(text) is None and not _SCHEME.match(text):
        raise InputError(
            f"there is no file {text!r} (looked for from {Path.cwd()}), and it is no identifier of a work; name a file "
            "or folder that is there, or give DOIs, 'pmid:…', 'PMC…' or OpenAlex ids W…"
        )


def losses(corpus: Corpus) -> str:
    """Say what could not be had: how many answers of which service, why, and what to do; "" where all were had.

    Parameters
    ----------
    corpus : Corpus
        From `fetch`.
    """
    lost = corpus.problems[corpus.problems["kind"] == "not fetched"]
    if lost.empty:
        return ""
    each = []
    for source, details in lost.groupby("file")["detail"]:
        reasons = details.str.removeprefix(f"{source}: ").value_counts()
        others = f"; {len(reasons) - 1} other reasons" if len(reasons) > 2 else ""
        each.append(f"{source} {len(details):,}: {'; '.join(map(str, reasons.index[:2]))}{others}")
    n = len(lost)
    return f"{n:,} answer{'s'[: n != 1]} could not be had ({' | '.join(each)})"


def _refuse_nothing(gathering: Gathering) -> None:
    """Raise where every source stopped before it answered anything."""
    if gathering.stops() and not gathering.payloads:
        said = "; ".join(f"{name}: {reason}" for name, reason in gathering.stops().items())
        raise FetchError(f"nothing could be fetched ({said})")


def _warn(corpus: Corpus, told: pd.DataFrame, vain: str) -> None:
    if vain:
        warnings.warn(f"the search for {vain!r} found nothing", DroppedWarning, stacklevel=4)
    if lost := losses(corpus):
        message = f"{lost}; what came is kept, and each of these is in corpus.problems"
        warnings.warn(message, DroppedWarning, stacklevel=4)
    for kind, words, remedy in (
        ("capped", "a cap cut", "; raise it to have all"),
        ("incomplete list", "services broke off", ""),
    ):
        cut = told.loc[told["kind"] == kind, "detail"]
        if n := len(cut):
            message = f"{words} {n} list{'s'[: n != 1]}, e.g. {cut.iloc[0]}{remedy}; corpus.problems names each"
            warnings.warn(message, DroppedWarning, stacklevel=4)
