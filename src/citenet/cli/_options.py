"""Options that several subcommands take, and the road they share from files to a measured pair of groups."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import citenet as cn
from citenet.errors import InputError

__all__ = [
    "Commands",
    "add_matches",
    "add_paths",
    "add_question",
    "bridge_options",
    "check_folder",
    "measured",
    "resolved",
    "tell_unfollowed",
    "value_groups",
]

Commands = Any  # what argparse's add_subparsers gives; it has no public name


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Add what is read."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder or glob; formats are detected")
    add_reading(parser)


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add how files are read, where it is not to be found out."""
    parser.add_argument("--format", metavar="NAME", help="read every file as this format instead of detecting it")
    parser.add_argument("--encoding", metavar="NAME", help="read every file in this encoding instead of finding it out")


def read(paths: Any, options: argparse.Namespace) -> Any:
    """Read files as the options say."""
    return cn.read(paths, format=options.format, encoding=options.encoding)


def add_question(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add what says which groups are compared, and with what."""
    parser.add_argument("--by", required=required, metavar="COLUMN", help="column that says the group of a work")
    parser.add_argument("--between", required=required, nargs=2, metavar=("A", "B"), help="the two groups")
    parser.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="NAME=VALUE|VALUE",
        help="values of the column that make a group",
    )
    parser.add_argument("--groups", metavar="CSV", help="table with columns value,group instead of --group")
    parser.add_argument(
        "--decisions",
        metavar="CSV",
        help="table with columns work,group that outranks the column (what references mean: --matches)",
    )
    add_matches(parser)
    parser.add_argument(
        "--matching",
        choices=["taken", "sampled"],
        default="taken",
        help="believe every match (default), or let intervals include that matches may be wrong: drawn by probability",
    )
    parser.add_argument(
        "--external", action="store_true", help="also count cited works outside the corpus, grouped by their journal"
    )
    parser.add_argument(
        "--unlabelled",
        choices=["drop", "own"],
        default="drop",
        help="works without a group: leave them out (what the two groups cite elsewhere then does not count), or make "
        "them a group of their own (it counts, and each direction has its own test)",
    )
    parser.add_argument("--null", choices=["year-pairs", "citing-years", "configuration"], default="year-pairs")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything random (default 1)")
    parser.add_argument("--resamples", type=int, default=1_999, help="of papers, for intervals (default 1999; 0 none)")
    parser.add_argument(
        "--list-draws", type=int, default=999, help="swaps of whole reference lists (default 999; 0 none)"
    )


def add_matches(parser: argparse.ArgumentParser, *names: str) -> None:
    """Add what a reviewer decided on references."""
    parser.add_argument(
        *names,
        "--matches",
        dest="matches",
        type=Path,
        metavar="CSV",
        help="a reviewer's decisions on what references mean: the review of `citenet resolve` filled in",
    )


def resolved(corpus: Any, options: argparse.Namespace) -> Any:
    """Links of a corpus, with the decisions that were given."""
    links = cn.resolve(corpus, decisions=options.matches)
    tell_unfollowed(links.decisions)
    return links


def tell_unfollowed(decisions: Any) -> None:
    """Say of each decision that could not be followed where it stands and why."""
    for file, line, problem in (
        decisions[["file", "line", "problem"]].dropna().sort_values("line").itertuples(index=False)
    ):
        print(f"  {file}, line {line}: {problem}", file=sys.stderr)


def check_folder(*files: Path | None) -> None:
    """Refuse what cannot be written before anything is done.

    Raises
    ------
    InputError
        If a file is to be written into a folder that does not exist.
    """
    for file in files:
        if file is not None and not file.parent.is_dir():
            raise InputError(f"{str(file)!r} cannot be written: there is no folder {str(file.parent)!r}; make it first")


def bridge_options(options: argparse.Namespace) -> dict[str, Any]:
    """Options of `bridges` as they were given."""
    return {
        "null": options.null,
        "unlabelled": options.unlabelled,
        "n_boot": options.resamples,
        "n_lists": options.list_draws,
        "rng": options.seed,
    }


def measured(paths: Any, options: argparse.Namespace) -> tuple[Any, Any, Any, Any, Any]:
    """From files to the bridges between the groups: corpus, links, network, groups, result."""
    corpus = read(paths, options)
    links = resolved(corpus, options)
    net = cn.build_network(corpus, links, external=options.external)
    spread = "container" if net.external.any() else None  # with --external, where anything outside is cited
    groups = cn.label(net, options.by, groups=_groups(options), decisions=options.decisions, spread=spread)
    a, b = options.between
    result = cn.bridges(net, groups, a, b, matching=options.matching, **bridge_options(options))
    return corpus, links, net, groups, result


def _groups(options: argparse.Namespace) -> Any:
    if options.group and options.groups:
        raise InputError("say the groups once: --group or --groups, not both")
    return value_groups(options.group) or options.groups


def value_groups(stated: list[str]) -> dict[str, list[str]]:
    """Read what --group says: the values that make each group."""
    groups = {}
    for text in stated:
        name, sign, values = text.partition("=")
        if not sign or not values.strip():
            raise InputError(f"--group {text!r} must look like NAME=VALUE|VALUE")
        groups[name.strip()] = [value.strip() for value in values.split("|")]
    return groups
