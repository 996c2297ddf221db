"""Measure how well references find their work and records their copies, against identifiers that are hidden.

    python benchmarks/resolution.py DATA [hidden strings sweep databases outside calibration sensitivity]

DATA is the folder that ``CITENET_DATA`` names for the tests. Each part prints its counts, precision, recall and F1, and
lists every error with both texts.

- hidden: references of Web of Science records that carry a DOI are matched to the records without it. Those whose DOI
  no record has are there to be matched wrongly. A pair counts for recall if the reference has a page or a title.
- strings: the same works printed in two styles, one parsed as works, the other as references to them; works that print
  alike are one, and what the merging of copies joins first is listed.
- sweep: records marked by hand as having copies; databases: two exports of one search, DOIs hidden.
- outside: references to works outside the corpus are clustered without their DOIs, and compared pair by pair.
- calibration: of the matches with a probability of about p, a share of about p should be right.
- sensitivity: precision and recall of the first three (of the strings every third) with each weight of the evidence a
  fifth smaller and larger (``sensitivity:title`` for the weights of one field).
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import citenet as cn
from citenet.resolution.evidence import LEVELS
from citenet.resolution.external import external_ids
from citenet.resolution.keys import key_table
from citenet.resolution.named_works import described
from citenet.resolution.score import WEIGHTS

PAIRS = {
    "pybibx": ("pybibx/mcda_scopus.bib", "pybibx/mcda_wos.bib"),
    "DISES": ("bibliometrix_history/DISESscopus.bib", "bibliometrix_history/DISES.bib"),
}
# Records that two databases give different DOIs and that are one work: one of the DOIs is misprinted.
MISPRINTS = {
    ("10.1146/annurev-financial-111414-125820", "10.1146/annurev-financial-111914-125820"),
    ("10.1007/978-3-642-13312-1-32", "10.1007/978-3-642-13312-1_32"),
}
_DOI = re.compile(r"[,;.]?\s*(?:DOI|https?://\S*doi)\b.*$", re.IGNORECASE)
_COLUMNS = ("title", "authors", "year", "type", "container", "volume", "issue", "first_page", "last_page", "raw")


@dataclass(frozen=True)
class Task:
    """A corpus without identifiers, and the works that each reference may mean (empty: none of them)."""

    name: str
    corpus: cn.Corpus
    truth: list[frozenset[str]]
    judged: np.ndarray  # references whose truth is known
    wanted: np.ndarray  # those that count for recall


def score(found: pd.Series, task: Task) -> dict[str, float]:
    """Precision, recall and F1 of the work found for each reference (NA: none)."""
    matched = found.notna().to_numpy() & task.judged
    right = np.array([work in meant for work, meant in zip(found, task.truth, strict=True)]) & matched
    reachable = np.array([bool(meant) for meant in task.truth]) & task.wanted
    recalled = int((right & reachable).sum())
    precision, recall = right.sum() / max(matched.sum(), 1), recalled / max(reachable.sum(), 1)
    return {
        "pairs": int(reachable.sum()),
        "matched": int(matched.sum()),
        "wrong": int((matched & ~right).sum()),
        "missed": int((reachable & ~right).sum()),
        "precision": precision,
        "recall": recall,
        "F1": 2 * precision * recall / max(precision + recall, 1e-9),
    }


def hidden_ids(data: Path, name: str = "eusn_social_networks_wos") -> Task:
    """Hide the DOIs of references, on the side of the references alone."""
    corpus = cn.read(data / name)
    works, references = corpus.works, corpus.references
    owners = works["doi"].dropna()
    by_doi = {doi: frozenset(rows.index) for doi, rows in owners.groupby(owners)}
    terms = references["ids"].fillna("") + " doi:" + references["doi"].fillna("")
    truth = [
        frozenset().union(*(by_doi.get(term.removeprefix("doi:"), frozenset()) for term in line.split()))
        for line in terms
    ]
    blind = references.assign(doi=None, ids=None, raw=references["raw"].str.replace(_DOI, "", regex=True))
    hidden = cn.Corpus(works, blind)
    known = references["doi"].notna().to_numpy()
    placed = (references["first_page"].notna() | references["title"].notna()).to_numpy()
    return Task(name, hidden, truth, known, placed)


def printed_twice(data: Path) -> Task:
    """APA strings as works, Chicago strings as references to them."""
    strings = {}
    for style in ("apa", "chicago-author-date"):
        rows = json.loads((data / "crossref_refmatch" / f"artificial_dataset-{style}.json").read_text())["dataset"]
        strings[style] = pd.DataFrame(
            {"raw": [r["ref_string"] for r in rows], "doi": [r["target_gt"]["DOI"] for r in rows]}
        )
        strings[style] = strings[style].dropna()
    apa, chicago = strings["apa"], strings["chicago-author-date"]
    texts = apa.drop_duplicates("raw")["raw"]
    ids = pd.Index([f"w{i:04d}" for i in range(len(texts))])
    name = dict(zip(texts, ids, strict=True))
    works = cn.parse_references(texts.tolist())[list(_COLUMNS)].set_axis(ids, axis=0)
    works.loc["citing"] = None
    parsed = cn.parse_references(chicago["raw"].tolist())[list(_COLUMNS)]
    references = parsed.assign(citing="citing", position=np.arange(1, len(chicago) + 1))
    meant = apa.assign(work=apa["raw"].map(name)).groupby("doi")["work"].agg(frozenset)
    truth = [meant.get(doi, frozenset()) for doi in chicago["doi"]]
    every = np.ones(len(truth), bool)
    return Task("crossref_refmatch", cn.Corpus(works, references), truth, every, every)


def hidden(data: Path) -> None:
    """Print the hidden-id test."""
    task = hidden_ids(data)
    links = cn.resolve(task.corpus)
    table = links.links
    with_doi = table["work"].map(task.corpus.works["doi"]).notna().to_numpy() | table["work"].isna().to_numpy()
    judged = Task(task.name, task.corpus, task.truth, task.judged & with_doi, task.wanted)
    show("hidden ids", score(table["work"], judged))
    every = Task(task.name, task.corpus, task.truth, judged.judged, np.ones_like(task.wanted))
    show("  also references without page and title", score(table["work"], every))
    errors(table, judged)
    undecided = (task.judged & ~with_doi & (table["status"] == "matched").to_numpy()).sum()
    print(f"  {undecided} matched to records without a DOI: cannot be judged")


def strings(data: Path) -> None:
    """Print the test on works printed in two styles."""
    task = printed_twice(data)
    links = cn.resolve(task.corpus)
    show("strings, as they are", score(links.links["work"], task))
    errors(links.links, task, most=12)
    merged = cn.deduplicate(task.corpus)
    name = merged.merges.set_index("copy")["work"].to_dict()
    truth = [frozenset(name.get(work, work) for work in meant) for meant in task.truth]
    once = Task(task.name, merged.corpus, truth, task.judged, task.wanted)
    links = cn.resolve(merged.corpus)
    show("strings, copies merged first", score(links.links["work"], once))
    errors(links.links, once)
    print(f"  {len(merged.merges)} merges; those of the lowest score:")
    for row in merged.merges.sort_values("score").head(12).itertuples():
        print(f"    {row.score:.3f} {row.rule}\n      {row.description[:150]}\n      {row.copy_description[:150]}")


def sweep(data: Path) -> None:
    """Print the test on records marked by hand as duplicates."""
    for name in ("copper", "tafenoquine"):
        corpus = cn.read(data / "dedupe_sweep" / f"{name}.xml")
        works = corpus.works
        marked = works["caption"].eq("Duplicate")
        merged = cn.deduplicate(corpus)
        cluster = pd.Series(works.index, index=works.index).replace(merged.merges.set_index("copy")["work"].to_dict())
        found = cluster.map(cluster.value_counts()) > 1
        right = int((found & marked).sum())
        precision, recall = right / max(found.sum(), 1), right / marked.sum()
        counts = {
            "pairs": int(marked.sum()),
            "wrong": int((found & ~marked).sum()),
            "missed": int((~found & marked).sum()),
        }
        counts |= {"precision": precision, "recall": recall, "F1": 2 * precision * recall / (precision + recall)}
        show(f"duplicates in {name}", counts)
        text = described(works)
        for work in works.index[(found != marked)]:
            print(f"    {'false' if found[work] else 'missed'}: {text[work][:150]} {works['doi'][work]}")
        left = merged.doubtful[["note", "description", "other_description"]]
        print(*[f"    left apart ({n}): {a[:90]} | {b[:90]}" for n, a, b in left.itertuples(index=False)], sep="\n")


def databases(data: Path) -> None:
    """Print the test on two exports of one search."""
    for name, files in PAIRS.items():
        corpora = [cn.read(data / file) for file in files]
        corpus = corpora[0] + corpora[1]
        works = corpus.works
        merged = cn.deduplicate(cn.Corpus(works.assign(doi=None), corpus.references))
        cluster = pd.Series(works.index, index=works.index).replace(merged.merges.set_index("copy")["work"].to_dict())
        table = pd.DataFrame({"cluster": cluster, "doi": works["doi"], "file": works["file"]}).dropna(subset="doi")
        shared = set(corpora[0].works["doi"].dropna()) & set(corpora[1].works["doi"].dropna())
        both = table[table["doi"].isin(shared)].groupby(["doi", "cluster"])["file"].nunique()
        recalled = both[both > 1].index.get_level_values("doi").nunique()
        joined = table.merge(table, on="cluster")
        joined = joined[joined["file_x"] < joined["file_y"]]
        differ = joined[joined["doi_x"] != joined["doi_y"]]
        judged = [
            tuple(sorted(pair)) in {tuple(sorted(m)) for m in MISPRINTS}
            for pair in differ[["doi_x", "doi_y"]].to_numpy()
        ]
        wrong = len(differ) - sum(judged)
        counts = {"pairs": len(shared), "matched": len(joined), "wrong": wrong, "missed": len(shared) - recalled}
        counts |= {"precision": 1 - wrong / len(joined), "recall": recalled / len(shared)}
        show(f"two databases, {name}", counts)
        print(f"    {len(differ)} pairs have two DOIs, {sum(judged)} of them one misprinted:")
        print(*[f"      {a} {b}" for a, b in differ[["doi_x", "doi_y"]].to_numpy()], sep="\n")
        kept_lists(corpus, merged)


def kept_lists(corpus: cn.Corpus, merged: cn.Deduplication) -> None:
    """Say what became of the references, and how well pairs that carry DOIs in both databases were joined."""
    placed = merged.references
    assert len(placed) == len(corpus.references)
    assert set(map(tuple, merged.corpus.references[["citing", "position"]].to_numpy())) == set(
        map(tuple, placed[["new_citing", "new_position"]].to_numpy())
    )
    two = placed.groupby("new_citing")["citing"].nunique()
    inside = placed[placed["new_citing"].isin(two.index[two > 1])]
    smaller = inside.groupby(["new_citing", "citing"]).size().groupby("new_citing").min().sum()
    joined = len(inside) - len(inside.drop_duplicates(["new_citing", "new_position"]))
    print(
        f"    references: {len(placed):,} before = {len(merged.corpus.references):,} after + "
        f"{len(placed) - len(merged.corpus.references):,} joined; of {smaller:,} in the shorter lists {joined:,} found"
    )
    dois = corpus.references["doi"].to_numpy(dtype=object)
    table = placed.assign(doi=dois).dropna(subset="doi")
    table = table[table["new_citing"].isin(two.index[two > 1])]
    pairs = table.merge(table, on=["new_citing", "new_position"])
    pairs = pairs[pairs["citing_x"] < pairs["citing_y"]]
    possible = table.merge(table, on=["new_citing", "doi"])
    possible = possible[possible["citing_x"] < possible["citing_y"]]
    same = int((possible["new_position_x"] == possible["new_position_y"]).sum())
    print(
        f"    of {len(pairs)} joined references with two DOIs {(pairs['doi_x'] != pairs['doi_y']).sum()} differ; "
        f"of {len(possible)} that share one, {same} were joined"
    )


def outside(data: Path) -> None:
    """Print the test of clusters of references to works outside the corpus."""
    task = hidden_ids(data)
    references = task.corpus.references
    keys = key_table(references)
    journals = keys.loc[keys["volume"] != "", "container"].drop_duplicates()
    ids = external_ids(references, keys, journals)["work"]
    truth = cn.read(data / task.name).references["doi"]
    table = pd.DataFrame({"found": ids, "truth": truth})[truth.notna()]
    table["found"] = table["found"].fillna(pd.Series(table.index.astype("str"), index=table.index))
    pairs = {by: (n * (n - 1) // 2).sum() for by in ("found", "truth") for n in [table[by].value_counts()]}
    n = table.value_counts(["found", "truth"])
    both = (n * (n - 1) // 2).sum()
    show(
        "works outside, pairs of references",
        {"pairs": int(pairs["truth"]), "precision": both / pairs["found"], "recall": both / pairs["truth"]},
    )
    several = table.groupby("found")["truth"].nunique()
    for name in several.index[several > 1]:
        print("    joined:", " | ".join(sorted(table.loc[table["found"] == name, "truth"].unique())))


def calibration(data: Path) -> None:
    """Print how often a candidate with a probability is the right one."""
    print(f"{'probability':>14}{'candidates':>12}{'mean':>8}{'right':>8}")
    parts = []
    for task in (hidden_ids(data), printed_twice(data)):
        candidates = cn.resolve(task.corpus).candidates
        row = task.corpus.references.reset_index().set_index(["citing", "position"])["index"]
        rows = row.reindex(pd.MultiIndex.from_frame(candidates[["citing", "position"]])).to_numpy()
        right = [work in task.truth[i] for work, i in zip(candidates["work"], rows, strict=True)]
        judged = task.judged[rows] & (
            candidates["work"].map(task.corpus.works["doi"]).notna().to_numpy() | task.wanted.all()
        )
        parts.append(pd.DataFrame({"score": candidates["score"], "right": right})[judged])
    table = pd.concat(parts)
    edges = [0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 0.999, 1]
    for (low, high), part in zip(
        zip(edges, edges[1:], strict=False),
        [table[(table["score"] > a) & (table["score"] <= b)] for a, b in zip(edges, edges[1:], strict=False)],
        strict=True,
    ):
        if len(part):
            print(f"{f'{low:g}–{high:g}':>14}{len(part):>12,}{part['score'].mean():>8.3f}{part['right'].mean():>8.3f}")


def sensitivity(data: Path, *fields: str) -> None:
    """Print what the accuracy becomes with each weight four fifths and six fifths of what it is."""
    tasks = (taken(hidden_ids(data), 1), taken(printed_twice(data), 3))
    marked = {name: cn.read(data / "dedupe_sweep" / f"{name}.xml") for name in ("copper", "tafenoquine")}

    def measured() -> list[float]:
        values = []
        for task in tasks:
            found = cn.resolve(task.corpus).links["work"]
            with_doi = found.map(task.corpus.works["doi"]).notna().to_numpy() | found.isna().to_numpy()
            judged = task.judged & (with_doi | task.wanted.all())
            counts = score(found, Task(task.name, task.corpus, task.truth, judged, task.wanted))
            values += [counts["precision"], counts["recall"]]
        for corpus in marked.values():
            merges = cn.deduplicate(corpus).merges
            found = {*merges["work"], *merges["copy"]}
            truth = set(corpus.works.index[corpus.works["caption"] == "Duplicate"])
            values += [len(found & truth) / len(found), len(found & truth) / len(truth)]
        return values

    print(f"{'weight':<44}{'hidden ids':>16}{'strings':>16}{'copper':>16}{'tafenoquine':>16}")
    print(f"{'':<44}" + f"{'P':>8}{'R':>8}" * 4)
    row("as they are", measured())
    for field, weights in list(WEIGHTS.items()):
        if fields and field not in fields:
            continue
        for level, weight in enumerate(weights):
            for factor in (0.8, 1.2) if weight else ():
                WEIGHTS[field] = (*weights[:level], factor * weight, *weights[level + 1 :])
                row(f"{field} {LEVELS[field][level]}: {factor * weight:+.1f}", measured())
            WEIGHTS[field] = weights


def taken(task: Task, step: int) -> Task:
    """Every so-manieth of the references that are judged: each is resolved by itself."""
    rows = np.flatnonzero(task.judged)[::step]
    corpus = cn.Corpus(task.corpus.works, task.corpus.references.iloc[rows])
    return Task(task.name, corpus, [task.truth[i] for i in rows], task.judged[rows], task.wanted[rows])


def row(name: str, values: list[float]) -> None:
    """Print one line of the test of sensitivity."""
    print(f"{name:<44}" + "".join(f"{value:>8.4f}" for value in values), flush=True)


def show(title: str, counts: dict[str, float]) -> None:
    """Print one line of results."""
    shown = [f"{name} {value:,}" if isinstance(value, int) else f"{name} {value:.4f}" for name, value in counts.items()]
    print(f"{title}: {', '.join(shown)}")


def errors(table: pd.DataFrame, task: Task, most: int = 40) -> None:
    """List wrong and missed references, those with the same text once."""
    text = described(task.corpus.works)
    raw = task.corpus.references["raw"]
    wrong = [i for i in np.flatnonzero(task.judged & table["work"].notna()) if table["work"][i] not in task.truth[i]]
    for i in wrong:
        meant = " / ".join(text[work][:120] for work in task.truth[i]) or "none of the corpus"
        print(
            f"    wrong ({table['rule'][i]}): {raw[i][:150]}\n"
            f"      found {text[table['work'][i]][:150]}\n      meant {meant}"
        )
    missed = [i for i in np.flatnonzero(task.wanted & table["work"].isna()) if task.truth[i]]
    lines = pd.Series([f"{table['status'][i]} ({table['score'][i]:.2f}): {raw[i][:150]}" for i in missed], dtype="str")
    for line, n in lines.value_counts(sort=False).head(most).items():
        print(f"    missed {n}x, {line}")
    if lines.nunique() > most:
        print(f"    … and {lines.nunique() - most} more texts")


PARTS = {f.__name__: f for f in (hidden, strings, sweep, databases, outside, calibration, sensitivity)}

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for part in sys.argv[2:] or PARTS:
        name, *chosen = part.split(":")
        PARTS[name](folder, *chosen)
