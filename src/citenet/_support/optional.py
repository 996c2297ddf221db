"""Optional dependencies: one way to ask for them, one message where they are absent."""

from __future__ import annotations

import importlib
from typing import Any

from citenet.errors import MissingDependencyError

__all__ = ["require"]


def require(module: str, extra: str) -> Any:
    """Import an optional module, or say how to install it.

    Parameters
    ----------
    module : str
    extra : str
        The extra of citenet that brings it.

    Raises
    ------
    MissingDependencyError

    Examples
    --------
    >>> require("json", "scale").loads("[1]")
    [1]
    >>> require("no_such_module", "scale")
    Traceback (most recent call last):
    citenet.errors.MissingDependencyError: this needs no_such_module; pip install 'citenet[scale]'
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        name = module.split(".")[0]
        raise MissingDependencyError(f"this needs {name}; pip install 'citenet[{extra}]'") from error
