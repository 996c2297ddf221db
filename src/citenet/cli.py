"""The command line: thin; every subcommand is a few calls of the public functions."""

from __future__ import annotations

import argparse
import json
import math
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import citenet as cn
from citenet.errors import CitenetError, CitenetWarning, InputError

__all__ = ["main"]

_EPILOG = """
examples:
  citenet read exports/
      what was read, file by file, and what could not be
  citenet bridges bib/coproduction-2024 --by literature --between HSR/QI PAM
      the bundled review: which literatures are cited together, and how much less than chance
  citenet compare exports-2024/ exports-2025/ --by categories --between "Health Policy" Management
      what a year added, and why
  citenet convert exports/ --to network.gexf --external
      for Gephi; also .graphml, .net (Pajek), .json (VOSviewer), .csv
  citenet bridges exports/ --by categories --between HSR/QI PAM --external \\
      --group "HSR/QI=Health Care Sciences & Services|Health Policy & Services" \\
      --group "PAM=Public Administration|Management" --out results
      Web of Science exports: citations between two sets of categories, also to works outside the corpus
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those the program was called with.

    Returns
    -------
    int
        0 done; 2 the call or its input cannot be used (the message says why).
    """
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", CitenetWarning)
            warnings.showwarning = _show_warning
            options.run(options)
    except (CitenetError, OSError) as error:
        print(f"citenet: {error}", file=sys.stderr)
        return 2
    return 0


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    print(f"citenet: warning: {message}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="citenet",
        description="Measure how much ideas cross between literatures.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"citenet {cn.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    read = commands.add_parser("read", help="read files and say what is in them and what could not be read")
    _add_paths(read)
    read.set_defaults(run=_read)
    bridges = commands.add_parser("bridges", help="measure the citations that cross between two groups")
    _add_paths(bridges)
    _add_question(bridges)
    bridges.add_argument("--draws", type=int, default=9_999, help="draws of the label permutation (default 9999)")
    bridges.add_argument("--out", type=Path, metavar="FOLDER", help="write tables and figures there")
    bridges.add_argument("--json", action="store_true", help="print the measures as JSON instead of text")
    bridges.set_defaults(run=_bridges)
    compare = commands.add_parser("compare", help="say what changed between two versions of a corpus, and why")
    compare.add_argument("before", metavar="OLD", help="file, folder or glob of the earlier version")
    compare.add_argument("after", metavar="NEW", help="file, folder or glob of the later version")
    compare.add_argument("--format", metavar="NAME", help="read every file as this format instead of detecting it")
    _add_question(compare)
    compare.add_argument("--out", type=Path, metavar="FOLDER", help="write tables there")
    compare.set_defaults(run=_compare)
    convert = commands.add_parser("convert", help="write the citation network for another program")
    _add_paths(convert)
    convert.add_argument(
        "--to", required=True, type=Path, metavar="FILE", help="its ending says the format, e.g. net.gexf"
    )
    convert.add_argument("--by", metavar="COLUMN", help="column that says the group of a work")
    convert.add_argument("--external", action="store_true", help="with the cited works outside the corpus")
    convert.set_defaults(run=_convert)
    return parser


def _add_question(parser: argparse.ArgumentParser) -> None:
    """Add what says which groups are compared, and with what."""
    parser.add_argument("--by", required=True, metavar="COLUMN", help="column that says the group of a work")
    parser.add_argument("--between", required=True, nargs=2, metavar=("A", "B"), help="the two groups")
    parser.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="NAME=VALUE|VALUE",
        help="values of the column that make a group",
    )
    parser.add_argument("--groups", metavar="CSV", help="table with columns value,group instead of --group")
    parser.add_argument("--decisions", metavar="CSV", help="table with columns work,group that outranks the column")
    parser.add_argument(
        "--external", action="store_true", help="also count cited works outside the corpus, grouped by their journal"
    )
    parser.add_argument(
        "--unlabelled",
        choices=["drop", "own"],
        default="drop",
        help="works without a group: leave them out (what the two groups cite elsewhere then does not count), or make "
        "them a group of their own (it counts, and each direction has its own test)",
    )
    parser.add_argument("--null", choices=["year-pairs", "citing-years", "configuration"], default="year-pairs")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything random (default 1)")


def _add_paths(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder or glob; formats are detected")
    parser.add_argument("--format", metavar="NAME", help="read every file as this format instead of detecting it")


def _read(options: argparse.Namespace) -> None:
    corpus = cn.read(options.paths, format=options.format)
    print(repr(corpus))
    print(corpus.summary().to_string(index=False))
    problems = corpus.problems
    if len(problems):
        print(f"\n{len(problems)} problems")
        print(problems.to_string(index=False, max_colwidth=80))


def _measured(paths: Any, options: argparse.Namespace) -> tuple[Any, Any, Any, Any, Any]:
    """From files to the bridges between the groups: corpus, links, network, groups, result."""
    corpus = cn.read(paths, format=options.format)
    links = cn.resolve(corpus)
    net = cn.build_network(corpus, links, external=options.external)
    spread = "container" if options.external else None
    groups = cn.label(net, options.by, groups=_groups(options), decisions=options.decisions, spread=spread)
    a, b = options.between
    result = cn.bridges(net, groups, a, b, null=options.null, unlabelled=options.unlabelled, rng=options.seed)
    return corpus, links, net, groups, result


def _compare(options: argparse.Namespace) -> None:
    before, after = (_measured(paths, options) for paths in (options.before, options.after))
    change = cn.compare(before[-1], after[-1], rng=options.seed)
    for name, version in (("before", before), ("after", after)):
        print(f"{name}: {version[0]!r}")
    print(f"\n{change.summary()}", end="")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        for name in ("differences", "causes", "arcs", "works"):
            getattr(change, name).to_csv(options.out / f"{name}.csv")
        print(f"written to {options.out}", file=sys.stderr)


def _convert(options: argparse.Namespace) -> None:
    corpus = cn.read(options.paths, format=options.format)
    net = cn.build_network(corpus, cn.resolve(corpus), external=options.external)
    groups = cn.label(net, options.by) if options.by else None
    for path in cn.write(net, options.to, groups=groups):
        print(path)


def _bridges(options: argparse.Namespace) -> None:
    corpus, links, net, groups, result = _measured(options.paths, options)
    together = _cited_together(corpus, links, groups, options) if len(corpus.contexts) else {}
    if options.json:
        print(json.dumps(_as_json(result, together), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        for step in (corpus, _counts("problems", corpus.problems["kind"]), links, net):
            print(repr(step) if not isinstance(step, str) else step)
        print(_counts("dropped", net.dropped["reason"]), repr(groups), sep="\n")
        untested = all(result.tests[key].reason for key in ("a→b", "b→a"))
        print("", *together.get("text", []), *([""] if together else []), sep="\n")
        print(f"Who cites whom: {result.sentence()}" if untested else result.summary())
    if options.out:
        _write(options.out, net, groups, result, together)


def _counts(what: str, kinds: Any) -> str:
    """Say how many of each kind there are, in one line."""
    counts = ", ".join(f"{kind} {n:,}" for kind, n in kinds.value_counts().sort_index().items())
    return f"  {what}: {counts or 'none'}"


def _groups(options: argparse.Namespace) -> Any:
    if options.group and options.groups:
        raise InputError("say the groups once: --group or --groups, not both")
    groups = {}
    for text in options.group:
        name, sign, values = text.partition("=")
        if not sign or not values.strip():
            raise InputError(f"--group {text!r} must look like NAME=VALUE|VALUE")
        groups[name.strip()] = [value.strip() for value in values.split("|")]
    return groups or options.groups


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

    def rows(table: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(table.reset_index().to_json(orient="records", double_precision=15))
        return found

    content = {"sentence": result.sentence(), "measures": rows(result.to_frame()), "coverage": rows(result.coverage)}
    undefined = {key: None for key, value in result.params.items() if isinstance(value, float) and math.isnan(value)}
    content["params"] = {**result.params, **undefined}
    if "test" in together:
        content["cited_together"] = rows(together["test"].to_frame())
    return content


def _write(folder: Path, net: Any, groups: Any, result: Any, together: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    result.to_frame().to_csv(folder / "measures.csv")
    result.coverage.to_csv(folder / "coverage.csv")
    result.arcs.to_csv(folder / "arcs.csv", index=False)
    result.papers.to_csv(folder / "papers.csv", index=False)
    (folder / "summary.txt").write_text(result.summary(), encoding="utf-8", newline="\n")
    cn.plot.save(result.plot(), folder / "flows.png")
    cn.plot.save(cn.plot.network(net, groups), folder / "network.png")
    if "test" in together:
        together["test"].to_frame().to_csv(folder / "cited_together.csv")
        cn.plot.save(cn.plot.pairs(together["test"], title="Cited together, by passage"), folder / "cited_together.png")
    print(f"written to {folder}", file=sys.stderr)
