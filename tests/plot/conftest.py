"""Results to draw, and a look at where their texts lie."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest

import citenet as cn
from citenet.network import CitationNetwork

LONG = ["Health Services Research & Quality Improvement", "Public Administration and Management", "Sociology"]
SHORT = ["HSR/QI", "PAM", "Service research"]


def three_groups(names: list[str]) -> CitationNetwork:
    """Three groups, some works without, authors and years."""
    plain = cn.datasets.simulate(300, preference=3.0, rng=2)
    works = plain.works
    works["group"] = [names[(field == "B") + (i % 5 == 0)] for i, field in enumerate(works["field"])]
    works.loc[works.index[::11], "group"] = None
    works["authors"] = [f"Author-{'x' * (i % 9)}, A" for i in range(len(works))]
    works.loc[works.index[40], "year"] = pd.NA
    return CitationNetwork(works, plain.citing, plain.cited)


@pytest.fixture(scope="session")
def three() -> CitationNetwork:
    return three_groups(SHORT)


@pytest.fixture(scope="session")
def three_pair(three):
    return cn.bridges(three, "group", *SHORT[:2], n_boot=49, n_lists=49, rng=1)


@pytest.fixture(scope="session")
def long_names() -> CitationNetwork:
    return three_groups(LONG)


@pytest.fixture(scope="session")
def long_pair(long_names):
    return cn.bridges(long_names, "group", *LONG[:2], n_boot=49, n_lists=49, rng=1)


def texts_of(ax) -> list:
    """Every text that is drawn in the figure."""
    from matplotlib.text import Text

    ax.figure.draw_without_rendering()
    unseen = []
    for axes in ax.figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = axis.get_major_ticks()
            unseen += [t.label1 for t in ticks if not axes.axison or not low - 1e-9 <= t.get_loc() <= high + 1e-9]
    shown = [text for text in ax.figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [text for text in shown if not any(text is label for label in unseen)]


def collisions(ax) -> list[str]:
    """Pairs of texts that lie on each other, by more than a pixel."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts_of(ax)]
    found = []
    for (one, a), (other, b) in combinations(boxes, 2):
        width = min(a.x1, b.x1) - max(a.x0, b.x0)
        height = min(a.y1, b.y1) - max(a.y0, b.y0)
        if width > 1 and height > 1:
            found.append(f"{one!r} on {other!r}")
    return found


def outside(ax) -> list[str]:
    """Texts that leave the figure, by more than a pixel."""
    page = ax.figure.bbox
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts_of(ax)]
    return [
        text
        for text, b in boxes
        if b.x0 < page.x0 - 1 or b.x1 > page.x1 + 1 or b.y0 < page.y0 - 1 or b.y1 > page.y1 + 1
    ]
