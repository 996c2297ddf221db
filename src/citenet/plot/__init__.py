"""Figures of results: ``ax`` in, ``Axes`` out; nothing is shown, nothing global is changed."""

from citenet.plot.alluvial import alluvial
from citenet.plot.changes import causes
from citenet.plot.coverage import coverage
from citenet.plot.figures import flows, mixing, null_distribution, pairs
from citenet.plot.graph import network
from citenet.plot.layout import layout
from citenet.plot.matching import matching_flow
from citenet.plot.paths import historiograph, main_path
from citenet.plot.power import power
from citenet.plot.sankey import sankey
from citenet.plot.style import save
from citenet.plot.time import over_time

__all__ = [
    "alluvial",
    "causes",
    "coverage",
    "flows",
    "historiograph",
    "layout",
    "main_path",
    "matching_flow",
    "mixing",
    "network",
    "null_distribution",
    "over_time",
    "pairs",
    "power",
    "sankey",
    "save",
]
