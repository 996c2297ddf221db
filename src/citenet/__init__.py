"""citenet measures how much ideas cross between literatures.

    >>> import citenet as cn
    >>> corpus = cn.datasets.coproduction_2024()
    >>> len(corpus.works), len(corpus.references)
    (42, 47)

Names are loaded when they are first used, so that ``import citenet`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Public name → module that defines it.
_HOME = {
    "Agreement": "citenet.communities.agreement",
    "Bridges": "citenet.bridging.pair",
    "CitationNetwork": "citenet.network",
    "CitenetError": "citenet.errors",
    "CitenetWarning": "citenet.errors",
    "CommunityLevels": "citenet.communities.levels",
    "CommunityTracks": "citenet.comparison.tracking",
    "Comparison": "citenet.comparison.result",
    "Consensus": "citenet.communities.consensus",
    "Corpus": "citenet.corpus",
    "CorpusLock": "citenet.lock",
    "Deduplication": "citenet.resolution.duplicates",
    "FetchClient": "citenet.connect.client",
    "FetchPlan": "citenet.connect.plan",
    "FetchQuery": "citenet.connect.query",
    "InputError": "citenet.errors",
    "MixingMatrix": "citenet.bridging.mixing",
    "NullTest": "citenet.bridging.inference",
    "ParseError": "citenet.errors",
    "Partition": "citenet.partition",
    "Resolution": "citenet.resolution.result",
    "ResolutionScan": "citenet.communities.scan",
    "add_disciplines": "citenet.connect.disciplines",
    "agreement": "citenet.communities.agreement",
    "as_partition": "citenet.partition",
    "assortativity": "citenet.bridging.statistics",
    "bibliographic_coupling": "citenet.communities.similarity",
    "border_share_test": "citenet.bridging.main_path",
    "bridge_carriers": "citenet.comparison.carriers",
    "bridges": "citenet.bridging.measure",
    "bridging_centrality": "citenet.bridging.constraint",
    "brokerage_roles": "citenet.bridging.roles",
    "brokerage_test": "citenet.bridging.roles",
    "build_network": "citenet.resolution.build",
    "burt_constraint": "citenet.bridging.constraint",
    "citation_lag": "citenet.bridging.lag",
    "co_citation": "citenet.communities.similarity",
    "co_citation_test": "citenet.bridging.shared_base",
    "coleman": "citenet.bridging.homophily",
    "coleman_in_time": "citenet.bridging.homophily",
    "common_works": "citenet.bridging.missing",
    "community_levels": "citenet.communities.levels",
    "compare": "citenet.comparison.versions",
    "consensus": "citenet.communities.consensus",
    "cross_share": "citenet.bridging.statistics",
    "deduplicate": "citenet.resolution.duplicates",
    "describe_communities": "citenet.communities.naming",
    "detect_communities": "citenet.communities.detect",
    "detect_runs": "citenet.communities.runs",
    "directed_modularity": "citenet.bridging.statistics",
    "disagreements": "citenet.connect.differences",
    "draw_matches": "citenet.bridging.uncertain",
    "dyad_odds_ratio": "citenet.bridging.odds",
    "ei_by_paper": "citenet.bridging.ei_papers",
    "ei_cited": "citenet.bridging.statistics",
    "ei_citing": "citenet.bridging.statistics",
    "ei_index": "citenet.bridging.statistics",
    "fetch": "citenet.connect.fetch",
    "first_crossing": "citenet.bridging.first_crossing",
    "freeman": "citenet.bridging.homophily",
    "group_diversity": "citenet.bridging.reference_diversity",
    "homogeneity_test": "citenet.bridging.odds",
    "improve_communities": "citenet.communities.detect",
    "inbreeding_homophily": "citenet.bridging.homophily",
    "insularity": "citenet.bridging.insularity",
    "intergroup_betweenness": "citenet.bridging.betweenness",
    "label": "citenet.communities.assign",
    "lag_test": "citenet.bridging.lag",
    "main_path": "citenet.bridging.main_path",
    "mantel_haenszel": "citenet.bridging.odds",
    "matching_bounds": "citenet.bridging.uncertain",
    "matching_flow": "citenet.resolution.flow",
    "merge_small": "citenet.communities.levels",
    "missing_bridges": "citenet.bridging.missing",
    "mixing_matrix": "citenet.bridging.mixing",
    "mixing_test": "citenet.bridging.testing",
    "name_communities": "citenet.communities.naming",
    "odds_ratio": "citenet.bridging.odds",
    "over_time": "citenet.comparison.periods",
    "overall_test": "citenet.bridging.overall",
    "parse_references": "citenet.refparse",
    "participation": "citenet.bridging.participation",
    "participation_test": "citenet.bridging.participation",
    "passage_network": "citenet.resolution.build",
    "plan_fetch": "citenet.connect.fetch",
    "power_sentence": "citenet.bridging.power",
    "practice_exports": "citenet.practice",
    "preference": "citenet.bridging.statistics",
    "quasi_independence": "citenet.bridging.insularity",
    "rao_stirling": "citenet.bridging.diversity",
    "read": "citenet.io",
    "redetection_test": "citenet.bridging.redetection",
    "reference_diversity": "citenet.bridging.reference_diversity",
    "removal_effect": "citenet.bridging.removal",
    "report": "citenet.reporting.build",
    "resolve": "citenet.resolution.matching",
    "robustness": "citenet.bridging.robustness",
    "scan_resolution": "citenet.communities.scan",
    "search_path_counts": "citenet.bridging.search_paths",
    "shared_knowledge_base": "citenet.bridging.knowledge_base",
    "theory_uptake": "citenet.bridging.uptake",
    "track_communities": "citenet.comparison.tracking",
    "vertex_bootstrap": "citenet.bridging.vertex_bootstrap",
    "write": "citenet.io.export",
}
_MODULES = ("datasets", "errors", "plot", "scale")

__all__ = sorted([*_HOME, *_MODULES, "__version__"])


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(_HOME[name]), name)
    elif name in _MODULES:
        value = import_module(f"citenet.{name}")
    else:
        raise AttributeError(f"module 'citenet' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
