"""From tables to a CitationNetwork in memory: all of it, or the works of some groups and years."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.optional import require
from citenet.network import CitationNetwork
from citenet.scale.engines import Frame
from citenet.scale.tables import CitationTables, scratched
from citenet.scale.tidy import SPAN, UNKNOWN, decode, year_column
from citenet.scale.titles import titles_of

__all__ = ["subnetwork", "to_network"]

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Pair = tuple[Ints, Ints]


@scratched
def subnetwork(
    tables: CitationTables,
    *,
    groups: Iterable[str] | None = None,
    years: tuple[int, int] | None = None,
    works: Iterable[str] | None = None,
) -> CitationNetwork:
    """Take some works, and the citations among them, into memory.

    Parameters
    ----------
    tables : CitationTables
    groups : iterable of str, optional
        Groups; by default all works, also those without a group.
    years : (first, last), optional
        Publication years.
    works : iterable of str, optional
        Ids.

    Returns
    -------
    CitationNetwork
        Works with ``title``, ``year``, ``group`` and ``external``. References of these works that are no arc are in
        ``dropped`` with their reason; those to other works as "outside the subset".

    Raises
    ------
    InputError
        If a group is unknown.
    """
    nw = require("narwhals", "scale")
    chosen = tables.works
    if groups is not None:
        numbers = [tables.group(name) + 1 for name in ([groups] if isinstance(groups, str) else groups)]
        chosen = chosen.filter((nw.col("stamp") // SPAN).is_in(numbers))
    if years is not None:
        offset = nw.col("stamp") % SPAN - SPAN // 2
        chosen = chosen.filter((offset >= years[0]) & (offset <= years[1]))
    if works is not None:
        wanted = pd.DataFrame({"wanted": [str(work) for work in works]}, dtype="str")
        texts = chosen.with_columns(tables.text_id("id").alias("text"))
        chosen = texts.join(tables.backend.table(wanted), left_on="text", right_on="wanted", how="semi").drop("text")
    return _network(tables, tables.backend.keep(chosen), whole=groups is None and years is None and works is None)


def to_network(tables: CitationTables) -> CitationNetwork:
    """Take everything into memory."""
    found: CitationNetwork | None = tables._memory.get("net")
    if found is None:
        found = tables._memory["net"] = _network(tables, tables.works, whole=True)
    return found


@scratched
def _network(tables: CitationTables, chosen: Frame, *, whole: bool) -> CitationNetwork:
    nw, backend = require("narwhals", "scale"), tables.backend
    listed = backend.fetch(chosen.select("id", tables.text_id("id").alias("text"), "stamp", "external").sort("text"))
    works = _works(tables, listed)
    position = require("pyarrow", "scale").array(np.arange(len(listed), dtype=np.int32))
    numbered = backend.table(listed.select(["id"]).append_column("position", position))
    placed = tables.citations
    for end in ("citing", "cited"):
        side = numbered.select("id", nw.col("position").alias(f"{end}_at"))
        placed = placed.join(side, left_on=end, right_on="id", how="left")
    placed = placed.with_columns(*(nw.col(f"{end}_at").fill_null(UNKNOWN) for end in ("citing", "cited")))
    if not whole:
        placed = placed.filter(nw.col("citing_at") >= 0)
    ends = backend.fetch(placed.select("citing_at", "cited_at"))
    citing, cited = (ends[column].to_numpy().astype(np.int32, copy=False) for column in ("citing_at", "cited_at"))
    inside = (citing >= 0) & (cited >= 0)
    arcs, lost = _arcs(citing[inside], cited[inside], decode(listed["stamp"].to_numpy())[1], tables.max_lead)
    ids = works.index
    dropped = [pd.DataFrame({"citing": ids[c], "cited": ids[d], "reason": reason}) for reason, (c, d) in lost.items()]
    if not inside.all():
        away = (nw.col("citing_at") < 0) | (nw.col("cited_at") < 0)
        dropped.append(_away(tables, placed.filter(away), whole))
    return CitationNetwork(
        works=works,
        citing=arcs[0],
        cited=arcs[1],
        dropped=pd.concat(dropped, ignore_index=True),
        provenance={"tables": tables.params, "skipped": tables.skipped},
    )


def _works(tables: CitationTables, listed: Any) -> pd.DataFrame:
    group, year = decode(listed["stamp"].to_numpy())
    names = pd.array([*tables.names, None], dtype="str")
    ids = pd.Index(listed["text"].to_pandas(), dtype="str", name="work_id")
    works = pd.DataFrame({"year": year_column(year).array, "group": names[group]}, index=ids)
    if tables.titles is not None:
        works.insert(0, "title", titles_of(tables, ids.to_series()))
    external = listed["external"].to_numpy()
    return works.assign(external=external == 1) if external.any() else works


def _arcs(citing: Ints, cited: Ints, year: Floats, max_lead: int | None) -> tuple[Pair, dict[str, Pair]]:
    """Arcs in order of (citing, cited), and the references that are none, by reason."""
    n = max(1, year.size)
    own = citing == cited
    key = np.sort(citing[~own].astype(np.int64) * n + cited[~own])
    again = np.zeros(key.size, bool)
    again[1:] = key[1:] == key[:-1]
    first = key[~again]
    late = np.zeros(first.size, bool) if max_lead is None else year[first % n] - year[first // n] > max_lead
    lost = {
        "self": (citing[own], cited[own]),
        "duplicate": _split(key[again], n),
        "later": _split(first[late], n),
    }
    return _split(first[~late], n), lost


def _split(key: npt.NDArray[np.int64], n: int) -> Pair:
    return (key // n).astype(np.int32), (key % n).astype(np.int32)


def _away(tables: CitationTables, placed: Frame, whole: bool) -> pd.DataFrame:
    """List references to or from works that are not chosen: "unmatched" where there is no such work at all."""
    nw = require("narwhals", "scale")
    ids = [tables.text_id(end).alias(end) for end in ("citing", "cited")]
    if whole:
        lost: pd.DataFrame = tables.backend.fetch(placed.select(*ids)).to_pandas()
        return lost.astype("str").assign(reason="unmatched")
    known = tables.works.select("id", nw.lit(1).alias("known"))
    joined = placed.join(known, left_on="cited", right_on="id", how="left").select(*ids, nw.col("known").fill_null(0))
    found: pd.DataFrame = tables.backend.fetch(joined).to_pandas()
    reason = np.where(found.pop("known") == 1, "outside the subset", "unmatched")
    return found.astype("str").assign(reason=reason)
