"""The command line on the bundled review and on small tables."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import citenet as cn
from citenet.cli import main

REVIEW = str(cn.datasets.bundled("coproduction-2024"))
OUR_QUESTION = ["--by", "literature", "--between", "HSR/QI", "PAM", "--draws", "99"]
_A, _B = (
    "A=Journal of Made-up Care|Fictional Health Policy",
    "B=Imaginary Public Management|Review of Invented Governance",
)
QUESTION = ["--by", "container", "--between", "A", "B", "--group", _A, "--group", _B]  # of the practice exports


@pytest.fixture
def tables(tmp_path) -> str:
    """Eight works of two fields in two years, every later one citing two earlier ones."""
    works = ["id,title,year,field"] + [f"w{i},Work number {i} here,{2000 + i // 4},{'AB'[i % 2]}" for i in range(8)]
    citations = ["citing,cited"] + [f"w{i},w{(i * 3 + j) % 4}" for i in range(4, 8) for j in (0, 1)]
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "works.csv").write_text("\n".join(works) + "\n", encoding="utf-8")
    (folder / "citations.csv").write_text("\n".join(citations) + "\n", encoding="utf-8")
    return str(folder)


def test_read_says_what_is_there_and_what_could_not_be_read(capsys):
    assert main(["read", REVIEW]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert shown.out.startswith("<Corpus: 42 works (1949–2024), 47 references of 4 works")
    assert "references.txt" in shown.out
    assert "printed slip" in shown.out


def test_the_main_job_runs_on_the_bundled_review(capsys):
    assert main(["bridges", REVIEW, *OUR_QUESTION]) == 0
    shown = capsys.readouterr().out
    for step in ("<Corpus: 42 works", "<Resolution: 47 references", "<CitationNetwork: 42 works", "<Partition: "):
        assert step in shown
    assert "Cited together: 45 mentions of works in 18 passages" in shown
    assert "HSR/QI & PAM" in shown or "PAM & HSR/QI" in shown


def test_small_tables_without_passages_are_measured_too(tables, capsys):
    assert main(["bridges", tables, "--by", "field", "--between", "A", "B"]) == 0
    shown = capsys.readouterr().out
    assert "<CitationNetwork: 8 works, 8 citations, 2000–2001>" in shown
    assert "Cited together" not in shown


def no_constants(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def test_json_is_strict_with_null_for_undefined(capsys):
    assert main(["bridges", REVIEW, *OUR_QUESTION, "--json"]) == 0
    found = json.loads(capsys.readouterr().out, parse_constant=no_constants)
    assert set(found) == {"sentence", "measures", "coverage", "params", "cited_together"}
    assert any(value is None for row in found["measures"] for value in row.values()), "the review has undefined values"
    assert found["sentence"]


def test_json_numbers_are_those_of_the_library(tables, capsys):
    assert main(["bridges", tables, "--by", "field", "--between", "A", "B", "--json", "--seed", "4"]) == 0
    rows = json.loads(capsys.readouterr().out)["measures"]
    corpus = cn.read([tables])
    net = cn.build_network(corpus, cn.resolve(corpus))
    expected = cn.bridges(net, cn.label(net, "field"), "A", "B", rng=4).to_frame()
    values = [float("nan") if row["value"] is None else row["value"] for row in rows]
    assert values == pytest.approx(expected["value"].tolist(), nan_ok=True)


def run_into(folder: Path, *arguments: str) -> dict[str, bytes]:
    assert main(["bridges", *arguments, "--out", str(folder)]) == 0
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_out_writes_tables_and_figures_the_same_each_time(tmp_path, capsys):
    one = run_into(tmp_path / "new" / "one", REVIEW, *OUR_QUESTION)
    shown = capsys.readouterr()
    assert shown.err == f"written to {tmp_path / 'new' / 'one'}\n"
    assert set(one) == {
        "arcs.csv",
        "cited_together.csv",
        "cited_together.png",
        "coverage.csv",
        "flows.png",
        "measures.csv",
        "network.png",
        "papers.csv",
        "summary.txt",
    }
    other = run_into(tmp_path / "other", REVIEW, *OUR_QUESTION)
    assert capsys.readouterr().out == shown.out
    assert one == other


def test_groups_are_given_on_the_line_or_in_a_table(tables, tmp_path, capsys):
    table = tmp_path / "groups.csv"
    table.write_text("value,group\nA,First\nB,Second\n", encoding="utf-8")
    question = [tables, "--by", "field", "--between", "First", "Second", "--json"]
    assert main(["bridges", *question, "--groups", str(table)]) == 0
    by_table = capsys.readouterr().out
    assert main(["bridges", *question, "--group", "First = A|none", "--group", "Second=B"]) == 0
    on_the_line = capsys.readouterr()
    assert on_the_line.out == by_table
    assert "no work has 'none'" in on_the_line.err


def test_decisions_outrank_the_column(tables, tmp_path, capsys):
    table = tmp_path / "decisions.csv"
    table.write_text("work,group\n" + "".join(f"w{i},C\n" for i in (0, 4)), encoding="utf-8")
    assert main(["bridges", tables, "--by", "field", "--between", "A", "C", "--decisions", str(table)]) == 0
    assert "3 groups of 8 works (B 4, C 2, A 2)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["read", "no-such-folder"], "no-such-folder"),
        (["bridges", REVIEW, "--by", "colour", "--between", "A", "B"], "net.works has no column 'colour'"),
        (["bridges", REVIEW, "--by", "literature", "--between", "HSR", "PAM"], "did you mean 'HSR/QI'?"),
        (["bridges", REVIEW, *OUR_QUESTION, "--group", "PAM"], "--group 'PAM' must look like NAME=VALUE|VALUE"),
        (["bridges", REVIEW, *OUR_QUESTION, "--group", "A=x", "--groups", "y.csv"], "say the groups once"),
        (["bridges", REVIEW, *OUR_QUESTION, "--groups", "y.csv"], "y.csv is not a file"),
        (["bridges", REVIEW, *OUR_QUESTION, "--decisions", "y.csv"], "y.csv is not a file"),
    ],
)
def test_what_cannot_be_done_goes_to_stderr_with_code_2(arguments, message, capsys):
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("citenet: ")
    assert message in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize("arguments", [[], ["bridges", REVIEW], ["draw", REVIEW], ["read"]])
def test_a_call_that_is_incomplete_shows_its_usage(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: citenet" in capsys.readouterr().err


def test_version_and_help(capsys):
    for option in ("--version", "--help"):
        with pytest.raises(SystemExit) as stopped:
            main([option])
        assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert f"citenet {cn.__version__}" in shown
    assert "citenet bridges bib/coproduction-2024" in shown


def test_two_versions_are_compared(tables, tmp_path, capsys):
    """A year later one paper was added: said in a paragraph, in tables, in figures and by the locks."""
    later = tmp_path / "later"
    shutil.copytree(tables, later)
    with (later / "works.csv").open("a", encoding="utf-8") as works:
        works.write("w8,Work number 8 here,2002,A\n")
    with (later / "citations.csv").open("a", encoding="utf-8") as citations:
        citations.write("w8,w1\nw8,w4\n")
    out = tmp_path / "out"
    question = ["--by", "field", "--between", "A", "B", "--out", str(out)]
    assert main(["compare", tables, str(later), *question]) == 0
    shown = capsys.readouterr().out
    assert "1 work was added, 0 removed and 0 merged" in shown
    assert "Who carries the crossing" in shown
    tables_of = {"differences", "causes", "odds", "arcs", "works", "papers", "journals", "sources"}
    assert {path.stem for path in out.glob("*.csv")} == tables_of
    assert {path.name for path in out.iterdir() if path.suffix != ".csv"} == {
        "update.txt",
        "causes.png",
        "flows_before.png",
        "flows_after.png",
        "before.citenet.lock.json",
        "after.citenet.lock.json",
    }
    assert (out / "update.txt").read_text(encoding="utf-8").startswith("1 work was added")
    assert "works.csv" in (out / "sources.csv").read_text(encoding="utf-8")


def test_the_same_tables_are_no_change(tables, capsys):
    assert main(["compare", tables, tables, "--by", "field", "--between", "A", "B"]) == 0
    assert "0 works were added, 0 removed and 0 merged" in capsys.readouterr().out


def test_versions_are_compared_without_groups(tables, capsys):
    assert main(["compare", tables, tables]) == 0
    assert "0 works were added, 0 removed and 0 merged" in capsys.readouterr().out
    assert main(["compare", tables, tables, "--by", "field"]) == 2
    assert "say both --by and --between" in capsys.readouterr().err


def test_communities_are_found_named_and_tested(tmp_path, capsys):
    """The bundled review: two papers cite nearly all of it, so that no shuffle could change what is found."""
    arguments = ["communities", REVIEW, "--by", "literature", "--draws", "9", "--runs", "4"]
    assert main([*arguments, "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    for said in (
        "<ResolutionScan: 29 resolutions",
        "<Consensus of 4 runs",
        "against literature: <Agreement",
        "most_cited",
    ):
        assert said in shown
    assert "More marked than in shuffled citations? <NullTest: directed modularity" in shown
    assert {file.name for file in tmp_path.iterdir()} == {"works.csv", "communities.csv", "scan.csv", "network.png"}


def test_communities_at_a_given_resolution_in_other_links(tables, capsys):
    assert main(["communities", tables, "--resolution", "1", "--weights", "coupling", "--draws", "5"]) == 0
    shown = capsys.readouterr().out
    assert "ResolutionScan" not in shown
    assert "quality of communities detected in coupling links at γ = 1" in shown


def test_a_network_is_converted(tables, tmp_path, capsys):
    target = tmp_path / "net.graphml"
    assert main(["convert", tables, "--to", str(target), "--by", "field"]) == 0
    written = capsys.readouterr().out.splitlines()
    assert written[0] == str(target)
    assert all(path for path in written)
    assert target.read_text(encoding="utf-8").startswith("<?xml")


# -- for newcomers and for other programs ---------------------------------------------------------------------


@pytest.fixture
def exports(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cn.practice_exports("exports")
    return "exports/savedrecs.txt"


def test_help_teaches_every_command_with_an_example(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    said = capsys.readouterr().out
    for command in ("read", "fetch", "resolve", "communities", "bridges", "compare", "report", "convert"):
        assert f"\n  citenet {command} " in said
    assert "exit codes: 0 done; 2" in said
    assert "practice_exports" in said


@pytest.mark.parametrize(
    "command", ["read", "deduplicate", "resolve", "communities", "bridges", "compare", "report", "convert"]
)
def test_json_is_json_and_nothing_else(exports, capsys, command):
    asked = [*QUESTION] if command in ("bridges", "compare", "report") else []
    asked += ["--to", "network.gexf"] if command == "convert" else []
    files = [exports, exports] if command == "compare" else [exports]
    assert main([command, *files, *asked, "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content


def test_resolve_writes_one_row_per_reference(exports, capsys):
    assert main(["resolve", exports, "--out", "links.csv"]) == 0
    corpus = cn.read(exports)
    table = pd.read_csv("links.csv")
    assert len(table) == len(corpus.references)
    assert table["raw"].notna().all()
    assert "matched" in capsys.readouterr().out


def test_an_interrupted_command_says_so(exports, capsys, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(cn, "read", interrupt)
    assert main(["read", exports]) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="pipes of a shell")
def test_a_reader_that_has_seen_enough_is_no_error(exports):
    command = f"{sys.executable} -m citenet read {exports} --json | head -1"
    run = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "{"
    assert run.stderr == ""


def test_bridges_of_tables_says_what_counted_and_what_was_dropped(tmp_path, capsys):
    pytest.importorskip("duckdb", reason="needs citenet[scale]")
    net = cn.datasets.simulate(300, preference=2.0, rng=1)
    works, citations = net.to_frames()
    works.reset_index().to_csv(tmp_path / "works.csv", index=False)
    citations.to_csv(tmp_path / "citations.csv", index=False)
    call = ["bridges", str(tmp_path / "works.csv"), "--citations", str(tmp_path / "citations.csv")]
    call += ["--by", "field", "--between", "A", "B", "--column", "id=work_id", "--engine", "duckdb"]
    assert main([*call, "--out", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    assert "engine duckdb (as asked)" in out
    assert cn.bridges(net, "field", "A", "B", rng=1).summary() in out
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "arcs.csv",
        "coverage.csv",
        "files.csv",
        "flows.png",
        "measures.csv",
        "papers.csv",
        "summary.txt",
    ]
    call[3] = str(tmp_path / "citations*.csv")
    (tmp_path / "citations-2.csv").write_text("from,to\na,b\n")
    assert main([*call, "--json", "--max-lead", "0", "--max-arcs", "100000"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["params"]["engine"], told["params"]["max_lead"]) == ("duckdb", 0)
    assert told["tables"]["files left out"] == 1
    assert [file["kind"] for file in told["files"]] == ["missing column"]
    assert main([*call, "--draws", "99"]) == 2
    assert "--draws: for bibliographies" in capsys.readouterr().err
    for option in (["--engine", "spark"], ["--unique"], ["--max-lead", "0"]):
        assert main(["bridges", "x", "--by", "field", "--between", "A", "B", *option]) == 2
        assert "--citations PATH" in capsys.readouterr().err


def test_a_review_that_is_filled_in_decides(exports, capsys):
    assert main(["resolve", exports, "--review", "review.csv", "--flow", "flow.png"]) == 0
    assert Path("flow.png").stat().st_size > 0
    review = pd.read_csv("review.csv").assign(decision="different")
    review.to_csv("review.csv", index=False)
    assert main(["resolve", exports, "--decisions", "review.csv"]) == 0
    assert "ambiguous" in capsys.readouterr().out


def test_deduplicate_writes_a_corpus_and_why(exports, capsys):
    assert main(["deduplicate", exports, "--out", "merged"]) == 0
    merged = cn.Corpus.load("merged")
    assert len(merged.works) > 0
    assert {"merges.csv", "references.csv", "review.csv"} <= {file.name for file in Path("merged").iterdir()}
    assert "works" in capsys.readouterr().out
    assert main(["resolve", "merged"]) == 0
    assert f"{merged!r}\n{cn.resolve(merged)!r}" in capsys.readouterr().out


def test_decisions_on_references_reach_every_command(exports, capsys):
    corpus = cn.read(exports)
    matched = cn.resolve(corpus).links.query("status == 'matched'").iloc[0]
    text = corpus.references.set_index(["citing", "position"]).loc[(matched["citing"], matched["position"]), "raw"]
    rows = [("different", text, None), ("this work", "nobody prints this", matched["work"])]
    pd.DataFrame(rows, columns=["decision", "reference", "work"]).to_csv("d.csv", index=False)
    for command in (["convert", exports, "--to", "n.csv"], ["communities", exports, "--runs", "2"]):
        assert main([*command, "--matches", "d.csv"]) == 0
        assert "d.csv, line 3: no reference prints 'nobody prints this'" in capsys.readouterr().err
    assert main(["compare", exports, exports, "--matches", "d.csv"]) == 0
    assert capsys.readouterr().err.count("  d.csv, line 3") == 2
    asked = ["bridges", exports, *QUESTION, "--matches", "d.csv", "--matching", "sampled", "--resamples", "40"]
    assert main([*asked, "--list-draws", "0"]) == 0
    shown = capsys.readouterr()
    links = cn.resolve(corpus, decisions=pd.read_csv("d.csv").iloc[:1])
    assert repr(links) in shown.out
    assert "over 20 networks" in shown.out


def test_what_cannot_be_written_or_means_nothing_is_said_before_the_work_is_done(exports, capsys):
    assert main(["resolve", exports, "--out", "nowhere/links.csv"]) == 2
    assert "there is no folder 'nowhere'; make it first" in capsys.readouterr().err
    assert main(["resolve", exports, "--by", "year"]) == 2
    assert "say --flow FILE too" in capsys.readouterr().err
    assert main(["resolve", exports, "--by", "year", "--flow", "flow.csv"]) == 0
    flow = pd.read_csv("flow.csv", index_col="stage")
    assert flow.loc["references"].sum() == len(cn.read(exports).references)
