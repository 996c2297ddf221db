"""Caps to the record, batches that change or are refused, ways without a key: the store answers for each work."""

from __future__ import annotations

import json
import warnings

import pandas as pd
import pytest

import citenet as cn
from citenet.connect.trial_world import invent
from citenet.errors import DroppedWarning, FetchError

BATCHED = ("openalex", "crossref", "europepmc", "pubmed", "semanticscholar")


def many(n, **columns):
    """Works of our own, a health journal for each."""
    table = {"title": [f"Shared work {i}" for i in range(n)], "doi": [f"10.1000/m.{i}" for i in range(n)],
             "authors": "Author, A", "year": [1990] + [2018] * (n - 1),
             "container": "BMJ Quality & Safety", **columns}  # fmt: skip
    return cn.Corpus(pd.DataFrame(table, index=[f"m{i:03d}" for i in range(n)]))


@pytest.fixture(scope="module")
def popular():
    """Invent a work that 129 others cite."""
    world = invent(many(130), n_invented=0, n_references=0)
    for work in world[1:]:
        work.references = [0]
    return world


@pytest.mark.parametrize("source", ["openalex", "opencitations", "europepmc"])
@pytest.mark.parametrize("most", [1, 105, "true", 300])
def test_no_more_citing_works_than_the_cap_says(source, most, popular, serve, client_of, tmp_path):
    """Exactly so many, and told where there are more: in a warning, in the problems, in the lock."""
    gap = {"openalex": 13, "opencitations": 9}.get(source, 1000)
    true = sum(n % gap > 0 for n in range(1, 130))
    most = true if most == "true" else most
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        corpus = cn.fetch(["10.1000/m.0"], tmp_path, client=client_of(serve(world=popular)), sources=source,
                          direction="citing", max_citing=most)  # fmt: skip
    assert len(corpus.works) == 1 + min(most, true)
    assert len(corpus.references) == min(most, true)
    capped = corpus.problems.loc[corpus.problems["kind"] == "capped", "detail"].tolist()
    lock = cn.CorpusLock.load(tmp_path).origin
    assert lock["question"]["max_citing"] == most
    if most >= true:
        assert (capped, told, lock["problems"].get("capped")) == ([], [], None)
        return
    name = {"openalex": "openalex:W4000000000"}.get(source, "doi:10.1000/m.0")
    said = f"{source}: {most} of {true} records are taken for {name}, as max_citing={most} says"
    assert capped == [said]
    assert str(told[0].message).startswith(f"a cap cut 1 list, e.g. {said}; raise it to have all")
    assert lock["problems"]["capped"] == 1
    raw = sorted((tmp_path / ".payloads" / source).glob("citing-*.json"))
    assert sum(len(cn.read(file).works) for file in raw if not file.name.endswith(".meta.json")) > most  # as it came


@pytest.mark.parametrize("source", ["openalex", "crossref", "europepmc", "pubmed"])
@pytest.mark.parametrize("most", [3, 105, 129, 130, 131])
def test_no_more_hits_than_the_cap_says(source, most, popular, serve, client_of, tmp_path):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        corpus = cn.fetch([], tmp_path, client=client_of(serve(world=popular)), sources=source, search="shared work",
                          max_found=most)  # fmt: skip
    found = corpus.works["described_by"].index
    if source == "openalex":
        found = found.drop("doi:10.1000/m.0")  # cited by them all, and so described anyway
    capped = corpus.problems.loc[corpus.problems["kind"].isin(["capped", "incomplete list"]), "detail"].tolist()
    if most < 130:
        assert capped == [f"{source}: {most} of 130 records are taken for the search, as max_found={most} says"]
        assert len(told) == 1
    else:
        assert (capped, told) == ([], [])
    assert len(found) == min(most, 130) - (source == "openalex")


def test_a_raised_cap_asks_for_the_rest_alone(popular, serve, client_of, tmp_path):
    options = {"sources": "openalex", "direction": "citing"}
    with pytest.warns(DroppedWarning, match="max_citing=50"):
        cn.fetch(["10.1000/m.0"], tmp_path, client=client_of(serve(world=popular)), max_citing=50, **options)
    server = serve(world=popular)
    corpus = cn.fetch(["10.1000/m.0"], tmp_path, client=client_of(server), max_citing=300, **options)
    assert [asked.params.get("page") for asked in server.asked] == ["2"]
    assert len(corpus.works) == 1 + 120


def content(corpus):
    """Return what a corpus says, without the files it was read from, which depend on what was asked when."""
    tables = (corpus.works, corpus.references, corpus.contexts)
    return [table.drop(columns=[c for c in ("file", "line") if c in table]) for table in tables]


