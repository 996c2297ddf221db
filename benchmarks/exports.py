"""Synthetic exports for the benchmarks of reading: as varied as real ones, and as often the same."""

from __future__ import annotations

import csv
import io
import json
import os
import random
from pathlib import Path

__all__ = ["bibtex_text", "nbib_text", "openalex_text", "real_wos_text", "ris_text", "scopus_text", "wos_text"]

WORDS = [
    "care", "value", "shared", "design", "hospital", "network", "citation", "review", "learning", "public",
    "service", "quality", "improvement", "production", "patient", "health", "knowledge", "theory", "evidence",
    "practice", "policy", "management", "community", "research", "study", "model", "analysis", "trial",
    "outcome", "cost", "safety", "primary", "nursing", "mental", "clinical", "system", "change", "leadership",
    "team", "culture", "user", "experience", "method",
]  # fmt: skip
STEMS = ["Robert", "Lo", "Bate", "Ewert", "Ever", "Batal", "Por", "Osborn", "Rad", "Strok", "Nam", "Loeff", "Bo", "Os"]
ENDS = ["", "son", "den", "ner", "osch", "bisan", "ler", "vaird", "trom", "ter", "cock", "well", "ton", "ville", "man"]
PLAIN = [stem + end for stem in STEMS for end in ENDS]
LATEX = [r"Kjellstr{\"o}m", r"Garc{\'i}a", r"Andersson G{\"a}re", r"{\O}vretveit", r"Nu{\~n}ez", r"M{\"u}ller",
         r"Lef{\`e}vre", r"{\v{S}}koda", r"\'Alvarez", r"Gon{\c c}alves"]  # fmt: skip
UNICODE = ["Kjellström", "García", "Andersson Gäre", "Øvretveit", "Nuñez", "Müller", "Lefèvre", "Škoda", "Gonçalves"]
INITIALS = "ABCDEFGHJKLM"
GIVEN = ["Glenn", "Louise", "Paul", "Benjamin", "Adalbert", "Michael", "Stephen", "Zoe", "Kirsty", "Satish", "Elke"]
LISTS = frozenset(["AU", "AF", "BA", "BF", "BE", "CA", "CR", "C1", "ED"])  # of the Web of Science: a value a line
SCOPUS = ["Authors", "Title", "Year", "Source title", "Volume", "Issue", "Page start", "Page end", "DOI", "Abstract",
          "Author Keywords", "References", "EID"]  # fmt: skip


def words(rng: random.Random, n: int) -> str:
    """Return n words as a sentence begins."""
    return " ".join(rng.choices(WORDS, k=n)).capitalize()


def people(rng: random.Random, accented: list[str]) -> list[str]:
    """Return one to six names, every fifth with an accent."""
    families = [rng.choice(accented if rng.random() < 0.2 else PLAIN) for _ in range(rng.randint(1, 6))]
    return [f"{family}, {rng.choice(GIVEN)} {rng.choice(INITIALS)}." for family in families]


def bibtex_text(n: int, rng: random.Random) -> str:
    """Return entries with accents in most, macros, months, concatenations and an abstract in every second."""
    head = '@string{jhsr = "Journal of Health Services Research"}\n@string{pub = "Public "}\n'
    journals = ["jhsr", 'pub # "Management Review"', "{Quality \\& Safety in Health Care}", "{Social Science}"]
    entries = []
    for i in range(n):
        accent = rng.choice([r" d{\'e}mographiques", "", r" na{\"\i}ve", " {DNA}"])
        abstract = f"  abstract = {{{words(rng, 120)}.}},\n" if i % 2 else ""
        entries.append(
            f"@article{{key{i},\n  author = {{{' and '.join(people(rng, LATEX))}}},\n"
            f"  title = {{{words(rng, 9)}{accent} {i}}},\n  journal = {rng.choice(journals)},\n"
            f"  year = {rng.randint(2019, 2024)},\n  month = {rng.choice(['jan', 'may', 'dec'])},\n"
            f"  volume = {{{i % 90}}},\n  number = {i % 12},\n  pages = {{{i}--{i + 9}}},\n"
            f"  publisher = {{Springer}},\n{abstract}  keywords = {{{', '.join(rng.choices(WORDS, k=5))}}},\n"
            f"  doi = {{10.1000/s{i}-{rng.randint(0, 9)}}}\n}}\n\n"
        )
    return head + "".join(entries)


