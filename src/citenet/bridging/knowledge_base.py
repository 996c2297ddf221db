"""Shared knowledge base: whether two groups draw on the same works, whether they cite each other or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice
from citenet._support.rng import RngLike, as_generator
from citenet._support.tables import Record, Table
from citenet.bridging.drawn import check_draws, drawn_test
from citenet.bridging.flow import pair_of_groups
from citenet.bridging.inference import NullTest, format_p, refuse_detected
from citenet.bridging.missing import common_works, missing_bridges
from citenet.bridging.relabelling import alike, permuted_within, strata_of_works, undated_note
from citenet.bridging.rewiring import rewired
from citenet.network import CitationNetwork

__all__ = ["CitedSums", "SharedKnowledgeBase", "coupling_measures", "overlap_measures", "shared_knowledge_base"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int32]
_NONE, _A, _B = -1, 0, 1
_NULLS = {"labels": "labels within year and length of list", "year-pairs": "year-pairs, by swaps"}
_OTHER = 2  # a group that is neither: it takes part in the shuffle and in nothing else


@dataclass(frozen=True, eq=False, repr=False)
class SharedKnowledgeBase:
    """What two groups share without citing each other.

    Parameters
    ----------
    a, b : str
        The groups.
    test : NullTest
        One value per measure; see `shared_knowledge_base`.
    common : DataFrame
        The works both sides cite: see `common_works`.
    missing : DataFrame
        Strongly coupled pairs that do not cite each other: see `missing_bridges`.
    params : mapping
        Numbers of papers, seed, threshold.
    """

    a: str
    b: str
    test: NullTest
    common: Table = Table()
    missing: Table = Table()
    params: Record = Record()

    def __repr__(self) -> str:
        i = self.test.names.index("Morisita-Horn")
        observed, expected, p = (value[i] for value in (self.test.statistic, self.test.expected, self.test.pvalue))
        return (
            f"<SharedKnowledgeBase: {self.a} and {self.b} both cite {len(self.common):,} works "
            f"(Morisita-Horn {observed:.2f}, expected {expected:.2f}, {format_p(p)}); "
            f"{len(self.missing):,} missing bridges>"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.to_frame().to_html(max_rows=20)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the measures as a table: see `NullTest.to_frame`."""
        return self.test.to_frame()


