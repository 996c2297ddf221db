"""Whatever a service does, every work is fetched or named in problems, and nothing is asked twice that was answered."""

from __future__ import annotations

import gzip
import json
import random
import socket
import time
import warnings
from datetime import UTC, datetime
from email.utils import format_datetime

import pandas as pd
import pytest

import citenet as cn
from citenet.connect.client import FetchClient
from citenet.connect.provider import Request
from citenet.connect.providers import PROVIDERS
from citenet.connect.refusal import RefusalError
from citenet.connect.settings import Settings
from citenet.connect.trial import TrialServer
from citenet.connect.trial_world import crossref_record, europepmc_record, invent
from citenet.errors import DroppedWarning, FetchError

BOTH = ("openalex", "crossref")


def tables(corpus):
    """All that a corpus says, without the day."""
    sources = corpus.sources.drop(columns="retrieved")
    return [corpus.works, corpus.references, corpus.contexts, sources]


def same(one, other):
    for left, right in zip(tables(one), tables(other), strict=True):
        pd.testing.assert_frame_equal(left, right)


def fetched_or_told(corpus, works, source):
    """Works that a source gave a list of, and works that problems name for it."""
    lists = corpus.works.loc[works.works.index, "lists_from"].fillna("").str.split()
    fetched = {work for work, names in lists.items() if source in names}
    told = " ".join(corpus.problems.loc[corpus.problems["detail"].str.contains(source, case=False), "excerpt"].dropna())
    return fetched, {work for work, doi in works.works["doi"].items() if f"doi:{doi}" in told.split()}


@pytest.fixture(scope="module")
def undisturbed(works, world, tmp_path_factory):
    with TrialServer(world) as server, FetchClient(Settings(addresses=server.addresses)) as client:
        return cn.fetch(works, tmp_path_factory.mktemp("undisturbed"), client=client, sources=BOTH)


def drop(_asked, handler):
    """Close the connection without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True
    return True


def truncate(_asked, handler):
    """Promise more than comes."""
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"meta": {"count": 3}, "results": [')
    handler.close_connection = True
    return True


def truncate_chunked(_asked, handler):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"20\r\n" + b'{"meta": {"count": 3}, "results"' + b"\r\n")
    handler.close_connection = True
    return True


def drip(_asked, handler):
    """Send a byte now and then: each in time, the whole never."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    try:
        for _ in range(12):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        pass
    handler.close_connection = True
    return True


def cut_short(_asked, handler):
    """Send a body that is whole by its length, and still no JSON."""
    data = b'{"meta": {"count": 3}, "results": ['
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)
    return True


PASSING = ("429 in seconds", "429 as a date", "429 as a fraction", "429 as nonsense", "500", "503 twice", "dropped",
           "truncated", "truncated chunks", "slow drip", "hangs", "web page", "cut short", "broken gzip", "empty",
           "other JSON")  # fmt: skip


@pytest.fixture(params=PASSING)
def passing_fault(request, raw, hang):
    page = b"<html><body>Please wait while we check your browser</body></html>"
    soon = format_datetime(datetime.now(UTC), usegmt=True)
    acts = {
        "429 in seconds": lambda _asked, handler: raw(handler, 429, b'{"message": "slow down"}', Retry_After="1"),
        "429 as a date": lambda _asked, handler: raw(handler, 429, Retry_After=soon),
        "429 as a fraction": lambda _asked, handler: raw(handler, 429, Retry_After="0.5"),
        "429 as nonsense": lambda _asked, handler: raw(handler, 429, Retry_After="soon"),
        "500": lambda _asked, handler: raw(handler, 500, b"oops"),
        "503 twice": lambda _asked, handler: raw(handler, 503),
        "dropped": drop,
        "truncated": truncate,
        "truncated chunks": truncate_chunked,
        "slow drip": drip,
        "hangs": hang,
        "web page": lambda _asked, handler: raw(handler, 200, page, Content_Type="text/html"),
        "cut short": cut_short,
        "broken gzip": lambda _asked, handler: raw(handler, 200, b"\x1f\x8b\x08 no", Content_Encoding="gzip"),
        "empty": lambda _asked, handler: raw(handler, 200),
        "other JSON": lambda _asked, handler: raw(handler, 200, b'{"error": "try later"}'),
    }
    impatient = {"read": 0.4, "whole": 0.8, "tries": 5} if request.param in ("hangs", "slow drip") else {}
    return acts[request.param], 2 if request.param == "503 twice" else 1, impatient


