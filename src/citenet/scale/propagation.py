"""Label propagation as relations: communities of networks that no array holds, on DuckDB.

Louvain and Leiden are thousands of moves that each depend on the one before: no relational engine does them sensibly.
Where the network fits, take `subnetwork` and `citenet.detect_communities`.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from citenet._support.choices import check_count
from citenet._support.optional import require
from citenet.errors import CitenetWarning, InputError
from citenet.partition import Partition
from citenet.scale.engines import DuckDB, Frame
from citenet.scale.tables import CitationTables, scratched

__all__ = ["label_propagation"]

_PRIME = 2_147_483_647
_FACTOR = 48_271  # a primitive root: its powers shuffle the labels anew in every round
_OWN, _COUNT = 1 << 32, 1 << 33


@scratched
def label_propagation(tables: CitationTables, *, rounds: int = 100) -> Partition:
    """Group works by label propagation.

    Parameters
    ----------
    tables : CitationTables
        On DuckDB or arrays.
    rounds : int
        At most so many; it ends when hardly any work (one in a thousand) changed in two of them. In each, every second
        work (another half every time) takes the label most common among the works it cites or is cited by; its own
        where that is one of the most common, else ties are decided by a shuffle of the labels.

    Returns
    -------
    Partition
        Of all works, ``origin="detected"``; ``params["changed"]`` says how many works changed in each round. Where many
        still do in the last one, a warning says so: groups are then fragments.

    Raises
    ------
    InputError
        If the tables are on Spark.

    Notes
    -----
    Rounds are synchronous, so that the result depends on neither the order of rows nor the number of threads; that only
    half of the works move at once keeps two works from swapping labels for ever. It is no Leiden: groups are coarse and
    may be disconnected.

    Examples
    --------
    >>> from citenet.scale import open_tables
    >>> works = pd.DataFrame({"id": list("abcdef")})
    >>> citations = pd.DataFrame({"citing": list("bccehf"), "cited": list("aabdde")})
    >>> label_propagation(open_tables(works, citations)).sizes.tolist()
    [3, 3]
    """
    check_count("rounds", rounds, 1)
    backend = tables.backend
    if not isinstance(backend, DuckDB):
        raise InputError("label propagation runs on DuckDB: open the tables with engine='duckdb'")
    nw = require("narwhals", "scale")
    ids = backend.fetch(tables.works.select("id", tables.text_id("id").alias("text")).sort("text"))
    n = len(ids)
    position = require("pyarrow", "scale").array(np.arange(1, n + 1, dtype=np.int64))
    labels = backend.table(ids.select(["id"]).append_column("node", position))
    links = backend.keep(_links(tables, labels))
    labels = backend.keep(labels.select("node", nw.col("node").alias("label")))
    changed = []
    for turn in range(1, rounds + 1):
        moved = backend.keep(_moved(links, labels, turn))
        changed.append(
            int(backend.fetch(moved.filter(nw.col("label") != nw.col("old")).select(nw.len()))[0][0].as_py())
        )
        before, labels = labels, backend.keep(moved.select("node", "label"))
        for table in (before, moved):
            backend.drop(table)
        if turn > 1 and sum(changed[-2:]) <= n // 1_000:
            break
    else:
        message = (
            f"{changed[-1]:,} of {n:,} works still changed in round {rounds}; take more rounds, or groups are fragments"
        )
        warnings.warn(message, CitenetWarning, stacklevel=3)
    found = backend.fetch(labels.sort("node"))["label"].to_numpy()
    return Partition(
        works=pd.Index(ids["text"].to_pandas(), dtype="str"),
        labels=np.unique(found, return_inverse=True)[1].astype(np.int32),
        origin="detected",
        method="label propagation in rounds",
        params={"rounds": rounds, "changed": changed},
    )


def _links(tables: CitationTables, labels: Frame) -> Frame:
    """Both directions of every citation, by the positions of the works."""
    nw = require("narwhals", "scale")
    ends = tables.kept.select("citing", "cited")
    for end in ("citing", "cited"):
        side = labels.select("id", nw.col("node").alias(f"{end}_at"))
        ends = ends.join(side, left_on=end, right_on="id", how="inner")
    one = ends.select(nw.col("citing_at").alias("node"), nw.col("cited_at").alias("other"))
    return nw.concat([one, one.select(nw.col("other").alias("node"), nw.col("node").alias("other"))], how="vertical")


def _moved(links: Frame, labels: Frame, turn: int) -> Frame:
    """Node, old and new label after one round.

    Count, whether it is one's own, and the shuffled label are packed into one number, so that the best is its maximum.
    """
    nw = require("narwhals", "scale")
    factor = pow(_FACTOR, 7 * turn, _PRIME)
    back = pow(factor, -1, _PRIME)
    around = links.join(labels.select(nw.col("node").alias("other"), "label"), on="other", how="inner")
    counted = around.group_by("node", "label").agg(nw.len().cast(nw.Int64).alias("n"))
    counted = counted.join(labels.select("node", nw.col("label").alias("old")), on="node", how="inner")
    own = (nw.col("label") == nw.col("old")).cast(nw.Int64)
    score = nw.col("n") * _COUNT + own * _OWN + nw.col("label") * factor % _PRIME
    best = counted.with_columns(score.alias("score")).group_by("node").agg(nw.col("score").max().alias("score"))
    joined = labels.select("node", nw.col("label").alias("old")).join(best, on="node", how="left")
    chosen = (nw.col("score") % _OWN) * back % _PRIME
    turns = (nw.col("node") * factor % _PRIME) % 2 == 0
    label = nw.when(turns & ~nw.col("score").is_null()).then(chosen).otherwise(nw.col("old"))
    return joined.select("node", "old", label.cast(nw.Int64).alias("label"))
