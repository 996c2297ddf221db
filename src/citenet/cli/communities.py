"""`citenet communities`: which works cite each other more than chance would have them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import citenet as cn
from citenet.cli._json import add_json, print_json, rows
from citenet.cli._options import Commands, add_paths

__all__ = ["EXAMPLES", "add"]

EXAMPLES = """\
  citenet communities exports/ --against categories --out communities.csv
      communities of works that cite each other, what they are about, and how they lie to the categories
"""


def add(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("communities", help="detect communities of works, and say what they are about")
    add_paths(parser)
    parser.add_argument("--external", action="store_true", help="with the cited works outside the corpus")
    parser.add_argument("--resolution", type=float, default=1.0, help="higher gives smaller communities (default 1)")
    parser.add_argument("--against", metavar="COLUMN", help="compare them with the groups of this column")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything random (default 1)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the community of each work there, as CSV")
    add_json(parser)
    parser.set_defaults(run=_communities)


def _communities(options: argparse.Namespace) -> None:
    corpus = cn.read(options.paths, format=options.format)
    net = cn.build_network(corpus, cn.resolve(corpus), external=options.external)
    found = cn.detect_communities(net, resolution=options.resolution, rng=options.seed)
    table = cn.describe_communities(net, found)
    likeness = cn.agreement(found, cn.label(net, options.against)) if options.against else None
    if options.json:
        content = {"quality": found.quality, "communities": rows(table)}
        print_json({**content, "agreement": {"ami": likeness.ami, "ari": likeness.ari} if likeness else None})
    else:
        print(f"{net!r}\n{found!r}\n{table[['works', 'terms', 'journals']].to_string(max_colwidth=60)}")
        print(f"against {options.against}: {likeness!r}" if likeness else "", end="\n" if likeness else "")
    if options.out:
        found.to_frame().to_csv(options.out)
        print(f"written to {options.out}", file=sys.stderr)
