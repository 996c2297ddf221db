"""Works that are cited but not in the corpus: one node for all references that mean the same work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.corpus import WORK_COLUMNS
from citenet.resolution.candidates import candidate_pairs
from citenet.resolution.clusters import split_ids
from citenet.resolution.forms import Said, number_forms
from citenet.resolution.joining import joined
from citenet.resolution.score import score_pairs

Ints = npt.NDArray[np.int64]

__all__ = ["external_ids", "external_works"]

_SURE = 2.2  # log odds from which two references mean one work: a probability of 0.9
_BOOK = 6.0  # log odds that the name of a book adds, where what it appeared in is its own title
_CERTAIN = 100.0  # log odds of a shared identifier


def external_ids(
    references: pd.DataFrame,
    keys: pd.DataFrame,
    known_containers: pd.Series[Any],
    *,
    decisions: pd.DataFrame | None = None,
    taken: Iterable[str] = (),
    max_block: int = 200,
) -> pd.DataFrame:
    """Name the external work that each reference means.

    Parameters
    ----------
    references : DataFrame
        References that match no work of the corpus.
    keys : DataFrame, same index
        Their `key_table`.
    known_containers : Series of str
        Folded names of journals, from references with a volume and from the corpus.
    decisions : DataFrame, optional
        Rows "same" and "different" with ``reference`` and ``other`` (printed texts) outrank the evidence.
    taken : iterable of str, optional
        Names that no external work gets.
    max_block : int
        As in `candidate_pairs`.

    Returns
    -------
    DataFrame, same index
        ``work``: a DOI or other identifier where one is printed; else author, year and what tells the work apart
        (volume and page, title, or the title of a book), with ``#2``, ``#3`` … where several works are called so. NA
        where the reference says too little: an author, a year and a journal do not name a work. ``note``: where a
        block or a cluster was too large to compare all of it.

    Notes
    -----
    References that agree in every field that is compared are one form. Forms are joined by the evidence of `resolve`,
    from the surest pair on: never two with different DOIs or other identifiers, not even through a third (unless they
    share an identifier of another scheme), nor two whose fields deny it; a form that is as like one of two works that
    conflict as the other stays by itself. A cluster is called by its identifier, else by what most of its references
    print.
    """
    keys = keys.assign(page=keys["page"].mask(_are_books(keys, known_containers), ""))  # the page that is cited
    composite = _composite(keys, known_containers)
    identifier = pd.Series(map(_identifier, references["doi"], references["ids"]), index=references.index, dtype="str")
    said = Said(references, decisions)
    composite = composite.fillna(said.names(references))
    number, first = number_forms(references, keys, said.text, (identifier.notna() | composite.notna()).to_numpy())
    forms = _Forms(references.iloc[first], keys.iloc[first].assign(text=""), composite.iloc[first])
    labels, notes = _joined(forms, known_containers, said.pairs(number), max_block)
    label = np.append(labels, -1)[number]  # a reference without form, number -1, is in no cluster
    names = pd.DataFrame({"label": label, "identifier": identifier.to_numpy(), "composite": composite.to_numpy()})
    by_id, by_form = (_leading(names, column) for column in ("identifier", "composite"))
    called = _distinct(by_id.combine_first(by_form), pd.Series(label).value_counts(), {*taken})
    found = {
        "work": pd.array(called.reindex(label).to_numpy(dtype=object), dtype="str"),
        "note": pd.array(notes.reindex(number).to_numpy(dtype=object), dtype="str"),
    }
    return pd.DataFrame(found, index=references.index)


def _leading(names: pd.DataFrame, column: str) -> pd.Series[Any]:
    """Most frequent name of each cluster, the first in alphabetical order among equals."""
    counts = names[names["label"] >= 0].dropna(subset=column).value_counts(["label", column]).reset_index(name="n")
    counts = counts.sort_values(["label", "n", column], ascending=[True, False, True])
    return counts.drop_duplicates("label").set_index("label")[column]


def _distinct(called: pd.Series[Any], cited: pd.Series[int], taken: set[str]) -> pd.Series[Any]:
    """Tell the works that are called alike apart by numbers: the one that is cited most keeps the name."""
    table = pd.DataFrame({"name": called, "n": cited.reindex(called.index)}).rename_axis("label").reset_index()
    twice = table["name"].duplicated(keep=False) | table["name"].isin(taken)
    names = called.copy()
    used = {*taken, *called[~twice.to_numpy()]}
    for label, name in (
        table[twice]
        .sort_values(["name", "n", "label"], ascending=[True, False, True])[["label", "name"]]
        .itertuples(index=False)
    ):
        free = next(one for one in chain([name], (f"{name}#{i}" for i in count(2))) if one not in used)
        used.add(free)
        names[label] = free
    return names


@dataclass(frozen=True)
class _Forms:
    """References that say different things, one of each."""

    references: pd.DataFrame
    keys: pd.DataFrame
    composite: pd.Series[Any]


def _joined(
    forms: _Forms, journals: pd.Series[Any], decided: dict[str, list[tuple[int, int]]], max_block: int
) -> tuple[Ints, pd.Series[Any]]:
    """Join the forms that mean one work; return their labels and what was not compared."""
    keys = forms.keys.reset_index(drop=True)
    pairs, capped = candidate_pairs(keys, keys, max_block=max_block)
    pairs = pairs[pairs["reference"] < pairs["work"]]
    if len(capped):
        pairs = pd.concat([pairs, _neighbours(forms.composite, capped["reference"].unique())]).drop_duplicates()
    scored = score_pairs(pairs, keys, keys, least=_SURE - _BOOK)
    same_book = _same_book(scored, keys, journals)
    scored["log_odds"] += _BOOK * same_book
    sure = scored[(scored["log_odds"] >= _SURE) & (scored["identified"] | same_book)]
    ids = split_ids(forms.references["doi"], forms.references["ids"])
    same_id = _sharing_an_identifier(ids)
    by_id = pd.DataFrame(same_id, columns=["one", "other"], dtype="int64").assign(strength=_CERTAIN)
    sure = sure.rename(columns={"reference": "one", "work": "other", "log_odds": "strength"})
    sure = sure.sort_values(["strength", "one", "other"], ascending=[False, True, True])
    found = joined(
        pd.concat([by_id, sure[["one", "other", "strength"]]], ignore_index=True),
        ids,
        lambda inner: score_pairs(inner, keys, keys)["denied"].to_numpy(),
        margin=_SURE,
        certain=decided["same"],
        apart=decided["different"],
        undeniable=same_id,
    )
    large = pd.DataFrame({"row": found.large, "note": "block too large: forms of one work"})
    passed = pd.DataFrame({"row": capped["reference"], "note": "block too large: " + capped["block"]})
    notes = pd.concat([passed, large]).groupby("row")["note"].agg("; ".join)
    return found.labels, notes


def _neighbours(composite: pd.Series[Any], rows: Ints) -> pd.DataFrame:
    """Pairs of neighbours among the forms that a block passed over and that would be called alike."""
    named = pd.DataFrame({"row": np.sort(rows), "name": composite.to_numpy(dtype=object)[np.sort(rows)]}).dropna()
    following = named.groupby("name")["row"].shift(-1)
    pairs = pd.DataFrame({"reference": named["row"], "work": following}).dropna()
    return pairs.astype("int64")


def _are_books(keys: pd.DataFrame, journals: pd.Series[Any]) -> pd.Series[bool]:
    """Whether what a reference appeared in is a book: it has no volume, and no reference with a volume names it."""
    named = (keys["container"] != "") & ~keys["container"].isin(journals)
    return named & (keys["volume"] == "") & (keys["title"] == "")


def _same_book(scored: pd.DataFrame, keys: pd.DataFrame, journals: pd.Series[Any]) -> npt.NDArray[np.bool_]:
    """Pairs of references to one book, of which the name stands where others print a journal."""
    book = _are_books(keys, journals)
    digits = keys["container"].str.replace(r"\D+", " ", regex=True).str.strip()
    one, other = (keys.index[scored[side]] for side in ("reference", "work"))
    same = (scored["rule"] == "author, year, container").to_numpy() & book[one].to_numpy() & book[other].to_numpy()
    same &= digits[one].to_numpy() == digits[other].to_numpy()
    found: npt.NDArray[np.bool_] = same
    return found


def _sharing_an_identifier(ids: list[dict[str, str]]) -> list[tuple[int, int]]:
    """Neighbours among the forms that have the same identifier."""
    last: dict[tuple[str, str], int] = {}
    pairs = []
    for row, own in enumerate(ids):
        for term in own.items():
            if term in last:
                pairs.append((last[term], row))
            last[term] = row
    return pairs


def _identifier(doi: object, ids: object) -> str | None:
    """Return the DOI or else the first other identifier, as a ``scheme:value`` term."""
    if isinstance(doi, str):
        return f"doi:{doi}"
    terms = ids.split() if isinstance(ids, str) else []
    return next((term for term in terms if not term.startswith("work:")), None)


def _composite(keys: pd.DataFrame, known_containers: pd.Series[Any]) -> pd.Series[Any]:
    """Readable key of author, year and what tells works of one author and year apart; NA where nothing does."""
    named = (keys["family"] != "") & keys["year"].notna()
    start = keys["family"] + " " + keys["year"].astype("str")
    paged = named & (keys["volume"] != "") & (keys["page"] != "")
    titled = named & ~paged & (keys["title"] != "")
    book = named & ~paged & ~titled & (keys["container"] != "") & ~keys["container"].isin(known_containers)
    in_journal = named & ~paged & ~titled & (keys["container"] != "") & (keys["page"] != "") & ~book
    parts = [
        (paged, start + " v" + keys["volume"] + " p" + keys["page"]),
        (titled, start + " " + keys["title"].map(lambda title: " ".join(title.split(" ", 10)[:10]))),
        (book, start + " " + keys["initial"] + " " + keys["container"]),
        (in_journal, start + " " + keys["container"] + " p" + keys["page"]),
    ]
    composite = pd.Series(np.nan, index=keys.index, dtype="str")
    for chosen, text in parts:
        composite = composite.mask(chosen, text)
    return composite


def external_works(references: pd.DataFrame, ids: pd.Series[Any]) -> pd.DataFrame:
    """Describe each external work by what most of its references print.

    Parameters
    ----------
    references : DataFrame
    ids : Series of str
        External work of each reference; NA none.

    Returns
    -------
    DataFrame indexed by external id
        The columns of `WORK_COLUMNS` that a reference can tell; ties go to the first in alphabetical order.
    """
    told = [column for column in WORK_COLUMNS if column in references and column not in ("file", "line")]
    named = references.loc[ids.notna(), told].assign(external_id=ids.dropna())
    described = {column: _most_common(named, column) for column in told}
    works = pd.DataFrame(described, index=pd.Index(sorted(named["external_id"].unique()), dtype="str"))
    return works.rename_axis("work_id")


def _most_common(named: pd.DataFrame, column: str) -> pd.Series[Any]:
    known = named[["external_id", column]].dropna()
    alone = ~known["external_id"].duplicated(keep=False)  # most works are cited once: nothing to count
    counts = known[~alone].value_counts().rename("n").reset_index()
    counts = counts.sort_values(["external_id", "n", column], ascending=[True, False, True])
    chosen = pd.concat([known[alone], counts.drop_duplicates("external_id")])
    return chosen.set_index("external_id")[column]
