"""Every notebook runs from a clean kernel; its own assertions hold the key numbers."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def printed(notebook) -> list[tuple[set[str], str]]:
    """Kinds of output of each cell of code, and what it prints."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        (
            {output.output_type for output in cell.outputs},
            "".join(output.text for output in cell.outputs if output.get("name") == "stdout"),
        )
        for cell in cells
    ]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.filterwarnings("default")  # the kernel's own libraries warn of their own future
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path, tmp_path, monkeypatch):
    monkeypatch.delenv("OPENALEX_API_KEY", raising=False)  # with a key, the second one asks the internet
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(path.parents[1] / "src"), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.read(path, as_version=4)
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (tmp_path / "bib").symlink_to(path.parents[1] / "bib")
    stored = printed(notebook)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    assert printed(notebook) == stored, "the documentation shows the stored outputs: run the notebook and save it"
