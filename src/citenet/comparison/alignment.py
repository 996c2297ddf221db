"""Which work of one version is which work of another: by what is known of them, since keys change on re-export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.text import fold
from citenet.corpus import REFERENCE_COLUMNS, Corpus
from citenet.network import CitationNetwork
from citenet.resolution.matching import resolve

__all__ = ["Alignment", "align_versions", "align_works", "letters"]

Bools = npt.NDArray[np.bool_]
_VERSION = "\0version"  # the work that cites every record of the earlier version; no real id starts like this
_DESCRIPTION = ["title", "authors", "doi", "ids"]
_WHOLE = ["title", "authors", "year", "container", "volume", "first_page"]  # of a work whose identifier was corrected
_ALIKE = 0.7  # titles of one record before and after a correction


@dataclass(frozen=True, eq=False)
class Alignment:
    """One name for each work of two versions.

    Parameters
    ----------
    before, after : Series of str
        Name of the work that each record of a version describes, indexed by the record's id. It is an id of the later
        version; of works that were removed, ``before:`` and their id. Records of one name are the same work.
    rule : Series of str
        By what each earlier record was found, indexed by its id; "" where it was not.
    merged : Index of str
        Names of the works of the corpus that one version describes in more records than the other.
    """

    before: pd.Series[str]
    after: pd.Series[str]
    rule: pd.Series[str]
    merged: pd.Index[str]

    def versions(self) -> tuple[pd.Series[str], pd.Series[str]]:
        """Names of the earlier and of the later version."""
        return self.before, self.after


def align_versions(before: CitationNetwork, after: CitationNetwork) -> Alignment:
    """Name the works of two versions alike.

    Parameters
    ----------
    before, after : CitationNetwork

    Returns
    -------
    Alignment
        As `align_works` finds them. A later record that was not found, but has the identifiers (without any: the
        title, authors and year) of one that was, is that work a second time. Works outside the corpus are also known
        by the reference they are cited with, letter for letter.

    Notes
    -----
    Evidence can fit one way and not the other (a misprint stands for the one record, but not the record for the
    misprint). So the same version is looked up in the other whichever is called before: the one with fewer works.
    """
    if _precedence(after) < _precedence(before):
        return _turned(_aligned(after, before))
    return _aligned(before, after)


def _precedence(net: CitationNetwork) -> tuple[int, int]:
    """Order two versions by what they hold, so that both directions of a comparison look for the same works."""
    described = net.works[[column for column in ("year", *_DESCRIPTION) if column in net.works]].astype("object")
    return net.n_works, int(pd.util.hash_pandas_object(described.astype("str")).sum())


def _aligned(before: CitationNetwork, after: CitationNetwork) -> Alignment:
    """Look for the works of one version in the other."""
    works = after.works
    aligned = align_works(before.works, works)
    names_after = pd.Series(after.ids.to_numpy(dtype=object), index=after.ids, dtype="str")
    found = names_after.isin(aligned["after"])
    for key in _record_keys(works):
        again = _same_again(key, found)
        names_after[again.index] = again
        found |= names_after.index.isin(again.index)
    lost = before.ids.isin(aligned.index[aligned["after"].isna()]) & before.external
    cited_alike = _cited_alike((before, lost), (after, ~found.to_numpy() & after.external))
    aligned.loc[cited_alike.index, "after"] = cited_alike
    aligned.loc[cited_alike.index, "rule"] = "printed reference"
    names_before = aligned["after"].astype("str").fillna("before:" + aligned.index.to_series())
    records = [names[~net.external].value_counts() for net, names in ((before, names_before), (after, names_after))]
    counts = pd.concat(records, axis=1, keys=["before", "after"]).dropna()
    merged: pd.Index[str] = pd.Index(counts.index[counts["before"] != counts["after"]], dtype="str")
    return Alignment(names_before, names_after, aligned["rule"], merged)


def _turned(alignment: Alignment) -> Alignment:
    """Name the works by the ids of the version that was taken as the earlier one."""
    later, earlier = alignment.versions()
    first = pd.Series(later.index, index=pd.Index(later)).sort_values().groupby(level=0).first()
    names = [side.map(first).astype("str").fillna("before:" + side) for side in (earlier, later)]
    rules = alignment.rule[alignment.rule != ""]
    by_name = pd.Series(rules.to_numpy(dtype=object), index=later[rules.index].to_numpy(dtype=object))
    rule = earlier.map(by_name.sort_values().groupby(level=0).first()).astype("str").fillna("")
    merged = pd.Index(alignment.merged.map(first.to_dict()), dtype="str")
    return Alignment(names[0], names[1], rule, merged)


def letters(raw: str) -> str:
    """Fold a printed reference to its letters and digits: case, accents, blanks and punctuation do not count.

    >>> letters("vanRaan AFJ, 1996, V36") == letters("VAN RAAN, AFJ. 1996. V36")
    True
    """
    return fold(raw).replace(" ", "")


def _cited_alike(*versions: tuple[CitationNetwork, Bools]) -> pd.Series[str]:
    """Later ids of some works of the earlier version that are cited with the same words, indexed by their own."""
    tables = []
    for net, chosen in versions:
        arcs = net.to_frame()[chosen[net.cited]]
        raw = arcs["raw"] if "raw" in arcs else pd.Series(dtype="str")
        printed = raw.map(letters, na_action="ignore").astype("str")
        known = pd.DataFrame({"work": arcs["cited"], "letters": printed}).dropna()
        tables.append(known.sort_values(["letters", "work"]).drop_duplicates("letters"))
    found = tables[0].merge(tables[1], on="letters", suffixes=("", "_later")).drop_duplicates("work")
    return found.set_index("work")["work_later"]


def _record_keys(works: pd.DataFrame) -> list[pd.Series[str]]:
    """Return what two records of one work have in common: a DOI; all identifiers; for want of them a description."""
    known = {column: works[column] for column in ("doi", "ids", "title", "authors", "year") if column in works}
    keys = [known[column] for column in ("doi", "ids") if column in known]
    if {"title", "authors", "year"} <= set(known):
        text = known["title"] + "\0" + known["authors"] + "\0" + known["year"].astype("str")
        for key in keys:
            text = text.mask(key.notna())
        keys.append(text.map(fold, na_action="ignore"))
    return [key.astype("str") for key in keys]


def _same_again(key: pd.Series[str], found: pd.Series[bool]) -> pd.Series[str]:
    """Find the records with the key of one that was found, with the id of that one."""
    first = key[found].dropna().sort_index().drop_duplicates()
    name = pd.Series(first.index.to_numpy(dtype=object), index=pd.Index(first), dtype="str")
    return key[~found].map(name).dropna()


def align_works(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Find each work of an earlier version in a later one.

    Parameters
    ----------
    before, after : DataFrame
        Works, indexed by work id.

    Returns
    -------
    DataFrame indexed by the id in ``before``
        ``after`` (id there; NA where the work was removed) and ``rule``. Several works with one ``after`` were merged.

    Notes
    -----
    A work keeps its id if nothing that is known of the two contradicts it: title or DOI agree where both are known (the
    other may have been corrected). All others are resolved as if each record of the earlier version were a reference to
    the later one: by DOI and other identifiers, then by weighed evidence. Under another DOI a work is found if title,
    authors, year, journal, volume and page are known and the same. Doubtful ones count as removed and added.

    Examples
    --------
    >>> before = pd.DataFrame({"title": ["Getting a job", "Weak ties"], "year": [1974, 1973]}, index=["a", "b"])
    >>> after = pd.DataFrame({"title": ["Getting a Job", "Strong ties"], "year": [1974, 1990]}, index=["G74", "S90"])
    >>> align_works(before, after)["after"].to_dict()
    {'a': 'G74', 'b': nan}
    """
    shared = before.index.intersection(after.index)
    kept = shared[_agree(before.loc[shared], after.loc[shared])]
    aligned = pd.DataFrame({"after": pd.Series(np.nan, index=before.index, dtype="str"), "rule": ""})
    aligned.loc[kept, "after"] = kept
    aligned.loc[kept, "rule"] = "same id"
    left = before[~before.index.isin(kept)]
    described = left[[c for c in _DESCRIPTION if c in left]].notna().any(axis=1) if len(left) else left.index == ""
    left = left[described]
    if len(left) and len(after):
        several = np.zeros(len(after), dtype=bool)
        for key in _record_keys(after):
            several |= (key.notna() & key.duplicated()).to_numpy()
        links = _resolved(left, after[~several])
        aligned.loc[links.index, ["after", "rule"]] = links
    rest = before[aligned["after"].isna()], after[~after.index.isin(aligned["after"])]
    corrected = _described_alike(*rest)
    aligned.loc[corrected.index, "after"] = corrected
    aligned.loc[corrected.index, "rule"] = "same description"
    return aligned


