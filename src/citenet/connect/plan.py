"""What a fetch would take: calls, dollars, time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from citenet._support.tables import Table
from citenet.connect.gathering import Gathering
from citenet.connect.provider import Request
from citenet.connect.providers import PROVIDERS
from citenet.connect.settings import Settings

_ROUNDS = 2  # batches that are not full, as some identifiers become known later

__all__ = ["FetchPlan", "plan_of"]


@dataclass(frozen=True, eq=False, repr=False)
class FetchPlan:
    """What a fetch would ask.

    Parameters
    ----------
    table : DataFrame
        One row a source: ``works`` asked about, ``stored`` answers, ``calls`` known now; ``expected_calls``, ``usd``
        and ``seconds`` with those that the answers will lead to, as a rule, in the steps that are known;
        ``most_calls``, ``most_usd`` and ``most_seconds`` where every cap is reached: as many works cite each as
        ``max_citing`` allows, and the second step asks about ``max_works``. A search is taken to find ``max_found``
        works. How long reference lists are is a rule of thumb in either case.
    """

    table: Table = Table()

    def __repr__(self) -> str:
        each = []
        for source, row in zip(self.table.index, self.table.to_dict("records"), strict=True):
            said = f"{source} {row['calls']:,} calls now, about {_estimate(row, 'expected_calls', '')}"
            if row["most_calls"] > row["expected_calls"]:
                said += f", or {_estimate(row, 'most_calls', 'most_')} if every cap is reached"
            each.append(said)
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
        provider, n_calls = asking.provider, len(asking.open)
        n_works = sum(len(request.works) for request in asking.open)
        n_found = sum(request.most or 0 for request in asking.open if not request.works)  # a search finds these at most
        expected = max(n_calls, math.ceil((n_works + n_found) * provider.calls_a_work)) if n_calls else 0
        expected += sum(
            math.ceil(n * (1.0 if action == "citing" else provider.calls_a_work))  # by identifiers others will tell
            for action, n in gathering.unaskable(name).items()
        )
        most = max(expected, n_calls + _more(gathering, name) + expected - n_calls)
        per_second, _ = provider.pace(settings)
        paid = sum(provider.cost(request) for request in asking.open)
        each = provider.cost(Request("references", "/works", name))  # what is yet to come are lists
        rows[name] = {
            "works": n_works,
            "stored": len(asking.payloads),
            "calls": n_calls,
            "expected_calls": expected,
            "usd": round(paid + (expected - n_calls) * each, 6),
            "seconds": round(expected / per_second, 1),
            "most_calls": most,
            "most_usd": round(paid + (most - n_calls) * each, 6),
            "most_seconds": round(most / per_second, 1),
        }
    return FetchPlan(pd.DataFrame.from_dict(rows, orient="index").rename_axis("source"))


def _more(gathering: Gathering, source: str) -> int:
    """Count calls beyond the expected ones where every cap is reached: pages of citing works, and a second step."""
    query, provider = gathering.query, PROVIDERS[source]
    asks_citing = query.direction != "references"
    able = [name for name in query.sources if "citing" in PROVIDERS[name].schemes] if asks_citing else []
    pages = math.ceil(query.max_citing / provider.citing_page) if source in able and provider.citing_page else 1
    described = math.ceil(query.max_citing / 100) * len(able) if "description" in provider.schemes else 0
    n_first = gathering.n_first if gathering.is_open else 0
    n_second = query.max_works - gathering.n_second if query.hops == 2 and gathering.is_open else 0
    calls = 0.0
    if source in able:
        calls += n_first * (pages - 1) + n_second * pages
    if asks_citing and "description" in provider.schemes:
        calls += (n_first + n_second) * (described - (pages if source in able else 0))
    if query.direction != "citing" and "references" in provider.schemes and n_second:
        calls += n_second * provider.calls_a_work + _ROUNDS
    return math.ceil(calls)


def _estimate(row: dict[Any, Any], calls: str, what: str) -> str:
    cost = f" = ${row[f'{what}usd']:.4f}" if row[f"{what}usd"] else ""
    return f"{row[calls]:,} in all{cost}, {_duration(row[f'{what}seconds'])}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"about {math.ceil(seconds)} s"
    return f"about {math.ceil(seconds / 60)} min" if seconds < 5_400 else f"about {math.ceil(seconds / 3_600)} h"
