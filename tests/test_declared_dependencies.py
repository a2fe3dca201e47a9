"""What the product imports is declared in pyproject.toml, and what is declared is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.places import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = [pattern.rstrip("*") for pattern in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]]
# libraries into whose inside the product reaches
BOUNDED = ("gevent", "locust", "simpy", "uvicorn")
# packages that several distributions share: which sub-package comes from which
NAMESPACES = {
    "opentelemetry": {
        "opentelemetry.sdk": "opentelemetry-sdk",
        "opentelemetry.exporter.otlp.proto.common": "opentelemetry-exporter-otlp-proto-common",
    }
}


def normal(distribution: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def requirement(text: str) -> tuple[str, str]:
    """Name and versions of a requirement such as `psycopg[binary]>=3.2`."""
    found = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?(.*)", text)
    assert found, text
    return normal(found[1]), found[2].strip()


def declared() -> dict[str, str]:
    """Each dependency, extras included, with its versions."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    return dict(requirement(text) for texts in (PROJECT["project"]["dependencies"], *extras) for text in texts)


def top_level_imports(path: Path) -> set[str]:
    """The packages that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def imported() -> set[str]:
    """The distributions that the product's third-party imports come from."""
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    modules = set().union(*map(top_level_imports, paths))
    owners = packages_distributions()
    third_party = modules - set(PACKAGES) - sys.stdlib_module_names
    shared = {module: packages for module, packages in NAMESPACES.items() if module in third_party}
    plain = {normal(owners[module][0]) for module in third_party - shared.keys()}
    return plain | {
        package for packages in shared.values() for package in packages.values() if _imports(paths, packages)
    }


def _imports(paths: list[Path], packages: dict[str, str]) -> bool:
    """Whether every one of these sub-packages is imported somewhere."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return all(f"from {package}" in text for package in packages)


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    assert imported() == declared().keys()


@pytest.mark.parametrize("name", declared())
def test_a_dependency_has_a_lower_bound_and_where_its_inside_is_used_an_upper_one(name: str) -> None:
    versions = declared()[name]
    assert versions.startswith(">=")
    assert ("<" in versions) == (name in BOUNDED)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_file_pins_what_is_declared_by_hash_and_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
    needed = {requirement(text)[0] for text in PROJECT["project"]["dependencies"]}
    assert needed <= pinned
    assert "://" not in text and "--index" not in text
    assert text.count("==") <= text.count("--hash=sha256:")
