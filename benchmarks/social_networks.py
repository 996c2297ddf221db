"""The whole battery on one real corpus: Health Services Research / Quality Improvement against Public Administration.

    python benchmarks/social_networks.py FOLDER [--draws 999]

FOLDER holds Web of Science exports of a search for "social network(s)", 1996 to 2004, with references and categories.
Cited works outside the corpus are grouped by their journal. Prints aggregate figures; --papers names the papers.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import citenet as cn
from citenet.bridging.nulls import NULLS
from citenet.errors import CitenetWarning

A, B = "HSR/QI", "PAM"
GROUPS = {
    A: ["Health Care Sciences & Services", "Health Policy & Services"],
    B: ["Public Administration", "Management"],
}
WINDOWS = [(1996, 1998), (1999, 2001), (2002, 2004)]
PRICE = ["citations", "median", "price_index"]


def show(title: str, table: pd.DataFrame | pd.Series[Any]) -> None:
    """Print a table under a title."""
    print(f"\n## {title}\n\n{table.to_string(float_format=lambda x: f'{x:.3g}')}", flush=True)


def in_window(net: cn.CitationNetwork, first: int, last: int) -> cn.CitationNetwork:
    """Leave out what is cited by papers of other years."""
    citing = net.year[net.citing]
    return net.without((citing < first) | (citing > last), "another window")


def flows(net: cn.CitationNetwork, groups: cn.Partition, n_draws: int) -> None:
    """Print what crosses, window by window and in all, with the rest of the corpus as a group and without it."""
    rows = {}
    for name, part in [("all", net), *((f"{a}-{b}", in_window(net, a, b)) for a, b in WINDOWS)]:
        for unlabelled in ("own", "drop"):
            result = cn.bridges(part, groups, A, B, unlabelled=unlabelled, n_lists=n_draws, rng=1)
            for citing, cited in ((A, B), (B, A)):
                row = result.row("citations", citing, cited)
                share = result.row("share of tested citations", citing, cited)["value"]
                apart = result.row("difference of shares", A, B)
                rows[name, unlabelled, f"{citing} → {cited}"] = {
                    **row[["value", "expected", "ratio", "low", "high", "p", "p_lists"]],
                    "share": share,
                    **apart[["value", "low", "high"]].add_prefix("share difference "),
                    "odds ratio": result.row("odds ratio (Mantel-Haenszel)", A, B)["value"],
                }
    show("What crosses (year-pairs)", pd.DataFrame(rows).T.infer_objects())


def nulls(net: cn.CitationNetwork, groups: cn.Partition, n_draws: int) -> None:
    """Print what each null says of both directions."""
    rows = {}
    for null in NULLS:
        draws = None if null in ("year-pairs", "citing-years", "configuration", "availability") else n_draws
        test = cn.mixing_test(net, groups, null=null, n_draws=draws, unlabelled="own", rng=1)
        table = test.to_frame()
        for pair in ((A, B), (B, A)):
            rows[null, " → ".join(pair)] = table.loc[pair, ["observed", "expected", "ratio", "z", "p", "p_holm"]]
        if null == "simple-graphs":
            print(f"\nchain: {test.reason}")
    show("What each null says", pd.DataFrame(rows).T)


def groups_alone(net: cn.CitationNetwork, groups: cn.Partition, n_draws: int) -> None:
    """Print the indices of the groups."""
    rows = {}
    for statistic in ("ei_citing", "ei_cited", "coleman", "coleman_in_time", "insularity"):
        test = cn.mixing_test(net, groups, statistic, n_draws=n_draws, unlabelled="own", rng=1)
        rows |= {(statistic, group): row for group, row in test.to_frame().iterrows() if group in (A, B)}
    show("Indices of groups", pd.DataFrame(rows).T[["observed", "expected", "z", "p"]])
    show("Diversity of what groups cite", cn.group_diversity(net, groups).T)
    show("Age of what is cited", cn.citation_lag(net, groups)[PRICE])


def beyond(net: cn.CitationNetwork, groups: cn.Partition, n_draws: int) -> Any:
    """Print what the groups share without citing each other, and who stands between them."""
    for null in ("labels", "year-pairs"):
        base = cn.shared_knowledge_base(net, groups, A, B, null=null, n_draws=min(n_draws, 199), rng=1)
        show(f"Shared knowledge base ({base.test.null})", base.to_frame()[["observed", "expected", "ratio", "z", "p"]])
    print(f"\n{base!r}; exchangeable {base.params['exchangeable']}")
    roles = cn.brokerage_test(net, groups, n_draws=min(n_draws, 99), rng=1)
    show("Brokerage (year-pairs)", roles.to_frame()[["observed", "expected", "ratio", "z", "p"]])
    for pair in ((A, B), (B, A)):
        print(f"\nideas {' → '.join(pair)}: {cn.intergroup_betweenness(net, groups, *pair)!r}")
        print(repr(cn.removal_effect(net, groups, *pair)))
    return base


def main() -> None:
    """Run the battery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draws", type=int, default=999)
    parser.add_argument("--papers", action="store_true", help="name the papers that bridge")
    asked = parser.parse_args()
    warnings.simplefilter("ignore", CitenetWarning)
    corpus = cn.read(asked.folder)
    links = cn.resolve(corpus)
    net = cn.build_network(corpus, links, external=True)
    groups = cn.label(net, "categories", groups=GROUPS, spread="container")
    print(corpus, links, net, groups, sep="\n")
    result = cn.bridges(net, groups, A, B, unlabelled="own", n_lists=asked.draws, rng=1)
    print(f"\n{result.sentence()}")
    show("Flows", result.flows.to_frame())
    show("Coverage", result.coverage)
    flows(net, groups, asked.draws)
    nulls(net, groups, asked.draws)
    groups_alone(net, groups, asked.draws)
    base = beyond(net, groups, asked.draws)
    show("Robustness", result.robustness(n_papers=10).T)
    across = result.papers["cites_across"]
    carried = np.sort(across)[::-1].cumsum() / max(1, across.sum())
    print(f"\n{int((across > 0).sum())} papers cite across; half of it is by {int((carried < 0.5).sum()) + 1} of them")
    if asked.papers:
        columns = ["work", "group", "year", "cites_across", "cited_across", "title"]
        show("Bridging papers", result.papers[columns].head(25))
        show("Works both cite", base.common.head(15))
        show("Missing bridges", base.missing.head(10))


if __name__ == "__main__":
    main()
