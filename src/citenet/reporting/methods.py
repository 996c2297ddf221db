"""The methods paragraph: what was done, with the numbers and the sources, in words fit for a paper."""

from __future__ import annotations

import numpy as np

import citenet
from citenet.bridging.pair import Bridges
from citenet.partition import Partition
from citenet.resolution.result import Resolution

__all__ = ["NULLS_IN_WORDS", "methods_paragraph", "sources"]

NULLS_IN_WORDS = {
    "year-pairs": "Who is cited was shuffled among the citations of the same citing and the same cited year. Every "
    "paper "
    "keeps how many works of each year it cites, every work how often it is cited by papers of each year; what is left "
    "to chance is whether a citation crosses. Growth of a field and the age of what is cited do not look like "
    "preference.",
    "citing-years": "Who is cited was shuffled among the citations made in the same year. Every paper keeps the "
    "length of "
    "its reference list; the age of what is cited is left to chance.",
    "configuration": "Who is cited was shuffled among all citations, whatever their years. This null ignores time "
    "and is "
    "known to find silos that are not there where fields grew at different times.",
    "lists": "What each paper cites beyond expectation was exchanged, list by list, among papers of the same year and "
    "about the same length. The references of one paper depend on each other; this test holds where they do.",
}
_STRATA = {
    "year-pairs": "citing year × cited year",
    "citing-years": "citing year",
    "configuration": "none (all citations together)",
}
_SOURCES = {
    "strata": "Mantel N, Haenszel W (1959). Statistical aspects of the analysis of data from retrospective studies of "
    "disease. Journal of the National Cancer Institute 22, 719–748.",
    "error": "Robins J, Breslow N, Greenland S (1986). Estimators of the Mantel-Haenszel variance consistent in "
    "both sparse "
    "data and large-strata limiting models. Biometrics 42, 311–323.",
    "draws": "Phipson B, Smyth GK (2010). Permutation p-values should never be zero. Statistical Applications in "
    "Genetics "
    "and Molecular Biology 9, 39.",
    "bootstrap": "Davison AC, Hinkley DV (1997). Bootstrap Methods and their Application. Cambridge University Press.",
    "e-i": "Krackhardt D, Stern RN (1988). Informal networks and organizational crises: an experimental simulation. "
    "Social "
    "Psychology Quarterly 51, 123–140.",
    "leiden": "Traag VA, Waltman L, van Eck NJ (2019). From Louvain to Leiden: guaranteeing well-connected "
    "communities. "
    "Scientific Reports 9, 5233.",
}


def methods_paragraph(result: Bridges, links: Resolution | None, communities: Partition) -> str:
    """Say how the result was made.

    Parameters
    ----------
    result : Bridges
        With its network.
    links : Resolution or None
        Where given, how many references were matched.
    communities : Partition
        What the drawing of the network goes by.

    Returns
    -------
    str
        Plain text; each method names its source by author and year (see `sources`).
    """
    net, params = result.net, result.params
    size = f"{net.n_works:,} works and {net.n_citations:,} citations" if net is not None else "unknown size"
    parts = [f"Analyses were made with citenet {citenet.__version__}."]
    if links is not None and len(links.links):
        status = links.links["status"].value_counts()
        parts.append(
            f"Of {len(links.links):,} printed references {status.get('matched', 0):,} were matched to a work, "
            f"{status.get('ambiguous', 0):,} were ambiguous and {status.get('unmatched', 0):,} unmatched."
        )
    dropped = f"; {len(net.dropped):,} references are no arc of it" if net is not None and len(net.dropped) else ""
    parts.append(f"They form a directed network (citing → cited) of {size}{dropped}.")
    how = f" by {params['labels']}" if params.get("labels") else ""
    parts.append(f"Works were assigned to groups{how}; {_unlabelled(params['unlabelled'])}.")
    parts.append(
        f"Citations between {result.a} and {result.b} were counted in each direction and compared with their "
        f"expectation "
        f"given the citations made and received in each stratum (strata: {_STRATA[params['null']]}), under which "
        f"the counts "
        "are sums of independent hypergeometric variables with known mean and variance (Mantel and Haenszel 1959)."
    )
    lists = result.tests.get("a→b, lists")
    if lists is not None:
        parts.append(
            f"Because the references of one paper depend on each other, p-values were also computed from "
            f"{lists.n_draws:,} "
            "draws in which whole reference lists were exchanged among papers of the same year and about the same "
            "length "
            "(p = (1 + b) / (1 + d), Phipson and Smyth 2010)."
        )
    if params["n_boot"]:
        kind = "bias-corrected and accelerated" if params["interval"] == "bca" else "percentile"
        parts.append(
            f"{params['level']:.0%} intervals are {kind} intervals of {params['n_boot']:,} resamples of citing papers "
            "(Davison and Hinkley 1997)."
        )
    parts.append(
        "The odds ratio of citing one's own group was pooled over strata (Mantel and Haenszel 1959; Robins, Breslow "
        "and "
        "Greenland 1986); the E-I index follows Krackhardt and Stern (1988)."
    )
    if communities.origin == "detected":
        parts.append(
            f"The drawing places works by {communities.n_groups:,} communities detected in the citations (Traag, "
            f"Waltman and "
            "van Eck 2019); the communities were not tested on these citations."
        )
    seed = params["seed"]
    parts.append(f"Random seed {seed}." if seed is not None else "The random seed was not recorded.")
    return " ".join(parts)


def sources(result: Bridges, communities: Partition) -> list[str]:
    """Works that the methods paragraph cites, in alphabetical order."""
    wanted = ["strata", "error", "e-i"]
    wanted += ["draws"] if "a→b, lists" in result.tests else []
    wanted += ["bootstrap"] if result.params["n_boot"] else []
    wanted += ["leiden"] if communities.origin == "detected" else []
    return sorted(_SOURCES[name] for name in wanted)


def _unlabelled(choice: str) -> str:
    return {
        "drop": "works without a group were left out",
        "own": "works without a group count as a group of their own",
        "error": "every work has a group",
    }[choice]


def null_in_words(result: Bridges) -> list[str]:
    """Say what each null of the result keeps and shuffles."""
    names = [result.params["null"], *(["lists"] if "a→b, lists" in result.tests else [])]
    return [NULLS_IN_WORDS[name] for name in names]


def informative(result: Bridges) -> str:
    """Say how much of the data could speak at all."""
    share = result.params["informative_share"]
    if np.isnan(share):
        return ""
    return f"{share:.0%} of the tested citations lie in strata where the count could have been another."
