"""Score candidate pairs: evidence from each field adds up as log odds; what is unknown says nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.resolution.evidence import LEVELS, compare, exact_levels, knowable
from citenet.resolution.titles import is_serial

__all__ = [
    "CONTRADICTED",
    "DENIED",
    "POSSIBLE",
    "PRIOR",
    "UNIDENTIFIED",
    "WEIGHTS",
    "by_text",
    "certainty",
    "probabilities",
    "score_pairs",
]

Levels = npt.NDArray[np.int8]
POSSIBLE = -4.0  # log odds below which a candidate is not worth a look
CONTRADICTED = -12.0  # log odds below which the fields deny an identifier
DENIED = -3.0  # log odds below which two records that others join are different works, if some field differs
_MOST = 20.0  # no evidence is surer
PRIOR = -6.0
# Fields that are named where they agree, and what is said where none does.
_NEARLY = {"nearly agrees": "title nearly", "within the other": "title within the other"}
_PRINTED = {"in the printed reference": "title in the printed reference"}
_NAMED = [
    *_NEARLY.values(),
    *_PRINTED.values(),
    *(field for field in LEVELS if field not in ("initial", "other words")),
]
_SIMILAR = "similar fields"
# Author, year, journal and even volume agree, but nothing that tells works apart: among references to "Phys Rev E 64"
# of a known author and year, two in three mean the paper of the corpus, the others another one.
UNIDENTIFIED = -2.5
WEIGHTS = {
    "title": (0.0, 8.0, 5.0, 3.0, 6.0, 6.0, 4.0, -6.0),
    "author": (0.0, 2.5, 1.0, 0.0, -4.0),
    "initial": (0.0, 0.5, -2.5),
    "year": (0.0, 2.0, 0.0, -3.0),
    "volume": (0.0, 2.0, -2.5),
    "issue": (0.0, 1.0, -2.0),
    "page": (0.0, 4.5, -3.5),
    "container": (0.0, 2.0, -1.0),
    "words": (0.0, 10.0, 3.0),
    "other words": (0.0, 1.0, -1.0),
}


def score_pairs(
    pairs: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame, *, least: float = -np.inf
) -> pd.DataFrame:
    """Weigh the evidence that each reference means each of its candidate works.

    Parameters
    ----------
    pairs : DataFrame
        ``reference`` and ``work`` (positions), from `candidate_pairs`.
    references, works : DataFrame
        Key tables.
    least : float
        Pairs that cannot have log odds of so much are left out, most of them before their texts are compared.

    Returns
    -------
    DataFrame
        The pairs, in their order, with ``log_odds`` (the summed `WEIGHTS`, less where nothing identifies the work);
        ``identified``: whether what agrees tells works apart (an author, a year and a journal alone never do);
        ``denied``: whether they are hardly one work (log odds below `DENIED`) and some field differs, for what is
        unknown on one side denies nothing; and ``rule``: the fields that agree.
    """
    if least > -np.inf:
        pairs = pairs[_most(pairs, references, works) >= least]
    levels = compare(pairs, references, works)
    identified = _identified(levels) & ~_another_edition(pairs, (references, works), levels)
    log_odds = PRIOR + _weighed(levels) + np.where(identified, 0.0, UNIDENTIFIED)
    denied = (log_odds < DENIED) & _some_differ(levels)
    scored = pairs.assign(log_odds=log_odds, identified=identified, denied=denied, rule=_rules(levels))
    return scored[log_odds >= least].reset_index(drop=True)


def _weighed(levels: dict[str, Levels]) -> npt.NDArray[np.float64]:
    weights = [np.asarray(WEIGHTS[field])[level] for field, level in levels.items()]
    total: npt.NDArray[np.float64] = np.sum(weights, axis=0)
    return total


def _some_differ(levels: dict[str, Levels]) -> npt.NDArray[np.bool_]:
    """Whether some field speaks against the pair."""
    against = [(np.asarray(WEIGHTS[field]) < 0)[level] for field, level in levels.items()]
    found: npt.NDArray[np.bool_] = np.logical_or.reduce(against)
    return found


def _most(pairs: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Log odds that a pair has at most, told from the fields that are cheap to compare."""
    levels = exact_levels(pairs, references, works)
    same = {"initial": np.where(levels["initial"] == 2, 0, levels["initial"])}  # counts for the same name alone
    known = knowable(pairs, references, works)
    near = max(WEIGHTS["author"][2:])
    most = np.where(known["author"], WEIGHTS["author"][1], near)
    for field, others in (("title", ()), ("container", ()), ("words", ("other words",))):
        most = most + known[field] * sum(max(WEIGHTS[name]) for name in (field, *others))
    return PRIOR + _weighed(levels | same) + most


def certainty(log_odds: pd.Series[float]) -> pd.Series[float]:
    """Return the probability that log odds stand for.

    >>> certainty(pd.Series([0.0, 3.0])).round(2).tolist()
    [0.5, 0.95]
    """
    probability: pd.Series[float] = 1 / (1 + (-log_odds.clip(-_MOST, _MOST)).map(np.exp))
    return probability