def test_what_passes_leaves_no_trace(passing_fault, first_of, serve, client_of, works, undisturbed, tmp_path):
    act, times, impatient = passing_fault
    client = client_of(serve(first_of(act, times)), **impatient)
    corpus = cn.fetch(works, tmp_path / "disturbed", client=client, sources=BOTH)
    same(corpus, undisturbed)
    assert len(corpus.problems) == len(undisturbed.problems)


def test_gzip_and_a_wrong_type_of_content_are_read(serve, client_of, works, undisturbed, tmp_path, raw):
    plain = serve()

    def pack(asked, handler):
        _, _, text = getattr(plain, f"_{asked.service}")(asked)
        return raw(handler, 200, gzip.compress(text.encode()), Content_Encoding="gzip", Content_Type="text/html")

    same(cn.fetch(works, tmp_path / "packed", client=client_of(serve(pack)), sources=BOTH), undisturbed)


def test_a_wait_of_hours_stops_with_the_time_and_the_rest_is_had_later(
    serve, client_of, works, undisturbed, tmp_path, raw
):
    """The daily budget is gone after the third answer of OpenAlex; Crossref goes on."""
    answered = []

    def exhaust(asked, handler):
        if asked.service != "openalex":
            return False
        answered.append(asked)
        if len(answered) <= 1:
            return False
        body = b'{"error": "Rate limit exceeded", "message": "Insufficient budget. Resets at midnight UTC."}'
        return raw(handler, 429, body, Retry_After="54000")

    server = serve(exhaust)
    with pytest.warns(DroppedWarning, match=r"OpenAlex answers no more for now; it answers again at \d{4}-.* UTC"):
        corpus = cn.fetch(works, tmp_path / "poor", client=client_of(server), sources=BOTH)
    lost = corpus.problems[corpus.problems["kind"] == "not fetched"]
    assert lost["detail"].str.contains("Insufficient budget").all()
    cited = {term for said in lost["excerpt"] for term in said.split()}
    assert len(cited) == len(lost) > 0
    known = set(corpus.works["ids"].fillna("").str.split().explode()) | set(corpus.works.index)
    assert not cited & known  # described, or named in problems
    lock = json.loads((tmp_path / "poor" / "citenet.lock.json").read_text(encoding="utf-8"))
    assert "answers again" in lock["origin"]["providers"]["openalex"]["stopped"]
    n_answered = {asked.target for asked in server.asked if asked.service == "crossref"}
    again = serve()
    same(cn.fetch(works, tmp_path / "poor", client=client_of(again), sources=BOTH), undisturbed)
    asked_again = {asked.target for asked in again.asked}
    assert not asked_again & n_answered
    assert not asked_again & {asked.target for asked in answered[:1]}


@pytest.mark.parametrize("status", [500, 503])
def test_maintenance_of_hours_stops_with_the_time_too(status, serve, client_of, works, tmp_path, raw):
    server = serve(lambda a, h: a.service == "opencitations" and raw(h, status, b"maintenance", Retry_After="54000"))
    sources = ("crossref", "opencitations")
    with pytest.warns(DroppedWarning, match="OpenCitations answers no more for now; it answers again at 2.* UTC"):
        corpus = cn.fetch(works, tmp_path, client=client_of(server), sources=sources)
    lost = corpus.problems.loc[corpus.problems["kind"] == "not fetched", "detail"]
    assert len(lost) == 12
    assert lost.str.contains(rf"UTC \(HTTP {status}: maintenance\); run the same again after that$").all()
    assert sum(asked.service == "opencitations" for asked in server.asked) <= 2  # two at a time
    assert fetched_or_told(corpus, works, "crossref")[0] == set(works.works.index)


@pytest.mark.parametrize("target", ["http://[::1/x", "http://127.0.0.1:none/x", "http:///x", "\u2100", "http://.x/"])
def test_a_redirect_to_what_is_no_address_is_told(target, serve, client_of, works, tmp_path, raw):
    server = serve(lambda a, h: a.service == "crossref" and raw(h, 302, Location=target.encode().decode("latin-1")))
    with pytest.warns(DroppedWarning, match="could not be had"):
        corpus = cn.fetch(works, tmp_path, client=client_of(server), sources=("crossref", "opencitations"))
    lost = corpus.problems[corpus.problems["kind"] == "not fetched"]
    assert set(lost["excerpt"]) == {f"doi:{doi}" for doi in works.works["doi"]}
    assert lost["detail"].str.startswith("crossref: references: Crossref: ").all()


