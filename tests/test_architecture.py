"""Imports run one way: scenarios and recordings know nobody, engines know them, the command line comes on top."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALLOWED = {
    "scenarios": set(),
    "recordings": set(),
    "simulations": {"scenarios", "recordings"},
    "mock_server": {"scenarios", "recordings", "simulations"},
    "loadtests": {"scenarios", "recordings"},
    "readiness": {"scenarios", "recordings"},
    "rehearse": {"scenarios", "recordings", "simulations", "mock_server", "loadtests", "readiness"},
}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports say from where"
            found.add((node.module or "").split(".")[0])
    return found & set(ALLOWED)


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_what_stands_below_it(package: str) -> None:
    paths = sorted((ROOT / package).rglob("*.py"))
    assert paths
    for path in paths:
        assert imported(path) <= ALLOWED[package] | {package}, path


def test_gevent_stays_in_the_process_that_sends_load() -> None:
    for name in ("audit", "reconciliation", "generator", "ledger"):
        text = (ROOT / "loadtests" / f"{name}.py").read_text(encoding="utf-8")
        assert "import gevent" not in text and "from gevent" not in text, name


def test_every_module_says_what_it_is() -> None:
    for package in ALLOWED:
        for path in (ROOT / package).rglob("*.py"):
            if path.name != "__init__.py":
                assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
