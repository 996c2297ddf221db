"""Every speed that is claimed, against a named peer in the same run, and how each cost grows.

    python benchmarks [--quick] [--check] [--json FILE] [--only build mixing …]
    python benchmarks --show docs/benchmarks.json     # what was saved, as the tables of docs/benchmarks.md

Processor seconds on one thread, the median of several runs; the peers that are not installed are left out and named
(``pip install -e ".[dev,peers]"`` has them all). The whole takes some ten minutes of the processor.
``--quick`` takes smaller sizes (about half a minute on an idle machine); ``--check`` fails where a ratio or an exponent
leaves its band. Bands are wide: they catch a loss of an order of magnitude, not a busy machine.
"""

from __future__ import annotations

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")  # before NumPy is loaded

import argparse  # noqa: E402
import datetime  # noqa: E402
import functools  # noqa: E402
import importlib.metadata  # noqa: E402
import json  # noqa: E402
import logging  # noqa: E402
import platform  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any, NamedTuple  # noqa: E402

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

import citenet as cn  # noqa: E402
from citenet._support import kernel  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))

Work = Callable[[], object]
_ENOUGH = 4.0  # seconds after which a call is not repeated


class Case(NamedTuple):
    """What is timed: ours, the peer's, who the peer is, and what must hold of the ratio."""

    ours: Work
    peer: Work
    who: str
    what: str
    least: float
    times: float = 1.0  # what the peer's seconds are multiplied by: it did less


def seconds(work: Work, repeats: int = 5) -> float:
    """Median processor seconds of some calls (fewer where they are long), beyond a tenth of a millisecond."""
    taken: list[float] = []
    while len(taken) < repeats and sum(taken) < _ENOUGH:
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return max(float(np.median(taken)), 1e-4)


