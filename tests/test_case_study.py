"""Every number of the case study is what the command gives on the records, which are not shipped."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import citenet as cn

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("CITENET_DATA", ROOT.parent / "shared" / "data")) / "eusn_social_networks_wos"
pytestmark = [
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no data at {DATA}; set CITENET_DATA"),
    pytest.mark.filterwarnings("ignore::citenet.CitenetWarning"),
]
PAIRS = [("HSR/QI", "PAM"), ("PAM", "HSR/QI")]
GROUPS = {
    "HSR/QI": ["Health Care Sciences & Services", "Health Policy & Services"],
    "PAM": ["Public Administration", "Management"],
}
CHOICES = {
    "as above": "as it is",
    "without author self-citations": "without author self-citations",
    "without citations within a journal": "without citations within a journal",
    "without review articles": "without review articles",
    "without the paper that crosses most": "without WOS:",
}


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "case-study.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def read():
    corpus = cn.read(DATA)
    return corpus, cn.resolve(corpus)


@pytest.fixture(scope="module")
def measured(read):
    net = cn.build_network(*read, external=True)
    groups = cn.label(net, "categories", groups=GROUPS, spread="container")
    return net, groups, cn.bridges(net, groups, "HSR/QI", "PAM", unlabelled="own", rng=1)


def table_rows(page: str, first: str) -> list[list[str]]:
    """Cells of every row of the page whose first cell is this."""
    lines = [line for line in page.splitlines() if line.startswith(f"| {first} |")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_names_the_command_that_is_repeated_here(page):
    asked = re.search(r"^citenet bridges.*$", page, re.MULTILINE).group(0)
    assert "--by categories --between HSR/QI PAM --external --unlabelled own" in asked
    for name, categories in GROUPS.items():
        assert f'--group "{name}={"|".join(categories)}"' in asked


def test_records_and_coverage(page, read, measured):
    corpus, _ = read
    net, groups, result = measured
    assert f"{len(corpus.works):,} records that print {len(corpus.references):,} references" in page
    alone = cn.bridges(net, groups, "HSR/QI", "PAM", n_boot=0, n_lists=0, rng=1).coverage
    for name in GROUPS:
        row = alone.loc[name]
        shares = [f"{row[share]:.1%}".replace("%", " %") for share in ("share_citations", "share_labelled")]
        counts = [f"{row['works']:,.0f}", f"{row['references']:,.0f}"]
        assert table_rows(page, name) == [[name, *counts, *shares]]
    assert f"{result.coverage.loc['(unlabelled)', 'works']:,} records have neither" in page


def test_what_crosses(page, measured):
    result = measured[2]
    for citing, cited in PAIRS:
        row = result.row("citations", citing, cited)
        ratio = f"{row['ratio']:.2f} ({row['low']:.2f}–{row['high']:.2f})"
        assert row["p"] < 0.0001
        numbers = [f"{row['value']:.0f}", f"{row['expected']:.1f}", ratio, f"{row['p_lists']:.3f}", "< 0.0001"]
        assert table_rows(page, f"{citing} cites {cited}") == [[f"{citing} cites {cited}", *numbers]]
    leading = result.papers["cites_across"][result.papers["group"] == "HSR/QI"].head(2)
    crossing = result.row("citations", *PAIRS[0])["value"]
    assert f"{leading.sum()} of its {crossing:.0f} citations come from two papers" in page


def test_windows(page, measured):
    net, groups, _ = measured
    table = cn.over_time(net, groups, "HSR/QI", "PAM", window=3, unlabelled="own").to_frame()
    for first, rows in table.groupby("first"):
        name = f"{first}–{first + 2}"
        by_pair = rows.set_index(["citing", "cited"])
        cells = [
            f"{row.observed:.0f} of {row.expected:.1f}{' expected' if first == 1996 else ''}, "
            f"{row.ratio:.2f} ({row.low:.2f}–{row.high:.2f})"
            for row in (by_pair.loc[pair] for pair in PAIRS)
        ]
        assert [[cell.replace(" expected", "") for cell in row] for row in table_rows(page, name)] == [
            [name, *(cell.replace(" expected", "") for cell in cells)]
        ]


def test_robustness(page, measured):
    table = measured[2].robustness(n_papers=1)
    for written, choice in CHOICES.items():
        (row,) = (row for name, row in table.iterrows() if str(name).startswith(choice))
        cells = []
        for pair in PAIRS:
            name = " → ".join(pair)
            cells += [f"{row[f'{name} ratio']:.2f}", f"{row[f'{name} p_lists']:.3f}"]
        assert table_rows(page, written) == [[written, *cells]]


def test_citations_within_the_export_alone(page, read):
    net = cn.build_network(*read)
    groups = cn.label(net, "categories", groups=GROUPS)
    result = cn.bridges(net, groups, "HSR/QI", "PAM", unlabelled="own", n_boot=0, rng=1)
    cells = []
    for pair in PAIRS:
        row = result.row("citations", *pair)
        cells += [f"{row['value']:.0f} of {row['expected']:.1f} expected", f"{row['p_lists']:.3f}"]
    name = "direct citations within the export alone"
    assert table_rows(page, name) == [[name, *cells]]
