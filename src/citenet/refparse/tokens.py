"""Tokens of a reference string: words, numbers, single CJK characters, single marks.

A token keeps the blank before it (``" Smith"``), so tokens put together give the string back, places in the
string are running sums of token lengths, and whether a blank stands before a mark is known to the model.
"""

from __future__ import annotations

import unicodedata

from citenet._support.patterns import regex

__all__ = ["ANY", "DICTIONARIES", "EDITORS", "shape", "tokenize", "word_class"]

_CJK = "\u2e80-\u2fdf\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = regex(
    r"\s*(?:https?://[^\s<>\"]+|www\.[^\s<>\"]+|10\.\d{4,9}/[^\s<>\"]+"
    r"|[A-Za-zÀ-ÖØ-öø-ʯ]+(?![\w'’`´])|[.,:;()–-]|[0-9]+(?!\d)"  # most tokens: only to be quick
    rf"|(?!['’`´])(?:['’`´]?[^\W\d_{_CJK}])+|\d+|_+|[^\w\s]|\w)"
)
ANY = "any"  # class of a token that the model has never seen the class of

DICTIONARIES = ("family", "given", "place", "publisher", "journal")

# What marks editors.
EDITORS = (
    "ed eds editor editors edited hrsg hg hgg hrsgg edd éd éds coord coords org orgs curatore cur red "
    "editores organizadores organizador coordenadores coordinadores compilador compiladores herausgeber"
)
_CLASSES = {
    "in": "in em",
    "ed": EDITORS,
    "dir": "dir ders dies",
    "vol": "vol vols volume band bd bde jg jahrgang tome t tomo",
    "no": "no nr issue number num núm heft h n nº numéro número",
    "pp": "pp p pages page pg s ss seiten seite art article pág págs str blz",
    "and": "and und et y e i en og och",
    "al": "al",
    "doi": "doi",
    "web": "http https www url available retrieved accessed verfügbar abgerufen zugriff disponible disponível online "
    "consulté acesso stand abruf download cited citado consultado recuperado hentet geraadpleegd internet online",
    "arxiv": "arxiv preprint eprint hep astro cond gr ph th quant math",
    "press": "press publisher publishers publishing verlag publications books éditions editions editorial "
    "editora ediciones edizioni förlag uitgeverij forlag presses inc ltd gmbh",
    "univ": "university universität université universidad universidade universitat universita università institute "
    "institut instituto istituto college school department dept academy center centre ministry bundesministerium "
    "organization organisation association bureau statistisches bundesamt commission council committee",
    "proc": "proc proceedings conference conf symposium workshop congress meeting ieee acm international kongress "
    "tagung lecture notes congresso congrès anais",
    "journal": "journal j jour review rev annals ann transactions trans letters lett bulletin bull zeitschrift "
    "archives arch revue revista research sci science physics phys med medicine jahrbuch quarterly annales acta "
    "rivista cadernos cahiers vierteljahrsschrift",
    "thesis": "thesis dissertation phd diss master report tech technical rep tr memo paper papers working manuscript "
    "unpublished thèse tese dissertação tesis mémoire diplomarbeit arbeitspapier discussion habilitation bericht",
    "month": "january february march april may june july august september october november december jan feb mar apr "
    "jun jul aug sep sept oct nov dec januar februar märz mai juni juli oktober dezember spring summer fall winter "
    "janvier février mars avril juin juillet août septembre octobre novembre décembre enero febrero marzo abril mayo "
    "junio julio agosto septiembre octubre noviembre diciembre janeiro fevereiro março maio junho julho setembro "
    "outubro novembro dezembro fev abr ago set out dez ene dic",
    "edition": "edition edn auflage aufl edición édition edição ediz druck reprint",
    "translated": "translated übers trad translator transl übersetzt",
    "von": "von van de der den di la le del da du ten ter bin el dos das af zu zum zur do della",
    "the": "the of for a an on to with from by at die des für im les sur über als il lo gli los las sobre para"
    " het een om ett om til dans",
    "see": "see vgl cf siehe auch also ibid ebd ebenda op cit loc supra ders",
    "forth": "forthcoming press appear submitted erscheint erscheinen published",
}
_CLASS_OF = {word: name for name, words in _CLASSES.items() for word in reversed(words.split())}
_DASHES = frozenset("-–—‐−‑‒")
_QUOTES = frozenset('"“”„«»‟″「」『』')
_APOSTROPHES = frozenset("'‘’‚`´‹›")
_CJK_CHAR = regex(f"[{_CJK}]")
_CJK_MARKS = {
    "，": ",",
    "。": ".",
    "、": ",",
    "：": ":",
    "；": ";",
    "（": "(",
    "）": ")",
    "．": ".",
    "［": "[",
    "］": "]",
}


def tokenize(text: str) -> list[str]:
    """Split a text into tokens, each with the blanks before it.

    >>> tokenize("Smith J. BMJ 2019;1:2–3")
    ['Smith', ' J', '.', ' BMJ', ' 2019', ';', '1', ':', '2', '–', '3']
    """
    return _TOKEN.findall(text)


def shape(word: str) -> str:
    """Outline of a word: letters' case and how many digits.

    >>> [shape(word) for word in ("Smith", "JA", "J", "vol", "2019", "–")]
    ['Xxx', 'XX', 'X', 'xx', 'd4', '–']
    """
    first = word[0]
    if word.isdigit():
        return f"d{min(len(word), 6)}"
    if not first.isalpha():
        return word if len(word) == 1 else "punct"
    if len(word) > 7 and (word.startswith(("http", "www.")) or "/" in word):
        return "URL"
    if len(word) == 1:
        return "han" if word >= "\u2e80" and _CJK_CHAR.match(word) else "X" if word.isupper() else "x"
    if word.isupper():
        return "XX" if len(word) == 2 else "XXX" if len(word) == 3 else "XXXX"
    if word.islower():
        return "xx" if len(word) < 4 else "xxx"
    if first.isupper() and word[1:].islower():
        return "Xx" if len(word) < 4 else "Xxx"
    return "mix"


def word_class(word: str) -> str:
    """Class of a word: a cue word's name, YR for a year, else its shape.

    >>> [word_class(word) for word in ("eds", "2019", "1234567", "«", "Smith")]
    ['ed', 'YR', 'd6', '"', 'Xxx']
    """
    if word.isdigit():
        if len(word) == 4 and word.isascii():
            return "YR" if 1500 <= int(word) <= 2035 else "d4"
        return f"d{min(len(word), 6)}"
    first = word[0]
    if not first.isalnum():
        if first in _DASHES:
            return "-"
        if first in _QUOTES:
            return '"'
        if first in _APOSTROPHES:
            return "'"
        return _CJK_MARKS.get(first, first) if len(word) == 1 and unicodedata.category(first)[0] == "P" else "sym"
    if word.startswith("10.") and "/" in word:
        return "DOI"
    cue = _CLASS_OF.get(word.lower())
    return cue if cue and not (len(word) == 1 and word.isupper() and word not in "HST") else shape(word)
