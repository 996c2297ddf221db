"""Undo what copying does to a reference string: ligatures, soft hyphens, line breaks, markup."""

from __future__ import annotations

import re
import unicodedata

from citenet._support.patterns import regex

__all__ = ["clean", "join_lines", "mend_hyphens"]

_MARKUP = r"*_[<\&"
_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
        "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None, "\u2060": None, "\ufeff": None,
        "\u00a0": " ", "\u2028": " ", "\u2029": " ", "\x00": None, "\ufffe": None, "\uffff": None,
    }
)  # fmt: skip
_ODD = regex(f"[{''.join(map(chr, _LIGATURES))}]")
_SPACES = regex(r"\s+")
_STRONG = regex(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*]+?)(?<=\S)\1(?![\w*])")
_UNDERLINED = regex(r"(?<!\w)(_{1,3})(?=[^\s_])([^_]+?)(?<=\S)\1(?!\w)")
_LINK = regex(r"!?\[([^\[\]]*)\]\(\s*(<?)(https?://[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)>?(?:\s+\"[^\"]*\")?\s*\)")
_AUTOLINK = regex(r"<(https?://[^\s<>]+)>")
_TAG = regex(r"</?(?:i|em|b|strong|u|sub|sup|span|a|p|br|li|cite)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ESCAPED = regex(r"\\([\\`*_{}\[\]()#+.!&-])")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " "}
_ENTITY = regex("|".join(_ENTITIES))
_BROKEN = regex(r"(?<=[^\W\d_]{2})[-‐\u00ad] (?=[^\W\d_]{2})")
_ADDRESS = regex(r"(?:https?://|www\.|10\.\d{4,9}/)\S*\Z")  # https://doi.org/10.1000/
_REST = regex(r"(?!(?:1[5-9]|20)\d\d\W*(?:\s|\Z))[a-z0-9][^\s]*[\d/?=&][^\s]*")  # journal. / pone.0150205
_CJK = regex("[\u2e80-\u2fdf\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff65]")
# Halves that keep their hyphen at the end of a line: long-term, evidence-based.
_FIRST_HALF = regex(
    r"(?:\b(?:self|long|short|low|middle|high|evidence|non|well|decision|person|patient|people|peer|cross|co|e))\Z",
    re.IGNORECASE,
)
_SECOND_HALF = regex(r"(?:based|term|care|income|cent(?:red|ered)|related|making|level|led|oriented|specific)\b")
_ENOUGH = 400  # characters at the end of what is joined that are looked at
_AFTER_BREAK = regex(r"(?:and|or|und|oder|bzw|y|o|et|ou|e|en|of|och|og|sowie|to|versus|vs)\b", re.IGNORECASE)


def clean(text: str, *, strip: bool = True) -> str:
    r"""One line of plain text: composed characters, no markup, single blanks.

    >>> clean("Smith  J. *E\ufb03cient*  [BMJ](https://bmj.com/1) 2019")
    'Smith J. Efficient BMJ https://bmj.com/1 2019'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if _ODD.search(text):
            text = text.translate(_LIGATURES)
    if any(map(text.__contains__, _MARKUP)):
        text = _unmarked(text)
    if text.isprintable() and "  " not in text:  # no blanks but single spaces
        return text.strip() if strip else text
    return " ".join(text.split()) if strip else _SPACES.sub(" ", text)


def _unmarked(text: str) -> str:
    """Without Markdown emphasis, links, escapes, and HTML tags of runs of text."""
    if "](" in text:
        text = _LINK.sub(lambda m: m[1] if m[3] in m[1] else f"{m[1]} {m[3]}", text)
    if "<" in text:
        text = _AUTOLINK.sub(r" \1 ", text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    if "&" in text:
        text = _ENTITY.sub(lambda m: _ENTITIES[m[0]], text)
    if "<" in text:  # as an entity may have written it
        text = _TAG.sub(" ", text)
    for _ in range(2 if "*" in text or "_" in text else 0):
        text = _UNDERLINED.sub(r"\2", _STRONG.sub(r"\2", text))
    return text


def join_lines(lines: list[str]) -> str:
    """Lines of one reference as one line; a word broken at a hyphen is put together.

    >>> join_lines(["Co-production of know-", "ledge. Lancet 1-", "9; health-", "Care"])
    'Co-production of knowledge. Lancet 1-9; health-Care'
    """
    joined = ""
    for line in lines:
        part = line.strip()
        if not part:
            continue
        if _goes_on(joined[-_ENOUGH:], part):
            joined += part
        elif len(joined) > 1 and joined[-1] in "-‐\u00ad–" and not joined[-2].isspace():
            joined = (joined[:-1] if _word_breaks(joined[-40:], part) else joined) + part
        else:
            joined = f"{joined} {part}" if joined else part
    return joined


def _goes_on(joined: str, part: str) -> bool:
    """Whether a line goes on without a blank: in an address, or in a script that writes none."""
    if not joined:
        return False
    if joined[-1] in "/_=&?-" and _ADDRESS.search(joined):
        return True
    if joined[-1] == "." and _REST.match(part) and _ADDRESS.search(joined):
        return True
    if part[0] > "\u2e7f" or joined[-1] > "\u2e7f":
        return bool(_CJK.match(part) or _CJK.match(joined[-1]))
    return part[0].isdigit() and joined[-1].isdigit() and len(_CJK.findall(joined[-40:])) > 9


def _word_breaks(joined: str, part: str) -> bool:
    """Whether the hyphen at the end of a line only breaks a word."""
    if joined[-1] not in "-‐\u00ad" or not joined[-2].isalpha() or not part[0].islower():
        return False
    return not (_AFTER_BREAK.match(part) or _FIRST_HALF.search(joined[:-1]) or _SECOND_HALF.match(part))


def mend_hyphens(text: str) -> str:
    """Put words together that a line break left as ``know- ledge``.

    >>> mend_hyphens("know- ledge of pre- and post-natal care")
    'knowledge of pre- and post-natal care'
    """
    if "- " not in text and "‐ " not in text:
        return text
    pieces = _BROKEN.split(text)
    mended = pieces[0]
    for piece in pieces[1:]:
        broken = (
            piece[0].islower()
            and not _AFTER_BREAK.match(piece)
            and not _FIRST_HALF.search(mended[-20:])
            and not _SECOND_HALF.match(piece)
        )
        mended += piece if broken else f"- {piece}" if _AFTER_BREAK.match(piece) else f"-{piece}"
    return mended
