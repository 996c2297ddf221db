"""Which works belong together: assigned labels, detected communities, and how far they agree."""

from citenet.communities.agreement import Agreement, agreement
from citenet.communities.assign import label
from citenet.communities.detect import detect_communities
from citenet.communities.similarity import bibliographic_coupling, co_citation

__all__ = ["Agreement", "agreement", "bibliographic_coupling", "co_citation", "detect_communities", "label"]
