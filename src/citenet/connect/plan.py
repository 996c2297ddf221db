"""What a fetch would take: calls, dollars, time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from citenet._support.tables import Table
from citenet.connect.gathering import Gathering
from citenet.connect.settings import Settings

__all__ = ["FetchPlan", "plan_of"]


@dataclass(frozen=True, eq=False, repr=False)
class FetchPlan:
    """What a fetch would ask.

    Parameters
    ----------
    table : DataFrame
        One row a source: ``works`` asked about, ``stored`` answers, ``calls`` known now, ``expected_calls`` with those
        that the answers will lead to, ``usd`` and ``seconds`` for these. A search is taken to find as many works as it
        may.
    """

    table: Table = Table()

    def __repr__(self) -> str:
        each = []
        columns = (self.table[name].tolist() for name in ("calls", "expected_calls", "usd", "seconds"))
        for source, calls, expected, usd, seconds in zip(self.table.index, *columns, strict=True):
            cost = f" = ${usd:.4f}" if usd else ""
            each.append(f"{source} {calls:,} calls now, about {expected:,} in all{cost}, {_duration(seconds)}")
        return f"<FetchPlan: {'; '.join(each)}>"

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table


def plan_of(gathering: Gathering, settings: Settings) -> FetchPlan:
    """Count what a gathering without a client left open.

    Parameters
    ----------
    gathering : Gathering
        That has run.
    settings : Settings
        A key or a mail address makes some services faster.
    """
    rows = {}
    for name, asking in gathering.askings.items():
        provider = asking.provider
        n_works = sum(len(request.works) for request in asking.open)
        n_calls = len(asking.open)
        n_found = sum(request.most or 0 for request in asking.open if not request.works)  # a search finds these at most
        expected = max(n_calls, math.ceil((n_works + n_found) * provider.calls_a_work)) if n_calls else 0
        per_second, _ = provider.pace(settings)
        paid = sum(provider.cost(request) for request in asking.open)
        lists = sum(provider.cost(replace(request, params=())) for request in asking.open)
        paid += (expected - n_calls) * (lists / n_calls if n_calls else 0.0)
        rows[name] = {
            "works": n_works,
            "stored": len(asking.payloads),
            "calls": n_calls,
            "expected_calls": expected,
            "usd": round(paid, 6),
            "seconds": round(expected / per_second, 1),
        }
    return FetchPlan(pd.DataFrame.from_dict(rows, orient="index").rename_axis("source"))


def _duration(seconds: float) -> str:
    return f"about {math.ceil(seconds)} s" if seconds < 90 else f"about {math.ceil(seconds / 60)} min"
