"""What several services say, as one corpus: works by identity, references with who names them, disagreements listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from citenet._support.text import fold
from citenet.connect.identity import SCHEMES, Identity, terms_of
from citenet.connect.lists import merge_lists, with_keys
from citenet.connect.payloads import Payload
from citenet.corpus import CONTEXT_COLUMNS, PROBLEM_COLUMNS, REFERENCE_COLUMNS, SOURCE_COLUMNS, WORK_COLUMNS, Corpus
from citenet.identifiers import join_ids
from citenet.io._rows import Row, Rows

__all__ = ["disagreements", "identify", "merge"]

# Voices that know themselves which identifiers are one work; what a publisher prints may mix them up.
_MATCHED = ("openalex", "opencitations", "semanticscholar")
_ABOUT_ITSELF = ("references", "description")
_ALIKE = 0.6


def identify(given: Corpus, payloads: Iterable[Payload]) -> Identity:
    """Find out which identifiers name one work, from every record that gives several to one.

    Parameters
    ----------
    given : Corpus
    payloads : iterable of Payload
        An answer to a request for one work that holds one work is about that work, also under another identifier: the
        service has merged it.
    """
    groups = terms_of(given.works["doi"], given.works["ids"])
    for payload in payloads:
        works = list(payload.work_terms.values())
        groups += works
        if payload.voice in _MATCHED:
            groups += payload.reference_terms
        asks_by_name = "query" not in dict(payload.request.params)  # a search may find another work
        if payload.purpose in _ABOUT_ITSELF and asks_by_name and len(payload.request.works) == 1 and len(works) == 1:
            groups.append((*payload.request.works, *works[0]))
    return Identity(groups)


def merge(
    given: Corpus, payloads: Sequence[Payload], sources: Sequence[str], asked: Iterable[str], lost: pd.DataFrame
) -> Corpus:
    """Merge the answers of services with the works they were asked about.

    Parameters
    ----------
    given : Corpus
        Its work ids, and all columns of its works, are kept.
    payloads : sequence of Payload
    sources : sequence of str
        In the order in which they are believed.
    asked : iterable of str
        Identifiers of the works that were asked about: an answer about another one is left out.
    lost : DataFrame
        What could not be fetched: further problems.

    Returns
    -------
    Corpus
        Works gain ``described_by`` and ``lists_from``, references gain ``providers``: the voices, separated by blanks.
    """
    voices = ["given", "fulltext", *sources]
    identity = identify(given, payloads)
    own = _own_names(given, identity)
    rows, problems = _work_rows(given, own, payloads, identity, set(map(identity.name, asked)))
    ids = _final_ids(own, rows)
    described = _first(rows, voices)
    references = _reference_rows(given, own, payloads, identity, ids)
    merged, places, more = merge_lists(with_keys(references, identity, described), voices)
    problems += more + _differences(rows, identity, ids)
    works = described.rename(index=ids)
    works["ids"] = _other_ids(described, identity).to_numpy()
    works["lists_from"] = merged.groupby("citing")["providers"].agg(_all_named).reindex(works.index).astype("str")
    further = [str(column) for column in rows if column not in ("voice", "name")]
    told = Rows(row for payload in payloads for row in payload.records.problems).frame(PROBLEM_COLUMNS)
    from_answers = Rows(payload.source() for payload in payloads).frame(SOURCE_COLUMNS)
    return Corpus(
        works=_only(works, WORK_COLUMNS, [*further, "described_by", "lists_from"]),
        references=_only(merged, REFERENCE_COLUMNS, ["providers"]),
        contexts=_contexts(given, own, payloads, places, identity, ids),
        problems=pd.concat([given.problems, told, lost, pd.DataFrame(problems, columns=list(PROBLEM_COLUMNS))]),
        sources=pd.concat([given.sources[list(SOURCE_COLUMNS)], from_answers]),
    )


def disagreements(corpus: Corpus) -> pd.DataFrame:
    """Show the references that some services list and others, which have a list of the same work, do not.

    A list that was given need not be whole: it lacks nothing.

    Parameters
    ----------
    corpus : Corpus
        From `fetch`.

    Returns
    -------
    DataFrame
        One row a reference: citing, position, title, year, doi, and ``listed_by`` and ``missing_from``, names separated
        by blanks. Empty where the lists agree.
    """
    references = corpus.references
    if "providers" not in references:
        return pd.DataFrame(columns=["citing", "position", "title", "year", "doi", "listed_by", "missing_from"])
    have = references["citing"].map(corpus.works["lists_from"])
    missing = [
        " ".join(voice for voice in all_of.split() if voice not in ("given", *said.split()))
        for all_of, said in zip(have, references["providers"], strict=True)
    ]
    table = references[["citing", "position", "title", "year", "doi"]].assign(
        listed_by=references["providers"], missing_from=pd.Series(missing, index=references.index, dtype="str")
    )
    return table[table["missing_from"] != ""].reset_index(drop=True)


def _own_names(given: Corpus, identity: Identity) -> dict[str, str]:
    """Name by identity of each given work; one without identifiers gets one of its own."""
    works = given.works
    terms = terms_of(works["doi"], works["ids"])
    return {w: identity.name(t[0]) if t else f"given:{w}" for w, t in zip(works.index, terms, strict=True)}


def _names_in(payload: Payload, identity: Identity) -> dict[str, str]:
    """Name by identity of each work of an answer."""
    terms = payload.work_terms
    return {work: identity.name(t[0]) if t else f"{payload.voice}:{work}" for work, t in terms.items()}


def _work_rows(
    given: Corpus, own: Mapping[str, str], payloads: Sequence[Payload], identity: Identity, wanted: set[str]
) -> tuple[pd.DataFrame, list[Row]]:
    """All records of works, each with who gives it and the name of the work; what nobody asked for is left out."""
    wanted = wanted | set(own.values())
    problems: list[Row] = []
    taken: set[str] = set()
    for work_id, name in own.items():
        if name in taken:
            detail = f"{work_id!r} has an identifier of a work that is given already; kept once"
            problems.append(_problem("same work twice", detail, name))
        taken.add(name)
    found = Rows()
    for payload in payloads:
        names = list(_names_in(payload, identity).values())
        found.extend({**payload.records.works.columns(), "name": names}, voice=payload.voice, purpose=payload.purpose)
    rows = found.frame({"name": "str", "voice": "str", "purpose": "str", "work_id": "str", **WORK_COLUMNS})
    unasked = rows["purpose"].isin(_ABOUT_ITSELF) & ~rows["name"].isin(wanted)
    for voice, name, file in rows.loc[unasked, ["voice", "name", "file"]].itertuples(index=False):
        detail = f"{voice} answered with a work that nobody asked for; left out"
        problems.append(_problem("unasked record", detail, name, file))
    rows = rows[~unasked].drop(columns=["purpose", "work_id"])
    known = given.works.assign(voice="given", name=pd.Series(own, dtype="str")).reset_index(drop=True)
    return pd.concat([known, rows], ignore_index=True), problems


def _final_ids(own: Mapping[str, str], rows: pd.DataFrame) -> dict[str, str]:
    """Name by identity → id in the corpus: that of the first given work where there is one."""
    given: dict[str, str] = {}
    for work_id, name in own.items():
        given.setdefault(name, work_id)
    return {name: given.get(name, name) for name in rows["name"].unique()}


def _other_ids(works: pd.DataFrame, identity: Identity) -> pd.Series[str]:
    """All identifiers of each work besides its DOI."""
    found = []
    for name, ids, doi in zip(works.index, works["ids"].tolist(), works["doi"].tolist(), strict=True):
        known = identity.terms(name) if name.partition(":")[0] in SCHEMES else ()
        terms = {*(ids.split() if isinstance(ids, str) else ()), *known}
        found.append(join_ids(term for term in terms if term != f"doi:{doi}"))
    return pd.Series(found, index=works.index, dtype="str")


def _first(rows: pd.DataFrame, voices: Sequence[str]) -> pd.DataFrame:
    """Return what is known of each work, field by field from the first voice that knows it."""
    rank = {voice: n for n, voice in enumerate(voices)}
    ordered = rows.assign(rank=[rank[voice] for voice in rows["voice"]]).sort_values(
        ["name", "rank", "file"], kind="stable"
    )
    grouped = ordered.groupby("name")
    works = grouped.first()
    told = ordered[ordered["title"].notna()].groupby("name")["voice"].agg(lambda v: " ".join(dict.fromkeys(v)))
    works["described_by"] = told.reindex(works.index).astype("str")
    return works


def _reference_rows(
    given: Corpus, own: Mapping[str, str], payloads: Sequence[Payload], identity: Identity, ids: Mapping[str, str]
) -> pd.DataFrame:
    """All references, each with who lists it and in which order; citing is an id of the corpus."""
    mine = given.references
    mine = mine.assign(voice="given", order=mine["position"], citing=mine["citing"].map(own).map(ids))
    mine["ids"] = mine["ids"].map(partial(_known_works, own=own), na_action="ignore")
    found = Rows()
    has_list: set[tuple[str, str]] = set()
    # A search brings lists as well: what the service says when asked for the work is its list, and there is one only.
    for payload in sorted(payloads, key=lambda payload: payload.purpose == "search"):
        names = _names_in(payload, identity)
        listed = payload.records.references
        citing = [ids.get(names.get(work, ""), "") for work in listed.column("citing")]
        if payload.purpose == "search":
            citing = ["" if (payload.voice, work) in has_list else work for work in citing]
        if payload.purpose != "citing":  # what cites one work may be told without its other references
            has_list.update((payload.voice, work) for work in citing)
        turns = Counter[str]()
        order = []
        for work, position in zip(citing, listed.column("position"), strict=True):
            turns[work] += 1
            order.append(position or turns[work])
        found.extend({**listed.columns(), "citing": citing, "order": order}, voice=payload.voice)
    rows = found.frame({**REFERENCE_COLUMNS, "voice": "str", "order": "Int64"})
    return pd.concat([mine, rows[rows["citing"] != ""]], ignore_index=True)


def _known_works(ids: str, own: Mapping[str, str]) -> str | None:
    """Add the identifier of each work that is cited by its key."""
    terms = ids.split()
    named = [own[term[5:]] for term in terms if term.startswith("work:") and term[5:] in own]
    return join_ids([*terms, *(name for name in named if not name.startswith("given:"))])


def _all_named(providers: pd.Series[Any]) -> str:
    return " ".join(sorted({voice for said in providers for voice in said.split()}))


def _differences(rows: pd.DataFrame, identity: Identity, names: dict[str, str]) -> list[Row]:
    """Works of which voices say different things: several DOIs, years, titles."""
    problems: list[Row] = []

    def report(kind: str, name: str, detail: str) -> None:
        problems.append(_problem(kind, f"{names[name]}: {detail}", name))

    for name in rows["name"].unique():
        dois = [term for term in identity.terms(name) if term.startswith("doi:")]
        if len(dois) > 1:
            report("several DOIs", name, f"{', '.join(dois)} are taken for one work, as a service does")
    for column, kind in (("year", "years differ"), ("title", "titles differ")):
        told = rows[rows[column].notna()].drop_duplicates(["name", "voice", column])
        several = told.groupby("name")[column].nunique()
        for name, group in told[told["name"].isin(several.index[several > 1])].groupby("name"):
            if column == "year" or not _alike(group[column].tolist()):
                said = zip(group[column], group["voice"], strict=True)
                report(kind, str(name), ", ".join(f"{value} ({voice})" for value, voice in said))
    return problems


def _alike(titles: list[str]) -> bool:
    from rapidfuzz import fuzz

    first = fold(titles[0])
    return all(fuzz.ratio(first, fold(title)) / 100 >= _ALIKE for title in titles[1:])


def _contexts(
    given: Corpus,
    own: Mapping[str, str],
    payloads: Sequence[Payload],
    places: pd.DataFrame,
    identity: Identity,
    ids: Mapping[str, str],
) -> pd.DataFrame:
    """Passages, with the numbers that references have in the merged list."""
    tables = [given.contexts.assign(voice="given", citing=given.contexts["citing"].map(own).map(ids))]
    for payload in payloads:
        if payload.records.contexts:
            rows = Rows(payload.records.contexts).frame(CONTEXT_COLUMNS)
            citing = rows["citing"].map(_names_in(payload, identity)).map(ids)
            tables.append(rows.assign(voice=payload.voice, citing=citing))
    contexts = pd.concat(tables, ignore_index=True).rename(columns={"position": "order"})
    contexts = contexts[contexts["citing"].notna()]
    found = contexts.merge(places, on=["citing", "voice", "order"], how="left").drop(columns=["voice", "order"])
    return _only(found, CONTEXT_COLUMNS, map(str, found))


def _problem(kind: str, detail: str, excerpt: str, file: object = None) -> Row:
    return {"file": file, "line": None, "kind": kind, "detail": detail, "excerpt": excerpt}


def _only(table: pd.DataFrame, schema: Iterable[str], further: Iterable[str]) -> pd.DataFrame:
    first = list(schema)
    return table[
        [*(c for c in first if c in table), *sorted(set(further).difference(first).intersection(table.columns))]
    ]
