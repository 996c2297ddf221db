"""`citenet bridges --citations …`: works and citations as tables of any size."""

from __future__ import annotations

import argparse
from typing import Any

from citenet import scale
from citenet.cli._options import bridge_options, value_groups
from citenet.errors import InputError

__all__ = ["add_tables", "asks_for_tables", "measured_tables"]


def add_tables(parser: argparse.ArgumentParser) -> None:
    """Add what is needed to measure tables."""
    tables = parser.add_argument_group(
        "tables of any size", "PATH is a table of works, --citations one of citations: Parquet, CSV or JSON Lines"
    )
    tables.add_argument("--citations", nargs="+", metavar="PATH", help="files, folders or globs of citations")
    tables.add_argument(
        "--engine",
        choices=["auto", "arrays", "duckdb", "spark"],
        help="what counts (default auto: arrays while they fit, DuckDB beyond, Spark with --master); same numbers",
    )
    tables.add_argument("--master", metavar="URL", help="where Spark runs: yarn, k8s://…, spark://…, local[4]")
    tables.add_argument("--memory-limit", metavar="SIZE", help="of DuckDB, e.g. 4GB; beyond it goes to disk")
    tables.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="WHAT=NAME",
        help="name of the column of id, year, title, external, citing or cited, where it is another",
    )
    tables.add_argument(
        "--max-lead", type=int, metavar="YEARS", help="drop citations of works dated later than this (default 1)"
    )
    tables.add_argument(
        "--max-arcs", type=int, metavar="N", help="list at most so many citations and papers (default 100000)"
    )
    tables.add_argument("--unique", action="store_true", help="ids and citations stand once: do not look for repeats")


def asks_for_tables(options: argparse.Namespace) -> bool:
    """Whether an option was given that only tables have."""
    stated = options.engine or options.master or options.memory_limit or options.column or options.unique
    return bool(stated) or options.max_lead is not None or options.max_arcs is not None


def measured_tables(options: argparse.Namespace) -> tuple[Any, Any]:
    """From tables to the bridges between the groups: tables, result."""
    if not options.citations:
        options_of_tables = "--engine, --master, --memory-limit, --column, --unique, --max-lead and --max-arcs"
        raise InputError(f"{options_of_tables} need tables: works as PATH, and --citations PATH")
    of_bibliographies = {
        "--external": options.external,
        "--decisions": options.decisions,
        "--groups": options.groups,
        "--format": options.format,
        "--encoding": options.encoding,
        "--draws": options.draws is not None,
        "--matches": options.matches,
        "--matching": options.matching != "taken",
    }
    wrong = [name for name, given in of_bibliographies.items() if given]
    if wrong:
        raise InputError(f"{', '.join(wrong)}: for bibliographies, not for --citations")
    columns = {"group": options.by}
    for text in options.column:
        what, sign, name = text.partition("=")
        if not sign or not name:
            raise InputError(f"--column {text!r} must look like WHAT=NAME, e.g. id=work_id")
        columns[what] = name
    tables = scale.open_tables(
        options.paths,
        options.citations,
        engine=options.engine or "auto",
        columns=columns,
        groups=value_groups(options.group) or None,
        assume_unique=options.unique,
        **({} if options.max_lead is None else {"max_lead": options.max_lead}),
        memory_limit=options.memory_limit,
        master=options.master,
    )
    a, b = options.between
    listed = {} if options.max_arcs is None else {"max_arcs": options.max_arcs}
    return tables, scale.bridges(tables, a, b, **bridge_options(options), **listed)
