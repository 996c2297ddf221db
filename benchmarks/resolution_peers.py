"""Hold resolution against other programs, on the same data in the same run.

    python benchmarks/resolution_peers.py DATA [max pairs …]

DATA is the folder that ``CITENET_DATA`` names for the tests. Wants ``pip install litstudy metaknowledge pybibx splink``
in the same environment, then ``pip install "bibtexparser>=2"`` again; a program that does not run is named with the
reason. All get the same records without identifiers:

- splink (DuckDB) links by title, family name, year, volume, page and container: blocks, comparisons and training as in
  its guide, the threshold that gives it its best F1 taken after the fact. Its cost and accuracy depend on how many
  pairs it samples to train on: 1e6 is its default, of which it warns that it may be too small; of 1e7 its manual says
  that it is often adequate while testing, and of 1e9 that it gives the best results. 1e6 and 1e9 are run here unless
  other numbers are given;
- litstudy holds documents to be the same if their titles are (its reader of BibTeX wants bibtexparser 1: not used);
- metaknowledge compares its own keys of author, year and journal, from the printed string;
- pyBibX drops records whose title (or DOI) repeats.

All are timed from the same table of records to what they find: the folding of names and titles, blocks, training (of
Splink) and scores, on processor seconds of all threads and on the clock. citenet's own time takes in what it does
besides: candidates described for a reader, records merged with their references. Peers are loaded beforehand.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import logging
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import citenet as cn
from citenet.resolution.decisions import read_decisions
from citenet.resolution.keys import key_table
from citenet.resolution.same_works import joined_works, pairs_of_works
from citenet.resolution.verdicts import decided_works
from resolution import PAIRS, Task, hidden_ids, printed_twice, score

FIELDS = ["title", "family", "year", "volume", "page", "container"]


def by_citenet(task: Task) -> pd.Series:
    """Match with ``cn.resolve``."""
    return cn.resolve(task.corpus).links["work"]


def by_splink(task: Task, max_pairs: float = 1e6) -> pd.DataFrame:
    """Match with Splink on DuckDB."""
    return splink_pairs(task.corpus.references, task.corpus.works, "link_only", max_pairs)


def best_of_splink(found: pd.DataFrame, task: Task) -> pd.Series:
    """Take from the pairs of Splink those above the threshold that is best for it."""
    best, most = pd.Series(None, index=task.corpus.references.index, dtype="object"), -1.0
    ids = task.corpus.works.index.to_numpy()
    for threshold in (0.5, 0.8, 0.9, 0.95, 0.99, 0.999):
        sure = found[found["match_probability"] >= threshold].sort_values("match_probability", ascending=False)
        first = sure.drop_duplicates("one").set_index("one")["other"]
        linked = pd.Series(ids[first.to_numpy()], index=first.index).reindex(range(len(task.corpus.references)))
        if (quality := score(linked, task)["F1"]) > most:
            best, most = linked, quality
    return best


def splink_pairs(left: pd.DataFrame, right: pd.DataFrame, how: str, max_pairs: float = 1e6) -> pd.DataFrame:
    """Pairs (``one`` and ``other``, rows of left and right) with the probability that Splink gives them."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    rules = [block_on("family", "year"), block_on("volume", "page"), block_on("substr(title, 1, 20)")]
    tables = [prepared(table, side) for table, side in ((left, "l"), (right, "r"))]
    comparisons = [
        cl.JaroWinklerAtThresholds("title", [0.95, 0.85]),
        cl.JaroWinklerAtThresholds("family", [0.92, 0.8]),
        cl.ExactMatch("year"),
        cl.ExactMatch("volume"),
        cl.ExactMatch("page"),
        cl.JaroWinklerAtThresholds("container", [0.9, 0.75]),
    ]
    settings = SettingsCreator(link_type=how, comparisons=comparisons, blocking_rules_to_generate_predictions=rules)
    engine = DuckDBAPI()
    registered = [engine.register(table) for table in tables[: 2 if how == "link_only" else 1]]
    linker = Linker(registered if how == "link_only" else registered[0], settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=max_pairs, seed=1)
    for rule in (block_on("family", "year"), block_on("volume", "page")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
    pairs = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    sides = [sorted(pair) for pair in pairs[["unique_id_l", "unique_id_r"]].to_numpy()]  # "l…" comes before "r…"
    rows = np.array([[int(name[1:]) for name in pair] for pair in sides], dtype=np.int64).reshape(-1, 2)
    return pd.DataFrame({"one": rows[:, 0], "other": rows[:, 1], "match_probability": pairs["match_probability"]})


def prepared(table: pd.DataFrame, side: str) -> pd.DataFrame:
    """Folded fields, None where unknown: what citenet itself compares."""
    keys = key_table(table)[FIELDS].astype("object").reset_index(drop=True)
    keys = keys.where(keys.notna() & (keys != ""), None)
    keys["year"] = [None if year is None else str(year) for year in keys["year"]]
    return keys.assign(unique_id=[f"{side}{i}" for i in range(len(keys))])


def litstudy_title() -> Callable[[str], str]:
    """Return the form of a title by which litstudy compares documents."""
    for name in ("latexenc", "bparser", "customization"):  # of bibtexparser 1, which its reader imports
        stand_in = types.ModuleType(f"bibtexparser.{name}")
        stand_in.__getattr__ = lambda _: None  # type: ignore[method-assign]
        sys.modules.setdefault(f"bibtexparser.{name}", stand_in)
    from litstudy.common import canonical

    return canonical


def by_litstudy(task: Task) -> pd.Series:
    """Match by the titles that litstudy holds to be the same: a reference means the only work that has its title."""
    canonical = litstudy_title()
    owners: dict[str, list[str]] = {}
    for work, title in task.corpus.works["title"].dropna().items():
        owners.setdefault(canonical(title), []).append(str(work))
    titles = task.corpus.references["title"]
    found = [owners.get(canonical(title), []) if isinstance(title, str) else [] for title in titles]
    return pd.Series([works[0] if len(works) == 1 else None for works in found], dtype="object")


def by_metaknowledge(task: Task) -> pd.Series:
    """Match by metaknowledge's keys of author, year and journal, from the printed string."""
    from metaknowledge import Citation

    works = task.corpus.works
    named = works[works["authors"].notna() & works["year"].notna() & works["container"].notna()]
    owners: dict[object, list[str]] = {}
    for work, row in named.iterrows():
        owners.setdefault(Citation(printed_as_wos(row)), []).append(str(work))
    lines = task.corpus.references["raw"].fillna("")
    found = [owners.get(Citation(line), []) if line else [] for line in lines]
    return pd.Series([works[0] if len(works) == 1 else None for works in found], dtype="object")


def printed_as_wos(row: pd.Series) -> str:
    """Print a work as Web of Science does in reference lists."""
    family, _, given = row["authors"].split(";")[0].partition(",")
    parts = [
        f"{family} {given.strip().replace('.', '')}".strip(),
        str(row["year"]),
        str(row[["container_abbrev", "container"]].dropna().iloc[0]),
    ]
    parts += [
        f"{mark}{row[name]}" for mark, name in (("V", "volume"), ("P", "first_page")) if isinstance(row[name], str)
    ]
    return ", ".join(parts)


def references(data: Path, max_pairs: tuple[float, ...]) -> None:
    """Match references to works: the hidden-id test and the strings in two styles."""
    contenders = {
        "citenet": by_citenet,
        **{f"splink, {n:.0e} pairs": functools.partial(by_splink, max_pairs=n) for n in max_pairs},
        "litstudy": by_litstudy,
        "metaknowledge": by_metaknowledge,
    }
    for task in (hidden_ids(data), printed_twice(data)):
        with_doi = task.corpus.works["doi"].notna()
        print(f"\n{task.name}: {len(task.corpus.references):,} references, {len(task.corpus.works):,} works")
        heading()
        for name, contender in contenders.items():
            found, seconds = timed(lambda task=task, contender=contender: contender(task))
            if isinstance(found, str):
                print(f"{name:<20} does not run here: {found}")
                continue
            if isinstance(found, pd.DataFrame):
                found = best_of_splink(found, task)
            decided = found.isna().to_numpy() | found.map(with_doi).fillna(False).to_numpy(dtype=bool) | ~with_doi.any()
            line(
                name,
                seconds,
                score(found, Task(task.name, task.corpus, task.truth, task.judged & decided, task.wanted)),
            )


def copies(data: Path) -> None:
    """Join records and their copies in two databases; pairs across the two are judged by their DOIs."""
    for name, files in PAIRS.items():
        corpora = [cn.read(data / file) for file in files]
        works = (corpora[0] + corpora[1]).works
        blind = cn.Corpus(works.assign(doi=None, ids=None))
        contenders = {
            "citenet": lambda blind=blind: citenet_clusters(blind),
            "citenet, merged": lambda blind=blind: citenet_merged(blind),
            "splink": lambda blind=blind: splink_clusters(blind.works),
            "litstudy": lambda blind=blind: litstudy_clusters(blind.works),
            "pyBibX": lambda blind=blind: pybibx_clusters(blind.works),
        }
        print(f"\n{name}: {len(works)} records of two databases")
        heading()
        for contender, run in contenders.items():
            clusters, seconds = timed(run)
            if isinstance(clusters, str):
                print(f"{contender:<20} does not run here: {clusters}")
                continue
            line(contender, seconds, judged_pairs(clusters, works))


def judged_pairs(clusters: pd.Series, works: pd.DataFrame) -> dict[str, float]:
    """Pairs across the two files, judged by their DOIs."""
    table = pd.DataFrame(
        {"cluster": clusters.to_numpy(), "doi": works["doi"].to_numpy(), "file": works["file"].to_numpy()}
    )
    table = table.dropna(subset="doi")
    found, truth = table.merge(table, on="cluster"), table.merge(table, on="doi")
    found, truth = found[found["file_x"] < found["file_y"]], truth[truth["file_x"] < truth["file_y"]]
    right = int((found["doi_x"] == found["doi_y"]).sum())
    precision, recall = right / max(len(found), 1), right / len(truth)
    counts = {"matched": len(found), "wrong": len(found) - right, "missed": len(truth) - right}
    return counts | {
        "precision": precision,
        "recall": recall,
        "F1": 2 * precision * recall / max(precision + recall, 1e-9),
    }


def citenet_clusters(corpus: cn.Corpus) -> pd.Series:
    """Cluster as ``cn.deduplicate`` does, and no more: what the others do."""
    keys = key_table(corpus.works)
    decided, _ = decided_works(read_decisions(None), corpus.works)
    pairs, _ = pairs_of_works(corpus.works, keys, decided, 200)
    return pd.Series(joined_works(corpus.works, keys, pairs, 0.95).labels)


def citenet_merged(corpus: cn.Corpus) -> pd.Series:
    """Merge with ``cn.deduplicate``, and explain every merge."""
    name = cn.deduplicate(corpus).merges.set_index("copy")["work"]
    return pd.Series(corpus.works.index, index=corpus.works.index).replace(name.to_dict())


def splink_clusters(works: pd.DataFrame) -> pd.Series:
    """Merge with Splink at 0.95, its clusters being connected components."""
    pairs = splink_pairs(works, works, "dedupe_only")
    return components(len(works), pairs.loc[pairs["match_probability"] >= 0.95, ["one", "other"]].to_numpy())


def litstudy_clusters(works: pd.DataFrame) -> pd.Series:
    """Merge what litstudy holds to be the same document."""
    canonical = litstudy_title()
    return works["title"].fillna("").map(canonical)


def pybibx_clusters(works: pd.DataFrame) -> pd.Series:
    """Merge what pyBibX drops as a repetition: records whose cleaned title it has seen."""
    from pybibx.base import pbx_probe

    probe = pbx_probe.__new__(pbx_probe)
    clean = {"stop_words": [], "lowercase": True, "rmv_custom_words": []}
    clean |= dict.fromkeys(("rmv_accents", "rmv_special_chars", "rmv_numbers"), True)
    return pd.Series(probe.clear_text(works["title"].fillna("UNKNOWN").tolist(), **clean))


def components(n: int, pairs: np.ndarray) -> pd.Series:
    """Give each record the number of its connected component."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return pd.Series(connected_components(graph, directed=False)[1])


def timed(run: Callable[[], pd.Series]) -> tuple[pd.Series | pd.DataFrame | str, tuple[float, float]]:
    """Return the result (or why there is none) and the least seconds of two runs: of all threads, and by the clock."""
    logging.disable(logging.CRITICAL)
    found, times = None, []
    for _ in range(2):
        start = time.process_time(), time.perf_counter()
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                found = run()
        except Exception as error:  # noqa: BLE001 - whatever keeps a peer from running is the finding
            return f"{type(error).__name__}: {str(error)[:150]}", (0.0, 0.0)
        times.append((time.process_time() - start[0], time.perf_counter() - start[1]))
        if times[0][0] > 10:
            break
    processor, clock = zip(*times, strict=True)
    return found, (min(processor), min(clock))


def heading() -> None:
    """Print what stands in the columns."""
    names = [("processor s", 13), ("clock s", 9), ("matched", 9), ("wrong", 7), ("missed", 8)]
    names += [("precision", 11), ("recall", 8), ("F1", 8)]
    print(f"{'':<20}" + "".join(f"{name:>{width}}" for name, width in names))


def line(name: str, seconds: tuple[float, float], counts: dict[str, float]) -> None:
    """Print one line of results."""
    numbers = "".join(f"{counts[c]:>{w}.4f}" for c, w in (("precision", 11), ("recall", 8), ("F1", 8)))
    print(
        f"{name:<20}{seconds[0]:>13.2f}{seconds[1]:>9.2f}"
        f"{counts['matched']:>9,}{counts['wrong']:>7,}{counts['missed']:>8,}{numbers}",
        flush=True,
    )


if __name__ == "__main__":
    for peer in ("splink.comparison_library", "metaknowledge", "pybibx.base"):
        with contextlib.suppress(Exception):  # it is named where it is called
            importlib.import_module(peer)
    with contextlib.suppress(Exception):
        litstudy_title()
    folder = Path(sys.argv[1])
    copies(folder)
    references(folder, tuple(map(float, sys.argv[2:])) or (1e6, 1e9))
