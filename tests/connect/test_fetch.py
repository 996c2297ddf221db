"""From works to a corpus, against the invented literature whose truth is known."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import warnings

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.connect.trial_world import crossref_record, europepmc_reference, invent, openalex_record
from citenet.errors import DroppedWarning, FetchError, InputError

ALL = ("openalex", "crossref", "opencitations", "europepmc", "pubmed", "semanticscholar")
# Which references of a work each service leaves out (see trial_world), by the numbers of both.
GAPS = {"openalex": 13, "crossref": 11, "opencitations": 9}


def truth(world, work, source):
    """Numbers of the works that a source lists for a work."""
    listed = [n for n in work.references if source not in GAPS or (work.number + n) % GAPS[source]]
    if source in ("europepmc", "fulltext", "pubmed"):
        there = work.pmcid if source == "fulltext" else work.pmid
        return {n for n in listed if there and (source != "pubmed" or world[n].pmid)}
    return set(listed)


@pytest.fixture(scope="module")
def fetched(works, world, tmp_path_factory):
    from citenet.connect.client import FetchClient
    from citenet.connect.settings import Settings
    from citenet.connect.trial import TrialServer

    folder = tmp_path_factory.mktemp("all")
    with TrialServer(world) as server, FetchClient(Settings(addresses=server.addresses)) as client:
        corpus = cn.fetch(works, folder, client=client, sources=ALL)
    return corpus, folder, server.asked


def test_every_reference_is_there_with_those_who_name_it(fetched, works, world):
    """The merged lists are the true ones: each reference once, each source's own list to be had back."""
    corpus, _, _ = fetched
    number_of = {work.doi: work.number for work in world}
    for at, work_id in enumerate(works.works.index):
        rows = corpus.references[corpus.references["citing"] == work_id]
        found = rows["doi"].map(number_of)
        assert found.is_unique
        assert found.notna().all()
        assert rows["position"].tolist() == list(range(1, len(rows) + 1))
        for source in (*ALL, "fulltext"):
            said = rows["providers"].str.split().map(lambda names, source=source: source in names)
            assert set(found[said]) == truth(world, world[at], source), (work_id, source)


def test_counts_add_up(fetched):
    """References of all answers = references of the corpus by source + those that came twice."""
    corpus, folder, _ = fetched
    said = corpus.references["providers"].str.split().explode().value_counts()
    lock = cn.CorpusLock.load(folder)
    read = sum(provider["references"] for provider in lock.origin["providers"].values())
    assert said.sum() == read
    assert int(corpus.sources["n_references"].sum()) == read
    assert not corpus.problems["kind"].isin(["not fetched", "repeated reference"]).any()
    unknown = corpus.problems[corpus.problems["kind"] == "not found"]
    assert set(unknown["file"]) == {"europepmc", "pubmed"}  # half of the works are not of the health sciences
    assert len(unknown) == 12


def test_disagreements_name_what_a_list_lacks(fetched, works, world):
    corpus, _, _ = fetched
    table = cn.disagreements(corpus)
    lists = dict(zip(corpus.works.index, corpus.works["lists_from"], strict=True))
    expected = sum(
        any(n not in truth(world, world[at], source) for source in lists[work_id].split())
        for at, work_id in enumerate(works.works.index)
        for n in set().union(*(truth(world, world[at], source) for source in lists[work_id].split()))
    )
    assert len(table) == expected > 0
    row = table.iloc[0]
    assert set(row["listed_by"].split()) | set(row["missing_from"].split()) == set(lists[row["citing"]].split())
    told = corpus.problems[corpus.problems["kind"] == "lists differ"]
    assert set(told["excerpt"]) == set(table["citing"])
    assert cn.disagreements(works).empty


def test_works_keep_what_was_given_and_gain_what_is_known(fetched, works):
    corpus, _, _ = fetched
    given = corpus.works.loc[works.works.index]
    for column in ("title", "year", "authors", "container", "doi"):
        assert given[column].tolist() == works.works[column].tolist()
    assert given["field"].notna().all()
    cited = corpus.works.drop(index=works.works.index)
    assert cited["doi"].str.startswith("10.5555/trial.").all()
    assert cited["year"].notna().all()
    assert cited["described_by"].str.startswith("openalex").all()


def test_passages_mention_the_merged_numbers(fetched, world, works):
    """The full text mentions reference 3; in the merged list that is the same work."""
    corpus, _, _ = fetched
    contexts = corpus.contexts.merge(corpus.references[["citing", "position", "doi"]], on=["citing", "position"])
    assert len(contexts) == len(corpus.contexts) > 0
    at = {work_id: n for n, work_id in enumerate(works.works.index)}
    for work_id, rows in contexts.groupby("citing"):
        true = [world[n].doi for n in world[at[work_id]].references]
        assert sorted(rows["doi"]) == sorted(true)


def test_nothing_is_asked_twice_and_the_store_reads_like_files(fetched):
    corpus, folder, asked = fetched
    requests = [(a.target, a.body.split("&email")[0]) for a in asked]
    assert len(set(requests)) == len(requests)
    own = cn.read(folder)
    for name in ("works", "references"):
        places = ["file", "line", "file_given", "line_given"]  # the store's own, and those that it wrote down
        left, right = (getattr(side, name).drop(columns=places, errors="ignore") for side in (own, corpus))
        pd.testing.assert_frame_equal(left, right[left.columns])
    for source in ("openalex", "crossref", "opencitations", "europepmc"):
        raw = cn.read(folder / ".payloads" / source)
        assert len(raw.references) > 0


def test_what_is_stored_is_not_asked_again_and_offline_needs_nobody(fetched, works, monkeypatch):
    corpus, folder, _ = fetched
    monkeypatch.setattr("citenet.connect.client.FetchClient.send", None)
    for options in ({"offline": True}, {}):
        again = cn.fetch(works, folder, sources=ALL, **options)
        pd.testing.assert_frame_equal(again.references, corpus.references)
        pd.testing.assert_frame_equal(again.works, corpus.works)
        pd.testing.assert_frame_equal(again.problems, corpus.problems)


