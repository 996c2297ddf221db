"""What tells two similar titles apart: another word, more words, or a word that makes one a notice on the other."""

from __future__ import annotations

from functools import cache

__all__ = ["beside_notice", "is_notice", "is_serial", "other_word"]

# A title with one of these is of a notice on the work that has the same title without it, or of its protocol.
_NOTICE_WORDS = (
    "addendum comment commentary comments corrigenda corrigendum correction corrections errata erratum protocol "
    "rejoinder replies reply retraction"
)
_NOTICES = frozenset(_NOTICE_WORDS.split())
# A title with one of these may well be that of next year's issue, too.
_SERIALS = frozenset(
    "annual barometer bulletin census outlook report reports statistics survey surveys yearbook".split()  # noqa: SIM905
)
_SMALL_WORDS = frozenset("a an and of the".split())  # noqa: SIM905
_MISPRINTABLE = 4  # letters of a word of which one may be misprinted: "one" and "two" are other words
_NEXT = 2  # words before and after a title in which a notice says what it is: "correction to", "study protocol"


def other_word(one: str, other: str) -> bool:
    """Say whether two folded titles differ by more than misprints of one letter, articles and how words are divided.

    The first letter of a word is no misprint, nor is a letter of a script in which it is a word.

    >>> other_word("depression among men", "depression among women"), other_word("social networks", "social network")
    (True, False)
    >>> other_word("co production of care", "coproduction of care"), other_word("male care", "male care a protocol")
    (False, True)
    """
    left, right = _only_in(one, other), _only_in(other, one)
    if "".join(left) == "".join(right):
        return False
    if len(left) == len(right):
        return not all(_misprinted(a, b) for a, b in zip(left, right, strict=True))
    return not (left and right and _misprinted("".join(left), "".join(right)))


def _only_in(one: str, other: str) -> list[str]:
    others = {*other.split(), *_SMALL_WORDS}
    return [word for word in one.split() if word not in others]


def _misprinted(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    if min(len(one), len(other)) < _MISPRINTABLE or one[0] != other[0] or not (one + other).isalpha():
        return False
    return max(one + other) < "\u2e80" and OSA.distance(one, other) <= 1  # Chinese, Japanese and Korean lie above


@cache
def is_notice(title: str) -> bool:
    """Say whether a folded title has a word that makes it a notice on another work, such as "erratum" or "reply".

    >>> is_notice("erratum getting a job"), is_notice("getting a job"), is_notice("erratum")
    (True, False, False)
    """
    words = set(title.split()) - _SMALL_WORDS
    return not _NOTICES.isdisjoint(words) and not words <= _NOTICES


@cache
def is_serial(title: str) -> bool:
    """Say whether a folded title is that of what appears every year or so.

    >>> is_serial("world health statistics"), is_serial("getting a job")
    (True, False)
    """
    return not _SERIALS.isdisjoint(title.split())


def beside_notice(title: str, printed: str, container: str) -> bool:
    """Say whether the words around a title in a printed reference make it that of a notice.

    >>> beside_notice("getting a job", "lee 2005 correction to getting a job j care", "j care")
    True
    """
    if is_notice(title):
        return False
    before, _, after = f" {printed} ".partition(f" {title} ")
    words = {*before.split()[-_NEXT:], *after.split()[:_NEXT]}
    return not _NOTICES.isdisjoint(words.difference(container.split()))
