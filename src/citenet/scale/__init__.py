"""The same measures on tables of any size: arrays while they fit, DuckDB beyond memory, Spark on a cluster."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# Public name → module that defines it; loaded when first used, so that reading a snapshot stays small in memory.
_HOME = {
    "CitationTables": "tables",
    "OpenAlexTables": "openalex",
    "SharedBase": "shared",
    "bridges": "measures",
    "coverage": "measures",
    "from_openalex": "openalex",
    "label_propagation": "propagation",
    "mixing_matrix": "measures",
    "mixing_test": "measures",
    "open_tables": "tables",
    "over_time": "measures",
    "shared_base": "shared",
    "subnetwork": "extract",
    "top_papers": "measures",
}

__all__ = sorted(_HOME)  # noqa: PLE0605 - a sorted list of names


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'citenet.scale' has no attribute {name!r}")
    value = getattr(import_module(f"citenet.scale.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
