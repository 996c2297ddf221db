"""What a corpus of this size could have shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from citenet.bridging.power import power_curve
from citenet.errors import InputError
from citenet.plot.style import COLOURS, GREY, MARKERS, legend_below, letters, new_axes, ratio_axis, subtitle, wrapped

if TYPE_CHECKING:
    from citenet.bridging.inference import NullTest

__all__ = ["power"]

_STYLES = ("-", "--", "-.", ":")


def power(tests: NullTest | Sequence[NullTest], *, alpha: float = 0.05, ax: Any = None) -> Any:
    """Draw the chance that a test finds a preference, over the size of the preference.

    Parameters
    ----------
    tests : NullTest or sequence of NullTest
        Of counts, with an exact distribution, for example ``result.tests["a→b"]``; at most four.
    alpha : float
        Level of the two-sided test.
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes
        The mark on a curve is the observed ratio, where it lies within the axis.

    Raises
    ------
    InputError
        If a test has no exact distribution, or none can vary.
    """
    chosen = list(tests) if isinstance(tests, Sequence) else [tests]
    if not 1 <= len(chosen) <= len(_STYLES):
        raise InputError(f"power draws one to four tests; {len(chosen)} were given: draw the rest on other axes")
    ax = new_axes(ax, 6.0, 3.2 + 0.2 * len(chosen))
    drawn = 0
    for i, test in enumerate(chosen):
        if test.distribution is None:
            raise InputError(_why_none(test))
        ratio, chance = power_curve(test.distribution, alpha=alpha)
        if not ratio.size:
            continue
        drawn += 1
        ax.plot(
            ratio,
            chance,
            color=COLOURS[i],
            linestyle=_STYLES[i],
            label=wrapped(f"{test.name} ({test.expected:,.1f} expected)", letters(ax, 0.75, 8)),
        )
        if ratio[0] <= test.ratio <= ratio[-1]:
            at = float(np.interp(test.ratio, ratio, chance))
            ax.plot(test.ratio, at, MARKERS[i], color=COLOURS[i], markersize=7, zorder=3)
    if not drawn:
        raise InputError(_nothing_varies(chosen[0]))
    ax.axhline(0.8, color=GREY, linewidth=0.8, linestyle=":")
    ax.axhline(alpha, color=GREY, linewidth=0.8, linestyle=":")
    ratio_axis(ax, 0.05, 4.0, axis="x")
    ax.set_ylim(0, 1.02)
    ax.set_yticks([alpha, 0.2, 0.4, 0.6, 0.8, 1], [f"{alpha:g}", "0.2", "0.4", "0.6", "0.8", "1"])
    ax.set_xlabel("true observed / expected (log scale)")
    ax.set_ylabel("power")
    legend_below(ax)
    subtitle(
        ax,
        "What the test could have found",
        f"two-sided test at {alpha:g}, citations independent; null {chosen[0].null}; marks: observed",
    )
    return ax


def _why_none(test: NullTest) -> str:
    if test.n_draws == 0 and not test.sd > 0:
        return _nothing_varies(test)
    return (
        f"the power of {test.name} is drawn from its exact distribution; this test has none: pass the test of a count "
        "from bridges, such as result.tests['a→b']"
    )


def _nothing_varies(test: NullTest) -> str:
    why = test.reason or "the null leaves nothing to vary"
    return (
        f"no power to draw for {test.name}: {why}. No preference of any size could have been found. Add the reference "
        "lists of more papers of that group, or count works outside the corpus (build_network(..., external=True))"
    )
