"""Results as JSON, for other programs: plain values, undefined is null."""

from __future__ import annotations

import argparse
import json
from typing import Any

import pandas as pd

from citenet._support.tables import plain_values

__all__ = ["add_json", "print_json", "rows"]


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON instead of text")


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """One mapping a row of the table, its index among the columns."""
    named = table.reset_index() if any(table.index.names) else table
    found: list[dict[str, Any]] = json.loads(named.to_json(orient="records", double_precision=15))
    return found


def print_json(content: Any) -> None:
    """Print what is left of the values when what is undefined is null."""
    print(json.dumps(plain_values(content), ensure_ascii=False, indent=1, allow_nan=False))
