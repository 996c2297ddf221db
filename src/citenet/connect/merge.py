"""What several services say, as one corpus: works by identity, references with who names them, disagreements listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from citenet._support.text import fold
from citenet.connect.identity import Identity, terms_of
from citenet.connect.lists import merge_lists, with_keys
from citenet.connect.payloads import Payload
from citenet.corpus import CONTEXT_COLUMNS, PROBLEM_COLUMNS, REFERENCE_COLUMNS, SOURCE_COLUMNS, WORK_COLUMNS, Corpus
from citenet.identifiers import join_ids
from citenet.io._records import Row

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
    groups = [*terms_of(given.works)]
    for payload in payloads:
        works = payload.corpus.works
        terms = terms_of(works, works.index)
        groups += terms
        if payload.voice in _MATCHED:
            groups += terms_of(payload.corpus.references)
        if payload.purpose in _ABOUT_ITSELF and len(payload.works) == 1 and len(terms) == 1:
            groups.append((*payload.works, *terms[0]))
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
    problems: list[Row] = []
    rows = _work_rows(given, payloads, identity, {identity.name(term) for term in asked}, problems)
    names = _final_names(rows)
    described = _first(rows, voices)
    references = _reference_rows(given, payloads, identity, names, described)
    merged, places, more = merge_lists(references, voices)
    problems += more + _differences(rows, identity, names)
    works = described.rename(index=names)
    works["ids"] = pd.Series(
        [join_ids([*(ids.split() if isinstance(ids, str) else []), *(t for t in identity.terms(n) if t != f"doi:{doi}"
                   and not t.startswith("given:"))])
         for n, ids, doi in zip(described.index, described["ids"].tolist(), described["doi"].tolist(), strict=True)],
        index=works.index, dtype="str",
    )  # fmt: skip
    works["lists_from"] = merged.groupby("citing")["providers"].agg(_all_named).reindex(works.index).astype("str")
    tables = [given, *(payload.corpus for payload in payloads)]
    return Corpus(
        works=_only(
            works,
            WORK_COLUMNS,
            [c for c in rows if c not in ("voice", "name", "given_id")] + ["described_by", "lists_from"],
        ),
        references=_only(merged, REFERENCE_COLUMNS, ["providers"]),
        contexts=_contexts(given, payloads, places, identity, names),
        problems=pd.concat(
            [*(table.problems for table in tables), lost, pd.DataFrame(problems, columns=list(PROBLEM_COLUMNS))]
        ),
        sources=_only(pd.concat([table.sources for table in tables]), SOURCE_COLUMNS, []),
    )


def disagreements(corpus: Corpus) -> pd.DataFrame:
    """References that some services list and others, which have a list of the same work, do not.

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
        " ".join(voice for voice in all_of.split() if voice not in said.split())
        for all_of, said in zip(have, references["providers"], strict=True)
    ]
    table = references[["citing", "position", "title", "year", "doi"]].assign(
        listed_by=references["providers"], missing_from=pd.Series(missing, index=references.index, dtype="str")
    )
    return table[table["missing_from"] != ""].reset_index(drop=True)


def _work_rows(
    given: Corpus, payloads: Sequence[Payload], identity: Identity, wanted: set[str], problems: list[Row]
) -> pd.DataFrame:
    """All records of works, each with who gives it and the name of the work; what nobody asked for is left out."""
    tables = []
    own = [identity.name(terms[0]) if terms else f"given:{work_id}"
           for work_id, terms in zip(given.works.index, terms_of(given.works), strict=True)]  # fmt: skip
    tables.append(given.works.assign(voice="given", name=own, given_id=given.works.index))
    for payload in payloads:
        works = payload.corpus.works
        names = [identity.name(t[0]) if t else f"{payload.voice}:{w}"
                 for w, t in zip(works.index, terms_of(works, works.index), strict=True)]  # fmt: skip
        rows = works.assign(voice=payload.voice, name=names, given_id=None)
        if payload.purpose in _ABOUT_ITSELF:
            asked = rows["name"].isin(wanted)
            problems += [
                {"file": payload.corpus.sources["file"].iloc[0], "line": None, "kind": "unasked record",
                 "detail": f"{payload.voice} answered with a work that nobody asked for; left out", "excerpt": name}
                for name in rows.loc[~asked, "name"]
            ]  # fmt: skip
            rows = rows[asked]
        tables.append(rows)
    rows = pd.concat(tables, ignore_index=True)
    twice = rows[rows["given_id"].notna() & rows.duplicated(["name"])]
    twice = twice[twice["voice"] == "given"]
    problems += [
        {"file": row["file"], "line": None, "kind": "same work twice",
         "detail": f"{row['given_id']!r} has an identifier of a work that is given already; kept once",
         "excerpt": row["name"]}
        for _, row in twice.iterrows()
    ]  # fmt: skip
    return rows


def _final_names(rows: pd.DataFrame) -> dict[str, str]:
    """Name by identity → id in the corpus: that of the given work where there is one."""
    given = rows.dropna(subset="given_id").drop_duplicates("name").set_index("name")["given_id"]
    return {name: str(given.get(name, name)) for name in rows["name"].unique()}


