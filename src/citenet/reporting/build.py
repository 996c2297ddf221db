"""Write the report: question, answer, network, data, coverage, tests, robustness, papers, methods, lock."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

import citenet
from citenet import plot
from citenet._support.progress import progress
from citenet._support.tables import plain_values
from citenet.bridging.inference import format_p
from citenet.bridging.mixing import OWN_GROUP
from citenet.bridging.pair import Bridges
from citenet.bridging.power import power_sentence
from citenet.bridging.testing import mixing_test
from citenet.communities.detect import detect_communities
from citenet.communities.naming import name_communities
from citenet.connect.differences import by_service
from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.identifiers import normalise_doi
from citenet.lock import PROBLEMS_NAME, CorpusLock
from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition
from citenet.reporting import page as html
from citenet.reporting.graph import network_data
from citenet.reporting.methods import informative, methods_paragraph, null_in_words, sources
from citenet.resolution.flow import matching_flow
from citenet.resolution.result import Resolution

__all__ = ["report"]

_MOST_PAPERS = 100
_MOST_PROBLEMS = 50


def _p(p: float) -> str:
    """Print a p-value in a column of them; nothing where there is no test."""
    return "" if pd.isna(p) else format_p(p).removeprefix("p ").removeprefix("= ")


_P = {"p": _p, "p_lists": _p}


def report(
    result: Bridges,
    path: str | Path,
    *,
    corpus: Corpus | None = None,
    links: Resolution | None = None,
    communities: object = None,
    robustness: pd.DataFrame | None = None,
    lock: CorpusLock | None = None,
) -> Path:
    """Write the whole analysis as one HTML file that needs no network and no other file.

    Parameters
    ----------
    result : Bridges
        From `bridges`.
    path : str or Path
        Where to write; ends in .html.
    corpus : Corpus, optional
        What was read, for the part on the data.
    links : Resolution, optional
        What each reference was matched to, for the part on matching.
    communities : Partition, column name, mapping, Series or list of sets of ids, optional
        What the drawing places works by; by default communities are detected.
    robustness : DataFrame, optional
        From ``result.robustness()``; by default that without the rows on detected communities, which take long.
    lock : CorpusLock, optional
        What the corpus was made from; by default ``corpus.lock()``.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the path does not end in .html, or the result does not hold its network.

    Notes
    -----
    All text is escaped, and a content security policy allows the page's own style and scripts alone: a title that
    holds markup is text. The same result gives the same bytes.

    Examples
    --------
    >>> import tempfile, citenet as cn
    >>> net = cn.datasets.simulate(200, preference=3.0, rng=1)
    >>> b = cn.bridges(net, "field", "A", "B", n_boot=99, n_lists=99, rng=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cn.report(b, folder + "/report.html", robustness=b.robustness(n_papers=0)).name
    'report.html'
    """
    file = Path(path)
    if file.suffix != ".html":
        raise InputError(f"{file.name} must end in .html")
    net, groups = result.net, result.partition
    if net is None or groups is None:
        raise InputError("this result does not hold its network; make it with citenet.bridges(net, groups, a, b)")
    found = _communities(net, communities, result.params["seed"])
    parts: list[Callable[[], str]] = [
        lambda: _answer(result),
        lambda: _network(net, groups, found),
        lambda: _data(corpus, lock),
        lambda: _matching(corpus, links, net),
        lambda: _coverage(result),
        lambda: _flows(result, net, groups),
        lambda: _tests(result),
        lambda: _over_time(result, net, groups),
        lambda: _robustness(result.robustness(resolutions=()) if robustness is None else robustness),
        lambda: _papers(result, net),
        lambda: _methods(result, links, found),
        lambda: _lock(result, corpus, lock),
    ]
    title = f"Do {result.a} and {result.b} share ideas?"
    body = [f"<h1>{escape(title)}</h1>", html.paragraph(result.sentence(), "lead"), _contents()]
    body += [make() for make in progress(parts, f"writing {file.name}", unit=" parts")]
    scripts = [html.asset("d3.min.js"), html.asset("viewer.js")]
    file.write_text(html.page(title, body, scripts), encoding="utf-8", newline="\n")
    return file


_PARTS = {
    "answer": "The answer in one figure",
    "network": "The network",
    "data": "Data",
    "matching": "From references to works",
    "coverage": "Coverage",
    "flows": "Flows between all groups",
    "tests": "Tests",
    "time": "Over time",
    "robustness": "Robustness",
    "papers": "Papers that bridge",
    "methods": "Methods",
    "lock": "To do it again",
}


def _contents() -> str:
    items = "".join(f'<li><a href="#{name}">{escape(title)}</a></li>' for name, title in _PARTS.items())
    return f'<nav aria-label="Contents"><ul>{items}</ul></nav>'


def _section(name: str, *parts: str) -> str:
    return html.section(name, _PARTS[name], *parts)


def _figure(draw: Callable[[], Any], alt: str) -> str:
    """Draw a figure, or say why there is nothing to draw."""
    try:
        return html.figure(draw(), alt)
    except InputError as error:
        return html.paragraph(f"Not drawn: {error}.")


def _communities(net: CitationNetwork, communities: object, seed: int | None) -> Partition:
    if communities is not None:
        return as_partition(communities, net)
    found = detect_communities(net, rng=seed or 0)
    return name_communities(net, found) if "title" in net.works and net.works["title"].notna().any() else found


def _answer(result: Bridges) -> str:
    said = result.sentence()
    return _section("answer", html.figure(result.plot(), f"Observed/expected citations in both directions. {said}"))


def _network(net: CitationNetwork, groups: Partition, communities: Partition) -> str:
    data = network_data(net, groups, communities)
    left = ""
    if data["left_out"]:
        left = (
            f" {data['left_out']:,} works with few citations and {data['left_out_arcs']:,} citations are not drawn; "
            "all numbers of this report count them."
        )
    words = (
        f"{net.n_works:,} works, {net.n_citations:,} citations. Each disc is one of {communities.n_groups:,} "
        f"communities of "
        f"works that cite each other; dark lines are citations between groups.{left}"
    )
    return _section("network", html.paragraph(words), html.asset("viewer.html"), html.data_block("network-data", data))


def _data(corpus: Corpus | None, lock: CorpusLock | None) -> str:
    if corpus is None:
        return _section("data", html.paragraph("The corpus was not passed to the report."))
    sources_table = corpus.sources[["file", "format", "n_works", "n_references", "sha256"]].copy()
    sources_table["sha256"] = sources_table["sha256"].str[:12]
    kinds = corpus.problems["kind"].value_counts().sort_index().rename("records").to_frame()
    parts = [
        html.paragraph(repr(corpus)[1:-1]),
        html.table(sources_table.set_index("file"), "What was read, file by file"),
        *_fetched(corpus, lock),
    ]
    if len(kinds):
        parts.append(html.table(kinds, "What could not be read as it stands, by kind"))
        shown = corpus.problems[["file", "line", "kind", "detail"]].head(_MOST_PROBLEMS)
        parts.append(html.table(shown.set_index("file"), f"{_first(len(shown), len(corpus.problems))} problems"))
    return _section("data", *parts)


def _fetched(corpus: Corpus, lock: CorpusLock | None) -> list[str]:
    """Show which services said what, and what could not be had of them; nothing of a corpus that was not fetched."""
    said = by_service(corpus)
    parts = []
    if len(said):
        caption = "References by who names them: in lists given whole, by one alone, lacking where another names them"
        parts.append(html.table(said, caption))
    origin = {} if lock is None else lock.origin
    if "providers" in origin:
        dates = " to ".join(sorted({str(origin.get("retrieved_from")), str(origin.get("retrieved"))}))
        parts.insert(0, html.paragraph(f"Fetched: {origin['query']}, {dates}."))
        asked = pd.DataFrame.from_dict(origin["providers"], orient="index").rename_axis("service")
        asked["stopped"] = asked["stopped"].fillna("no")
        parts.append(
            html.table(asked, "What the services were asked for, and whether asking them stopped before the end")
        )
        kinds = pd.Series(origin.get("problems", {}), name="records", dtype="int64").rename_axis("kind").to_frame()
        if len(kinds):
            parts.append(html.table(kinds, f"What fetching could not settle, by kind; {PROBLEMS_NAME} has each"))
    return parts


def _matching(corpus: Corpus | None, links: Resolution | None, net: CitationNetwork) -> str:
    parts = []
    if corpus is not None and links is not None and len(links.links):
        flow = matching_flow(corpus, links)
        parts.append(
            _figure(lambda: plot.matching_flow(flow), "What became of the references, from printed to matched")
        )
    if links is not None:
        parts += [html.paragraph(repr(links)[1:-1]), html.table(links.summary(), "References by status and rule")]
    counts = net.summary().to_frame()
    counts.index.name = "network"
    parts.append(html.table(counts, "From works and references to the network"))
    return _section("matching", *parts)


def _coverage(result: Bridges) -> str:
    note = (
        "What share of the references each group prints was found (citations), is between works with a group "
        "(labelled), and entered the test (tested). A gap between groups can be made of references that were never "
        "found: books and reports resolve less often than articles."
    )
    if OWN_GROUP in result.coverage.index:
        note += f" Works without a group are counted as a group of their own, {OWN_GROUP}."
    shares = {c: "{:.0%}".format for c in result.coverage.columns if c.startswith("share_")}
    formats = {column: _share(form) for column, form in shares.items()}
    return _section(
        "coverage",
        html.paragraph(note),
        _figure(lambda: plot.coverage(result), "Share of references found, labelled and tested, by group"),
        html.table(result.coverage, "References of each group, from the printed list to the test", formats=formats),
    )


def _share(form: Any) -> Any:
    return lambda value: "" if pd.isna(value) else form(value)


def _flows(result: Bridges, net: CitationNetwork, groups: Partition) -> str:
    parts = [html.table(result.flows.to_frame(), "Citations: rows cite, columns are cited")]
    excluded = ", ".join(f"{reason} {n:,}" for reason, n in result.flows.excluded.items() if n)
    parts.append(html.paragraph(f"Not in the table: {excluded}.") if excluded else "")
    parts.append(
        _figure(lambda: plot.sankey(result.flows), "Bands from citing to cited groups, as wide as their citations")
    )
    if result.params["citations_tested"] and len(result.flows.names) <= 12:
        test = mixing_test(net, groups, null=result.params["null"], unlabelled=result.params["unlabelled"])
        parts.append(_figure(lambda: plot.mixing(test), "Citations between groups with observed/expected"))
    return _section("flows", *parts)


def _tests(result: Bridges) -> str:
    parts = [html.paragraph(words) for words in null_in_words(result)]
    parts.append(html.paragraph(informative(result)) if informative(result) else "")
    parts.append(html.table(result.to_frame(), "Measures, their intervals and tests", formats=_P))
    for key in ("a→b, lists", "b→a, lists"):
        test = result.tests.get(key)
        if test is not None and test.sd > 0:
            parts.append(
                html.figure(plot.null_distribution(test), f"Null distribution of {test.name}, with the observed")
            )
    exact = [result.tests[key] for key in ("a→b", "b→a") if result.tests[key].distribution is not None]
    powered = [test for test in exact if test.sd > 0]
    parts += [html.paragraph(power_sentence(test)) for test in powered]
    if powered:
        parts.append(_figure(lambda: plot.power(powered), "Chance of finding a preference, by its size"))
    return _section("tests", *parts)


def _over_time(result: Bridges, net: CitationNetwork, groups: Partition) -> str:
    from citenet.comparison.periods import over_time

    try:
        windows = over_time(
            net, groups, result.a, result.b, null=result.params["null"], unlabelled=result.params["unlabelled"]
        )
    except InputError as error:
        return _section("time", html.paragraph(f"Not measured: {error}."))
    trends = html.table(windows.trends, "Trend over citing years (score test)", formats=_P)
    years = windows.to_frame().astype({"first": "str", "last": "str"}).set_index(["first", "last"])  # no 2,005
    table = html.table(years, "Windows of citing years", formats=_P)
    return _section("time", _figure(lambda: plot.over_time(windows), repr(windows)[1:-1]), trends, table)


def _robustness(table: pd.DataFrame) -> str:
    note = "The same question under other choices. What was left out in each row is counted in the first column."
    formats = {column: _p for column in table.columns if str(column).split()[-1] in ("p", "p_lists")}
    return _section(
        "robustness", html.paragraph(note), html.table(table, "Other choices, side by side", formats=formats)
    )


def _papers(result: Bridges, net: CitationNetwork) -> str:
    papers = result.papers.head(_MOST_PAPERS).copy()
    if not len(papers):
        return _section("papers", html.paragraph("No citation crosses between the two groups."))
    works = net.works.reindex(papers["work"])
    doi = works["doi"] if "doi" in works else pd.Series(None, index=works.index, dtype="object")
    bare = [normalise_doi(value) if isinstance(value, str) else None for value in doi]
    papers["doi"] = [value or "" for value in bare]
    papers["address"] = [f"https://doi.org/{value}" if value else "" for value in bare]
    shown = papers.set_index("work")[["title", "group", "year", "cites_across", "cited_across", "doi", "address"]]
    note = (
        f"{len(result.papers):,} papers cite the other group or are cited by it. "
        f"{_first(len(shown), len(result.papers))}, by number of crossing citations. This ranks papers that bridge, "
        "never people, and a high place is no merit of its own."
    )
    arcs = html.paragraph(f"{len(result.arcs):,} citations cross.")
    table = html.table(shown, "Bridging papers", formats={"year": _year}, links={"doi": "address"})
    return _section("papers", html.paragraph(note), arcs, table)


def _first(shown: int, of: int) -> str:
    return f"The first {shown:,} of {of:,}" if shown < of else f"All {of:,}"


def _year(value: Any) -> str:
    return "" if pd.isna(value) else str(int(value))


def _methods(result: Bridges, links: Resolution | None, communities: Partition) -> str:
    items = "".join(f"<li>{escape(source)}</li>" for source in sources(result, communities))
    text = html.paragraph(methods_paragraph(result, links, communities))
    return _section("methods", text, f"<h3>Sources</h3><ul>{items}</ul>")


def _lock(result: Bridges, corpus: Corpus | None, lock: CorpusLock | None) -> str:
    if lock is None and corpus is not None:
        lock = corpus.lock()
    params = {
        name: None if isinstance(value, float) and pd.isna(value) else value for name, value in result.params.items()
    }
    content = {"citenet": citenet.__version__, "between": [result.a, result.b], "bridges": params}
    note = (
        "What the numbers above rest on: the version, the choices and the seed; and of the corpus its files by digest."
    )
    parts = [html.paragraph(note), _code(json.dumps(plain_values(content), ensure_ascii=False, indent=1))]
    if lock is not None:
        parts += [html.paragraph(repr(lock)[1:-1]), _code(f"sha256 of the corpus lock: {lock.sha256}")]
    return _section("lock", *parts)


def _code(text: str) -> str:
    return f'<pre tabindex="0">{escape(text)}</pre>'
