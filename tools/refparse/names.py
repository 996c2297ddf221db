"""Author lists with labels: the annotated ones, and rendered ones in the conventions of many styles."""

# ruff: noqa: E501 - word lists and patterns

from __future__ import annotations

import html
import importlib
import random
import re
from collections.abc import Iterator
from pathlib import Path

from data import Example
from lexicon import LOCALES

from citenet.refparse.tokens import tokenize

_AUTHOR = re.compile(r"<author>(.*?)</author>", re.DOTALL)
_PART = re.compile(
    r"<(surname|lastname|forename|middlename|suffix|title|roleName)>(.*?)</\1>|<[^>]+>|([^<]+)", re.DOTALL
)
_FIELD = {"surname": "family", "lastname": "family", "forename": "given", "middlename": "given", "suffix": "suffix"}
_PARTICLES = [
    "v.",
    "da",
    "van",
    "de",
    "von",
    "van der",
    "da",
    "dos",
    "del",
    "de la",
    "di",
    "le",
    "van den",
    "zu",
    "den",
    "Le",
    "De",
    "Van",
    "El",
]
GROUPS = """World Health Organization|WHO|OECD|European Commission|United Nations|UNESCO|Statistisches Bundesamt|World Bank|
Department of Health|National Institute for Health and Care Excellence|American Psychological Association|CDF Collaboration|
ATLAS Collaboration|The ALEPH Collaboration|Planck Collaboration|LHCb Collaboration|Ministério da Saúde|Instituto Nacional de Estadística|
Bundesministerium für Bildung und Forschung|BMFSFJ|Deutscher Bundestag|Bertelsmann Stiftung|European Union|Centers for Disease Control and Prevention|
National Research Council|Institute of Medicine|Royal College of Nursing|The Health Foundation|Amnesty International|Human Rights Watch|
International Labour Organization|Food and Agriculture Organization of the United Nations|Brasil|Brazil. Ministry of Health|
Organisation for Economic Co-operation and Development|Ministère de la Santé|Haute Autorité de Santé|Istituto Nazionale di Statistica|
Eurostat|U.S. Census Bureau|US Department of Education|Pew Research Center|Stiftung Wissenschaft und Politik|Deutsche Gesellschaft für Soziologie|
NICE|IPCC|R Core Team|R Development Core Team|SPSS Inc|Google Inc|StataCorp|Sozialistische Partei Deutschlands|Die Grünen|CDU/CSU|
Socialstyrelsen|Statistisk sentralbyrå|Rijksinstituut voor Volksgezondheid|Conselho Nacional de Saúde|GBD 2019 Collaborators|
Working Group on Blood Pressure|Diabetes Prevention Program Research Group|UK Prospective Diabetes Study Group|EuroQol Group""".replace(
    "\n", ""
).split("|")  # fmt: skip

Person = tuple[str, list[str]]  # family name, given names
_BODIES = {
    "en": ("Ministry of {}|Department of {}|National Institute for {}|Royal College of {}|Centre for {}|{} Research Group|{} Study Group|"
           "{} Working Party|Committee on {}|American {} Association|European Society of {}|{} Collaborators|International {} Organization|"
           "{} Foundation|Office for {}|Commission on {}|National {} Council|{} Trial Investigators|Panel on {}|Institute of {}",
           "Health|Education|Cardiology|Statistics|Nursing|Psychiatry|the Environment|Energy|Labour|Agriculture|Justice|Innovation|Diabetes|Heart Failure"),
    "pt": ("Ministério da {}|Secretaria de Estado da {}|Instituto Brasileiro de {}|Associação Brasileira de {}|Brasil. Ministério da {}|"
           "Universidade Federal de {}|Conselho Nacional de {}|Agência Nacional de {}|BRASIL. Ministério da {}|São Paulo (Estado). Secretaria da {}",
           "Saúde|Educação|Justiça|Cultura|Vigilância Sanitária|Geografia e Estatística|Agricultura|Previdência Social|Fazenda"),
    "es": ("Ministerio de {}|Instituto Nacional de {}|Secretaría de {}|Asociación Española de {}|Consejo de {}",
           "Salud|Educación|Estadística|Justicia|Trabajo|Medio Ambiente"),
    "de": ("Bundesministerium für {}|Statistisches Amt für {}|Deutsche Gesellschaft für {}|Institut für {}|Landesamt für {}|Verband der {}|Bundesanstalt für {}",
           "Gesundheit|Bildung|Arbeit und Soziales|Umwelt|Wirtschaft|Verkehr|Familie, Senioren, Frauen und Jugend"),
    "no": ("{}direktoratet|Statens {}institutt|{}departementet|Norsk institutt for {}|Norges {}forbund", "helse|utdannings|miljø|arbeids|kunnskaps|forsknings"),
    "fr": ("Ministère de la {}|Haut Conseil de la {}|Institut national de la {}|Observatoire de la {}", "Santé|Culture|Justice|Statistique|Recherche"),
}  # fmt: skip


