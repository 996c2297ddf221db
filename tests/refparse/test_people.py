"""Lists of people: what stands between two of them, and which of a person's names is which."""

from __future__ import annotations

import pytest

from citenet.refparse.people import people
from citenet.refparse.tokens import tokenize

LISTS = {
    "Haider, Steven und Gary Solon": "Haider, Steven; Solon, Gary",
    "Berger, Peter L.; Thomas Luckmann": "Berger, Peter L.; Luckmann, Thomas",
    "Demmelhuber, Thomas/Roll, Stephan": "Demmelhuber, Thomas; Roll, Stephan",
    "Michael Young": "Young, Michael",
    "Hans-Jürgen Urban": "Urban, Hans-Jürgen",
    "Nieto Vera J, Figueroa Murillo E, Cruz Calderón MV": "Nieto Vera, J; Figueroa Murillo, E; Cruz Calderón, MV",
    "ABD-ALLA, H.A.": "ABD-ALLA, H. A.",
    "Valier MR, Elam-Evans LD, Senn H-J": "Valier, MR; Elam-Evans, LD; Senn, H-J",
    "Hayek, F. A. v.": "Hayek, F. A. v",
    "Gabriel García Márquez": "García Márquez, Gabriel",
    "van der Berg, A., de la Cruz B": "van der Berg, A.; de la Cruz, B",
    "Aad G, ATLAS Collaboration": "Aad, G; ATLAS Collaboration",
    "Smith, J., Jones, A.B.; WHO": "Smith, J.; Jones, A. B.; WHO",
}


@pytest.mark.parametrize(("text", "expected"), LISTS.items())
def test_names_of_a_list(text: str, expected: str) -> None:
    ((names, certainty),) = people([(tokenize(text), text)])
    assert names == expected
    assert 0 <= certainty <= 1
