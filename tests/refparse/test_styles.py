"""Fields of references in a hundred styles, and of the development sets where they are at hand."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from citenet.refparse.parse import parse_strings

STYLES = Path(__file__).with_name("styles.txt")
NAMES = ("authors", "title", "container", "year", "volume", "issue", "first_page", "publisher")


def letters(text: object) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", str(text)).casefold() if c.isalnum())


def examples() -> list[tuple[str, dict[str, str]]]:
    lines = [line for line in STYLES.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    fields = [
        {name: "" if value == "-" else value for name, value in zip(NAMES, line[2:].split(" | "), strict=True)}
        for line in lines[1::2]
    ]
    return list(zip(lines[::2], fields, strict=True))


@pytest.fixture(scope="module")
def compared() -> dict[str, list[tuple[str, str, str]]]:
    """Per reference the fields that are not right: (field, wanted, found)."""
    wanted = examples()
    wrong = {}
    for (raw, fields), parsed in zip(wanted, parse_strings([raw for raw, _ in wanted]), strict=True):
        found = {name: str(parsed.fields.get(name) or "") for name in NAMES}
        found["authors"] = "; ".join(name.split(",")[0] for name in found["authors"].split("; "))
        wrong[raw] = [
            (name, fields[name], found[name]) for name in NAMES if letters(fields[name]) != letters(found[name])
        ]
    return wrong


def test_there_are_more_than_a_hundred_and_each_has_a_year() -> None:
    assert len(examples()) > 100
    assert all(fields["year"] in raw for raw, fields in examples())


def test_nine_in_ten_are_right_in_every_field(compared: dict[str, list[tuple[str, str, str]]]) -> None:
    whole = sum(not wrong for wrong in compared.values())
    assert whole >= 0.9 * len(compared), {raw: wrong for raw, wrong in compared.items() if wrong}


def test_single_fields_are_right_more_often_still(compared: dict[str, list[tuple[str, str, str]]]) -> None:
    slips = sum(len(wrong) for wrong in compared.values())
    assert slips <= 0.035 * len(compared) * len(NAMES)


def test_a_place_with_its_state_is_no_publisher(compared: dict[str, list[tuple[str, str, str]]]) -> None:
    raw = next(raw for raw in compared if "Reading, MA" in raw)
    assert compared[raw] == []
    assert parse_strings([raw])[0].fields["place"] == "Reading, MA"
