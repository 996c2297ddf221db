"""Who is a person and who a body, and where title and container end: forms that a rule must read, or leave alone."""

# ruff: noqa: E501 - printed references

from __future__ import annotations

import pandas as pd
import pytest

from citenet import parse_references

PEOPLE = [
    ("Ashish Vaswani, Noam Shazeer. Attention models. In Proc. NIPS, pages 5998-6008, 2017.", "Vaswani, Ashish; Shazeer, Noam"),
    ("Luc Boltanski, Eve Chiapello, Le nouvel esprit du capitalisme, Paris, Gallimard, 1999.", "Boltanski, Luc; Chiapello, Eve"),
    ("Takeshi Yamada, Ken Sato: Deep networks for vision. Berlin: Springer 2012.", "Yamada, Takeshi; Sato, Ken"),
    ("Alan Zhang, Xin Li. Learning to rank. In Proc. SIGIR, pages 1-10, 2011.", "Zhang, Alan; Li, Xin"),
    ("García Ruiz, Juan José. El desarrollo urbano. Madrid: Akal, 2001.", "García Ruiz, Juan José"),
    ("Santos Silva, João Paulo. A cidade e o campo. Lisboa: Presença, 2003.", "Santos Silva, João Paulo"),
    ("Choi Won Hee, A study on capital. Seoul: Press, 2001.", "Choi, Won Hee"),
    ("EL-NAGA, T.R.A., SMITH, J.K. A study of fish. Aquaculture, 2010, 5: 1-10.", "EL-NAGA, T. R. A.; SMITH, J. K."),
    ("Bundy, Alan and Tyra Banks. The use of explicit plans. In: Proc. CADE-9, 1988, pp. 111-120.", "Bundy, Alan; Banks, Tyra"),
    ("Murat, Deniz: Die Stadt. Berlin: Suhrkamp 1999.", "Murat, Deniz"),
    ("Arbeitsgruppe Bildungsbericht am Max-Planck-Institut (1994): Das Bildungswesen in Deutschland. Reinbek: Rowohlt.", "Arbeitsgruppe Bildungsbericht am Max-Planck-Institut"),
    ("Autorengruppe Fachkräftemonitoring des Instituts (2010): Wasser in der Stadt. Berlin: UBA.", "Autorengruppe Fachkräftemonitoring des Instituts"),
]  # fmt: skip

FIELDS = [
    # the name of a series, but not a subtitle with "in"
    (
        "Staw, B. M. (1980). Rationality and justification in organizational life. Research in Organizational Behavior. Greenwich, CT: JAI Press.",
        {"title": "Rationality and justification in organizational life", "container": "Research in Organizational Behavior"},
    ),
    (
        "Staw, B. M. (1980). Rationality and justification. Advances in Experimental Social Psychology. New York: Academic Press.",
        {"title": "Rationality and justification", "container": "Advances in Experimental Social Psychology"},
    ),
    (
        "Keller, Martha (1989), Frau und Herrin. Frauenleben in den deutschen Kolonien, Reinbek.",
        {"title": "Frau und Herrin. Frauenleben in den deutschen Kolonien", "container": None},
    ),
    # years and a century belong to a title, pages to no name
    (
        "R. Girshick. Fast R-CNN. In: Proceedings of CVPR (1440-1448). IEEE, 2015.",
        {"container": "Proceedings of CVPR", "first_page": "1440", "last_page": "1448"},
    ),
    ("R. Girshick. Fast R-CNN. In: Proceedings of CVPR (1801-1808). IEEE, 2015.", {"container": "Proceedings of CVPR"}),
    (
        "Keller, E. (1995): Das Recht der Armen. Illegitimität im Kanton Bern (1800-1860), Zürich.",
        {"title": "Das Recht der Armen. Illegitimität im Kanton Bern (1800-1860)", "first_page": None},
    ),
    (
        "Huber, C. (1985): Der Aufstieg der Ärzte im 19. Jahrhundert, Göttingen.",
        {"title": "Der Aufstieg der Ärzte im 19. Jahrhundert", "publisher": None, "place": "Göttingen"},
    ),
    # people and towns that a container was read with go to fields of their own
    (
        "Schulze, G.: Die Erlebnisgesellschaft. In: Paul Nolte: Generation Reform, München 2004, S. 5-10.",
        {"authors": "Schulze, G.", "editors": "Nolte, Paul", "container": "Generation Reform", "place": "München"},
    ),
    (
        "Keller, Anna (1994): Stoffe. In: Weber, Peter. Neue Wege der Chemie. Mannheim. 115-126",
        {"editors": "Weber, Peter", "container": "Neue Wege der Chemie", "place": "Mannheim", "first_page": "115"},
    ),
    (
        "Tanaka M, Essays. In: Georgia Review: Essays on the South. Athens: UGA Press 1999.",
        {"editors": None, "container": "Georgia Review: Essays on the South"},
    ),
    (
        "Keller, Anna (1996): Wanderung in Europa. In: Rudolph, Hedwig/Weber, Mirjana (eds.) Crossing States and Markets. Migration in the Early 1990s. Berlin, 245–263.",
        {"container": "Crossing States and Markets. Migration in the Early 1990s", "place": "Berlin"},
    ),
    # a series, a quotation, a journal that stands for the title
    (
        "Keller, H. (1995): Gewalt in der Schule. Schriftenreihe Bad Homburger Gespräche der Landesärztekammer Hessen, Band 12. Bad Homburg.",
        {"title": "Gewalt in der Schule", "container": "Schriftenreihe Bad Homburger Gespräche der Landesärztekammer Hessen", "volume": "12"},
    ),
    (
        "Barnes, Roland 1988. “Grammar, the sign, and power.” The Open Challenge. Trans. Richard Howard. New York: Hill and Wang. 151-156.",
        {"title": "Grammar, the sign, and power", "container": "The Open Challenge"},
    ),
    (
        "Keller, et al., Proc. Nat. Acad. Sci. 86, 5974-5978 (1989)",
        {"title": None, "container": "Proc. Nat. Acad. Sci", "volume": "86", "first_page": "5974"},
    ),
    # the number behind a volume is an issue where nothing makes it a page
    ("Rosen S. Hedonic prices and implicit markets. J Polit Econ 82, 1 (1974).", {"volume": "82", "issue": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "authors"), PEOPLE, ids=[text[:30] for text, _ in PEOPLE])
def test_people_and_bodies(text: str, authors: str) -> None:
    assert parse_references([text])["authors"][0] == authors


@pytest.mark.parametrize(("text", "expected"), FIELDS, ids=[text[:30] for text, _ in FIELDS])
def test_fields_end_where_they_should(text: str, expected: dict[str, str | None]) -> None:
    row = parse_references([text]).iloc[0]
    read = {name: None if pd.isna(row[name]) else row[name] for name in expected}
    assert read == expected