def probabilities(rows: pd.Series[int], log_odds: pd.Series[float]) -> pd.Series[float]:
    """Share one certainty among the candidates of each reference and "none of them".

    Parameters
    ----------
    rows : Series of int
        Reference of each candidate.
    log_odds : Series of float
        Of the candidate against a work outside the corpus.

    Returns
    -------
    Series of float
        In [0, 1); of one reference they add up to less than 1, and the rest is the probability of no candidate. Two
        equal candidates have at most one half each.
    """
    odds = log_odds.clip(upper=_MOST).map(np.exp)
    shared: pd.Series[float] = odds / (1 + odds.groupby(rows).transform("sum"))
    return shared


def _identified(levels: dict[str, Levels]) -> npt.NDArray[np.bool_]:
    """Whether a title agrees, or a page in a volume or journal, or a title that many have in a place that few have.

    A title of more words than the other is that of another work unless volume, issue or page agree and none differs.
    What stands in another issue and on another page is another work, such as a column that recurs.
    """
    agrees = {field: level == 1 for field, level in levels.items()}
    title = np.array(LEVELS["title"], dtype=object)[levels["title"]]
    volume = agrees["volume"] | (agrees["container"] & ((levels["volume"] == 0) | agrees["year"]))
    placed = agrees["page"] & volume & (title != "differs")
    placed &= ~((title == "agrees, as many do") & (levels["issue"] == 2))
    short = (title == "agrees, short") & agrees["year"] & (agrees["author"] | agrees["container"])
    common = (title == "agrees, as many do") & agrees["year"] & agrees["container"] & agrees["issue"]
    place = np.array([levels[field] for field in ("volume", "issue", "page")])
    agree, differ = (place == 1).any(axis=0), (place == 2).any(axis=0)
    nearly = np.isin(title, list(_NEARLY)) & ~(agree & ~differ)
    within = (title == "within the other") & ~nearly
    words = (levels["words"] == 1) & ~nearly
    placed &= ~nearly
    whole = (title == "agrees") | ((title == "in the printed reference") & (~differ | agrees["issue"]))
    elsewhere = (levels["issue"] == 2) & (levels["page"] == 2)
    found: npt.NDArray[np.bool_] = (words | placed | short | common | whole | within) & ~elsewhere
    return found


def _another_edition(
    pairs: pd.DataFrame, sides: tuple[pd.DataFrame, pd.DataFrame], levels: dict[str, Levels]
) -> npt.NDArray[np.bool_]:
    """Say which pairs may be two editions: one year apart, and no volume, issue or page agrees, or one of them differs.

    Works that appeared in the same are taken for one all the same, unless they are of an organisation or their title
    says that they appear every year.
    """
    place = np.array([levels[field] for field in ("volume", "issue", "page")])
    found: npt.NDArray[np.bool_] = (levels["year"] == 2) & ~((place == 1).any(axis=0) & ~(place == 2).any(axis=0))
    rows = np.flatnonzero(found)
    group, serial = np.ones(rows.size, dtype=bool), np.zeros(rows.size, dtype=bool)
    for table, position in zip(sides, ("reference", "work"), strict=True):
        own = pairs[position].to_numpy()[rows]
        names, initials, titles = (table[name].to_numpy(dtype=object)[own] for name in ("family", "initial", "title"))
        group &= (names != "") & (initials == "")
        serial |= np.array([is_serial(title) for title in titles], dtype=bool)
    found[rows] = group | serial | (levels["container"][rows] != 1)
    return found


def by_text(rules: pd.Series[Any]) -> pd.Series[bool]:
    """Say which rules are fields that agree, and not identifiers or decisions.

    >>> by_text(pd.Series(["title, year", "similar fields", "doi", "booktitle"])).tolist()
    [True, True, False, False]
    """
    names = {*_NAMED, _SIMILAR}
    return rules.fillna("").map(lambda rule: rule.partition(", ")[0] in names).astype("bool")


def _rules(levels: dict[str, Levels]) -> npt.NDArray[np.object_]:
    """Name the fields in which each pair agrees, or "similar fields"."""
    agree = {name: levels[name] == 1 for name in _NAMED if name in levels}
    title = np.array(LEVELS["title"], dtype=object)[levels["title"]]
    agree["title"] = (levels["title"] > 0) & (levels["title"] <= 3)
    agree |= {said: title == level for level, said in (_NEARLY | _PRINTED).items()}
    agrees = [agree[name] for name in _NAMED]
    code = sum((flag.astype(np.int64) << i for i, flag in enumerate(agrees)), np.zeros(len(agrees[0]), np.int64))
    texts = np.array(
        [", ".join(name for i, name in enumerate(_NAMED) if n >> i & 1) or _SIMILAR for n in range(1 << len(_NAMED))],
        dtype=object,
    )
    return texts[code]