def _described_alike(before: pd.DataFrame, after: pd.DataFrame) -> pd.Series[str]:
    """Later ids of works of which all but the identifiers is known and the same, by earlier id: a DOI was corrected."""
    tables = []
    for works in (before, after):
        described = works.reindex(columns=_WHOLE).astype("object").dropna().astype("str").map(fold)
        described = described[(described != "").all(axis=1)]
        tables.append(described[~described.duplicated(keep=False)].assign(work=described.index))
    found = tables[0].merge(tables[1], on=_WHOLE, suffixes=("", "_later"))
    return pd.Series(found["work_later"].to_numpy(dtype=object), index=pd.Index(found["work"]), dtype="str")


def _agree(before: pd.DataFrame, after: pd.DataFrame) -> Bools:
    """Say of works with one id whether nothing contradicts that they are one work."""
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    same_doi, other_doi = _compared(before, after, "doi", lambda one, other: (one == other).to_numpy(dtype=bool))

    def alike(one: pd.Series[Any], other: pd.Series[Any]) -> Bools:
        titles = [titles.str.casefold().tolist() for titles in (one, other)]
        return np.asarray(process.cpdist(*titles, scorer=Indel.normalized_similarity) >= _ALIKE, dtype=bool)

    same_title, other_title = _compared(before, after, "title", alike)
    return (same_doi | same_title | ~other_doi) & (same_doi | ~other_title)


