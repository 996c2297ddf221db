"""The code of docs/communities.md runs and finds what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from citenet import agreement

GUIDE = Path(__file__).parents[2] / "docs" / "communities.md"


def test_the_guide_runs():
    blocks = [part.split("```")[0] for part in GUIDE.read_text(encoding="utf-8").split("```python\n")[1:]]
    assert len(blocks) == 3
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block.replace("n_draws=199", "n_draws=19"), GUIDE.name, "exec"), names)
    fields = names["cn"].as_partition("field", names["net"])
    assert agreement(names["scan"].best(), fields).ami > 0.9
    assert names["test"].pvalue <= 0.1
