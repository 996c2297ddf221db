"""The road a user walks on the command line: fetch, look, measure; and no secret anywhere on it."""

from __future__ import annotations

import json
import logging
import pickle
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

import citenet as cn
from citenet.cli import main
from citenet.connect.settings import Settings
from citenet.connect.trial import TrialServer
from citenet.connect.trial_world import invent
from citenet.errors import InputError, MissingDependencyError

BIB = Path(__file__).parents[2] / "bib" / "coproduction-2024" / "works.bib"
FETCH = ["--source", "openalex,crossref", "--disciplines", "coproduction"]


@pytest.fixture(scope="module")
def review():
    return invent(cn.datasets.coproduction_2024(), n_invented=60, n_references=12)


@pytest.fixture
def run(capsys):
    """Run a command in this program, and return how it ended and what it said."""

    def call(*arguments):
        code = main([*map(str, arguments)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


def test_the_whole_road_from_works_bib_to_the_report(review, serve, tmp_path, hidden, run, monkeypatch):
    """A real user's three lines; the fetch in a program of its own, with keys in the environment."""
    server = serve(world=review)
    for name, value in {**hidden.environment, **server.environment, "CITENET_CONFIG": ""}.items():
        monkeypatch.setenv(name, value)
    into, out = tmp_path / "corpora" / "coproduction", tmp_path / "results"
    fetch = ["fetch", BIB, *FETCH, "--into", into]
    code, plan, errors = run(*fetch, "--dry-run")
    assert (code, errors) == (0, "")
    assert "openalex 1 calls now" in plan
    assert not into.exists()
    assert server.asked == []
    command = [sys.executable, "-m", "citenet", *map(str, fetch)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    corpus = cn.read(into)
    counts = corpus.works["discipline"].fillna("none").value_counts().sort_index()
    assert f"disciplines: {', '.join(f'{name} {n}' for name, n in counts.items())}" in done.stdout
    question = [into, "--by", "discipline", "--between", "HSR/QI", "PAM", "--unlabelled", "own"]
    code, told, errors = run("bridges", *question, "--out", out)
    assert code == 0, errors
    assert len(pd.read_csv(out / "arcs.csv")) > 20
    code, sentence, errors = run("report", *question, "--to", out / "report.html")
    assert code == 0, errors
    assert sentence.startswith("HSR/QI cites PAM ")
    assert sentence.partition(" (")[0] in told
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<html" in page[:500].lower()
    assert "Fetched: references of 39 works, by openalex, crossref, 20" in page
    lists = corpus.works["lists_from"].str.contains("crossref", na=False).sum()
    named = corpus.references["providers"].str.contains("crossref")
    lacking = cn.disagreements(corpus)["missing_from"].str.contains("crossref").sum()
    counts = [lists, named.sum(), (corpus.references["providers"] == "crossref").sum(), lacking]
    assert "crossref: {} lists, {} references: {} by it alone, {} lacking".format(*counts) in done.stdout
    cells = "".join(rf"<td[^>]*>{n}</td>\s*" for n in counts)
    assert re.search(rf"<th[^>]*>crossref</th>\s*{cells}", page)
    assert re.search(r"<th[^>]*>lists differ</th>\s*<td[^>]*>\d+</td>", page)
    n_asked = len(server.asked)
    assert run(*fetch, "--offline")[:2] == (0, done.stdout)
    code, told_again, errors = run(*fetch, "--offline", "--json")
    assert (code, errors) == (0, "")
    again = json.loads(told_again)
    assert (again["works"], again["references"]) == (len(corpus.works), len(corpus.references))
    assert [row["references"] for row in again["services"] if "crossref" in row.values()] == [counts[1]]
    assert json.loads(run(*fetch, "--dry-run", "--json")[1])["summary"] in run(*fetch, "--dry-run")[1]
    assert len(server.asked) == n_asked
    assert hidden.in_text(plan + done.stdout + told + sentence + errors) == []
    assert hidden.below(tmp_path) == []
    sent = " ".join(value for asked in server.asked for value in (asked.target, str(asked.headers)))
    assert set(hidden.in_text(sent)) >= {hidden.mailto}  # they did go out, to the services they are for
    to_openalex = " ".join(str(asked.headers) for asked in server.asked if asked.service == "openalex")
    assert hidden.mailto not in to_openalex


def test_a_fetch_that_is_not_complete_says_so_and_ends_with_two(
    review, serve, tmp_path, hidden, raw, capsys, monkeypatch
):
    server = serve(
        lambda asked, handler: asked.service == "crossref" and raw(handler, 429, Retry_After="54000"), world=review
    )
    for name, value in {**hidden.environment, **server.environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("citenet.connect.client.Patience.pause", 0.0)
    assert main(["fetch", str(BIB), *FETCH, "--into", str(tmp_path / "out")]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(
        "citenet: not complete: 39 answers could not be had (crossref 39: references: Crossref answers no more for "
        "now; it answers again at "
    )
    assert "(HTTP 429: no reason given); run the same again after that); what came is kept, " in shown.err
    assert f"{tmp_path / 'out' / 'citenet.problems.csv'} names each\n" in shown.err
    assert shown.err.count("\n") == 1
    assert (tmp_path / "out" / "corpus.jsonl").is_file()


@pytest.mark.parametrize(("arguments", "said"), [
    (["fetch", "10.1000/a", "--into", "x", "--source", "openalx"], "did you mean 'openalex'"),
    (["fetch", "--into", "x"], "nothing to fetch"),
    (["fetch", "no-such-file.bib", "--into", "x"], "there is no file 'no-such-file.bib' (looked for from "),
    (["fetch", "no/such/folder", "--into", "x"], "there is no file 'no/such/folder'"),
    (["fetch", "C:\\gone\\works", "--into", "x"], "there is no file "),
    (["fetch", "urn:isbn/1", "--into", "x"], "'urn:isbn/1' is no identifier of a work"),
    (["fetch", "10.1000/a", "gone.txt", "--into", "x"], "there is no file 'gone.txt'"),
    (["fetch", "nonsense", "--into", "x"], "'nonsense' is no identifier of a work"),
])  # fmt: skip
def test_bad_calls_are_told(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_settings_are_read_and_never_shown(tmp_path, hidden):
    file = tmp_path / "config.toml"
    file.write_text('mailto = "me@example.org"\n[keys]\nopenalex = "from-the-file"\n[addresses]\ncrossref = "http://127.0.0.1:1"\n',
                    encoding="utf-8")  # fmt: skip
    settings = Settings.load({"CITENET_CONFIG": str(file)})
    assert settings.keys == {"openalex": "from-the-file"}
    assert settings.addresses == {"crossref": "http://127.0.0.1:1"}
    settings = Settings.load({"CITENET_CONFIG": str(file), **hidden.environment})
    assert settings.keys == hidden.keys
    for shown in (repr(settings), str(settings), f"{settings!r}", repr(cn.FetchClient(settings))):
        assert hidden.in_text(shown) == []
        assert "from-the-file" not in shown
    with pytest.raises(TypeError, match="not copied"):
        pickle.dumps(settings)
    blank = Settings.load({"OPENALEX_API_KEY": "  ", "CITENET_CONFIG": ""})
    assert blank.keys == {}


def test_no_folder_is_not_the_one_at_hand(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(["fetch", "10.1000/a", "--into", "", "--offline"])
    assert "it names no folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("text", "said"), [
    ("mailto = secret-without-quotes", "is not TOML"),
    ('[keys]\nopenalx = "a-long-secret"', "names 'openalx'"),
    ("[keys]\nopenalex = 12345678", "must be lines like"),
    ('[keys]\nopenalex = "two words"', "the key of openalex is no key"),
    ('mailto = "a-long-secret"', "the mail address is none"),
    ("mailto = 5", "mailto of the configuration file must be"),
    ('mailto = "sécret@example.org"', "the mail address is none"),
    ('[keys]\nopenalex = "a-sécret-key"', "the key of openalex is no key"),
    ('[keys]\ncrossref = "a-long-secret"', "names 'crossref'; the sources are openalex, pubmed"),
])  # fmt: skip
def test_a_wrong_configuration_is_told_without_what_it_holds(text, said, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said) as caught:
        Settings.load({"CITENET_CONFIG": str(file)})
    assert "secret" not in f"{caught.value}{caught.value.__context__}"
    with pytest.raises(InputError, match="is no file"):
        Settings.load({"CITENET_CONFIG": str(tmp_path / "none.toml")})


@pytest.mark.parametrize("address", [
    "http://127.0.0.1:99999", "http://[::1", "https://", "http://no such host", "127.0.0.1:80", "ftp://secret", "",
])  # fmt: skip
def test_a_wrong_address_of_a_service_is_told(address, tmp_path, monkeypatch):
    with pytest.raises(InputError, match="the address of crossref is none: it must be like https://host") as caught:
        Settings(addresses={"crossref": address})
    assert "secret" not in str(caught.value)
    if address:  # an empty variable is none
        monkeypatch.setenv("CITENET_CROSSREF_ADDRESS", address)
        with pytest.raises(InputError, match="CITENET_CROSSREF_ADDRESS"):
            cn.fetch("10.1000/a", tmp_path / "out", sources="crossref")


@pytest.mark.parametrize("form", [
    "Me.Too@Hospital.example", "me.too@hospital.example", "me.too%40hospital.example", "AbC/+12", "AbC%2F%2B12",
    "AbC%2f%2b12", r"AbC\/+12",
])  # fmt: skip
def test_keys_are_hidden_in_every_form_they_come_back_in(form):
    settings = Settings(keys={"openalex": "AbC/+12"}, mailto="Me.Too@Hospital.example")
    assert settings.redact(f"x {form} y") == "x *** y"


def test_the_libraries_log_no_key(serve, client_of, works, tmp_path, caplog, hidden, first_of, raw):
    """At the level of debugging urllib3 logs every address, and warns of every one it tries again."""
    server = serve(first_of(lambda _asked, handler: raw(handler, 503)))
    with caplog.at_level(logging.DEBUG):
        cn.fetch(works, tmp_path / "out", client=client_of(server), sources=("openalex", "pubmed"))
    shown = "\n".join(record.getMessage() for record in caplog.records)
    assert "api_key=***" in shown
    assert hidden.in_text(shown) == []


def test_a_failing_request_keeps_the_address_to_itself(serve, client_of, works, tmp_path, hidden):
    """The error, what it comes from, and the trace show no address with a key."""
    import traceback

    server = serve()
    client = client_of(server, addresses=dict.fromkeys(server.addresses, "http://127.0.0.1:9"))
    try:
        cn.fetch(works, tmp_path / "out", client=client, sources="openalex")
    except cn.CitenetError as error:
        shown = "".join(traceback.format_exception(error)) + repr(error.__context__) + repr(error.__cause__)
        assert hidden.in_text(shown) == []
    else:
        pytest.fail("nobody was there to answer")


def test_the_watch_finds_what_it_looks_for(tmp_path, hidden):
    """The scan itself: a key in a file, also percent-encoded, is found."""
    from urllib.parse import quote

    inside = tmp_path / "inside"
    inside.mkdir()
    for text in (hidden.keys["openalex"], quote(hidden.mailto, safe="")):
        (inside / "file.txt").write_text(f"x{text}y", encoding="utf-8")
        assert hidden.below(inside)
        (inside / "file.txt").unlink()


def test_each_source_is_asked_at_its_pace(review, tmp_path, hidden, monkeypatch):
    """On the own machine there is no pace; elsewhere every request waits its turn, faster with a key."""
    turns = []

    class Limiter:
        def __init__(self, rate):
            self.interval = rate.interval

        def try_acquire(self, name):
            turns.append((name, self.interval))

        def close(self):
            pass

    monkeypatch.setattr("pyrate_limiter.Limiter", Limiter)
    with TrialServer(review) as server:
        for own in (True, False):
            monkeypatch.setattr("citenet.connect.client._OWN_MACHINE", ("127.0.0.1",) if own else ())
            with cn.FetchClient(Settings(keys=hidden.keys, addresses=server.addresses)) as client:
                cn.fetch(
                    [review[0].doi], tmp_path / str(own), client=client, sources=("crossref", "pubmed", "opencitations")
                )
            assert own is not bool(turns)
        assert len(turns) == len(server.asked) / 2
    assert set(turns) == {("crossref", 250), ("pubmed", 125), ("opencitations", 400)}


def test_without_the_extra_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'citenet\[fetch\]'"):
        cn.FetchClient(Settings())


def test_importing_the_package_loads_no_http():
    code = (
        "import sys, citenet as cn; cn.fetch; print([m for m in ('requests', 'urllib3', 'tqdm') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_lock_says_what_was_asked(review, serve, client_of, tmp_path):
    cn.fetch([review[0].doi], tmp_path / "out", client=client_of(serve(world=review)), sources="crossref")
    lock = json.loads((tmp_path / "out" / "citenet.lock.json").read_text(encoding="utf-8"))
    assert lock["origin"]["query"] == "references of 1 work, by crossref"
    assert lock["origin"]["question"]["works"] == [f"doi:{review[0].doi}"]
    assert lock["origin"]["retrieved"] == lock["origin"]["retrieved_from"]
    assert lock["origin"]["providers"]["crossref"]["answers"] == 1


@pytest.mark.parametrize(("mailto", "most"), [(None, 1), ("me.too@example.org", 3)])
def test_no_more_requests_at_once_than_a_source_allows(mailto, most, works, serve, client_of, tmp_path):
    """Crossref takes one at a time, with a mail address three: here each of twelve unknown works is asked for alone."""
    under_way, highest, lock = [], [], threading.Lock()

    def linger(asked, _handler):
        with lock:
            under_way.append(asked)
            highest.append(len(under_way))
        time.sleep(0.02)
        with lock:
            under_way.remove(asked)
        return False

    server = serve(linger, world=[])
    corpus = cn.fetch(works, tmp_path / "out", client=client_of(server, mailto=mailto), sources="crossref")
    assert len(server.asked) == 1 + 12
    assert max(highest) <= most
    assert (corpus.problems["kind"] == "not found").sum() == 12
