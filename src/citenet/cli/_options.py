"""Options that several subcommands take, and the road they share from files to a measured pair of groups."""

from __future__ import annotations

import argparse
from typing import Any

import citenet as cn
from citenet.errors import InputError

__all__ = ["bridge_options", "Commands", "add_paths", "add_question", "measured", "value_groups"]

Commands = Any  # what argparse's add_subparsers gives; it has no public name


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Add what is read."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder or glob; formats are detected")
    parser.add_argument("--format", metavar="NAME", help="read every file as this format instead of detecting it")


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
    parser.add_argument("--decisions", metavar="CSV", help="table with columns work,group that outranks the column")
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
    corpus = cn.read(paths, format=options.format)
    links = cn.resolve(corpus)
    net = cn.build_network(corpus, links, external=options.external)
    spread = "container" if net.external.any() else None  # with --external, where anything outside is cited
    groups = cn.label(net, options.by, groups=_groups(options), decisions=options.decisions, spread=spread)
    a, b = options.between
    result = cn.bridges(net, groups, a, b, **bridge_options(options))
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
