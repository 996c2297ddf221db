"""The bar is seen on a terminal and for long work only, and never touches what it goes through."""

from __future__ import annotations

import io

import pytest

from citenet._support import progress as module
from citenet._support.progress import progress


def run(monkeypatch, items, *, terminal=True, delay=0, **options):
    """Return what is yielded and what is shown meanwhile, on a screen that is a terminal or not."""
    screen = io.StringIO()
    screen.isatty = lambda: terminal
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(module, "_DELAY", delay)
    return list(progress(items, "reading", **options)), screen.getvalue()


def test_nothing_is_shown_where_there_is_no_terminal(monkeypatch):
    assert run(monkeypatch, iter("abc"), terminal=False) == (list("abc"), "")


def test_nothing_is_shown_where_there_is_no_stderr(monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    assert list(progress("abc", "reading")) == list("abc")


def test_nothing_is_shown_for_short_work(monkeypatch):
    assert run(monkeypatch, "abc", delay=module._DELAY) == (list("abc"), "")


def test_long_work_is_shown_and_cleared_in_the_end(monkeypatch):
    items, shown = run(monkeypatch, "abc", unit=" works")
    assert items == list("abc")
    assert "reading" in shown
    assert "/3.00 [" in shown
    assert " works/s" in shown
    assert shown.rsplit("\r", 2)[-2].strip() == ""


def test_items_may_count_for_their_size(monkeypatch):
    assert "/5.00" in run(monkeypatch, ["aaaa", "b"], total=5, unit="B", size=len)[1]


def test_a_total_that_is_not_known_is_not_made_up(monkeypatch):
    assert "/" not in run(monkeypatch, iter("abc"))[1].split("[")[0]
    assert "/" not in run(monkeypatch, ["aaaa"], size=len)[1].split("[")[0]


def test_an_error_within_passes(monkeypatch):
    def failing():
        yield 1
        raise KeyError("x")

    with pytest.raises(KeyError):
        run(monkeypatch, failing())
