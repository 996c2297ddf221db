"""References that a reviewer holds to be the same, or different, made to agree after they were matched."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.resolution.score import by_text
from citenet.resolution.verdicts import DecidedReferences

__all__ = ["agree", "without_meant"]

Ints = npt.NDArray[np.int64]


def agree(links: pd.DataFrame, said: DecidedReferences) -> tuple[pd.Series[Any], pd.DataFrame]:
    """Follow what was decided on pairs of references; ``links`` is changed.

    Parameters
    ----------
    links : DataFrame
        As matched.
    said : DecidedReferences

    Returns
    -------
    problem : Series of str, by decision
        Why it cannot be followed; NA where it can.
    parted : DataFrame
        ``row``, ``work``, ``score``: references that meant the same work as one that they are decided to differ from,
        and that are ambiguous now.
    """
    problem = said.problem.copy()
    parted = [found for one, other in said.different for found in _part(links, one, other)]
    for numbers, rows in said.same:
        why = _follow_same(links, rows)
        if why:
            problem[numbers] = why
    return problem, pd.DataFrame(parted, columns=["row", "work", "score"]).drop_duplicates(["row", "work"])


def without_meant(
    asked: pd.DataFrame, links: pd.DataFrame, said: DecidedReferences, parted: pd.DataFrame
) -> pd.DataFrame:
    """Leave out the candidates that references which are decided to differ mean; ``links`` is changed.

    Parameters
    ----------
    asked : DataFrame
        ``row``, ``work``, ``score``: candidates of the references.
    links : DataFrame
        After `agree`. What was ambiguous is as sure as its best candidate that is left, or unmatched.
    said : DecidedReferences
    parted : DataFrame
        ``row``, ``work``: what `agree` made ambiguous, and stays so.
    """
    out: set[tuple[int, str]] = set()
    for pair in said.different:
        for rows, others in (pair, pair[::-1]):
            ambiguous = rows[(links.loc[rows, "status"] == "ambiguous").to_numpy()]
            works = links.loc[others, "work"].dropna().unique().tolist()
            out.update((row, work) for row in ambiguous.tolist() for work in works)
    out -= set(parted[["row", "work"]].itertuples(index=False, name=None))
    gone = np.array([pair in out for pair in zip(asked["row"].tolist(), asked["work"].tolist(), strict=True)], bool)
    rows = asked.loc[gone, "row"].unique()
    best = asked[~gone].groupby("row")["score"].max().reindex(rows).astype("float64")
    links.loc[rows, "score"] = best
    links.loc[best.index[best.isna()], ["status", "rule"]] = ["unmatched", None]
    return asked[~gone]


def _follow_same(links: pd.DataFrame, rows: Ints) -> str | None:
    """Give all rows the work that some of them mean; say why that cannot be done."""
    own = links.loc[rows]
    matched = own[own["status"] == "matched"]
    works = sorted(matched["work"].unique())
    if len(works) > 1 and not (matched["rule"] == "decision").all():
        return f"the references mean different works ({', '.join(works)}); say with 'this work' which"
    if len(works) == 1:
        rest = own.index[own["status"] != "matched"]
        links.loc[rest, ["work", "rule", "status"]] = [works[0], "decision", "matched"]
        links.loc[rest, "score"] = matched["score"].max()
    elif (own["status"] == "ambiguous").any():
        return "what one of the references means is ambiguous; say with 'this work' which work, or 'different' for none"
    return None


def _part(links: pd.DataFrame, one: Ints, other: Ints) -> list[tuple[int, str, float]]:
    """Make references ambiguous that mean the work of others they differ from, unless they mean it more surely."""
    parted = []
    for work in sorted({*links.loc[one, "work"].dropna()} & {*links.loc[other, "work"].dropna()}):
        sides = [rows[(links.loc[rows, "work"] == work).to_numpy()] for rows in (one, other)]
        ranks = [_rank(links.loc[rows]) for rows in sides]
        for rows, rank in zip(sides, ranks, strict=True):
            if rank == min(ranks):
                links.loc[rows, ["work", "status"]] = [None, "ambiguous"]
                links.loc[rows, "score"] = 0.5
                parted += [(int(row), work, 0.5) for row in rows]
    return parted


def _rank(links: pd.DataFrame) -> int:
    """How sure a link is by its rule: by text, by identifier, by decision."""
    rules = links["rule"]
    return int(np.where(rules == "decision", 2, np.where(by_text(rules), 0, 1)).max())
