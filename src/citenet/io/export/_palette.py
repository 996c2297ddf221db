"""Colours of groups: those of the figures first, for the colour-blind, then further ones that tell apart."""

from __future__ import annotations

__all__ = ["GREY", "colour", "rgb"]

# Okabe & Ito's palette as in the figures, then darker and paler tones; beyond these colours come round again.
_COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000",
    "#332288", "#882255", "#117733", "#AA4499", "#999933", "#88CCEE", "#CC6677", "#661100",
)  # fmt: skip
GREY = "#8A8A8A"


def colour(group: int) -> str:
    """Colour of a group by its position; grey for -1, unassigned.

    >>> colour(0), colour(-1), colour(16) == colour(0)
    ('#0072B2', '#8A8A8A', True)
    """
    return GREY if group < 0 else _COLOURS[group % len(_COLOURS)]


def rgb(name: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour, 0 to 255.

    >>> rgb("#D55E00")
    (213, 94, 0)
    """
    return int(name[1:3], 16), int(name[3:5], 16), int(name[5:7], 16)
