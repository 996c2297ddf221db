"""`citenet bridges`: the citations that cross between two groups."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Any

import citenet as cn
from citenet.cli._json import add_json, print_json, rows
from citenet.cli._options import Commands, add_paths, add_question, measured
from citenet.cli._tables import add_tables, asks_for_tables, measured_tables
from citenet.errors import InputError

__all__ = ["EXAMPLES", "add"]

EXAMPLES = """\
  citenet bridges bib/coproduction-2024 --by literature --between HSR/QI PAM
      the bundled review: which literatures are cited together, and how much less than chance
  citenet bridges exports/ --by categories --between HSR/QI PAM --external \\
      --group "HSR/QI=Health Care Sciences & Services|Health Policy & Services" \\
      --group "PAM=Public Administration|Management" --out results
      Web of Science exports: citations between two sets of categories, also to works outside the corpus
  citenet bridges works.parquet --citations 'citations-*.parquet' --by field --between Medicine "Social Sciences"
      tables of any size, on DuckDB where they do not fit into memory; --engine spark --master yarn on a cluster
"""


def add(commands: Commands) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("bridges", help="measure the citations that cross between two groups")
    add_paths(parser)
    add_question(parser)
    parser.add_argument("--draws", type=int, default=9_999, help="draws of the label permutation (default 9999)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write tables and figures there")
    add_json(parser)
    add_tables(parser)
    parser.set_defaults(run=_bridges)


def _bridges(options: argparse.Namespace) -> None:
    if options.citations or asks_for_tables(options):
        _bridges_of_tables(options)
        return
    corpus, links, net, groups, result = measured(options.paths, options)
    together = _cited_together(corpus, links, groups, options) if len(corpus.contexts) else {}
    if options.json:
        print_json(_as_json(result, together))
    else:
        for step in (corpus, _counts("problems", corpus.problems["kind"]), links, net):
            print(repr(step) if not isinstance(step, str) else step)
            if step is links and options.external:
                outside = int(net.external.sum())
                print(f"  matched: to the works read; others lead to {outside:,} works outside (--external)")
        print(_counts("dropped", net.dropped["reason"]), repr(groups), sep="\n")
        untested = all(result.tests[key].reason for key in ("a→b", "b→a"))
        print("", *together.get("text", []), *([""] if together else []), sep="\n")
        print(f"Who cites whom: {result.sentence()}" if untested else result.summary())
    if options.out:
        _write(options.out, net, groups, result, together)


def _bridges_of_tables(options: argparse.Namespace) -> None:
    tables, result = measured_tables(options)
    summary = tables.summary()
    if options.json:
        counts = {name: int(n) for name, n in summary.items()}
        print_json({**_as_json(result, {}), "tables": counts, "files": rows(tables.problems)})
    else:
        print(repr(tables), summary.to_string(), sep="\n")
        for _, problem in tables.problems.iterrows():
            print(f"  {problem['file']}: {problem['kind']}: {problem['detail']}")
        print("", result.summary(), sep="\n")
    if options.out:
        _write_tables(options.out, result)
        tables.problems.to_csv(options.out / "files.csv", index=False)
        cn.plot.save(result.plot(), options.out / "flows.png")
        print(f"written to {options.out}", file=sys.stderr)


def _counts(what: str, kinds: Any) -> str:
    """Say how many of each kind there are, in one line."""
    counts = ", ".join(f"{kind} {n:,}" for kind, n in kinds.value_counts().sort_index().items())
    return f"  {what}: {counts or 'none'}"


def _cited_together(corpus: Any, links: Any, groups: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Co-citation by passage: which groups stand together in the text, and what communities that makes."""
    passages = cn.passage_network(corpus, links)
    labels = groups.restrict(passages.ids)
    try:
        test = cn.co_citation_test(passages, labels, n_draws=options.draws, rng=options.seed)
    except InputError as error:
        return {"text": [f"Cited together, by passage: not tested ({error})"]}
    communities = cn.detect_communities(passages, weights="co-citation", rng=options.seed)
    communities = communities.restrict(corpus.works.index)  # passages are no works
    likeness = cn.agreement(communities, labels)
    n_passages = passages.n_works - len(corpus.works)
    a, b = options.between
    both_cited = not {f"{a} & {b}", f"{b} & {a}"}.isdisjoint(test.names)
    text = [
        f"Cited together: {passages.n_citations:,} mentions of works in {n_passages:,} passages",
        test.to_frame().drop(columns="z").to_string(float_format="{:.3g}".format),
        "",
        *([cn.power_sentence(test, f"{a} & {b}")] if both_cited else []),
        f"Communities of works cited together: {communities!r}",
        f"against {options.by}: {likeness!r}",
    ]
    return {"test": test, "net": passages, "communities": communities, "agreement": likeness, "text": text}


def _as_json(result: Any, together: dict[str, Any]) -> dict[str, Any]:
    """Measures as plain values; undefined is null."""
    content = {"sentence": result.sentence(), "measures": rows(result.to_frame()), "coverage": rows(result.coverage)}
    undefined = {key: None for key, value in result.params.items() if isinstance(value, float) and math.isnan(value)}
    content["params"] = {**result.params, **undefined}
    if "test" in together:
        content["cited_together"] = rows(together["test"].to_frame())
    return content


def _write_tables(folder: Path, result: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    result.to_frame().to_csv(folder / "measures.csv")
    result.coverage.to_csv(folder / "coverage.csv")
    result.arcs.to_csv(folder / "arcs.csv", index=False)
    result.papers.to_csv(folder / "papers.csv", index=False)
    (folder / "summary.txt").write_text(result.summary(), encoding="utf-8", newline="\n")


def _write(folder: Path, net: Any, groups: Any, result: Any, together: dict[str, Any]) -> None:
    _write_tables(folder, result)
    cn.plot.save(result.plot(), folder / "flows.png")
    cn.plot.save(cn.plot.network(net, groups), folder / "network.png")
    if "test" in together:
        together["test"].to_frame().to_csv(folder / "cited_together.csv")
        cn.plot.save(cn.plot.pairs(together["test"], title="Cited together, by passage"), folder / "cited_together.png")
    print(f"written to {folder}", file=sys.stderr)
