"""Every format that is written: its name, its endings, what it takes, and how it holds direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from citenet.io.export import bibtex, csl, cwts, gexf, graphml, jsonl, pajek, ris, tables, vosviewer
from citenet.io.export._view import View

__all__ = ["FORMATS", "Format"]

_ARROW = "Every edge runs citing → cited."


@dataclass(frozen=True)
class Format:
    """One format.

    Parameters
    ----------
    name : str
    endings : tuple of str
        File endings that choose it, in lower case.
    files : callable
        View and file name to texts by file name.
    says : str
        Which way citations run in the file, for the sidecar.
    takes_corpus : bool
        Whether a corpus, whose references are not resolved yet, can be written.
    keeps_arcs : bool
        Whether citations are in the file.
    """

    name: str
    endings: tuple[str, ...]
    files: Callable[[View, str], dict[str, str]]
    says: str
    takes_corpus: bool = False
    keeps_arcs: bool = True


FORMATS = (
    Format(
        "vosviewer-json",
        (".json",),
        vosviewer.json_files,
        "Links run source_id (citing) → target_id (cited); VOSviewer shows them without direction.",
    ),
    Format(
        "vosviewer-text",
        (".txt",),
        vosviewer.text_files,
        "Each line of the network is citing, cited, 1; VOSviewer shows links without direction.",
    ),
    Format("pajek", pajek.ENDINGS, pajek.files, "Arcs run citing → cited."),
    Format("gexf", (".gexf",), gexf.files, _ARROW),
    Format("graphml", (".graphml",), graphml.files, _ARROW),
    Format("csv", tables.ENDINGS, tables.files, "Each row of the edges is one citation, citing → cited."),
    Format(
        "gephi-csv", (), tables.gephi_files, "Each row of the edges is one citation, Source (citing) → Target (cited)."
    ),
    Format("cwts", cwts.ENDINGS, cwts.files, "Undirected: each pair of works once, whichever cites the other."),
    Format(
        "bibtex", (".bib",), bibtex.files, "The field 'cites' of an entry holds the keys of the works it cites.", True
    ),
    Format("ris", (".ris",), ris.files, "RIS has no field for citations; they are not in the file.", True, False),
    Format(
        "csl-json", (".csl.json",), csl.files, "'custom.cites' of an item holds the ids of the works it cites.", True
    ),
    Format("jsonl", (".jsonl",), jsonl.files, "Each citation is one record, citing → cited.", True),
)
