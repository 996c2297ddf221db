"""How far comparisons can be trusted: intervals of differences, and tests of trend and change, on simulated corpora.

``python benchmarks/versions.py 400`` simulates so many pairs of versions (two fields with a preference of 3 until 2009
and of 1.5 for twenty years more, papers with tastes of their own) and says how often the 95 % interval holds the median
of the differences; and so many corpora whose field B grows from 10 % to 80 %, and how often each test rejects at 5 %.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

import citenet as cn
from citenet.bridging.bootstrap import MEASURES
from citenet.comparison.alignment import align_versions
from citenet.comparison.paired import Paired, Question, paired_draws
from citenet.network import CitationNetwork

GROWTH = {
    "no preference": {"preference": 1.0},
    "constant preference of 2": {"preference": 2.0},
    "no preference, tastes": {"preference": 1.0, "taste": 1.0},
}


def pair(seed: int) -> tuple[CitationNetwork, CitationNetwork]:
    """Return a corpus to 2009, and the same with twenty more years of another preference."""
    early, late = (
        cn.datasets.simulate(
            400, years=years, preference=preference, taste=0.5, rng=np.random.default_rng([seed, years[0]])
        )
        for years, preference in (((1990, 2009), 3.0), ((2010, 2029), 1.5))
    )
    works = pd.concat([early.works.set_axis("e" + early.ids), late.works.set_axis("l" + late.ids)])
    citing, cited = (
        np.concatenate([x, y + early.n_works]) for x, y in ((early.citing, late.citing), (early.cited, late.cited))
    )
    both = CitationNetwork(works, citing, cited)
    return both.subset(both.year <= 2009), both


def drawn(seed: int) -> Paired:
    """Resample a pair."""
    nets = pair(seed)
    sides = tuple((net, cn.as_partition("field", net)) for net in nets)
    question = Question("A", "B", "year-pairs", "drop")
    return paired_draws(sides, align_versions(*nets), question, 199, np.random.default_rng(seed))


def main() -> None:
    """Print both tables."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rows = [drawn(seed) for seed in range(n)]
    print(f"{n} pairs: 95 % interval of the difference holds the median difference")
    for i, measure in enumerate(MEASURES):
        low, high = np.nanquantile([row.draws[i] for row in rows], [0.025, 0.975], axis=1)
        truth = np.median([row.after[i] - row.before[i] for row in rows])
        named = measure.replace("odds ratio", "log odds ratio")
        print(f"  {named:16} {((low <= truth) & (truth <= high)).mean():.1%}", flush=True)
    print(f"{n} corpora: rejected at 5 %      trend  by papers  change  by papers")
    for name, options in GROWTH.items():
        nets = (cn.datasets.simulate(400, share_b=(0.1, 0.8), rng=seed, **options) for seed in range(n))
        found = [cn.over_time(net, "field", "A", "B") for net in nets]
        shares = [
            np.mean([getattr(one, table)[column].iloc[0] < 0.05 for one in found])
            for column in ("p", "p_change")
            for table in ("trends", "by_papers")
        ]
        print(f"  {name:26} " + "  ".join(f"{share:8.1%}" for share in shares))


if __name__ == "__main__":
    main()