@pytest.mark.parametrize("source", [*BATCHED, "opencitations"])
def test_a_changed_list_asks_for_new_works_alone(source, serve, client_of, tmp_path):
    """Sixty works, then some gone and some new: what is had is not asked again, all else is as in a new folder."""
    given = many(66, year=2018)
    world = invent(given, n_invented=40, n_references=6, rng=4)
    works = given.works
    first, second = cn.Corpus(works.iloc[:60]), cn.Corpus(works.iloc[[*range(3, 60, 2), *range(60, 66)]])
    cn.fetch(first, tmp_path / "out", client=client_of(serve(world=world)), sources=source)
    server = serve(world=world)
    changed = cn.fetch(second, tmp_path / "out", client=client_of(server), sources=source)
    whole = cn.fetch(second, tmp_path / "new", client=client_of(serve(world=world)), sources=source)
    for left, right in zip(content(changed), content(whole), strict=True):
        pd.testing.assert_frame_equal(left, right)
    assert changed.problems["kind"].tolist() == whole.problems["kind"].tolist()
    asked = " ".join(f"{a.path} {a.params} {a.body}" for a in server.asked)
    old = {works["doi"].iloc[n] for n in range(60)} | {f"pmid:{30_000_000 + n}" for n in range(60)}
    assert not [doi for doi in old if f"{doi}|" in asked or f"{doi}," in asked or f'{doi}"' in asked]


@pytest.mark.parametrize("others", [("openalex",), ()])
def test_a_smaller_list_has_no_lists_that_nobody_asked_for(others, serve, client_of, tmp_path):
    """PubMed finds PMIDs of many DOIs at once: those of works that are gone are left out, cited or not."""
    given = many(30, year=2018)
    world = invent(given, n_invented=20, n_references=6, rng=4)
    for work in world[5:15]:
        work.references = [*range(5), *work.references]  # cited, and asked about before
    sources = (*others, "pubmed")
    cn.fetch(given, tmp_path / "out", client=client_of(serve(world=world)), sources=sources)
    fewer = cn.Corpus(given.works.iloc[5:15])
    server = serve(world=world)
    smaller = cn.fetch(fewer, tmp_path / "out", client=client_of(server), sources=sources)
    whole = cn.fetch(fewer, tmp_path / "new", client=client_of(serve(world=world)), sources=sources)
    assert set(smaller.references["citing"]) == set(whole.references["citing"]) <= set(fewer.works.index)
    for left, right in zip(content(smaller), content(whole), strict=True):
        pd.testing.assert_frame_equal(left, right)
    assert [asked.path for asked in server.asked if asked.service == "pubmed"] == []


@pytest.mark.parametrize("source", BATCHED)
def test_offline_answers_for_each_work(source, serve, client_of, tmp_path):
    """Any part of what was fetched, without asking anybody."""
    given = many(60, year=2018)
    world = invent(given, n_invented=40, n_references=6, rng=4)
    cn.fetch(given, tmp_path / "out", client=client_of(serve(world=world)), sources=source)
    (tmp_path / "part").mkdir()
    (tmp_path / "out" / ".payloads").rename(tmp_path / "part" / ".payloads")
    part = cn.Corpus(given.works.iloc[[1, 5, 44]])
    corpus = cn.fetch(part, tmp_path / "part", sources=source, offline=True)
    whole = cn.fetch(part, tmp_path / "new", client=client_of(serve(world=world)), sources=source)
    for left, right in zip(content(corpus), content(whole), strict=True):
        pd.testing.assert_frame_equal(left, right)
    assert corpus.problems["kind"].tolist() == whole.problems["kind"].tolist()


@pytest.mark.parametrize("status", [400, 414])
@pytest.mark.parametrize("source", ["openalex", "crossref", "semanticscholar"])
def test_one_bad_identifier_loses_itself_alone(source, status, serve, client_of, works, tmp_path, raw):
    """A batch that is refused is cut in two until the culprit is alone; nothing that was answered is asked twice."""
    bad = ("given.7", "given.11")

    def refuse(asked, handler):
        said = f"{asked.params} {asked.body} {asked.path}"
        named = any(f"{name}{end}" in said for name in bad for end in ("|", ",", '"', "'")) or said.endswith(bad)
        return named and raw(handler, status, b'{"message": "bad identifier"}')

    server = serve(refuse)
    with pytest.warns(DroppedWarning, match=f"2 answers could not be had .{source} 2: .*HTTP {status}: bad identifier"):
        corpus = cn.fetch(works, tmp_path / "out", client=client_of(server), sources=source)
    lost = corpus.problems[corpus.problems["kind"] == "not fetched"]
    assert set(lost["excerpt"]) == {f"doi:10.1000/{name}" for name in bad}
    lists = corpus.works.loc[works.works.index, "lists_from"].notna()
    assert lists[~lists].index.tolist() == ["given07", "given11"]
    targets = [(asked.target, asked.body) for asked in server.asked]
    assert len(set(targets)) == len(targets)
    again = serve(refuse)
    with pytest.warns(DroppedWarning, match="2 answers"):
        same = cn.fetch(works, tmp_path / "out", client=client_of(again), sources=source)
    assert not {(a.target, a.body) for a in again.asked} & {
        (a.target, a.body) for a in server.asked if not any(name in f"{a.params}{a.body}" for name in bad)
    }
    for left, right in zip(content(same), content(corpus), strict=True):
        pd.testing.assert_frame_equal(left, right)


