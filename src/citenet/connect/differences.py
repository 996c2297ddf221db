"""Where services disagree: references that some list and others lack, citing works that some name, years and titles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from citenet._support.text import fold
from citenet.connect.identity import Identity, terms_of
from citenet.corpus import Corpus
from citenet.io._rows import Row

__all__ = ["by_service", "differing_lists", "differing_works", "disagreements"]

_COLUMNS = ["citing", "position", "title", "year", "doi"]
_ALIKE = 0.6


def disagreements(corpus: Corpus) -> pd.DataFrame:
    """Show the references that some services list and others lack.

    A service lacks a reference where it gave the whole list of the citing work, or all works that cite the cited one,
    without it. Who was only asked what cites a work says nothing of the other references of the works found. A list
    that was given need not be whole: it lacks nothing.

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
    references, works = corpus.references, corpus.works
    if "providers" not in references or "lists_from" not in works:
        return pd.DataFrame(columns=[*_COLUMNS, "listed_by", "missing_from"])
    missing = [
        " ".join(voice for voice in dict.fromkeys([*of_list, *of_cited]) if voice not in said.split())
        for said, of_list, of_cited in zip(
            references["providers"],
            _voices(references["citing"], works, "lists_from"),
            _voices(_cited(references, works), works, "cited_by_from"),
            strict=True,
        )
    ]
    table = references[_COLUMNS].assign(
        listed_by=references["providers"], missing_from=pd.Series(missing, index=references.index, dtype="str")
    )
    return table[table["missing_from"] != ""].reset_index(drop=True)


def by_service(corpus: Corpus) -> pd.DataFrame:
    """Count what each service says.

    Parameters
    ----------
    corpus : Corpus
        From `fetch`.

    Returns
    -------
    DataFrame
        One row a service ("given": the user's own lists; "fulltext": open full texts): ``lists`` it gave whole,
        ``references`` it names, ``alone`` (no other names them), ``lacking`` (as in `disagreements`). Empty for a
        corpus that was not fetched.
    """
    counts = pd.DataFrame(columns=["lists", "references", "alone", "lacking"], dtype="int64").rename_axis("service")
    if "providers" not in corpus.references or "lists_from" not in corpus.works:
        return counts
    said = corpus.references["providers"]
    columns = {
        "lists": corpus.works["lists_from"].dropna().str.split().explode(),
        "references": said.str.split().explode(),
        "alone": said[~said.str.contains(" ")],
        "lacking": disagreements(corpus)["missing_from"].str.split().explode(),
    }
    found = pd.DataFrame({name: names.value_counts() for name, names in columns.items()}, columns=counts.columns)
    return found.fillna(0).astype("int64").sort_index().rename_axis("service")


def differing_lists(references: pd.DataFrame, works: pd.DataFrame) -> list[Row]:
    """Return problems: works whose lists differ between services, and works of which they name different citing works.

    Parameters
    ----------
    references, works : DataFrame
        Of the merged corpus.
    """
    problems = []
    for kind, of, whose, column in (
        ("lists differ", "references of", references["citing"], "lists_from"),
        ("citing works differ", "works that cite", _cited(references, works), "cited_by_from"),
    ):
        for work, said in references["providers"].groupby(whose, sort=True):
            asked = _named(works[column].get(work))
            split = [asked.intersection(names.split()) for names in said]
            common = sum(len(names) == len(asked) for names in split)
            if asked and common < len(split):
                counts = Counter(voice for names in split for voice in names)
                each = ", ".join(f"{voice} {counts[voice]}" for voice in sorted(asked))
                detail = f"of {len(split)} {of} {work}, {common} are in every list: {each}"
                problems.append(_problem(kind, detail, str(work)))
    return problems


def differing_works(rows: pd.DataFrame, identity: Identity, names: Mapping[str, str]) -> list[Row]:
    """Return problems: works of which voices say different things (several DOIs, years, titles).

    Parameters
    ----------
    rows : DataFrame
        Every record of a work, with ``name`` and ``voice``.
    identity : Identity
    names : mapping
        Id in the corpus by name.
    """
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


def _named(said: Any) -> set[str]:
    return set(said.split()) - {"given"} if isinstance(said, str) else set()


def _voices(ids: pd.Series[Any], works: pd.DataFrame, column: str) -> Iterator[list[str]]:
    """Services that a column of works names, for each of these works; none where there is no such work or column."""
    said = works[column] if column in works else pd.Series(dtype="str")
    return (sorted(_named(names)) for names in ids.map(said))


def _cited(references: pd.DataFrame, works: pd.DataFrame) -> pd.Series[Any]:
    """Id of each reference's work, of those whose citing works were asked for."""
    asked = works[works["cited_by_from"].notna()] if "cited_by_from" in works else works.iloc[:0]
    found = terms_of(asked["doi"], asked["ids"])
    work_of = {term: work for work, terms in zip(asked.index, found, strict=True) for term in terms}
    meant = terms_of(references["doi"], references["ids"])
    ids = [next((work_of[term] for term in terms if term in work_of), None) for terms in meant]
    return pd.Series(ids, index=references.index, dtype="object")


def _alike(titles: list[str]) -> bool:
    from rapidfuzz import fuzz

    first = fold(titles[0])
    return all(fuzz.ratio(first, fold(title)) / 100 >= _ALIKE for title in titles[1:])


def _problem(kind: str, detail: str, excerpt: str) -> Row:
    return {"file": None, "line": None, "kind": kind, "detail": detail, "excerpt": excerpt}
