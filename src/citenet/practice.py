"""Made-up exports to practise on, in the layout of Web of Science and Scopus."""

from __future__ import annotations

import csv
from collections.abc import Hashable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from citenet._support.rng import RngLike, as_generator
from citenet.datasets import simulate
from citenet.network import CitationNetwork

__all__ = ["practice_exports"]

_CATEGORY = {"A": "Health Care Sciences & Services", "B": "Public Administration"}
_JOURNALS = {
    "A": ["JOURNAL OF MADE-UP CARE", "QUALITY IN INVENTED SERVICES", "FICTIONAL HEALTH POLICY"],
    "B": ["IMAGINARY PUBLIC MANAGEMENT", "REVIEW OF INVENTED GOVERNANCE", "MADE-UP ADMINISTRATION"],
}
_SECOND = {  # journals that two categories claim, as in Web of Science
    "FICTIONAL HEALTH POLICY": "Health Policy & Services",
    "IMAGINARY PUBLIC MANAGEMENT": "Management",
}
_TOPICS = {
    "A": ["patient involvement", "quality improvement", "experience-based design", "care pathways", "safety"],
    "B": ["public value", "co-production", "network governance", "service logic", "citizen participation"],
}
_SETTINGS = ["hospitals", "cities", "primary care", "councils", "rural regions", "mental health services"]
_FAMILIES = "Almgren Besset Corvino Dahlby Eriksen Fontaine Garnet Holmqvist Ivarsson Jansson".split()  # noqa: SIM905
Work = dict[Hashable, Any]


def practice_exports(folder: str | Path, *, n_works: int = 400, since: int = 2005, rng: RngLike = 1) -> list[Path]:
    """Write a made-up corpus as a Web of Science and a Scopus export.

    Parameters
    ----------
    folder : str or Path
        Made where it is missing.
    n_works : int
        Works of two fields between 1990 and 2019, of which papers cite their own field three times as often.
    since : int
        Works from this year on are records of the exports; older ones appear only as references. The first half of
        the records is in the Web of Science file, the second half in the Scopus file.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    list of Path
        ``savedrecs.txt`` and ``scopus.csv``.

    Notes
    -----
    No author, journal or title is real. Field A has the category Health Care Sciences & Services, field B Public
    Administration; one journal of each has a second, Health Policy & Services and Management. Scopus exports hold no
    categories.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     [file.name for file in practice_exports(place)]
    ['savedrecs.txt', 'scopus.csv']
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    generator, _ = as_generator(rng)
    net = simulate(n_works, preference=3.0, rng=generator)
    works = _described(net, generator)
    records = [i for i, work in enumerate(works) if work["year"] >= since]
    cited = {i: net.cited[net.citing == i].tolist() for i in records}
    half = len(records) // 2
    texts = {
        "savedrecs.txt": _web_of_science(works, records[:half], cited),
        "scopus.csv": _scopus(works, records[half:], cited),
    }
    for name, text in texts.items():
        (target / name).write_text(text, encoding="utf-8", newline="\n")
    return [target / name for name in texts]


def _described(net: CitationNetwork, rng: np.random.Generator) -> list[Work]:
    """Give works authors, titles and journals."""
    works = net.works

    def pick(choices: dict[str, list[str]]) -> list[str]:
        return [choices[field][int(rng.integers(len(choices[field])))] for field in works["field"]]

    topics, settings = pick(_TOPICS), [_SETTINGS[int(i)] for i in rng.integers(len(_SETTINGS), size=len(works))]
    named = zip(topics, settings, net.ids, strict=True)
    works["title"] = [f"{topic.capitalize()} in {place}: {work}" for topic, place, work in named]
    works["journal"] = pick(_JOURNALS)
    works["family"] = [_FAMILIES[int(i)] for i in rng.integers(len(_FAMILIES), size=len(works))]
    works["volume"] = works["year"] - 1980
    works["page"] = rng.permutation(len(works)) + 1
    works["doi"] = [f"10.5555/{work}" for work in net.ids]
    return works.to_dict("records")


def _web_of_science(works: list[Work], records: list[int], cited: dict[int, list[int]]) -> str:
    lines = ["FN Clarivate Analytics Web of Science", "VR 1.0"]
    for i in records:
        work = works[i]
        references = [
            f"{r['family']} A, {r['year']}, {r['journal']}, V{r['volume']}, P{r['page']}, DOI {r['doi']}"
            for r in (works[j] for j in cited[i])
        ]
        tags = {"PT": "J", "AU": f"{work['family']}, A", "TI": work["title"], "SO": work["journal"], "LA": "English"}
        tags |= {"DT": "Article", "CR": "\n   ".join(references), "NR": len(references), "PY": work["year"]}
        tags |= {"VL": work["volume"], "BP": work["page"], "EP": work["page"] + 9, "DI": work["doi"]}
        categories = [_CATEGORY[work["field"]], _SECOND.get(work["journal"], "")]
        tags |= {"WC": "; ".join(filter(None, categories)), "UT": f"WOS:{i:015d}"}
        lines += [*(f"{tag} {value}" for tag, value in tags.items() if value != ""), "ER", ""]
    return "\n".join([*lines, "EF", ""])


def _scopus(works: list[Work], records: list[int], cited: dict[int, list[int]]) -> str:
    file = StringIO()
    columns = ["Authors", "Title", "Year", "Source title", "Volume", "Page start", "Page end", "DOI", "References"]
    columns += ["Document Type", "EID"]
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    for i in records:
        work = works[i]
        references = [
            f"{r['family']} A., {r['title']}, {r['journal'].title()}, {r['volume']}, pp. {r['page']}-{r['page'] + 9}, "
            f"({r['year']})"
            for r in (works[j] for j in cited[i])
        ]
        row = {"Authors": f"{work['family']} A.", "Title": work["title"], "Year": work["year"], "DOI": work["doi"]}
        row |= {"Source title": work["journal"].title(), "Volume": work["volume"], "Page start": work["page"]}
        row |= {"Page end": work["page"] + 9, "References": "; ".join(references), "Document Type": "Article"}
        writer.writerow({**row, "EID": f"2-s2.0-{i:011d}"})
    return file.getvalue()
