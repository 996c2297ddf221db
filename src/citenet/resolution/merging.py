"""Merge the records of one work: fields filled in, reference lists joined, nothing lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.corpus import Corpus
from citenet.identifiers import join_ids, normalise_id
from citenet.resolution.candidates import candidate_pairs
from citenet.resolution.clusters import clusters
from citenet.resolution.keys import container_similarity, key_table
from citenet.resolution.score import certainty, score_pairs

__all__ = ["kept_works", "merged_corpus"]

Ints = npt.NDArray[np.int64]
_SAME_LIST = 7.5  # log odds that two lists of one paper hold the same reference rather than two that look alike
_SURE, _SAME_NAME = 0.9, 0.85


def kept_works(corpus: Corpus, labels: Ints) -> Ints:
    """Choose the record that each cluster keeps: most references, then most fields known, then the first by id.

    Returns
    -------
    ndarray of int64, shape (n_works,)
        Position of the kept record, for each record.
    """
    works = corpus.works
    table = pd.DataFrame(
        {
            "label": labels,
            "references": corpus.references["citing"].value_counts().reindex(works.index, fill_value=0).to_numpy(),
            "fields": works.notna().sum(axis=1).to_numpy(),
            "row": np.arange(len(works)),
        }
    )
    first = table.sort_values(["label", "references", "fields", "row"], ascending=[True, False, False, True])
    row = first.drop_duplicates("label").set_index("label")["row"]
    return row.reindex(labels).to_numpy(dtype=np.int64)


def merged_corpus(corpus: Corpus, kept: Ints) -> tuple[Corpus, pd.DataFrame]:
    """Build the corpus in which each work stands once.

    Parameters
    ----------
    corpus : Corpus
    kept : ndarray of int64, shape (n_works,)
        Position of the record that each record is merged into.

    Returns
    -------
    Corpus
    placed : DataFrame
        ``citing`` and ``position`` of each reference before, ``new_citing`` and ``new_position`` after, ``raw``.
    """
    ids = corpus.works.index.to_numpy(dtype=object)
    name = dict(zip(ids, ids[kept], strict=True))
    references = corpus.references
    renamed = {normalise_id("work", old): normalise_id("work", new) for old, new in name.items() if old != new}
    if renamed:
        linked = references["ids"].str.contains("work:", regex=False, na=False)
        references.loc[linked, "ids"] = [
            join_ids(renamed.get(term, term) for term in terms.split()) for terms in references.loc[linked, "ids"]
        ]
    placed = _placed(references, name)
    contexts = corpus.contexts.merge(placed.drop(columns="raw"), on=["citing", "position"], how="left")
    contexts["citing"] = contexts["citing"].map(name)
    contexts["position"] = contexts["new_position"].fillna(contexts["position"])
    merged = Corpus(
        works=_filled_works(corpus.works, kept),
        references=_filled_references(references, placed),
        contexts=contexts.drop(columns=["new_citing", "new_position"]).drop_duplicates(),
        problems=corpus.problems,
        sources=corpus.sources,
    )
    return merged, placed


def _filled_works(works: pd.DataFrame, kept: Ints) -> pd.DataFrame:
    """Kept records, with what they lack taken from their copies (in the order of their ids) and all identifiers."""
    row = np.arange(len(works))
    order = np.lexsort((row, kept != row, kept))
    several = np.bincount(kept, minlength=len(works))[kept[order]] > 1
    group = kept[order[several]]
    records = works.iloc[order[several]]
    filled: pd.DataFrame = records.groupby(group).first().set_axis(works.index[np.unique(group)], axis=0)
    filled["ids"] = pd.array(_all_ids(records, group, filled["doi"]), dtype="str")
    alone = works[(kept == row) & (np.bincount(kept, minlength=len(works)) == 1)]
    merged: pd.DataFrame = pd.concat([alone, filled.astype(works.dtypes.to_dict())])
    return merged


def _all_ids(records: pd.DataFrame, group: Ints, kept_dois: pd.Series[Any]) -> list[str | None]:
    """Join the identifiers of all records, with the DOIs other than the kept one (a reviewer may join two)."""
    terms = pd.concat([records["ids"].str.split(" "), "doi:" + records["doi"]])
    held = pd.Series(terms.to_numpy(dtype=object), index=np.concatenate([group, group])).explode().dropna()
    by_work = held.groupby(level=0).agg(set)
    own = "doi:" + kept_dois.fillna("")
    return [join_ids(by_work.get(row, set()) - {doi}) for row, doi in zip(np.unique(group), own, strict=True)]


def _placed(references: pd.DataFrame, name: dict[Any, Any]) -> pd.DataFrame:
    """Where each reference goes: lists of one work are joined, and a reference that several print comes once."""
    placed = references[["citing", "position", "raw"]].assign(new_citing=references["citing"].map(name))
    merged = set(placed.loc[placed["citing"] != placed["new_citing"], "new_citing"])
    rows = np.flatnonzero(placed["new_citing"].isin(merged).to_numpy())
    label = np.arange(len(references))
    label[rows] = rows[_same_references(references.iloc[rows], placed["new_citing"].iloc[rows])]
    own = (placed["citing"] == placed["new_citing"]).to_numpy()
    table = pd.DataFrame({"label": label, "copied": ~own, "citing": placed["citing"], "position": placed["position"]})
    first = table.sort_values(["label", "copied", "citing", "position"]).drop_duplicates("label").set_index("label")
    first = first.assign(new_citing=placed["new_citing"].reindex(first.index))
    first = first.sort_values(["new_citing", "copied", "citing", "position"])
    longest = first[~first["copied"]].groupby("new_citing")["position"].max()
    turn = first["copied"].groupby(first["new_citing"]).cumsum()
    after = first["new_citing"].map(longest).fillna(0).astype("int64") + turn
    first["new_position"] = first["position"].where(~first["copied"], after)
    placed["new_position"] = first["new_position"].reindex(label).to_numpy()
    return placed[["citing", "position", "new_citing", "new_position", "raw"]]


def _same_references(references: pd.DataFrame, work: pd.Series[Any]) -> Ints:
    """Cluster the references of each work: the same reference in the lists of its records, once from each list."""
    if references.empty:
        return np.empty(0, np.int64)
    keys = key_table(references)
    codes = pd.factorize(work)[0]
    lists = pd.factorize(references["citing"])[0]
    pairs, _ = candidate_pairs(keys, keys, max_block=len(references) + 1, within=(codes, codes))
    rank = _content(references)
    pairs = _oriented(pairs[lists[pairs["reference"]] != lists[pairs["work"]]], rank)
    scored = score_pairs(pairs, keys, keys)
    dois = references["doi"].to_numpy(dtype=object)
    one, other = dois[scored["reference"]], dois[scored["work"]]
    known = pd.notna(one) & pd.notna(other)
    scored["log_odds"] += _SAME_LIST
    scored["score"] = certainty(scored["log_odds"]).mask(known & (one == other), 1.0).mask(known & (one != other), 0.0)
    scored["score"] = scored["score"].mask(_told_too_little(scored, keys, lists) & ~(known & (one == other)), 0.0)
    scored = scored.assign(first=rank[scored["reference"]], second=rank[scored["work"]])
    same = scored[scored["score"] >= _SURE].sort_values(
        ["score", "log_odds", "first", "second", "reference", "work"], ascending=[False, False, True, True, True, True]
    )
    return clusters(len(references), zip(same["reference"], same["work"], strict=True), once=lists)


def _content(references: pd.DataFrame) -> Ints:
    """Rank the references by what they say: the order of the ids of their works decides nothing."""
    told = references.drop(columns=["citing", "file", "line"], errors="ignore").astype("str").fillna("")
    return pd.factorize(told.agg("\t".join, axis=1), sort=True)[0]


def _oriented(pairs: pd.DataFrame, rank: Ints) -> pd.DataFrame:
    """Each pair once, however it was found, what comes first by its content on the left."""
    one, other = pairs["reference"].to_numpy(), pairs["work"].to_numpy()
    turned = (rank[one] > rank[other]) | ((rank[one] == rank[other]) & (one > other))
    table = pd.DataFrame({"reference": np.where(turned, other, one), "work": np.where(turned, one, other)})
    return table.drop_duplicates().sort_values(["reference", "work"], ignore_index=True)


def _told_too_little(scored: pd.DataFrame, keys: pd.DataFrame, lists: Ints) -> npt.NDArray[np.bool_]:
    """Pairs of which author and year alone agree, though a list has several of them, and no title is as a container."""
    named = pd.DataFrame({"list": lists, "family": keys["family"].to_numpy(), "year": keys["year"].to_numpy()})
    times = named.groupby(["list", "family", "year"], dropna=False)["list"].transform("size").to_numpy()
    one, other = scored["reference"].to_numpy(), scored["work"].to_numpy()
    more = scored["rule"].str.contains("title|volume|issue|page|container|words", regex=True).to_numpy(dtype=bool)
    found: npt.NDArray[np.bool_] = ~more & ((times[one] > 1) | (times[other] > 1))
    title, container = (keys[name].to_numpy(dtype=object) for name in ("title", "whole_container"))
    for row in np.flatnonzero(found):
        ends = ((one[row], other[row]), (other[row], one[row]))
        found[row] = not any(title[a] and container[b] and _names(container[b], title[a]) for a, b in ends)
    return found


def _names(container: str, title: str) -> bool:
    """Say whether a book is named as what the reference appeared in on one side, and as its title on the other."""
    return container_similarity(container, title) >= _SAME_NAME


def _filled_references(references: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """Each reference once, with what it lacks taken from the other lists that print it."""
    table = references.assign(
        copied=(placed["citing"] != placed["new_citing"]).to_numpy(),
        new_citing=placed["new_citing"].to_numpy(),
        new_position=placed["new_position"].to_numpy(),
    ).sort_values(["new_citing", "new_position", "copied", "citing", "position"])
    several = table.duplicated(["new_citing", "new_position"], keep=False)
    filled = table[several].groupby(["new_citing", "new_position"], as_index=False).first()
    terms = (
        table[several]
        .groupby(["new_citing", "new_position"])["ids"]
        .agg(lambda ids: join_ids(" ".join(ids.dropna()).split()))  # type: ignore[type-var]  # None: no identifier
    )
    filled["ids"] = pd.array(terms.to_numpy(dtype=object), dtype="str")
    after = pd.concat([table[~several], filled[table.columns].astype(table.dtypes.to_dict())])
    return after.assign(citing=after["new_citing"], position=after["new_position"]).drop(
        columns=["copied", "new_citing", "new_position"]
    )
