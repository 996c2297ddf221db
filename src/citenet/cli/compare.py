"""`citenet compare`: what an updated corpus changed, and why."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import citenet as cn
from citenet.cli._json import add_json, print_json, rows
from citenet.cli._options import Commands, add_question, add_reading, measured, read, resolved
from citenet.errors import InputError

__all__ = ["EXAMPLES", "add"]

EXAMPLES = """\
  citenet compare exports-2024/ exports-2025/
      works, reference lists and citations alone
  citenet compare exports-2024/ exports-2025/ --by categories --between "Health Policy" Management --out update
      what a year added, and why: a paragraph for the paper, tables, figures, the locks of both versions
"""
_TABLES = ("differences", "causes", "odds", "arcs", "works")


def add(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("compare", help="say what changed between two versions of a corpus, and why")
    parser.add_argument("before", metavar="OLD", help="file, folder or glob of the earlier version")
    parser.add_argument("after", metavar="NEW", help="file, folder or glob of the later version")
    add_reading(parser)
    add_question(parser, required=False)
    add_json(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write the paragraph, tables, figures and locks there"
    )
    parser.set_defaults(run=_compare)


def _compare(options: argparse.Namespace) -> None:
    if options.by is None and options.between is None:
        _compare_citations(options)
        return
    if options.by is None or options.between is None:
        raise InputError("to compare bridges say both --by and --between; to compare works and citations, neither")
    before, after = (measured(paths, options) for paths in (options.before, options.after))
    change = cn.compare(before[-1], after[-1], rng=options.seed)
    carriers = change.carriers()
    if options.json:
        print_json({"differences": rows(change.differences), "causes": rows(change.causes)})
    else:
        for name, version in (("before", before), ("after", after)):
            print(f"{name}: {version[0]!r}")
        print(f"\n{change.summary()}", end="")
        shown = ["carrier", "status", "crossings before", "crossings after", "title"]
        table = carriers[shown].head(8).to_string(index=False, max_colwidth=60)
        print(f"\nWho carries the crossing\n{table if len(carriers) else 'no one: no citation crosses'}")
    if options.out:
        _write(options.out, change, carriers, before[0], after[0])


def _compare_citations(options: argparse.Namespace) -> None:
    """Compare works, lists and citations, without groups."""
    if options.out:
        raise InputError("--out writes what became of bridges: say --by and --between")
    before, after = (read(paths, options) for paths in (options.before, options.after))
    if options.matches:
        nets = [cn.build_network(one, resolved(one, options), external=options.external) for one in (before, after)]
        change = cn.compare(*nets)
    else:
        change = cn.compare(before, after, external=options.external)
    if options.json:
        print_json({"differences": rows(change.differences), "causes": rows(change.causes)})
    else:
        print(f"before: {before!r}\nafter: {after!r}\n\n{change.summary()}", end="")


def _write(folder: Path, change: cn.Comparison, carriers: Any, before: cn.Corpus, after: cn.Corpus) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    locks = [corpus.lock() for corpus in (before, after)]
    for lock, name in zip(locks, ("before", "after"), strict=True):
        lock.save(folder / f"{name}.citenet.lock.json")
    tables = {name: getattr(change, name) for name in _TABLES}
    tables |= {"papers": carriers, "journals": change.carriers(by="container")}
    tables["sources"] = locks[1].changed_since(locks[0])
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv")
    (folder / "update.txt").write_text(f"{change.sentence()}\n", encoding="utf-8", newline="\n")
    cn.plot.save(change.plot(), folder / "causes.png")
    for result, name in ((change.before, "before"), (change.after, "after")):
        cn.plot.save(result.plot(), folder / f"flows_{name}.png")
    print(f"written to {folder}", file=sys.stderr)
