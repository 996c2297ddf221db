"""The one function that writes: choice of format, what is refused, the sidecar, the same bytes every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.errors import ColumnError, InputError
from citenet.io.export._formats import FORMATS

NAMES = [
    "net.json", "net.txt", "net.net", "net.gexf", "net.graphml", "net.csv", "net.tsv", "net.bib", "net.ris",
    "net.csl.json", "net.jsonl",
]  # fmt: skip


def network(order: list[int] | None = None) -> cn.CitationNetwork:
    """Simulate a network with text in it; with an order, it is built from shuffled rows."""
    base = cn.datasets.simulate(60, rng=3)
    works = base.works.assign(title=[f"Títle & {i} <x>" for i in range(60)], authors="Ö, A; WHO", tags="a; b")
    arcs = base.to_frame().assign(rule="doi", score=0.5)
    if order is not None:
        works, arcs = works.iloc[order], arcs.sample(frac=1, random_state=1)
    return cn.CitationNetwork.from_frames(works, arcs, provenance={"sources": [["a.bib", "0" * 64]], "max_lead": 1})


def digests(folder: Path, net: cn.CitationNetwork) -> dict[str, str]:
    for name in NAMES:
        cn.write(net, folder / name, groups="field")
    cn.write(net, folder / "gephi.csv", format="gephi-csv", groups="field")
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def test_every_format_has_a_test_and_endings_are_unique():
    endings = [ending for known in FORMATS for ending in known.endings]
    assert len(endings) == len(set(endings))
    written = {known.name for known in FORMATS for name in NAMES if name.endswith(known.endings or ("no ending",))}
    assert written == {known.name for known in FORMATS} - {"gephi-csv"}


def test_bytes_do_not_depend_on_the_order_of_the_input(tmp_path: Path):
    order = np.random.default_rng(1).permutation(60).tolist()
    assert digests(tmp_path / "a", network()) == digests(tmp_path / "b", network(order))


def test_bytes_do_not_depend_on_the_hash_seed(tmp_path: Path):
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from test_write import digests, network\n"
        "print(sorted(digests(Path(sys.argv[2]), network()).items()))"
    )
    found = set()
    for seed in ("0", "1"):
        command = [sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path / seed)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        found.add(run.stdout)
    assert len(found) == 1


def test_files_end_in_lf_and_are_utf8(tmp_path: Path):
    digests(tmp_path, network())
    for file in tmp_path.iterdir():
        data = file.read_bytes()
        assert b"\r" not in data, file.name
        assert data.endswith(b"\n"), file.name
        data.decode("utf-8")


def test_the_sidecar_says_from_what_and_how(tmp_path: Path):
    net = network()
    *files, meta = cn.write(net, tmp_path / "deep" / "net.net", groups="field", direction="flow")
    assert meta.name == "net.net.meta.json"
    said = json.loads(meta.read_text(encoding="utf-8"))
    assert said["citenet"] == cn.__version__
    assert said["format"] == "pajek"
    assert said["direction"] == "Arcs run cited → citing."
    assert said["inputs"] == [{"file": "a.bib", "sha256": "0" * 64}]
    assert said["parameters"] == {"max_lead": 1}
    assert said["counts"] == {
        "works": 60, "citations": net.n_citations, "dropped": {"all": 0}, "unresolved": 0,
    }  # fmt: skip
    assert said["groups"]["method"] == "column 'field'"
    assert said["groups"]["origin"] == "assigned"
    assert sum(said["groups"]["sizes"].values()) == 60
    assert said["files"] == [{"file": f.name, "sha256": sha256(f.read_bytes()).hexdigest()} for f in files]
    assert "seed" not in said  # nothing random went in
    assert str(tmp_path) not in meta.read_text()


def test_dropped_and_unresolved_references_are_counted(tmp_path: Path):
    works = pd.DataFrame({"year": [2000, 2001]}, index=["a", "b"])
    arcs = pd.DataFrame({"citing": ["b", "b", "b", "a"], "cited": ["a", "a", "zzz", "a"]})
    net = cn.CitationNetwork.from_frames(works, arcs, missing="drop")
    *_, meta = cn.write(net, tmp_path / "net.gexf")
    counts = json.loads(meta.read_text())["counts"]
    assert counts["dropped"] == {"all": 3, "duplicate": 1, "self": 1, "unmatched": 1}
    assert counts["unresolved"] == 1


def test_the_seed_of_detected_groups_is_kept(tmp_path: Path):
    net = network()
    found = cn.detect_communities(net, rng=42)
    *_, meta = cn.write(net, tmp_path / "net.json", groups=found)
    said = json.loads(meta.read_text())
    assert said["seed"] == said["groups"]["seed"] == found.seed
    assert said["groups"]["origin"] == "detected"


def test_the_bundled_review_goes_through_every_format(tmp_path: Path):
    corpus = cn.datasets.coproduction_2024()
    net = cn.build_network(corpus, cn.resolve(corpus), external=True)
    for name in NAMES:
        *_, meta = cn.write(net, tmp_path / name, groups=cn.label(net, "literature"))
        assert len(json.loads(meta.read_text())["inputs"]) == len(corpus.sources)
    *_, meta = cn.write(corpus, tmp_path / "corpus.jsonl")
    assert json.loads(meta.read_text())["inputs"][0]["file"] == corpus.sources["file"].iloc[0]


def records(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def frame(lines: list[dict[str, Any]], kind: str, columns: dict[str, str]) -> pd.DataFrame:
    rows = [{**line, **line["fields"]} for line in lines if line["record"] == kind]
    return pd.DataFrame(
        {
            name: pd.Series([row.get(name) for row in rows], dtype="object").astype(dtype)
            for name, dtype in columns.items()
        }
    )


def test_jsonl_holds_all_of_a_network(tmp_path: Path):
    net = network().subset(network().ids[:30])
    cn.write(net, tmp_path / "net.jsonl", groups="field")
    header, *lines = records(tmp_path / "net.jsonl")
    assert (header["format"], header["version"], header["kind"]) == ("citenet-jsonl", 1, "network")
    tables = {name: table["columns"] for name, table in header["tables"].items()}
    works = frame(lines, "work", tables["works"]).set_index("id")
    arcs = frame(lines, "citation", tables["citations"])
    again = cn.CitationNetwork.from_frames(works, arcs, provenance=header["provenance"])
    pd.testing.assert_frame_equal(again.works, net.works)
    pd.testing.assert_frame_equal(again.to_frame(), net.to_frame())
    assert again.provenance == net.provenance
    groups = {line["id"]: line["group"] for line in lines if line["record"] == "group"}
    assert groups == net.works["field"].to_dict()


def test_jsonl_holds_all_of_a_corpus_and_text_as_it_was(tmp_path: Path):
    corpus = cn.datasets.coproduction_2024()
    cn.write(corpus, tmp_path / "corpus.jsonl")
    header, *lines = records(tmp_path / "corpus.jsonl")
    found = {name: frame(lines, name[:-1], table["columns"]) for name, table in header["tables"].items()}
    again = cn.Corpus(**{**found, "works": found["works"].set_index("id")})
    for name in ("works", "references", "contexts", "problems", "sources"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(corpus, name))
    odd = cn.Corpus(pd.DataFrame({"title": ["é\nb\x00\ud800"], "n": [float("inf")]}, index=["w"], dtype="object"))
    cn.write(odd, tmp_path / "odd.jsonl")
    assert records(tmp_path / "odd.jsonl")[1]["fields"] == {"title": "é\nb\x00\ufffd"}


def test_a_path_chooses_the_format_and_a_corpus_its_own(tmp_path: Path):
    net, corpus = network(), cn.datasets.coproduction_2024()
    assert "network" in json.loads(cn.write(net, tmp_path / "a.JSON")[0].read_text())
    assert isinstance(json.loads(cn.write(corpus, tmp_path / "b.json")[0].read_text()), list)
    assert isinstance(json.loads(cn.write(net, tmp_path / "c.csl.json")[0].read_text()), list)
    assert cn.write(net, tmp_path / "plain", format="gexf")[0].read_text().startswith("<?xml")
    assert [f.name for f in cn.write(net, tmp_path / "v1.2", format="csv")][0] == "v1.2_edges.csv"
    assert cn.write(net, str(tmp_path / "s.gexf"))[0].is_file()


def test_ids_that_cannot_stand_in_a_file_are_renamed_and_said(tmp_path: Path):
    works = pd.DataFrame({"year": [2000] * 3}, index=["a\x01", "a", "a\x02"])
    for name in NAMES:
        *_, meta = cn.write(cn.CitationNetwork(works, [0], [1]), tmp_path / name)
        renamed = json.loads(meta.read_text())["renamed_ids"]
        assert renamed == {"a\x01": "a#2", "a\x02": "a#3"}


def test_bad_calls_say_what_to_do(tmp_path: Path):
    net, corpus = network(), cn.datasets.coproduction_2024()
    with pytest.raises(InputError, match=r"'net.xyz' is of no format \(endings: \.json, .*format="):
        cn.write(net, tmp_path / "net.xyz")
    with pytest.raises(InputError, match="format='gefx' is not a choice, did you mean 'gexf'"):
        cn.write(net, tmp_path / "net", format="gefx")
    with pytest.raises(InputError, match="direction='sideways' is not a choice"):
        cn.write(net, tmp_path / "net.net", direction="sideways")
    with pytest.raises(InputError, match="direction='flow' is for Pajek"):
        cn.write(net, tmp_path / "net.gexf", direction="flow")
    with pytest.raises(InputError, match=r"not resolved yet: write build_network\(corpus, resolve\(corpus\)\)"):
        cn.write(corpus, tmp_path / "net.gexf")
    with pytest.raises(InputError, match="is a folder; name a file in it"):
        cn.write(net, tmp_path)
    with pytest.raises(InputError, match="not a DataFrame"):
        cn.write(net.works, tmp_path / "net.gexf")
    with pytest.raises(ColumnError, match="has no column 'discipline'"):
        cn.write(net, tmp_path / "net.gexf", groups="discipline")
    b = cn.bridges(net, "field", "A", "B", n_boot=0)
    with pytest.raises(InputError, match="not a Bridges; to show what crosses between groups, write the network"):
        cn.write(b, tmp_path / "net.gexf")
    assert list(tmp_path.iterdir()) == []


def test_a_corpus_whose_references_have_no_identifier_is_written(tmp_path: Path):
    works = pd.DataFrame({"title": ["A", "B"]}, index=["a", "b"])
    corpus = cn.Corpus(works, pd.DataFrame({"citing": ["a"], "raw": ["Smith. A book. 1999."]}))
    cn.write(corpus, tmp_path / "corpus.jsonl")
    assert [line["record"] for line in records(tmp_path / "corpus.jsonl")] == ["header", "work", "work", "reference"]


@pytest.mark.parametrize("path", [None, 5, b"net.gexf"])
def test_what_is_no_path_is_refused(path: Any):
    with pytest.raises(InputError, match=r"a path is a str or a pathlib\.Path; (?:NoneType|int|bytes) is neither"):
        cn.write(cn.CitationNetwork(pd.DataFrame({"title": ["A"]}, index=["a"])), path)


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"net\.gexf' cannot be written: .*; name a place where you may write"):
        cn.write(cn.CitationNetwork(pd.DataFrame({"title": ["A"]}, index=["a"])), tmp_path / "file" / "net.gexf")
