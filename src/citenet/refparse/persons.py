"""Labelled spans of one list of people put together to names, ``"Family, Given"``."""

from __future__ import annotations

import re

from citenet._support.patterns import regex
from citenet.refparse.bodies import BODY, closed, is_body
from citenet.refparse.spans import Span
from citenet.refparse.tokens import DICTIONARIES
from citenet.refparse.weights import load_lexicon

__all__ = ["is_given", "is_place", "names"]

_SEPARATORS = regex(r"\s*[,;]\s*")
_PARTICLES = regex(r"(?:(?:da|das|de|del|della|den|der|di|do|dos|du|e|la|le|v|van|von|zu|zur)\b\.?\s?)+")
_INITIALS = regex(r"(.*[^\W\d_A-Z][\w’'-]*) ([A-ZÀ-Ý]{1,5})")
# What always stands between two people.
_BETWEEN = regex(
    r"[;/&|·]|(?:^|[\s,])(?:and|und|et|y|e|en|og|och|u\.)(?=\s|$)|(?:arbeit|wirkung|collaboration|assistance) ",
    re.IGNORECASE,
)
# unter Mitarbeit von Anna Korzekwa; in collaboration with …
_HELPED = regex(
    r"[\s,(]*\b(?:(?:unter|in) (?:Mit(?:arbeit|wirkung)|Zusammenarbeit) (?:von|mit)"
    r"|(?:in|with the) (?:collaboration|cooperation|assistance) (?:with|of))\b"
)
_HELPS = ("arbeit ", "wirkung ", "collaboration ", "cooperation ", "assistance ")
_BEHIND = regex(rf"{_PARTICLES.pattern[:-1]}*(?:\b[^\W\d_a-zß-ÿ]{{1,4}})?")  # da; de CP
_PARTICLES_BEHIND = regex(r"(?: (?:van|von|de|der|den|da|do|dos|du|ter))+\Z")  # Vries H de
_SPELLED = regex(r"[^\W\d_]['’]?[^\W\d_A-ZÀ-Ý]{2}")  # a name of more than initials
# Nieto Vera J, Senn H-J, Fernandes R de CP, Silva MRF da
_LAST_INITIALS = regex(
    r"([^\s.]+?(?: [^\s.]+?)*?) ((?:[A-ZÀ-Ý]{1,5}(?:-[A-ZÀ-Ý])?)(?: [A-ZÀ-Ý]{1,3})?"
    r"(?: (?:da|das|de|do|dos|e|van|von)(?: [A-ZÀ-Ý]{1,3})?)*(?: (?:Jr|Sr|II|III|2nd|3rd))?)"
)
_INITIALS_BEHIND = regex(r"[^,.]+, (?:[^\W\d_a-z]\.?[ -]?){1,4}")  # PHU HUONG LAN, N.
_INITIALS_ALONE = regex(r"\s?(?:[^\W\d_a-z]\.?[ -]?){1,4}\s*(?:[,;&/]|(?:and|und|et|e|y)\b|\Z)")  # EL-NAGA, T.R.A.
_SUFFIX = regex(r"(?:\d{1,3} )?(.*[^\W\d_]{2}.*?),? (Jr\.?|Sr\.?|II|III)")  # Crowley Jr
_NO_INITIALS = frozenset({"II", "III", "IV", "JR", "SR"})
_GLUED = regex(
    r"(?!Ma?c)([^\W\d_a-zß-ÿ][^\W\d_A-ZÀ-Þ]{2,})([^\W\d_a-zß-ÿ][^\W\d_A-ZÀ-Þ]{2,}(?:[-‐‑]\w+)?)"
)  # EdwardMiguel
# No name stands behind it: Pohl, Dietmar (o. J.)
_ASIDE = regex(r"[(\[]\s?(?:o\.\s?J|i\.\s?E|im (?:Ersch|Druck)|in (?:Begut|press)|Orig|\d{4})")
# T. v. Trotha
_LAST_PARTICLE = regex(
    r"((?:[^\W\d_a-z]\.[ -]?)+) ?((?:v\.|von|van|de|du|la|zu)(?: (?:d\.|der|den|la))? [^\W\d_a-z][\w’'-]+)"
)
# CAMPOS, Gastão Wagner de Sousa
_CAPITALS_FIRST = regex(r"(?=[^,]{3})[^\W\d_a-zß-ÿ][^,a-zß-ÿ]*, [^,;&/]*[a-zß-ÿ][^,;&/]*\.?")
_FULL_NAME = regex(
    r"([^\W\d_a-z][\w’'-]*[^\W\d_A-Z][\w’'-]*(?: [^\W\d_a-z]\.?)*) ([^\W\d_a-z][\w’'-]*[^\W\d_A-Z][\w’'-]*)"
)
_HYPHENS = "-‐‑"
_GIVEN, _PLACE = DICTIONARIES.index("given"), DICTIONARIES.index("place")
_EDGES = ' ,.;:()[]/&"“”*'
_OPEN_EDGES = _EDGES.replace(".", "")  # a stop belongs to an initial


