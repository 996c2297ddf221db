"""What README and documentation tell a reader to type works, and what they link to is there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import citenet as cn
from citenet.cli import main

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
RUN = {
    "ten-minutes.md",
    "figures.md",
    *(page.name for page in (DOCS / "questions").glob("*.md")),
}  # others have own tests
PAGES = sorted(
    p for p in DOCS.rglob("*.md") if not {"api", "bib", "notebooks", "_build"} & set(p.relative_to(DOCS).parts)
)
FENCE = re.compile(r"(?P<before>[^\n]*)\n```(?P<language>\w+)\n(?P<code>.*?)\n```", re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    """Code of a page in a language, but for blocks under a comment that says they are not run."""
    found = FENCE.finditer("\n" + page.read_text(encoding="utf-8"))
    return [m["code"] for m in found if m["language"] == language and "not run by the tests" not in m["before"]]


def commands(page: Path) -> list[list[str]]:
    """Lines of shell blocks, those that go on with a backslash joined."""
    lines = "\n".join(blocks(page, "sh")).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.strip()]


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """Make a folder as a reader has it: with exports and the bundled review."""
    monkeypatch.chdir(tmp_path)
    cn.practice_exports("exports")
    (tmp_path / "bib").symlink_to(ROOT / "bib")
    return tmp_path


def page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.usefixtures("desk")
@pytest.mark.filterwarnings("default::citenet.CitenetWarning")
@pytest.mark.parametrize("page", [p for p in PAGES if p.name in RUN], ids=page_id)
def test_python_of_a_page_runs(page):
    names: dict[str, Any] = {}
    for code in blocks(page, "python"):
        exec(compile(code, page.name, "exec"), names)


@pytest.mark.usefixtures("desk")
def test_every_command_of_the_guide_works(capsys):
    ran = []
    for words in commands(DOCS / "ten-minutes.md"):
        if words[0] == "python":
            assert words[1] == "-c"
            exec(words[2], {})
        else:
            assert words[0] == "citenet"
            assert main(words[1:]) == 0, words
        ran.append(words[1])
    assert ran == ["-c", "read", "bridges", "report"]
    assert "HSR/QI cites PAM" in capsys.readouterr().out
    assert Path("report.html").stat().st_size > 100_000


@pytest.mark.usefixtures("desk")
@pytest.mark.filterwarnings("default::citenet.CitenetWarning")
def test_every_command_of_the_readme_works():
    """Those that set up are run by .ci/run."""
    words = [line for line in commands(ROOT / "README.md") if line[0] == "citenet"]
    assert words
    for line in words:
        assert main(line[1:]) == 0, line


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_files_that_a_page_links_to_exist(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    missing = [link for link in links if link and not (page.parent / link).exists()]
    assert missing == []


def test_the_page_of_benchmarks_shows_what_was_saved():
    command = [sys.executable, str(DOCS.parent / "benchmarks"), "--show", str(DOCS / "benchmarks.json")]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    assert shown.strip() == page.partition("<!-- shown -->")[2].partition("<!-- end -->")[0].strip()
    assert json.loads((DOCS / "benchmarks.json").read_text())["date"] in page
