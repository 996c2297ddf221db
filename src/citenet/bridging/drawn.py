"""Turn draws from a null into a `NullTest`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from citenet._support.arithmetic import quotient
from citenet._support.choices import check_count
from citenet.bridging.inference import NullTest, scalar
from citenet.errors import InputError

__all__ = ["check_draws", "drawn_test"]


def check_draws(n_draws: int, *, least: int = 2) -> int:
    """Return the number of draws if it is a whole number of at least 2 (or ``least``: 0 is for none), else raise."""
    n_draws = check_count("n_draws", n_draws, min(2, least))
    if n_draws == 1:
        raise InputError("n_draws=1: a test by simulation needs at least 2 draws, better 999")
    return n_draws


def drawn_test(
    name: str, observed: Any, draws: Iterable[npt.ArrayLike], null: str, *, reason: str = "", **recipe: Any
) -> NullTest:
    """Hold an observed value, or several, against draws of it.

    Parameters
    ----------
    name : str
    observed : float or ndarray, shape (...)
    draws : iterable of float or of arrays of shape (...)
        At least two. NaN, where it is undefined, counts in neither expectation nor deviation; it counts as extreme,
        and the reason says in how many draws.
    null : str
    reason : str
        What else is to be said.
    **recipe
        ``seed``, ``names``: as in `NullTest`.

    Examples
    --------
    >>> drawn_test("citations", 3.0, [1.0, 2.0, 3.0], "labels").pvalue
    1.0
    """
    drawn = np.array(draws if isinstance(draws, np.ndarray) else list(draws), dtype=float)
    defined = ~np.isnan(drawn)
    n = defined.sum(0)
    expected = quotient(drawn.sum(0, where=defined), n)
    sd = np.sqrt(quotient(((drawn - expected) ** 2).sum(0, where=defined), n - 1))
    still = (drawn == drawn[:1]).all(0)  # a mean of equal numbers is rounded
    expected, sd = np.where(still, drawn[0], expected), np.where(still, 0.0, sd)
    lost = int((~defined & ~np.isnan(observed)).reshape(len(drawn), -1).any(axis=1).sum())
    undefined = f"undefined in {lost} of {len(drawn)} draws, which count as extreme" if lost else ""
    return NullTest(
        name=name,
        statistic=scalar(observed),
        null=null,
        expected=scalar(expected),
        sd=scalar(sd),
        null_distribution=drawn,
        reason="; ".join(filter(None, [reason, undefined])),
        **recipe,
    )