def test_a_budget_that_ends_half_way_leaves_every_work_fetched_or_told(serve, client_of, works, tmp_path, raw):
    """OpenCitations answers five works; of the other seven each is named, and asked for alone the next day."""
    answered = []

    def stingy(asked, handler):
        if len(answered) < 5:
            answered.append(asked.target)
            return False
        return raw(handler, 429, Retry_After="54000")

    with pytest.warns(DroppedWarning, match="OpenCitations answers no more for now"):
        corpus = cn.fetch(works, tmp_path / "out", client=client_of(serve(stingy)), sources="opencitations")
    fetched, told = fetched_or_told(corpus, works, "opencitations")
    assert (len(fetched), len(told)) == (5, 7)
    assert fetched | told == set(works.works.index)
    server = serve()
    whole = cn.fetch(works, tmp_path / "out", client=client_of(server), sources="opencitations")
    assert {asked.target for asked in server.asked}.isdisjoint(answered)
    assert len(server.asked) == 7
    assert fetched_or_told(whole, works, "opencitations") == (set(works.works.index), set())


def test_one_request_that_always_fails_loses_its_works_alone(serve, client_of, works, tmp_path, raw):
    """The second batch of Crossref fails for good: its works are named, the others fetched."""
    many = cn.Corpus(pd.concat([works.works, works.works.assign(doi=[f"10.1000/other.{i}" for i in range(12)])
                                .set_axis([f"other{i}" for i in range(12)]),
                                works.works.assign(doi=[f"10.1000/third.{i}" for i in range(12)])
                                .set_axis([f"third{i}" for i in range(12)])]))  # fmt: skip

    def fail(asked, handler):
        batch = asked.params.get("filter", "")
        return asked.service == "crossref" and "third.5" in batch and raw(handler, 500, b"<html>")

    server = serve(fail, world=invent(many, n_invented=30, n_references=5))
    with pytest.warns(DroppedWarning, match="could not be had"):
        corpus = cn.fetch(many, tmp_path / "out", client=client_of(server), sources="crossref")
    fetched, told = fetched_or_told(corpus, many, "crossref")
    assert fetched | told == set(many.works.index)
    assert not fetched & told
    assert {"third5"} <= told
    assert "given00" in fetched
    assert corpus.problems["detail"].str.contains("HTTP 500 after 3 tries").any()


@pytest.mark.parametrize(("status", "said"), [(401, "Invalid or missing API key"), (403, "blocked")])
def test_a_bad_key_is_said_at_once(status, said, serve, client_of, works, tmp_path, raw, hidden):
    server = serve(lambda _asked, handler: raw(handler, status, json.dumps({"error": said}).encode()))
    with pytest.raises(FetchError, match=f"does not let these requests in .HTTP {status}: {said}") as caught:
        cn.fetch(works, tmp_path / "out", client=client_of(server), sources="openalex")
    assert not hidden.in_text(str(caught.value))
    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "keys", "said"), [
    (401, {"openalex": "a-long-key"}, "does not let these requests in (HTTP 401: no); check OPENALEX_API_KEY, and run"),
    (401, {}, "OpenAlex does not let these requests in (HTTP 401: no); set OPENALEX_API_KEY, and run the same again"),
    (429, {}, "(HTTP 429: no); run the same again in some minutes, or set OPENALEX_API_KEY: with a key it gives more"),
    (503, {}, "OpenAlex: HTTP 503 after 3 tries: no; the service fails: run the same again later"),
    (400, {}, "OpenAlex: HTTP 400: no; the service refuses what was asked: check the identifier, or the words of the"),
    (410, {}, "OpenAlex: HTTP 410: no; the service is not at this address: update citenet, or set CITENET_OPENALEX_"),
    (200, {}, "what OpenAlex sent 3 times is no answer (HTTP 200: neither results nor a work; it begins '{"),
])  # fmt: skip
def test_a_failure_names_the_service_its_status_and_what_to_do(
    status, keys, said, serve, client_of, works, tmp_path, raw
):
    """In the warning and in each row."""
    server = serve(lambda asked, handler: asked.service == "openalex" and raw(handler, status, b'{"message": "no"}'))
    client = client_of(server, keys=keys)
    with pytest.warns(DroppedWarning, match=r"answers could not be had .openalex \d+: ") as warned:
        corpus = cn.fetch(works, tmp_path / "out", client=client, sources=("openalex", "crossref"))
    assert said in str(warned[0].message)
    lost = corpus.problems[corpus.problems["kind"] == "not fetched"]
    assert lost["detail"].str.startswith("openalex: ").all()
    assert lost["detail"].str.contains(said, regex=False).all()
    assert set(lost["excerpt"]) >= {f"doi:{doi}" for doi in works.works["doi"]}


