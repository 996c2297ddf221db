"""The providers there are, by name."""

from __future__ import annotations

from collections.abc import Mapping

from citenet.connect.crossref import Crossref
from citenet.connect.europepmc import EuropePMC
from citenet.connect.openalex import OpenAlex
from citenet.connect.opencitations import OpenCitations
from citenet.connect.provider import Provider
from citenet.connect.pubmed import PubMed
from citenet.connect.semanticscholar import SemanticScholar

__all__ = ["PROVIDERS"]

_ALL: tuple[Provider, ...] = (OpenAlex(), Crossref(), OpenCitations(), EuropePMC(), PubMed(), SemanticScholar())
PROVIDERS: Mapping[str, Provider] = {provider.name: provider for provider in _ALL}