def _first(rows: pd.DataFrame, voices: Sequence[str]) -> pd.DataFrame:
    """What is known of each work, field by field from the first voice that knows it."""
    rank = {voice: n for n, voice in enumerate(voices)}
    ordered = rows.assign(rank=rows["voice"].map(rank)).sort_values(["name", "rank", "file"], kind="stable")
    grouped = ordered.groupby("name")
    works = grouped.first()
    told = ordered[ordered["title"].notna()].groupby("name")["voice"].agg(lambda v: " ".join(dict.fromkeys(v)))
    works["described_by"] = told.reindex(works.index).astype("str")
    return works


def _reference_rows(
    given: Corpus, payloads: Sequence[Payload], identity: Identity, names: dict[str, str], described: pd.DataFrame
) -> pd.DataFrame:
    """All references, each with who lists it, in which order, and what it means; citing is an id of the corpus."""
    tables = []
    for voice, corpus in [("given", given), *((payload.voice, payload.corpus) for payload in payloads)]:
        works, references = corpus.works, corpus.references
        own = _names_of(voice, works, identity)
        references = references.assign(
            voice=voice, order=references["position"], source_id=references["citing"],
            citing=references["citing"].map(own).map(names),
        )  # fmt: skip
        if voice == "given":
            references["ids"] = references["ids"].map(lambda ids: _known_works(ids, own), na_action="ignore")
        tables.append(references[references["citing"].notna()])
    return with_keys(pd.concat(tables, ignore_index=True), identity, described)


def _names_of(voice: str, works: pd.DataFrame, identity: Identity) -> dict[str, str]:
    ids = None if voice == "given" else works.index
    terms = terms_of(works, ids)
    return {w: identity.name(t[0]) if t else f"{voice}:{w}" for w, t in zip(works.index, terms, strict=True)}


def _known_works(ids: str, own: dict[str, str]) -> str | None:
    """Replace nothing, add the identifier of each work that is cited by its key."""
    terms = ids.split()
    named = [own[term[5:]] for term in terms if term.startswith("work:") and term[5:] in own]
    return join_ids([*terms, *(name for name in named if not name.startswith("given:"))])


def _all_named(providers: pd.Series[Any]) -> str:
    return " ".join(sorted({voice for said in providers for voice in said.split()}))


def _differences(rows: pd.DataFrame, identity: Identity, names: dict[str, str]) -> list[Row]:
    """Works of which voices say different things: several DOIs, years, titles."""
    problems: list[Row] = []

    def report(kind: str, name: str, detail: str) -> None:
        problems.append(
            {"file": None, "line": None, "kind": kind, "detail": f"{names[name]}: {detail}", "excerpt": name}
        )

    for name in rows["name"].unique():
        dois = [term for term in identity.terms(name) if term.startswith("doi:")]
        if len(dois) > 1:
            report("several DOIs", name, f"{', '.join(dois)} are taken for one work, as a service does")
    for column, kind in (("year", "years differ"), ("title", "titles differ")):
        told = rows[rows[column].notna()].drop_duplicates(["name", "voice", column])
        several = told.groupby("name")[column].nunique()
        for name, group in told[told["name"].isin(several.index[several > 1])].groupby("name"):
            values = {str(voice): value for voice, value in zip(group["voice"], group[column], strict=True)}
            if column == "year" or not _alike(list(map(str, values.values()))):
                report(kind, str(name), ", ".join(f"{value} ({voice})" for voice, value in values.items()))
    return problems


def _alike(titles: list[str]) -> bool:
    from rapidfuzz import fuzz

    first = fold(titles[0])
    return all(fuzz.ratio(first, fold(title)) / 100 >= _ALIKE for title in titles[1:])


def _contexts(
    given: Corpus, payloads: Sequence[Payload], places: pd.DataFrame, identity: Identity, names: dict[str, str]
) -> pd.DataFrame:
    """Passages, with the numbers that references have in the merged list."""
    tables = []
    for voice, corpus in [("given", given), *((payload.voice, payload.corpus) for payload in payloads)]:
        contexts = corpus.contexts
        if len(contexts):
            own = _names_of(voice, corpus.works, identity)
            tables.append(
                contexts.assign(voice=voice, order=contexts["position"], citing=contexts["citing"].map(own).map(names))
            )
    if not tables:
        return pd.DataFrame(columns=list(CONTEXT_COLUMNS))
    contexts = pd.concat(tables, ignore_index=True).drop(columns="position")
    found = contexts.merge(places, on=["citing", "voice", "order"], how="left").drop(columns=["voice", "order"])
    return _only(found, CONTEXT_COLUMNS, [column for column in found if column not in CONTEXT_COLUMNS])


def _only(table: pd.DataFrame, schema: Iterable[str], further: Iterable[str]) -> pd.DataFrame:
    first = list(schema)
    return table[
        [*(c for c in first if c in table), *sorted(set(further).difference(first).intersection(table.columns))]
    ]
