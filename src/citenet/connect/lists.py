"""Reference lists of one work from several voices, as one list that says who names each reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.connect.identity import SCHEMES, Identity, terms_of
from citenet.identifiers import join_ids
from citenet.io._rows import Row
from citenet.resolution.keys import key_table
from citenet.resolution.score import certainty, score_pairs

__all__ = ["merge_lists", "with_keys"]

# Whose numbering is followed: printed lists, then those that keep the order of print, then the others.
_IN_PRINT = ("given", "fulltext", "crossref", "europepmc", "pubmed", "semanticscholar", "openalex", "opencitations")
_DESCRIBED = ("title", "authors", "year", "type", "container", "volume", "issue", "first_page", "last_page", "doi")
_SURE = 0.9  # from here on two references of one list are one
_AT_ONCE = 200  # lists that are paired at a time: the pairs of all would not fit


def with_keys(references: pd.DataFrame, identity: Identity, works: pd.DataFrame) -> pd.DataFrame:
    """Add what each reference means, and what is known of that work.

    Parameters
    ----------
    references : DataFrame
        References of all voices, with ``voice`` and the ``order`` it gives them.
    identity : Identity
    works : DataFrame
        What is known of works, by the name `identity` gives them.

    Returns
    -------
    DataFrame
        With ``key`` ("" where no identifier says what is meant); unknown fields filled from the works.
    """
    references = references.reset_index(drop=True)
    terms = terms_of(references["doi"], references["ids"])
    references["key"] = pd.Series([identity.name(found[0]) if found else "" for found in terms], dtype="str")
    known = works.reindex(references["key"])
    for column in _DESCRIBED:
        if column in known:
            filled = pd.Series(known[column].to_numpy(), dtype=references[column].dtype)
            references[column] = references[column].fillna(filled)
    references["ids"] = pd.Series(
        [_ids(own, doi, found, identity) for own, doi, found in
         zip(references["ids"].tolist(), references["doi"].tolist(), terms, strict=True)], dtype="str"
    )  # fmt: skip
    return references


def _ids(own: Any, doi: Any, terms: Sequence[str], identity: Identity) -> str | None:
    """All identifiers of a reference besides its DOI."""
    known = identity.terms(identity.name(terms[0])) if terms else ()
    stated = own.split() if isinstance(own, str) else []
    return join_ids(term for term in {*stated, *known} if term != f"doi:{doi}")


def merge_lists(references: pd.DataFrame, voices: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame, list[Row]]:
    """Make one list of all that voices say one work cites.

    Parameters
    ----------
    references : DataFrame
        From `with_keys`, with ``citing``.
    voices : sequence of str
        In the order in which they are believed.

    Returns
    -------
    merged : DataFrame
        One row a reference: ``providers`` names the voices that list it, separated by blanks.
    places : DataFrame
        Position in the merged list (``position``) of each reference by ``citing``, ``voice`` and ``order``.
    problems : list of dict
        Lists that hold a work twice.

    Notes
    -----
    References with an identifier are one where the identifiers name one work. A reference without one, or with
    identifiers of other kinds (a PMID here, a DOI there), is joined to the reference of another voice, in the same
    list, that title, year, author, volume and page identify (as in `citenet.resolve`); two different DOIs, or PMIDs,
    never are.
    """
    rank = {voice: n for n, voice in enumerate(voices)}
    references = references.assign(rank=_places_of(references["voice"], voices)).sort_values(
        ["citing", "rank", "order", "raw", "file"], ignore_index=True
    )
    references["key"] = _joined(references)
    in_print = _places_of(references["voice"], _IN_PRINT)
    references["place"] = in_print * 10**7 + references["order"].to_numpy(dtype="int64")
    grouped = references.groupby(["citing", "key"], sort=False)
    merged = grouped.first().reset_index()
    merged["providers"] = (
        grouped["voice"].agg(lambda said: " ".join(sorted(set(said), key=rank.__getitem__))).to_numpy()
    )
    merged["place"] = grouped["place"].min().to_numpy()
    merged = merged.sort_values(["citing", "place", "key"], ignore_index=True)
    merged["position"] = (merged.groupby("citing").cumcount() + 1).astype("Int64")
    places = references[["citing", "voice", "order", "key"]].merge(merged[["citing", "key", "position"]])
    places = places.drop(columns="key").drop_duplicates(["citing", "voice", "order"])
    return merged, places, _twice(references)


def _places_of(voices: pd.Series[str], order: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the place of each voice in an order."""
    place = {voice: n for n, voice in enumerate(order)}
    return np.array([place[voice] for voice in voices], dtype=np.int64)


