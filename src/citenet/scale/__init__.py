"""The same measures on tables of any size: arrays while they fit, DuckDB beyond memory, Spark on a cluster."""

from citenet.scale.measures import bridges, coverage, mixing_matrix, mixing_test, over_time
from citenet.scale.subnetwork import subnetwork
from citenet.scale.tables import CitationTables, open_tables

__all__ = [
    "CitationTables",
    "bridges",
    "coverage",
    "mixing_matrix",
    "mixing_test",
    "open_tables",
    "over_time",
    "subnetwork",
]
