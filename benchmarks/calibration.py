"""How often each test cries wolf, and how often each interval holds the truth, on corpora with a known truth.

    python benchmarks/calibration.py 200 --parts rejections beyond
    python benchmarks/calibration.py 100 --parts swaps detected graph
    python benchmarks/calibration.py 200 --parts coverage matching
    python benchmarks/calibration.py 200 --parts rare same-year

Prints Markdown tables; docs/calibration.md holds them and says of how many corpora each is. A test rejects where its
p-value is at most 0.05; the numbers of draws are such that this happens in 5 % of all cases where the null holds.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

import citenet as cn
from citenet.bridging.mixing import label_arcs
from citenet.bridging.statistics import STATISTICS
from citenet.bridging.stratified import strata_of
from citenet.errors import CitenetWarning

SIZE: Mapping[str, Any] = {"n_works": 400, "n_references": 8}
WITHOUT_PREFERENCE: Mapping[str, Mapping[str, Any]] = {
    "nothing else": {},
    "unequal growth": {"share_b": (0.1, 0.8)},
    "unequal lists": {"n_references": (4, 16)},
    "lists 9 and 15": {"n_references": (9, 15)},
    "clustered lists": {"taste": 1.0},
    "growth and clusters": {"share_b": (0.1, 0.8), "taste": 1.0},
    "B less cited by all": {"fame_b": 0.5},
}
CORPORA: Mapping[str, Mapping[str, Any]] = {
    **WITHOUT_PREFERENCE,
    **{f"preference {p}, growth": {"preference": p, "share_b": (0.1, 0.8)} for p in (1.1, 1.2, 1.5)},
    "preference 3": {"preference": 3.0},
    "preference 3, clusters": {"preference": 3.0, "taste": 1.0},
}
Tests = Callable[[cn.CitationNetwork, int], Iterator[tuple[str, Any]]]
NULLS = [
    "year-pairs",
    "citing-years",
    "configuration",
    "simple-graphs",
    "labels",
    "labels-and-degree",
    "availability",
    "lists",
]
DRAWS, SWAP_DRAWS, DETECTIONS = 199, 79, 39
LEVEL = 0.05
RESAMPLED = 60


def by_null(net: cn.CitationNetwork, seed: int) -> Iterator[tuple[str, float]]:
    """P-values of the E-I index under every null, and of the citations that `bridges` reports."""
    for null in NULLS:
        exact = null in ("year-pairs", "citing-years", "configuration", "availability")
        draws = None if exact else SWAP_DRAWS if null == "simple-graphs" else DRAWS
        yield null, cn.mixing_test(net, "field", "ei", null=null, n_draws=draws, rng=seed).pvalue
    result = cn.bridges(net, "field", "A", "B", n_boot=0, n_lists=DRAWS, rng=seed)
    yield "lists, A → B", result.tests["a→b, lists"].pvalue


def beyond(net: cn.CitationNetwork, seed: int) -> Iterator[tuple[str, Any]]:
    """P-values of the tests beyond the mixing matrix; one of each where a test has several."""
    pair: tuple[Any, ...] = (net, "field", "A", "B")
    yield "overall", cn.overall_test(net, "field").pvalue
    yield "homogeneity", homogeneity(net)
    for name, statistic in {"Coleman in time": "coleman_in_time", "E-I, cited": "ei_cited"}.items():
        yield name, cn.mixing_test(net, "field", statistic, n_draws=DRAWS, rng=seed).pvalue[0]
    shared = cn.shared_knowledge_base(*pair, n_draws=DRAWS, rng=seed).to_frame()["p"]
    for measure in ("coupling between", "Jaccard", "Morisita-Horn"):
        yield measure, shared[measure]
    for within in ("year", "year-and-citations"):
        together = cn.co_citation_test(net, "field", within=within, n_draws=DRAWS, rng=seed)
        crossing = next(i for i, name in enumerate(together.names) if len(set(name.split(" & "))) == 2)
        yield f"co-citation, {within}", together.pvalue[crossing]
    roles = cn.brokerage_test(net, "field", null="labels", n_draws=DRAWS, rng=seed)
    yield "importers", roles.to_frame().loc["importer", "p"]
    yield "lag", cn.lag_test(*pair, n_draws=DRAWS, rng=seed).pvalue
    for null in ("citing-year", "paper"):
        yield f"lag, {null}", cn.lag_test(*pair, null=null).pvalue
    yield "first crossing", cn.first_crossing(*pair).tests["A"].pvalue
    yield "uptake", cn.theory_uptake(net, "field", net.ids[net.works["field"] == "A"][:20]).test.pvalue[0]


def swaps(net: cn.CitationNetwork, seed: int) -> Iterator[tuple[str, Any]]:
    """P-values of the tests beyond the mixing matrix that draw simple graphs by swaps."""
    swapped: Mapping[str, Any] = {"null": "year-pairs", "n_draws": SWAP_DRAWS, "rng": seed}
    shared = cn.shared_knowledge_base(net, "field", "A", "B", **swapped).to_frame()["p"]
    for measure in ("coupling between", "Jaccard", "Morisita-Horn"):
        yield measure, shared[measure]
    yield "importers", cn.brokerage_test(net, "field", **swapped).to_frame().loc["importer", "p"]
    yield "border share", cn.border_share_test(net, "field", n_draws=SWAP_DRAWS, rng=seed).pvalue
    papers = cn.participation_test(net, "field", n_draws=SWAP_DRAWS, rng=seed)["p"].dropna()
    yield "participation (of papers)", papers


def homogeneity(net: cn.CitationNetwork) -> float:
    """P-value of one odds ratio in all periods of five citing years."""
    arcs, stratum = strata_of(label_arcs(net, "field")[0], "citing-years")
    cells = np.zeros((int(stratum.max()) // 5 + 1, 2, 2))
    np.add.at(cells, (stratum // 5, arcs.citing_group, arcs.cited_group), 1)
    return cn.homogeneity_test(cells).pvalue


def detected(net: cn.CitationNetwork, seed: int) -> Iterator[tuple[str, float]]:
    """P-values of communities detected in the corpus, as if they had been given and detected anew in every draw."""
    found = cn.detect_communities(net, rng=seed).to_frame()["group"]
    yield "as if given", cn.mixing_test(net, found, "ei").pvalue
    yield "detected anew", cn.redetection_test(net, n_draws=DETECTIONS, rng=seed).pvalue


def print_rejections(n: int, tests: Tests, rows: list[str]) -> None:
    """Print how often each test rejects at 5 %."""
    print(f"Share of {n} corpora in which each test rejects at 5 %:\n")
    for i, name in enumerate(rows):
        rejected: dict[str, float] = {}
        for seed in range(n):
            for test, p in tests(cn.datasets.simulate(**{**SIZE, **CORPORA[name]}, rng=seed), seed):
                rejected[test] = rejected.get(test, 0.0) + float(np.mean(np.asarray(p) <= LEVEL)) / n
        if not i:
            print(f"| corpora | {' | '.join(rejected)} |\n|---|{'---|' * len(rejected)}")
        print(f"| {name} | {' | '.join(f'{share:.1%}' for share in rejected.values())} |", flush=True)


MEASURES = {
    "odds ratio": ("odds ratio (Mantel-Haenszel)", "value"),
    "observed/expected": ("citations", "ratio"),
    "share": ("share of tested citations", "value"),
    "difference of shares": ("difference of shares", "value"),
    "E-I": ("E-I index", "value"),
}


def expected(
    net: cn.CitationNetwork, options: Mapping[str, Any], right: tuple[float, float] = (1.0, 1.0)
) -> tuple[float, float, float]:
    """Share of B in what A cites, its lead over the reverse, and E-I index, by how the papers are simulated.

    Each paper draws its references with replacement and keeps the different ones; its taste is averaged over. Of the
    matches inside a field, and across, the shares ``right`` are true.
    """
    year, of_b = net.year, (net.works["field"] == "B").to_numpy()
    lengths = {**SIZE, **options}["n_references"]
    made = np.take((lengths, lengths) if isinstance(lengths, int) else lengths, of_b.astype(int))[:, None]
    taste = np.exp(options.get("taste", 0.0) * ndtri((np.arange(99) + 0.5) / 99))
    odds = np.where(of_b, 1.0, -1.0) * np.log(options.get("preference", 1.0)) + np.log(options.get("fame_b", 1.0))
    to_a, to_b = np.zeros(year.size), np.zeros(year.size)
    for t in np.unique(year):
        older = (year < t) & (year >= t - 10)
        n_b, n_a, now = (older & of_b).sum(), (older & ~of_b).sum(), year == t
        if older.any():
            b = np.exp(odds[now])[:, None] * taste * n_b
            p = b / (b + n_a)
            to_b[now] = (n_b * (1 - (1 - p / max(1, n_b)) ** made[now])).mean(axis=1)
            to_a[now] = (n_a * (1 - (1 - (1 - p) / max(1, n_a)) ** made[now])).mean(axis=1)
    to_a, to_b = to_a * np.where(of_b, *right[::-1]), to_b * np.where(of_b, *right)  # matches inside, across
    external, internal = np.where(of_b, to_a, to_b).sum(), np.where(of_b, to_b, to_a).sum()
    there = to_b[~of_b].sum() / (to_a + to_b)[~of_b].sum()
    back = to_a[of_b].sum() / (to_a + to_b)[of_b].sum()
    return float(there), float(there - back), float((external - internal) / (external + internal))


def coverage(n: int, options: Mapping[str, Any], interval: str) -> dict[str, float]:
    """Share of corpora whose 95 % intervals hold the truth.

    For the odds ratio and observed/expected the truth is the median over the corpora: repeated draws collapse, so that
    planted odds are not quite those found. For shares and the E-I index it is what the papers of each corpus have by
    their years and fields.
    """
    limits = np.empty((n, len(MEASURES), 3))
    truth = np.empty((n, len(MEASURES)))
    for seed in range(n):
        net = cn.datasets.simulate(**{**SIZE, **options}, rng=seed)
        result = cn.bridges(net, "field", "A", "B", n_boot=399, n_lists=0, interval=interval, rng=seed)
        for i, (measure, value) in enumerate(MEASURES.values()):
            limits[seed, i] = result.row(measure, "A", "B")[["low", value, "high"]]
        truth[seed, 2:] = expected(net, options)
    truth[:, :2] = np.median(limits[:, :2, 1], axis=0)
    held = (limits[:, :, 0] <= truth) & (truth <= limits[:, :, 2])
    return dict(zip(MEASURES, held.mean(axis=0).tolist(), strict=True))


def print_graph(n: int, rows: list[str]) -> None:
    """Print how large the standard errors of `vertex_bootstrap` are, and how often its intervals hold the truth."""

    def measures(net: cn.CitationNetwork, groups: cn.Partition) -> list[float]:
        arcs, _ = label_arcs(net, groups)
        return [float(STATISTICS["assortativity"].of(arcs)), float(STATISTICS["coleman"].of(arcs)[0])]

    print(f"\nWorks of {n} corpora resampled ({RESAMPLED} times each):\n")
    names = [
        f"{what}, {name}" for name in ("assortativity", "Coleman") for what in ("error over deviation", "interval")
    ]
    print(f"| corpora | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for name in rows:
        found = []
        for seed in range(n):
            net = cn.datasets.simulate(**{**SIZE, **CORPORA[name]}, rng=seed)
            one = cn.vertex_bootstrap(net, "field", measures, n_boot=RESAMPLED, rng=seed)
            found.append([one.statistic, one.se, one.low, one.high])
        value, error, low, high = np.moveaxis(np.array(found), 0, 1)
        truth = np.median(value, axis=0)
        times, held = error.mean(axis=0) / value.std(axis=0, ddof=1), ((low <= truth) & (truth <= high)).mean(axis=0)
        cells = (text for i in range(truth.size) for text in (f"{times[i]:.2f}", f"{held[i]:.1%}"))
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


RIGHT = (0.95, 0.6)  # matches inside a field, and across, that are right


def uncertain(net: cn.CitationNetwork) -> cn.CitationNetwork:
    """Return the network with the probability of each match: those across are more doubtful."""
    field = (net.works["field"] == "B").to_numpy()
    scores = np.where(field[net.citing] == field[net.cited], *RIGHT)
    return cn.CitationNetwork.from_frames(net.works, net.to_frame().assign(score=scores))


def print_matching(n: int, rows: list[str]) -> None:
    """Print how often intervals hold the truth where some matches are wrong, taken as they are and sampled."""
    print(f"\nShare of {n} corpora whose 95 % interval (399 resamples) holds the truth, some matches being wrong:\n")
    print(f"| corpora | {' | '.join(f'{m}, {how}' for how in HOW for m in UNDER_DOUBT)} |\n|---|---|---|---|---|")
    for name in rows:
        limits, truth = np.empty((n, len(HOW), len(UNDER_DOUBT), 2)), np.empty((n, len(UNDER_DOUBT)))
        for seed in range(n):
            net = uncertain(cn.datasets.simulate(**{**SIZE, **CORPORA[name]}, rng=seed))
            actual = cn.bridges(cn.draw_matches(net, rng=n + seed), "field", "A", "B", n_boot=0, n_lists=0)
            truth[seed] = (
                expected(net, CORPORA[name], RIGHT)[0],
                actual.row(MEASURES["odds ratio"][0], "A", "B")["value"],
            )
            for i, how in enumerate(HOW):
                found = cn.bridges(net, "field", "A", "B", n_boot=399, n_lists=0, matching=how, rng=seed)
                for j, measure in enumerate(UNDER_DOUBT):
                    limits[seed, i, j] = found.row(MEASURES[measure][0], "A", "B")[["low", "high"]]
        truth[:, 1] = np.median(truth[:, 1])
        held = ((limits[..., 0] <= truth[:, None]) & (truth[:, None] <= limits[..., 1])).mean(axis=0)
        print(f"| {name} | {' | '.join(f'{share:.1%}' for share in held.ravel())} |", flush=True)


UNDER_DOUBT, HOW = ("share", "odds ratio"), ("taken", "sampled")


def print_coverage(n: int, rows: list[str]) -> None:
    """Print how often intervals hold the truth."""
    kinds = ("percentile", "bca")
    print(f"\nShare of {n} corpora whose 95 % interval (399 resamples) holds the truth:\n")
    print("| corpora | " + " | ".join(f"{name}, {kind}" for kind in kinds for name in MEASURES) + " |")
    print("|---|" + "---|" * (len(kinds) * len(MEASURES)))
    for name in rows:
        held = [share for kind in kinds for share in coverage(n, CORPORA[name], kind).values()]
        print(f"| {name} | {' | '.join(f'{share:.1%}' for share in held)} |", flush=True)


def seldom_crossing(per_group: float, rng: np.random.Generator, *, whole: bool) -> cn.CitationNetwork:
    """Two fields of 40 papers that cite 5 of 40 older ones each, a known number of them across on the average.

    Each reference crosses by its own chance, or whole lists do.
    """
    chance = per_group / 200
    field = np.repeat(["A", "B"], 80)
    year = np.tile(np.repeat([1990, 2000], 40), 2)
    works = pd.DataFrame({"year": year, "field": field}, index=[f"w{i:03d}" for i in range(160)])
    citing = np.repeat(np.flatnonzero(year == 2000), 5)
    across = np.repeat(rng.random(80) < chance, 5) if whole else rng.random(400) < chance
    others = np.concatenate([rng.permutation(40)[:5] for _ in range(80)])
    cited = others + 80 * ((field[citing] == "B") ^ across)
    return cn.CitationNetwork(works, citing, cited)


def print_rare(n: int, _: list[str]) -> None:
    """Print how often intervals hold the truth where hardly any citation crosses."""
    print(f"\nShare of {n} corpora whose 95 % interval (99 resamples) holds the truth, by crossings to expect:\n")
    print(f"| crossings | none | {' | '.join(RARE)} |\n|---|---|{'---|' * len(RARE)}")
    for whole in (False, True):
        for per_group in (0.5, 1.0, 2.0, 5.0):
            chance, held, none = per_group / 200, np.zeros((n, len(RARE)), bool), 0
            truth = np.array([2 * chance, chance, 0.0, 2 * chance - 1, (1 / chance - 1) ** 2])
            for seed in range(n):
                net = seldom_crossing(per_group, np.random.default_rng([seed, int(8 * per_group)]), whole=whole)
                b = cn.bridges(net, "field", "A", "B", n_boot=99, n_lists=0, rng=seed)
                found = np.array([b.row(measure, "A", "B")[["low", "high"]] for measure in RARE.values()], float)
                held[seed] = (found[:, 0] <= truth) & (truth <= found[:, 1])
                none += b.tests["a→b"].statistic == 0
            how = "lists of " if whole else ""
            shares = " | ".join(f"{share:.1%}" for share in held.mean(axis=0))
            print(f"| {how}{per_group:g} | {none / n:.1%} | {shares} |", flush=True)


def within_years(per_year: int, share: float, rng: np.random.Generator) -> cn.CitationNetwork:
    """Twenty years of so many works in two fields without preference; a share of the references is of the same year."""
    year = np.repeat(np.arange(2000, 2020), per_year)
    citing = np.repeat(np.arange(year.size), 8)
    same = rng.random(citing.size) < share
    apart = year[citing, None] - year
    possible = np.where(same[:, None], apart == 0, (apart > 0) & (apart <= 8))
    possible[np.arange(citing.size), citing] = False
    found = possible.any(axis=1)
    cited = np.where(possible, rng.random(possible.shape), -1.0).argmax(axis=1)
    arcs = np.unique(np.column_stack([citing, cited])[found], axis=0)
    field = rng.permutation(np.resize(["A", "B"], year.size))
    works = pd.DataFrame({"year": year, "field": field}, index=[f"w{i:04d}" for i in range(year.size)])
    return cn.CitationNetwork(works, arcs[:, 0], arcs[:, 1])


def print_same_year(n: int, _: list[str]) -> None:
    """Print what citations within a year do to the shuffle, which lets papers cite themselves."""
    print(f"\nOf {n} corpora without preference, by works a year and share of references to the same year:\n")
    print("| works a year, same year | of themselves, shuffled | E-I rejects | lists, A → B, reject | mean O/E A → B |")
    print("|---|---|---|---|---|")
    for per_year, share in ((12, 0.0), (12, 0.1), (12, 0.2), (6, 0.1), (6, 0.3), (20, 0.3)):
        rows = np.empty((n, 4))
        for seed in range(n):
            net = within_years(per_year, share, np.random.default_rng(seed))
            b = cn.bridges(net, "field", "A", "B", n_boot=0, n_lists=79, rng=seed)
            meeting = b.params["self_citations_expected"] / b.params["citations_tested"]
            rejected = [b.tests[key].pvalue <= LEVEL for key in ("E-I", "a→b, lists")]
            rows[seed] = meeting, *rejected, b.tests["a→b"].ratio
        shown = rows.mean(axis=0)
        shares = " | ".join(f"{value:.1%}" for value in shown[:3])
        print(f"| {per_year}, {share:.0%} | {shares} | {shown[3]:.3f} |", flush=True)


RARE = {
    "observed/expected": "citations",
    "share": "share of tested citations",
    "difference of shares": "difference of shares",
    "E-I": "E-I index",
    "odds ratio": "odds ratio (Mantel-Haenszel)",
}
PARTS: Mapping[str, Tests] = {"rejections": by_null, "beyond": beyond, "swaps": swaps, "detected": detected}
INTERVALS = {
    "coverage": print_coverage,
    "matching": print_matching,
    "graph": print_graph,
    "rare": print_rare,
    "same-year": print_same_year,
}


def main() -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=int, nargs="?", default=200, help="a row")
    parser.add_argument("--parts", nargs="+", choices=[*PARTS, *INTERVALS], default=[*PARTS, *INTERVALS])
    parser.add_argument("--rows", nargs="+", choices=list(CORPORA), help="kinds of corpora; by default those that suit")
    asked = parser.parse_args()
    warnings.simplefilter("ignore", CitenetWarning)
    strong = [name for name in CORPORA if name.startswith("preference 3")]
    for part in asked.parts:
        if part in INTERVALS:
            INTERVALS[part](asked.corpora, asked.rows or [*WITHOUT_PREFERENCE, *strong])
        else:
            print_rejections(asked.corpora, PARTS[part], asked.rows or [n for n in CORPORA if n not in strong[1:]])


if __name__ == "__main__":
    main()