def shared_knowledge_base(  # noqa: PLR0913 - two groups and what they are compared by; options are keyword-only
    net: CitationNetwork,
    groups: object,
    a: str,
    b: str,
    *,
    null: Literal["labels", "year-pairs"] = "labels",
    min_shared: int = 2,
    n_draws: int = 999,
    rng: RngLike = None,
) -> SharedKnowledgeBase:
    """Measure how far two groups draw on the same works, and test it.

    Parameters
    ----------
    net : CitationNetwork
        Best with the cited works outside the corpus as works of the network: they count as shared knowledge.
    groups : Partition, column name, mapping, Series or list of sets of ids
        Assigned groups; groups detected in the same citations are refused.
    a, b : str
        The two groups.
    null : {"labels", "year-pairs"}
        "labels" keeps the graph and shuffles labels among papers of one publication year whose reference lists are
        about as long (for co-citation: among works cited about as often): does it matter who reads? "year-pairs" keeps
        labels and swaps who is cited within (citing year, cited year): do the groups read the same works more than the
        years of their references give? It takes each reference as a choice of its own.
    min_shared : int
        Pairs that share fewer references are no missing bridge.
    n_draws : int
        Draws of the null.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    SharedKnowledgeBase
        ``test`` has one value per measure, all symmetric in a and b. NaN where a group has no papers with references
        (or, for co-citation, no cited works); within a group also where it has only one.

        - "coupling between", "coupling within a", "coupling within b": references that two papers share, mean over all
          pairs of papers that have references (pairs that share none count 0).
        - "Salton between", …: the same divided by the geometric mean of the lengths of the two lists, in [0, 1].
        - "Jaccard": works cited by both over works cited by either, in [0, 1]; it depends on the sizes of the groups.
        - "cosine", "Morisita-Horn": similarity of how often each work is cited, in [0, 1]; the latter hardly depends
          on the sizes.
        - "co-citation between": papers that cite a work of a and a work of b, once for every such pair.
        - "co-citation strength": association strength ``c_uv m / (s_u s_v)``, mean over the pairs of cited works, with
          m citations in all and s_u of them to u.

    Notes
    -----
    Labels of all groups take part in the shuffle (undated works are one year, lengths are alike within a quarter); pass
    ``as_partition(groups, net).keep([a, b])`` to shuffle between the two groups alone. Without the lengths, groups that
    print lists of different length look apart though they read alike. Where the groups have no lists of about the same
    length nothing can be shuffled and p is 1: ``params["exchangeable"]`` says what share of the papers, and of the
    cited works, of a and b can change places. Co-citation is low also where papers specialise, whatever their own
    group. Every draw costs time in proportion to the citations, never to the pairs of papers.

    References
    ----------
    .. [1] van Eck & Waltman (2009). How to normalize cooccurrence data? An analysis of some well-known similarity
       measures. Journal of the American Society for Information Science and Technology 60, 1635-1651.

    Examples
    --------
    >>> works = pd.DataFrame({"year": 2000, "field": [*"xxyy", None, None, None]}, index=list("abcdpqr"))
    >>> net = CitationNetwork(works, [0, 0, 1, 2, 2, 3], [4, 5, 4, 4, 5, 6])
    >>> base = shared_knowledge_base(net, "field", "x", "y", n_draws=19, rng=1)
    >>> base.to_frame().loc[["coupling between", "Jaccard"], "observed"].round(3).tolist()
    [0.75, 0.667]
    """
    check_draws(n_draws)
    check_choice("null", null, _NULLS)
    partition, in_a, in_b = pair_of_groups(net, groups, a, b)
    refuse_detected(partition)
    generator, seed = as_generator(rng)
    labels = np.where(partition.labels >= 0, _OTHER, _NONE).astype(np.int32)
    labels[in_a], labels[in_b] = _A, _B
    base = _Base.of(net)
    citing, cited = base.made > 0, base.received > 0
    papers, works = (
        {name: int((counted & members).sum()) for name, members in ((a, in_a), (b, in_b))}
        for counted in (citing, cited)
    )
    reasons = [f"{name} has no paper with references" for name in papers if not papers[name]]
    reasons += [f"{name} has one paper with references, so no pair within it" for name in papers if papers[name] == 1]
    reasons += [f"no work of {name} is cited" for name in works if not works[name]]
    notes = [f"undefined: {reason}" for reason in reasons]
    strata = tuple(_exchangeable(net, labels, own) for own in (base.made, base.received))
    if null == "labels":
        kinds = ("as papers", "as cited works")
        undated = [(kind, undated_note(net.year, one)) for kind, one in zip(kinds, strata, strict=True)]
        notes += [f"{kind}, {note}" for kind, note in undated if note]
    test = drawn_test(
        "shared knowledge base",
        _measures(base, _masked(labels, citing), _masked(labels, cited)),
        (_measures(*one) for one in _draws(net, labels, strata, null, n_draws, generator)),
        _NULLS[null],
        seed=seed,
        names=_names(a, b),
        reason="; ".join(notes),
    )
    return SharedKnowledgeBase(
        a=a,
        b=b,
        test=test,
        common=common_works(net, partition, a, b),
        missing=missing_bridges(net, partition, a, b, min_shared=min_shared),
        params={
            "papers": papers,
            "cited_works": works,
            "exchangeable": dict(zip(("papers", "cited_works"), (_mixed(labels, s) for s in strata), strict=True)),
            "null": null,
            "seed": seed,
            "n_draws": n_draws,
            "min_shared": min_shared,
        },
    )


def _names(a: str, b: str) -> tuple[str, ...]:
    """Names of all measures, in the order of `_measures`."""
    where = ("between", f"within {a}", f"within {b}")
    couplings = (f"{kind} {pairs}" for kind in ("coupling", "Salton") for pairs in where)
    return (*couplings, "Jaccard", "cosine", "Morisita-Horn", "co-citation between", "co-citation strength")


class _Base(NamedTuple):
    """Arcs, references of each work, citations of each work."""

    citing: npt.NDArray[np.int32]
    cited: npt.NDArray[np.int32]
    made: Ints
    received: Ints

    @classmethod
    def of(cls, net: CitationNetwork) -> _Base:
        n = net.n_works
        return cls(net.citing, net.cited, *(np.bincount(end, minlength=n) for end in (net.citing, net.cited)))


def _masked(labels: Labels, kept: npt.NDArray[np.bool_]) -> Labels:
    return np.where(kept, labels, _NONE).astype(np.int32)


def _exchangeable(net: CitationNetwork, labels: Labels, counts: Ints) -> Ints:
    """Strata of works of one year and about as many references (or citations); -1 without label or any."""
    return np.where((labels >= 0) & (counts > 0), strata_of_works(net.year, alike(counts)), -1)


def _mixed(labels: Labels, stratum: Ints) -> float:
    """Share of the works of a and b in strata that hold works of another group; NaN where there are none."""
    taking = stratum >= 0
    kinds = np.unique(np.stack([stratum[taking], labels[taking]]), axis=1)
    several = np.bincount(kinds[0], minlength=int(stratum.max(initial=-1)) + 1) > 1
    own = taking & ((labels == _A) | (labels == _B))
    return float(several[stratum[own]].mean()) if own.any() else float("nan")


