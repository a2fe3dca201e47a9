"""SQL is the storage's own: nobody outside writes it, and what lays archived referrals over it knows none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.places import ROOT

STORAGE = ROOT / "mock_server" / "storage"
PACKAGES = ("scenarios", "recordings", "simulations", "mock_server", "loadtests", "readiness", "rehearse")
# in capitals, as statements are written here; prose that starts with one of these words does not go on like this
STATEMENT = re.compile(
    r"^\s*(SELECT\s|INSERT\s+INTO\s.+|UPDATE\s+\w+\s+SET\s.+|DELETE\s+FROM\s.+"
    r"|(CREATE|DROP|ALTER)\s+(TABLE|SEQUENCE|INDEX)\s.+|PRAGMA\s.+|SAVEPOINT\s.+|BEGIN|COMMIT|ROLLBACK.*)",
    re.DOTALL,
)


def strings(source: str) -> Iterator[str]:
    """Every string literal but the docstrings, and what stands at the start of an f-string."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def statements(path: Path) -> list[str]:
    return [text for text in strings(path.read_text(encoding="utf-8")) if STATEMENT.match(text)]


def test_no_module_outside_storage_holds_sql() -> None:
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if STORAGE not in path.parents]
    assert len(paths) > 100
    assert {str(path.relative_to(ROOT)): found for path in paths if (found := statements(path))} == {}


def test_the_search_finds_what_storage_has() -> None:
    """Otherwise the test above would hold whatever is written."""
    with_sql = {path.stem for path in STORAGE.glob("*.py") if statements(path)}
    assert {"referrals", "advice", "appointments", "files", "slots", "idempotency_keys", "ubrns"} <= with_sql
    assert with_sql & {"repositories", "archive", "archive_overlay", "diaries", "store"} == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = "SELECT 1"', 1),
        ('x = f"SELECT {y} FROM referral"', 1),
        ('x = "INSERT INTO referral VALUES (?)"', 1),
        ('x = "UPDATE referral SET a = 1"', 1),
        ('x = "DELETE FROM referral"', 1),
        ('"""SELECT is a word of this docstring."""', 0),
        ('x = "Select a service"', 0),
        ('x = "DELETE"', 0),
    ],
)
def test_a_statement_is_told_from_other_text(tmp_path: Path, source: str, found: int) -> None:
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")
    assert len(statements(path)) == found


@pytest.mark.parametrize("name", ["repositories", "archive", "archive_overlay", "diaries"])
def test_what_is_above_sql_does_not_import_it(name: str) -> None:
    tree = ast.parse((STORAGE / f"{name}.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    held = {f"mock_server.storage.{above}" for above in ("repositories", "archive")}
    assert {module for module in imported if module and module.startswith("mock_server.storage")} <= held
    assert not any(isinstance(node, ast.Name) and node.id in ("getattr", "hasattr") for node in ast.walk(tree))
