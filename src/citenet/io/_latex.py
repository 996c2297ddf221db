r"""LaTeX in bibliographic text to Unicode: accents, letters, escapes, font switches.

Written by hand because a full LaTeX parser takes milliseconds for a title and reads ``%`` as the start of a comment;
what is left over (rare commands) goes to the decoder of bibtexparser.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from functools import lru_cache

from bibtexparser.library import Library
from bibtexparser.middlewares.latex_encoding import LatexDecodingMiddleware
from bibtexparser.model import Entry, Field

__all__ = ["decode", "unescape"]

# Without a handler of its own, complaints about odd LaTeX would go to stderr.
logging.getLogger("pylatexenc").addHandler(logging.NullHandler())

_ACCENTS = dict(
    zip(
        "'`^\"~=.uvHckrdb",
        "\u0301\u0300\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0328\u030a\u0323\u0331",
        strict=True,
    )
)
_LETTER = r"(?:\\[ij](?![A-Za-z])|[^\W\d_])"
_ACCENT = re.compile(
    rf"\\(?:(?P<sign>['`^\"~=.])\s*|(?P<name>[uvHckrdb])(?:\s+|(?=\{{)))(?:\{{\s*(?P<braced>{_LETTER})\s*\}}|(?P<bare>{_LETTER}))"
)
_SYMBOLS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ", "ng": "ŋ", "NG": "Ŋ",
    "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“",
    "textquotedblright": "”", "textquotesingle": "'", "textasciitilde": "~", "textbackslash": "∖", "ldots": "…",
    "dots": "…", "textellipsis": "…", "textunderscore": "_", "textasciicircum": "^", "textregistered": "®",
    "texttrademark": "™", "copyright": "©", "pounds": "£", "euro": "€", "texteuro": "€", "S": "§", "textdegree": "°",
    "textordfeminine": "ª", "textordmasculine": "º", "guillemotleft": "«", "guillemotright": "»", "LaTeX": "LaTeX",
    "TeX": "TeX", "BibTeX": "BibTeX", "textperiodcentered": "·", "textmu": "µ", "slash": "/", "quad": " ",
}  # fmt: skip
_SYMBOL = re.compile(rf"\\({'|'.join(sorted(_SYMBOLS, key=len, reverse=True))})(?![A-Za-z])(?:\s*\{{\}}|\s+)?")
_FONT = re.compile(
    r"\\(?:emph|text(?:it|bf|sc|rm|sf|tt|sl|up|normal|superscript|subscript)?|mbox|url|enquote|uppercase|path|nocase)\s*(?=\{)"
    r"|\\(?:em|it|bf|sc|rm|sl|tt|sf|itshape|bfseries|scshape|upshape|relax|protect|noopsort)(?![A-Za-z])\s*"
    r"|\\href\s*\{[^{}]*\}"
)
_ESCAPE = re.compile(r"\\([&%#_$])")
_SPACING = re.compile(r"\\(?:[,;: ~]|\\)|~")
_NOTHING = re.compile(r"\\[-/!@]")
_MATH = re.compile(r"((?<!\\)\$(?:[^$\\]|\\.)*\$)")
_BLANKS = re.compile(r"\s+")
_BRACES = str.maketrans("", "", "{}")
_OPEN, _CLOSE, _DOLLAR = "\ue000", "\ue001", "\ue002"  # stand in for escaped signs until the others are gone
_RESTORED = str.maketrans({_OPEN: "{", _CLOSE: "}", _DOLLAR: "$"})


def decode(text: str) -> str:
    r"""Plain text of a BibTeX value; mathematics between dollar signs stays as it is.

    Examples
    --------
    >>> decode(r"{\'E}tudes d{\'e}mo\-gra\-phiques {\ss} \& $x_{i}$ 50%")
    'Études démographiques ß & $x_{i}$ 50%'
    >>> decode("{DNA}  and\n the {Web}")
    'DNA and the Web'
    """
    if "\\" not in text and "$" not in text:
        text = _ligatures(text)
        if "{" in text or "}" in text:
            text = text.translate(_BRACES)
        return " ".join(text.replace("~", " ").split())
    return _decoded(text) if len(text) < 100 else _decoded.__wrapped__(text)


@lru_cache(maxsize=16_384)
def _decoded(text: str) -> str:
    pieces = [piece if at % 2 else _decode_text(piece) for at, piece in enumerate(_MATH.split(text))]
    return _BLANKS.sub(" ", "".join(pieces)).strip()


def unescape(text: str) -> str:
    r"""Free an address or identifier of braces and of the escapes that LaTeX needs.

    >>> unescape(r"10.1002/{a\_b}%20c")
    '10.1002/a_b%20c'
    """
    if "\\" not in text and "{" not in text:
        return text.strip()
    return _BLANKS.sub(" ", _ESCAPE.sub(r"\1", text.replace(r"\textunderscore", "_")).translate(_BRACES)).strip()


def _ligatures(text: str) -> str:
    """Dashes and quotes of several signs, unless braces hold these apart."""
    if "--" in text:
        text = text.replace("---", "—").replace("--", "–")
    return text.replace("``", "“").replace("''", "”") if "``" in text else text


def _decode_text(text: str) -> str:
    text = _ligatures(text)
    if "\\" not in text:
        return text.translate(_BRACES).replace("~", " ")
    text = text.replace(r"\{", _OPEN).replace(r"\}", _CLOSE).replace(r"\$", _DOLLAR)
    for _ in range(4):  # accents on accented letters: the inner one first
        accented = _ACCENT.sub(_accent, text)
        if accented == text:
            break
        text = accented
    text = _ESCAPE.sub(r"\1", _FONT.sub("", _SYMBOL.sub(lambda found: _SYMBOLS[found.group(1)], text)))
    text = _SPACING.sub(" ", _NOTHING.sub("", text))
    if "\\" in text:
        text = _decode_fully(text)
    return text.translate(_BRACES).replace("~", " ").translate(_RESTORED)


def _accent(found: re.Match[str]) -> str:
    letter = found.group("braced") or found.group("bare")
    mark = _ACCENTS[found.group("sign") or found.group("name")]
    return unicodedata.normalize("NFC", letter.lstrip("\\") + mark)


def _decode_fully(text: str) -> str:
    """Decode what the short tables do not know; text that is no LaTeX at all stays as it is."""
    entry = Entry("misc", "key", [Field("text", re.sub(r"(?<!\\)%", r"\\%", text))])
    block = LatexDecodingMiddleware().transform_entry(entry, Library())
    return str(block.fields_dict["text"].value) if isinstance(block, Entry) else text
