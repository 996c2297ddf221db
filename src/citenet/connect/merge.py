"""What several services say, as one corpus: works by identity, references with who names them, disagreements listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import pandas as pd

from citenet.connect.differences import differing_lists, differing_works
from citenet.connect.identity import SCHEMES, Identity, terms_of
from citenet.connect.lists import merge_lists, with_keys
from citenet.connect.payloads import Payload
from citenet.connect.providers import PROVIDERS
from citenet.corpus import CONTEXT_COLUMNS, PROBLEM_COLUMNS, REFERENCE_COLUMNS, SOURCE_COLUMNS, WORK_COLUMNS, Corpus
from citenet.identifiers import join_ids
from citenet.io._rows import Row, Rows
from citenet.io._strings import DOUBTED, SEE_UNSURE

__all__ = ["identify", "merge"]

# Voices that know themselves which identifiers are one work; what a publisher prints may mix them up.
_MATCHED = ("openalex", "opencitations", "semanticscholar")
_ABOUT_ITSELF = ("references", "description")
_WHOLE = ("lists_from", "cited_by_from")


def identify(given: Corpus, payloads: Iterable[Payload]) -> Identity:
    """Find out which identifiers name one work, from every record that gives several to one.

    Parameters
    ----------
    given : Corpus
    payloads : iterable of Payload
        An answer to a request by name that holds one work is about the work it names, also under another identifier:
        the service has merged it.
    """
    groups = terms_of(given.works["doi"], given.works["ids"])
    for payload in payloads:
        works = list(payload.work_terms.values())
        groups += works
        if payload.voice in _MATCHED:
            groups += payload.reference_terms
        if payload.request.by_name and len(works) == 1:  # a list or a search may find another work
            groups.append((*payload.request.works, *works[0]))
    return Identity(groups)


def merge(
    given: Corpus,
    payloads: Sequence[Payload],
    sources: Sequence[str],
    asked: Iterable[str],
    lost: pd.DataFrame,
    unwanted: Iterable[str] = (),
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
    unwanted : iterable of str
        Identifiers of works that stored answers hold besides: left out without a word.

    Returns
    -------
    Corpus
        Works gain ``described_by``, ``lists_from`` (who gave the whole list) and ``cited_by_from`` (who named all works
        that cite it), references gain ``providers``: the voices, separated by blanks.
    """
    voices = ["given", "fulltext", *sources]
    identity = identify(given, payloads)
    own = _own_names(given, identity)
    wanted, silent = (set(map(identity.name, terms)) for terms in (asked, unwanted))
    rows, problems = _work_rows(given, own, payloads, identity, wanted)
    problems = [row for row in problems if row["kind"] != "unasked record" or row["excerpt"] not in silent]
    ids = _final_ids(own, rows)
    described = _first(rows, voices)
    references = _reference_rows(given, own, payloads, identity, ids)
    merged, places, more = merge_lists(with_keys(references, identity, described), voices)
    works = described.rename(index=ids)
    works["ids"] = _other_ids(described, identity).to_numpy()
    own_lists = {ids[own[work]] for work in given.references["citing"].unique()}
    for column, said in zip(_WHOLE, _whole(payloads, identity, ids, voices, own_lists), strict=True):
        works[column] = said.reindex(works.index).astype("str")
    problems += more + differing_works(rows, identity, ids) + differing_lists(merged, works) + _doubted(merged)
    further = [str(column) for column in rows if column not in ("voice", "name")]
    files = {payload.records.file: payload for payload in payloads}.values()  # one may answer two purposes
    told = Rows(row for payload in files for row in payload.records.problems).frame(PROBLEM_COLUMNS)
    told = told[(told["kind"] != DOUBTED) | told["line"].notna()]  # an answer may hold more works: counted anew
    from_answers = Rows(payload.source() for payload in files).frame(SOURCE_COLUMNS)
    return Corpus(
        works=_only(works, WORK_COLUMNS, [*further, "described_by", *_WHOLE]),
        references=_only(merged, REFERENCE_COLUMNS, ["providers", "unsure"]),
        contexts=_contexts(given, own, payloads, places, identity, ids),
        problems=pd.concat([given.problems, told, lost, pd.DataFrame(problems, columns=list(PROBLEM_COLUMNS))]),
        sources=pd.concat([given.sources[list(SOURCE_COLUMNS)], from_answers]),
    )


def _doubted(merged: pd.DataFrame) -> list[Row]:
    """Count the references that only services list, as strings that were read with doubt."""
    fetched = ~merged["providers"].str.split().map(lambda voices: "given" in voices).astype("bool")
    doubted = int((fetched & merged["unsure"].notna()).sum()) if "unsure" in merged else 0
    if not doubted:
        return []
    detail = (
        f"{doubted:,} of {int(fetched.sum()):,} fetched references are strings that were read with doubt; {SEE_UNSURE}"
    )
    return [_problem(DOUBTED, detail, "")]


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


def _whole(
    payloads: Iterable[Payload],
    identity: Identity,
    ids: Mapping[str, str],
    voices: Sequence[str],
    own_lists: Iterable[str],
) -> tuple[pd.Series[str], pd.Series[str]]:
    """Who gave the whole list of a work, and who named all works that cite it: voices by work.

    That nobody cites a work is said by whoever knows the work, and by nobody else.
    """
    payloads = list(payloads)
    names_in = [_names_in(payload, identity) for payload in payloads]
    known = {(p.voice, name) for p, names in zip(payloads, names_in, strict=True) for name in names.values()}
    lists: dict[str, set[str]] = {work: {"given"} for work in own_lists}
    citing: dict[str, set[str]] = {}
    for payload, names in zip(payloads, names_in, strict=True):
        tells_lists = payload.purpose != "citing" or PROVIDERS[payload.voice].citing_with_lists
        if tells_lists and (payload.is_complete or not _is_one_list(payload)):
            for work in payload.whole_lists.intersection(names):
                lists.setdefault(ids.get(names[work], ""), set()).add(payload.voice)
        if payload.purpose == "citing" and payload.is_complete:
            for name in map(identity.name, payload.request.works):
                if len(payload.records.references) or (payload.voice, name) in known:
                    citing.setdefault(ids.get(name, ""), set()).add(payload.voice)
    found = [{w: " ".join(v for v in voices if v in said) for w, said in known.items()} for known in (lists, citing)]
    return pd.Series(found[0], dtype="str"), pd.Series(found[1], dtype="str")


def _is_one_list(payload: Payload) -> bool:
    """Whether all pages are one list of references."""
    provider = PROVIDERS.get(payload.voice)
    return payload.purpose == "references" and provider is not None and provider.lists_apart


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
