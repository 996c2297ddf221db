"""Write a network or a corpus as the files that another tool opens."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from citenet._support.choices import check_choice
from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.io.export._formats import FORMATS, Format
from citenet.io.export._meta import sidecar
from citenet.io.export._view import Direction, view_of
from citenet.network import CitationNetwork

__all__ = ["write"]


def write(
    obj: CitationNetwork | Corpus,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002 - the word a user expects
    groups: object = None,
    direction: Direction = "citing",
    layout: pd.DataFrame | None = None,
) -> list[Path]:
    """Write a network or a corpus for another tool, and beside it what the files were made from.

    Parameters
    ----------
    obj : CitationNetwork or Corpus
        A corpus can be written as "bibtex", "ris", "csl-json" and "jsonl"; the other formats need a network.
    path : str or Path
        Where to write; the ending chooses the format. Formats of several files take its stem. Folders are made and
        files of the same names replaced.
    format : str, optional
        "vosviewer-json" (.json), "vosviewer-text" (.txt), "pajek" (.net, .paj), "gexf" (.gexf), "graphml" (.graphml),
        "csv" (.csv), "gephi-csv", "cwts" (.tsv), "bibtex" (.bib), "ris" (.ris), "csl-json" (.csl.json) or "jsonl"
        (.jsonl). A corpus at ``.json`` is written as "csl-json".
    groups : Partition, column name, mapping, Series or list of sets of ids, optional
        Groups of the works: clusters, colours and classes of the formats that have them.
    direction : {"citing", "flow"}
        For Pajek alone: arcs citing → cited, or cited → citing as its main path analysis takes them.
    layout : DataFrame, optional
        Columns ``x`` and ``y`` for every work, indexed by work id; for formats that place works.

    Returns
    -------
    list of Path
        The files written; the last is ``<name>.meta.json``: version, digests of the inputs and the files, parameters,
        seed, counts, where the groups come from, and which way citations run.

    Raises
    ------
    InputError
        If the format is unknown or cannot hold the object, the path is a folder, a work lacks its place in the
        layout, or VOSviewer is given more than 1,000 groups.

    Notes
    -----
    The bytes depend on the content alone: works are in order of their id, citations in order of (citing, cited), lines
    end in LF, text is UTF-8, and there is no date. Unknown values are left out. Text stands on one line, without
    control characters ("jsonl" keeps it as it is).

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> works = pd.DataFrame({"year": [2001, 2005], "field": ["PAM", "HSR"]}, index=["a", "b"])
    >>> net = CitationNetwork(works, [1], [0])
    >>> with TemporaryDirectory() as folder:
    ...     [file.name for file in write(net, f"{folder}/net.net", groups="field")]
    ['net.clu', 'net.net', 'net.paj', 'net.vec', 'net.net.meta.json']
    """
    if not isinstance(obj, CitationNetwork | Corpus):
        raise InputError(
            f"write takes a CitationNetwork or a Corpus, not a {type(obj).__name__}; "
            "to show what crosses between groups, write the network with groups="
        )
    check_choice("direction", direction, ["citing", "flow"])
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"a path is a str or a pathlib.Path; {type(path).__name__} is neither")
    target = Path(path)
    if target.is_dir() or not target.name:
        raise InputError(
            f"{str(target)!r} is a folder; name a file in it, for example {str(target / 'network.gexf')!r}"
        )
    chosen = _format_of(obj, target.name, format)
    if isinstance(obj, Corpus) and not chosen.takes_corpus:
        takes = ", ".join(repr(known.name) for known in FORMATS if known.takes_corpus)
        raise InputError(
            f"format {chosen.name!r} holds citations, and those of a corpus are not resolved yet: write "
            f"build_network(corpus, resolve(corpus)), or the corpus as one of {takes}"
        )
    if direction == "flow" and chosen.name != "pajek":
        raise InputError(f"direction='flow' is for Pajek; in {chosen.name!r} citations run citing → cited")
    view = view_of(obj, groups, layout, direction)
    written = {name: text.encode("utf-8") for name, text in sorted(chosen.files(view, target.name).items())}
    says = "Arcs run cited → citing." if direction == "flow" else chosen.says
    meta = sidecar(view, chosen.name, says, chosen.keeps_arcs, written)
    written[f"{target.name}.meta.json"] = meta.encode("utf-8", "backslashreplace")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for name, data in written.items():
            target.with_name(name).write_bytes(data)
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"{str(target)!r} cannot be written: {reason}; name a place where you may write") from error
    return [target.with_name(name) for name in written]


def _format_of(obj: CitationNetwork | Corpus, name: str, chosen: str | None) -> Format:
    """Return the format of that name, or else the one with the longest ending that the file name has."""
    by_name = {known.name: known for known in FORMATS}
    if chosen is not None:
        return by_name[check_choice("format", chosen, by_name)]
    endings = {ending: known for known in FORMATS for ending in known.endings}
    if isinstance(obj, Corpus):
        endings[".json"] = by_name["csl-json"]
    fitting = [ending for ending in endings if name.lower().endswith(ending)]
    if not fitting:
        raise InputError(
            f"the ending of {name!r} is of no format (endings: {', '.join(endings)}); or name one with format="
        )
    return endings[max(fitting, key=len)]
