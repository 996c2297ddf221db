"""What single papers cite, relationally: sums of whole numbers for resampling, crossing citations, bridging papers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.optional import require
from citenet.bridging.cells import Cells
from citenet.bridging.paper_sums import OTHER, PARTS, PairWeights, PaperSums
from citenet.bridging.self_cited import expected_meetings
from citenet.bridging.stratified import Strata
from citenet.scale.counting import kept_citations
from citenet.scale.engines import Frame
from citenet.scale.extract import to_network
from citenet.scale.on_arrays import citing_works_of
from citenet.scale.tables import CitationTables, scratched
from citenet.scale.tidy import SPAN, decode, year_column
from citenet.scale.titles import titles_of

__all__ = ["citing_works", "crossing_table", "leading_papers", "meetings", "papers_across", "papers_of_pair"]

Ints = npt.NDArray[np.int64]
_NONE = OTHER + 1  # the role of a work without a group
_ROLES = 4
_ACROSS = ("cites_across", "cited_across")
_SUMS = ("made", "to_a", "to_b", *PARTS)


def citing_works(tables: CitationTables, k: int) -> Ints:
    """Count the works of each group that cite, shape (k + 1,); the last are those without a group."""
    if tables.engine == "arrays":
        return citing_works_of(to_network(tables), tables.names)
    nw = require("narwhals", "scale")
    papers = tables.kept.group_by("citing").agg(nw.col("citing_stamp").min().alias("stamp"))
    group = (nw.col("stamp") // SPAN).alias("group")
    counted = papers.with_columns(group).group_by("group").agg(nw.len().cast(nw.Int64).alias("works"))
    table = tables.backend.fetch(counted)
    found = np.zeros(k + 1, dtype=np.int64)
    found[table["group"].to_numpy().astype(np.int64) - 1] = table["works"].to_numpy()  # group 0 - 1: the last
    return found


@scratched
def papers_of_pair(tables: CitationTables, cells: Cells, weights: PairWeights, own: bool) -> PaperSums:
    """Add up the references of every labelled paper; see `citenet.bridging.paper_sums`.

    Parameters
    ----------
    tables : CitationTables
    cells : Cells
        All tested citations, placed.
    weights : PairWeights
    own : bool
        Whether works without a group are a group of their own.
    """
    nw = require("narwhals", "scale")
    unlabelled = OTHER if own else _NONE
    roles = np.append(weights.roles, unlabelled)  # stamps begin with group -1
    role = _role(nw.col("stamp") // SPAN - 1, roles)
    marked = tables.works.select("id", (role * SPAN + nw.col("stamp") % SPAN).cast(nw.Int32).alias("stamp"), "external")
    kept = kept_citations(marked, tables.citations, tables.assume_unique, tables.max_lead)
    kind = nw.col("citing_stamp").cast(nw.Int64) * (_ROLES * SPAN) + nw.col("cited_stamp")
    table = tables.backend.table(_weight_table(cells, weights))
    weighed = kept.select("citing", kind.alias("kind")).join(table, on="kind", how="left")
    sums = weighed.group_by("citing").agg(
        *(nw.col(name).sum().fill_null(0).cast(nw.Int64).alias(name) for name in _SUMS),
    )
    papers = marked.filter(nw.col("stamp") // SPAN != _NONE).join(sums, left_on="id", right_on="citing", how="left")
    papers = papers.filter((nw.col("external") == 0) | (nw.col("made").fill_null(0) > 0))
    columns = (nw.col(name).fill_null(0) for name in _SUMS)
    found = tables.backend.fetch(
        papers.select(tables.text_id("id").alias("id"), "stamp", *columns).sort("id").drop("id")
    )
    year = decode(found["stamp"].to_numpy())[1]
    return PaperSums(
        role=found["stamp"].to_numpy().astype(np.int64) // SPAN,
        year=year,
        made=found["made"].to_numpy().astype(np.int64),
        to_a=found["to_a"].to_numpy().astype(np.int64),
        to_b=found["to_b"].to_numpy().astype(np.int64),
        parts=np.column_stack([found[name].to_numpy() for name in PARTS]).astype(np.int64),
        bits=weights.bits,
    )


@scratched
def meetings(tables: CitationTables, cells: Cells, null: Strata, own: bool) -> float:
    """Compute how many citations of papers of themselves the shuffle expects; see `citenet.bridging.self_cited`.

    Parameters
    ----------
    tables : CitationTables
    cells : Cells
        All tested citations, placed.
    null : {"year-pairs", "citing-years", "configuration"}
    own : bool
        Whether works without a group are a group of their own.
    """
    nw = require("narwhals", "scale")
    year = {end: nw.col(f"{end}_stamp") % SPAN for end in ("citing", "cited")}
    kept = tables.kept
    if not own:
        kept = kept.filter(*(nw.col(f"{end}_stamp") >= SPAN for end in ("citing", "cited")))
    same = kept
    if null != "configuration":
        of_one_year = kept.filter((year["citing"] == year["cited"]) & (year["citing"] > 0))
        same = tables.backend.keep(of_one_year.select("citing", "cited", "citing_stamp"))
    makes = same if null == "year-pairs" else kept
    made = makes.group_by("citing").agg(nw.len().cast(nw.Int64).alias("made"), year["citing"].min().alias("year"))
    received = same.group_by("cited").agg(nw.len().cast(nw.Int64).alias("received"))
    product = (nw.col("made") * nw.col("received")).sum().cast(nw.Int64).alias("met")
    both = made.join(received, left_on="citing", right_on="cited", how="inner")
    table = tables.backend.fetch(both.group_by("year").agg(product))
    place = np.zeros(SPAN, dtype=np.int64)  # the stratum in which works of a year can meet themselves
    if null != "configuration":
        where = np.flatnonzero((cells.citing_year == cells.cited_year) | (null == "citing-years"))
        place[(cells.citing_year[where] + SPAN // 2).astype(np.int64)] = cells.stratum[where]
    met = np.zeros(cells.n_strata, dtype=np.int64)
    np.add.at(met, place[table["year"].to_numpy()], table["met"].to_numpy())
    return expected_meetings(met, cells.margins().total)


def _role(group: Any, roles: Ints) -> Any:
    """Role of a group as an expression: a few groups have one, all others another."""
    nw = require("narwhals", "scale")
    expression = nw.lit(OTHER, nw.Int32)
    for position in np.flatnonzero(roles != OTHER):
        number = -1 if position == roles.size - 1 else int(position)
        expression = nw.when(group == number).then(nw.lit(int(roles[position]), nw.Int32)).otherwise(expression)
    return expression


def _weight_table(cells: Cells, weights: PairWeights) -> pd.DataFrame:
    """Table what a citation adds, by the years and roles of its ends; one that is not tested is not in it."""
    roles = weights.roles

    def stamps(group: Ints, year: Any) -> Ints:
        stamped: Ints = roles[group] * SPAN + np.nan_to_num(year + SPAN // 2, nan=0.0).astype(np.int64)
        return stamped

    key = stamps(cells.citing, cells.citing_year) * (_ROLES * SPAN) + stamps(cells.cited, cells.cited_year)
    kinds, first = np.unique(key, return_index=True)
    citing, cited = roles[cells.citing[first]], roles[cells.cited[first]]
    parts = weights.table[cells.stratum[first], citing, cited]
    table = {"kind": kinds, "made": 1, "to_a": (cited == 0).astype(np.int64), "to_b": (cited == 1).astype(np.int64)}
    return pd.DataFrame({**table, **dict(zip(PARTS, parts.T, strict=True))}).astype("int64")


def _crossing(tables: CitationTables, pair: tuple[int, int]) -> Frame:
    nw = require("narwhals", "scale")
    citing, cited = (nw.col(f"{end}_stamp") // SPAN - 1 for end in ("citing", "cited"))
    a, b = pair
    across = ((citing == a) & (cited == b)) | ((citing == b) & (cited == a))
    return tables.kept.filter(across).select("citing", "cited", "citing_stamp", "cited_stamp")


@scratched
def crossing_table(tables: CitationTables, pair: tuple[int, int], papers: Frame, null: str, limit: int) -> pd.DataFrame:
    """List the citations between two groups, in order of their ids, at most so many; as `Bridges.arcs` has them."""
    nw = require("narwhals", "scale")
    citing, cited = tables.text_id("citing"), tables.text_id("cited")
    # Only what the first papers cite is put in order: so many papers make at least so many citations.
    first = papers.filter(nw.col("cites_across") > 0).select(tables.text_id("work").alias("text"), "work")
    first = first.sort("text").head(limit).select(nw.col("work").alias("first"))
    crossing = _crossing(tables, pair).join(tables.backend.keep(first), left_on="citing", right_on="first", how="inner")
    crossing = crossing.with_columns(citing.alias("citing"), cited.alias("cited")).sort("citing", "cited").head(limit)
    found: pd.DataFrame = tables.backend.fetch(crossing).to_pandas()
    table = found[["citing", "cited"]].astype("str")
    names = pd.array([*tables.names, None], dtype="str")
    years = {}
    for end in ("citing", "cited"):
        group, years[end] = decode(found[f"{end}_stamp"].to_numpy())
        table[f"{end}_group"] = names[group]
        table[f"{end}_year"] = year_column(years[end]).array
        table[f"{end}_title"] = titles_of(tables, table[end])
    needed = {"year-pairs": ["citing", "cited"], "citing-years": ["citing"], "configuration": []}[null]
    table["tested"] = ~np.any([np.isnan(years[end]) for end in needed] or [np.zeros(len(table), bool)], axis=0)
    return table


def papers_across(tables: CitationTables, pair: tuple[int, int]) -> Frame:
    """Keep the papers at the ends of citations between two groups, with how often they cite and are cited across."""
    nw = require("narwhals", "scale")
    crossing = _crossing(tables, pair)
    ends = []
    for end, columns in (("citing", _ACROSS), ("cited", _ACROSS[::-1])):
        counted, other = nw.len().cast(nw.Int64).alias(columns[0]), nw.lit(0, nw.Int64).alias(columns[1])
        papers = crossing.group_by(end).agg(counted, nw.col(f"{end}_stamp").min().alias("stamp"))
        ends.append(papers.with_columns(other).select(nw.col(end).alias("work"), "stamp", *_ACROSS))
    both = nw.concat(ends, how="vertical").group_by("work")
    sums = (nw.col(column).sum().cast(nw.Int64).alias(column) for column in _ACROSS)
    papers = both.agg(nw.col("stamp").min().alias("stamp"), *sums)
    return tables.backend.keep(papers.with_columns((nw.col(_ACROSS[0]) + nw.col(_ACROSS[1])).alias("crossings")))


def leading_papers(tables: CitationTables, papers: Frame, limit: int) -> pd.DataFrame:
    """List the papers at the ends of most crossing citations, as `Bridges.papers` has them."""
    nw = require("narwhals", "scale")
    crossings = nw.col("crossings")
    sizes = tables.backend.fetch(papers.group_by("crossings").agg(nw.len().cast(nw.Int64).alias("n"))).to_pandas()
    sizes = sizes.sort_values("crossings", ascending=False)
    enough = sizes.loc[sizes["n"].cumsum() >= limit, "crossings"]
    most = papers.filter(crossings >= int(enough.iloc[0])) if len(enough) else papers
    listed = most.with_columns(tables.text_id("work").alias("work")).sort("crossings", "work", descending=[True, False])
    found: pd.DataFrame = tables.backend.fetch(listed.head(limit)).to_pandas()
    group, year = decode(found["stamp"].to_numpy())
    names = pd.array([*tables.names, None], dtype="str")
    described = {"work": found["work"].astype("str"), "group": names[group], "year": year_column(year).array}
    table = pd.DataFrame(described)
    table["title"] = titles_of(tables, table["work"])
    return table.join(found[[*_ACROSS, "crossings"]])
