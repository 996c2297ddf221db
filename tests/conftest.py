"""Properties are tried on the same examples in every CI run, and on new ones on every other."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # no test goes by the clock
settings.register_profile("ci", parent=settings.get_profile("unhurried"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "unhurried")