def test_offline_names_what_is_not_stored(works, tmp_path):
    with pytest.warns(DroppedWarning, match="answers could not be had"):
        corpus = cn.fetch(works, tmp_path / "empty", sources="crossref", offline=True)
    lost = corpus.problems[corpus.problems["kind"] == "not fetched"]
    assert sorted(lost["excerpt"]) == sorted(f"doi:{doi}" for doi in works.works["doi"])
    said = "crossref: references: offline, and the store of this folder holds no reference list of this work"
    assert (lost["detail"] == f"{said}; run the same without offline to ask Crossref for it").all()


def test_a_damaged_file_of_the_store_is_asked_again(works, serve, client_of, tmp_path):
    first = serve()
    corpus = cn.fetch(works, tmp_path, client=client_of(first), sources="crossref")
    [payload] = [f for f in (tmp_path / ".payloads" / "crossref").glob("*.json") if not f.name.endswith(".meta.json")]
    payload.write_bytes(payload.read_bytes()[:100])
    second = serve()
    again = cn.fetch(works, tmp_path, client=client_of(second), sources="crossref")
    assert len(second.asked) == 1
    pd.testing.assert_frame_equal(again.references, corpus.references)


def test_the_order_of_works_and_sources_of_ids_changes_nothing(fetched, works, world, serve, client_of, tmp_path):
    """Shuffled input; and PMIDs and OpenAlex ids instead of DOIs give the same lists."""
    corpus, _, _ = fetched
    order = np.random.default_rng(5).permutation(len(works.works))
    shuffled = cn.Corpus(works.works.iloc[order])
    again = cn.fetch(shuffled, tmp_path / "shuffled", client=client_of(serve()), sources=ALL)
    pd.testing.assert_frame_equal(again.references, corpus.references)
    ids = [
        work.openalex if work.number % 2 else f"PMID: {work.pmid}"
        for work in world[:12]
        if work.number % 2 or work.pmid
    ]
    other = cn.fetch(ids, tmp_path / "ids", client=client_of(serve()), sources=("crossref", "openalex"))
    by_doi = corpus.references.assign(citing=corpus.references["citing"].map(works.works["doi"]))
    found = other.references.assign(citing=other.references["citing"].map(other.works["doi"]))
    for citing, rows in found.groupby("citing"):
        mine = by_doi[(by_doi["citing"] == citing) & by_doi["providers"].str.contains("openalex|crossref")]
        assert set(rows["doi"]) == set(mine["doi"])
    assert found["citing"].nunique() == len(ids)
    assert other.works.loc[other.works.index[0]].notna().any()


def test_what_cites_a_work(world, serve, client_of, tmp_path):
    cited = max(world[12:], key=lambda w: sum(w.number in o.references for o in world))
    true = {work.doi for work in world if cited.number in work.references}
    corpus = cn.fetch([cited.doi], tmp_path / "out", client=client_of(serve()), direction="citing",
                      sources=("openalex", "opencitations", "europepmc"))  # fmt: skip
    known = corpus.works.drop(index=f"doi:{cited.doi}")
    assert set(known["doi"]) == true
    assert known["title"].notna().all()
    to_it = corpus.references[corpus.references["doi"] == cited.doi]
    assert set(to_it["citing"].map(corpus.works["doi"])) == true
    links = cn.resolve(corpus)
    assert cn.build_network(corpus, links).n_citations >= len(true)


def test_two_steps_and_their_cap(works, serve, client_of, tmp_path):
    """The second step asks about what the first found; here no cited work has a list, and the cap takes three."""
    deep = invent(works, n_invented=20, n_references=5, rng=8)
    for work in deep[12:]:
        work.references = [other.number for other in deep[12:] if other.year < work.year][:3]
    start = [deep[0].doi]
    whole = cn.fetch(start, tmp_path / "whole", client=client_of(serve(world=deep)), sources="crossref", hops=2)
    cited_dois = {deep[n].doi for n in deep[0].references if (deep[0].number + n) % 11 and (deep[0].number + n) % 5}
    asked = set(whole.references["citing"].map(whole.works["doi"])) - {deep[0].doi}
    assert asked == {doi for doi in cited_dois if any(w.references for w in deep if w.doi == doi)}
    client = client_of(serve(world=deep))
    with pytest.warns(DroppedWarning, match=r"a cap cut 1 list, e\.g\. the second step takes 2 of"):
        capped = cn.fetch(start, tmp_path / "capped", client=client, sources="crossref", hops=2, max_works=2)
    assert capped.problems["kind"].tolist().count("capped") == 1
    assert cn.CorpusLock.load(tmp_path / "capped").origin["problems"]["capped"] == 1
    assert capped.references["citing"].nunique() <= 3


def test_a_search_of_many_pages_goes_on_where_it_stopped(serve, client_of, tmp_path, raw):
    """The second page of Crossref fails; later it is asked for by its place, not by a cursor that is long forgotten."""
    n = 230
    columns = {"title": [f"Shared work {i}" for i in range(n)], "doi": [f"10.1000/m.{i}" for i in range(n)]}
    many = cn.Corpus(pd.DataFrame({**columns, "year": 2018}, index=[f"m{i}" for i in range(n)]))
    world = invent(many, n_invented=0, n_references=0)
    options = {"sources": "crossref", "search": "shared"}

    def fail(asked, handler):
        return asked.params.get("offset") == "100" and raw(handler, 500)

    with pytest.warns(DroppedWarning, match="could not be had"):
        cn.fetch([], tmp_path / "out", client=client_of(serve(fail, world=world)), **options)
    server = serve(world=world)
    corpus = cn.fetch([], tmp_path / "out", client=client_of(server), **options)
    assert len(corpus.works) == n
    assert [asked.params["offset"] for asked in server.asked if "offset" in asked.params] == ["100", "200"]
    assert not corpus.problems["kind"].isin(["capped", "incomplete list", "not fetched"]).any()