def group(random_: random.Random) -> str:
    """Return the name of an organisation."""
    if random_.random() < 0.4:
        return random_.choice(GROUPS)
    frames, topics = _BODIES[random_.choice(sorted(_BODIES))]
    name = random_.choice(frames.split("|")).format(random_.choice(topics.split("|")))
    if random_.random() < 0.2:
        short = "".join(word[0] for word in name.split() if word[0].isupper())
        name = (
            random_.choice([f"{name} ({short})", f"{name} [{short}]", f"{short} – {name}"]) if len(short) > 1 else name
        )
    return name[:1].upper() + name[1:]


def family_name(random_: random.Random, family: list[str], locale: str) -> str:
    """Return a family name: plain, with a particle, of two names, or with what the Portuguese put behind."""
    name = random_.choice(family)
    iberian = locale[:2] in ("es", "pt")
    if random_.random() < 0.09:
        name = f"{random_.choice(_PARTICLES)} {name}"
    double = random_.random()
    if double < (0.36 if iberian else 0.12):
        between = "-" if double < 0.08 else random_.choice([" e ", " y ", " "]) if iberian and double < 0.12 else " "
        name += between + random_.choice(family)
    if iberian and random_.random() < 0.07:
        name += " " + random_.choice(["Filho", "Neto", "Júnior", "Junior", "Jr", "Sobrinho"])
    if random_.random() < 0.01:
        name = random_.choice(["O’", "O'", "O’ ", "D’"]) + name
    return name


def annotated(folder: Path) -> Iterator[Example]:
    """Yield the lists of the GROBID corpus of names in citations."""
    for path in sorted(folder.glob("*.xml")):
        for found in _AUTHOR.finditer(path.read_text(encoding="utf-8")):
            pieces = []
            for part in _PART.finditer(re.sub(r"\s+", " ", found[1])):
                text = html.unescape(part[2] or part[3] or "")
                pieces.append((text, _FIELD.get(part[1] or "", "o")))
            made = _label(pieces, "grobid-names")
            if made:
                yield made


def _label(pieces: list[tuple[str, str]], source: str) -> Example | None:
    """Tokens and labels of text pieces; a person begins where a part comes that the last person already has."""
    tokens: list[str] = []
    labels: list[str] = []
    held: set[str] = set()
    last = ""
    parts = _whole_names(pieces)
    for text, field, begins in parts:
        glue = bool(tokens) and not text.startswith(" ") and not last.endswith(" ")
        part = tokenize(text if glue or not tokens else " " + text.lstrip())
        if not part:
            last = text or last
            continue
        last = text
        for i, token in enumerate(part):
            word = token.lstrip()
            inner = word[0].isalnum() or (i and i < len(part) - 1 and word in "-‐–'’´`/,&:")
            label = field if field != "o" and (inner or field == "group") else "o"
            if word in ".,;" and i == len(part) - 1:
                label = "o"
            tokens.append(token)
            labels.append(f"B-{label}" if begins and label != "o" and i == 0 else label)
        held.add(field)
    return Example(tokens, labels, source) if "".join(set(labels)) != "o" and tokens else None


