"""The pieces of a page: escaped text, tables, figures, and the policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["asset", "data_block", "figure", "page", "paragraph", "section", "table"]

Formats = Mapping[str, Callable[[Any], str]]


def asset(name: str) -> str:
    """Text of a file that the report is made with."""
    return (files("citenet.reporting") / "assets" / name).read_text(encoding="utf-8")


def page(title: str, body: Sequence[str], scripts: Sequence[str]) -> str:
    """Put a page together: its policy allows its own style and scripts by their digest, and nothing from outside.

    Parameters
    ----------
    title : str
        Plain text.
    body : sequence of str
        HTML.
    scripts : sequence of str
        JavaScript, in order.
    """
    style = asset("report.css")
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src {allowed}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>",
            *body,
            "</main>",
            *(f"<script>{script}</script>" for script in scripts),
            "</body>\n</html>\n",
        ]
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def data_block(name: str, data: Any) -> str:
    """Write data for a script, in a form that cannot end its own element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/json" id="{escape(name)}">{text}</script>'


def section(name: str, title: str, *parts: str) -> str:
    """Make a part of the page with a heading one can link to."""
    return "\n".join([f'<section id="{name}">', f"<h2>{escape(title)}</h2>", *filter(None, parts), "</section>"])


def paragraph(text: str, kind: str = "") -> str:
    """Make a paragraph of plain text."""
    return f"<p{f' class={kind!r}' if kind else ''}>{escape(text)}</p>"


def table(
    frame: pd.DataFrame, caption: str, *, formats: Formats | None = None, links: Mapping[str, str] | None = None
) -> str:
    """Make a table with its index as row heads.

    Parameters
    ----------
    frame : DataFrame
    caption : str
    formats : mapping of column to function, optional
        By default numbers get thousands separators or three digits; missing values are empty.
    links : mapping of column to column, optional
        Cells of the first become links to the addresses in the second, which is not shown.
    """
    formats, links = formats or {}, links or {}
    shown = [column for column in frame.columns if column not in links.values()]
    numeric = {column: pd.api.types.is_numeric_dtype(frame[column]) for column in shown}
    index_names = [str(name or "") for name in frame.index.names]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in index_names)
    head += "".join(f'<th scope="col"{_number(numeric[c])}>{escape(str(c))}</th>' for c in shown)
    rows = []
    for key, values in zip(frame.index, frame.to_dict("records"), strict=True):
        keys = key if isinstance(key, tuple) else (key,)
        cells = [f'<th scope="row">{escape(_text(part))}</th>' for part in keys]
        for column in shown:
            text = escape(formats.get(column, _text)(values[column]))
            address = values[links[column]] if column in links else None
            if isinstance(address, str) and address:
                text = f'<a href="{escape(address)}" rel="noopener noreferrer" target="_blank">{text}</a>'
            cells.append(f"<td{_number(numeric[column])}>{text}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    name = escape(caption)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{name}"><table><caption>{name}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _number(numeric: bool) -> str:
    return ' class="number"' if numeric else ""


def _text(value: Any) -> str:
    """Print a cell: whole numbers with thousands separators, others with three digits, nothing for what is missing."""
    if value is None or value is pd.NA or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{int(value):,}"
    if isinstance(value, float | np.floating):
        return f"{value:,.0f}" if 1000 <= abs(float(value)) < np.inf else f"{value:.3g}"
    return str(value)


def figure(ax: Any, alt: str) -> str:
    """Put a figure as an image within the page; ``alt`` says in words what it shows."""
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "citenet", "svg.fonttype": "path"}):
        file = BytesIO()
        ax.figure.savefig(file, format="svg", metadata={"Date": None})
    width, height = (round(72 * inches) for inches in ax.figure.get_size_inches())
    source = base64.b64encode(file.getvalue()).decode()
    return (
        f'<figure><img alt="{escape(alt)}" width="{round(1.25 * width)}" height="{round(1.25 * height)}" '
        f'src="data:image/svg+xml;base64,{source}"></figure>'
    )