def test_a_forgotten_cursor_begins_again(serve, client_of, tmp_path, raw):
    """Beyond 10,000 Crossref gives a cursor, and forgets it within minutes: the search begins again."""
    n = 230
    columns = {"title": [f"Shared work {i}" for i in range(n)], "doi": [f"10.1000/m.{i}" for i in range(n)]}
    world = invent(cn.Corpus(pd.DataFrame({**columns, "year": 2018}, index=[f"m{i}" for i in range(n)])),
                   n_invented=0, n_references=0)  # fmt: skip
    options = {"sources": "crossref", "search": "shared", "max_found": 20_000}
    server = serve(lambda asked, handler: asked.params.get("cursor") == "100" and raw(handler, 500), world=world)
    with pytest.warns(DroppedWarning, match="could not be had"):
        cn.fetch([], tmp_path, client=client_of(server), **options)
    begun = []
    outworn = b'{"status": "failed", "message": [{"type": "cursor-invalid", "value": "100", "message": "no"}]}'

    def forget(asked, handler):
        begun.append(asked.params.get("cursor"))
        return begun == ["100"] and raw(handler, 404, outworn)

    corpus = cn.fetch([], tmp_path, client=client_of(serve(forget, world=world)), **options)
    assert len(corpus.works) == n
    assert begun[:5] == ["100", "*", "100", "200", "300"]
    assert not corpus.problems["kind"].isin(["capped", "incomplete list", "not fetched"]).any()
    server = serve(
        lambda asked, handler: asked.params.get("cursor") == "100" and raw(handler, 404, outworn), world=world
    )
    with pytest.warns(DroppedWarning, match="Crossref has forgotten the list .*it is asked for from its beginning"):
        cn.fetch([], tmp_path / "always", client=client_of(server), **options)


def test_what_a_search_brought_is_not_asked_again_for_its_lists(serve, client_of, tmp_path):
    server = serve()
    corpus = cn.fetch([], tmp_path, client=client_of(server), sources="pubmed", search="shared")
    asked = [(a.service, a.target, a.body) for a in server.asked]
    assert len(asked) == len(set(asked)) == 2  # esearch, efetch
    assert corpus.sources["file"].is_unique
    assert corpus.works["lists_from"].eq("pubmed").any()


def test_a_work_that_nobody_knows_is_told_when_asked_who_cites_it(serve, client_of, tmp_path):
    client = client_of(serve())
    sources = ("europepmc", "opencitations")
    corpus = cn.fetch(["10.9999/nowhere"], tmp_path / "out", client=client, sources=sources, direction="citing")
    unknown = corpus.problems[corpus.problems["kind"] == "not found"]
    assert unknown[["file", "excerpt"]].to_numpy().tolist() == [["europepmc", "doi:10.9999/nowhere"]]


def test_the_second_step_counts_works_that_name_one_not_services(works, serve, client_of, tmp_path):
    """Two works cite number 65, each by the word of one service; one cites number 12, by the word of two."""
    world = invent(works, n_invented=60, n_references=5, rng=8)
    for work in world:
        work.references = []
    world[0].references, world[1].references = [12, 65], [65]
    first = [work.doi for work in world[:2]]
    options = {"sources": ("crossref", "opencitations"), "hops": 2, "max_works": 1}
    with pytest.warns(DroppedWarning, match="takes 1 of 2 works"):
        corpus = cn.fetch(first, tmp_path / "out", client=client_of(serve(world=world)), **options)
    empty = corpus.problems.loc[corpus.problems["kind"] == "no references", "excerpt"]
    assert set(empty).difference(f"doi:{doi}" for doi in first) == {f"doi:{world[65].doi}"}


def test_a_search_with_years_and_types(serve, client_of, tmp_path):
    server = serve()
    sources = ("openalex", "crossref", "europepmc", "pubmed")
    query = cn.FetchQuery(search="shared decisions", years=(2016, 2020), types="article", sources=sources)
    corpus = cn.fetch(query, tmp_path / "out", client=client_of(server))
    assert corpus.works["title"].str.startswith("A study of shared decisions").sum() == 12
    asked = {
        a.service: a for a in server.asked if "search" in a.params or "query" in str(a.params) or "esearch" in a.path
    }
    assert (
        asked["openalex"].params["filter"]
        == "from_publication_date:2016-01-01,to_publication_date:2020-12-31,type:article"
    )
    crossref = next(a for a in server.asked if "query.bibliographic" in a.params)
    assert crossref.params["filter"] == "from-pub-date:2016,until-pub-date:2020,type:journal-article"
    assert "PUB_YEAR:[2016 TO 2020]" in next(a for a in server.asked if "cursorMark" in a.params).params["query"]
    assert "2016%3A2020%5Bdp%5D" in next(a for a in server.asked if "esearch" in a.path).body
    assert (
        cn.CorpusLock.load(tmp_path / "out")
        .origin["query"]
        .startswith("references of works found by 'shared decisions'")
    )


