"""Labels from a column, from a table of values, from a reader's decisions, and for journals outside the corpus."""

from __future__ import annotations

import pandas as pd
import pytest

from citenet.communities.assign import label
from citenet.errors import ColumnError, DroppedWarning, InputError, ParseError
from citenet.network import CitationNetwork

WORKS = pd.DataFrame(
    {
        "field": ["Management", "Surgery; Nursing", "Law", None, "management ; LAW"],
        "container": ["Public Adm", "Lancet", "Public Adm", "Lancet", "Both"],
        "code": [1.0, 2.0, 2.0, None, 1.0],
    },
    index=list("abcde"),
)


@pytest.fixture
def net() -> CitationNetwork:
    return CitationNetwork(WORKS, [1, 2], [0, 0])


def labels(net, *args, **options) -> dict[str, str]:
    """Group of each work that has one."""
    return label(net, *args, **options).to_frame()["group"].dropna().to_dict()


def test_a_column_gives_the_group_of_cells_with_one_value(net):
    partition = label(net, "field")
    assert partition.to_frame()["group"].dropna().to_dict() == {"a": "Management", "c": "Law"}
    assert partition.params["in several groups"] == 2
    assert (partition.method, partition.origin) == ("field", "assigned")
    assert labels(net, "code") == {"a": "1", "b": "2", "c": "2", "e": "1"}, "codes are whole numbers"


def test_without_a_separator_a_cell_is_one_value(net):
    assert labels(net, "field", separator="")["b"] == "Surgery; Nursing"


def test_values_make_groups_whatever_their_case_and_accents(net):
    groups = {"PAM": ["MANAGEMENT"], "Health": ["nursing", "Súrgery"]}
    partition = label(net, "field", groups=groups)
    assert partition.to_frame()["group"].dropna().to_dict() == {"a": "PAM", "b": "Health", "e": "PAM"}
    assert partition.params["in several groups"] == 0, "two values of one group are one group"


def test_values_of_two_groups_leave_a_work_unassigned_and_counted(net):
    partition = label(net, "field", groups={"PAM": "Management", "Law": "Law"})
    assert "e" not in partition.to_frame()["group"].dropna()
    assert partition.params["in several groups"] == 1


def test_groups_come_from_a_csv_and_values_without_group_count_for_none(net, tmp_path):
    table = tmp_path / "groups.csv"
    table.write_text("value,group\nManagement,PAM\nLaw,\nNursing,NA\n", encoding="utf-8")
    assert labels(net, "field", groups=table) == {"a": "PAM", "b": "NA", "e": "PAM"}


def test_decisions_outrank_the_column_and_an_empty_one_takes_the_label_away(net, tmp_path):
    expected = {"b": "Decided", "c": "Law"}
    assert labels(net, "field", decisions={"a": "", "b": "Decided"}) == expected
    assert labels(net, "field", decisions={"a": None, "b": "Decided"}) == expected
    table = tmp_path / "decisions.csv"
    table.write_text("\ufeffwork,group,why\na,,unsure\nb,Decided,clear\n", encoding="utf-8")
    partition = label(net, "field", decisions=str(table))
    assert partition.to_frame()["group"].dropna().to_dict() == expected
    assert partition.params["decisions"] == str(table)
    assert labels(net, decisions={"a": "X"}) == {"a": "X"}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({}, InputError, r"say how to label: by= .* or decisions="),
        ({"by": "feild"}, ColumnError, r"net\.works has no column 'feild'"),
        (
            {"by": "field", "groups": {"X": "Physics"}},
            InputError,
            r"no value of groups occurs in column 'field'; .*'Manag",
        ),
        (
            {"by": "field", "groups": {"X": "Law", "Y": "LAW"}},
            InputError,
            r"value 'LAW' stands in two groups: 'X' and 'Y'",
        ),
        (
            {"decisions": {"zz": "X", "a": "Y"}},
            InputError,
            r"1 of 2 decisions name works that are not in the network, e\.g\. 'zz'",
        ),
        (
            {"by": "field", "groups": "none.csv"},
            InputError,
            r"none\.csv is not a file; give a CSV with columns value,group",
        ),
        ({"by": "field", "spread": "journal"}, InputError, r"spread='journal' is not a choice"),
        ({"by": "field", "spread": "container"}, InputError, r"no work lies outside the corpus; .*external=True"),
    ],
)
def test_calls_that_cannot_label_say_why(net, options, error, message):
    with pytest.raises(error, match=message):
        label(net, **options)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", ParseError, r"not a table in UTF-8 with columns work,group"),
        ("work,group\na,Gesch\u00e4ft\n".encode("latin-1"), ParseError, r"not a table in UTF-8"),
        (b"id,group\na,X\n", ColumnError, r"has no column 'work'; it has group, id"),
        (b"work,group\na,X\na,Y\n", InputError, r"decides on work 'a' twice"),
        (b"work,group\nzz,X\n", InputError, r"1 of 1 decisions name works that are not in the network"),
    ],
)
def test_tables_that_cannot_decide_say_why(net, tmp_path, content, error, message):
    table = tmp_path / "decisions.csv"
    table.write_bytes(content)
    with pytest.raises(error, match=message):
        label(net, decisions=table)


# -- works outside the corpus -------------------------------------------------------------------------------


