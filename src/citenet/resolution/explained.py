"""Why records were merged, left apart or not compared, as tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.corpus import Corpus
from citenet.resolution.joining import Joined
from citenet.resolution.named_works import described, identifiers_of

__all__ = ["doubtful_pairs", "merges_told", "with_problems"]

Ints = npt.NDArray[np.int64]


def with_problems(corpus: Corpus, works: pd.DataFrame, capped: pd.DataFrame) -> Corpus:
    """Return the corpus with a problem for each record that was not compared with all others like it."""
    if capped.empty:
        return corpus
    blocks = capped.groupby("reference")["block"].agg(lambda names: ", ".join(sorted(names)))
    rows = works.iloc[blocks.index]
    named = zip(rows.index, blocks, strict=True)
    said = [f"{work!r} was not compared with all records that are alike by {block}" for work, block in named]
    told = pd.DataFrame(
        {
            "file": rows["file"].to_numpy(),
            "line": rows["line"].array,
            "kind": "block too large",
            "detail": said,
            "excerpt": rows["title"].to_numpy(),
        }
    )
    return replace(corpus, problems=pd.concat([corpus.problems, told], ignore_index=True).drop_duplicates())


def merges_told(corpus: Corpus, kept: Ints, pairs: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """List the merged records, with the surest evidence that joins each to its cluster, and count their references."""
    works = corpus.works
    ids = works.index.to_numpy(dtype=object)
    copies = np.flatnonzero(kept != np.arange(kept.size))
    inside = pairs[(kept[pairs["one"]] == kept[pairs["other"]]) & pairs["joins"]]
    ends = pd.concat(
        [inside.assign(copy=inside["one"], to=inside["other"]), inside.assign(copy=inside["other"], to=inside["one"])]
    )
    direct = ends["to"].to_numpy() == kept[ends["copy"]]
    best = ends.assign(direct=direct).sort_values(
        ["copy", "direct", "score", "to"], ascending=[True, False, False, True]
    )
    best = best.drop_duplicates("copy").set_index("copy").reindex(copies)
    through = np.where(best["direct"].astype("bool"), "", " (through " + ids[best["to"]].astype(object) + ")")
    merges = pd.DataFrame(
        {
            "work": ids[kept[copies]],
            "copy": ids[copies],
            "rule": best["rule"].to_numpy(dtype=object) + through,
            "score": best["score"].to_numpy(),
            **_told(works, kept[copies], copies, "copy"),
            "file": works["file"].to_numpy(dtype=object)[copies],
            "line": works["line"].array[copies],
        }
    )
    return merges.merge(_counts(corpus, placed), on="copy", how="left")


def _counts(corpus: Corpus, placed: pd.DataFrame) -> pd.DataFrame:
    """Count the references of each record, and how many of them the list of the work had already."""
    after = placed.duplicated(["new_citing", "new_position"], keep=False)
    counts = pd.DataFrame({"copy": placed["citing"], "merged_references": after}).groupby("copy")["merged_references"]
    table = counts.agg(n_references="size", merged_references="sum").reindex(corpus.works.index, fill_value=0)
    return table.rename_axis("copy").reset_index()


def _told(works: pd.DataFrame, one: Any, other: Any, name: str) -> dict[str, Any]:
    """Say what two records of each row are known by."""
    columns = {"description": described(works), "identifier": identifiers_of(works)}
    sides = (("", one), (f"{name}_", other))
    return {side + column: told.array[rows] for side, rows in sides for column, told in columns.items()}


def doubtful_pairs(works: pd.DataFrame, found: Joined, pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs that look like one work and were left apart, with the reason."""
    ids, labels = works.index.to_numpy(dtype=object), found.labels
    likely = pairs[
        (labels[pairs["one"]] != labels[pairs["other"]]) & (pairs["score"] >= 0.5) & (pairs["rule"] != "decision")
    ]
    torn = [pair in found.torn for pair in zip(likely["one"], likely["other"], strict=True)]
    note = likely["note"].mask(np.array(torn, dtype=bool), "as like another record that conflicts with this one")
    note = note.mask((note == "") & likely["joins"], "conflicts with a surer pair")
    note = note.mask((note == "") & ~likely["identified"], "nothing that tells works apart agrees")
    note = note.mask(note == "", "not sure enough")
    return pd.DataFrame(
        {
            "work": ids[likely["one"]],
            "other": ids[likely["other"]],
            "rule": likely["rule"].to_numpy(dtype=object),
            "score": likely["score"].to_numpy(),
            "note": note.to_numpy(dtype=object),
            **_told(works, likely["one"].to_numpy(), likely["other"].to_numpy(), "other"),
        }
    )
