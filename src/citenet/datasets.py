"""Data to try things on: the bundled review, and corpora simulated with a known truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from citenet._support.rng import RngLike, as_generator
from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.network import CitationNetwork

__all__ = ["bundled", "coproduction_2024", "simulate"]


def bundled(name: str) -> Path:
    """Folder of a bundled bibliography, in the installed package or in a checkout.

    Raises
    ------
    InputError
        If there is none of that name.

    Examples
    --------
    >>> (bundled("coproduction-2024") / "works.bib").is_file()
    True
    """
    here = Path(__file__).resolve()
    for folder in (here.parent / "_bib" / name, here.parents[2] / "bib" / name):
        if folder.is_dir():
            return folder
    raise InputError(f"no bundled bibliography is called {name!r} (there is 'coproduction-2024')")


def coproduction_2024() -> Corpus:
    """Read the bibliography of a narrative review of models of co-production in health.

    Returns
    -------
    Corpus
        The review (``robert2024``) and the 41 works it lists, its printed references, which passage mentions which, and
        columns ``literature`` (as the review assigns it) and ``by_journal``.

    References
    ----------
    .. [1] Robert, Donetto, Masterson & Kjellström (2024). Applying models of co-production in the context of health and
       wellbeing: a narrative review to guide future practice. International Journal for Quality in Health Care.
    """
    from citenet.io import read

    return read(bundled("coproduction-2024"))


def simulate(
    n_works: int = 1_000,
    *,
    years: tuple[int, int] = (1990, 2019),
    share_b: tuple[float, float] = (0.5, 0.5),
    preference: float = 1.0,
    n_references: int = 8,
    window: int = 10,
    rng: RngLike = None,
) -> CitationNetwork:
    """Simulate two fields, A and B, with a known preference for citing one's own.

    Parameters
    ----------
    n_works : int
        Spread evenly over the years.
    years : (first, last)
    share_b : (first, last)
        Share of field B among the papers of the first and of the last year, changing linearly: fields that grow at
        different times.
    preference : float
        How much likelier a paper of one's own field is to be cited than an equally old one of the other; 1 is no
        preference.
    n_references : int
        References drawn per paper, from papers 1 to ``window`` years older; a paper drawn twice counts once.
    window : int
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    CitationNetwork
        With columns ``year`` and ``field``.

    Examples
    --------
    >>> simulate(200, rng=1)
    <CitationNetwork: 200 works, 1,418 citations, 1990–2019>
    """
    if n_works < 1 or preference <= 0 or n_references < 0 or window < 1 or years[1] < years[0]:
        raise InputError(
            "simulate needs n_works >= 1, preference > 0, n_references >= 0, window >= 1 and years in order"
        )
    generator, seed = as_generator(rng)
    year = np.sort(generator.integers(years[0], years[1] + 1, n_works))
    span = max(1, years[1] - years[0])
    share = share_b[0] + (share_b[1] - share_b[0]) * (year - years[0]) / span
    field = (generator.random(n_works) < share).astype(np.int64)
    citing, cited = [], []
    for t in np.unique(year):
        papers = np.flatnonzero(year == t)
        older = np.flatnonzero((year < t) & (year >= t - window))
        if not older.size:
            continue
        for group in (0, 1):
            own = papers[field[papers] == group]
            weight = np.where(field[older] == group, preference, 1.0)
            drawn = generator.choice(older, (own.size, n_references), p=weight / weight.sum())
            citing.append(np.repeat(own, n_references))
            cited.append(drawn.ravel())
    pairs = np.unique(np.stack([np.concatenate(citing or [papers[:0]]), np.concatenate(cited or [papers[:0]])]), axis=1)
    width = len(str(n_works - 1))
    works = pd.DataFrame(
        {"year": year, "field": np.array(["A", "B"])[field]}, index=[f"w{i:0{width}d}" for i in range(n_works)]
    )
    return CitationNetwork(
        works, pairs[0], pairs[1], provenance={"simulated": {"seed": seed, "preference": preference}}
    )
