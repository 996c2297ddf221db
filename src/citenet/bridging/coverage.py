"""Coverage: what share of the references each group prints entered the test; a silo can be an artefact of the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from citenet.bridging.mixing import LabelledArcs
from citenet.network import CitationNetwork

__all__ = ["coverage_frame", "coverage_table"]


def coverage_table(net: CitationNetwork, labelled: LabelledArcs, tested: LabelledArcs) -> pd.DataFrame:
    """Follow the references of each group from the printed list to the test.

    Parameters
    ----------
    net : CitationNetwork
    labelled : LabelledArcs
        Arcs with a group at both ends.
    tested : LabelledArcs
        Those of them that the null can place.

    Returns
    -------
    DataFrame, indexed by citing group
        works (of the corpus), outside (cited works outside it), citing_works, references (citations + dropped),
        ambiguous and unmatched (of the dropped), citations (resolved to another work, once), labelled, tested, and
        the shares of the last three of the references (NaN without references).
    """
    k = labelled.k
    labels = labelled.labels
    group_of = pd.Series(labels, index=net.ids)
    table = net.dropped
    by = group_of.reindex(table["citing"]).fillna(-1).astype(int).to_numpy()
    reason = table["reason"].to_numpy(dtype=object)

    def per_group(groups: np.ndarray) -> np.ndarray:
        return np.bincount(groups[groups >= 0], minlength=k)

    citations = per_group(labels[net.citing])
    return coverage_frame(
        labelled.names,
        works=per_group(labels[~net.external]),
        outside=per_group(labels[net.external]),
        citing_works=per_group(labels[np.unique(net.citing)]),
        references=citations + per_group(by),
        ambiguous=per_group(by[reason == "ambiguous"]),
        unmatched=per_group(by[reason == "unmatched"]),
        citations=citations,
        labelled=per_group(labelled.citing_group),
        tested=per_group(tested.citing_group),
    )


def coverage_frame(names: tuple[str, ...], **counts: np.ndarray) -> pd.DataFrame:
    """Put counts per group in a table, with their shares of the references."""
    table = pd.DataFrame(counts, index=pd.Index(names, name="citing group"))
    references = table["references"].to_numpy()
    for column in ("citations", "labelled", "tested"):
        unknown = np.full(len(table), np.nan)
        table[f"share_{column}"] = np.divide(table[column], references, out=unknown, where=references > 0)
    return table
