"""Build the citation network from a corpus and the resolution of its references."""

from __future__ import annotations

import pandas as pd

from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.resolution.external import external_ids, external_works
from citenet.resolution.keys import key_table
from citenet.resolution.result import Resolution

__all__ = ["build_network", "passage_network"]


def build_network(
    corpus: Corpus, links: Resolution, *, external: bool = False, max_lead: int | None = 1
) -> CitationNetwork:
    """Turn matched references into arcs citing → cited.

    Parameters
    ----------
    corpus : Corpus
    links : Resolution
        From `resolve(corpus)`.
    external : bool
        Make cited works outside the corpus nodes of their own (column ``external``). Most of what a paper draws on lies
        outside any corpus.
    max_lead : int or None
        A reference to a work dated more than this many years after the citing one is dropped as "later".

    Returns
    -------
    CitationNetwork
        Citations + dropped = references. ``evidence`` holds the reference behind each arc, and in ``note`` what was not
        compared; ``dropped`` the likeliest work of each ambiguous reference, with its probability as ``score``.
        ``provenance["capped"]`` counts the references to works outside that a block, too large, kept from being
        compared with all others.

    Raises
    ------
    InputError
        If the links are of another corpus.

    Examples
    --------
    >>> import pandas as pd
    >>> from citenet.corpus import Corpus
    >>> from citenet.resolution.matching import resolve
    >>> works = pd.DataFrame({"title": ["Getting a job", "Ties"], "year": [1974, 1990]}, index=["g", "t"])
    >>> references = pd.DataFrame({"citing": ["t", "t"], "title": ["Getting a job", "The strength of weak ties"],
    ...                            "authors": ["Granovetter, M", "Granovetter, M"], "year": [1974, 1973]})
    >>> corpus = Corpus(works, references)
    >>> build_network(corpus, resolve(corpus))
    <CitationNetwork: 2 works, 1 citation, 1974–1990, 1 reference dropped>
    >>> build_network(corpus, resolve(corpus), external=True)
    <CitationNetwork: 3 works, 2 citations, 1973–1990>
    """
    references, table = _joined(corpus, links)
    works, capped = corpus.works.assign(external=False), {}
    if external:
        outside = table["status"] == "unmatched"
        # A journal article that lacks its page is told from a book by the journals seen with a volume.
        keys = key_table(references)
        journals = pd.concat([keys.loc[keys["volume"] != "", "container"], key_table(works)["container"]])
        named = external_ids(
            references[outside],
            keys[outside],
            journals.drop_duplicates(),
            decisions=links.decisions,
            taken=works.index,
            max_block=links.params.get("max_block", 200),
        )
        found = external_works(references[outside], named["work"])
        table.loc[named.index, "work"] = named["work"]
        table.loc[named.index, "rule"] = "external"
        noted = table.loc[named.index, "note"].str.cat(named["note"], sep="; ")
        capped = named["note"].str.split("; ").explode().value_counts().sort_index().to_dict()
        table.loc[named.index, "note"] = noted.fillna(table["note"]).fillna(named["note"])
        works = pd.concat([works, found.assign(external=True)])
    linked = table["work"].notna()
    citations = table[linked].rename(columns={"work": "cited"})
    net = CitationNetwork.from_frames(works, citations, max_lead=max_lead)
    best = links.candidates.drop_duplicates(["citing", "position"])[["citing", "position", "work", "score"]]
    lost = table[~linked].drop(columns=["work", "score"]).merge(best, on=["citing", "position"], how="left")
    lost = lost.rename(columns={"status": "reason", "work": "cited"})[["citing", "cited", "reason", "raw", "score"]]
    return CitationNetwork(
        works=net.works,
        citing=net.citing,
        cited=net.cited,
        dropped=pd.concat([net.dropped, lost], ignore_index=True),
        evidence=net.evidence,
        provenance={
            "sources": corpus.sources[["file", "sha256"]].astype("object").to_numpy().tolist(),
            "resolution": dict(links.params),
            "external": external,
            "capped": capped,
            "max_lead": max_lead,
        },
    )


def passage_network(corpus: Corpus, links: Resolution) -> CitationNetwork:
    """Build the network in which each passage of a text cites the works it mentions.

    Parameters
    ----------
    corpus : Corpus
        With ``contexts``.
    links : Resolution

    Returns
    -------
    CitationNetwork
        All works of the corpus, and passages as works of type "passage", named ``citing work:passage``;
        co-citation in it is co-citation by passage.

    Raises
    ------
    InputError
        If the corpus has no contexts, or they name (in a column ``cited``) another work than the reference means.
    """
    contexts = corpus.contexts
    if contexts.empty:
        raise InputError("the corpus has no contexts: add a table with the columns passage, citing and position")
    _, table = _joined(corpus, links)
    linked = table[["citing", "position", "work", "status"]].rename(columns={"status": "link_status"})
    mentioned = contexts.merge(linked, on=["citing", "position"], how="left")
    if "cited" in mentioned:
        wrong = mentioned["cited"].notna() & mentioned["work"].notna() & (mentioned["cited"] != mentioned["work"])
        if wrong.any():
            citing, position, said, found = mentioned.loc[wrong, ["citing", "position", "cited", "work"]].iloc[0]
            raise InputError(
                f"{int(wrong.sum())} of {len(mentioned)} mentions name another work than the reference at that number: "
                f"{citing!r}, reference {position} is {found!r}, the passages say {said!r}; correct one of them"
            )
    passage = mentioned["citing"] + ":" + mentioned["passage"]
    passages = pd.DataFrame({"title": mentioned["section"].to_numpy(), "type": "passage"}, index=passage)
    passages = passages[~passages.index.duplicated()]
    arcs = pd.DataFrame({"citing": passage, "cited": mentioned["work"]})
    net = CitationNetwork.from_frames(pd.concat([corpus.works, passages]), arcs.dropna(), max_lead=None)
    status = mentioned["link_status"].fillna("unmatched").to_numpy()
    unresolved = arcs.assign(reason=status)[arcs["cited"].isna()]
    return CitationNetwork(
        works=net.works,
        citing=net.citing,
        cited=net.cited,
        dropped=pd.concat([net.dropped, unresolved], ignore_index=True),
        provenance={"unit": "passage"},
    )


def _joined(corpus: Corpus, links: Resolution) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the references and, in the same order, their links with the raw text."""
    references, table = corpus.references, links.links
    same = len(references) == len(table) and (
        (references["citing"].to_numpy() == table["citing"].to_numpy()).all()
        and (references["position"].to_numpy() == table["position"].to_numpy()).all()
    )
    if not same:
        raise InputError(
            f"the links ({len(table):,} rows) are not of this corpus ({len(references):,} references); resolve it again"
        )
    return references, table.assign(raw=references["raw"])
