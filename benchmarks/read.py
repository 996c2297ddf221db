"""Reading: records a second and ratios against what others need for the same text, measured in one run.

``python benchmarks/read.py`` writes synthetic exports to memory and reads each with citenet and, where it is
installed, with the peer: bibtexparser with decoded accents and split names, rispy, `json.loads` alone. metaknowledge
is timed on a file, as it reads nothing else.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable

from citenet.io import bibtex, nbib, openalex, ris, wos
from citenet.io._records import Records

WORDS = ["care", "value", "shared", "design", "hospital", "network", "citation", "review", "learning", "public"]


def timed(run: Callable[[], object]) -> float:
    """Return seconds of the faster of two runs."""
    best = float("inf")
    for _ in range(2):
        begin = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - begin)
    return best


def title(rng: random.Random) -> str:
    """Return eight words."""
    return " ".join(rng.choices(WORDS, k=8)).capitalize()


def bibtex_text(n: int, rng: random.Random) -> str:
    """Return entries with accents in every second name."""
    names = [r"Kjellstr{\"o}m, Sofia", r"Garc{\'i}a, Jos{\'e}", "Robert, Glenn", "van der Geest, Sjaak"]
    return "".join(
        f"@article{{key{i},\n  author = {{{' and '.join(rng.choices(names, k=3))}}},\n  title = {{{title(rng)} {i}}},\n"
        f"  journal = {{Journal of {rng.choice(WORDS)}}},\n  year = {rng.randint(1990, 2024)},\n"
        f"  volume = {{{i % 90}}},\n"
        f"  pages = {{{i}--{i + 9}}},\n  doi = {{10.1000/{i}}}\n}}\n"
        for i in range(n)
    )


def ris_text(n: int, rng: random.Random) -> str:
    """Return records with three authors and five keywords."""
    return "".join(
        f"TY  - JOUR\nAU  - Robert, Glenn\nAU  - Locock, Louise\nAU  - van der Geest, S.\nTI  - {title(rng)} {i}\n"
        f"T2  - Journal of {rng.choice(WORDS)}\nPY  - {rng.randint(1990, 2024)}\nVL  - 9\nSP  - {i}\nEP  - {i + 9}\n"
        + "".join(f"KW  - {word}\n" for word in rng.choices(WORDS, k=5))
        + f"DO  - 10.1000/{i}\nAB  - {title(rng)} {title(rng)} {title(rng)}\nER  - \n\n"
        for i in range(n)
    )


def nbib_text(n: int, rng: random.Random) -> str:
    """Return records of PubMed."""
    return "".join(
        f"PMID- {i + 1}\nTI  - {title(rng)}\n      {title(rng)}\nFAU - Robert, Glenn\nAU  - Robert G\nDP  - 2019 May\n"
        f"JT  - Journal\nVI  - 3\nPG  - 1-9\nAID - 10.1000/{i} [doi]\nAB  - {title(rng)}\n      {title(rng)}\n\n"
        for i in range(n)
    )


def wos_text(n: int, rng: random.Random) -> str:
    """Return tagged records with forty cited references."""

    def cited() -> str:
        source = rng.choice(WORDS).upper()
        return f"{rng.choice(WORDS).upper()} A, {rng.randint(1980, 2020)}, J {source}, V{rng.randint(1, 90)}, P9"

    records = [
        f"PT J\nAU Robert, G\n   Locock, L\nTI {title(rng)}\nSO JOURNAL\nDT Article\nCR "
        + "\n   ".join(cited() for _ in range(40))
        + f"\nNR 40\nPY 2019\nVL 3\nBP 1\nEP 9\nUT WOS:{i:015d}\nER\n\n"
        for i in range(n)
    ]
    return "FN Clarivate Analytics Web of Science\nVR 1.0\n" + "".join(records) + "EF\n"


def openalex_text(n: int, rng: random.Random) -> str:
    """Return JSON Lines with forty references and what else a work brings along."""
    return "".join(
        json.dumps(
            {
                "id": f"https://openalex.org/W{i + 1}",
                "doi": f"https://doi.org/10.1000/{i}",
                "title": title(rng),
                "publication_year": 2019,
                "type": "article",
                "authorships": [
                    {"author": {"display_name": "Glenn Robert"}, "institutions": [{"display_name": "K"}] * 2}
                ]
                * 4,
                "primary_location": {"source": {"display_name": "Journal"}},
                "primary_topic": {"display_name": "T", "field": {"display_name": "F"}, "domain": {"display_name": "D"}},
                "referenced_works_count": 40,
                "referenced_works": [f"https://openalex.org/W{rng.randint(1, 10**9)}" for _ in range(40)],
                "concepts": [{"id": "https://openalex.org/C1", "display_name": w, "score": 0.5} for w in WORDS],
                "abstract_inverted_index": {word: [1, 2, 3] for word in WORDS},
                "counts_by_year": [{"year": y, "cited_by_count": 3} for y in range(2012, 2024)],
            }
        )
        + "\n"
        for i in range(n)
    )


def by_bibtexparser(text: str) -> object:
    """Read with decoded LaTeX and split names, as its documentation has it."""
    import bibtexparser
    from bibtexparser import middlewares as m

    layers = [m.SeparateCoAuthors(), m.SplitNameParts(), m.LatexDecodingMiddleware()]
    return bibtexparser.parse_string(text, append_middleware=layers)


def by_rispy(text: str) -> object:
    """Read with rispy."""
    import rispy

    return rispy.loads(text)


def by_json(text: str) -> object:
    """Parse each line, nothing more."""
    return [json.loads(line) for line in text.splitlines()]


def main() -> None:
    """Print a line for each format."""
    rng = random.Random(7)
    jobs = [
        ("BibTeX", bibtex, bibtex_text(4_000, rng), 4_000, by_bibtexparser, "bibtexparser, its full pipeline"),
        ("RIS", ris, ris_text(5_000, rng), 5_000, by_rispy, "rispy"),
        ("PubMed", nbib, nbib_text(5_000, rng), 5_000, None, ""),
        ("WoS tagged", wos, wos_text(1_000, rng), 1_000, None, ""),
        ("OpenAlex JSONL", openalex, openalex_text(5_000, rng), 5_000, by_json, "json.loads alone"),
    ]
    for name, module, text, n, peer, who in jobs:

        def ours(module: object = module, text: str = text) -> None:
            module.read(text, Records("benchmark"))

        seconds = timed(ours)
        line = f"{name:15} {n / seconds:9,.0f} records/s"
        if peer is not None:
            try:
                theirs = timed(lambda peer=peer, text=text: peer(text))
            except ImportError:
                line += f"   ({who}: not installed)"
            else:
                line += f"   {theirs / seconds:6.2f} x {who} ({n / theirs:,.0f} records/s)"
        print(line)


if __name__ == "__main__":
    main()
