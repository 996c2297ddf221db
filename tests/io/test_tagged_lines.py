"""Tagged lines told from the signs of a block are those that one finds going through it line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.io import nbib, ris, wos
from citenet.io._records import Records
from citenet.io._tagged_lines import Cutter, Lines

_USUAL = {
    wos: ["PT J", "AU Ewert, B", "   Nabatchi, T", "    indented", "   ", "", "CR", "ER", "TI Å – «x»", "Z9 1"],
    ris: ["TY  - JOUR", "AU  - Ewert, B", "KW  -", "ER  - ", "", "TI  - Å – «x»", "N2  - a - b"],
    nbib: ["PMID- 1", "OWN - NLM", "TI  - A", "      title", "", "FAU - Ewert, B", "AB  - Å – «x»", "LID -"],
}
_ODD = ["  x", " AU x", "é", "\x85", "au  - x", "AU", "TI  -x", "T", "      ", "PMID-2", "AU\t", "U1  - aKW  - b"]


def _cut(lines: Lines, names: list[str]) -> list[tuple[str, str, int, bool]]:
    values = lines.values(range(len(lines)) if not len(lines) else lines.codes.argsort(kind="stable").argsort())
    return [(names[code], value, int(number), bool(goes_on)) for code, value, number, goes_on in zip(
        lines.codes, values, lines.numbers, lines.further, strict=True)]
