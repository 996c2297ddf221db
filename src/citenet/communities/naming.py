"""Say what communities are about: distinctive words of their titles, journals, most-cited works."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_count
from citenet._support.text import fold, shorten
from citenet.network import CitationNetwork, check_network
from citenet.partition import Partition, check_partition

__all__ = ["describe_communities", "name_communities"]

# Function words of titles in English, German, French, Spanish and Portuguese, and what every field writes.
_STOP = frozenset(
    fold(
        """
    a about across after all among an and are as at based be been before between beyond both but by can do does
    during each for from further has have how if in into is it its may more most new no nor not of on one only or
    other our over per than that the their them there these they this those through to toward towards two under up
    upon us use used using via vs was we were what when where which while who whose why will with within without
    study studies review analysis approach case research paper results effect effects role evidence
    der die das den dem des ein eine einer eines und oder im von zu zum zur mit auf für bei als am aus nach über
    le la les un une du de d et ou en dans par pour sur avec au aux
    el los las del y o con para por una al su se que os da dos e um uma na nos nas com
    """
    ).split()
)
_YEAR = re.compile(r"^\d+$")


def describe_communities(
    net: CitationNetwork, partition: Partition, *, n_terms: int = 5, n_works: int = 3
) -> pd.DataFrame:
    """Tabulate what each community is about.

    Parameters
    ----------
    net : CitationNetwork
        With ``title`` and, where known, ``container`` in its works.
    partition : Partition
        Of any origin.
    n_terms : int
        Distinctive words or pairs of neighbouring words, most distinctive first.
    n_works : int
        Works most cited inside the network; ties by id.

    Returns
    -------
    DataFrame, one row per group
        ``works``; ``titled``, the share of them with a title; ``terms``; ``journals``, up to three with their number of
        works; ``most_cited`` work ids, and ``titles`` of these. Lists are joined by "; ".

    Raises
    ------
    InputError
        If the partition is none, or a number of terms or works is no whole number of at least 0.

    Notes
    -----
    A term counts once a title. Terms are ranked by the log-likelihood ratio of their share of titles in the group and
    elsewhere, those that are rarer in the group left out; a term in a single title is not distinctive. Of a word
    and a pair that contains it only the more distinctive is named.

    Examples
    --------
    >>> titles = ["Knowledge translation in practice", "Knowledge translation", "Public value", "On public value"]
    >>> net = CitationNetwork(pd.DataFrame({"title": titles}, index=list("abcd")), [1, 3], [0, 2])
    >>> describe_communities(net, Partition(net.ids, [0, 0, 1, 1]))["terms"].tolist()
    ['knowledge translation', 'public value']
    """
    n_terms, n_works = check_count("n_terms", n_terms), check_count("n_works", n_works)
    check_network(net)
    labels = check_partition(partition).aligned(net.ids)
    works = net.works
    title = works["title"]
    terms = _distinctive(title, labels, partition.n_groups, n_terms)
    cited = np.bincount(net.cited, minlength=net.n_works)
    rows = []
    for c, name in enumerate(partition.group_names):
        members = np.flatnonzero(labels == c)
        famous = members[np.lexsort((members, -cited[members]))][:n_works]
        famous = famous[cited[famous] > 0]
        rows.append(
            {
                "group": name,
                "works": members.size,
                "titled": float(title.iloc[members].notna().mean()),
                "terms": "; ".join(terms[c]),
                "journals": _journals(works, members),
                "most_cited": "; ".join(net.ids[famous]),
                "titles": "; ".join(shorten(str(t)) for t in title.iloc[famous].dropna()),
            }
        )
    columns = ["group", "works", "titled", "terms", "journals", "most_cited", "titles"]
    return pd.DataFrame(rows, columns=columns).set_index("group")


def name_communities(net: CitationNetwork, partition: Partition, *, n_terms: int = 2) -> Partition:
    """Name communities by the terms that set their titles apart.

    Parameters
    ----------
    net : CitationNetwork
    partition : Partition
    n_terms : int
        Terms in a name.

    Returns
    -------
    Partition
        The same groups; those without a distinctive term keep their name, and a name that would occur twice is
        followed by the old one in brackets.

    Raises
    ------
    InputError
        If the partition is none, or the number of terms no whole number of at least 1.

    Examples
    --------
    >>> titles = ["Knowledge translation in practice", "Knowledge translation", "Public value", "On public value"]
    >>> net = CitationNetwork(pd.DataFrame({"title": titles}, index=list("abcd")), [1, 3], [0, 2])
    >>> name_communities(net, Partition(net.ids, [0, 0, 1, 1]))
    <Partition: 2 groups of 4 works (knowledge translation 2, public value 2), assigned>
    """
    n_terms = check_count("n_terms", n_terms, 1)
    check_network(net)
    labels = check_partition(partition).aligned(net.ids)
    terms = _distinctive(net.works["title"], labels, partition.n_groups, n_terms)
    wanted = [" · ".join(found) or old for found, old in zip(terms, partition.group_names, strict=True)]
    times = Counter([*wanted, *partition.group_names])
    repeated = Counter(wanted)
    names = [
        f"{name} ({old})" if repeated[name] > 1 or (name != old and times[name] > 1) else name
        for name, old in zip(wanted, partition.group_names, strict=True)
    ]
    return Partition(
        works=partition.works,
        labels=partition.labels,
        names=tuple(names),
        origin=partition.origin,
        method=partition.method,
        params=partition.params,
        seed=partition.seed,
        quality=partition.quality,
    )


def _terms(title: str) -> set[str]:
    """Words of a title that say something, and pairs of such words that stand side by side."""
    words = fold(title).split()
    telling = [len(word) > 2 and word not in _STOP and not _YEAR.match(word) for word in words]
    single = {word for word, tells in zip(words, telling, strict=True) if tells}
    pairs = {f"{a} {b}" for a, b, x, y in zip(words, words[1:], telling, telling[1:], strict=False) if x and y}
    return single | pairs


def _distinctive(title: pd.Series[Any], labels: npt.NDArray[np.int32], k: int, n_terms: int) -> list[list[str]]:
    """Most distinctive terms of each group."""
    inside: list[Counter[str]] = [Counter() for _ in range(k)]
    titles = np.zeros(k)
    for text, c in zip(title.astype("object").where(title.notna(), None), labels.tolist(), strict=True):
        if text is not None and c >= 0:
            inside[c].update(_terms(str(text)))
            titles[c] += 1
    everywhere: Counter[str] = Counter()
    for counts in inside:
        everywhere.update(counts)
    return [_ranked(inside[c], everywhere, titles[c], titles.sum(), n_terms) for c in range(k)]


def _ranked(counts: Counter[str], everywhere: Counter[str], n: float, total: float, n_terms: int) -> list[str]:
    names = sorted(term for term, times in counts.items() if times > 1)
    a = np.array([counts[t] for t in names], dtype=float)
    both = np.array([everywhere[t] for t in names], dtype=float)
    typical = a * total > both * n if n < total else np.ones(a.size, bool)
    ratio = _log_likelihood(a, both, n, total) if n < total else a
    order = sorted(np.flatnonzero(typical), key=lambda i: (-round(float(ratio[i]), 9), -len(names[i]), names[i]))
    chosen: list[str] = []
    for i in order:
        if len(chosen) == n_terms:
            break
        words = set(names[i].split())
        if not any(words <= other or other <= words for other in (set(term.split()) for term in chosen)):
            chosen.append(names[i])
    return chosen


def _log_likelihood(
    a: npt.NDArray[np.float64], both: npt.NDArray[np.float64], n: float, total: float
) -> npt.NDArray[np.float64]:
    """Twice the log-likelihood ratio of a term's share of n titles against its share of the others."""

    def part(x: npt.NDArray[np.float64], m: float) -> npt.NDArray[np.float64]:
        share = both / total
        here = x / m
        with np.errstate(divide="ignore", invalid="ignore"):
            present = np.where(x > 0, x * np.log(here / share), 0.0)
            absent = np.where(x < m, (m - x) * np.log((1 - here) / (1 - share)), 0.0)
        return present + absent

    ratio: npt.NDArray[np.float64] = 2 * (part(a, n) + part(both - a, total - n))
    return ratio


def _journals(works: pd.DataFrame, members: npt.NDArray[np.int64]) -> str:
    if "container" not in works:
        return ""
    counts = Counter(works["container"].iloc[members].dropna().astype(str))
    top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]
    return "; ".join(f"{shorten(name, 60)} ({times})" for name, times in top)