def _joined(references: pd.DataFrame) -> pd.Series[Any]:
    """Key of every reference; what means the same as another voice's has the better key of the two."""
    own = pd.Series([f"#{n}" for n in range(len(references))], index=references.index, dtype="object")
    keys = references["key"].astype("object").where(references["key"] != "", own)
    kinds = _kinds(references)
    pairs = _pairs(references, kinds)
    if pairs.empty:
        return keys
    table = key_table(references)
    scored = score_pairs(pairs, table, table)
    scored = scored.assign(score=certainty(scored["log_odds"]))
    scored = scored[(scored["score"] >= _SURE) & scored["identified"]]
    scored = scored.sort_values(["score", "reference", "work"], ascending=[False, True, True])
    best = scored.drop_duplicates("reference")
    return _united(references, keys, kinds, list(zip(best["reference"].tolist(), best["work"].tolist(), strict=True)))


def _united(
    references: pd.DataFrame, keys: pd.Series[Any], kinds: npt.NDArray[np.int64], pairs: Sequence[tuple[int, int]]
) -> pd.Series[Any]:
    """Unite what pairs say is one, the surest first: never two of one voice, nor two identifiers of one kind."""
    members: dict[tuple[str, str], list[int]] = {}
    citing, voices, found = references["citing"].tolist(), references["voice"].tolist(), keys.tolist()
    involved = {(citing[at], found[at]) for pair in pairs for at in pair}
    for at, place in enumerate(zip(citing, found, strict=True)):
        if place in involved:
            members.setdefault(place, []).append(at)
    for left, right in pairs:
        one, other = (citing[left], found[left]), (citing[right], found[right])
        if one == other:
            continue
        few, many = members[one], members[other]
        kinds_of = [np.bitwise_or.reduce(kinds[group]) for group in (few, many)]
        if kinds_of[0] & kinds_of[1] or {voices[at] for at in few} & {voices[at] for at in many}:
            continue
        many += members.pop(one)
        for at in few:
            found[at] = other[1]
    return pd.Series(found, index=references.index, dtype="object")


def _kinds(references: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Kinds of identifier that each reference has, a bit for each scheme."""
    terms = " " + references["ids"].fillna("").astype("str") + " " + references["key"].astype("str")
    kinds = references["doi"].notna().to_numpy(dtype=np.int64) << SCHEMES.index("doi")
    for bit, scheme in enumerate(SCHEMES):
        kinds |= terms.str.contains(f" {scheme}:", regex=False).to_numpy(dtype=np.int64) << bit
    return kinds


def _pairs(references: pd.DataFrame, kinds: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Every reference without DOI, with every one of about its year that other voices give the same work.

    The one with the poorer identifier is joined to the other; of two without any, that of the voice believed less.
    """
    columns = ["citing", "voice", "rank", "kinds", "standing", "year"]
    standing = [SCHEMES.index(key.partition(":")[0]) if key else len(SCHEMES) for key in references["key"].tolist()]
    table = references.assign(kinds=kinds, standing=standing)[columns]
    at_all = np.arange(len(table))
    poor = (table["standing"] > SCHEMES.index("doi")).to_numpy()
    left, right = table[poor].assign(reference=at_all[poor]), table.assign(work=at_all)
    works = left["citing"].unique()
    found = [pd.DataFrame({"reference": [], "work": []}, dtype="int64")]
    for at in range(0, len(works), _AT_ONCE):
        some = works[at : at + _AT_ONCE]
        pairs = left[left["citing"].isin(some)].merge(
            right[right["citing"].isin(some)], on="citing", suffixes=("", "_2")
        )
        nameless = (pairs["standing"] == pairs["standing_2"]) & (pairs["rank_2"] < pairs["rank"])
        fits = (pairs["standing_2"] < pairs["standing"]) | nameless
        fits &= (pairs["voice"] != pairs["voice_2"]) & ((pairs["kinds"] & pairs["kinds_2"]) == 0)
        near = (pairs["year"] - pairs["year_2"]).abs().fillna(0) <= 1
        found.append(pairs.loc[fits & near, ["reference", "work"]])
    return pd.concat(found, ignore_index=True)


def _twice(references: pd.DataFrame) -> list[Row]:
    """Report lists that hold one work more than once, as one answer has them."""
    named = references[~references["key"].str.startswith("#")]
    repeated = named[named.duplicated(["citing", "voice", "file", "key"])]
    counts = repeated.groupby(["file", "citing", "voice"], dropna=False).size().reset_index(name="n")
    return [
        {"file": row.file, "line": None, "kind": "repeated reference", "excerpt": row.citing,
         "detail": f"{row.voice} lists {row.n} reference{'' if row.n == 1 else 's'} of {row.citing} more than once; "
         "counted once"}
        for row in counts.itertuples()
    ]  # fmt: skip
