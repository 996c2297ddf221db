"""The house keeps its layers, its public face and its manners."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import citenet as cn

SOURCE = Path(cn.__file__).parent

# A module may import from its own layer and from those before it.
LAYERS = [
    {"_support", "errors"},
    {"identifiers", "names"},
    {"checking", "corpus", "joining", "lock", "network", "partition"},
    {"connect", "io", "refparse", "resolution", "datasets"},
    {"practice"},
    {"communities"},
    {"bridging"},
    {"comparison"},
    {"scale"},
    {"plot"},
    {"reporting"},
    {"cli"},
]
# (module, imported): imports inside a function that the plan allows.
ALLOWED = {
    ("bridging.pair", "plot"),  # Bridges.plot() draws itself
    ("comparison.result", "plot"),  # Comparison.plot() draws itself
    ("comparison.tracking", "plot"),  # CommunityTracks.plot() draws itself
}
LONGEST, MOST_PARAMETERS = 60, 7


def modules() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(SOURCE.rglob("*.py")):
        name = ".".join(file.relative_to(SOURCE).with_suffix("").parts)
        yield name.removesuffix(".__init__"), ast.parse(file.read_text(encoding="utf-8"))


def layer_of(part: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if part in layer)


def imported_parts(tree: ast.Module) -> Iterator[str]:
    """First part below citenet of everything a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "citenet":
            parts = (node.module or "").split(".")
            yield from [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (a.name.split(".")[1] for a in node.names if a.name.startswith("citenet."))


def test_modules_import_only_from_their_layer_and_those_below():
    wrong = []
    for name, tree in modules():
        part = name.split(".")[0]
        if part in ("__init__", "__main__", "cli"):
            continue
        for imported in imported_parts(tree):
            if layer_of(imported) > layer_of(part) and (name, imported) not in ALLOWED:
                wrong.append(f"{name} imports {imported}")
    assert not wrong


def test_import_is_light():
    heavy = ["pandas", "numpy", "scipy", "networkx", "matplotlib", "requests", "duckdb", "numba", "rapidfuzz"]
    heavy += ["pyarrow", "narwhals", "pyspark", "msgspec"]
    code = f"import sys, citenet; print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_public_names_are_sorted_and_exist():
    assert cn.__all__ == sorted(cn.__all__)
    assert [name for name in cn.__all__ if not hasattr(cn, name)] == []
    assert set(cn.__all__) == set(dir(cn))


def test_public_names_stay_what_they_are_whatever_was_imported_first():
    code = (
        "import citenet.bridging.measure, citenet.resolution.matching, citenet.io, citenet.communities.agreement\n"
        "import citenet as cn, inspect\n"
        "print(all(callable(getattr(cn, n)) for n in cn.__all__ if n not in ('__version__', *cn._MODULES)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "True"


def test_public_functions_say_what_they_take_and_give():
    lacking = []
    for name in cn.__all__:
        value = getattr(cn, name)
        if not (inspect.isfunction(value) or inspect.isclass(value)) or issubclass_safe(value, BaseException):
            continue
        text = inspect.getdoc(value) or ""
        wanted = ["Parameters"] + (["Returns"] if inspect.isfunction(value) else [])
        lacking += [f"{name}: {section}" for section in wanted if f"{section}\n---" not in text]
    assert not lacking


def issubclass_safe(value: object, base: type) -> bool:
    return inspect.isclass(value) and issubclass(value, base)


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield f"{name}.{node.name}", node


def code_lines(node: ast.FunctionDef) -> int:
    """Lines of a function without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_functions_are_short():
    assert [name for name, node in functions() if code_lines(node) > LONGEST] == []


def test_options_are_keyword_only():
    """A public function takes at most its data by position: booleans never."""
    wrong = []
    for name in cn.__all__:
        value = getattr(cn, name)
        if not inspect.isfunction(value):
            continue
        for parameter in inspect.signature(value).parameters.values():
            by_position = parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            if by_position and isinstance(parameter.default, bool):
                wrong.append(f"{name}({parameter.name})")
    assert not wrong


def test_nothing_prints_or_asserts():
    """Only the command line prints; checks raise errors that survive ``python -O``."""
    found = []
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert):
                found.append(f"{name}: assert")
            calls_print = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            if calls_print and name.split(".")[0] != "cli":
                found.append(f"{name}: print")
    assert not found
