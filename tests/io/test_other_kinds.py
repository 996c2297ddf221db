"""What is not of a format: refused, or read with a problem, by every reader."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io._sniff import FORMATS

OTHERS = ["", "prose, nothing else", "{}", "[]", "<a/>", "x;y", '{"a": [null, 1, "x", {}]}']
# Any prose may be a printed list, and a Web of Science export may hold no record.
TAKEN = {("references", "prose, nothing else"), ("wos", "")}
CASES = [(module, text) for module in FORMATS for text in OTHERS if (module.NAME, text) not in TAKEN]


@pytest.mark.parametrize(("module", "text"), [pytest.param(*case, id=f"{case[0].NAME}-{case[1]}") for case in CASES])
def test_what_is_of_another_kind_is_refused_or_reported(module, text):
    assert not module.sniff(text)
    records = Records("other")
    try:
        module.read(text, records)
    except ParseError:
        return
    assert records.problems
