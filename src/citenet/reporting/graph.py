"""What the interactive network shows: works, citations and places as plain lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from citenet.identifiers import normalise_doi
from citenet.network import CitationNetwork
from citenet.partition import Partition
from citenet.plot.labels import short_names
from citenet.plot.layout import layout

__all__ = ["network_data"]

_SPAN = 10_000  # places are whole numbers from 0 to this


def network_data(
    net: CitationNetwork, groups: Partition, communities: Partition, *, max_works: int = 20_000
) -> dict[str, Any]:
    """Collect what the viewer draws.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition
        What bridges run between.
    communities : Partition
        What makes a disc of its own.
    max_works : int
        Of a larger network, the works with most crossing citations are kept, then those with most citations.

    Returns
    -------
    dict
        ``works`` and ``arcs`` by column, names of groups and communities, ``left_out`` (works), ``left_out_arcs``.
    """
    labels = groups.aligned(net.ids)
    degree = np.bincount(net.citing, minlength=net.n_works) + np.bincount(net.cited, minlength=net.n_works)
    of_citing, of_cited = labels[net.citing], labels[net.cited]
    crosses = (of_citing != of_cited) & (of_citing >= 0) & (of_cited >= 0)
    ends = np.concatenate([net.citing[crosses], net.cited[crosses]])
    across = np.bincount(ends, minlength=net.n_works)
    table = pd.DataFrame(
        {
            "label": short_names(net),
            "group": labels,
            "community": communities.aligned(net.ids),
            "cites": np.bincount(net.citing, minlength=net.n_works),
            "cited": np.bincount(net.cited, minlength=net.n_works),
            "across": across,
        },
        index=net.ids,
    )
    kept = np.zeros(net.n_works, bool)
    kept[np.lexsort((np.arange(net.n_works), -degree, -across))[:max_works]] = True
    smaller = net if kept.all() else net.subset(kept)
    table = table[kept]
    places = layout(smaller, communities.restrict(smaller.ids))
    for axis in ("x", "y"):
        table[axis] = places[axis]
    low = table[["x", "y"]].min()
    span = max(float((table[["x", "y"]].max() - low).max()), 1e-9) if len(table) else 1.0
    table[["x", "y"]] = ((table[["x", "y"]] - low) * (_SPAN / span)).round().astype(np.int64)
    works = smaller.works
    for column in ("title", "authors", "container", "doi"):
        table[column] = works[column].fillna("") if column in works else ""
    table["doi"] = [normalise_doi(doi) or "" for doi in table["doi"]]
    year = works["year"]
    return {
        "works": {
            "id": smaller.ids.tolist(),
            "year": [None if pd.isna(value) else int(value) for value in year],
            **{column: values.tolist() for column, values in table.items()},
        },
        "arcs": {"citing": smaller.citing.tolist(), "cited": smaller.cited.tolist()},
        "groups": list(groups.group_names),
        "communities": list(communities.group_names),
        "left_out": int((~kept).sum()),
        "left_out_arcs": net.n_citations - smaller.n_citations,
    }