def test_a_service_that_echoes_the_key_does_not_give_it_away(serve, client_of, works, tmp_path, raw, hidden):
    server = serve(lambda _asked, handler: raw(handler, 401, f"no key {hidden.keys['openalex']}".encode()))
    with pytest.raises(FetchError, match=r"no key \*\*\*"):
        cn.fetch(works, tmp_path / "out", client=client_of(server), sources="openalex")


@pytest.mark.parametrize("status", [200, 401])
def test_no_part_of_a_key_is_left_where_an_answer_is_cut(status, serve, client_of, raw, hidden):
    """Refusals are cut after 200 characters, what is no answer after 60: a key may stand right there."""
    key = hidden.keys["pubmed"]
    for before in range(40, 200):
        text = f"{'x' * before} {key} and so on"
        server = serve(lambda _asked, handler, text=text: raw(handler, status, text.encode()))
        client = client_of(server, tries=1)
        with pytest.raises(RefusalError) as caught:
            client.send(PROVIDERS["crossref"], Request("references", "/works", "crossref"))
        assert "kept-h" not in str(caught.value)
        if before > 60 and status == 200:
            break


def test_the_second_try_waits_too(serve, client_of, works, tmp_path, raw):
    """Also where a 429 names no time."""
    times = []

    def refuse(_asked, handler):
        times.append(time.monotonic())
        return len(times) == 1 and raw(handler, 429)

    cn.fetch(works, tmp_path / "out", client=client_of(serve(refuse), pause=0.3), sources="crossref")
    assert times[1] - times[0] >= 0.3


@pytest.mark.parametrize("told", ["1e300", "inf", "nan", "1790000000"])
def test_a_wait_without_sense_breaks_nothing(told, serve, client_of, works, tmp_path, raw):
    server = serve(lambda _asked, handler: raw(handler, 429, b"slow down", Retry_After=told))
    with pytest.raises(FetchError, match="Crossref answers no more for now .HTTP 429: slow down"):
        cn.fetch(works, tmp_path / "out", client=client_of(server), sources="crossref")


def test_a_list_that_is_not_there_is_no_absence_of_its_works(serve, client_of, works, tmp_path, raw, undisturbed):
    """A wrong address answers 404 to everything; the right one is asked again."""
    server = serve(lambda asked, handler: asked.path == "works" and raw(handler, 404, b"<html>"))
    with pytest.warns(DroppedWarning, match="could not be had"):
        corpus = cn.fetch(works, tmp_path / "out", client=client_of(server), sources=BOTH)
    assert not (corpus.problems["kind"] == "not found").any()
    assert (corpus.problems["kind"] == "not fetched").sum() == 2 * 12
    same(cn.fetch(works, tmp_path / "out", client=client_of(serve()), sources=BOTH), undisturbed)


@pytest.mark.parametrize("source", list(PROVIDERS))
def test_a_service_that_is_not_there_says_nothing_of_one_work_either(source, serve, client_of, tmp_path, raw):
    """A list or a search of one work: 404 is no answer, and nothing is kept of it."""
    server = serve(lambda _asked, handler: raw(handler, 404, b"<html>"))
    with pytest.warns(DroppedWarning, match="1 answer could not be had .*HTTP 404"):
        corpus = cn.fetch(["10.1000/given.1"], tmp_path, client=client_of(server), sources=source)
    assert "not found" not in set(corpus.problems["kind"])
    server = serve()
    corpus = cn.fetch(["10.1000/given.1"], tmp_path, client=client_of(server), sources=source)
    assert server.asked
    assert not (corpus.problems["kind"] == "not fetched").any()


