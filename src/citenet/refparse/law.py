"""Cases, statutes and acts of the European Union, which are cited by forms of their own and have no author."""

from __future__ import annotations

import re

from citenet._support.patterns import regex
from citenet.refparse.years import ANY_YEAR

__all__ = ["cited_law", "law_review"]

_YEAR = rf"(?P<year>{ANY_YEAR})"
_REPORTER = (
    r"(?P<container>U\.\s?S\.|US|S\.\s?Ct\.|L\.\s?Ed\.(?:\s?2d)?|F\.(?:\s?[23]d|\s?4th)?|F\.\s?Supp\.(?:\s?[23]d)?"
    r"|[ANPS]\.\s?[EWC]?\.?(?:\s?[23]d)|So\.(?:\s?[23]d)?|Cal\.(?:\s?(?:2d|[345]th))?|AC|QB|KB|WLR|CLR|SCR|DLR|NZLR"
    r"|All\s?ER|Ch|Fam|UKHL|UKSC|UKPC|EWCA\s(?:Civ|Crim)|EWHC|HCA|SCC|NZSC|IRLR|CMLR|EHRR)"
)
_CASE = r"(?P<title>(?:In re |Re |Ex parte |R \()?[^\W\d_a-z][^\d\[\]()]{1,90}?(?:\([^()]{1,30}\)[^\d\[\]()]{0,60}?)?)"
_VERSUS = regex(r"[^\d\[\]]{2,90} vs?\.? ")
_FORMS = (
    # Brown v. Board of Education, 347 U.S. 483 (1954)
    regex(
        rf"{_CASE},? (?P<volume>\d{{1,4}}) {_REPORTER} (?P<first_page>\d{{1,5}})[^()]{{0,30}}"
        rf"\((?:[^()]{{0,30}}? )?{_YEAR}\)"
    ),
    # Donoghue v Stevenson [1932] AC 562; … [2005] 1 WLR 134
    regex(rf"{_CASE},? [\[(]{_YEAR}[\])] (?:(?P<volume>\d{{1,3}}) )?{_REPORTER} (?P<first_page>\d{{1,5}})"),
)  # fmt: skip
# BVerfGE 79, 127 (143)
_COLLECTION = regex(
    r"(?P<container>BVerfGE|BVerwGE|BGHZ|BGHSt|BAGE|BSGE|BFHE|RGZ|RGSt) (?P<volume>\d{1,3}), (?P<first_page>\d{1,4})"
    r"(?:\s?(?:\(\d{1,4}[^()]{0,12}\)|ff?\.|[-–]\s?\d{1,4}))?[.;]?\Z"
)
# BGH, Urteil vom 20.3.2012, 4 StR 561/11, NJW 2012, 1234
_DECISION = regex(
    r"(?P<title>(?:BGH|BVerfG|BVerwG|BAG|BSG|BFH|EuGH|EGMR|(?:OLG|LG|AG|VG|OVG|VGH|LAG) [^\W\d_a-z]\w+),? "
    r"(?:Urteil|Beschluss|Beschluß|Urt\.|Beschl\.) (?:vom|v\.) \d{1,2}\. ?(?:\d{1,2}\.|[^\W\d_]+) ?"
    r"(?P<year>(?:19|20)\d\d)[^()]{0,60}?)"
    r"(?:, (?P<container>[^\W\d_a-z]\w{1,9}) (?:19|20)\d\d, (?P<first_page>\d{1,4})[^,]{0,20})?[.;]?\Z"
)
_ACT = regex(
    r"(?P<title>(?:The )?(?:(?:[^\W\d_a-z][\w’'-]*|and|of|the|for|in|to|on|etc\.?|\([^()]{2,40}\)),? ){1,12}?"
    rf"(?:Act|Regulations|Rules|Order) {_YEAR})"
    r"(?:[,.;]? (?:c\.?|ch\.?|cap\.?|No\.?|SI|S\.I\.|UK|\(|s\.|ss\.|§).*|[.;]?)\Z"
)
_UNION = regex(
    r"(?P<title>(?:Commission |Council )?(?:Regulation|Directive|Decision|Verordnung|Richtlinie|Règlement|Reglamento) "
    r"(?:\(\w{2,3}(?:, \w+)?\) )?(?:N[or°º]\.? )?\d{1,4}/\d{1,4}\b.{0,400}?)[,.;]? \[?"
    r"(?:(?P<container>OJ|ABl\.?|Official Journal|JO|DO) (?:EU |EC |EG )?(?P<volume>[LCS] ?\d{1,3}))\b"
    rf"(?:, (?:\d{{1,2}}[./]\d{{1,2}}[./]|\d{{1,2}} \w+ ){_YEAR})?(?:, (?:pp?|S)\. ?(?P<first_page>\d{{1,4}})"
    r"(?:\s?[-–]\s?(?P<last_page>\d{1,4}))?)?"
)
# 110 Harv. L. Rev. 1303, 1310 (1997)
_REVIEW = regex(
    r"(?<=[,.”\"’] )(?P<volume>\d{1,3}) "
    r"(?P<container>(?:[A-Z&][\w’'&.]* ){0,5}L\. ?(?:Rev|REV|J|Q)\.(?: [A-Z&][\w.]*)*?)"
    r" (?P<pages>\d{1,4})(?:, \d{1,4}(?:[-–]\d{1,4})?)? \((?:[A-Z][a-z]+\.? )?"
    rf"{ANY_YEAR}\)\.?\s*\Z"
)


def law_review(text: str) -> re.Match[str] | None:
    """Volume, journal and page of an article in a law review of the United States, where the volume stands first."""
    return _REVIEW.search(text) if " L" in text and text.rstrip(" .").endswith(")") else None


def cited_law(text: str) -> dict[str, str | int | None] | None:
    """Fields of a reference to a case or a law; None where it has not one of their forms.

    >>> found = cited_law("Brown v. Board of Education, 347 U.S. 483 (1954).")
    >>> found["title"], found["volume"], found["container"], found["first_page"], found["year"]
    ('Brown v. Board of Education', '347', 'U.S.', '483', 1954)
    """
    found = None
    if (" v" in text and _VERSUS.match(text)) or text.startswith(("In re ", "Re ", "Ex parte ")):
        found = next((match for form in _FORMS if (match := form.match(text))), None)
    elif text.startswith(("BV", "BG", "BA", "BS", "BF", "RG", "Eu", "EG", "OLG", "LG", "AG", "VG", "OVG", "LAG")):
        found = _COLLECTION.match(text) or _DECISION.match(text)
    elif ("/" in text and (match := _UNION.match(text))) or (_names_act(text) and (match := _ACT.match(text))):
        found = match
    if found is None:
        return None
    fields: dict[str, str | int | None] = {name: value for name, value in found.groupdict().items() if value}
    if "year" in fields:
        fields["year"] = int(found["year"])
    return fields | {"type": "law"}


def _names_act(text: str) -> bool:
    return "Act " in text or "Regulations " in text or "Rules " in text or "Order " in text