@pytest.mark.parametrize(("works", "options", "said"), [
    (["12345678"], {}, "write a PMID as 'pmid:12345678'"),
    (["not a doi"], {}, "is no identifier of a work"),
    ([], {}, "nothing to fetch"),
    (["10.1000/a"], {"sources": "openalx"}, "did you mean 'openalex'"),
    (["10.1000/a"], {"sources": ()}, "name at least one source"),
    (["10.1000/a"], {"direction": "backward"}, "direction='backward' is not a choice"),
    (["10.1000/a"], {"direction": "citing", "sources": "crossref"}, "crossref knows what cites a work; openalex, "),
    (["https://doi.org/10.1000/a?x=*"], {"hops": 3}, "two steps are the most"),
    (["10.1000/a"], {"hops": 3}, "two steps are the most"),
    (["10.1000/a"], {"hop": 2}, "did you mean 'hops'"),
    (["10.1000/a"], {"max_works": 0}, "max_works=0 must be a whole number of at least 1"),
    (["10.1000/a"], {"search": "x", "sources": "opencitations"}, "none of the sources opencitations can search"),
    (["10.1000/a"], {"search": "x", "sources": "pubmed", "types": "book"}, "pubmed cannot search for type 'book'"),
    (["10.1000/a"], {"search": "x", "years": (2020, 2010)}, "must be in order"),
    (["10.1000/a"], {"years": "x"}, "must be \\(first, last\\)"),
    (["10.1000/a"], {"search": 5}, "search=5 must be words"),
    ([float("nan")], {}, "nan is no identifier of a work; give texts"),
    (["10.1000/a", None], {}, "None is no identifier of a work"),
    (pd.Series(["10.1000/a", pd.NA]), {}, "dropna"),
    (["~nosuchuser/x.bib"], {}, "there is no file '~nosuchuser/x.bib'"),
    ("10.1000/a b", {}, "'10.1000/a b' is no identifier of a work"),
    ("10.1000/a nonsense 10.1000/b", {}, "'10.1000/a nonsense' is no identifier of a work"),
])  # fmt: skip
def test_bad_calls_say_what_to_do(works, options, said, tmp_path):
    with pytest.raises(InputError, match=said):
        cn.fetch(works, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("into", ["~nosuchuser/q", "", "  "])
def test_what_is_no_folder_is_told(into, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="there is no such user|names no folder"):
        cn.fetch(["10.1000/a"], into)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("between", [" ", ", ", ",", ";", "; ", "\n", " | ", "\t"])
def test_several_identifiers_in_one_text_are_all_taken(between):
    both = ("doi:10.1000/a(1)", "doi:10.1000/b")
    assert cn.FetchQuery(between.join(["10.1000/a(1)", "10.1000/b"])).works == both
    assert cn.FetchQuery(between.join(["doi: 10.1000/A(1)", "https://doi.org/10.1000/b"])).works == both
    assert cn.FetchQuery(["PMID: 12 PMC34", "W5678, doi 10.1000/b"]).works == (
        "pmid:12", "pmcid:PMC34", "openalex:W5678", "doi:10.1000/b"
    )  # fmt: skip


def test_arxiv_ids_are_taken_by_their_dois():
    given = [
        "arXiv:2101.00001v2",
        "arxiv: math.GT/0309136",
        "https://arxiv.org/abs/2101.00001",
        "10.48550/arXiv.2101.00001",
    ]
    assert cn.FetchQuery(given).works == ("doi:10.48550/arxiv.2101.00001", "doi:10.48550/arxiv.math.gt/0309136")


def test_a_folder_is_not_read_and_fetched_into_at_once(works, serve, client_of, tmp_path):
    client = client_of(serve())
    cn.fetch(works, tmp_path / "out", client=client, sources="crossref")
    with pytest.raises(InputError, match="cannot be read and fetched into at once"):
        cn.fetch(str(tmp_path / "out"), tmp_path / "." / "out", client=client, sources="crossref")


def test_a_search_that_finds_nothing_says_so(serve, client_of, tmp_path):
    sources = ("openalex", "crossref", "europepmc", "pubmed")
    with pytest.warns(DroppedWarning, match="the search for 'zzzqqq' found nothing"):
        cn.fetch([], tmp_path, client=client_of(serve()), sources=sources, search="zzzqqq")


def test_a_mark_before_json_is_passed_over(works, serve, client_of, tmp_path, raw):
    plain = serve()

    def mark(asked, handler):
        return raw(handler, 200, b"\xef\xbb\xbf" + plain._crossref(asked)[2].encode())

    corpus = cn.fetch(works, tmp_path, client=client_of(serve(mark)), sources="crossref")
    assert (corpus.works.loc[works.works.index, "lists_from"] == "crossref").all()


@pytest.mark.parametrize("path", ["openalex/works?filter=cites:W9&per_page=5&select=id", "europepmc/MED/9/references"])
def test_the_trial_server_knows_not_everything(path, serve):
    import requests

    base = serve().addresses["crossref"].removesuffix("crossref")
    assert requests.get(base + path, timeout=5).status_code == 404


@pytest.mark.parametrize("doi", ["10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2",
                                 "10.1000/a,b|c;d", "10.1000/x,w12", "10.1000/a.b;pmc1"])  # fmt: skip
def test_marks_within_an_identifier_part_nothing(doi):
    assert cn.FetchQuery([f"https://doi.org/{doi}"]).works == (f"doi:{doi}",)


def test_several_files_are_read_together(works, serve, client_of, tmp_path):
    for name, part in (("one.txt", works.works["doi"][:2]), ("two.txt", works.works["doi"][2:3])):
        (tmp_path / name).write_text("\n".join(part), encoding="utf-8")
    files = [str(tmp_path / "one.txt"), tmp_path / "two.txt"]
    corpus = cn.fetch(files, tmp_path / "out", client=client_of(serve()), sources="crossref")
    assert corpus.references["citing"].nunique() == 3
    assert not (corpus.problems["kind"] == "no references").any()


def test_files_and_identifiers_are_taken_together(serve, client_of, tmp_path):
    (tmp_path / "one.txt").write_text("10.1000/given.0\n10.1000/given.1\n", encoding="utf-8")
    named = [str(tmp_path / "one.txt"), "10.1000/given.2", "10.1000/given.1"]
    corpus = cn.fetch(named, tmp_path / "out", client=client_of(serve()), sources="crossref")
    assert corpus.references["citing"].nunique() == 3
    assert sorted(corpus.works["doi"]) == [f"10.1000/given.{n}" for n in range(3)]


def test_two_fetches_into_one_folder_do_not_mix(works, serve, client_of, tmp_path):
    """The second is told while the first is under way; what a killed program left half written goes."""
    waiting, go_on = threading.Event(), threading.Event()

    def stall(_asked, _handler):
        waiting.set()
        go_on.wait(20)
        return False

    client = client_of(serve(stall), read=30.0)
    half = tmp_path / ".payloads" / "crossref" / ".references-abc.json.123-456"
    half.parent.mkdir(parents=True)
    half.write_text('{"status', encoding="utf-8")
    first = threading.Thread(target=cn.fetch, args=(works, tmp_path), kwargs={"client": client, "sources": "crossref"})
    first.start()
    assert waiting.wait(20)
    server = serve()
    for offline in (False, True):
        with pytest.raises(FetchError, match="another fetch into .* is under way; wait for it, or name another folder"):
            cn.fetch(works, tmp_path, client=client_of(server), sources="crossref", offline=offline)
    assert server.asked == []
    go_on.set()
    first.join()
    assert not half.exists()
    assert len(cn.fetch(works, tmp_path, sources="crossref", offline=True).references) > 0


@pytest.mark.parametrize("options", [{"disciplines": "nowhere.csv"}, {"into": "a file"}])
def test_what_cannot_end_well_is_not_begun(options, works, serve, client_of, tmp_path):
    """A wrong table and a file in the place of the folder are told before anybody is asked."""
    (tmp_path / "a file").write_text("", encoding="utf-8")
    server = serve()
    into = tmp_path / options.pop("into", "out")
    with pytest.raises(InputError, match="is no file|name a folder"):
        cn.fetch(works, into, client=client_of(server), sources="crossref", **options)
    assert server.asked == []


def test_works_without_identifier_are_named(works, serve, client_of, tmp_path):
    some = cn.Corpus(works.works.assign(doi=[*works.works["doi"][:3], *[None] * 9]))
    corpus = cn.fetch(some, tmp_path / "out", client=client_of(serve()), sources="crossref")
    named = corpus.problems[corpus.problems["kind"] == "no identifier"]
    assert len(named) == 9
    assert len(corpus.works) == 12
    with pytest.raises(InputError, match="none of the 12 works has an identifier"):
        cn.fetch(cn.Corpus(works.works.assign(doi=None)), tmp_path / "none", offline=True)


def test_given_lists_and_keys_are_kept(works, serve, client_of, tmp_path):
    """The user's own list of a work is a voice of its own; a work that is given twice is kept once."""
    listed = {"citing": "given03", "position": [1, 2], "raw": ["Smith. A book of mine. 1999.", "see given00"],
              "title": ["A book of mine", None], "year": [1999, None], "ids": [None, "work:given00"]}  # fmt: skip
    both = pd.concat([works.works, works.works.iloc[[0]].set_axis(["one more"])])
    own = cn.Corpus(both, pd.DataFrame(listed))
    corpus = cn.fetch(own, tmp_path / "out", client=client_of(serve()), sources="crossref")
    mine = corpus.references[corpus.references["providers"].str.contains("given")]
    assert mine["title"].tolist()[0] == "A book of mine"
    assert mine["doi"].tolist()[1] == "10.1000/given.0"
    assert mine["position"].tolist() == [1, 2]
    assert "one more" not in corpus.works.index
    assert corpus.problems.set_index("kind").loc["same work twice", "detail"].startswith("'one more' has an identifier")


def test_a_plan_counts_without_asking(works, serve, client_of, tmp_path):
    server = serve()
    client = client_of(server)
    plan = cn.plan_fetch(works, tmp_path / "out", client=client, sources=ALL)
    assert server.asked == []
    assert not (tmp_path / "out").exists()
    table = plan.to_frame()
    assert table["calls"].to_dict() == {"openalex": 1, "crossref": 1, "opencitations": 12, "europepmc": 1, "pubmed": 1,
                                        "semanticscholar": 1}  # fmt: skip
    assert table.loc["openalex", "usd"] == pytest.approx(0.0001 * table.loc["openalex", "expected_calls"])
    assert table.loc["opencitations", "seconds"] == pytest.approx(12 / 2.5, abs=0.1)
    assert "12 calls" in repr(plan)
    cn.fetch(works, tmp_path / "out", client=client, sources=ALL)
    rest = cn.plan_fetch(works, tmp_path / "out", client=client, sources=ALL)
    assert rest.to_frame()["calls"].sum() == 0
    assert rest.to_frame()["usd"].sum() == 0
    assert len(server.asked) == sum(1 for _ in (tmp_path / "out" / ".payloads").glob("*/*.meta.json"))


@pytest.mark.parametrize("options", [
    {}, {"hops": 2}, {"direction": "citing"}, {"direction": "both", "hops": 2}, {"hops": 2, "max_works": 5},
    {"direction": "citing", "hops": 2, "max_works": 3, "max_citing": 2},
])  # fmt: skip
def test_a_plan_bounds_what_two_steps_take(options, works, serve, client_of, tmp_path):
    """No more calls are sent than it says at most; with one step back, it says what that one takes."""
    sources = ("openalex", "opencitations") if options.get("direction") else ("openalex", "crossref")
    server = serve()
    plan = cn.plan_fetch(works, tmp_path / "out", client=client_of(server), sources=sources, **options)
    table = plan.to_frame()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DroppedWarning)
        cn.fetch(works, tmp_path / "out", client=client_of(server), sources=sources, **options)
    # works that a list did not find are asked for alone, free of charge: here none
    sent = pd.Series([asked.service for asked in server.asked]).value_counts()
    for source in sources:
        assert table.loc[source, "calls"] <= sent[source] <= table.loc[source, "most_calls"]
        assert (table.loc[source, "most_calls"] > table.loc[source, "expected_calls"]) == (
            options.get("hops") == 2 or (source == "openalex" and bool(options))
        )
    assert ("if every cap is reached" in repr(plan)) == bool(options)
    again = cn.plan_fetch(works, tmp_path / "out", client=client_of(server), sources=sources, **options).to_frame()
    assert again[["calls", "expected_calls", "most_calls"]].to_numpy().sum() == 0


