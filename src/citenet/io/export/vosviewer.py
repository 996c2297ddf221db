"""VOSviewer: one JSON file, or a map and a network in text, with groups as named clusters.

VOSviewer draws links without direction and adds up those between the same two items. Which work cites which stands
in the description of each item, and two scores count the citations that cross between groups.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any
from urllib.parse import quote

from citenet.errors import InputError
from citenet.io.export._palette import colour
from citenet.io.export._text import number, stem_of
from citenet.io.export._view import View

__all__ = ["ENDINGS", "json_files", "text_files"]

ENDINGS = (".json", ".txt")
_MOST_CLUSTERS = 1_000
_LISTED = 10
_HEADER = ("id", "label", "description", "url", "x", "y", "cluster")
_LABEL = str.maketrans({"<": "‹", ">": "›"})  # VOSviewer Online takes a label for HTML, the desktop program does not
_DIRECTION = (
    "A link is a citation. VOSviewer shows links without direction and adds up those of one pair: the description of "
    "each publication says what it cites and what cites it."
)
_ACROSS = " The scores 'References to other group' and 'Citations from other group' count citations between groups."
_TERMINOLOGY = {
    "item": "Publication",
    "items": "Publications",
    "link": "Citation",
    "links": "Citations",
    "link_strength": "Citations between two publications",
    "total_link_strength": "Citations made and received",
    "cluster": "Community",
    "clusters": "Communities",
}


def json_files(view: View, name: str) -> dict[str, str]:
    """Text of the JSON file, by its name.

    Items are numbered from 1 (VOSviewer takes text that looks like a number for one). All links are shown and works
    without citation are kept.
    """
    used = _clusters(view)
    clusters = [{"cluster": group + 1, "label": view.group_names[group]} for group in used]
    colours = [{"cluster": group + 1, "color": colour(group)} for group in used]
    arcs = zip(view.citing, view.cited, strict=True)
    content = {
        "network": {
            "items": _items(view),
            "links": [{"source_id": i + 1, "target_id": j + 1, "strength": 1} for i, j in arcs],
            "clusters": clusters,
        },
        "config": {
            "color_schemes": {"cluster_colors": colours},
            "parameters": {
                "largest_component": False,
                "max_n_links": max(1_000, len(view.citing)),
                "min_link_strength": 0,
            },
            "terminology": _TERMINOLOGY,
            "templates": {},
            "styles": {},
        },
        "info": {"title": "Citation network", "description": _DIRECTION + (_ACROSS if clusters else "")},
    }
    return {name: json.dumps(content, ensure_ascii=False, indent=1) + "\n"}


def text_files(view: View, name: str) -> dict[str, str]:
    """Texts of ``…_map.txt`` and ``…_network.txt``, by their names."""
    _clusters(view)
    stem = stem_of(name, ENDINGS)
    rows = [_flat(item) for item in _items(view)]
    found = {key for row in rows for key in row}
    header = [key for key in _HEADER if key in found]
    header += sorted(found.difference(header), key=lambda key: (not key.startswith("weight"), key))
    lines = ["\t".join(header)] + ["\t".join(_quoted(row.get(key)) for key in header) for row in rows]
    arcs = zip(view.citing, view.cited, strict=True)
    return {
        f"{stem}_map.txt": "\n".join(lines) + "\n",
        f"{stem}_network.txt": "".join(f"{i + 1}\t{j + 1}\t1\n" for i, j in arcs),
    }


def _clusters(view: View) -> range:
    n = len(view.group_names)
    if n > _MOST_CLUSTERS:
        raise InputError(
            f"VOSviewer takes at most {_MOST_CLUSTERS:,} clusters; the partition has {n:,} groups. "
            "Keep the largest: groups.keep(groups.group_names[:1000])"
        )
    return range(n)


def _items(view: View) -> list[dict[str, Any]]:
    cites = view.cites()
    cited_by: list[list[int]] = [[] for _ in view.ids]
    for i, j in zip(view.citing, view.cited, strict=True):
        cited_by[j].append(i)
    return [_item(view, at, cites[at], cited_by[at]) for at in range(len(view.ids))]


def _item(view: View, at: int, cites: list[int], cited_by: list[int]) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": at + 1,
        "label": view.labels[at].translate(_LABEL),
        "description": _description(view, at, cites, cited_by),
    }
    if doi := view.value("doi", at):
        item["url"] = f"https://doi.org/{quote(doi, safe='/:;().-_')}"
    if view.xy is not None:
        item["x"], item["y"] = view.xy[at].tolist()
    if view.groups[at] >= 0:
        item["cluster"] = view.groups[at] + 1
    item["weights"] = {"Citations received": len(cited_by), "References made": len(cites)}
    scores = {
        "References to other group": view.value("n_cites_across", at),
        "Citations from other group": view.value("n_cited_by_across", at),
        "Publication year": view.value("year", at),
    }
    known = {name: score for name, score in scores.items() if score is not None}
    return {**item, "scores": known} if known else item


def _description(view: View, at: int, cites: list[int], cited_by: list[int]) -> str:
    """Say in HTML what the work is, what it cites and what cites it."""
    lines = [view.value("title", at), view.value("authors", at), view.value("container", at)]
    group = view.value("group", at)
    lines += [f"Id: {view.ids[at]}", f"Group: {group}" if group else None]
    shown = [escape(str(line), quote=False) for line in lines if line]
    for words, works in (("Cites", cites), ("Cited by", cited_by)):
        if works:
            more = f"; and {len(works) - _LISTED} more" if len(works) > _LISTED else ""
            names = "; ".join(escape(view.labels[work], quote=False) for work in works[:_LISTED])
            shown.append(f"<b>{words} {len(works)}:</b> {names}{more}")
    return "<br>".join(shown)


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    weights = {f"weight<{name}>": value for name, value in item.pop("weights").items()}
    scores = {f"score<{name}>": value for name, value in item.pop("scores", {}).items()}
    return {**item, **weights, **scores}


def _quoted(value: Any) -> str:
    """Cell of the map; what could be taken for a separator or a quote stands between quotes."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return number(value)
    return '"' + value.replace('"', '""') + '"' if any(sign in value for sign in ',;"\t') else value
