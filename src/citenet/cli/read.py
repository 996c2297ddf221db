"""`citenet read`: what is in the files, and what could not be read."""

from __future__ import annotations

import argparse

from citenet.cli._json import add_json, print_json, rows
from citenet.cli._options import Commands, add_paths, read

__all__ = ["EXAMPLES", "add"]

EXAMPLES = """\
  citenet read exports/
      what was read, file by file, and what could not be
"""


def add(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("read", help="read files and say what is in them and what could not be read")
    add_paths(parser)
    add_json(parser)
    parser.set_defaults(run=_read)


def _read(options: argparse.Namespace) -> None:
    corpus = read(options.paths, options)
    if options.json:
        counts = {"works": len(corpus.works), "references": len(corpus.references)}
        print_json({**counts, "files": rows(corpus.summary()), "problems": rows(corpus.problems)})
        return
    print(repr(corpus))
    print(corpus.summary().to_string(index=False))
    problems = corpus.problems
    if len(problems):
        print(f"\n{len(problems)} problems")
        print(problems.to_string(index=False, max_colwidth=80))