def test_a_plan_of_a_search_counts_what_it_may_find(tmp_path, client_of, serve):
    """A thousand works: not one call, and at the price of lists, not of searches."""
    options = {"search": "shared", "sources": ("openalex", "pubmed"), "client": client_of(serve())}
    table = cn.plan_fetch([], tmp_path / "out", **options).to_frame()
    assert table["calls"].to_dict() == {"openalex": 1, "pubmed": 1}
    assert table["expected_calls"].to_dict() == {"openalex": 450, "pubmed": 30}
    assert table.loc["openalex", "usd"] == pytest.approx(0.001 + 449 * 0.0001)
    fewer = cn.plan_fetch([], tmp_path / "out", **options, max_found=100).to_frame()
    assert fewer.loc["openalex", "expected_calls"] == 45


def test_a_lock_tells_a_later_fetch_apart(works, world, serve, client_of, tmp_path):
    cn.fetch(works, tmp_path / "before", client=client_of(serve()), sources="openalex")
    grown = [type(work)(**vars(work)) for work in world]
    grown[0].references = sorted({*grown[0].references, 51})
    cn.fetch(works, tmp_path / "after", client=client_of(serve(world=grown)), sources="openalex")
    one, other = (cn.CorpusLock.load(tmp_path / name) for name in ("before", "after"))
    change = other.changed_since(one)
    row = change[(change["what"] == "count") & (change["name"] == "references")].iloc[0]
    assert int(row["after"]) == int(row["before"]) + 1
    assert set(change["what"]) >= {"source", "count", "content"}
    assert change[change["what"] == "origin"]["name"].tolist() == ["providers.openalex.references"]