def test_a_last_batch_of_one_is_a_list_too(serve, client_of, tmp_path, raw):
    """Twenty-six works are two lists at Crossref, the second of one work."""
    n = 26
    columns = {"title": [f"Work {i:02d}" for i in range(n)], "doi": [f"10.1000/m.{i:02d}" for i in range(n)]}
    many = pd.DataFrame({**columns, "year": 2018}, index=[f"m{i:02d}" for i in range(n)])
    world = invent(cn.Corpus(many), n_invented=5, n_references=2)
    server = serve(lambda a, handler: a.params.get("filter", "").count("doi:") == 1 and raw(handler, 404), world=world)
    with pytest.warns(DroppedWarning, match="1 answer could not be had .crossref 1: references: Crossref: HTTP 404"):
        corpus = cn.fetch(cn.Corpus(many), tmp_path, client=client_of(server), sources="crossref")
    assert corpus.problems[["kind", "excerpt"]].to_numpy().tolist() == [["not fetched", "doi:10.1000/m.25"]]
    corpus = cn.fetch(cn.Corpus(many), tmp_path, client=client_of(serve(world=world)), sources="crossref")
    assert corpus.problems.empty


def test_requests_that_are_wrong_in_themselves_do_not_give_up_a_service(serve, client_of, works, tmp_path, raw):
    def refuse(asked, handler):
        return asked.path.rpartition(".")[2] in "01234" and raw(handler, 400, b'{"message": "bad identifier"}')

    with pytest.warns(
        DroppedWarning, match=r"5 answers could not be had .opencitations 5: references: OpenCitations: HTTP 400"
    ):
        corpus = cn.fetch(works, tmp_path / "out", client=client_of(serve(refuse)), sources="opencitations")
    fetched, told = fetched_or_told(corpus, works, "opencitations")
    assert (len(fetched), len(told)) == (7, 5)


def test_a_search_for_one_work_that_finds_another_is_not_taken(serve, client_of, world, tmp_path, raw):
    """Europe PMC is asked for DOIs by a search; alone or among others, what it finds instead is another work."""
    other = europepmc_record(next(work for work in world[20:] if work.pmid))

    def find(asked, handler):
        body = {"hitCount": 1, "resultList": {"result": [other]}}
        return asked.path == "search" and raw(handler, 200, json.dumps(body).encode())

    corpus = cn.fetch(["10.1000/given.0"], tmp_path / "out", client=client_of(serve(find)), sources="europepmc")
    assert corpus.works.index.tolist() == ["doi:10.1000/given.0"]
    assert corpus.works["title"].isna().all()
    assert {"unasked record", "not found"} <= set(corpus.problems["kind"])


