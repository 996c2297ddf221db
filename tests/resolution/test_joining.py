"""Clusters by evidence are those of the evidence, whatever the order of records."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from citenet.resolution.clusters import conflicting
from citenet.resolution.joining import joined

RECORDS = 6
PAIRS = [(a, b) for a in range(RECORDS) for b in range(a + 1, RECORDS)]
graphs = st.tuples(
    st.lists(st.sampled_from([{}, {"doi": "A"}, {"doi": "B"}]), min_size=RECORDS, max_size=RECORDS),
    st.dictionaries(st.sampled_from(PAIRS), st.sampled_from([5.0, 6.0, 9.0]), max_size=len(PAIRS)),
    st.sets(st.sampled_from(PAIRS), max_size=2),
)


def clustered(graph, order) -> set[frozenset[int]]:
    """Clusters by original number, of records that are put in another order."""
    ids, strengths, apart = graph
    place = {record: at for at, record in enumerate(order)}
    rows = [(*sorted((place[a], place[b])), strength) for (a, b), strength in strengths.items()]
    edges = pd.DataFrame(rows, columns=["one", "other", "strength"]).astype({"one": "int64", "other": "int64"})
    edges = edges.sort_values(["strength", "one", "other"], ascending=[False, True, True], ignore_index=True)
    found = joined(
        edges,
        [ids[record] for record in order],
        lambda pairs: np.zeros(len(pairs), dtype=bool),
        margin=2.0,
        apart=[tuple(sorted((place[a], place[b]))) for a, b in apart],
    )
    groups: dict[int, set[int]] = {}
    for record, label in zip(order, found.labels.tolist(), strict=True):
        groups.setdefault(label, set()).add(record)
    return {frozenset(group) for group in groups.values()}


@settings(max_examples=150, deadline=None)
@given(graph=graphs, order=st.permutations(range(RECORDS)))
def test_clusters_do_not_depend_on_the_order_and_hold_nothing_that_conflicts(graph, order):
    ids, _, apart = graph
    found = clustered(graph, list(range(RECORDS)))
    assert clustered(graph, order) == found
    for group in found:
        assert not any(conflicting(ids[a], ids[b]) or (a, b) in apart for a in group for b in group)


def test_a_record_goes_with_what_it_is_clearly_more_like():
    ids = [{"doi": "A"}, {"doi": "B"}, {}]
    assert clustered((ids, {(0, 2): 9.0, (1, 2): 6.0}, set()), [0, 1, 2]) == {frozenset({0, 2}), frozenset({1})}
    assert len(clustered((ids, {(0, 2): 9.0, (1, 2): 7.5}, set()), [0, 1, 2])) == 3
