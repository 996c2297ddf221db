"""`citenet deduplicate`: records of one work merged, with all their references."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import citenet as cn
from citenet.cli._json import add_json, print_json, rows
from citenet.cli._options import Commands, add_paths, check_folder, read, tell_unfollowed

__all__ = ["EXAMPLES", "add"]

EXAMPLES = """\
  citenet deduplicate wos.txt scopus.csv --out merged
      one corpus of two databases, which every command reads from merged; why, in merged/merges.csv
"""


def add(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("deduplicate", help="merge the records of one work, with the references of all copies")
    add_paths(parser)
    parser.add_argument("--decisions", type=Path, metavar="CSV", help="a reviewer's decisions: a review.csv filled in")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write the merged corpus, merges and review there")
    add_json(parser)
    parser.set_defaults(run=_deduplicate)


def _deduplicate(options: argparse.Namespace) -> None:
    check_folder(options.out)
    merged = cn.deduplicate(read(options.paths, options), decisions=options.decisions)
    tell_unfollowed(merged.decisions)
    merges = merged.merges
    counts = merges["rule"].value_counts().rename("records").to_frame()
    if options.json:
        print_json({"records": len(merged.original.works), "works": len(merged.corpus.works), "merged": rows(counts)})
    else:
        print(f"{merged!r}\n{merged.corpus!r}\n{counts.to_string() if len(merges) else 'nothing to merge'}")
        for block, n in merged.params["capped"].items():
            print(f"{n} records were not compared with all that are alike by {block} (block too large)")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        merged.corpus.save(options.out)
        tables = {"merges": merges, "references": merged.references, "review": merged.review()}
        for name, table in tables.items():
            table.to_csv(options.out / f"{name}.csv", index=False)
        print(f"written to {options.out}", file=sys.stderr)
