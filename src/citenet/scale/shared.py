"""Shared knowledge base between two groups of tables of any size: the works that both cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from citenet._support.choices import check_count
from citenet._support.optional import require
from citenet._support.tables import Record, Table
from citenet.bridging.knowledge_base import CitedSums, coupling_measures, overlap_measures
from citenet.partition import group_pair
from citenet.scale.papers import citing_works
from citenet.scale.tables import CitationTables, scratched
from citenet.scale.tidy import SPAN, decode, year_column

__all__ = ["SharedBase", "shared_base"]


@dataclass(frozen=True, eq=False, repr=False)
class SharedBase:
    """What two groups draw on together.

    Parameters
    ----------
    a, b : str
        The groups.
    measures : Series of float
        "coupling between", "coupling within …", "Jaccard", "cosine", "Morisita-Horn", as
        `citenet.shared_knowledge_base` has them.
    common : DataFrame
        The works both cite, most common first: work, year, group, citing_a, citing_b (papers of each group).
    params : mapping
        Papers of each group, the cap, and what it left out.
    """

    a: str
    b: str
    measures: Any
    common: Table = Table()
    params: Record = Record()

    def __repr__(self) -> str:
        n, horn = self.params["cited by both"], self.measures["Morisita-Horn"]
        hubs = self.params["hubs left out"]
        capped = f"; {hubs:,} works cited more than {self.params['max_cited']:,} times left out" if hubs else ""
        return f"<SharedBase: {self.a} and {self.b} both cite {n:,} works (Morisita-Horn {horn:.2f}){capped}>"


@scratched
def shared_base(
    tables: CitationTables, a: str, b: str, *, max_cited: int | None = None, n_common: int = 1_000
) -> SharedBase:
    """Measure how far two groups draw on the same works.

    Parameters
    ----------
    tables : CitationTables
    a, b : str
        The two groups.
    max_cited : int, optional
        Works cited more often than this, by papers of all groups, are left out: a few hubs (software, statistics) that
        everybody cites can make all that two groups share. How many, and how many citations they get, is recorded.
    n_common : int
        At most so many common works are listed.

    Returns
    -------
    SharedBase
        Descriptive: for a test, `subnetwork` and `citenet.shared_knowledge_base`.

    Raises
    ------
    InputError
        If a group is unknown or both are the same.

    Examples
    --------
    >>> from citenet.scale import open_tables
    >>> works = pd.DataFrame({"id": list("abcdpqr"), "group": [*"xxyy", None, None, None]})
    >>> citations = pd.DataFrame({"citing": list("aabccd"), "cited": list("pqppqr")})
    >>> found = shared_base(open_tables(works, citations), "x", "y")
    >>> found.measures.round(3).to_dict()["Jaccard"], found.common["work"].tolist()
    (0.667, ['p', 'q'])
    """
    nw, backend = require("narwhals", "scale"), tables.backend
    check_count("n_common", n_common)
    pair = group_pair(tables.names, a, b)
    group = nw.col("citing_stamp") // SPAN - 1
    ones = [(group == number).cast(nw.Int64).alias(name) for number, name in zip(pair, ("x", "y"), strict=True)]
    cited = (
        tables.kept.with_columns(*ones)
        .group_by("cited")
        .agg(
            *(nw.col(name).sum().cast(nw.Int64).alias(name) for name in ("x", "y")),
            nw.len().cast(nw.Int64).alias("times"),
            nw.col("cited_stamp").min().alias("stamp"),
        )
    )
    cited = backend.keep(cited.filter((nw.col("x") > 0) | (nw.col("y") > 0)))
    hub = (nw.col("times") > max_cited) if max_cited is not None else nw.lit(False)
    sums = backend.fetch(_sums(cited.with_columns(hub.alias("hub")))).to_pandas().set_index("hub")
    total = CitedSums(*(int(sums[name].get(False, 0)) for name in CitedSums._fields))
    left_out = {name: int(sums[name].get(True, 0)) for name in ("either", "x", "y")}
    papers = citing_works(tables, len(tables.names))
    sizes = {name: int(papers[number]) for name, number in zip((a, b), pair, strict=True)}
    measures = coupling_measures(total, sizes) | overlap_measures(total)
    return SharedBase(
        a=a,
        b=b,
        measures=pd.Series(measures, name="observed", dtype=float),
        common=_common(tables, cited.filter(~hub) if max_cited is not None else cited, n_common),
        params={
            "papers": sizes,
            "cited by both": total.both,
            "max_cited": max_cited,
            "hubs left out": left_out["either"],
            "citations to hubs": left_out["x"] + left_out["y"],
        },
    )


def _sums(cited: Any) -> Any:
    nw = require("narwhals", "scale")
    x, y = nw.col("x"), nw.col("y")
    both = ((x > 0) & (y > 0)).cast(nw.Int64)
    columns = {"x": x, "y": y, "xx": x * x, "yy": y * y, "xy": x * y, "both": both, "either": nw.lit(1, nw.Int64)}
    terms = cited.select("hub", *(value.alias(f"{name}_") for name, value in columns.items()))
    return terms.group_by("hub").agg(*(nw.col(f"{name}_").sum().cast(nw.Int64).alias(name) for name in columns))


def _common(tables: CitationTables, cited: Any, limit: int) -> pd.DataFrame:
    nw = require("narwhals", "scale")
    both = cited.filter((nw.col("x") > 0) & (nw.col("y") > 0))
    least = nw.min_horizontal("x", "y").alias("least")
    listed = both.select(tables.text_id("cited").alias("work"), "stamp", "x", "y", least)
    top = listed.sort("least", "x", "work", descending=[True, True, False]).head(limit)
    found = tables.backend.fetch(top).to_pandas()
    group, year = decode(found["stamp"].to_numpy())
    return pd.DataFrame(
        {
            "work": found["work"].astype("str"),
            "year": year_column(year).array,
            "group": pd.array([*tables.names, None], dtype="str")[group],
            "citing_a": found["x"].astype("int64"),
            "citing_b": found["y"].astype("int64"),
        }
    )