def test_kill_and_go_on_gives_the_same_bytes(works, serve, tmp_path, hidden):
    """The program is killed while it waits for an answer; started again, it asks only for what it had not got."""
    reached = threading.Event()
    let_go = threading.Event()
    served = []

    def stall(asked, handler):
        if len(served) >= 6:
            reached.set()
            let_go.wait(20)
            handler.close_connection = True
            return True
        served.append(asked.target)
        return False

    (tmp_path / "dois.txt").write_text("\n".join(works.works["doi"]), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "citenet",
        "fetch",
        str(tmp_path / "dois.txt"),
        "--source",
        "opencitations,crossref",
    ]

    def environment(server):
        return {**os.environ, **hidden.environment, **server.environment, "CITENET_CONFIG": ""}

    slow = serve(stall)
    first = subprocess.Popen([*command, "--into", str(tmp_path / "killed")], env=environment(slow),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    assert reached.wait(60)
    stored = tmp_path / "killed" / ".payloads"
    while len(list(stored.glob("*/*.meta.json"))) < 5:  # those that were answered are written down
        if first.poll() is not None:
            pytest.fail("the program ended by itself")
    first.send_signal(signal.SIGKILL)
    first.communicate()
    let_go.set()
    kept = {note["asked"]["path"] for note in map(json.loads, (f.read_text() for f in stored.glob("*/*.meta.json")))}
    second, third = serve(), serve()
    for server, name in ((second, "killed"), (third, "whole")):
        done = subprocess.run(
            [*command, "--into", str(tmp_path / name)],
            env=environment(server),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert hidden.in_text(done.stdout + done.stderr) == []
    asked_again = {f"/{asked.path}" for asked in second.asked}
    assert not asked_again & (kept - {"/works"})
    assert len(second.asked) + len(kept) == len(third.asked)
    for name in ("corpus.jsonl", "citenet.lock.json"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_an_interruption_stops_all_and_keeps_what_came(works, serve, client_of, tmp_path, monkeypatch):
    """Ctrl-C while one source is asked: the others stop too, and the same call goes on."""
    client = client_of(serve())
    real, n = type(client).send, []

    def interrupted(self, provider, request):
        n.append(request)
        if len(n) == 4:
            raise KeyboardInterrupt
        return real(self, provider, request)

    monkeypatch.setattr(type(client), "send", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cn.fetch(works, tmp_path / "out", client=client, sources=("opencitations", "crossref"))
    monkeypatch.setattr(type(client), "send", real)
    kept = len(list((tmp_path / "out" / ".payloads").glob("*/*.meta.json")))
    assert 3 <= kept < 13
    assert not (tmp_path / "out" / "corpus.jsonl").exists()
    server = serve()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cn.fetch(works, tmp_path / "out", client=client_of(server), sources=("opencitations", "crossref"))
    assert len(server.asked) == 13 - kept


@pytest.mark.parametrize("fault", ["hangs", "asks to wait"])
def test_an_interruption_does_not_wait_for_a_service_that_hangs(fault, works, serve, tmp_path, hidden, raw):
    """Ctrl-C ends the program with 130 while requests could still wait for minutes; the same line goes on."""
    reached, let_go = threading.Event(), threading.Event()

    def act(asked, handler):
        if asked.service == "opencitations":
            return False
        reached.set()
        if fault == "asks to wait":
            return raw(handler, 429, Retry_After="100")
        let_go.wait(50)
        handler.close_connection = True
        return True

    (tmp_path / "dois.txt").write_text("\n".join(works.works["doi"]), encoding="utf-8")
    command = [sys.executable, "-m", "citenet", "fetch", str(tmp_path / "dois.txt"), "--into", str(tmp_path / "out"),
               "--source", "opencitations,crossref"]  # fmt: skip
    server = serve(act)
    environment = {**os.environ, **hidden.environment, **server.environment, "CITENET_CONFIG": ""}
    program = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert reached.wait(60)
    program.send_signal(signal.SIGINT)
    _, said = program.communicate(timeout=40)
    let_go.set()
    assert program.returncode == 130
    assert said == f"citenet: interrupted: what came is kept in {tmp_path / 'out'}: run the same again to go on\n"
    n_kept = len(list((tmp_path / "out" / ".payloads" / "opencitations").glob("*.meta.json")))
    again = serve()
    done = subprocess.run(command, env={**environment, **again.environment}, capture_output=True, check=False)
    assert done.returncode == 0
    assert len(again.asked) == 13 - n_kept


def test_a_full_disk_is_said_and_leaves_nothing_half_written(works, serve, client_of, tmp_path, monkeypatch):
    real, n = os.replace, []

    def full(source, target):
        n.append(target)
        if len(n) > 5:
            raise OSError(28, "No space left on device")
        return real(source, target)

    monkeypatch.setattr("citenet.connect.store.os.replace", full)
    with pytest.raises(FetchError, match=r"cannot be written to .No space left on device.; make room"):
        cn.fetch(works, tmp_path / "out", client=client_of(serve()), sources=("opencitations", "crossref"))
    monkeypatch.undo()
    server = serve()
    whole = cn.fetch(works, tmp_path / "out", client=client_of(server), sources=("opencitations", "crossref"))
    new = cn.fetch(works, tmp_path / "new", client=client_of(serve()), sources=("opencitations", "crossref"))
    pd.testing.assert_frame_equal(whole.references, new.references)
    assert len(server.asked) < 13


def test_a_disk_that_is_full_at_the_end_leaves_the_corpus_as_it_was(works, serve, client_of, tmp_path, monkeypatch):
    cn.fetch(cn.Corpus(works.works.iloc[:5]), tmp_path, client=client_of(serve()), sources="crossref")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pandas.DataFrame.to_csv", full)
    with pytest.raises(FetchError, match="No space left on device"):
        cn.fetch(works, tmp_path, client=client_of(serve()), sources="crossref")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before
    monkeypatch.undo()
    assert len(cn.fetch(works, tmp_path, sources="crossref", offline=True).references) > 0
    assert not (tmp_path / ".payloads" / ".draft").exists()


def test_references_by_pmid_and_by_doi_are_one_where_all_else_agrees(serve, client_of, tmp_path):
    """Europe PMC knows some works by PMID alone, Crossref by DOI: without OpenAlex nobody says which are one."""
    world = invent(cn.datasets.coproduction_2024(), n_references=25)
    client = client_of(serve(world=world))
    corpus = cn.fetch("10.1136/bmj.k3617", tmp_path, client=client, sources=["crossref", "europepmc"])
    assert len(corpus.references) == 25
    assert corpus.references["title"].is_unique
    assert corpus.references["doi"].notna().all()
    said = corpus.references["providers"].str.split().explode().value_counts()
    assert said["europepmc"] == 25  # joined, not dropped
    assert corpus.references["ids"].str.contains("pmid:").sum() > 10


@pytest.mark.parametrize(
    ("first", "second", "n"),
    [
        ({"doi": "10.1/a"}, {"ids": "pmid:7"}, 1),
        ({"doi": "10.1/a"}, {"doi": "10.1/b"}, 2),
        ({"doi": "10.1/a", "ids": "pmid:8"}, {"ids": "pmid:7"}, 2),
        ({"ids": "pmid:8"}, {"ids": "pmid:7"}, 2),
        ({"ids": "openalex:W8"}, {"ids": "pmid:7"}, 1),
        ({}, {"ids": "pmid:7"}, 1),
    ],
)
def test_two_identifiers_of_one_kind_are_never_one_reference(first, second, n):
    """However alike two references of two services are."""
    from citenet.connect.identity import Identity
    from citenet.connect.lists import merge_lists, with_keys
    from citenet.corpus import REFERENCE_COLUMNS
    from citenet.io._rows import Rows

    same = {"citing": "w", "title": "Coproduction of healthcare service", "authors": "Batalden, M", "year": 2016,
            "container": "BMJ Qual Saf", "volume": "25", "first_page": "509", "order": 1}  # fmt: skip
    rows = Rows([{**same, **first, "voice": "crossref"}, {**same, **second, "voice": "europepmc"}])
    references = rows.frame({**REFERENCE_COLUMNS, "voice": "str", "order": "Int64"})
    merged, places, _ = merge_lists(with_keys(references, Identity([]), pd.DataFrame()), ["crossref", "europepmc"])
    assert len(merged) == n
    assert len(places) == 2


def test_a_search_brings_no_second_list(serve, client_of, tmp_path):
    """Crossref's answer to a search holds the list that it gives again when asked for the work."""
    world = invent(cn.datasets.coproduction_2024(), n_references=25)
    client = client_of(serve(world=world))
    corpus = cn.fetch([], tmp_path, client=client, search="coproduction", years=(2018, None))
    counts = corpus.references.groupby("citing").size()
    assert len(counts) == 7
    by_doi = {f"doi:{work.doi}": work for work in world if work.doi}
    for citing, n in counts.items():
        work = by_doi[citing]
        assert n == len(truth(world, work, "openalex") | truth(world, work, "crossref")), citing


def test_problems_are_written_beside_the_corpus(fetched):
    """Reading the folder takes them for no work."""
    corpus, folder, _ = fetched
    written = pd.read_csv(folder / "citenet.problems.csv")
    assert len(written) == len(corpus.problems) > 0
    assert written["kind"].tolist() == corpus.problems["kind"].tolist()
    assert written["detail"].tolist() == corpus.problems["detail"].tolist()
    assert set(cn.read(folder).sources["file"]) == {"corpus.jsonl"}


def test_a_corpus_that_no_fetch_wrote_is_not_overwritten(works, tmp_path):
    own = tmp_path / "corpus.jsonl"
    own.write_text("mine", encoding="utf-8")
    for call in (cn.fetch, cn.plan_fetch):
        with pytest.raises(InputError, match="no fetch wrote"):
            call(works, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["corpus.jsonl"]
    assert own.read_text(encoding="utf-8") == "mine"


def test_offline_does_not_replace_a_fuller_corpus(works, serve, client_of, tmp_path):
    cn.fetch(works, tmp_path, client=client_of(serve()), sources="crossref")
    before = (tmp_path / "corpus.jsonl").read_bytes()
    with pytest.raises(InputError, match="which is kept"):
        cn.fetch(works, tmp_path, sources="opencitations", offline=True)
    assert (tmp_path / "corpus.jsonl").read_bytes() == before
    again = cn.fetch(works, tmp_path, sources="crossref", offline=True)
    assert len(again.references) > 0


@pytest.mark.parametrize("works", [None, 42])
def test_what_is_no_work_is_said_to_be_none(works, tmp_path):
    with pytest.raises(InputError, match="neither identifiers nor a file"):
        cn.fetch(works, tmp_path)


def test_sources_are_named_as_on_the_command_line():
    assert cn.FetchQuery(sources="openalex, crossref").sources == ("openalex", "crossref")


def test_offline_does_not_advise_to_run_the_same_again(works, tmp_path):
    with pytest.warns(DroppedWarning, match="without offline") as said:
        cn.fetch(works, tmp_path, sources="crossref", offline=True)
    assert not any("run the same again" in str(warning.message) for warning in said)


def test_who_cites_a_work_is_no_disagreement_about_the_lists_of_those(world, serve, client_of, tmp_path):
    """OpenCitations and Europe PMC name one reference of each citing work; what they leave out is who cites it."""
    cited = max((w for w in world[12:] if w.pmid), key=lambda w: sum(w.number in o.references for o in world))
    sources = ("openalex", "opencitations", "europepmc")
    corpus = cn.fetch([cited.doi], tmp_path / "out", client=client_of(serve()), direction="citing", sources=sources)
    citing = [work for work in world if cited.number in work.references]
    table = cn.disagreements(corpus)
    assert set(table["doi"]) == {cited.doi}  # nothing is said of their other references
    missing = dict(zip(table["citing"].map(corpus.works["doi"]), table["missing_from"], strict=True))
    expected = {}
    for work in citing:
        lacking = [source for source in ("openalex", "opencitations") if cited.number not in truth(world, work, source)]
        lacking += [] if work.pmid else ["europepmc"]
        if lacking:
            expected[work.doi] = " ".join(sorted(lacking))
    assert missing == expected != {}
    assert corpus.works["cited_by_from"].dropna().to_dict() == {f"doi:{cited.doi}": " ".join(sources)}
    assert not (corpus.problems["kind"] == "lists differ").any()
    [row] = corpus.problems.loc[corpus.problems["kind"] == "citing works differ", "detail"]
    agreed = len(citing) - len(expected)
    assert row.startswith(f"of {len(citing)} works that cite doi:{cited.doi}, {agreed} are in every list: europepmc ")
    pd.testing.assert_frame_equal(cn.disagreements(cn.read(tmp_path / "out")), table)


def test_a_list_that_broke_off_lacks_nothing(world, serve, client_of, tmp_path, raw):
    """The second page of Europe PMC fails; Crossref states 60 references and delivers 3: neither is the whole list."""
    work = next(w for w in world if w.pmid and len(w.references) > 3)

    def cut(asked, handler):
        if asked.service == "crossref":
            record = crossref_record(work, world)
            record.update({"references-count": 60, "reference": record["reference"][:3]})
            message = {"total-results": 1, "items": [record]}
            return raw(handler, 200, json.dumps({"status": "ok", "message": message}).encode())
        if not asked.path.endswith("/references") or asked.service != "europepmc":
            return False
        if asked.params["page"] == "2":
            return raw(handler, 500)
        listed = [europepmc_reference(world[n], i) for i, n in enumerate(work.references[:3], start=1)]
        body = {
            "hitCount": 1_020,
            "request": {"id": work.pmid, "source": "MED"},
            "referenceList": {"reference": listed},
        }
        return raw(handler, 200, json.dumps(body).encode())

    sources = ("openalex", "crossref", "europepmc")
    with pytest.warns(DroppedWarning, match="could not be had"):
        corpus = cn.fetch([work.doi], tmp_path, client=client_of(serve(cut)), sources=sources)
    assert set(corpus.works.loc[f"doi:{work.doi}", "lists_from"].split()) - {"fulltext"} == {"openalex"}
    assert {"crossref", "europepmc"} <= set(" ".join(corpus.references["providers"]).split())
    assert not {"crossref", "europepmc"} & set(" ".join(cn.disagreements(corpus)["missing_from"]).split())
    told = corpus.problems.loc[corpus.problems["kind"] == "lists differ", "detail"]
    assert not told.str.contains("crossref|europepmc").any()
    assert corpus.problems.loc[corpus.problems["kind"] == "reference count", "detail"].tolist() == [
        "reference-count states 60, the work lists 3"
    ]


def test_a_batch_that_broke_off_holds_whole_lists(works, serve, client_of, tmp_path, raw, world):
    """Crossref states more works than it delivers: the lists of those it delivers are whole."""

    def shrink(asked, handler):
        if asked.service != "crossref" or asked.path != "works":
            return False
        message = {"total-results": 12, "items": [crossref_record(work, world) for work in world[:4]]}
        return raw(handler, 200, json.dumps({"status": "ok", "message": message}).encode())

    with pytest.warns(DroppedWarning, match="services broke off 1 list"):
        corpus = cn.fetch(works, tmp_path, client=client_of(serve(shrink)), sources="crossref")
    assert (corpus.works.loc[works.works.index, "lists_from"] == "crossref").all()


def test_nobody_cites_it_beside_who_does_is_a_disagreement(world, serve, client_of, tmp_path, raw):
    """OpenAlex knows the work and lists no citing work; OpenCitations names some."""
    cited = max(world[12:], key=lambda w: sum(w.number in o.references for o in world))
    n = sum(cited.number in work.references for work in world)

    def nobody(asked, handler):
        body = b'{"meta": {"count": 0}, "results": []}'
        return asked.params.get("filter", "").startswith("cites:") and raw(handler, 200, body)

    options = {"sources": ("openalex", "opencitations"), "direction": "citing"}
    corpus = cn.fetch([cited.doi], tmp_path / "a", client=client_of(serve(nobody)), **options)
    assert corpus.works.loc[f"doi:{cited.doi}", "cited_by_from"] == "openalex opencitations"
    [detail] = corpus.problems.loc[corpus.problems["kind"] == "citing works differ", "detail"]
    assert detail == f"of {n} works that cite doi:{cited.doi}, 0 are in every list: openalex 0, opencitations {n}"
    lacking = cn.disagreements(corpus)
    assert (len(lacking), set(lacking["missing_from"])) == (n, {"openalex"})
    server = serve(lambda asked, handler: "/citations/" in asked.path and raw(handler, 200, b"[]"))
    corpus = cn.fetch([cited.doi], tmp_path / "b", client=client_of(server), **options)  # unknown there, or not cited
    assert corpus.works.loc[f"doi:{cited.doi}", "cited_by_from"] == "openalex"


def test_a_list_of_one_that_holds_another_work_unites_nothing(world, serve, client_of, tmp_path, raw):
    """Only an answer by name may have followed a merger: what a list holds instead is another work."""
    other = openalex_record(world[5], world)
    body = json.dumps({"meta": {"count": 1}, "results": [other]}).encode()
    server = serve(lambda asked, handler: asked.params.get("filter", "").startswith("doi:") and raw(handler, 200, body))
    corpus = cn.fetch([world[0].doi], tmp_path, client=client_of(server), sources="openalex")
    assert corpus.works.loc[f"doi:{world[0].doi}", "title"] == world[0].title
    assert not (corpus.problems["kind"] == "several DOIs").any()
    assert (corpus.problems["kind"] == "unasked record").any()
