"""Data to try things on: the bundled review, and corpora simulated with a known truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from citenet._support.choices import check_count
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


def simulate(  # noqa: PLR0913 - each option is one departure from the plain case, by keyword
    n_works: int = 1_000,
    *,
    years: tuple[int, int] = (1990, 2019),
    share_b: tuple[float, float] = (0.5, 0.5),
    preference: float = 1.0,
    fame_b: float = 1.0,
    taste: float = 0.0,
    n_references: int | tuple[int, int] = 8,
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
        preference. The common odds ratio is its square, less what repeated draws take away.
    fame_b : float
        How much likelier papers of field B are to be cited, by everybody.
    taste : float
        Standard deviation of each paper's own log odds of citing B: references of one paper then depend on each other.
    n_references : int or (of A, of B)
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
    <CitationNetwork: 200 works, 1,421 citations, 1990–2019>
    """
    lengths = (n_references, n_references) if isinstance(n_references, int) else n_references
    n_works = check_count("n_works", n_works, 1)
    positive = preference > 0 and fame_b > 0
    if n_works < 1 or not positive or min(lengths) < 0 or taste < 0 or window < 1 or years[1] < years[0]:
        raise InputError(
            "simulate needs n_works >= 1, preference and fame_b > 0, n_references and taste >= 0, window >= 1 and "
            "years in order"
        )
    generator, seed = as_generator(rng)
    year = np.sort(generator.integers(years[0], years[1] + 1, n_works))
    span = max(1, years[1] - years[0])
    share = share_b[0] + (share_b[1] - share_b[0]) * (year - years[0]) / span
    field = (generator.random(n_works) < share).astype(np.int64)
    tastes = np.exp(taste * generator.normal(size=n_works))
    own_odds = np.where(field == 1, preference, 1 / preference) * fame_b * tastes
    citing, cited = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for t in np.unique(year):
        papers = np.repeat(np.flatnonzero(year == t), np.take(lengths, field[year == t]))
        older = [np.flatnonzero((year < t) & (year >= t - window) & (field == f)) for f in (0, 1)]
        if not papers.size or not older[0].size + older[1].size:
            continue
        odds = own_odds[papers] * older[1].size
        of_b = generator.random(papers.size) * (odds + older[0].size) < odds
        pick = generator.random(papers.size)
        for chosen, pool in ((~of_b, older[0]), (of_b, older[1])):
            citing.append(papers[chosen])
            cited.append(pool[(pick[chosen] * pool.size).astype(np.int64)])
    pairs = np.unique(np.stack([np.concatenate(citing), np.concatenate(cited)]), axis=1)
    width = len(str(n_works - 1))
    works = pd.DataFrame(
        {"year": year, "field": np.array(["A", "B"])[field]}, index=[f"w{i:0{width}d}" for i in range(n_works)]
    )
    provenance = {"simulated": {"seed": seed, "preference": preference}}
    return CitationNetwork(works, pairs[0], pairs[1], provenance=provenance)
