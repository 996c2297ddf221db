"""Reference strings set from templates in many languages, with their tags; and the noise that copying adds."""

# ruff: noqa: E501 - word lists and patterns

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lexicon import towns
from names import Person, Style, family_name, group, pool
from titles import varied

HERE = Path(__file__).parent
Segments = list[tuple[str, str]]
Pools = dict[str, dict[str, list[str]]]
_FIELD = re.compile(r"\{(\w)\}")
_OPTIONAL = re.compile(r"\[([^\[\]{}]*\{\w\}[^\[\]]*)\]")
_TAGS = {
    "A": "author", "E": "editor", "T": "title", "C": "container", "Y": "date", "V": "volume", "I": "issue", "P": "pages",
    "U": "publisher", "L": "location", "N": "note", "S": "collection", "D": "url", "X": "note", "M": "note", "O": "other", "Z": "date", "G": "author", "B": "translator", "F": "institution", "H": "title", "R": "container",
}  # fmt: skip
LOCALES = {
    "de": "de_DE de_AT de_DE", "fr": "fr_FR fr_CA", "es": "es_ES es_MX es_CO", "pt": "pt_BR pt_PT", "it": "it_IT",
    "nl": "nl_NL", "no": "no_NO sv_SE da_DK", "en": "en_US en_GB en_US en_GB de_DE fr_FR es_ES it_IT nl_NL sv_SE pl_PL tr_TR cs_CZ ko_latin zh_latin ja_latin ru_latin",
    "ko": "ko_latin", "zh": "zh_latin", "ja": "ja_latin",
}  # fmt: skip
WEIGHTS = {"en": 30, "de": 34, "pt": 11, "es": 8, "fr": 7, "it": 2, "nl": 2, "no": 3, "zh": 2, "ja": 2, "ko": 2}
_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "jan. fev. mar. abr. maio jun. jul. ago. set. out. nov. dez.",
    "en": "January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Sep",
}
_EDITIONS = {
    "de": "2. Aufl.;3., überarb. Aufl.;2. Auflage;4. erweiterte Auflage;Neuausgabe;1. Aufl.",
    "pt": "2. ed;3ª ed.;2ed.;4. ed. rev.", "es": "2a ed.;3ª ed.;2.ª edición", "fr": "2e éd.;3e édition",
    "en": "2nd ed.;3rd edn;Second edition;rev. ed.;2nd edition;4th ed.",
}  # fmt: skip
_KINDS = {
    "en": "PhD thesis;Ph.D. Thesis;Ph.D. dissertation;Master’s thesis;Doctoral dissertation;Diploma thesis;Technical Report;Working Paper;Tech. Rep.;Discussion Paper;Report"
}
_ABBREVIATED = """ArXiv e-prints;ArXiv e-prints;J. Phys. G: Nucl. Part. Phys.;Proc. Natl. Acad. Sci. USA;Phys. Rev. D;Phys. Rev. Lett.;Nucl. Phys. B;Phys. Lett. B;JHEP;Astrophys. J.;ApJ;MNRAS;A&A;Eur. Phys. J. C;J. High Energy Phys.;
Nucl. Instrum. Meth. A;Mod. Phys. Lett. A;Int. J. Mod. Phys. A;Class. Quantum Grav.;Rev. Mod. Phys.;J. Phys. A: Math. Gen.;J. Chem. Phys.;
J. Am. Chem. Soc.;Can. J. Chem.;Angew. Chem. Int. Ed.;Phys. Rev. A;Phys. Rev. B;Phys. Rev.;Science;Nature;Appl. Phys. Lett.;Commun. Math. Phys.;
J. Math. Phys.;Riv. Nuovo Cim.;Lect. Notes Phys.;Annales de l'I.H.P.;J. Cosmology Astropart. Phys.;Adv. High Energy Phys.;Phys. Rev. E;Sci. Rep.;PRL;
Proc. R. Soc. A;Physica A;Nonlinearity;J. Stat. Mech.;Phys. Plasmas;Ann. Phys. (N.Y.);Phys. Rep.;Prog. Theor. Phys.;Z. Phys. C;Comput. Phys. Commun.;JCAP;PoS;AJ;PASP;ApJS;ARA&A;Nucl.Phys.;Phys.Rev.;Phys.Lett.;
New J. Phys.;Phys. Today;Solid State Commun.;J. Org. Chem.;Tetrahedron Lett.;Inorg. Chem.;Chem. Commun.;Helv. Chim. Acta;J. Fluid Mech.;Opt. Lett.;Nat. Phys.""".replace(
    "\n", "").split(";")  # fmt: skip

