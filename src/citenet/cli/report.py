"""`citenet report`: the whole analysis as one HTML file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import citenet as cn
from citenet.cli._json import add_json, print_json
from citenet.cli._options import Commands, add_paths, add_question, measured
from citenet.lock import LOCK_NAME

__all__ = ["EXAMPLES", "add"]

EXAMPLES = """\
  citenet report exports/ --by categories --between "Health Policy" Management --to report.html
      question, data, coverage, tests, robustness, bridging papers and an interactive network in one file
"""


def add(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("report", help="write the whole analysis as one HTML file that one can send")
    add_paths(parser)
    add_question(parser)
    parser.add_argument("--to", type=Path, default=Path("report.html"), metavar="FILE", help="by default report.html")
    add_json(parser)
    parser.set_defaults(run=_report)


def _report(options: argparse.Namespace) -> None:
    corpus, links, _, _, result = measured(options.paths, options)
    file = cn.report(result, options.to, corpus=corpus, links=links, lock=_lock(options.paths))
    if options.json:
        print_json({"sentence": result.sentence(), "report": file})
    else:
        print(f"{result.sentence()}\n{file}")


def _lock(paths: list[str]) -> Any:
    """Lock of a folder that was fetched, which says what was asked of whom."""
    folder = Path(paths[0])
    return cn.CorpusLock.load(folder) if len(paths) == 1 and (folder / LOCK_NAME).is_file() else None
