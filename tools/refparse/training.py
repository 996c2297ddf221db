"""From examples to a weight file: features as text, L-BFGS by crfsuite, pruning, a byte per weight."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pycrfsuite
from data import Example

from citenet.refparse.features import NGRAMS, SIDES, Places, contexts, describe
from citenet.refparse.weights import Weights


def feature_texts(
    sequences: Sequence[Sequence[str]], lexicon: Mapping[str, int], without: frozenset[str] = frozenset()
) -> Iterator[list[list[str]]]:
    """Names of the features that hold at each token of each sequence.

    Parameters
    ----------
    without : frozenset of str
        Feature groups left out, for the ablation: "word", "affix", "dictionary", "side", "ngram", "context", or the
        name of one context.
    """
    known: dict[str, _Profile] = {}
    for tokens in sequences:
        for token in tokens:
            if token not in known:
                known[token] = _profile(token, lexicon, without)
        seen = [known[token] for token in tokens]
        features = [list(entry.own) for entry in seen]
        _add_sides(features, seen)
        if "ngram" not in without:
            _add_ngrams(features, [entry.word_class for entry in seen])
        if "context" not in without:
            flags = np.array([entry.flags for entry in seen], np.int32)
            coarse = np.array([entry.coarse for entry in seen], np.int8)
            for name, values in contexts(flags, coarse, Places.of(np.array([len(seen)]))).items():
                if name not in without:
                    for place, value in enumerate(values.tolist()):
                        features[place].append(f"{name} {value}")
        yield features


class _Profile(NamedTuple):
    """Names of a token's own features and of those its neighbours see, by offset."""

    own: list[str]
    around: list[list[str]]
    word_class: str
    flags: int
    coarse: int


def _profile(token: str, lexicon: Mapping[str, int], without: frozenset[str]) -> _Profile:
    seen = describe(token, lexicon)
    own = [f"own {key}" for key in seen.own if _group(key) not in without]
    side = [] if "side" in without else [key for key in seen.side if _group(key) not in without]
    return _Profile(
        own, [[f"{offset} {key}" for key in side] for offset in SIDES], seen.word_class, seen.flags, seen.coarse
    )


def _add_sides(features: list[list[str]], seen: Sequence[_Profile]) -> None:
    for i, offset in enumerate(SIDES):
        edge = [f"{offset} edge"]
        for place, held in enumerate(features):
            other = place + offset
            held += seen[other].around[i] if 0 <= other < len(seen) else edge


def _group(key: str) -> str:
    kind = key[:2]
    if kind == "w=":
        return "word"
    if kind in ("D=", "d=", "d|", "d-"):
        return "dictionary"
    return "affix" if kind in ("p2", "p3", "s2", "s3", "s4") else "shape"


def _add_ngrams(features: list[list[str]], classes: list[str]) -> None:
    padded = ["<s>"] * 3 + classes + ["</s>"] * 3
    for place, held in enumerate(features):
        for name, window in NGRAMS.items():
            held.append(f"{name} " + " ".join(padded[place + 3 + offset] for offset in window))


@dataclass(frozen=True, slots=True)
class Fit:
    """How a CRF is fitted.

    Stochastic gradient descent ("l2sgd") needs a quarter of the passes that L-BFGS needs for the same scores. A feature
    seen with a label fewer than ``minimum`` times has no weight there; with ``every_step`` features seen fewer than
    ``minimum`` times in all have none, and each step from label to label has a weight, also one that was never seen.
    """

    algorithm: Literal["l2sgd", "lbfgs"] = "l2sgd"
    passes: int = 20
    l2: float = 0.15
    minimum: int = 3
    every_step: bool = False


def fit(
    examples: Iterable[Example],
    lexicon: Mapping[str, int],
    how: Fit,
    *,
    without: frozenset[str] = frozenset(),
    keep: Path | None = None,
) -> Weights:
    """Train a CRF, leaving feature groups out; crfsuite's own model file is kept where ``keep`` says."""
    trainer = pycrfsuite.Trainer(verbose=False)
    held = [example for example in examples if len(example.tokens) <= 250]
    tokens = [example.tokens for example in held]
    known = _frequent(feature_texts(tokens, lexicon, without), how.minimum) if how.every_step else None
    for example, features in zip(held, feature_texts(tokens, lexicon, without), strict=True):
        kept = features if known is None else [[name for name in place if name in known] for place in features]
        trainer.append(kept, example.labels)
    trainer.select(how.algorithm)
    minimum = 0 if how.every_step else how.minimum
    trainer.set_params({"c2": how.l2, "max_iterations": how.passes, "feature.minfreq": minimum, "period": 10})
    trainer.set_params({"feature.possible_transitions": how.every_step})
    trainer.set_params({"delta": 1e-6} if how.algorithm == "l2sgd" else {"delta": 1e-4, "c1": 0.0})
    with tempfile.TemporaryDirectory() as folder:
        path = keep or Path(folder) / "model.crfsuite"
        trainer.train(str(path))
        return from_crfsuite(path)


def _frequent(sequences: Iterable[list[list[str]]], minimum: int) -> set[str]:
    """Names of the features that are seen ``minimum`` times."""
    counts = Counter(name for features in sequences for place in features for name in place)
    return {name for name, n in counts.items() if n >= minimum}


def fit_lines(lists: Iterable[tuple[list[list[str]], list[str]]]) -> Weights:
    """Train the two-state model of lines."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for features, labels in lists:
        if features:
            trainer.append(features, labels)
    trainer.select("lbfgs")
    trainer.set_params({"c1": 0.0, "c2": 1.0, "max_iterations": 60, "feature.minfreq": 3})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.crfsuite"
        trainer.train(str(path))
        return from_crfsuite(path)


def from_crfsuite(path: Path) -> Weights:
    """Weights of a model that crfsuite wrote."""
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    info = tagger.info()
    labels = sorted(tagger.labels())
    number = {label: i for i, label in enumerate(labels)}
    transitions = np.zeros((len(labels), len(labels)), np.float32)
    for (before, behind), weight in info.transitions.items():
        transitions[number[before], number[behind]] = weight
    names = sorted({name for name, _ in info.state_features})
    row = {name: i for i, name in enumerate(names)}
    rows = np.zeros((len(names), len(labels)), np.float32)
    for (name, label), weight in info.state_features.items():
        rows[row[name], number[label]] = weight
    return Weights.named(labels, transitions, names, rows)


def average(members: Sequence[Weights]) -> Weights:
    """Mean of models with the same labels: a feature that a member does not have weighs nothing there.

    The mean scores better than any member, and costs no more to decode.
    """
    labels = members[0].labels
    names = sorted({name for member in members for name in member.names})
    row = {name: i for i, name in enumerate(names)}
    rows = np.zeros((len(names), len(labels)), np.float32)
    for member in members:
        rows[[row[name] for name in member.names]] += member.rows[:-1] / len(members)
    transitions = np.mean([member.transitions for member in members], axis=0, dtype=np.float32)
    return Weights.named(labels, transitions, names, rows)


def prune(weights: Weights, smallest: float) -> Weights:
    """Drop weights below ``smallest`` and features that keep none."""
    rows = np.where(np.abs(weights.rows) >= smallest, weights.rows, 0).astype(np.float32)[:-1]
    held = np.flatnonzero(rows.any(axis=1))
    names = weights.names
    return Weights.named(weights.labels, weights.transitions, [names[i] for i in held], rows[held])
