"""CitationNetwork: two integer arrays over a table of works; every arc runs citing → cited."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice
from citenet._support.tables import Record, Table, ascending, conform, index_by, load_tables, save_tables
from citenet.errors import ColumnError, InputError

if TYPE_CHECKING:
    import networkx as nx
    from scipy import sparse

__all__ = ["CitationNetwork", "check_network"]

IntArray = npt.NDArray[np.int32]
DROPPED_COLUMNS = {"citing": "str", "cited": "str", "reason": "str", "raw": "str"}
EVIDENCE_COLUMNS = {"position": "Int64", "raw": "str", "rule": "str", "score": "float64", "note": "str"}
_VERSION = 1


@dataclass(frozen=True, eq=False, repr=False)
class CitationNetwork:
    """A directed citation graph.

    Parameters
    ----------
    works : DataFrame, shape (n_works, …)
        Index ``work_id`` (str, unique); columns ``title`` and ``year`` (Int64, NA unknown) and any others.
    citing, cited : array_like of int, shape (n_citations,)
        Positions in ``works``. No loops, no parallel arcs.
    dropped : DataFrame, optional
        References that are no arc: citing, cited, reason ("duplicate", "self", "later", "unmatched", "ambiguous"),
        raw. References = citations + dropped.
    evidence : DataFrame, shape (n_citations, …), optional
        The reference behind each arc: position, raw, rule, score, note (what a reader of the match should know).
    provenance : mapping, optional
        How the network was made (JSON values).

    Notes
    -----
    Works are put in order of their id and arcs in order of (citing, cited): the same network has the same arrays,
    whatever the order it came in.

    Examples
    --------
    >>> net = CitationNetwork.from_frames(
    ...     pd.DataFrame({"year": [2001, 2005]}, index=["a", "b"]),
    ...     pd.DataFrame({"citing": ["b"], "cited": ["a"]}),
    ... )
    >>> net
    <CitationNetwork: 2 works, 1 citation, 2001–2005>
    """

    works: Table = Table()
    citing: IntArray = field(default_factory=lambda: np.empty(0, np.int32))
    cited: IntArray = field(default_factory=lambda: np.empty(0, np.int32))
    dropped: Table = Table()
    evidence: Table = Table()
    provenance: Record = Record()

    def __post_init__(self) -> None:
        indexed = index_by(self.works, "work_id", alias="id", what="work")
        works = conform(indexed, {"title": "str", "year": "Int64"}, "works")
        citing, cited = _positions(self.citing, len(works)), _positions(self.cited, len(works))
        if citing.shape != cited.shape:
            raise InputError(f"citing and cited must be as long as each other: {citing.size} and {cited.size}")
        if (citing == cited).any():
            raise InputError(
                f"{int((citing == cited).sum())} of {citing.size} citations are of the citing work itself; "
                "drop loops first (from_frames does)"
            )
        if not ascending(works.index):
            by_id = np.argsort(works.index.to_numpy(dtype=object), kind="stable")
            rank = np.empty(len(works), np.int32)
            rank[by_id] = np.arange(len(works), dtype=np.int32)
            citing, cited, works = rank[citing], rank[cited], works.iloc[by_id]
        order: npt.NDArray[np.int64] | slice = slice(None)
        if not _in_order(citing, cited):
            order = np.argsort(citing.astype(np.int64) * len(works) + cited, kind="stable")
            citing, cited = citing[order], cited[order]
        if not _in_order(citing, cited):
            raise InputError(
                "parallel arcs: one work cites another more than once; drop repeats first (from_frames does)"
            )
        evidence: pd.DataFrame | None = self.evidence if len(self.evidence) else None
        if evidence is not None:
            if len(evidence) != citing.size:
                raise InputError(f"evidence has {len(evidence)} rows for {citing.size} citations")
            evidence = conform(evidence.iloc[order].reset_index(drop=True), EVIDENCE_COLUMNS, "evidence")
        citing.flags.writeable = cited.flags.writeable = False
        put = object.__setattr__
        put(self, "works", works)
        put(self, "citing", citing)
        put(self, "cited", cited)
        dropped = conform(self.dropped, DROPPED_COLUMNS, "dropped")
        put(self, "dropped", dropped.sort_values(list(DROPPED_COLUMNS), ignore_index=True))
        put(self, "evidence", evidence)

    # -- what it is -----------------------------------------------------------------------------------------

    @property
    def n_works(self) -> int:
        """Number of works."""
        return len(self._index)

    @property
    def n_citations(self) -> int:
        """Number of arcs."""
        return int(self.citing.size)

    @property
    def ids(self) -> pd.Index[str]:
        """Work ids, in the order that ``citing`` and ``cited`` count in."""
        return self._index.view()

    @property
    def _index(self) -> pd.Index[str]:
        index: pd.Index[str] = self.__dict__["_works"].index
        return index

    @property
    def year(self) -> npt.NDArray[np.float64]:
        """Publication year of each work, shape (n_works,); NaN where unknown."""
        years: pd.Series[Any] = self.__dict__["_works"]["year"]
        return years.to_numpy(dtype="float64", na_value=np.nan)

    @property
    def external(self) -> npt.NDArray[np.bool_]:
        """Whether each work is cited but not of the corpus (its references were never read), shape (n_works,)."""
        works: pd.DataFrame = self.__dict__["_works"]
        if "external" not in works:
            return np.zeros(self.n_works, bool)
        return works["external"].fillna(False).to_numpy(dtype=bool)

    def __repr__(self) -> str:
        year = self.year
        known = year[~np.isnan(year)]
        span = f", {known.min():.0f}–{known.max():.0f}" if known.size else ", no years"
        n_dropped = len(self.dropped)
        dropped = f", {n_dropped:,} reference{'s'[: n_dropped != 1]} dropped" if n_dropped else ""
        return (
            f"<CitationNetwork: {self.n_works:,} work{'s'[: self.n_works != 1]}, "
            f"{self.n_citations:,} citation{'s'[: self.n_citations != 1]}{span}{dropped}>"
        )

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.summary().to_frame().to_html()}"

    def summary(self) -> pd.Series[Any]:
        """Count works, dated works, citations, those who cite and are cited, and each reason for a drop.

        Returns
        -------
        Series of int
        """
        counts = {
            "works": self.n_works,
            "works with a year": int((~np.isnan(self.year)).sum()),
            "citing works": int(np.unique(self.citing).size),
            "cited works": int(np.unique(self.cited).size),
            "citations": self.n_citations,
        }
        reasons = self.dropped["reason"].value_counts().sort_index()
        counts |= {f"dropped: {reason}": int(n) for reason, n in reasons.items()}
        return pd.Series(counts, name="count")

    # -- conversion -----------------------------------------------------------------------------------------

    @classmethod
    def from_frames(
        cls,
        works: pd.DataFrame,
        citations: pd.DataFrame,
        *,
        missing: Literal["error", "drop", "add"] = "error",
        max_lead: int | None = 1,
        provenance: Mapping[str, Any] | None = None,
    ) -> CitationNetwork:
        """Build a network from a table of works and a table of citations.

        Parameters
        ----------
        works : DataFrame
            Indexed by work id, or with a column ``work_id`` (or ``id``, where the index counts rows); ``year`` is used
            by every test.
        citations : DataFrame
            Columns ``citing`` and ``cited`` (work ids); ``raw``, ``position``, ``rule``, ``score`` are kept as
            evidence.
        missing : {"error", "drop", "add"}
            What to do with citations that name a work which is not in ``works``.
        max_lead : int or None
            A citation to a work dated more than this many years after the citing one is dropped as "later" (dates
            are wrong or the reference is); None keeps all.
        provenance : mapping, optional
            Kept with the network.

        Returns
        -------
        CitationNetwork
            Loops, repeats and later works are in ``dropped``, with their reason.

        Raises
        ------
        InputError, ColumnError
            If ids repeat, a column is missing, or (``missing="error"``) a citation names an unknown work.
        """
        check_choice("missing", missing, ["error", "drop", "add"])
        works = index_by(works, "work_id", alias="id", what="work")
        for column in ("citing", "cited"):
            if column not in citations:
                raise ColumnError("citations", column, citations.columns)
        known = [column for column in ("citing", "cited", *EVIDENCE_COLUMNS) if column in citations]
        schema = {"citing": "str", "cited": "str", **EVIDENCE_COLUMNS}
        arcs = conform(citations[known], {column: schema[column] for column in known}, "citations")
        extra = [column for column in EVIDENCE_COLUMNS if column in arcs]
        if extra:
            arcs = arcs.sort_values(known, ignore_index=True)  # of repeats, the same one is kept whatever the order
        citing, cited = (works.index.get_indexer(pd.Index(arcs[end])) for end in ("citing", "cited"))
        unknown = (citing < 0) | (cited < 0)
        if unknown.any():
            if missing == "error":
                example = arcs.loc[unknown, ["citing", "cited"]].iloc[0].to_dict()
                raise InputError(
                    f"{int(unknown.sum())} of {len(arcs)} citations name a work that is not in works, "
                    f'e.g. {example}; pass missing="drop" to leave them out or missing="add" to add the works'
                )
            if missing == "add":
                named = pd.concat([arcs["citing"], arcs["cited"]]).dropna().unique()
                works = works.reindex(works.index.append(pd.Index(named, dtype="str").difference(works.index)))
                citing, cited = (works.index.get_indexer(pd.Index(arcs[end])) for end in ("citing", "cited"))
                unknown = (citing < 0) | (cited < 0)
        reason = _reasons_to_drop(works, citing, cited, max_lead)
        kept = reason == ""
        lost = arcs[~kept].assign(reason=reason[~kept])
        return cls(
            works=works,
            citing=citing[kept].astype(np.int32),
            cited=cited[kept].astype(np.int32),
            dropped=lost[[column for column in DROPPED_COLUMNS if column in lost]],
            evidence=arcs.loc[kept, extra] if extra else None,
            provenance=provenance or {},
        )

    def to_frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return works and citations as tables (the inverse of `from_frames`).

        Returns
        -------
        works : DataFrame
        citations : DataFrame
            ``citing``, ``cited`` and, where known, the evidence for each arc.
        """
        return self.works, self.to_frame()

    def to_frame(self) -> pd.DataFrame:
        """Citations as a table: citing, cited and, where known, the evidence for each arc."""
        ids = self._index
        arcs = pd.DataFrame({"citing": ids[self.citing], "cited": ids[self.cited]})
        evidence = self.evidence
        return arcs.join(evidence) if len(evidence) else arcs

    @classmethod
    def from_networkx(cls, graph: nx.Graph, *, max_lead: int | None = 1) -> CitationNetwork:
        """Build a network from a directed networkx graph whose arcs run citing → cited.

        Parameters
        ----------
        graph : networkx.DiGraph or MultiDiGraph
            Node attributes become columns of ``works``; ``year`` is used by every test.
        max_lead : int or None
            As in `from_frames`.

        Raises
        ------
        InputError
            If the graph is undirected, or two nodes have the same name as text.
        """
        if not graph.is_directed():
            raise InputError("the graph is undirected; a citation network needs arcs citing → cited (nx.DiGraph)")
        names: dict[Hashable, str] = {node: str(node) for node in graph}
        works = pd.DataFrame.from_dict({names[node]: data for node, data in graph.nodes(data=True)}, orient="index")
        if len(set(names.values())) < len(names):
            raise InputError("two nodes have the same name as text (for example 1 and '1'); rename them")
        works = works.reindex(pd.Index(list(names.values()), dtype="str", name="work_id"))
        arcs = [(names[u], names[v]) for u, v in graph.edges()]
        return cls.from_frames(works, pd.DataFrame(arcs, columns=["citing", "cited"]), max_lead=max_lead)

    def to_networkx(self) -> nx.DiGraph:
        """Return an ``nx.DiGraph`` citing → cited with str nodes and scalar attributes; unknowns are left out."""
        import networkx as nx

        graph = nx.DiGraph(citenet_direction="citing → cited", citenet_schema_version=_VERSION)
        works = self.works
        columns = [(str(column), works[column].astype("object"), works[column].notna()) for column in works]
        for i, work_id in enumerate(self._index):
            graph.add_node(work_id, **{name: _scalar(col.iloc[i]) for name, col, known in columns if known.iloc[i]})
        ids = self._index.tolist()
        graph.add_edges_from((ids[i], ids[j]) for i, j in zip(self.citing, self.cited, strict=True))
        return graph

    def to_scipy(self) -> sparse.csr_array:
        """Adjacency as a sparse array, shape (n_works, n_works), int8: rows citing, columns cited."""
        from scipy import sparse

        ones = np.ones(self.n_citations, np.int8)
        shape = (self.n_works, self.n_works)
        return sparse.csr_array((ones, (self.citing, self.cited)), shape=shape)

    # -- selection ------------------------------------------------------------------------------------------

    def subset(self, works: Iterable[str] | npt.NDArray[np.bool_]) -> CitationNetwork:
        """Return the network of some works and the arcs among them; their other citations are dropped, and counted.

        Parameters
        ----------
        works : iterable of str, or bool array of shape (n_works,)
            Ids, or a mask in the order of ``ids``.

        Raises
        ------
        InputError
            If an id is unknown or the mask has another length or index.
        """
        chosen = self._mask(works)
        kept = chosen[self.citing] & chosen[self.cited]
        renumber = np.cumsum(chosen, dtype=np.int32) - 1
        evidence = self.evidence
        outside = self.to_frame()[chosen[self.citing] & ~kept].assign(reason="outside the subset")
        dropped = pd.concat([self.dropped, outside[[c for c in DROPPED_COLUMNS if c in outside]]], ignore_index=True)
        return CitationNetwork(
            works=self.works[chosen],
            citing=renumber[self.citing[kept]],
            cited=renumber[self.cited[kept]],
            dropped=dropped[dropped["citing"].isin(self._index[chosen])],
            evidence=evidence[kept] if len(evidence) else None,
            provenance={**self.provenance, "subset_of": self.n_works},
        )

    def without(self, citations: npt.NDArray[np.bool_], reason: str) -> CitationNetwork:
        """Return the network without some citations, which move to ``dropped``.

        Parameters
        ----------
        citations : ndarray of bool, shape (n_citations,)
            Which arcs to take out, in the order of ``citing`` and ``cited``.
        reason : str
            Why; it stands in ``dropped``.

        Raises
        ------
        InputError
            If the mask has another length.
        """
        if citations.shape != self.citing.shape:
            raise InputError(f"the mask has shape {citations.shape}, the network {self.n_citations} citations")
        evidence = self.evidence
        table = self.to_frame()[citations]
        gone = table[[column for column in DROPPED_COLUMNS if column in table]].assign(reason=reason)
        return CitationNetwork(
            works=self.works,
            citing=self.citing[~citations],
            cited=self.cited[~citations],
            dropped=pd.concat([self.dropped, gone], ignore_index=True),
            evidence=evidence[~citations] if len(evidence) else None,
            provenance=self.provenance,
        )

    def _mask(self, works: Iterable[str] | npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        if isinstance(works, str):
            raise InputError(f"subset takes a collection of ids; wrap the one you have: [{works!r}]")
        if isinstance(works, pd.Series) and pd.api.types.is_bool_dtype(works):
            if not works.index.equals(self._index):
                raise InputError("the mask is indexed by other ids than net.ids; reindex it or pass the ids")
            works = works.fillna(False).to_numpy(dtype=bool)
        if isinstance(works, np.ndarray) and works.dtype == bool:
            if works.shape != (self.n_works,):
                raise InputError(f"the mask has shape {works.shape}, the network {self.n_works} works")
            return works
        wanted = pd.Index(list(works), dtype="str")
        position = self._index.get_indexer(wanted)
        if (position < 0).any():
            raise InputError(
                f"{int((position < 0).sum())} works are not in the network, e.g. {wanted[position < 0][0]!r}"
            )
        mask = np.zeros(self.n_works, bool)
        mask[position] = True
        return mask

    # -- storage --------------------------------------------------------------------------------------------

    def save(self, folder: str | Path) -> None:
        """Write the network as a folder of plain files (JSON Lines and a header with digests)."""
        arcs = pd.DataFrame({"citing": self.citing, "cited": self.cited})
        tables = {"works": self.works, "citations": arcs, "dropped": self.dropped}
        if len(self.evidence):
            tables["evidence"] = self.evidence
        save_tables(folder, "network", _VERSION, tables, provenance=self.provenance)

    @classmethod
    def load(cls, folder: str | Path) -> CitationNetwork:
        """Read what `save` wrote; works, arcs and evidence come back exactly as they were."""
        tables, header = load_tables(folder, "network", _VERSION)
        return cls(
            works=tables["works"],
            citing=tables["citations"]["citing"].to_numpy(),
            cited=tables["citations"]["cited"].to_numpy(),
            dropped=tables["dropped"],
            evidence=tables.get("evidence"),
            provenance=header["provenance"],
        )


def _in_order(citing: IntArray, cited: IntArray) -> bool:
    """Whether arcs are in order of (citing, cited), none twice."""
    first, then = citing[:-1], citing[1:]
    return bool(((first < then) | ((first == then) & (cited[:-1] < cited[1:]))).all())


def _positions(values: npt.ArrayLike, n: int) -> IntArray:
    given = np.asarray(values)
    if given.size == 0:
        given = given.astype(np.int64)
    if given.ndim != 1 or not (given.dtype.kind in "iu" or (given == np.floor(given)).all()):
        raise InputError("citing and cited must each be a list of whole numbers")
    if given.size and (given.min() < 0 or given.max() >= n):
        raise InputError(f"citing and cited are positions in works: 0 to {n - 1}; found {given.min()} to {given.max()}")
    return given.astype(np.int32)


def _reasons_to_drop(
    works: pd.DataFrame, citing: npt.NDArray[np.intp], cited: npt.NDArray[np.intp], max_lead: int | None
) -> npt.NDArray[Any]:
    """Name what makes a citation no arc: no such work, a loop, a repeat, a work that did not exist yet; else ""."""
    reason = np.full(citing.size, "", dtype=object)
    if max_lead is not None and "year" in works:
        known = conform(works[["year"]], {"year": "Int64"}, "works")["year"]
        year = np.append(known.to_numpy(dtype="float64", na_value=np.nan), np.nan)
        reason[year[cited] - year[citing] > max_lead] = "later"
    pair = citing.astype(np.int64) * (len(works) + 1) + cited  # one more, so that none is like a pair without a work
    reason[pd.Series(pair).duplicated().to_numpy()] = "duplicate"
    reason[citing == cited] = "self"
    reason[(citing < 0) | (cited < 0)] = "unmatched"
    return reason


def _scalar(value: Any) -> Any:
    """Plain Python scalar of a cell; anything else as text."""
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, str | int | float | bool) else str(value)


def check_network(net: object) -> CitationNetwork:
    """Return a network, or raise where something else was passed."""
    if not isinstance(net, CitationNetwork):
        raise InputError(
            f"a {type(net).__name__} is no CitationNetwork; build_network(corpus, resolve(corpus)) makes one"
        )
    return net