def _whole_names(pieces: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    """Mark where persons begin: at a part of a kind that the person has, once both kinds or a separator have come."""
    marked: list[tuple[str, str, bool]] = []
    held: set[str] = set()
    separated = True
    for text, field in pieces:
        if field == "o":
            separated = separated or bool(re.search(r"[,;/&a-z]", text))
            marked.append((text, field, False))
            continue
        if field == "group":
            begins = True
        elif field == "suffix":
            begins = False
        else:
            begins = (
                not held
                or (field in held and not (field == "given" and not separated))
                or held >= {"family", "given"}
                and separated
            )
            if field == "given" and held == {"family", "given"} and not separated:
                begins = False
            if field == "given" and "given" in held and "family" in held and separated:
                begins = True
        if begins:
            held = set()
        held.add(field)
        separated = False
        marked.append((text, field, begins))
    return marked


# Names that the locales lack, as they are printed in Latin letters.
_ROMANISED = {
    "ko_latin": (
        "Kim|Lee|Park|Choi|Jung|Jeong|Kang|Cho|Yoon|Jang|Lim|Im|Han|Oh|Seo|Shin|Kwon|Hwang|Ahn|Song|Ryu|Yoo|Hong|Jeon|Ko|Moon|Son|Yang|Bae|Baek|Heo|Nam|Noh|Ha|Ryoo|Rhee|Yi|Yeo|Chung|Kwak|Sung|Cha|Joo|Woo|Min",
        "Jae Dong Sung Hyun Young Min Seung Ji Hye Soo Kyung Eun Hee Joon Woo Sang Chang Ki Tae Jin Ho Hong In Mi Sun Yeon Yong Byung Hwan Kwang Myung Jong Chul Won Bok Yeop Hoon",
    ),
    "zh_latin": (
        "Wang|Li|Zhang|Liu|Chen|Yang|Huang|Zhao|Wu|Zhou|Xu|Sun|Ma|Zhu|Hu|Guo|He|Lin|Gao|Luo|Zheng|Liang|Xie|Tang|Deng|Feng|Han|Cao|Zeng|Peng|Xiao|Cai|Pan|Tian|Dong|Yuan|Yu|Jiang|Du|Ye|Cheng|Wei|Su|Lu|Ding|Ren|Shen|Yao|Fu|Zhong|Jia|Ai|Ge|Duan|Chang|Hsu|Tsai|Kuo|Chiang|Wong|Chan|Cheung",
        "Xiao Ming Wei Jun Hua Ping Li Jing Yi Shi De Zhen Duo Jie Mo Lin Yan Hong Bo Tao Qiang Lei Fang Yu Xin Jian Guo Chun Mei Ying Zhi Gang Hao Feng Long Yun Peng Kai Rong Sheng Hui Yang Dan Cheng Wen Bin Ting Na Chao",
    ),
    "ja_latin": (
        "Sato|Suzuki|Takahashi|Tanaka|Watanabe|Ito|Yamamoto|Nakamura|Kobayashi|Kato|Yoshida|Yamada|Sasaki|Yamaguchi|Matsumoto|Inoue|Kimura|Hayashi|Shimizu|Yamazaki|Mori|Abe|Ikeda|Hashimoto|Yamashita|Ishikawa|Nakajima|Maeda|Fujita|Ogawa|Goto|Okada|Hasegawa|Murakami|Kondo|Ishii|Saito|Sakamoto|Endo|Aoki|Fujii|Nishimura|Fukuda|Ota|Miura|Fujiwara|Okamoto|Matsuda|Nakagawa|Nakano|Harada|Ono|Tamura|Takeuchi|Kaneko|Wada|Nakayama|Ishida|Ueda|Morita",
        "Kenji|Takashi|Hiroshi|Akira|Makoto|Yuki|Naoki|Shigeru|Masahiro|Kazuhiko|Taro|Ichiro|Haruka|Yoko|Keiko|Tomoko|Yumi|Mariko|Satoshi|Koji|Shinji|Tetsuya|Daisuke|Yasuhiro|Noriko|Jun|Osamu|Minoru|Yoshio|Hideo|Kazuo|Toshiyuki",
    ),
    "ru_latin": (
        "Ivanov|Petrov|Sidorov|Kuznetsov|Smirnov|Popov|Volkov|Sokolov|Lebedev|Kozlov|Novikov|Morozov|Pavlov|Romanov|Zakharov|Manin|Vaintrob|Zeldovich|Shifman|Vainshtein|Zakharchenko|Kobzarev|Okun|Gribov|Dokshitzer|Khriplovich|Faddeev|Yakovlev|Chernikov|Tagirov|Fradkin|Tseytlin|Starobinsky|Mukhanov|Belinskii|Lifshitz|Khalatnikov|Shcherbakov|Chetyrkin|Tkachov|Kataev|Larin|Zhitnitsky|Yudin|Shapiro|Berezhiani",
        "Yuri|Yurii|Yakov|Yu|Ya|Alexander|Vladimir|Sergei|Mikhail|Nikolai|Igor|Dmitri|Khristofor|Zhanna|Shamil|Fedor|Lev|Boris|Andrei|Valery|Anatoly|Evgeny|Grigory|Viktor",
    ),
}
_TWO_LETTERS = ("Yu", "Ya", "Zh", "Kh", "Sh", "Ch")  # one letter of theirs: Yu. I. Manin


def romanised() -> dict[str, tuple[list[str], list[str]]]:
    """Family and given names of East Asia and Russia; Korean and Chinese given names of two syllables."""
    names = {}
    for locale, (family, given) in _ROMANISED.items():
        if "|" in given:
            names[locale] = (family.split("|"), given.split("|"))
            continue
        syllables = given.split(" ")
        pairs = [(one, syllables[(7 * i + 3) % len(syllables)]) for i, one in enumerate(syllables)]
        pairs += [(one, syllables[(5 * i + 11) % len(syllables)]) for i, one in enumerate(syllables)]
        joined = [form for a, b in pairs for form in (f"{a}-{b}", f"{a} {b}", f"{a}-{b.lower()}", f"{a}{b.lower()}")]
        names[locale] = (family.split("|"), joined)
    return names


def pool() -> dict[str, tuple[list[str], list[str]]]:
    """Family and given names by locale."""
    names = {}
    for locale in LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        lists = []
        for kinds in (("last_names", "last_names_male"), ("first_names", "first_names_male", "first_names_female")):
            listed = [getattr(provider, kind, ()) for kind in kinds]
            lists.append(sorted({str(name) for entry in listed if not isinstance(entry, property) for name in entry}))
        if len(lists[0]) > 50 and len(lists[1]) > 50:
            names[locale] = (lists[0], lists[1])
    return names | romanised()


def rendered(seed: int, n: int, known: list[Person]) -> Iterator[Example]:
    """Yield ``n`` lists written by rule, from ``known`` persons and the names of the locales."""
    random_ = random.Random(seed)
    names = pool()
    locales = sorted(names)
    asian = asian_names()
    for _ in range(n):
        if random_.random() < 0.03 and (made := _label(_asian(random_, asian), "rendered-names")):
            yield made
            continue
        locale = random_.choice(locales)
        family, given = names[locale]
        persons: list[Person] = []
        for _ in range(min(1 + int(random_.expovariate(0.6)), 14)):
            if known and random_.random() < 0.4:
                persons.append(random_.choice(known))
                continue
            name = family_name(random_, family, locale)
            names_ = [random_.choice(given) for _ in range(random_.choice([1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5]))]
            if len(names_) > 1 and random_.random() < 0.3:
                names_[-1] = random_.choice(family).split(" ")[0]  # a middle name that could be a family's
            persons.append((name, names_))
        style = Style(random_)
        style.suit(locale)
        if random_.random() < 0.1:
            style.comma = " "  # Rafelski J., WANG X N
        made = _label(style.write(persons), "rendered-names")
        if made:
            yield made


def asian_names() -> list[list[str]]:
    """Chinese, Japanese and Korean names of the vocabulary."""
    lines = (Path(__file__).parent / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    return [line.split(" | ")[2].split(";") for line in lines if line.split(" | ")[1:2] == ["name"]]


def _asian(random_: random.Random, listed: list[list[str]]) -> list[tuple[str, str]]:
    """Pieces of a list of names that are written in one; families and given names change partners."""
    names = random_.choice(listed)
    between = random_.choice([", ", ", ", "，", "; ", "、", "·", ","])
    pieces: list[tuple[str, str]] = []
    for _ in range(random_.choice([1, 2, 2, 3, 4])):
        family, given = random_.choice(names)[:1], random_.choice(names)[1:]
        pieces += [(between, "o")] * bool(pieces) + [(family + given, "group")]
    return [*pieces, (random_.choice(["", "", "等", " 외", "ほか"]), "o")]


class Style:
    """One way to write a list of people, drawn at random.

    ``mixed`` adds what only the reference around the list makes clear: the first person turned and the others not,
    family names alone, particles behind initials.
    """

    def __init__(self, random_: random.Random, *, mixed: bool = False) -> None:
        pick = random_.choice
        self.mixed = mixed
        self.random = random_
        self.first_order = pick(["family", "family", "family", "given", "given"])
        self.order = self.first_order if random_.random() < 0.85 else "given"
        self.given = pick(
            [
                "A.",
                "A.",
                "A.",
                "A",
                "A",
                "AB",
                "AB",
                "AB",
                "A. B.",
                "A. B.",
                "A.B.",
                "full",
                "full",
                "full B.",
                "full B",
            ]
        )
        if mixed and self.given.startswith("full") and random_.random() < 0.45:
            self.order = "given"  # Haider, Steven, and Gary Solon
        self.comma = pick([", ", ", ", " "]) if self.given in ("AB", "A") else pick([", "] * 16 + [" ", ",", ","])
        self.between = pick(
            [", ", ", ", ", ", "; ", "; ", " / ", "/", " and ", " & "]
            if self.order == "family"
            else [", "] * 8 + ["; ", "; ", "/", " / "]
        )
        if self.order == "family" and self.comma == ", " and self.given == "full":
            self.between = pick(["; ", " / ", "/", " and ", " und ", ", ", ", "])
        word = pick(["and", "and", "and", "&", "&", "und", "y", "e", "et", "en", "og", "och", "u."])
        self.last = (
            self.between
            if self.between in (" and ", " & ")
            else pick([self.between, f" {word} ", f"{self.between.rstrip()} {word} ", f" {word} "])
        )
        self.capitals = random_.random() < 0.12
        self.families = mixed and random_.random() < 0.03  # Grotefels/Lorenz
        self.end = pick(["", "", "", ".", ":", ","])
        self.etal = pick(
            [
                ", et al.",
                " et al.",
                " et al",
                ", et al",
                " u.a.",
                " u. a.",
                " [et al.]",
                " and others",
                " et alii",
                " et coll.",
            ]
        )
        self.role = pick(
            [
                " (Hg.)",
                " (Hrsg.)",
                " (Eds.)",
                ", editors",
                ", eds.",
                " (ed.)",
                " (dir.)",
                " (orgs.)",
                " (coord.)",
                ", Hrsg.",
                " (Ed.)",
            ]
        )

    def suit(self, locale: str) -> None:
        """Write names of East Asia as they often are: DUAN Yi-Shi, AI De-Zhen; Jeong Jae Yeop."""
        if locale in ("ko_latin", "zh_latin") and self.random.random() < 0.4:
            self.first_order = self.order = "family"
            self.given, self.comma, self.between = "full", " ", ", "
            self.last = self.random.choice([", ", " and ", ", and ", " & "])
            self.capitals = self.random.random() < 0.4

    def write(self, persons: list[Person]) -> list[tuple[str, str]]:
        """Pieces of text with their labels."""
        random_ = self.random
        pieces: list[tuple[str, str]] = []
        groups = random_.random()
        if groups < 0.1:
            pieces.append((group(random_), "group"))
            persons = persons[: random_.choice([0, 0, 0, 1, 2])]
        for i, person in enumerate(persons):
            if pieces:
                pieces.append((self.last if i == len(persons) - 1 else self.between, "o"))
            pieces += self._person(person, self.first_order if i == 0 else self.order)
        if persons and 0.1 <= groups < 0.14:
            pieces += [
                (random_.choice([", ", "; ", " (", " [", ", on behalf of the ", " for the "]), "o"),
                (group(random_), "group"),
            ]
        if random_.random() < 0.15:
            pieces.append((self.etal, "o"))
        if random_.random() < 0.12:
            pieces.append((self.role, "o"))
        return [*pieces, (self.end, "o")] if self.end else pieces

    def _person(self, person: Person, order: str) -> list[tuple[str, str]]:
        family, given = person
        family = family.upper() if self.capitals else family
        written = self._given(given)
        suffix = self.random.random() < 0.015
        if not written or self.families or self.random.random() < 0.03:
            return [(family, "family")]
        if order == "given":
            pieces = [(written, "given"), (" ", "o"), (family, "family")]
        else:
            if self.mixed and self.random.random() < 0.02:
                written += f" {self.random.choice(['v.', 'von', 'van', 'de', 'da'])}"  # Hayek, F. A. v.
            pieces = [(family, "family"), (self.comma, "o"), (written, "given")]
        if suffix:
            pieces += [
                (self.random.choice([", ", " "]), "o"),
                (self.random.choice(["Jr.", "Jr", "III", "Sr.", "II"]), "suffix"),
            ]
        return pieces

    def _given(self, given: list[str]) -> str:
        two = [name[:2] for name in given if name.startswith(_TWO_LETTERS)]
        if two and self.given in ("A.", "A. B.", "A.B.", "A") and self.random.random() < 0.5:
            given = [name[:2] if name[:2] in two else name for name in given]
            point, blank = ("" if self.given == "A" else "."), " " if self.given == "A. B." else ""
            return blank.join((name if name in two else name[:1].upper()) + point for name in given if name)
        initials = [re.sub(r"(\w)[\w’']*", r"\1", name).upper() for name in given if name]
        if self.given in ("A", "AB"):
            return "".join(initials if self.given == "AB" else initials[:1])
        if self.given in ("A.", "A. B.", "A.B."):
            return (" " if self.given == "A. B." else "").join(f"{initial}." for initial in initials).replace("-", ".-")
        if self.given == "full":
            return " ".join(name if len(name) > 1 else f"{name}." for name in given)
        point = "." if self.given.endswith(".") else ""
        return " ".join(
            [given[0] if len(given[0]) > 1 else f"{given[0]}.", *(initial + point for initial in initials[1:])]
        )