def test_a_service_that_refuses_everything_is_not_asked_for_each_work(serve, client_of, tmp_path, raw):
    given = many(100)
    server = serve(lambda _asked, handler: raw(handler, 400, b'{"message": "no such field"}'))
    with pytest.warns(DroppedWarning, match="100 answers could not be had .openalex 100: .*no such field"):
        cn.fetch(given, tmp_path, client=client_of(server), sources="openalex")
    assert len(server.asked) == 1 + 2 + 4 + 8


@pytest.mark.parametrize("key", [True, False])
def test_a_long_list_goes_by_cursor_and_without_a_key_by_pages(key, popular, serve, client_of, tmp_path, hidden):
    """More than ten thousand are wanted: only a cursor reaches them, which needs a key."""
    server = serve(world=popular)
    client = client_of(server, keys=hidden.keys if key else {})
    options = {"sources": "openalex", "direction": "citing", "max_citing": 20_000}
    corpus = cn.fetch(["10.1000/m.0"], tmp_path, client=client, **options)
    assert len(corpus.works) == 1 + 120
    turns = [(a.params.get("cursor"), a.params.get("page")) for a in server.asked if "cites:" in str(a.params)]
    if key:
        assert turns == [("*", None), ("100", None), ("200", None)]
    else:
        assert turns == [("*", None), (None, None), (None, "2")]
    assert not corpus.problems["kind"].isin(["capped", "not fetched", "incomplete list"]).any()
    offline = cn.fetch(["10.1000/m.0"], tmp_path, offline=True, **options)
    pd.testing.assert_frame_equal(offline.works, corpus.works)


def test_pages_end_at_ten_thousand_and_say_so(popular, serve, client_of, tmp_path, monkeypatch):
    monkeypatch.setattr("citenet.connect.openalex._PAGED", 100)
    client = client_of(serve(world=popular), keys={})
    with pytest.warns(DroppedWarning, match=r"a cap cut 1 list.*gives no more; with a key .OPENALEX_API_KEY. it gives"):
        corpus = cn.fetch(["10.1000/m.0"], tmp_path, client=client, sources="openalex", direction="citing")
    assert len(corpus.works) == 101
    [detail] = corpus.problems.loc[corpus.problems["kind"] == "capped", "detail"]
    assert detail.startswith("openalex: 100 of 120 records are taken for openalex:W4000000000: OpenAlex gives no more")


def test_a_bad_key_is_no_reason_to_ask_without_a_cursor_for_ever(serve, client_of, tmp_path, raw):
    server = serve(lambda _asked, handler: raw(handler, 401, json.dumps({"message": "bad key"}).encode()))
    with pytest.raises(FetchError, match="HTTP 401: bad key"):
        cn.fetch([], tmp_path, client=client_of(server), sources="openalex", search="x", max_found=20_000)
    assert len(server.asked) == 2


@pytest.mark.parametrize("sources", [("openalex",), ("europepmc",), ("crossref", "openalex"), ("pubmed", "europepmc")])
@pytest.mark.parametrize("form", ["{}", "pmcid:{}", "https://pmc.ncbi.nlm.nih.gov/articles/{}/"])
def test_works_are_named_by_pmcid(sources, form, world, serve, client_of, tmp_path):
    """Services that take no PMCID are asked by what the others make of it."""
    known = [work for work in world[:12] if work.pmcid][:3]
    given = [form.format(work.pmcid) for work in known]
    corpus = cn.fetch(given, tmp_path, client=client_of(serve()), sources=sources)
    ids = [f"pmcid:{work.pmcid}" for work in known]
    assert corpus.works.loc[ids, "doi"].tolist() == [work.doi for work in known]
    for source in sources:
        assert corpus.works.loc[ids, "lists_from"].str.contains(source).all()
    assert not corpus.problems["kind"].isin(["not found", "not fetched", "unasked record", "no identifier"]).any()
