"""Works that are cited but not in the corpus: one node for all references that mean the same work."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.text import fold
from citenet.corpus import WORK_COLUMNS
from citenet.resolution.candidates import candidate_pairs
from citenet.resolution.clusters import clusters, inner_pairs, split_ids
from citenet.resolution.decisions import printed
from citenet.resolution.score import score_pairs

__all__ = ["external_ids", "external_works"]

_SURE = 2.2  # log odds from which two references mean one work: a probability of 0.9
_BOOK = 6.0  # log odds that the name of a book adds, where what it appeared in is its own title


def external_ids(
    references: pd.DataFrame,
    keys: pd.DataFrame,
    known_containers: pd.Series[Any],
    *,
    decisions: pd.DataFrame | None = None,
) -> pd.Series[Any]:
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

    Returns
    -------
    Series of str, same index
        A DOI or other identifier where one is printed; else author, year and what tells the work apart (volume and
        page, title, or the title of a book). NA where the reference says too little: an author, a year and a journal do
        not name a work.

    Notes
    -----
    References that say the same to the letter are one form. Forms are joined by the evidence of `resolve`, from the
    surest pair on: never two with different DOIs or other identifiers, not even through a third (unless they share an
    identifier of another scheme), nor two whose fields
    deny it. A cluster is called by its identifier, else by the form that most of its references have.
    """
    composite = _composite(keys, known_containers)
    identifier = pd.Series(map(_identifier, references["doi"], references["ids"]), index=references.index, dtype="str")
    form = (identifier.fillna("") + "|" + composite.fillna("")).where(identifier.notna() | composite.notna())
    # Numbered and represented by what they say, whatever the keys of the citing works: ties are broken in this order.
    number, forms = pd.factorize(form, sort=True)
    said = pd.concat([keys, references[["doi", "ids"]]], axis=1).astype("str")
    order = np.lexsort((pd.util.hash_pandas_object(said, index=False).to_numpy(), number))
    first = order[np.unique(number[order], return_index=True)[1]][int((number < 0).any()) :]
    labels = _joined(
        references.iloc[first], keys.iloc[first], known_containers, _decided(references, number, decisions)
    )
    label = np.append(labels, -1)[number]  # a reference without form, number -1, is in no cluster
    names = pd.DataFrame({"label": label, "identifier": identifier.to_numpy(), "composite": composite.to_numpy()})
    by_id, by_form = (_leading(names, column) for column in ("identifier", "composite"))
    called = by_id.reindex(label).fillna(by_form.reindex(label))
    return pd.Series(called.to_numpy(dtype=object), index=references.index, dtype="str")


def _leading(names: pd.DataFrame, column: str) -> pd.Series[Any]:
    """Most frequent name of each cluster, the first in alphabetical order among equals."""
    counts = names[names["label"] >= 0].dropna(subset=column).value_counts(["label", column]).reset_index(name="n")
    counts = counts.sort_values(["label", "n", column], ascending=[True, False, True])
    return counts.drop_duplicates("label").set_index("label")[column]


def _joined(
    references: pd.DataFrame, keys: pd.DataFrame, journals: pd.Series[Any], decided: dict[str, list[tuple[int, int]]]
) -> npt.NDArray[np.int64]:
    """Join the forms that mean one work."""
    keys = keys.assign(text="").reset_index(drop=True)
    pairs, _ = candidate_pairs(keys, keys)
    scored = score_pairs(pairs[pairs["reference"] < pairs["work"]], keys, keys, least=_SURE - _BOOK)
    book = (keys["volume"] == "") & (keys["page"] == "") & (keys["title"] == "") & ~keys["container"].isin(journals)
    digits = keys["container"].str.replace(r"\D+", " ", regex=True).str.strip()
    one, other = (keys.index[scored[side]] for side in ("reference", "work"))
    same_book = (scored["rule"] == "author, year, container").to_numpy() & book[one].to_numpy() & book[other].to_numpy()
    same_book &= digits[one].to_numpy() == digits[other].to_numpy()
    scored["log_odds"] += _BOOK * same_book
    scored["identified"] |= same_book
    scored = scored[scored["log_odds"] >= _SURE]
    sure = scored[scored["identified"]]
    sure = sure.sort_values(["log_odds", "reference", "work"], ascending=[False, True, True])
    ids = split_ids(references["doi"], references["ids"])
    same_id = _sharing_an_identifier(ids)
    sure = sure[~_undecided(sure, ids)]
    certain = decided["same"]
    edges = [*same_id, *zip(sure["reference"], sure["work"], strict=True)]
    labels = clusters(len(keys), edges, certain=certain, ids=ids, apart=decided["different"])
    left, right = inner_pairs(labels)
    inner = pd.DataFrame({"reference": left, "work": right})
    denied = inner[score_pairs(inner, keys, keys)["denied"].to_numpy()]
    kept = {*certain, *same_id}
    apart = [pair for pair in zip(denied["reference"], denied["work"], strict=True) if pair not in kept]
    if not apart:
        return labels
    return clusters(len(keys), edges, certain=certain, ids=ids, apart=[*decided["different"], *apart])


def _undecided(pairs: pd.DataFrame, ids: list[dict[str, str]]) -> npt.NDArray[np.bool_]:
    """Pairs of a form without identifier that is as like one work as another, by their identifiers."""
    both = pd.concat([pairs, pairs.rename(columns={"reference": "work", "work": "reference"})])
    ends = zip(both["reference"], both["work"], strict=True)
    named = both[np.array([not ids[one] and bool(ids[other]) for one, other in ends], dtype=bool)]
    partners = named.assign(id=[str(sorted(ids[other].items())) for other in named["work"]]).groupby("reference")["id"]
    torn = set(partners.nunique().loc[lambda n: n > 1].index)
    ends = zip(pairs["reference"], pairs["work"], strict=True)
    return np.array([(a in torn and bool(ids[b])) or (b in torn and bool(ids[a])) for a, b in ends], dtype=bool)


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


def _decided(
    references: pd.DataFrame, number: npt.NDArray[np.int64], decisions: pd.DataFrame | None
) -> dict[str, list[tuple[int, int]]]:
    """Forms that a reviewer holds to be the same or different."""
    pairs: dict[str, list[tuple[int, int]]] = {"same": [], "different": []}
    if decisions is None or not (decisions["reference"].notna() & decisions["other"].notna()).any():
        return pairs
    form = dict(zip(printed(references).map(fold), number.tolist(), strict=True))
    for decision, one, other in decisions[["decision", "reference", "other"]].dropna().itertuples(index=False):
        low, high = sorted((form.get(fold(one), -1), form.get(fold(other), -1)))
        if low >= 0 and low != high:
            pairs[decision].append((low, high))
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
