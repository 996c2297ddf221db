"""Titles as they also occur: short, with an acronym, a name, a place and year, a question.

A title of a few words is easily taken for an author, one that ends in a place and a year for a container; the corpora
hold too few of them.
"""

# ruff: noqa: E501 - word lists and patterns

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_SMALL = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "and",
        "in",
        "on",
        "for",
        "to",
        "der",
        "die",
        "das",
        "und",
        "de",
        "la",
        "le",
        "les",
        "el",
        "los",
        "las",
        "do",
        "da",
        "os",
        "as",
        "e",
        "y",
        "et",
        "il",
        "lo",
    ]
)
_ACRONYM = [
    "BERT",
    "DeBERTa",
    "SCULLY",
    "Word2vec",
    "XLNet",
    "GPT-3",
    "ESOM-Maps",
    "CASP",
    "UK",
    "SIGN",
    "NICE",
    "EU",
    "PRISMA",
    "SPSS",
    "COVID-19",
    "HIV/AIDS",
    "RNA",
    "DSM-5",
    "NP",
    "2011 Census",
    "2030 Agenda",
]
_SHORT = """Background|Introduction|Preface|Editorial|Foreword|Conclusion|Prefácio|Posfácio|Apresentação|Introdução|Vorwort|Einleitung|Gravitation|
Intentionality|Culture|Mind, Language and Society|Supersizers|Statistics|Microelectronics|Psicometria|Autores|Confissões|Ethics|Economics|
Legislatures|Macbeth|Ulysses|Leviathan|Kapital|Capital|Sein und Zeit|Die Gesellschaft|The City|La Distinction|Discipline and Punish|The Republic|
Electrodynamics|Supersymmetry|Cosmology|Geometry|Algebra|Reinventing Government|Nudge|Freakonomics|The Thought|Bowling Alone|
Annual report 2018/19|Annual Report 2011|Geschäftsbericht 2007/08|Jahresbericht 1999|Rapport annuel 2015|Relatório anual 2012/13""".replace(
    "\n", ""
).split("|")
_PARTS = (
    "II. ",
    "I. ",
    "III. ",
    "Part 2. ",
    "Part I: ",
    "Vol. 1: ",
    "XIII. ",
    "An Introduction",
    "Theory and Practice",
)
_ASIDES = (
    "(in German)",
    "(Hemiptera: Reduviidae)",
    "(ILP)",
    "(review)",
    "(abstract)",
    "(1963–2005)",
    "(SP)",
    "(I)",
    "(with discussion)",
    "(E-book)",
)


def varied(chance: random.Random, title: str, places: Sequence[str], families: Sequence[str]) -> str:
    """Return the title, changed in one of these ways."""
    way = chance.randrange(10)
    words = title.split()
    if way == 0:
        return chance.choice(_SHORT)
    if way <= 2:
        return _shortened(chance, words)
    if way == 3:
        return f"{chance.choice(_ACRONYM)}{chance.choice([': ', ': ', ' and ', ' – '])}{title}"
    if way == 4:
        pair = chance.choice(["-", "–", " and "]).join(chance.choice(families).title() for _ in range(2))
        rest = " ".join(words[-chance.randint(1, 4) :])
        return f"{pair} {rest[:1].lower()}{rest[1:]}"
    if way == 5:
        given = chance.choice(["Mikhail", "Max", "John", "Hannah", "Karl", "Maria", "Émile", "J. S.", "William"])
        rest = chance.choice(
            ["", f": {title}", f" and the {_shortened(chance, words).lower()}", " revisited", "’s legacy"]
        )
        return f"{given} {chance.choice(families).title()}{rest}"
    if way == 6:
        return title.rstrip(" .?!") + "?"
    if way == 7:
        place = chance.choice(places).strip(" .,")
        year = str(chance.randint(1950, 2023))
        return f"{title}{chance.choice([', ', ', ', ' in ', ': '])}{place}{chance.choice(['', '', f', {year}', f' {year}', f', {year}-{int(year) + 5}', ' (SP)'])}"
    if way == 8:
        return f"{title}{chance.choice([': ', ': ', ' - ', ' – '])}{chance.choice(_PARTS)}{_shortened(chance, words)}"
    return f"{title} {chance.choice(_ASIDES)}"


def _shortened(chance: random.Random, words: list[str]) -> str:
    """Return the first words, not ending in a small one."""
    held = words[: chance.randint(1, 4)]
    while len(held) > 1 and held[-1].lower() in _SMALL:
        held.pop()
    return re.sub(r"[\s,.:;(\[“\"«-]+$", "", " ".join(held)) or "Essays"
