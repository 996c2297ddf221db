"""Edge list of the CWTS clustering tools: numbered from zero, undirected, each pair once."""

from __future__ import annotations

from collections import Counter

from citenet.io.export._text import number, stem_of
from citenet.io.export._view import View

__all__ = ["ENDINGS", "files"]

ENDINGS = (".tsv",)


def files(view: View, name: str) -> dict[str, str]:
    """Texts of the edge list and of the table from number to work id, by their names.

    Notes
    -----
    A work shares a total weight of one out among the works it is linked with, whichever cites the other: the
    relatedness of i to j is 1 / k(i), the fractional counting of Waltman & van Eck (2012). A pair has the mean of both
    directions, (1/k(i) + 1/k(j)) / 2, which gives every clustering the same quality as the two directed values; it is
    the fractionalization of networkanalysis [1]_ without its factor, the number of works. Works without citation stand
    in the table alone.

    References
    ----------
    .. [1] Network.createNormalizedNetworkUsingFractionalization, https://github.com/CWTSLeiden/networkanalysis
    """
    pairs = sorted({(min(i, j), max(i, j)) for i, j in zip(view.citing, view.cited, strict=True)})
    linked = Counter(work for pair in pairs for work in pair)
    edges = "".join(f"{i}\t{j}\t{number((1 / linked[i] + 1 / linked[j]) / 2)}\n" for i, j in pairs)
    table = "".join(f"{at}\t{work_id}\n" for at, work_id in enumerate(view.ids))
    return {name: edges, f"{stem_of(name, ENDINGS)}_ids.tsv": f"node\tid\n{table}"}
