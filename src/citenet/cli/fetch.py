"""`citenet fetch`: from a list of works or a search to a corpus, by scholarly services."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import Any

import citenet as cn
from citenet.cli._json import add_json, print_json, rows
from citenet.cli._options import Commands
from citenet.connect.differences import by_service
from citenet.connect.fetch import losses
from citenet.errors import DroppedWarning, FetchError
from citenet.lock import PROBLEMS_NAME

__all__ = ["EXAMPLES", "add"]

EXAMPLES = """\
  citenet fetch included.bib --source openalex,crossref --into corpora/coproduction --disciplines coproduction
      what these works cite, by two services; interrupted, the same line goes on
  citenet fetch dois.txt --source openalex --direction both --into corpora/both --dry-run
      how many calls, dollars and minutes that would be
"""


def add(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("fetch", help="fetch reference lists or citing works from scholarly services")
    parser.add_argument(
        "works", nargs="*", metavar="INPUT", help="a file or folder of works with identifiers, or DOIs, pmid:…, W…"
    )
    parser.add_argument(
        "--into", required=True, type=_folder, metavar="FOLDER", help="gets the corpus, its lock and all answers"
    )
    parser.add_argument(
        "--source",
        default="openalex,crossref",
        metavar="NAME,NAME",
        help="openalex, crossref, opencitations, europepmc, pubmed, semanticscholar; the first is believed first "
        "(default openalex,crossref)",
    )
    parser.add_argument("--direction", choices=["references", "citing", "both"], default="references")
    parser.add_argument("--hops", type=int, choices=[1, 2], default=1, help="2: the same of what was found (default 1)")
    parser.add_argument("--search", default="", metavar="WORDS", help="take what a search finds as well")
    parser.add_argument("--from", type=int, dest="first", metavar="YEAR", help="first year of what the search may find")
    parser.add_argument("--to", type=int, dest="last", metavar="YEAR", help="last year")
    parser.add_argument("--type", action="append", default=[], metavar="KIND", help="kind of work the search may find")
    for name, what in (
        ("works", "works of the second step"),
        ("citing", "works citing each"),
        ("found", "works found"),
    ):
        parser.add_argument(f"--max-{name}", type=int, metavar="N", help=f"cap: {what}")
    parser.add_argument(
        "--disciplines", metavar="CSV", help="table with columns by,value,discipline, or 'coproduction'"
    )
    parser.add_argument("--offline", action="store_true", help="ask nobody, take what the folder holds")
    parser.add_argument("--dry-run", action="store_true", help="say what would be asked, and stop")
    add_json(parser)
    parser.set_defaults(run=_fetch)


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("it names no folder; '.' is the one at hand")
    return Path(text)


def _fetch(options: argparse.Namespace) -> None:
    works, question = _works(options), _question(options)
    if options.dry_run:
        plan = cn.plan_fetch(works, options.into, **question)
        if options.json:
            print_json({"plan": rows(plan.to_frame()), "summary": repr(plan)})
            return
        print(plan.to_frame().to_string())
        print(repr(plan))
        return
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".* could not be had", DroppedWarning)  # said last, below
            corpus = cn.fetch(works, options.into, disciplines=options.disciplines, offline=options.offline, **question)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"what came is kept in {options.into}: run the same again to go on") from None
    (_print_rows if options.json else _show)(corpus, options)
    if lost := losses(corpus):
        raise FetchError(f"not complete: {lost}; what came is kept, {options.into / PROBLEMS_NAME} names each")


def _works(options: argparse.Namespace) -> Any:
    """One path or identifier, or several identifiers; nothing where a search is all."""
    return options.works[0] if len(options.works) == 1 else options.works


def _question(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "sources": tuple(name.strip() for name in options.source.split(",") if name.strip()),
        "direction": options.direction,
        "hops": options.hops,
        "search": options.search,
        "years": (options.first, options.last),
        "types": tuple(options.type),
        "max_works": options.max_works,
        "max_citing": options.max_citing,
        "max_found": options.max_found,
    }


def _print_rows(corpus: Any, options: argparse.Namespace) -> None:
    counts = {"works": len(corpus.works), "references": len(corpus.references)}
    tables = {"services": rows(by_service(corpus)), "problems": rows(corpus.problems)}
    print_json({**counts, **tables, "disagreements": len(cn.disagreements(corpus)), "corpus": str(options.into)})


def _show(corpus: Any, options: argparse.Namespace) -> None:
    print(repr(corpus))
    for service, n in by_service(corpus).iterrows():
        alone = f"{n['alone']:,} by it alone, {n['lacking']:,} lacking"
        print(f"  {service}: {n['lists']:,} lists, {n['references']:,} references: {alone}")
    print(f"  listed by some, missing from others: {len(cn.disagreements(corpus)):,}")
    kinds = corpus.problems["kind"].value_counts().sort_index()
    print(f"  problems: {', '.join(f'{kind} {n:,}' for kind, n in kinds.items()) or 'none'}")
    if len(kinds):
        print(f"    each of them: {options.into / PROBLEMS_NAME}")
    if "discipline" in corpus.works:
        groups = corpus.works["discipline"].fillna("none").value_counts().sort_index()
        print(f"  disciplines: {', '.join(f'{group} {n:,}' for group, n in groups.items())}")
    print(f"written to {options.into}")
