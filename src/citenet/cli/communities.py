"""`citenet communities`: works that cite each other, at the scale that is in the citations, named and tested."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

import citenet as cn
from citenet.cli._json import add_json, print_json, rows
from citenet.cli._options import Commands, add_matches, add_paths, read, resolved
from citenet.communities.graph import WEIGHTS
from citenet.communities.quality import QUALITIES

__all__ = ["EXAMPLES", "add"]

EXAMPLES = """\
  citenet communities exports/ --by categories --out communities
      communities at the finest scale that holds still, with names, held against categories, and tested
"""
_SHOWN = ["works", "terms", "journals", "most_cited"]


def add(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("communities", help="find communities, name them, and say how firmly they stand")
    add_paths(parser)
    parser.add_argument(
        "--resolution",
        type=float,
        metavar="GAMMA",
        help="higher gives more and smaller communities; by default the finest scale at which they hold still is "
        "sought (1 where there is none)",
    )
    parser.add_argument("--weights", choices=WEIGHTS, default="arcs", help="links to seek them in (default arcs)")
    parser.add_argument("--quality", choices=QUALITIES, default="modularity", help="what to optimise")
    parser.add_argument("--runs", type=int, default=20, help="runs to agree on (default 20)")
    parser.add_argument("--by", metavar="COLUMN", help="column to hold the communities against")
    parser.add_argument(
        "--draws", type=int, default=199, help="shuffled networks to detect anew in (default 199; 0 none)"
    )
    parser.add_argument("--external", action="store_true", help="with the cited works outside the corpus")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything random (default 1)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write tables and the figure there")
    add_matches(parser)
    add_json(parser)
    parser.set_defaults(run=_communities)


def _communities(options: argparse.Namespace) -> None:
    corpus = read(options.paths, options)
    net = cn.build_network(corpus, resolved(corpus, options), external=options.external)
    assigned = cn.label(net, options.by) if options.by else None
    how: dict[str, Any] = {"weights": options.weights, "quality": options.quality}
    scan = cn.scan_resolution(net, rng=options.seed, **how) if options.resolution is None else None
    plateaus = scan.plateaus()["resolution"].tolist() if scan else [options.resolution]
    resolution = float(plateaus[-1]) if plateaus else 1.0
    agreed = cn.consensus(net, options.runs, resolution=resolution, rng=options.seed, **how)
    named = cn.name_communities(net, agreed.partition)
    table = cn.describe_communities(net, named)
    likeness = cn.agreement(named, assigned) if assigned else None
    test = _test(net, resolution, options, how) if options.draws else None
    if options.json:
        agreement = {"ami": likeness.ami, "ari": likeness.ari} if likeness else None
        content = {"resolution": resolution, "found_by_scan": bool(scan and plateaus), "agreement": agreement}
        print_json({**content, "communities": rows(table), "test": rows(test.to_frame()) if test else None})
    else:
        scale = [repr(scan) if plateaus else f"{scan!r}; γ = 1 is a convention, not a finding"] if scan else []
        held = [f"against {options.by}: {likeness!r}"] if likeness else []
        print(repr(corpus), repr(net), *scale, repr(agreed), repr(named), *held, sep="\n")
        print(f"\n{table[_SHOWN].to_string(max_colwidth=50) if len(table) else 'No two works are linked.'}")
        if test:
            print(f"\nMore marked than in shuffled citations? {test!r}")
    if options.out:
        _write(options.out, net, named, agreed.stability, {"communities": table, "scan": scan and scan.to_frame()})


def _test(net: cn.CitationNetwork, resolution: float, options: argparse.Namespace, how: dict[str, Any]) -> cn.NullTest:
    """Test whether such communities are more marked than those of shuffled citations."""
    statistic = "modularity" if options.weights in ("arcs", "fractional") and options.quality != "cpm" else "quality"
    test = cn.redetection_test(net, statistic, resolution=resolution, n_draws=options.draws, rng=options.seed, **how)
    return replace(test, alternative="greater")


def _write(
    folder: Path, net: cn.CitationNetwork, groups: cn.Partition, stability: Any, tables: dict[str, pd.DataFrame | None]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    works = net.works[["title", "year"]]
    groups.to_frame().assign(stability=stability).join(works).to_csv(folder / "works.csv")
    for name, table in tables.items():
        if table is not None:
            table.to_csv(folder / f"{name}.csv")
    cn.plot.save(cn.plot.network(net, groups), folder / "network.png")
    print(f"written to {folder}", file=sys.stderr)
