"""Whatever changes between two versions: the causes add up, and turned round it is the mirror image."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import citenet as cn
from citenet.network import CitationNetwork


@st.composite
def networks(draw) -> CitationNetwork:
    n = draw(st.integers(4, 12))
    works = pd.DataFrame(
        {
            "year": pd.array([draw(st.sampled_from([1990, 1991, 1995, None])) for _ in range(n)], dtype="Int64"),
            "field": [draw(st.sampled_from(["A", "B", "B", "C", None])) for _ in range(n)],
            "doi": [draw(st.sampled_from([f"10.1/{i}", f"10.1/{i // 2}", None])) for i in range(n)],
        },
        index=[f"w{i:02d}" for i in range(n)],
    )
    works.iloc[:4, 1] = ["A", "A", "B", "B"]
    works["external"] = [draw(st.integers(0, 4)) == 0 for _ in range(n)]
    arcs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=30))
    citations = pd.DataFrame(
        [(works.index[i], works.index[j], f"{j} printed") for i, j in arcs], columns=["citing", "cited", "raw"]
    )
    return CitationNetwork.from_frames(works, citations)


def compared(one: CitationNetwork, other: CitationNetwork) -> cn.Comparison:
    return cn.compare(one, other, groups="field", between=("A", "B"), n_boot=0)


@settings(max_examples=8, deadline=None)
@given(networks())
def test_nothing_changes_between_a_version_and_itself(net):
    change = compared(net, net)
    assert not set(change.works["status"]) - {"kept"}
    assert not set(change.arcs["cause"]) - {""}
    assert not set(change.causes) - {"before", "after", "change"}
    assert (change.differences["difference"].dropna() == 0).all()


@settings(max_examples=15, deadline=None)
@given(networks(), networks())
def test_causes_add_up_and_the_reverse_is_the_mirror_image(one, other):
    there, back = compared(one, other), compared(other, one)
    causes = [name for name in there.causes if name not in ("before", "after", "change")]
    total = there.causes[causes].sum(axis=1, skipna=False)
    change = there.causes["change"]
    np.testing.assert_allclose(total[:4], change[:4], atol=1e-9)  # counts and expectations are always defined
    defined = total.notna() & change.notna()
    np.testing.assert_allclose(total[defined], change[defined], atol=1e-9)
    assert there.causes.loc["citations a→b", "after"] == back.causes.loc["citations a→b", "before"]
    assert len(there.works[there.works["before"].notna()]["before"].unique()) == one.n_works
    assert len(there.works[there.works["after"].notna()]["after"].unique()) == other.n_works
    counts, mirrored = there.arcs["status"].value_counts(), back.arcs["status"].value_counts()
    assert counts.get("gained", 0) == mirrored.get("lost", 0)
    assert counts.get("kept", 0) == mirrored.get("kept", 0)


TITLES = ["Cumulative stress and resilience", "Families at risk", "Schools in disadvantaged neighbourhoods"]
AUTHORS = ["Garmezy, N", "Gamezy, N", "Garmezy, Norman", "Rutter, M", "Ruter, M"]


@st.composite
def described(draw) -> CitationNetwork:
    """Draw records and cited works with titles, authors and misprints of them, under any keys."""
    n = draw(st.integers(4, 9))
    rows = []
    for i in range(n):
        title, cut = draw(st.sampled_from([*TITLES, None])), draw(st.integers(0, 12))
        misprinted = title[:cut] + title[cut + 1 :] if title and cut > 6 else title
        rows.append(
            {
                "title": misprinted,
                "authors": draw(st.sampled_from(AUTHORS)),
                "year": draw(st.sampled_from([1983, 1983, 1985])),
                "container": draw(st.sampled_from(["Stress Coping", None])),
                "doi": draw(st.sampled_from(["10.1/a", "10.1/b", None, None])),
                "field": ["A", "B"][i % 2],
                "external": i > 3 and draw(st.booleans()),
            }
        )
    key = draw(st.sampled_from("vw"))
    works = pd.DataFrame(rows, index=[f"{key}{i}" for i in draw(st.permutations(range(n)))])
    pairs = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, n - 1)), max_size=12))
    arcs = [(works.index[i], works.index[j], f"{rows[j]['authors']} {rows[j]['year']}") for i, j in pairs]
    return CitationNetwork.from_frames(works, pd.DataFrame(arcs, columns=["citing", "cited", "raw"]))


def pairs(change: cn.Comparison, *order: str) -> list[tuple[str, ...]]:
    turn = {"added": "removed", "removed": "added", "merged": "split", "split": "merged"}
    works = change.works.assign(status=change.works["status"].replace(turn if order[0] == "after" else {}))
    return sorted(map(tuple, works[[*order, "status"]].fillna("").to_numpy().tolist()))


@settings(max_examples=25, deadline=None, phases=[Phase.generate])  # shrinking would take minutes
@given(described(), described())
def test_the_same_works_are_found_in_both_directions(one, other):
    there, back = (cn.compare(*versions) for versions in ((one, other), (other, one)))
    assert pairs(there, "before", "after") == pairs(back, "after", "before")
    turned = back.arcs.replace({"status": {"gained": "lost", "lost": "gained"}})
    assert there.arcs.value_counts(["status", "cause"]).to_dict() == turned.value_counts(["status", "cause"]).to_dict()


@settings(max_examples=8, deadline=None)
@given(networks(), networks(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(one, other, random):
    works, arcs = other.to_frames()
    order = list(range(len(works)))
    random.shuffle(order)
    shuffled = CitationNetwork.from_frames(works.iloc[order], arcs.iloc[::-1], max_lead=None)
    again = CitationNetwork(
        shuffled.works, shuffled.citing, shuffled.cited, dropped=other.dropped, evidence=shuffled.evidence
    )
    pd.testing.assert_frame_equal(compared(one, again).causes, compared(one, other).causes, check_exact=True)
