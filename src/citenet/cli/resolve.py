"""`citenet resolve`: which work each reference means, and what could not be told."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import citenet as cn
from citenet.cli._json import add_json, print_json, rows
from citenet.cli._options import Commands, add_matches, add_paths, check_folder, read, resolved
from citenet.errors import InputError

__all__ = ["EXAMPLES", "add"]

EXAMPLES = """\
  citenet resolve exports/ --out links.csv
      which work each reference means, by which rule; the table has one row per reference
  citenet resolve exports/ --review review.csv --flow flow.png
      what is left to decide (fill in the first column, pass the file to any command as --matches), and what became
      of the references
"""


def add(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("resolve", help="find the work that each reference means")
    add_paths(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="write one row per reference there, as CSV")
    add_matches(parser, "--decisions")
    parser.add_argument("--review", type=Path, metavar="FILE", help="write what is left to decide there, as CSV")
    parser.add_argument(
        "--flow", type=Path, metavar="FILE", help="what became of the references: .csv, or drawn: .png, .pdf, .svg"
    )
    parser.add_argument(
        "--by", metavar="COLUMN", help='in the flow, tell citing works apart: "year", "source", a column'
    )
    add_json(parser)
    parser.set_defaults(run=_resolve)


def _resolve(options: argparse.Namespace) -> None:
    check_folder(options.out, options.review, options.flow)
    if options.by and not options.flow:
        raise InputError("--by tells citing works apart in the flow: say --flow FILE too")
    corpus = read(options.paths, options)
    links = resolved(corpus, options)
    counts = links.summary()
    if options.json:
        print_json({"references": len(links.links), "counts": rows(counts)})
    else:
        print(f"{corpus!r}\n{links!r}\n{counts.to_string()}")
    if options.review:
        links.review().to_csv(options.review, index=False)
    if options.flow:
        flow = cn.matching_flow(corpus, links, by=options.by)
        if options.flow.suffix == ".csv":
            flow.to_csv(options.flow)
        else:
            cn.plot.save(cn.plot.matching_flow(flow), options.flow)
    if options.out:
        columns = ["citing", "position", "raw", "title"]
        printed = corpus.references[columns].rename(columns={"title": "printed_title"})
        links.links.merge(printed, on=["citing", "position"], how="left").to_csv(options.out, index=False)
        print(f"written to {options.out}", file=sys.stderr)
