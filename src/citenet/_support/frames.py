"""Where a call came from."""

from __future__ import annotations

import inspect

__all__ = ["level_outside"]


def level_outside() -> int:
    """Return the ``stacklevel`` at which a warning of the caller points to the first line outside citenet."""
    frame, level = inspect.currentframe(), 0
    while frame is not None and str(frame.f_globals.get("__name__", "")).split(".")[0] == "citenet":
        frame, level = frame.f_back, level + 1
    return max(1, level)