def spread(inside: list[tuple[str, str | None]], outside: list[str | None]) -> list[str | None]:
    """Label outside works of these containers, from the (container, group) of the works of the corpus."""
    works = pd.DataFrame(
        {
            "container": [name for name, _ in inside] + outside,
            "field": [group for _, group in inside] + [None] * len(outside),
            "external": [False] * len(inside) + [True] * len(outside),
        },
        index=[f"i{i}" for i in range(len(inside))] + [f"x{i}" for i in range(len(outside))],
    )
    groups = label(CitationNetwork(works), "field", spread="container").to_frame()["group"].loc["x0":]
    return [None if pd.isna(group) else group for group in groups]


def test_a_journal_gives_its_majority_group_to_outside_works():
    inside = [("Public Adm", "PAM"), ("Public Adm", "PAM"), ("Public Adm", "Law"), ("Lancet", "Health")]
    assert spread(inside, ["PUBLIC ADM.", "Lancet", "Nature", None]) == ["PAM", "Health", None, None]


@pytest.mark.parametrize(
    "inside",
    [
        [("J", "PAM"), ("J", "Law")],
        [("J", "PAM"), ("J", None)],
        [("J", "PAM"), ("J", None), ("J", None)],
        [("J", None)],
    ],
)
def test_a_tie_or_a_majority_without_group_leaves_the_journal_unassigned(inside):
    assert spread(inside, ["J"]) == [None]


def test_works_of_the_corpus_get_no_group_from_their_journal():
    works = pd.DataFrame(
        {"container": ["J", "J", "J", "J"], "field": ["P", "P", None, None], "external": [False, False, False, True]},
        index=list("abcx"),
    )
    found = label(CitationNetwork(works), "field", spread="container").to_frame()["group"]
    assert found.loc[["a", "b", "x"]].tolist() == ["P", "P", "P"]
    assert pd.isna(found["c"])


def test_decisions_on_outside_works_outrank_their_journal():
    works = pd.DataFrame({"container": ["J", "J"], "field": ["P", None], "external": [False, True]}, index=["a", "x"])
    net = CitationNetwork(works)
    assert labels(net, "field", spread="container", decisions={"x": "Other"}) == {"a": "P", "x": "Other"}


def test_a_misspelt_value_is_warned_of_with_the_nearest():
    """A misspelt category must not shrink a group without a word."""
    works = pd.DataFrame({"field": ["Management", "Surgery"]}, index=["a", "b"])
    net = CitationNetwork(works, [1], [0])
    with pytest.warns(DroppedWarning, match="no work has 'Managment', did you mean 'Management'"):
        label(net, "field", groups={"PAM": ["Managment", "Management"], "H": "Surgery"})


def test_spread_knows_a_journal_by_its_full_name_too():
    works = pd.DataFrame(
        {
            "field": ["PAM", None],
            "container": ["Management Science", "MANAGEMENT SCIENCE"],
            "container_abbrev": ["MANAGE SCI", None],
            "external": [False, True],
        },
        index=["a", "b"],
    )
    net = CitationNetwork(works, [0], [1])
    assert label(net, "field", spread="container").to_frame()["group"].tolist() == ["PAM", "PAM"]


JOURNALS = [
    ("MIS Quarterly", "MIS Q."),
    ("Strategic Management Journal", "Strateg. Manage. J."),
    ("Technological Forecasting and Social Change", "Technol. Forecast. Soc. Chang."),
    ("Proceedings of the National Academy of Sciences", "Proc. Natl. Acad. Sci."),
    ("Organization Science", None),
    ("Organizational Science", None),
]
PRINTED = {
    "MIS QUART": "MIS Quarterly",
    "MIS Q": "MIS Quarterly",
    "STRATEGIC MANAGE J": "Strategic Management Journal",
    "TECHNOL FORECAST SOC": "Technological Forecasting and Social Change",  # cut off at 20 characters
    "P NATL ACAD SCI": "Proceedings of the National Academy of Sciences",
    "The MIS Quarterly": "MIS Quarterly",
    "ORGAN SCI": None,  # could be either
    "STRATEG MANAGE": None,  # a word is missing, and the name is not cut off
    "Strategic Management Journals": None,  # nothing is abbreviated
    "MIT QUART": None,
}


@pytest.mark.parametrize("exported", [1, 0], ids=["abbreviations of ISO", "full names alone"])
def test_an_abbreviation_is_its_journal_whichever_abbreviation_the_export_has(exported):
    works = pd.DataFrame(
        {
            "container": [full for full, _ in JOURNALS] + list(PRINTED),
            "container_abbrev": [short if exported else None for _, short in JOURNALS] + [None] * len(PRINTED),
            "field": [full for full, _ in JOURNALS] + [None] * len(PRINTED),
            "external": [False] * len(JOURNALS) + [True] * len(PRINTED),
        },
        index=[f"i{i}" for i in range(len(JOURNALS))] + list(PRINTED),
    )
    groups = label(CitationNetwork(works), "field", spread="container").to_frame()["group"]
    assert {name: None if pd.isna(groups[name]) else groups[name] for name in PRINTED} == PRINTED
    shuffled = CitationNetwork(works.sample(frac=1, random_state=1))
    assert label(shuffled, "field", spread="container").to_frame()["group"].reindex(groups.index).equals(groups)


def test_an_abbreviation_that_records_give_two_journals_labels_nothing():
    works = pd.DataFrame(
        {
            "container": ["Journal of Care", "Journal of Cancer", None],
            "container_abbrev": ["J CA", "J CA", "J CA"],
            "field": ["P", "Q", None],
            "external": [False, False, True],
        },
        index=list("abx"),
    )
    assert labels(CitationNetwork(works), "field", spread="container") == {"a": "P", "b": "Q"}
