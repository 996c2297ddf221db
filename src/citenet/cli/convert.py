"""`citenet convert`: the citation network for another program."""

from __future__ import annotations

import argparse
from pathlib import Path

import citenet as cn
from citenet.cli._json import add_json, print_json
from citenet.cli._options import Commands, add_matches, add_paths, read, resolved

__all__ = ["EXAMPLES", "add"]

EXAMPLES = """\
  citenet convert exports/ --to network.gexf --external
      for Gephi; also .graphml, .net (Pajek), .json (VOSviewer), .csv
"""


def add(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("convert", help="write the citation network for another program")
    add_paths(parser)
    parser.add_argument(
        "--to", required=True, type=Path, metavar="FILE", help="its ending says the format, e.g. net.gexf"
    )
    parser.add_argument("--by", metavar="COLUMN", help="column that says the group of a work")
    parser.add_argument("--external", action="store_true", help="with the cited works outside the corpus")
    add_matches(parser)
    add_json(parser)
    parser.set_defaults(run=_convert)


def _convert(options: argparse.Namespace) -> None:
    corpus = read(options.paths, options)
    net = cn.build_network(corpus, resolved(corpus, options), external=options.external)
    groups = cn.label(net, options.by) if options.by else None
    written = [str(path) for path in cn.write(net, options.to, groups=groups)]
    if options.json:
        print_json({"works": net.n_works, "citations": net.n_citations, "written": written})
        return
    print("\n".join(written))