def ris_text(n: int, rng: random.Random) -> str:
    """Return records with authors, keywords and an abstract."""
    return "".join(
        "TY  - JOUR\n"
        + "".join(f"AU  - {name}\n" for name in people(rng, UNICODE))
        + f"TI  - {words(rng, 9)} {i}\nT2  - Journal of {words(rng, 2)}\nPY  - {rng.randint(2019, 2024)}\n"
        f"VL  - {i % 90}\nIS  - {i % 12}\nSP  - {i}\nEP  - {i + 9}\nSN  - 1234-5678\nLA  - English\n"
        + "".join(f"KW  - {word}\n" for word in rng.choices(WORDS, k=5))
        + f"DO  - 10.1000/s{i}\nUR  - https://example.org/{i}\nAB  - {words(rng, 120)}.\nER  - \n\n"
        for i in range(n)
    )


def nbib_text(n: int, rng: random.Random) -> str:
    """Return records of PubMed."""
    return "".join(
        f"PMID- {i + 1}\nOWN - NLM\nTI  - {words(rng, 8)}\n      {words(rng, 8)}\n"
        + "".join(f"FAU - {name}\nAD  - {words(rng, 12)}\n" for name in people(rng, UNICODE))
        + f"DP  - 2019 May\nJT  - Journal of {words(rng, 2)}\nVI  - 3\nPG  - 1-9\nAID - 10.1000/s{i} [doi]\n"
        f"AB  - {words(rng, 12)}\n" + "".join(f"      {words(rng, 12)}\n" for _ in range(9)) + "\n"
        for i in range(n)
    )


def cited(rng: random.Random, known: list[str]) -> str:
    """Return a cited reference as the Web of Science prints it.

    As in real exports of a few hundred records, 15 % are cited before in the same words (``known``), two thirds have
    a volume and a page, two fifths a DOI, one in forty no author, and a quarter a source that no other reference has.
    """
    if known and rng.random() < 0.15:
        return rng.choice(known)
    name = (
        f"{rng.choice(STEMS)}{rng.choice(ENDS)}{rng.choice(ENDS)} {''.join(rng.choices(INITIALS, k=rng.randint(1, 2)))}"
    )
    author = rng.choice(["[Anonymous]", "*NATL BUR STAT"]) if rng.random() < 0.025 else name
    source = " ".join(rng.choices(WORDS, k=2 if rng.random() < 0.75 else 4))[:20].strip()
    text = f"{author.upper() if rng.random() < 0.5 else author}, {rng.randint(1980, 2020)}, {source.upper()}"
    if rng.random() < 0.65:
        text += f", V{rng.randint(1, 90)}, P{rng.randint(1, 2000)}"
    if rng.random() < 0.4:
        text += f", DOI 10.1000/j.{rng.randint(1, 10**7)}"
    known.append(text)
    return text


def wos_text(n: int, rng: random.Random) -> str:
    """Return tagged records with forty cited references."""
    known: list[str] = []
    records = [
        "PT J\nAU " + "\n   ".join(people(rng, UNICODE)) + f"\nTI {words(rng, 9)}\nSO JOURNAL OF {words(rng, 2)}\n"
        f"LA English\nDT Article\nDE {'; '.join(rng.choices(WORDS, k=5))}\nAB {words(rng, 120)}\nC1 {words(rng, 8)}\n"
        "CR " + "\n   ".join(cited(rng, known) for _ in range(40)) + f"\nNR 40\nTC 3\nPY {rng.randint(2019, 2024)}\n"
        f"VL 3\nIS 2\nBP {i}\nEP {i + 9}\nDI 10.1000/s{i}\nWC {words(rng, 2)}\nSC Health\nUT WOS:{i:015d}\nER\n\n"
        for i in range(n)
    ]
    return "FN Clarivate Analytics Web of Science\nVR 1.0\n" + "".join(records) + "EF\n"


def real_wos_text(n: int, rng: random.Random) -> str:  # noqa: ARG001 - as the others are called
    """Return up to n real records, which are tab-delimited in ``CITENET_DATA``, as tagged text."""
    files = sorted(Path(os.environ.get("CITENET_DATA", "../shared/data"), "eusn_social_networks_wos").glob("*.txt"))
    records: dict[str, str] = {}
    for file in files:
        header, *rows = (line.split("\t") for line in file.read_text(encoding="utf-8-sig").split("\n") if line)
        for row in rows:
            cells = {name: cell.strip() for name, cell in zip(header, row, strict=False) if name and cell.strip()}
            lines = (f"{k} {v.replace('; ', chr(10) + '   ') if k in LISTS else v}\n" for k, v in cells.items())
            records.setdefault(cells["UT"], f"{''.join(lines)}ER\n\n")
    text = "".join([*records.values()][:n])
    return f"FN Clarivate Analytics Web of Science\nVR 1.0\n{text}EF\n" if text else ""