def names(text: str, found: list[Span]) -> str | None:
    """Names of one list of people, ``"Family, Given; Group"``."""
    if "(" in text or "[" in text:
        aside = _ASIDE.search(text)
        found = [span for span in found if span.start < aside.start()] if aside else found
    if found and (behind := _PARTICLES_BEHIND.match(text, found[-1].end)):
        found = [*found[:-1], found[-1]._replace(end=behind.end())]
    if any(map(text.__contains__, _HELPS)):
        found = _without_help(text, found)
    parts = _parts(text, _whole(text, found))
    if is_body(text, len(parts), is_given):
        return closed(text.strip(_EDGES))
    orders = [[span.field for span in part] for part in parts]
    persons = [_person(text, part, order) for part, order in zip(parts, orders, strict=True)]
    if ";" not in text:
        persons = [one for person in persons for one in _as_two(person)]
    if ["given", "family"] in orders:
        persons = [_like_others(person) for person in persons]
    return "; ".join(filter(None, map(_written, persons))) or None


def _without_help(text: str, found: list[Span]) -> list[Span]:
    """Spans without the words "unter Mitarbeit von" between people."""
    helped = _HELPED.search(text)
    if helped is None:
        return found
    kept: list[Span] = []
    for span in found:
        if span.end <= helped.start() or span.start >= helped.end():
            kept.append(span)
        elif span.end > helped.end():
            kept.append(span._replace(start=helped.end(), begins=True))
    return kept


def _as_two(person: dict[str, str]) -> list[dict[str, str]]:
    """People of what was taken for one inverted name: Ashish Vaswani, Noam Shazeer, but not García Ruiz, Juan José."""
    if len(person) != 2 or " " not in person.get("family", "") or " " not in person.get("given", ""):
        return [person]
    both = [_FULL_NAME.fullmatch(person[field].strip(_EDGES)) for field in ("family", "given")]
    full = [{"given": name[1], "family": name[2]} for name in both if name and not is_given(name[2])]
    return full if len(full) == 2 and any(is_given(name["given"].split(" ")[0]) for name in full) else [person]


def _like_others(person: dict[str, str]) -> dict[str, str]:
    """Given and family name of what stands in a list of such: Ashish Vaswani, Noam Shazeer."""
    whole = "".join(person.values())
    full = _FULL_NAME.fullmatch(whole.strip(_EDGES)) if len(person) == 1 else None
    return {"given": full[1], "family": full[2]} if full and not BODY.search(whole) else person


def _whole(text: str, found: list[Span]) -> list[Span]:
    """Spans of which none ends inside a hyphenated name: ``ABD-ALLA``, ``Hans-Jürgen``."""
    if not any(map(text.__contains__, _HYPHENS)):
        return found
    whole: list[Span] = []
    for span in found:
        last = whole[-1] if whole else None
        if last and last.end == span.start and (text[span.start] in _HYPHENS or text[span.start - 1] in _HYPHENS):
            if (blank := text.find(" ", span.start, span.end)) < 0:
                whole[-1] = last._replace(end=span.end)
                continue
            whole[-1] = last._replace(end=blank)
            span = span._replace(start=blank, begins=False)
        whole.append(span)
    return whole


