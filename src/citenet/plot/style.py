"""What all figures share: colours for the colour-blind, markers for grey print, files with stable bytes."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import Any, Literal

from citenet.errors import InputError

__all__ = [
    "COLOURS",
    "GREY",
    "MARKERS",
    "legend_below",
    "letters",
    "named_rows",
    "narrow",
    "new_axes",
    "ratio_axis",
    "save",
    "subtitle",
    "wrapped",
]

# Okabe & Ito's palette; with each colour goes a marker, so that grey print tells groups apart too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
GREY = "#8A8A8A"
_FORMATS = (".pdf", ".svg", ".png")


def new_axes(ax: Any, width: float = 6.0, height: float = 4.0) -> Any:
    """Return the axes that were given, or those of a new figure that no window manages."""
    if ax is not None:
        return ax
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure.subplots()


def subtitle(ax: Any, title: str, text: str, *, room: float = 0.85) -> None:
    """Title, and below it in small print what the figure rests on.

    ``room`` is the share of the width of the figure that the axes get; names beside them take the rest.
    """
    small = wrapped(text, letters(ax, room, 8))
    ax.set_title(wrapped(title, letters(ax, room, 11)), loc="left", fontsize=11, pad=8 + 10 * (1 + small.count("\n")))
    ax.annotate(
        small, (0, 1), xycoords="axes fraction", xytext=(0, 4), textcoords="offset points", fontsize=8, color="#555555"
    )


def letters(ax: Any, share: float, size: float = 9) -> int:
    """How many letters of a size (points) fit into a share of the width that the figure has for the axes."""
    columns = ax.get_subplotspec().get_gridspec().ncols if ax.get_subplotspec() else 1
    points = 72 * ax.figure.get_size_inches()[0] / columns
    return max(8, int(share * points / (0.57 * size)))


def narrow(ax: Any) -> bool:
    """Whether the axes have about one column of a page: what stands beside them then stands below."""
    return letters(ax, 1) <= 60


def named_rows(ax: Any, names: list[str]) -> tuple[list[str], float]:
    """Break the names of the rows of given axes into lines, and say at which size (points) they lie apart."""
    lines, size = names, 9.0
    for size in (9.0, 8.0, 7.0, 6.0, 5.0):
        lines = [wrapped(name, letters(ax, 0.34 if narrow(ax) else 0.3, size)) for name in names]
        deepest = max((name.count("\n") + 1 for name in lines), default=1)
        if 1.3 * size * deepest * len(names) < 0.45 * 72 * ax.figure.get_size_inches()[1]:
            break
    return lines, size


def legend_below(ax: Any, **options: Any) -> None:
    """Put the legend under the label of the x axis, whatever the height of the axes."""
    from matplotlib.transforms import ScaledTranslation

    more_lines = ax.get_xlabel().count("\n")
    below = ax.transAxes + ScaledTranslation(0, -0.5 - 0.17 * more_lines, ax.figure.dpi_scale_trans)
    ax.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(0, 0), bbox_transform=below, **options)


def ratio_axis(ax: Any, low: float, high: float, *, axis: Literal["x", "y"] = "x") -> None:
    """Logarithmic axis with plain numbers at 1, 2 and 5 times powers of ten, as many as fit."""
    from matplotlib.ticker import FixedLocator, NullLocator

    (ax.set_xscale if axis == "x" else ax.set_yscale)("log")
    (ax.set_xlim if axis == "x" else ax.set_ylim)(low, high)
    marks = [base * 10.0**power for power in range(-5, 6) for base in (1, 2, 5)]
    shown = [mark for mark in marks if low <= mark <= high]
    if len(shown) > (6 if axis == "x" and narrow(ax) else 8):
        shown = [mark for mark in shown if f"{mark:e}".startswith("1")]
    line = ax.xaxis if axis == "x" else ax.yaxis
    line.set_major_locator(FixedLocator(shown))
    line.set_minor_locator(NullLocator())
    line.set_ticklabels([f"{mark:g}" for mark in shown])


def wrapped(name: str, width: int = 28) -> str:
    """Break a long name into lines, between words."""
    return fill(name, width, break_long_words=False, break_on_hyphens=False) or name


def save(ax: Any, path: str | Path) -> Path:
    """Write the figure of some axes as .pdf, .svg or .png: the same figure gives the same bytes.

    Raises
    ------
    InputError
        For another ending.
    """
    from matplotlib import rc_context

    file = Path(path)
    if file.suffix not in _FORMATS:
        raise InputError(f"{file.name} must end in one of {', '.join(_FORMATS)}")
    metadata = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}, ".png": {"Software": None}}[file.suffix]
    with rc_context({"svg.hashsalt": "citenet", "svg.fonttype": "none", "pdf.fonttype": 42}):
        ax.figure.savefig(file, dpi=300 if file.suffix == ".png" else None, metadata=metadata)
    return file
