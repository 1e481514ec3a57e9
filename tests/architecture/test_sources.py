"""Sizes, imports and words of the sources."""

import ast
import importlib
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_FUNCTION, MAX_FILE = 40, 300
MEDIAN_FUNCTION, MEDIAN_FILE = 8, 80

# The project speaks of itself alone: no machine it was written on, no registry it was installed from.
FORBIDDEN_WORDS = {
    "a machine's path": re.compile(r"(?<![\w.])/(?:work|root|opt)/|/home/\w"),
    "a package registry": re.compile(r"pypi\.(?:org|python)|pythonhosted|conda\.io|registry\.npmjs", re.IGNORECASE),
}
TEXT = {".py", ".md", ".html", ".txt", ".toml", ".css", ".js", ".po", ".csv", ".svg", ".yml", ".cfg", ""}


def sources(*tops: str) -> list[Path]:
    return [
        path
        for top in tops
        for path in sorted((ROOT / top).rglob("*.py"))
        if "migrations" not in path.parts and path.read_text().strip()
    ]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return node.end_lineno - node.lineno + 1


def tracked() -> list[Path]:
    """Every text file of the repository; the test needs git, which whoever cloned it has."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.suffix in TEXT and path.is_file()]


def test_functions_and_files_stay_small():
    too_long, sizes, files = [], [], []
    for path in sources("apps", "config"):
        text = path.read_text()
        files.append(text.count("\n") + 1)
        if files[-1] > MAX_FILE:
            too_long.append(f"{path.relative_to(ROOT)} {files[-1]}")
        for function in functions(ast.parse(text)):
            sizes.append(length(function))
            if sizes[-1] > MAX_FUNCTION:
                too_long.append(f"{path.relative_to(ROOT)} {function.name} {sizes[-1]}")
    assert too_long == []
    assert statistics.median(sizes) <= MEDIAN_FUNCTION
    assert statistics.median(files) <= MEDIAN_FILE


def test_nothing_is_imported_inside_a_function():
    """Except in AppConfig.ready, which runs once the apps are there."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources("apps", "config")
        if path.name != "apps.py"
        for function in functions(ast.parse(path.read_text()))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_every_module_says_what_it_is_for():
    silent = [
        path.relative_to(ROOT)
        for path in sources("apps", "config")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_what_measurements_use_is_there():
    """The suite leaves them out: what they take from the tests could move unseen."""
    found = [path.stem for path in tracked() if path.match("tests/benchmarks/test_*.py")]
    assert len(found) > 5
    for name in found:
        importlib.import_module(f"tests.benchmarks.{name}")


@pytest.mark.parametrize("what", FORBIDDEN_WORDS)
def test_the_repository_names_neither_machines_nor_registries(what):
    files = [path for path in tracked() if path != Path(__file__)]
    assert len(files) > 50
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if FORBIDDEN_WORDS[what].search(line)
    ]
    assert found == []