def _draws(
    net: CitationNetwork,
    labels: Labels,
    strata: tuple[Ints, ...],
    null: str,
    n_draws: int,
    rng: np.random.Generator,
) -> Iterator[tuple[_Base, Labels, Labels]]:
    """Draw the citations, the labels of those who cite, and the labels of those who are cited."""
    observed = [np.where(stratum >= 0, labels, _NONE).astype(np.int32) for stratum in strata]
    if null == "year-pairs":
        for cited in rewired(net, n_draws, rng):  # every work is cited as often as it was
            yield _Base.of(net)._replace(cited=cited), observed[0], observed[1]
        return
    streams = (
        permuted_within(own, stratum, n_draws, child)
        for own, stratum, child in zip(observed, strata, rng.spawn(2), strict=True)
    )
    base = _Base.of(net)
    for citing_labels, cited_labels in zip(*streams, strict=True):
        yield base, citing_labels, cited_labels


def _measures(base: _Base, citing_labels: Labels, cited_labels: Labels) -> Floats:
    """All measures, in the order of `_names`."""
    n = citing_labels.size
    group = citing_labels[base.citing]
    papers = [int((citing_labels == g).sum()) for g in (_A, _B)]
    root = 1 / np.sqrt(np.maximum(1, base.made))
    x, y = (np.bincount(base.cited[group == g], minlength=n).astype(float) for g in (_A, _B))
    weighted = tuple(
        np.bincount(base.cited[group == g], root[base.citing[group == g]], minlength=n).astype(float) for g in (_A, _B)
    )
    sums = CitedSums.of(x, y)
    values = [*coupling_measures(sums, {"a": papers[0], "b": papers[1]}).values()]
    values += _couplings((weighted[0], weighted[1]), papers, [float(count) for count in papers])  # 1 with themselves
    values += overlap_measures(sums).values()
    return np.array([*values, *_together(base, cited_labels)])


class CitedSums(NamedTuple):
    """Sums over cited works: how often those of a (x) and of b (y) cite each, their squares and product, and how many.

    Whole numbers: any engine adds them up to the same bits.
    """

    x: int
    y: int
    xx: int
    yy: int
    xy: int
    both: int
    either: int

    @classmethod
    def of(cls, x: Floats, y: Floats) -> CitedSums:
        """Add up how often those of a, and those of b, cite each work."""
        xx, yy, xy = int(_dot(x, x)), int(_dot(y, y)), int(_dot(x, y))
        both, either = int(((x > 0) & (y > 0)).sum()), int(((x > 0) | (y > 0)).sum())
        return cls(int(x.sum()), int(y.sum()), xx, yy, xy, both, either)


def coupling_measures(sums: CitedSums, papers: Mapping[str, int]) -> dict[str, float]:
    """Mean number of references that two papers share, over all pairs between and within the groups, given by size."""
    (a, in_a), (b, in_b) = papers.items()
    return {
        "coupling between": _quotient(sums.xy, in_a * in_b),
        f"coupling within {a}": _quotient(sums.xx - sums.x, in_a * (in_a - 1)),
        f"coupling within {b}": _quotient(sums.yy - sums.y, in_b * (in_b - 1)),
    }


def overlap_measures(sums: CitedSums) -> dict[str, float]:
    """Jaccard, cosine and Morisita-Horn; NaN where a group cites nothing."""
    if not (sums.x and sums.y):
        return dict.fromkeys(("Jaccard", "cosine", "Morisita-Horn"), float("nan"))
    x, y, xx, yy, xy = (float(value) for value in sums[:5])
    horn = 2 * xy / ((xx / x**2 + yy / y**2) * x * y)
    return {"Jaccard": sums.both / sums.either, "cosine": xy / float(np.sqrt(xx * yy)), "Morisita-Horn": horn}


def _couplings(sums: tuple[Floats, Floats], papers: list[int], itself: list[float]) -> list[float]:
    """Mean over pairs between and within, from the sums of each cited work over the papers of each group."""
    x, y = sums
    within = (_quotient(_dot(z, z) - own, n * (n - 1)) for z, n, own in zip((x, y), papers, itself, strict=True))
    return [_quotient(_dot(x, y), papers[0] * papers[1]), *within]


def _together(base: _Base, labels: Labels) -> list[float]:
    """Co-citation between the groups: the sum, and the mean association strength over pairs of cited works."""
    n = labels.size
    group = labels[base.cited]
    works = [int((labels == g).sum()) for g in (_A, _B)]
    if not all(works):
        return [float("nan")] * 2
    counts = [np.bincount(base.citing[group == g], minlength=n).astype(float) for g in (_A, _B)]
    weight = 1 / base.received[base.cited]
    shares = [np.bincount(base.citing[group == g], weight[group == g], minlength=n).astype(float) for g in (_A, _B)]
    strength = base.citing.size * _dot(shares[0], shares[1])
    return [_dot(counts[0], counts[1]), strength / (works[0] * works[1])]


def _quotient(above: float, below: float) -> float:
    return max(0.0, above) / below if below else float("nan")


def _dot(x: Floats, y: Floats) -> float:
    """Sum of products; on short vectors BLAS spends its time starting threads."""
    return float((x * y).sum())
