"""How the documentation is built: ``sphinx-build -W -n --keep-going docs out/docs``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import citenet

HERE = Path(__file__).parent
NOTEBOOKS = HERE / "notebooks"  # a copy of those of the repository, made anew by every build

project, author, release = "citenet", "The citenet authors", citenet.__version__
project_copyright = "the citenet authors"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
exclude_patterns = ["_build", "jupyter_execute", "bib"]
html_theme = "pydata_sphinx_theme"
html_title = "citenet"
html_theme_options = {
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "use_edit_page_button": False,
    "navbar_center": [],  # all pages stand at the side instead
}
html_sidebars = {"**": ["globaltoc.html"]}
html_static_path = ["style"]
html_css_files = ["page.css"]
html_show_sourcelink = False
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_use_rtype = False
napoleon_use_ivar = True
add_module_names = False
# Sources at the end of a docstring are listed, not called from its text.
suppress_warnings = ["ref.footnote"]
# CITENET_RUN_NOTEBOOKS=1 runs them while building, so that the pages show what they give; the tests run them anyway.
nb_execution_mode = "force" if os.environ.get("CITENET_RUN_NOTEBOOKS") else "off"
nb_execution_raise_on_error = True
nb_execution_timeout = 120


def _copy_notebooks() -> None:
    shutil.rmtree(NOTEBOOKS, ignore_errors=True)
    NOTEBOOKS.mkdir()
    for notebook in sorted((HERE.parent / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, NOTEBOOKS)
    target = HERE / "bib"
    target.unlink(missing_ok=True)
    target.symlink_to(HERE.parent / "bib")  # where the notebooks look for it


PARTS = {
    "io refparse lock corpus practice": "Reading and writing",
    "connect": "Fetching",
    "resolution": "From references to works",
    "network partition communities": "Networks, labels, communities",
    "bridging": "Measuring what crosses",
    "comparison": "Comparing",
    "scale": "Large corpora",
    "reporting": "Reporting",
    "errors": "Errors and warnings",
}


def _write_api() -> None:
    """List every public name under the part that defines it, so that a new one appears by itself."""
    home = {name: module.split(".")[1] for name, module in citenet._HOME.items()}
    lines = ["# Reference", "", "`import citenet as cn`; every name below is `cn.name`.", ""]
    listed = {part: title for parts, title in PARTS.items() for part in parts.split()}
    for title in dict.fromkeys([*listed.values(), "Others"]):
        names = [f"citenet.{name}" for name, part in home.items() if listed.get(part, "Others") == title]
        lines += _table(title, names)
    lines += _table("Figures", [f"citenet.plot.{name}" for name in citenet.plot.__all__])
    lines += _table("Data sets", [f"citenet.datasets.{name}" for name in citenet.datasets.__all__])
    (HERE / "api.md").write_text("\n".join(lines), encoding="utf-8")


def _table(title: str, names: list[str]) -> list[str]:
    if not names:
        return []
    listing = [f"   {name}" for name in names]
    return [
        f"## {title}",
        "",
        "```{eval-rst}",
        ".. autosummary::",
        "   :toctree: api",
        "   :nosignatures:",
        "",
        *listing,
        "```",
        "",
    ]


def _link_to_the_copy(_: object, __: str, source: list[str]) -> None:
    """Point links to notebooks of the repository at the copies that become pages."""
    source[0] = source[0].replace("](../notebooks/", "](notebooks/")


def setup(app: Any) -> None:
    """Register what this build does besides."""
    app.connect("source-read", _link_to_the_copy)


_copy_notebooks()
_write_api()
