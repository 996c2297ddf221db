"""`citenet compare`: what an updated corpus changed, and why."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import citenet as cn
from citenet.cli._json import add_json, print_json, rows
from citenet.cli._options import Commands, add_question, measured

__all__ = ["EXAMPLES", "add"]

EXAMPLES = """\
  citenet compare exports-2024/ exports-2025/ --by categories --between "Health Policy" Management
      what a year added, and why
"""


def add(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("compare", help="say what changed between two versions of a corpus, and why")
    parser.add_argument("before", metavar="OLD", help="file, folder or glob of the earlier version")
    parser.add_argument("after", metavar="NEW", help="file, folder or glob of the later version")
    parser.add_argument("--format", metavar="NAME", help="read every file as this format instead of detecting it")
    add_question(parser)
    add_json(parser)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write tables there")
    parser.set_defaults(run=_compare)


def _compare(options: argparse.Namespace) -> None:
    before, after = (measured(paths, options) for paths in (options.before, options.after))
    change = cn.compare(before[-1], after[-1], rng=options.seed)
    if options.json:
        print_json({"differences": rows(change.differences), "causes": rows(change.causes)})
    else:
        for name, version in (("before", before), ("after", after)):
            print(f"{name}: {version[0]!r}")
        print(f"\n{change.summary()}", end="")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        for name in ("differences", "causes", "arcs", "works"):
            getattr(change, name).to_csv(options.out / f"{name}.csv")
        print(f"written to {options.out}", file=sys.stderr)