def _parts(text: str, found: list[Span]) -> list[list[Span]]:
    """Spans of each person."""
    parts: list[list[Span]] = []
    part: list[Span] = []
    before: Span | None = None
    semicolons = ";" in text and all(map(_is_one, text.split(";")))
    single = "," in text and _CAPITALS_FIRST.fullmatch(text.strip()) is not None
    for span in found:
        if before and (semicolons or single) and not _BETWEEN.search(text[before.end : span.start]):
            part.append(span)
        elif before is None or _begins(text, part, before, span):
            part = [span]
            parts.append(part)
        else:
            part.append(span)
        before = span
    return parts


def _is_one(piece: str) -> bool:
    """Whether what stands between semicolons can be one inverted name: not Maren Lübcke, Thomas Malsch."""
    first, _, rest = piece.strip().partition(",")
    return "," not in rest and not (rest and " " in first and is_given(first.split(" ")[0]))


def _begins(text: str, part: list[Span], before: Span, span: Span) -> bool:
    """Whether a span begins another person than the one whose spans came before it."""
    between = text[before.end : span.start + 1]
    between = between if between[-1:].isspace() else between[:-1]
    marks = between.strip(" .")
    step = (before.field, span.field)
    if marks == "," and (step == ("given", "family") and span.begins or step == ("family", "given") and len(part) == 1):
        return span.begins and not (step[1] == "given" and _INITIALS_ALONE.match(text, span.start))  # Smith, J., Jones
    if span.field == "suffix":
        return False
    held = [one.field for one in part]
    if span.field == "group" or "group" in held or (marks and _BETWEEN.search(between)):
        initial = span.end - span.start - text[span.start].isspace() == 1
        return not (initial and marks == ";" and held == ["family"] and span.field == "given")  # Birke; M.
    same = None if marks else _goes_on(text, part, before, span)
    if same is not None:
        return not same
    if span.begins or span.field == "family":
        return span.begins or "family" in held
    if "," not in between or "given" not in held:
        return False
    spelled = _SPELLED.search(text, span.start, span.end) is not None
    first, *others = text[before.start : before.end].split()
    full = before.field == "given" and bool(others) and is_given(first)
    return held[0] == "given" and ("family" in held or full) or "family" in held and spelled


def _goes_on(text: str, part: list[Span], before: Span, span: Span) -> bool | None:
    """Whether a span without a mark before it is the same person's; None where that does not show."""
    held = [one.field for one in part]
    piece, last = text[span.start : span.end].strip(), text[before.start : before.end].strip()
    if held[-1] == span.field == "given" and len(piece) == 1:
        return True
    if "given" in held and _BEHIND.fullmatch(piece) or last[:1].islower() and _PARTICLES.fullmatch(last):
        return True  # Silva MRF da, Fernandes R de CP
    if before.end == span.start and not text[span.start].isspace():
        return not span.begins
    if span.field == "family" and "family" not in held and "suffix" not in held:
        return True  # Y. C. Cho
    if before.end == span.start and held == ["family", "given"] and is_given(last.split(" ")[0]):
        return "," not in text[part[0].end : span.start]  # Frank Olaf Radtke
    return None


def _person(text: str, part: list[Span], order: list[str]) -> dict[str, str]:
    """Family and given name, or group, of one person's spans; ``order`` are their fields."""
    whole = text[part[0].start : part[-1].end].strip()
    if "," in whole and (turned_name := _turned(whole, part)):
        family, given = turned_name
        stop = "." if len(given) == 1 and text[part[-1].end : part[-1].end + 1] == "." else ""
        return {"family": family, "given": given + stop}
    person: dict[str, str] = {}
    for span in part:
        piece = text[span.start : span.end].strip()
        if span.field == "given" and text[span.end : span.end + 1] == ".":
            piece += "."
        field = "given" if "given" in person and "family" in person and span.field == "family" else span.field
        person[field] = f"{person[field]} {piece}" if field in person else piece
    if len(part) > 1 and order[0] == "family" and text[part[0].end] == ",":
        return person
    if "." in whole and (behind := _LAST_PARTICLE.fullmatch(whole)):
        return {"given": behind[1].strip(), "family": behind[2]}
    if "group" in person or "suffix" in person:
        return person
    if "," in whole:
        first, _, rest = whole.partition(",")
        return person if len(person) > 1 or "," in rest else {"family": first, "given": rest.strip()}
    last = None if "." in whole else _LAST_INITIALS.fullmatch(whole)
    if last and last[2].upper() not in _NO_INITIALS and _SPELLED.search(last[1]):
        return {"family": last[1], "given": last[2]}
    first, last_word = whole.partition(" ")[0], whole.rpartition(" ")[2]
    turned = order == ["family", "given"] and (
        "-" in first or not is_given(person["given"].partition(" ")[0])
    )  # Hans-Jürgen Urban
    if (len(person) == 1 or len(part) > 2 or turned) and is_given(first) and _SPELLED.search(last_word):
        return {"group": whole} if BODY.search(whole) else _split(whole)
    return person