def openalex_text(n: int, rng: random.Random) -> str:
    """Return JSON Lines with forty references and what else a work brings along (about 11 KB a work)."""
    return "".join(json.dumps(openalex_work(i, rng)) + "\n" for i in range(n))


def openalex_work(i: int, rng: random.Random) -> dict[str, object]:
    """Return one work of OpenAlex."""
    topic = {
        "id": f"https://openalex.org/T{i % 4000}",
        "display_name": words(rng, 3),
        "score": 0.9,
        "subfield": {"id": "https://openalex.org/subfields/1", "display_name": words(rng, 2)},
        "field": {"id": "https://openalex.org/fields/1", "display_name": "Medicine"},
        "domain": {"id": "https://openalex.org/domains/4", "display_name": "Health Sciences"},
    }
    authorships = [
        {
            "author_position": "middle",
            "author": {"id": f"https://openalex.org/A{rng.randint(1, 10**9)}", "display_name": f"{given} {family}"},
            "institutions": [{"id": "https://openalex.org/I1", "display_name": words(rng, 3), "country_code": "SE"}],
            "raw_affiliation_strings": [words(rng, 9)],
        }
        for family, _, given in (name.partition(", ") for name in people(rng, UNICODE))
    ]
    return {
        "id": f"https://openalex.org/W{i + 1}",
        "doi": f"https://doi.org/10.1000/s{i}",
        "title": words(rng, 9),
        "publication_year": rng.randint(2019, 2024),
        "ids": {"openalex": f"https://openalex.org/W{i + 1}", "pmid": f"https://pubmed.ncbi.nlm.nih.gov/{i + 1}"},
        "type": "article",
        "primary_location": {"is_oa": True, "source": {"display_name": f"Journal of {words(rng, 2)}"}},
        "authorships": authorships,
        "biblio": {"volume": "3", "issue": None, "first_page": str(i), "last_page": str(i + 9)},
        "primary_topic": topic,
        "topics": [topic] * 3,
        "keywords": [{"id": "https://openalex.org/keywords/x", "display_name": w, "score": 0.5} for w in WORDS[:5]],
        "concepts": [
            {"id": f"https://openalex.org/C{n}", "display_name": w, "score": 0.5} for n, w in enumerate(WORDS)
        ],
        "referenced_works_count": 40,
        "referenced_works": [f"https://openalex.org/W{rng.randint(1, 10**9)}" for _ in range(40)],
        "related_works": [f"https://openalex.org/W{rng.randint(1, 10**9)}" for _ in range(10)],
        "abstract_inverted_index": {word: [1, 2, 3] for word in WORDS},
        "counts_by_year": [{"year": y, "cited_by_count": 3} for y in range(2012, 2024)],
    }


def scopus_text(n: int, rng: random.Random) -> str:
    """Return a Scopus CSV with forty printed references a record."""

    def reference() -> str:
        names = "; ".join(f"{rng.choice(PLAIN)} {rng.choice(INITIALS)}." for _ in range(rng.randint(1, 3)))
        numbers = f"{rng.randint(1, 90)}, {rng.randint(1, 12)}, pp. {rng.randint(1, 900)}-{rng.randint(901, 1900)}"
        return f"{names}, {words(rng, 7)}, J. {words(rng, 1)}, {numbers}, ({rng.randint(1980, 2020)})"

    def row(i: int) -> list[object]:
        authors = "; ".join(f"{rng.choice(UNICODE)} {rng.choice(INITIALS)}." for _ in range(4))
        source, keywords = f"Journal of {words(rng, 2)}", "; ".join(rng.choices(WORDS, k=5))
        bibliographic = [authors, words(rng, 9), rng.randint(2019, 2024), source, 3, 2, i, i + 9, f"10.1000/s{i}"]
        return [*bibliographic, words(rng, 120), keywords, "; ".join(reference() for _ in range(40)), f"2-s2.0-{i}"]

    stream = io.StringIO()
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(SCOPUS)
    rows.writerows(row(i) for i in range(n))
    return stream.getvalue()