def network(n_arcs: int, seed: int = 1) -> cn.CitationNetwork:
    """Make a network of about so many arcs, 10 a work, with years and 30 groups; two of three arcs stay in a group."""
    rng = np.random.default_rng(seed)
    n = max(60, n_arcs // 10)
    citing = np.repeat(np.arange(1, n), 10)
    cited = (citing * rng.random(citing.size)).astype(np.int64)
    near = cited - (cited - citing) % 30  # a work of the same group, not later
    key = np.unique(citing * n + np.where((rng.random(citing.size) < 2 / 3) & (near >= 0), near, cited))
    works = pd.DataFrame(
        {
            "year": 1990 + np.arange(n) * 30 // n,
            "group": pd.array([f"g{g:02d}" for g in range(30)], dtype="str")[np.arange(n) % 30],
        },
        index=pd.Index([f"w{i:08d}" for i in range(n)], dtype="str", name="work_id"),
    )
    return cn.CitationNetwork(works, (key // n).astype(np.int32), (key % n).astype(np.int32))


def build(quick: bool) -> Case:
    """Build a network from a table of works and two arrays of positions."""
    import networkx as nx

    net = network(100_000 if quick else 1_000_000)
    works, citing, cited = net.works, net.citing, net.cited
    pairs = list(zip(citing.tolist(), cited.tolist(), strict=True))

    def peer() -> object:
        graph = nx.DiGraph()
        graph.add_nodes_from(range(len(works)))
        graph.add_edges_from(pairs)
        return graph

    return Case(lambda: cn.CitationNetwork(works, citing, cited), peer, "networkx", f"{citing.size:,} arcs", 8)


def mixing(quick: bool) -> Case:
    """Count the mixing matrix of 30 groups."""
    net = network(1_000_000 if quick else 10_000_000)
    groups = cn.as_partition("group", net)
    labels = groups.labels
    matrix = cn.mixing_matrix(net, groups).counts
    assert (pd.crosstab(labels[net.citing], labels[net.cited]).to_numpy() == matrix).all()
    return Case(
        lambda: cn.mixing_matrix(net, groups),
        lambda: pd.crosstab(labels[net.citing], labels[net.cited]),
        "pandas",
        f"{net.n_citations:,} arcs, crosstab",
        4,
    )


def nulls(quick: bool) -> Case:
    """One shuffle within pairs of years with its matrix, against rewiring without time."""
    import igraph

    from citenet.bridging.mixing import label_arcs
    from citenet.bridging.shuffling import shuffled_tables
    from citenet.bridging.stratified import strata_of

    net = network(30_000 if quick else 100_000)
    arcs, stratum = strata_of(label_arcs(net, "group")[0], "year-pairs")
    ends, n = (arcs.citing_group, arcs.cited_group), 50
    graph = igraph.Graph(n=net.n_works, edges=np.column_stack([net.citing, net.cited]).tolist(), directed=True)
    rng = np.random.default_rng(1)
    return Case(
        lambda: list(shuffled_tables(*ends, stratum, arcs.k, n, rng)),
        lambda: graph.copy().rewire(n=10 * net.n_citations),
        "igraph",
        f"{net.n_citations:,} arcs, {n} draws; rewire with 10 tries an arc, once, times {n}",
        20,
        n,
    )


def communities(quick: bool) -> Case:
    """Communities by modularity: Leiden here, Louvain there."""
    import networkx as nx

    net = network(10_000 if quick else 100_000)
    graph = nx.Graph(zip(net.citing.tolist(), net.cited.tolist(), strict=True))
    return Case(
        lambda: cn.detect_communities(net, rng=1),
        lambda: nx.community.louvain_communities(graph, seed=1),
        "networkx",
        f"{net.n_citations:,} arcs, louvain",
        1.2,
    )


def coupling(quick: bool) -> Case:
    """Pairs of papers that share at least two references, against the bare product."""
    from similarity import papers_and_references

    from citenet.communities._overlap import common_members

    lists = papers_and_references(10_000 if quick else 100_000)
    holders = lists.T.tocsr()
    return Case(
        lambda: common_members(lists, holders, 2),
        lambda: lists @ holders,
        "scipy",
        f"{lists.shape[0]:,} papers x {lists.nnz / lists.shape[0]:.0f} references",
        0.5,
    )


def betweenness(quick: bool) -> Case:
    """Shortest paths between two groups, against those between all."""
    import networkx as nx

    net = network(3_000 if quick else 20_000)
    graph = net.to_networkx()
    return Case(
        lambda: cn.intergroup_betweenness(net, "group", "g00", "g01"),
        lambda: nx.betweenness_centrality_subset(
            graph,
            net.ids[cn.as_partition("group", net).labels == 1],
            net.ids[cn.as_partition("group", net).labels == 0],
        ),
        "networkx",
        f"{net.n_citations:,} arcs",
        0.5,
    )


def read(quick: bool) -> Case:
    """BibTeX into a checked corpus, against the parser with decoded accents and split names."""
    from exports import bibtex_text
    from read import by_bibtexparser

    file = Path(tempfile.mkdtemp()) / "works.bib"
    file.write_text(bibtex_text(300 if quick else 2_000, random.Random(1)), encoding="utf-8")
    return Case(
        lambda: cn.read(file), lambda: by_bibtexparser(file), "bibtexparser", f"{file.stat().st_size:,} bytes", 1
    )


def references(n: int) -> cn.Corpus:
    """Make works with as many references among them, each to a work of its own."""
    rng = random.Random(2)
    words = ["coproduction", "governance", "patients", "learning", "quality", "services", "theory", "networks", "trust"]
    titles = [" ".join(rng.sample(words, 5)) + f" {i}" for i in range(n)]
    names = [f"{rng.choice('BCDFGHJKLM')}{rng.choice('aeiou')}{rng.choice(words)}" for _ in range(n)]
    known = pd.DataFrame({"title": titles, "year": [str(1990 + i % 30) for i in range(n)], "container": "BMJ"})
    known["volume"], known["first_page"] = [
        [str(1 + i * step % top) for i in range(n)] for step, top in ((7, 97), (3, 991))
    ]
    known["authors"] = [f"{name}, J" for name in names]
    citing = [f"w{(i + 1) % n}" for i in range(n)]
    raw = [f"{name} J. {title}. BMJ 2000;1:2-3." for name, title in zip(names, titles, strict=True)]
    return cn.Corpus(known.set_index(pd.Index([f"w{i}" for i in range(n)])), known.assign(citing=citing, raw=raw))


def resolve(quick: bool) -> Case:
    """Match references to works, against comparing every reference with every title."""
    from rapidfuzz import fuzz, process

    corpus = references(300 if quick else 1_500)
    raw, titles = corpus.references["raw"].tolist(), corpus.works["title"].tolist()
    return Case(
        lambda: cn.resolve(corpus),
        lambda: process.cdist(raw, titles, scorer=fuzz.token_set_ratio),
        "rapidfuzz",
        f"{len(raw):,} references x {len(titles):,} works, cdist",
        0.01,
    )


def link(quick: bool) -> Case:
    """Match references to works, against Splink with the same fields."""
    import splink  # noqa: F401 - named where it is not installed
    from resolution_peers import splink_pairs

    logging.disable(logging.WARNING)
    corpus = references(300 if quick else 5_000)
    tables = corpus.references, corpus.works
    what = f"{len(tables[0]):,} references x {len(tables[1]):,} works, linked and trained as in its guide"
    return Case(lambda: cn.resolve(corpus), lambda: splink_pairs(*tables, "link_only"), "splink", what, 0.2)


def refparse(quick: bool) -> Case:
    """Parse printed references to fields, against python-crfsuite from the string to labels, with the same features."""
    import pycrfsuite

    sys.path.insert(0, str(Path(__file__).parents[1] / "tools" / "refparse"))
    from training import feature_texts

    from citenet.refparse.clean import clean
    from citenet.refparse.tokens import tokenize
    from citenet.refparse.weights import load_lexicon, load_weights

    lines = [f"Smith J, Jones K. A study of {i} services. BMJ. 2001;{i}:2-9." for i in range(300 if quick else 3_000)]

    def features() -> Any:
        return feature_texts([tokenize(clean(line)) for line in lines], load_lexicon())

    labels = load_weights("fields").labels
    trainer = pycrfsuite.Trainer(verbose=False)
    for item in list(features())[:50]:
        trainer.append(item, [labels[i * len(labels) // len(item)] for i in range(len(item))])
    model = str(Path(tempfile.mkdtemp()) / "model")
    trainer.train(model)
    tagger = pycrfsuite.Tagger()
    tagger.open(model)
    ours, peer = (lambda: cn.parse_references(lines)), (lambda: [tagger.tag(item) for item in features()])
    return Case(ours, peer, "python-crfsuite", f"{len(lines):,} references, same features, labels alone", 0.3)


def end_to_end(quick: bool) -> Case:
    """Two CSV files to a mixing matrix, repeats and dangling ids dropped, against pandas."""
    import simulated

    from citenet import scale

    folder = Path(tempfile.mkdtemp())
    simulated.write(folder, 100_000 if quick else 2_000_000, 4, csv=True)
    files = folder / "works.csv", folder / "citations.csv"

    def peer() -> object:
        works, arcs = (pd.read_csv(file).drop_duplicates() for file in files)
        group = works.set_index("id")["group"]
        arcs = arcs[arcs["citing"] != arcs["cited"]]
        return pd.crosstab(arcs["citing"].map(group), arcs["cited"].map(group))

    def ours() -> object:
        return scale.mixing_matrix(scale.open_tables(*files, engine="duckdb"))

    return Case(ours, peer, "pandas", f"{files[1].stat().st_size:,} bytes", 0.2)


RATIOS: dict[str, Callable[[bool], Case]] = {
    "read": read,
    "resolve": resolve,
    "link": link,
    "refparse": refparse,
    "build": build,
    "mixing": mixing,
    "nulls": nulls,
    "communities": communities,
    "coupling": coupling,
    "betweenness": betweenness,
    "end to end": end_to_end,
}
# What grows with the arcs, and the largest exponent it may grow with.
GROWTH: dict[str, tuple[Callable[[cn.CitationNetwork], object], float]] = {
    "build": (lambda net: cn.CitationNetwork(net.works, net.citing, net.cited), 1.4),
    "mixing": (lambda net: cn.mixing_matrix(net, cn.Partition(net.ids, np.arange(net.n_works) % 30)), 1.4),
    "closed form": (lambda net: cn.mixing_test(net, cn.Partition(net.ids, np.arange(net.n_works) % 30), "ei"), 1.4),
    "communities": (lambda net: cn.detect_communities(net, rng=1), 1.95),
}
SLOW = {"communities"}  # one size less


def versions() -> dict[str, str]:
    """Versions of what was measured."""
    names = [
        "numpy",
        "scipy",
        "pandas",
        "numba",
        "networkx",
        "igraph",
        "duckdb",
        "narwhals",
        "bibtexparser",
        "rapidfuzz",
        "splink",
        "pyarrow",
    ]
    found = {"citenet": cn.__version__, "python": platform.python_version()}
    for name in [*names, "python-crfsuite"]:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def ratios(quick: bool, only: list[str]) -> list[dict[str, Any]]:
    """Measure every ratio."""
    rows = []
    print(f"{'':14}{'ours ms':>10}{'peer ms':>11}{'ratio':>9}{'least':>8}  peer")
    for name in [name for name in RATIOS if name in only]:
        try:
            case = RATIOS[name](quick)
        except ImportError as error:
            if str(error.name).startswith("citenet"):
                raise
            print(f"{name:14}left out: {error.name} is not installed")
            continue
        case.ours()  # loads what is compiled
        ours, peer = seconds(case.ours), case.times * seconds(case.peer, 3)
        row = {"name": name, "ours": ours, "peer": peer, "ratio": peer / ours, "least": case.least, "who": case.who}
        rows.append({**row, "what": case.what})
        print(
            f"{name:14}{1e3 * ours:10.1f}{1e3 * peer:11.1f}{peer / ours:9.2f}{case.least:8.2f}  "
            f"{case.who}: {case.what}",
            flush=True,
        )
    return rows


def growth(quick: bool) -> list[dict[str, Any]]:
    """Fit how each cost grows with the arcs."""
    sizes = [10_000, 100_000, 1_000_000] + ([] if quick else [10_000_000])
    nets = {size: network(size) for size in sizes}
    rows = []
    print(f"\n{'':14}" + "".join(f"{f'{size:.0e} ms':>13}" for size in sizes) + f"{'exponent':>10}{'most':>7}")
    for name, (work, most) in GROWTH.items():
        taken = [size for size in sizes if name not in SLOW or size < sizes[-1]]
        work(nets[sizes[0]])  # loads what is compiled
        costs = []
        for size in taken:
            costs.append(seconds(functools.partial(work, nets[size]), 3))
        exponent = float(np.polyfit(np.log(taken[-2:]), np.log(costs[-2:]), 1)[0])  # small sizes are all overhead
        rows.append({"name": name, "sizes": taken, "seconds": costs, "exponent": exponent, "most": most})
        shown = "".join(f"{1e3 * cost:13.1f}" for cost in costs) + " " * 13 * (len(sizes) - len(taken))
        print(f"{name:14}{shown}{exponent:10.2f}{most:7.2f}", flush=True)
    return rows


def shown(report: dict[str, Any]) -> str:
    """Return what was saved as two tables of Markdown."""
    versions = report["versions"]

    def milliseconds(value: float) -> str:
        return f"{1e3 * value:,.0f} ms" if value >= 0.1 else f"{1e3 * value:.1f} ms"

    lines = ["| what | ours | peer | | ratio | least |", "|---|---|---|---|---|---|"]
    for row in report["ratios"]:
        who = f"{row['who']} {versions.get(row['who'], '')}".strip()
        times = milliseconds(row["ours"]), milliseconds(row["peer"])
        lines.append(
            f"| {row['name']}: {row['what']} | {times[0]} | {who} | {times[1]} | {row['ratio']:.3g} | {row['least']} |"
        )
    sizes = max((row["sizes"] for row in report["growth"]), key=len)
    lines += ["", "| growth with citations | " + " | ".join(f"{size:,}" for size in sizes) + " | exponent | most |"]
    lines.append("|---" * (len(sizes) + 3) + "|")
    for row in report["growth"]:
        costs = [milliseconds(cost) for cost in row["seconds"]] + [""] * (len(sizes) - len(row["sizes"]))
        lines.append(f"| {row['name']} | {' | '.join(costs)} | {row['exponent']:.2f} | {row['most']} |")
    return "\n".join(lines)


def main() -> int:
    """Print both tables; 1 where something left its band."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--show", type=Path, metavar="FILE", help="print what was saved, and measure nothing")
    parser.add_argument("--only", nargs="+", choices=list(RATIOS), default=list(RATIOS))
    options = parser.parse_args()
    if options.show:
        print(shown(json.loads(options.show.read_text(encoding="utf-8"))))
        return 0
    kernel.WORTH_COMPILING = 0  # as for data of any size that is worth a benchmark
    warnings.simplefilter("ignore")
    begin = time.process_time()
    found = {"ratios": ratios(options.quick, options.only), "growth": growth(options.quick)}
    took = round(time.process_time() - begin)
    if options.json:
        machine = {"machine": platform.machine(), "processors": os.cpu_count(), "system": platform.platform()}
        when = datetime.datetime.now(datetime.UTC).date().isoformat()
        report = {
            "date": when,
            "quick": options.quick,
            "processor seconds": took,
            **machine,
            "versions": versions(),
            **found,
        }
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    out = [
        f"{row['name']}: ratio {row['ratio']:.2f} < {row['least']}"
        for row in found["ratios"]
        if row["ratio"] < row["least"]
    ]
    out += [
        f"{r['name']}: exponent {r['exponent']:.2f} > {r['most']}" for r in found["growth"] if r["exponent"] > r["most"]
    ]
    if options.check and out:
        print("out of its band:", *out, sep="\n  ")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
