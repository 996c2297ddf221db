"""The guide to resolution runs, and shows what it says."""

from __future__ import annotations

import doctest
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "resolution.md"


def test_the_guide_runs(monkeypatch):
    monkeypatch.chdir(GUIDE.parents[1])
    text = GUIDE.read_text(encoding="utf-8").replace("```", "")
    test = doctest.DocTestParser().get_doctest(text, {}, GUIDE.name, None, 0)
    assert len(test.examples) == 10
    assert doctest.DocTestRunner().run(test).failed == 0