def _compared(before: pd.DataFrame, after: pd.DataFrame, column: str, same: Any) -> tuple[Bools, Bools]:
    """Where a column is known in both and the same, and where it is known in both and another."""
    agree, differ = np.zeros(len(before), dtype=bool), np.zeros(len(before), dtype=bool)
    if column in before and column in after and len(before):
        known = (before[column].notna() & after[column].notna()).to_numpy()
        if known.any():
            one, other = (table.loc[known, column].astype("str").reset_index(drop=True) for table in (before, after))
            agree[known] = same(one, other)
            differ[known] = ~agree[known]
    return agree, differ


def _resolved(left: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Work in the later version and rule, by earlier id, of the works that are found there."""
    columns = [column for column in REFERENCE_COLUMNS if column in left and column not in ("file", "line")]
    references = left[columns].reset_index(names="earlier").assign(citing=_VERSION)
    references["position"] = np.arange(1, len(references) + 1)
    if "container_abbrev" in left:
        abbreviated = left["container_abbrev"].to_numpy()
        known = pd.notna(abbreviated)
        references.loc[known, "container"] = abbreviated[known]
    works = pd.concat([after, pd.DataFrame(index=pd.Index([_VERSION], name="work_id"))])
    links = resolve(Corpus(works=works, references=references)).links
    matched = links["status"] == "matched"
    position = links.loc[matched, "position"].to_numpy(dtype=np.int64) - 1
    found = links.loc[matched, ["work", "rule"]].set_axis(["after", "rule"], axis=1)
    return found.set_index(references["earlier"].to_numpy()[position])
