"""Optional dependencies: imported where they are used, with the command that installs them where they are absent."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from citenet.errors import MissingDependencyError

__all__ = ["require"]


def require(module: str, extra: str) -> Any:
    """Import a module that an extra installs.

    Raises
    ------
    MissingDependencyError
        If it is not installed.

    Examples
    --------
    >>> require("json", "fetch").loads("[1]")
    [1]
    >>> require("no_such_module", "fetch")
    Traceback (most recent call last):
    citenet.errors.MissingDependencyError: no_such_module is not installed; run: pip install 'citenet[fetch]'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        name = module.partition(".")[0]
        if (error.name or "").partition(".")[0] != name:
            raise
        raise MissingDependencyError(f"{name} is not installed; run: pip install 'citenet[{extra}]'") from None
