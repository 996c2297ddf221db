"""A small invented literature behind real sockets, ways to misbehave, and a watch for secrets in all that is made."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote, quote_plus

import pandas as pd
import pytest

from citenet.connect.client import FetchClient, Patience
from citenet.connect.settings import Settings
from citenet.connect.trial import TrialServer
from citenet.connect.trial_world import invent
from citenet.corpus import Corpus

KEYS = {
    "openalex": "kept-hidden-openalex-7Qx/+z=9",
    "pubmed": "kept-hidden-pubmed-55",
    "semanticscholar": "kept-hidden-s2-77",
    "opencitations": "kept-hidden-oc-99",
}
MAILTO = "kept.hidden@hospital.example"
ENVIRONMENT = {
    "OPENALEX_API_KEY": KEYS["openalex"],
    "NCBI_API_KEY": KEYS["pubmed"],
    "SEMANTIC_SCHOLAR_API_KEY": KEYS["semanticscholar"],
    "OPENCITATIONS_TOKEN": KEYS["opencitations"],
    "CITENET_MAILTO": MAILTO,
}
FORMS = sorted({form(secret) for secret in [*KEYS.values(), MAILTO] for form in (str, quote, quote_plus, repr)}
               | {quote(secret, safe="") for secret in [*KEYS.values(), MAILTO]})  # fmt: skip


def secrets_in(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


def secrets_below(folder: Path) -> list[tuple[str, str]]:
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            data = file.read_bytes()
            found += [(str(file), form) for form in FORMS if form.encode() in data]
    return found


@pytest.fixture(scope="session", autouse=True)
def _no_secret_in_any_file(tmp_path_factory):
    """Every file that the suite has made by the end of these tests."""
    yield
    assert secrets_below(tmp_path_factory.getbasetemp()) == []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    """Every stream: what a test prints, logs, or shows when it fails."""
    outcome = yield
    report = outcome.get_result()
    shown = "\n".join([report.longreprtext, *(text for _, text in report.sections)])
    if secrets_in(shown):
        report.outcome = "failed"
        report.longrepr = f"a secret was shown by {report.nodeid}"


@pytest.fixture
def hidden():
    """Give what must not be seen, and how it is looked for."""

    class Hidden:
        keys, mailto, environment = KEYS, MAILTO, ENVIRONMENT
        in_text, below = staticmethod(secrets_in), staticmethod(secrets_below)

    return Hidden


@pytest.fixture(scope="session")
def works():
    """Twelve works of our own: enough for several batches and pages, few enough to look at."""
    n = 12
    return Corpus(
        pd.DataFrame(
            {
                "title": [f"A study of shared decisions, part {chr(97 + i)}" for i in range(n)],
                "authors": [f"Author{chr(65 + i)}, B" for i in range(n)],
                "year": [2016 + i % 5 for i in range(n)],
                "container": ["BMJ Quality & Safety", "Public Management Review"] * (n // 2),
                "doi": [f"10.1000/given.{i}" for i in range(n)],
            },
            index=[f"given{i:02d}" for i in range(n)],
        )
    )


@pytest.fixture(scope="session")
def world(works):
    return invent(works, n_invented=40, n_references=8, rng=3)


@pytest.fixture
def serve(world):
    """Start servers that end with the test."""
    running = []

    def start(misbehave=None, **options):
        server = TrialServer(options.pop("world", world), misbehave=misbehave, **options).__enter__()
        running.append(server)
        return server

    yield start
    for server in running:
        server.__exit__(None, None, None)


@pytest.fixture
def client_of():
    """Make clients of a server: impatient ones, with keys that are watched for."""
    made = []

    def make(server, *, addresses=None, keys=KEYS, mailto=MAILTO, **patience):
        waits = {"tries": 3, "pause": 0.01, "longest_wait": 2.0, "connect": 2.0, "read": 3.0, "whole": 10.0, **patience}
        settings = Settings(keys=keys, mailto=mailto, addresses=addresses or server.addresses)
        made.append(FetchClient(settings, patience=Patience(**waits)))
        return made[-1]

    yield make
    for client in made:
        client.close()


def reply(handler, status, data=b"", **headers):
    """Send an answer exactly so, and no more."""
    handler.send_response(status)
    names = {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}
    for name, value in names.items():
        if value is not None:
            handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(data)
    return True


@pytest.fixture
def raw():
    return reply


@pytest.fixture
def first_of():
    """Misbehave on the first requests that match, then no more."""

    def make(act, times=1, matches=lambda _asked: True):
        seen = []

        def misbehave(asked, handler):
            if matches(asked) and len(seen) < times:
                seen.append(asked)
                return act(asked, handler)
            return False

        return misbehave

    return make


@pytest.fixture
def hang():
    """Say nothing for longer than a client waits."""

    def act(_asked, handler):
        time.sleep(0.7)
        handler.close_connection = True
        return True

    return act
