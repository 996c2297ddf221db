"""Recorded answers of the services, sent again over real sockets: each is read, and its counts are checked.

The counts are made by regular expressions over the recorded text, without the readers. The recordings are not of the
project and are read where `CITENET_DATA` has them.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

import citenet as cn
from citenet.connect.payloads import parse_payload, read_payload
from citenet.connect.provider import Answer, Request
from citenet.connect.providers import PROVIDERS
from citenet.connect.refusal import RefusalError
from citenet.connect.store import Stored
from citenet.io._gather import Gathered

DATA = Path(os.environ.get("CITENET_DATA", Path(__file__).parents[3] / "shared" / "data")) / "api_payloads"
ITEMS = json.loads((DATA / "manifest.json").read_text(encoding="utf-8"))["items"] if DATA.is_dir() else []
HOSTS = {"semanticscholar.org": "semanticscholar", "crossref.org": "crossref"}
FORMS = {"jats": ("europepmc", "jats"), "pubmed": ("pubmed", "pubmed_xml")}
# Answers of status 200 that are of another kind than those asked for: BibTeX, XML, and a search of OpenCitations' past.
OTHER = re.compile(r"crossref/(bibtex|content).*txt|europepmc/.*\.xml")


def kind_of(item):
    folder = item["file"].partition("/")[0]
    if folder == "mixed":
        folder = next(name for host, name in HOSTS.items() if host in item["request"]["url"])
    provider, form = FORMS.get(folder, (folder, folder))
    by_name = "cursor" not in item["file"]
    return PROVIDERS[provider], Request("references", "/recorded", form, works=("doi:10.1000/x",), by_name=by_name)


def references_in(text, form):
    """Count the references of a payload in its text."""
    if form == "openalex":
        lists = re.findall(r'"referenced_works":\s*\[(.*?)\]', text, re.DOTALL)
        return sum(listed.count("https://openalex.org/W") for listed in lists)
    if form == "crossref":
        return len(re.findall(r'"key"\s*:', text))
    if form == "opencitations" and '"oci"' not in text:  # metadata: lists of DOIs
        lists = re.findall(r'"(?:reference|citation)":\s*"([^"]*)"', text)
        return sum(len([doi for doi in listed.split("; ") if doi]) for listed in lists)
    if form == "europepmc" and "resultList" in text:
        return 0
    patterns = {
        "opencitations": r'"oci"\s*:',
        "europepmc": r'"citedOrder"|"citedByCount"',
        "semanticscholar": r'"citedPaper"',
        "pubmed_xml": r"<Reference>",
        "jats": r"<ref\s",
    }
    return len(re.findall(patterns[form], text))


@pytest.fixture
def replayed(serve, client_of, raw):
    """Send a recorded answer again: status, headers, body."""

    def replay(item):
        body = (DATA / item["file"]).read_bytes()
        kept = {"retry-after", "content-type", "location", "x-ratelimit-reset"}
        headers = {k.replace("-", "_"): v for k, v in item["response"].get("headers", {}).items() if k.lower() in kept}
        headers = {k.title(): v for k, v in headers.items()}
        server = serve(lambda _asked, handler: raw(handler, int(item["response"]["status"]), body, **headers))
        provider, request = kind_of(item)
        return provider, request, client_of(server, tries=2).send(provider, request)

    return replay


@pytest.mark.skipif(not ITEMS, reason="no api_payloads in CITENET_DATA (default ../shared/data)")
def test_there_are_99_of_them():
    assert len(ITEMS) == 99
    assert len({item["file"] for item in ITEMS}) == 99


@pytest.mark.skipif(not ITEMS, reason="no api_payloads in CITENET_DATA (default ../shared/data)")
@pytest.mark.parametrize("item", ITEMS, ids=[item["file"] for item in ITEMS])
def test_a_recorded_answer_is_read_or_refused(item, replayed):
    status = int(item["response"]["status"])  # some are noted as text
    text = (DATA / item["file"]).read_text(encoding="utf-8")
    if status == 404 and "cursor-invalid" not in text:
        assert replayed(item)[2] == (404, "")
        return
    if status != 200:
        with pytest.raises(RefusalError) as caught:
            replayed(item)
        whole = status in (401, 403, 429)
        assert caught.value.scope == ("provider" if whole else "service" if status >= 500 else "request")
        if item["file"].endswith("SYNTH_429_budget.json"):
            assert caught.value.resets_at is not None
            assert "Resets at midnight UTC" in str(caught.value)
        return
    if OTHER.search(item["file"]):
        with pytest.raises(RefusalError, match="is no answer"):
            replayed(item)
        assert len(cn.read(DATA / item["file"]).works) == (25 if item["file"].endswith(".xml") else 1)
        return
    provider, request, (_, sent) = replayed(item)
    assert sent == text
    data = parse_payload(request, sent)
    answer = Answer(request, "recorded", data, provider.listed(request, data))
    payload = read_payload(provider.name, answer, Stored("recorded", sent, "0", "2026-06-16"))
    source = payload.source()
    gathered = Gathered()
    gathered.add(payload.records, request.form, payload.sha256)
    corpus = cn.Corpus(**gathered.tables())
    assert len(corpus.references) == references_in(text, request.form)
    if request.form in ("crossref", "europepmc", "semanticscholar", "openalex"):
        left_out = corpus.problems["kind"].isin(["unreadable record", "repeated record"]).sum()
        page = "citedPaper" in text or "referenceList" in text  # such a page is of one work
        assert len(corpus.works) == (1 if page else len(answer.listed) - left_out)
    assert source["retrieved"] == "2026-06-16"


FIVE = ("10.1016/j.xgen.2025.100814", "10.1023/a:1007154515475", "10.1007/s40278-023-41815-2",
        "10.1016/j.addr.2015.01.008", "10.1073/pnas.1414271111")  # fmt: skip


def named(doi):
    return doi.partition("/")[2].removeprefix("j.").replace("a:", "A_")


@pytest.fixture
def five_works(serve, raw):
    """Serve the five works as OpenAlex, Crossref and Semantic Scholar recorded them, at the addresses that are asked.

    What the cited works of OpenAlex are was not recorded. Here the n-th of them is given the DOI of the n-th reference
    with a DOI at Crossref, and a DOI of its own where Crossref has no more: the overlap is invented, and so known.
    """
    patterns = {"openalex": "work_{}.json", "crossref": "work_{}_polite.json", "semanticscholar": "paper_{}.json"}
    records = {
        name: {doi: json.loads((DATA / name / pattern.format(named(doi))).read_text("utf-8")) for doi in FIVE}
        for name, pattern in patterns.items()
    }
    doi_of, expected = {}, {}
    for doi in FIVE:
        listed = [work.rsplit("/", 1)[1] for work in records["openalex"][doi]["referenced_works"]]
        deposited = [r["DOI"].lower() for r in records["crossref"][doi]["message"].get("reference", []) if "DOI" in r]
        distinct = list(dict.fromkeys(deposited))
        for at, work in enumerate(listed):
            doi_of.setdefault(work, distinct[at] if at < len(distinct) else f"10.5555/only.{work.lower()}")
        n_nameless = sum("DOI" not in r for r in records["crossref"][doi]["message"].get("reference", []))
        expected[doi] = ({doi_of[work] for work in listed}, set(distinct), n_nameless, len(deposited) - len(distinct))

    def answer(asked, handler):
        if asked.service == "semanticscholar":
            return raw(handler, 200, json.dumps([records["semanticscholar"][d] for d in
                       (term.removeprefix("DOI:") for term in json.loads(asked.body)["ids"])]).encode())  # fmt: skip
        if "filter" not in asked.params:
            return raw(handler, 404, b"<html>", Content_Type="text/html")
        scheme, _, values = asked.params["filter"].partition(":")
        if asked.service == "crossref":
            dois = [term.removeprefix("doi:") for term in asked.params["filter"].split(",")]
            message = {"total-results": len(dois), "items": [records["crossref"][doi]["message"] for doi in dois]}
            return raw(handler, 200, json.dumps({"status": "ok", "message": message}).encode())
        if scheme == "doi":
            found = [records["openalex"][value] for value in values.split("|") if value in FIVE]
        else:
            found = [{"id": f"https://openalex.org/{value}", "doi": f"https://doi.org/{doi_of[value]}", "title": None,
                      "publication_year": None, "authorships": []} for value in values.split("|")]  # fmt: skip
        return raw(handler, 200, json.dumps({"meta": {"count": len(found)}, "results": found}).encode())

    return serve(answer), expected


@pytest.mark.skipif(not ITEMS, reason="no api_payloads in CITENET_DATA (default ../shared/data)")
def test_five_works_of_four_sources_have_one_list_each(five_works, client_of, tmp_path):
    """BibTeX, OpenAlex, Crossref, Semantic Scholar: one work each, whose list is the union, each difference listed."""
    server, expected = five_works
    given = tmp_path / "given"
    given.mkdir()
    for doi in FIVE:
        text = (DATA / "crossref" / f"bibtex_{named(doi)}.txt").read_text(encoding="utf-8")
        (given / f"{named(doi)}.bib").write_text(text, encoding="utf-8")
    sources = ("openalex", "crossref", "semanticscholar")
    corpus = cn.fetch(given, tmp_path / "out", client=client_of(server), sources=sources)
    own = corpus.works[corpus.works["doi"].isin(FIVE)]
    assert sorted(own["doi"]) == sorted(FIVE)
    assert own["described_by"].str.endswith("openalex crossref semanticscholar").all()
    table = cn.disagreements(corpus)
    for work_id, doi in own["doi"].items():
        openalex, crossref, n_nameless, n_twice = expected[doi]
        rows = corpus.references[corpus.references["citing"] == work_id]
        said = {source: rows[rows["providers"].str.contains(source)] for source in ("openalex", "crossref")}
        assert set(said["openalex"]["doi"]) == openalex
        assert set(said["crossref"]["doi"].dropna()) >= crossref
        assert len(said["crossref"]) == len(crossref) + n_nameless
        # what is in both lists is one row, all else is listed as a difference
        differing = set(table.loc[table["citing"] == work_id, "doi"].dropna())
        assert set(rows["doi"].dropna()) - differing == openalex & crossref
        assert len(rows) == len(openalex | crossref) + n_nameless
        told = corpus.problems[corpus.problems["excerpt"] == work_id]["kind"]
        assert (told == "repeated reference").sum() == (n_twice > 0)