_MEETINGS = """NeurIPS;ACL;EMNLP;ICML;ICLR;CVPR;NIPS;CHI;SIGIR;KDD;WWW;AAAI;IJCAI;NAACL-HLT;Proc. NAACL;Advances in Neural Information Processing Systems;Proc. of CHI ’15;
SIGMOD;VLDB;ICSE;INTERSPEECH;ECCV;Proceedings of ACL;In Proc. ICASSP;LREC;EACL;USENIX Security;IEEE INFOCOM;OSDI;APNOMS 2009;ICML ’08;LNCS;CoRR;arXiv""".replace(
    "\n", "").split(";")  # fmt: skip

_REPORTERS = {
    "en": "U.S.;F.2d;F.3d;F. Supp. 2d;S. Ct.;Cal.2d;N.E.2d;AC;WLR;All ER;QB;EWCA Civ;CLR",
    "de": "BVerfGE;BGHZ;BGHSt;BVerwGE;BAGE;NJW;NVwZ;JZ;DÖV;NStZ",
}


def vocabulary() -> Pools:
    """Word lists by language and kind."""
    lists: Pools = defaultdict(dict)
    for line in (HERE / "vocabulary.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, kind, items = line.split(" | ", 2)
            lists[language][kind] = items.split(";")
    return lists


def templates() -> dict[str, list[tuple[str, str]]]:
    """Kind and template by language; ``*`` goes to every European language."""
    by_language: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in (HERE / "templates.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        languages, kind, template = line.split(" | ", 2)
        for language in languages.split():
            for one in ("en",) if language == "*" else ("zh", "ja", "ko") if language == "zh" else (language,):
                by_language[one].append((kind, template))
    return by_language


def real(records: Iterable[dict[str, Any]]) -> Pools:
    """Titles, containers, publishers and places of the training references, under "en"."""
    lists: dict[str, list[str]] = defaultdict(list)
    for record in records:
        first: dict[str, str] = {}
        for text, tag in record["segs"]:
            first.setdefault(tag, re.sub(r"\s+", " ", text).strip(" ,.;:\"“”«»()[]'‘’"))
        container = re.sub(r"^(?:In|in|en|dans)\b[:\s]*", "", first.get("container", ""))
        if 12 < len(first.get("title", "")) < 240:
            lists["title"].append(first["title"])
        if container and ("volume" in first or "volissue" in first) and len(container) < 90:
            lists["journal"].append(container)
        elif 8 < len(container) < 140:
            lists["book"].append(container)
        if 2 < len(first.get("publisher", "")) < 50:
            lists["publisher"].append(first["publisher"])
        if 2 < len(first.get("location", "")) < 30:
            lists["place"].append(first["location"])
    return {"en": dict(lists)}


class Setter:
    """Sets references: draws a language, a style for a run of them, and the work."""

    def __init__(self, seed: int, records: Iterable[dict[str, Any]], persons: list[Person]) -> None:
        self.random = random.Random(seed)
        self.words, self.templates = vocabulary(), templates()
        self.real = real(records)["en"]
        self.names, self.persons, self.towns = pool(), persons, towns()

    def references(self, n: int) -> Iterator[dict[str, Any]]:
        """Yield ``n`` records with ``raw``, ``segs`` and ``source``."""
        chance = self.random
        languages = sorted(WEIGHTS)
        for i in range(n):
            language = chance.choices(languages, [WEIGHTS[name] for name in languages])[0]
            kind, template = self._template(language)
            segments = self._fill(language, kind, template)
            if chance.random() < (0.3 if kind.startswith("physics") else 0.16):
                segments = noisy(chance, segments)
            if chance.random() < 0.06:
                number = chance.choice(["{}. ", "[{}] ", "({}) ", "{} "]).format(chance.randint(1, 120))
                segments.insert(0, (number, "number"))
            raw = "".join(text for text, _ in segments)
            yield {"id": f"set:{i}", "source": f"set-{language}", "raw": raw, "segs": segments}

    def _template(self, language: str) -> tuple[str, str]:
        """Weigh kinds, then draw a template of the kind."""
        by_kind: dict[str, list[str]] = defaultdict(list)
        for kind, template in self.templates[language]:
            by_kind[kind].append(template)
        weight = {
            "article": 30,
            "chapter": 20,
            "book": 20,
            "edited": 6,
            "physics": 22,
            "conference": 10,
            "web": 6,
            "report": 5,
            "news": 3,
            "law": 2,
            "patent": 1,
            "data": 2,
        }
        kinds = sorted(by_kind)
        kind = self.random.choices(kinds, [weight.get(name, 4) for name in kinds])[0]
        return kind, self.random.choice(by_kind[kind])

    def _fill(self, language: str, kind: str, template: str) -> Segments:
        chance = self.random
        style = self._style(language, kind)
        work = self._work(language, kind, style)
        if chance.random() < 0.12:
            work.pop("U", None)
        template = _OPTIONAL.sub(lambda m: m[1] if chance.random() < 0.65 else "", template)
        if chance.random() < 0.15 and template.endswith("."):
            template = template[:-1]
        if chance.random() < 0.25 and not template.startswith("{T}"):
            template = re.sub(r"\{D\}\.?$", "", template).rstrip()
        segments: Segments = []
        at = 0
        for found in _FIELD.finditer(template):
            between = template[at : found.start()]
            at = found.end()
            value = work.get(found[1])
            if between == " " and found[1] == "V" and chance.random() < 0.5 and _sectioned(segments):
                between = ""  # Phys. Rev. D59: the letter is the journal's
            if between:
                segments.append((between, "other"))
            if value is None:
                segments += [("", "other")]
            elif isinstance(value, list):
                segments += value
            else:
                segments.append((value, _TAGS[found[1]]))
        segments.append((template[at:], "other"))
        return tidy([segment for segment in segments if segment[0]])

    def _style(self, language: str, kind: str) -> Style:
        style = Style(self.random, mixed=self.random.random() < 0.5)
        if language == "de" and self.random.random() < 0.75:
            style.first_order = "family"
            style.given = self.random.choice(["full", "full", "A.", "A."])
            style.comma = ", "
            style.order = "family" if self.random.random() < 0.8 else "given"
            style.between = self.random.choice(["; ", "/", " / ", ", ", "/"])
            style.last = self.random.choice([style.between, " und ", "/", " & ", "; "])
        if kind.startswith("physics"):
            style.first_order = style.order = "given" if self.random.random() < 0.8 else "family"
            style.given = self.random.choice(["A.", "A.", "A. B.", "A.B."])
            style.between = ", "
        style.role = ""
        style.end = ""
        return style

    def _people(self, language: str, style: Style, tag: str) -> Segments:
        """Names as one segment."""
        chance = self.random
        if language in ("zh", "ja", "ko") and chance.random() < 0.75:
            listed = chance.sample(self.words[language]["name"], chance.choice([1, 1, 2, 2, 3]))
            return [(chance.choice([", ", ",", "，", "; ", "·"]).join(listed) + chance.choice(["", "", "等"]), tag)]
        if chance.random() < (0.06 if tag == "author" else 0.12 if language == "de" else 0.03):
            return [(group(chance), tag)]
        locale = chance.choice([name for name in LOCALES.get(language, LOCALES["en"]).split() if name in self.names])
        family, given = self.names[locale]
        style.suit(locale)
        persons: list[Person] = []
        for _ in range(chance.choice([1, 1, 1, 2, 2, 3, 3, 4, 6])):
            if self.persons and chance.random() < (0.45 if language == "en" else 0.1):
                persons.append(chance.choice(self.persons))
            else:
                persons.append(
                    (
                        family_name(chance, family, locale),
                        [chance.choice(given) for _ in range(chance.choice([1, 1, 2, 2, 3]))],
                    )
                )
        pieces = style.write(persons)
        return [("".join(text for text, _ in pieces).strip(), tag)]

    def _work(self, language: str, kind: str, style: Style) -> dict[str, str | Segments]:
        chance = self.random
        year = str(int(min(2024, max(1890, chance.gauss(2002, 14)))))
        if chance.random() < 0.06:
            year += chance.choice("abc")
        first = chance.choice([chance.randint(1, 400), chance.randint(1, 2500), chance.randint(100, 9999)])
        last = first + chance.randint(1, 40)
        dash = chance.choice(["-", "-", "–", "–", " - ", "—"])
        shown = str(last) if chance.random() < 0.75 else str(last)[-2:]
        pages = f"{first}{dash}{shown}"
        if kind == "law":
            pages = str(first)
        elif kind.startswith("physics") and chance.random() < 0.75:
            pages = str(
                chance.choice(
                    [
                        first,
                        chance.randint(10000, 250000),
                        f"L{chance.randint(1, 90)}",
                        f"0{chance.randint(10000, 99999)}",
                    ]
                )
            )
        elif chance.random() < 0.1:
            letter = chance.choice("SSSeeWHLD")
            number = chance.choice([first, chance.randint(1, 99)])
            pages = chance.choice(
                [f"{letter}{number}", f"S{number}{dash}{number + 7}", f"S{number}{dash}S{number + 7}"]
                + [f"{first}ff.", f"{first}f.", str(first), f"e{first}{last}", f"CD00{first}{last}"]
            )
        work: dict[str, str | Segments] = {
            "A": self._people(language, style, "author"),
            "E": self._people(language, style, "editor"),
            "T": self._title(language),
            "C": self._container(language, kind),
            "Y": year,
            "V": (str(chance.randint(1, 120)) if chance.random() < 0.97 else f"{first}-{first + 1}")
            if not kind.startswith("physics")
            else chance.choice(["", "", "", "", "", "", "A", "B", "D"]) + str(chance.randint(1, 900)),
            "I": self._issue(),
            "P": pages,
            "N": chance.choice(_EDITIONS.get(language, _EDITIONS["en"]).split(";")),
            "D": self._address(kind),
            "M": self._date(language, year),
            "O": "see also the discussion there.",
            "Z": self._full_date(language, year),
            "G": group(chance),
            "B": self._translator(),
            "F": self._listed(language, "university"),
            "H": self._case(),
            "R": chance.choice(_REPORTERS.get(language, _REPORTERS["en"]).split(";")),
        }
        for letter, what in (("U", "publisher"), ("L", "place"), ("S", "series"), ("X", "kind")):
            work[letter] = self._listed(language, what)
        if kind == "thesis" or (kind == "physicsbook" and chance.random() < 0.2):
            work["U"] = self._listed(language, "university")
        return work

    def _issue(self) -> str:
        chance = self.random
        number = chance.randint(1, 12)
        if chance.random() < 0.06:
            suppl = chance.choice(["Suppl", "Suppl.", "suppl", "Supl", "Supplement", "S"])
            return chance.choice(
                [
                    f"{suppl} {number}",
                    f"{suppl} {number}",
                    f"{number} {suppl} 1",
                    f"{suppl}{number}",
                    "Spec No",
                    "December",
                    "RR-1",
                    f"{number} Pt 2",
                ]
            )
        return chance.choice(
            [
                str(number),
                str(chance.randint(1, 4)),
                str(chance.randint(1, 4)),
                f"{number}{chance.choice('-/–')}{number + 1}",
            ]
        )

    def _translator(self) -> str:
        family, given = self.random.choice(self.persons) if self.persons else ("Klein", ["P"])
        return f"{' '.join(name if len(name) > 1 else name + '.' for name in given)} {family}"

    def _case(self) -> str:
        """Return the name of a case at law."""
        sides = [self.random.choice(self.persons)[0] if self.persons else "Klein", group(self.random), "United States"]
        return self.random.choice([" v. ", " v "]).join(self.random.sample(sides, 2))

    def _listed(self, language: str, what: str) -> str:
        """Return a publisher, place, series, kind or university of the language, else an English or a real one."""
        chance = self.random
        if what == "place" and language in self.towns and chance.random() < 0.3:
            return chance.choice(self.towns[language])
        own = self.words.get(language, {}).get(what)
        if own and chance.random() < (0.4 if language == "en" and what in self.real else 0.85):
            return chance.choice(own)
        return chance.choice(self.real.get(what) or self.words["en"][what])

    def _title(self, language: str) -> str:
        """Return a title: of the language's words, or a real one; one in seven of an odd form."""
        chance = self.random
        if language in ("zh", "ja", "ko"):
            return self._phrase(self.words[language])
        title = self._plain_title(language)
        if chance.random() < 0.14:
            families = [chance.choice(self.persons)[0] for _ in range(2)] if self.persons else ["Smith", "Klein"]
            title = varied(chance, title, self.places(language), families)
        return title

    def _plain_title(self, language: str) -> str:
        chance = self.random
        if "frame" not in self.words.get(language, {}) or chance.random() < 0.25:
            return chance.choice(self.real["title"])
        words = self.words[language]
        title = self._phrase(words)
        extra = chance.random()
        if extra < 0.28:
            title += chance.choice([": ", ". ", ". ", " – "]) + self._phrase(words)
        elif extra < 0.33:
            title += chance.choice(["", " (1945–1990)", " 1950-2000", " 2010", " 2018/19"])
        return title

    def places(self, language: str) -> list[str]:
        """Places that the language's publishers print."""
        return self.words.get(language, {}).get("place") or self.real["place"]

    def _phrase(self, words: dict[str, list[str]]) -> str:
        frame = self.random.choice(words["frame"])
        frame = re.sub(r"\{N\}", lambda _: self._capital(self.random.choice(words["noun"])), frame)
        return self._capital(re.sub(r"\{n\}", lambda _: self.random.choice(words["noun"]), frame))

    @staticmethod
    def _capital(text: str) -> str:
        return text[:1].upper() + text[1:]

    def _container(self, language: str, kind: str) -> str:
        chance = self.random
        own = self.words.get(language, {})
        if kind == "physics":
            name = chance.choice(_ABBREVIATED) if chance.random() < 0.7 else chance.choice(self.real["journal"])
            if chance.random() < 0.5:
                name = re.sub(r"\.? ([A-H])\Z", lambda m: chance.choice([".{}", ". {}", "., {}"]).format(m[1]), name)
            return name
        if kind == "meeting":
            return chance.choice(_MEETINGS)
        if kind == "news":
            return chance.choice(own.get("news") or self.words["en"]["news"])
        if kind in ("chapter", "conference", "physicsbook"):
            if kind == "conference" or "frame" not in own or chance.random() < 0.2:
                return chance.choice(self.real["book"])
            return self._plain_title(language)
        if "journal" in own and chance.random() < (0.15 if language == "en" else 0.7):
            return chance.choice(own["journal"])
        return chance.choice(self.real["journal"])

    def _address(self, kind: str) -> str:
        chance = self.random
        number = chance.randint(1000, 99999)
        arxiv = chance.choice([
            f"arXiv:{chance.randint(7, 24):02d}{chance.randint(1, 12):02d}.{number:05d}",
            f"arXiv:{chance.choice(['hep-th', 'hep-ph', 'astro-ph', 'cond-mat', 'gr-qc', 'quant-ph'])}/{chance.randint(9, 99):02d}{chance.randint(1, 12):02d}{chance.randint(1, 999):03d}",
        ])  # fmt: skip
        if kind == "preprint" or kind.startswith("physics"):
            return chance.choice([arxiv, arxiv.removeprefix("arXiv:")]) if kind != "preprint" else arxiv
        doi = f"10.{chance.randint(1001, 9999)}/{chance.choice(['j.abc', 's1234', 'nature', 'jama', 'S0140-6736'])}.{number}"
        if kind == "article":
            return chance.choice(
                [f"doi:{doi}", f"https://doi.org/{doi}", f"doi: {doi}", f"DOI {doi}", doi, f"PMID: {number}123"]
            )
        host = chance.choice(
            ["www.example.org", "www.who.int", "www.destatis.de", "europa.eu", "www.gov.br", "www.bmfsfj.de"]
        )
        return (
            chance.choice(["http://", "https://", ""])
            + f"{host}/{chance.choice(['docs', 'publikationen', 'pdf', 'report'])}/{number}{chance.choice(['.pdf', '.html', '/', ''])}"
        )

    def _date(self, language: str, year: str) -> str:
        """Return a day and month, mostly with the year."""
        chance = self.random
        if chance.random() < 0.15:
            return f"{chance.choice(_MONTHS.get(language, _MONTHS['en']).split())} {chance.randint(1, 28)}"
        return self._full_date(language, year)

    def _full_date(self, language: str, year: str) -> str:
        chance = self.random
        month = chance.choice(_MONTHS.get(language, _MONTHS["en"]).split())
        day, year = chance.randint(1, 28), year[:4]
        number, de = chance.randint(1, 12), " de" if language in ("pt", "es") else ""
        return chance.choice(
            [
                f"{day}.{number}.{year}",
                f"{day:02d}.{number:02d}.{year}",
                f"{day:02d}-{number:02d}-{year}",
                f"{year}-{number:02d}-{day:02d}",
                f"{day}. {month} {year}",
                f"{day}{de} {month}{de} {year}",
                f"{day}{de} {month}{de} {year}",
                f"{month} {day}, {year}",
                f"{year}, {month} {day}",
                f"{month} {year}",
            ]
        )


def _sectioned(segments: Segments) -> bool:
    """Whether what was set last is a journal of sections, ``Phys. Rev. D``."""
    text, tag = segments[-1]
    return tag == "container" and re.search(r"[. ][A-H]\Z", text) is not None


def tidy(segments: Segments) -> Segments:
    """Without doubled stops where a field ends in one, and with the blank that then misses."""
    made: Segments = []
    for text, tag in segments:
        if made and made[-1][0]:
            last = made[-1][0][-1]
            if last in ".?!" and text[:1] in ".," and tag == "other" and not (last == "." and text[:1] == ","):
                text = text[1:]
        if text:
            made.append((text, tag))
    return made


def copied(seed: int, records: Iterable[dict[str, Any]], n: int) -> Iterator[dict[str, Any]]:
    """Yield ``n`` of the records once more, as they would be copied out of a PDF."""
    chance = random.Random(seed)
    for record in chance.sample(list(records), n):
        segments = noisy(chance, [(text, tag) for text, tag in record["segs"]])
        yield {**record, "segs": segments, "raw": "".join(text for text, _ in segments)}


def noisy(chance: random.Random, segments: Segments) -> Segments:
    """Do what PDF text and scans do: broken words, lost or doubled blanks, spaced marks, capitals."""
    kind = chance.choice(
        ["hyphen", "hyphen", "lost", "marks", "capitals", "wide", "quotes", "shifted", "shifted", "glued"]
    )
    made: Segments = []
    for text, tag in segments:
        if kind == "hyphen":
            text = re.sub(
                r"([a-zäöüéàõ]{3})([a-zäöüéàõ]{3,})",
                lambda m: m[0] if chance.random() < 0.93 else f"{m[1]}- {m[2]}",
                text,
            )
        elif kind == "lost":
            text = re.sub(r"(?<=[a-z,.;:]) (?=\S)", lambda _: " " if chance.random() < 0.93 else "", text)
        elif kind == "marks":
            text = re.sub(r"([,;:.()])", lambda m: m[0] if chance.random() < 0.7 else f" {m[0]}", text)
        elif (
            kind == "capitals" and tag == "author" or (kind == "capitals" and tag == "title" and chance.random() < 0.1)
        ):
            text = text.upper()
        elif kind == "wide":
            text = text.replace(", ", ",").replace(". ", ".")
        elif kind == "shifted":
            text = re.sub(r"([,.;:)]) ", lambda m: chance.choice([m[0], f" {m[1]}", m[0], f" {m[1]} ", m[1]]), text)
            text = re.sub(r"\(", lambda m: chance.choice([m[0], m[0], "( "]), text)
        elif kind == "glued" and tag in ("title", "container"):
            text = re.sub(r"(?<=[a-z]) (?=\S)", lambda _: " " if chance.random() < 0.85 else "", text)
        elif kind == "quotes":
            text = text.replace("“", '"').replace("”", '"').replace("«", '"').replace("»", '"')
        made.append((text, tag))
    return made
