"""The CRF against sums over all label sequences; weight files."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from citenet.refparse.features import NGRAMS, SIDES, Places, contexts, describe
from citenet.refparse.tagger import Tagger
from citenet.refparse.tokens import tokenize
from citenet.refparse.weights import (
    Weights,
    dump_lexicon,
    dump_weights,
    load_lexicon,
    read_lexicon,
    read_weights,
)

LABELS = ("B-title", "o", "title")
TEXTS = ["Smith J.", "in 2001: 12–14", "«A» and", "x", "In: Beck, Berlin 1999"]


def names_of(tokens: list[str]) -> list[list[str]]:
    """Every feature name at every token, built the slow way."""
    seen = [describe(token, {"beck": 1}) for token in tokens]
    padded = ["<s>"] * 3 + [entry.word_class for entry in seen] + ["</s>"] * 3
    flags = np.array([entry.flags for entry in seen], np.int32)
    coarse = np.array([entry.coarse for entry in seen], np.int8)
    values = contexts(flags, coarse, Places.of(np.array([len(tokens)])))
    names = []
    for i, entry in enumerate(seen):
        held = [f"own {key}" for key in entry.own]
        for offset in SIDES:
            inside = 0 <= i + offset < len(seen)
            held += [f"{offset} {key}" for key in seen[i + offset].side] if inside else [f"{offset} edge"]
        held += [f"{name} " + " ".join(padded[i + 3 + o] for o in window) for name, window in NGRAMS.items()]
        held += [f"{name} {value[i]}" for name, value in values.items()]
        names.append(held)
    return names


@pytest.fixture(scope="module")
def weights() -> Weights:
    rng = np.random.default_rng(5)
    names = sorted({name for text in TEXTS for held in names_of(tokenize(text)) for name in held})
    names = [name for i, name in enumerate(names) if i % 3]  # some features carry no weight
    rows = rng.normal(0, 0.4, (len(names), len(LABELS))).astype(np.float32)
    return Weights.named(LABELS, rng.normal(0, 1, (3, 3)).astype(np.float32), names, rows)


def test_labels_and_marginals_agree_with_all_labellings(weights: Weights) -> None:
    tagger = Tagger(weights, {"beck": 1})
    row = {name: i for i, name in enumerate(weights.names)}
    sequences = [tokenize(text) for text in TEXTS]
    tagged = tagger.tag(sequences)
    at = 0
    for tokens in sequences:
        emission = np.array([weights.rows[[row[n] for n in held if n in row]].sum(axis=0) for held in names_of(tokens)])
        mass = np.zeros((len(tokens), 2))
        best = (-np.inf, ())
        for labels in itertools.product(range(3), repeat=len(tokens)):
            score = sum(emission[i, label] for i, label in enumerate(labels))
            score += sum(weights.transitions[a, b] for a, b in itertools.pairwise(labels))
            best = max(best, (score, labels))
            for i, label in enumerate(labels):
                mass[i, int(label == 1)] += np.exp(score)
        mass /= mass.sum(axis=1, keepdims=True)
        expected = mass.argmax(axis=1)
        if mass.max(axis=1).min() < 0.6:  # doubtful: the most probable path decides
            expected = np.array([int(label == 1) for label in best[1]])
        assert tagger.fields == ("title", "o")
        np.testing.assert_array_equal(tagged.labels[at : at + len(tokens)], expected)
        sure = mass[np.arange(len(tokens)), expected]
        np.testing.assert_allclose(tagged.confidence[at : at + len(tokens)], sure, rtol=1e-3)
        at += len(tokens)


def test_long_and_short_sequences_together_are_as_alone(weights: Weights) -> None:
    tagger = Tagger(weights, {})
    sequences = [tokenize(text) for text in (TEXTS[0] * 40, TEXTS[1], TEXTS[4] * 7, TEXTS[3])]
    together = tagger.tag(sequences)
    alone = [tagger.tag([tokens]) for tokens in sequences]
    np.testing.assert_array_equal(together.labels, np.concatenate([one.labels for one in alone]))
    np.testing.assert_allclose(together.confidence, np.concatenate([one.confidence for one in alone]), rtol=1e-4)


def test_what_is_remembered_of_words_does_not_change_labels(weights: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    tagger = Tagger(weights, {"beck": 1})
    sequences = [tokenize(text) for text in TEXTS]
    first = tagger.tag(sequences)
    monkeypatch.setattr("citenet.refparse.sums._LEARNT", 2)  # learns a few words at a time
    monkeypatch.setattr("citenet.refparse.tagger._CACHE", 1)  # and forgets them before each call
    for _ in range(2):
        again = tagger.tag(sequences)
        np.testing.assert_array_equal(again.labels, first.labels)
        np.testing.assert_array_equal(again.confidence, first.confidence)


def test_weight_files_hold_what_was_put_in_to_a_hundredth(weights: Weights) -> None:
    data = dump_weights(weights)
    assert data == dump_weights(weights)
    back = read_weights(data)
    assert weights.labels == back.labels
    order = [back.names.index(name) for name in weights.names]
    np.testing.assert_allclose(back.rows[order], weights.rows[:-1], atol=0.02)


def test_lexicon_files_hold_what_was_put_in() -> None:
    words = {"beck": 1, "becker": 1, "berlin": 4, "wien": 5, "wiener": 1}
    assert words == read_lexicon(dump_lexicon(words))
    assert len(load_lexicon()) > 10_000
