"""Which works belong together: assigned labels, detected communities, and how far they agree.

The test of detected communities, `redetection.redetection_test`, is imported on its own: it draws on
`citenet.bridging`.
"""

from citenet.communities.agreement import Agreement, agreement
from citenet.communities.assign import label
from citenet.communities.consensus import Consensus, consensus
from citenet.communities.detect import detect_communities, improve_communities
from citenet.communities.levels import CommunityLevels, community_levels, merge_small
from citenet.communities.naming import describe_communities, name_communities
from citenet.communities.runs import detect_runs
from citenet.communities.scan import ResolutionScan, scan_resolution
from citenet.communities.similarity import bibliographic_coupling, co_citation

__all__ = [
    "Agreement",
    "CommunityLevels",
    "Consensus",
    "ResolutionScan",
    "agreement",
    "bibliographic_coupling",
    "co_citation",
    "community_levels",
    "consensus",
    "describe_communities",
    "detect_communities",
    "detect_runs",
    "improve_communities",
    "label",
    "merge_small",
    "name_communities",
    "scan_resolution",
]