def test_a_service_that_cannot_be_reached_is_left_out(serve, client_of, works, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
    server = serve()
    client = client_of(server, addresses={**server.addresses, "openalex": f"{nowhere}/openalex"})
    with pytest.warns(DroppedWarning, match="OpenAlex cannot be reached"):
        corpus = cn.fetch(works, tmp_path / "out", client=client, sources=BOTH)
    fetched, _ = fetched_or_told(corpus, works, "crossref")
    _, told = fetched_or_told(corpus, works, "openalex")
    assert fetched == told == set(works.works.index)
    with pytest.raises(FetchError, match="nothing could be fetched"):
        cn.fetch(works, tmp_path / "alone", client=client, sources="openalex")


def test_a_service_that_is_down_is_given_up_after_a_few_requests(serve, client_of, works, tmp_path, raw):
    server = serve(lambda _asked, handler: raw(handler, 502))
    with pytest.raises(FetchError, match="failed 3 times in a row"):
        cn.fetch(works, tmp_path / "out", client=client_of(server), sources="opencitations")
    assert len(server.asked) <= 4 * 3  # two at a time


def test_a_redirect_to_another_host_is_not_followed(serve, client_of, works, tmp_path, raw):
    elsewhere = serve()
    target = elsewhere.addresses["crossref"].replace("127.0.0.1", "localhost")
    server = serve(lambda _asked, handler: raw(handler, 301, Location=f"{target}/works"))
    with pytest.warns(DroppedWarning):
        corpus = cn.fetch(works, tmp_path / "out", client=client_of(server), sources="crossref")
    assert corpus.problems["detail"].str.contains("leads to another host").any()
    assert elsewhere.asked == []


def test_a_merged_work_is_found_under_its_old_name(serve, client_of, world, tmp_path):
    """A list does not find the old id, the work alone redirects; it is one work."""
    old, new = "W100001", world[0].openalex
    server = serve(merged={old: new})
    corpus = cn.fetch([old], tmp_path / "out", client=client_of(server), sources="openalex")
    assert corpus.works.loc["openalex:W100001", "doi"] == world[0].doi
    assert set(corpus.works.loc["openalex:W100001", "ids"].split()) >= {f"openalex:{new}", "openalex:W100001"}
    assert (corpus.references["citing"] == "openalex:W100001").all()
    assert len(corpus.references) == sum((world[0].number + n) % 13 > 0 for n in world[0].references)


def test_an_unknown_work_is_told_from_a_failure(serve, client_of, tmp_path):
    """OpenAlex answers with a web page, Crossref with plain text, Semantic Scholar with null in its place."""
    server = serve()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        corpus = cn.fetch(["10.1000/given.1", "10.9999/nowhere"], tmp_path / "out", client=client_of(server),
                          sources=("openalex", "crossref", "opencitations", "semanticscholar"))  # fmt: skip
    missing = corpus.problems[corpus.problems["kind"] == "not found"]
    assert set(missing["excerpt"]) == {"doi:10.9999/nowhere"}
    assert {"OpenAlex", "Crossref", "Semantic Scholar"} == {d.split(" does")[0] for d in missing["detail"]}
    assert not (corpus.problems["kind"] == "not fetched").any()
    assert "doi:10.9999/nowhere" in corpus.works.index
    empty = corpus.problems[corpus.problems["kind"] == "no references"]
    assert empty["excerpt"].tolist() == ["doi:10.9999/nowhere"]  # OpenCitations cannot say which


def test_commas_and_bars_in_identifiers_go_alone(serve, client_of, works, tmp_path):
    sici = "10.1002/(sici)1097(1990)41:6<391::aid>3.0.co;2-9"
    odd = ["10.1000/with,comma", "10.1000/with|bar", sici, "10.1000/a#b?c&d+e%25"]
    sources = ("openalex", "crossref", "opencitations")
    given = cn.Corpus(works.works.iloc[:4].assign(doi=odd))
    server = serve(world=invent(given, n_invented=20, n_references=4))
    corpus = cn.fetch(given, tmp_path / "out", client=client_of(server), sources=sources)
    for source in sources:
        fetched, _ = fetched_or_told(corpus, given, source)
        assert fetched == set(given.works.index), source
    assert not corpus.problems["kind"].isin(["not found", "not fetched"]).any()


def test_request_lines_stay_below_what_servers_take(serve, client_of, tmp_path):
    long = cn.Corpus(pd.DataFrame({
        "title": [f"Work {i}" for i in range(150)], "year": 2018,
        "doi": [f"10.1000/{'(long)-' * 20}{i}" for i in range(150)]}, index=[f"w{i}" for i in range(150)]))  # fmt: skip
    server = serve(world=invent(long, n_invented=5, n_references=1))
    corpus = cn.fetch(long, tmp_path / "out", client=client_of(server), sources=BOTH)
    assert max(len(asked.target) for asked in server.asked) < 8_190 - 200
    assert corpus.works["lists_from"].notna().sum() > 100


def test_a_cursor_that_repeats_ends(serve, client_of, tmp_path, raw, world):
    def repeat(asked, handler):
        items = [crossref_record(world[0], world), crossref_record(world[1], world)]
        n = 50 if "query.bibliographic" in asked.params else 2
        message = {"total-results": n, "items": items, "next-cursor": "always"}
        return raw(handler, 200, json.dumps({"status": "ok", "message": message}).encode())

    server = serve(repeat)
    with pytest.warns(DroppedWarning, match="services broke off 1 list, .*a page came twice"):
        corpus = cn.fetch([], tmp_path / "out", client=client_of(server), sources="crossref", search="shared",
                          max_found=20_000)  # fmt: skip
    told = corpus.problems[corpus.problems["kind"] == "incomplete list"]
    assert told["detail"].str.contains("a page came twice").all()
    assert len(told) == 1
    assert sum("query.bibliographic" in asked.params for asked in server.asked) == 2


def test_a_page_that_shrinks_is_told(serve, client_of, world, tmp_path, raw):
    """OpenAlex states 250 citing works and gives 100, then 30."""
    popular = max(range(len(world)), key=lambda n: sum(n in work.references for work in world))

    def shrink(asked, handler):
        if not asked.params.get("filter", "").startswith("cites:"):
            return False
        page = int(asked.params.get("page", 1))
        shown = {1: 100, 2: 30}.get(page, 0)
        results = [{"id": f"https://openalex.org/W{7000 + 100 * page + i}", "title": f"Citing {page} {i}",
                    "publication_year": 2021, "referenced_works": [f"https://openalex.org/{world[popular].openalex}"],
                    "referenced_works_count": 1} for i in range(shown)]  # fmt: skip
        body = {"meta": {"count": 250, "page": page, "per_page": 100}, "results": results}
        return raw(handler, 200, json.dumps(body).encode())

    server = serve(shrink)
    given = [world[popular].openalex]
    with pytest.warns(DroppedWarning, match="services broke off 1 list, .*its pages hold less than it states"):
        corpus = cn.fetch(given, tmp_path / "out", client=client_of(server), sources="openalex", direction="citing")
    told = corpus.problems[corpus.problems["kind"] == "incomplete list"]["detail"]
    assert told.str.contains("130 of 250 records").any()
    assert (corpus.works["title"].str.startswith("Citing", na=False)).sum() == 130


def test_an_answer_with_another_work_is_not_taken(serve, client_of, world, tmp_path, raw):
    """PubMed's search may find something else than the DOI it was asked for."""

    def other(asked, handler):
        if asked.path != "esearch.fcgi":
            return False
        wrong = next(work for work in world[20:] if work.pmid)
        return raw(handler, 200, json.dumps({"esearchresult": {"idlist": [wrong.pmid]}}).encode())

    corpus = cn.fetch(["10.1000/given.0"], tmp_path / "out", client=client_of(serve(other)), sources="pubmed")
    assert corpus.works.index.tolist() == ["doi:10.1000/given.0"]
    assert corpus.problems["kind"].tolist().count("unasked record") == 1


def test_errors_that_arrive_as_success_are_none(serve, client_of, tmp_path, raw):
    wrong = b"<eFetchResult><ERROR>Cannot retrieve</ERROR></eFetchResult>"
    server = serve(lambda _asked, handler: raw(handler, 200, wrong, Content_Type="text/xml"))
    with pytest.warns(DroppedWarning):
        corpus = cn.fetch(["pmid:30000001"], tmp_path / "out", client=client_of(server), sources="pubmed")
    assert corpus.problems["detail"].str.contains("Cannot retrieve").any()


ODD = (None, 3, -1.5, "x", "", [], {}, True, [None], {"a": 1}, "10.1000/given.1", [[]], 10**30)


@pytest.mark.parametrize("source", list(PROVIDERS))
def test_odd_values_in_an_answer_break_nothing(source, serve, client_of, works, tmp_path, raw):
    """Any part of any JSON may be of another kind than one knows: it is read, or told, and the rest is kept."""
    plain = serve()

    def spoil(value, draw):
        if draw.random() < 0.04:
            return json.loads(json.dumps(draw.choice(ODD)))
        if isinstance(value, dict):
            return {name: spoil(part, draw) for name, part in value.items()}
        return [spoil(part, draw) for part in value] if isinstance(value, list) else value

    def act(asked, handler):
        try:
            status, kind, text = getattr(plain, f"_{asked.service}")(asked)
        except (ValueError, KeyError):  # an address made of what was spoilt
            return raw(handler, 404)
        draw = random.Random(handler.path)  # whatever is asked first
        data = json.dumps(spoil(json.loads(text), draw)) if kind == "application/json" else text
        return raw(handler, status, data.encode())

    options = {"sources": source, "direction": "both" if "citing" in PROVIDERS[source].schemes else "references"}
    for n in range(3):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DroppedWarning)
            try:
                corpus = cn.fetch(works, tmp_path / str(n), client=client_of(serve(act), tries=1), hops=2, **options)
            except FetchError:  # nothing of it could be used
                continue
        twice = corpus.problems.loc[corpus.problems["kind"] == "same work twice", "detail"]
        for work in set(works.works.index) - set(corpus.works.index):  # a spoilt answer gave two works one identifier
            assert twice.str.startswith(repr(work)).any()