def _turned(whole: str, part: list[Span]) -> tuple[str, str] | None:
    """Family and given name where a comma parts them, whatever the model has: CAMPOS, Gastão de Sousa."""
    initials = len(part) > 2 and part[0].field == "family" and _INITIALS_BEHIND.fullmatch(whole)
    family, _, given = whole.partition(",")
    if not (initials and " " in family) and not _CAPITALS_FIRST.fullmatch(whole):
        return None
    return family, given.strip()


def _split(whole: str) -> dict[str, str]:
    """``Karl-Heinz von Ruffmann`` as given and family name; one word is a family name."""
    words = whole.split(" ")
    if len(words) == 1:
        return {"family": whole}
    at = len(words) - 1
    while at > 1 and words[at - 1].islower() and _PARTICLES.fullmatch(words[at - 1]):
        at -= 1
    return {"given": " ".join(words[:at]), "family": " ".join(words[at:])}


def is_given(word: str) -> bool:
    """Whether a word is a given name of the lexicon, or of two of them with a hyphen."""
    lexicon = load_lexicon()
    if word.isalpha():
        return lexicon.get(word.lower(), 0) >> _GIVEN & 1 == 1
    return all(lexicon.get(part.lower(), 0) >> _GIVEN & 1 for part in re.split(r"[-‐‑]", word))


def is_place(word: str) -> bool:
    """Whether a word is a place of the lexicon; many of those are names of people too."""
    return load_lexicon().get(word.lower(), 0) >> _PLACE & 1 == 1


def _is_person(group: str) -> bool:
    """Whether what was taken for a group is a given name and one more word."""
    first, _, rest = group.partition(" ")
    return rest.isalpha() and rest.istitle() and is_given(first) and not BODY.search(rest)


def _written(person: dict[str, str]) -> str | None:
    """``Family, Given`` without marks that would be read as separators."""
    family = _plain(person.get("family", ""), _EDGES)
    given = _plain(person.get("given", ""), _OPEN_EDGES)
    group = _plain(person["group"], _EDGES) if "group" in person else ""
    if family and given and " " in family and (suffix := _SUFFIX.fullmatch(family)):
        family, given = suffix[1], f"{given} {suffix[2]}"
    if group or not (family and given):
        family, given, group = _parted(family, given, group)
        if group:
            return closed(group)
    if person.get("suffix"):
        given = f"{given} {person['suffix'].strip(_EDGES)}".strip()
    given = given.replace(". -", ".-")  # J.-P.
    if not family:
        return given.strip(_EDGES) or None
    return f"{family}, {given}" if given else family


def _parted(family: str, given: str, group: str) -> tuple[str, str, str]:
    """Family, given name and group of what was taken for one of them."""
    whole = group or family or given
    run = _INITIALS.fullmatch(whole) if whole[-1:].isupper() else None
    if run and not (group and " " in run[1]):
        family, given, group = run[1], run[2], ""  # Ferrais ADSN
    if not given and (glued := _GLUED.fullmatch(whole)) and is_given(glued[1]):
        given, family, group = glued[1], glued[2], ""
    if group and _is_person(group):
        given, family = group.split(" ")
        group = ""
    return family, given, group


def _plain(name: str, edges: str) -> str:
    """Without marks at the ends, and with blanks for the marks that separate names."""
    return (_SEPARATORS.sub(" ", name) if "," in name or ";" in name else name).strip(edges)
