"""The sidecar: which file was made from what, how, and what is not in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import citenet
from citenet._support.tables import sha256_of
from citenet.io.export._text import without_unknown
from citenet.io.export._view import View
from citenet.network import CitationNetwork

__all__ = ["sidecar"]

_UNRESOLVED = ("unmatched", "ambiguous")


def sidecar(view: View, format: str, says: str, keeps_arcs: bool, written: Mapping[str, bytes]) -> str:  # noqa: A002
    """Text of the sidecar of some files.

    Parameters
    ----------
    view : View
    format : str
        Name of the format.
    says : str
        How the files hold the direction of citations, in words.
    keeps_arcs : bool
        Whether the format holds citations at all.
    written : mapping of str to bytes
        The files, by their names.
    """
    provenance: dict[str, Any] = view.source.provenance if isinstance(view.source, CitationNetwork) else {}
    content = {
        "citenet": citenet.__version__,
        "format": format,
        "direction": says,
        "files": [{"file": name, "sha256": sha256_of(data)} for name, data in sorted(written.items())],
        "inputs": _inputs(view, provenance),
        "parameters": {key: value for key, value in provenance.items() if key != "sources"},
        "seed": _seed(view, provenance),
        "counts": _counts(view),
        "not_written": _not_written(view, keeps_arcs),
        "groups": _groups(view),
        "renamed_ids": _renamed(view),
    }
    known = {key: value for key, value in content.items() if value is not None and value != {}}
    return json.dumps(without_unknown(known), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def _inputs(view: View, provenance: Mapping[str, Any]) -> list[dict[str, str]]:
    if isinstance(view.source, CitationNetwork):
        pairs = [pair for pair in provenance.get("sources", []) if isinstance(pair, list) and len(pair) == 2]
    else:
        pairs = view.source.sources[["file", "sha256"]].astype("object").to_numpy().tolist()
    return [{"file": str(file), "sha256": str(digest)} for file, digest in pairs]


def _seed(view: View, provenance: Mapping[str, Any]) -> Any:
    """Seed of the groups; without one, that of the network (simulated ones have it)."""
    if view.partition is not None and view.partition.seed is not None:
        return view.partition.seed
    simulated = provenance.get("simulated")
    return simulated.get("seed") if isinstance(simulated, dict) else provenance.get("seed")


def _counts(view: View) -> dict[str, Any]:
    source = view.source
    if not isinstance(source, CitationNetwork):
        return {
            "works": len(view.ids),
            "references": len(source.references),
            "references to works of the corpus by id": len(view.citing),
            "problems": len(source.problems),
        }
    reasons = {str(reason): int(n) for reason, n in source.dropped["reason"].value_counts().items()}
    return {
        "works": len(view.ids),
        "citations": len(view.citing),
        "dropped": {"all": len(source.dropped), **reasons},
        "unresolved": sum(reasons.get(reason, 0) for reason in _UNRESOLVED),
    }


def _not_written(view: View, keeps_arcs: bool) -> dict[str, int]:
    if isinstance(view.source, CitationNetwork):
        return {} if keeps_arcs or not view.citing else {"citations": len(view.citing)}
    lost = len(view.source.references) - (len(view.citing) if keeps_arcs else 0)
    return {"references": lost} if lost else {}


def _groups(view: View) -> dict[str, Any] | None:
    partition = view.partition
    if partition is None:
        return None
    return {
        "origin": partition.origin,
        "method": partition.method,
        "params": partition.params,
        "seed": partition.seed,
        "quality": partition.quality,
        "sizes": {str(name): int(n) for name, n in partition.sizes.items()},
        "unassigned": int((partition.labels < 0).sum()),
    }


def _renamed(view: View) -> dict[str, str]:
    given = view.source.works.index
    return {str(old): new for old, new in zip(given, view.ids, strict=True) if old != new}
