"""Figures of results: ``ax`` in, ``Axes`` out; nothing is shown, nothing global is changed."""

from citenet.plot.changes import causes
from citenet.plot.figures import flows, mixing, null_distribution, pairs
from citenet.plot.graph import network
from citenet.plot.style import save

__all__ = ["causes", "flows", "mixing", "network", "null_distribution", "pairs", "save"]
