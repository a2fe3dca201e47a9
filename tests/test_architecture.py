"""Imports run one way: between packages, between the rooms of a package, and between modules there is no circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from scenarios.language.registry import FAULTS
from tests.fixtures.places import ROOT

# each package with what it may import: scenarios and recordings know nobody, engines know them, the command line all
ALLOWED = {
    "scenarios": set(),
    "recordings": set(),
    "simulations": {"scenarios", "recordings"},
    "mock_server": {"scenarios", "recordings", "simulations"},
    "loadtests": {"scenarios", "recordings"},
    "readiness": {"scenarios", "recordings"},
    "experiments": {"scenarios", "recordings", "simulations", "readiness"},
    "dossier": {"scenarios", "recordings", "readiness", "experiments"},
    "rehearse": {
        "scenarios",
        "recordings",
        "simulations",
        "mock_server",
        "loadtests",
        "readiness",
        "experiments",
        "dossier",
    },
}
# the rooms of a package, each with those of the same package that it may import; "" is the package's own folder
ROOMS: dict[str, dict[str, set[str]]] = {
    "scenarios": {
        "text": set(),
        "numerics": set(),
        "calendar": {"text"},
        "measured": {"text", "numerics"},
        "quantities": {"text", "calendar"},
        "sources": {"text", "quantities"},
        "language": {"text", "measured", "calendar", "quantities", "sources"},
        "effects.faults": set(),
        **{f"effects.faults.{family}": {"effects", "quantities", "language", "text"} for family in FAULTS.families},
        "effects.defences": {"effects", "quantities", "language", "text"},
        "effects": {"quantities", "language", "text"},
        "behaviour": {"numerics", "text", "calendar", "quantities", "sources", "language", "measured"},
        "practices": {"language", "behaviour"},
        "descriptions": {"language", "text"},
        "limits": {"calendar", "quantities", "sources", "language", "behaviour"},
        "protocol": {"language", "behaviour"},
        "imported": {"text", "calendar", "sources", "measured", "language"},
        "": {"effects.faults", "effects.defences"},  # every kind is registered before the language is made of them
    },
    "simulations": {
        "service": set(),
        "effects": {"service"},
        "users": {"service"},
        "compiled.machine": set(),
        "compiled.service": {"compiled.machine", "service"},
        "compiled.users": {"compiled.machine", "compiled.service"},
        "compiled.practices": {"compiled.machine", "compiled.users"},
        "compiled": {
            "compiled.machine", "compiled.service", "compiled.users", "compiled.practices", "service", "effects",
        },
        "": {"service", "effects", "users", "compiled", "compiled.machine"},
    },
    "mock_server": {
        "": set(),  # errors
        "timing": set(),
        "domain": {""},
        "fhir": {"", "domain"},
        "sessions": {"domain"},
        "http": {"", "sessions"},
        "storage": {"", "timing", "domain", "fhir"},
        "model": {"domain", "timing", "http"},
        "handlers": {"", "domain", "fhir", "sessions", "http", "storage"},
        "contract": {"", "domain", "fhir", "sessions", "http", "storage", "handlers"},
        "faults": {"", "http", "storage", "model", "handlers", "contract"},
        "metrics": {"timing", "http", "storage", "handlers"},
        "control": {"", "http", "handlers"},
        "process": {
            "", "timing", "domain", "fhir", "sessions", "http", "storage", "model", "handlers", "contract", "faults",
            "metrics", "control",
        },
    },
    "loadtests": {
        "schedule": set(),
        "target": set(),
        "safety": {"schedule", "target"},
        "http": {"schedule", "safety"},
        "log_on": {"target", "safety", "http"},
        "described": {"target", "http"},
        "ers": {"http"},
        "locust_users": {"target", "http", "described"},
        "audit": {"target", "safety", "http", "log_on", "ers"},
        "replay": {"schedule", "target", "safety", "http", "log_on", "described", "ers", "locust_users"},
        "control": {"safety", "http", "replay"},
        "": {"schedule", "safety", "replay", "control"},
    },
    "readiness": {
        "judging": set(),
        "wording": {"judging"},
        "": {"judging", "wording"},
        "report.charts": set(),
        "picture": {"wording", "report.charts"},
        "report": {"", "judging", "wording", "report.charts", "picture"},
        "limit": {"", "judging", "wording", "report", "report.charts"},
        "comparison": {"judging", "wording"},
        "drift": {"judging", "wording", "report", "report.charts", "comparison"},
        "stress": {"judging", "wording", "report"},
        "exports": {"", "wording", "report"},
    },
    "recordings": {"": set()},
    "experiments": {
        "launches": set(),
        "varying": {"launches"},
        "answers": set(),
        "replications": set(),
        "comparing": {"launches", "varying", "answers", "replications"},
        "sizes": {"launches", "varying", "answers"},
        "sweeps": {"launches", "varying", "answers"},
        "files": {"launches", "varying", "answers", "sweeps", "sizes", "headrooms", "sensitivities", "comparing"},
        "headrooms": {"launches", "varying", "answers"},
        "sensitivities": {"launches", "varying", "answers", "headrooms"},
        "": {"launches", "varying", "answers"},
    },
    "dossier": {
        "form": set(),
        "notes": {"form"},
        "evidence": {"form", "notes"},
        "lines": {"form", "notes", "evidence"},
        "annex": {"form", "notes", "evidence", "lines"},
        "page": {"form"},
        "": {"form", "notes", "evidence", "lines", "annex", "page"},
    },
    "rehearse": {
        "shown": set(),
        "live": set(),
        "children": set(),
        "ending": {"shown"},
        "running": {"shown", "children", "ending", "live"},
        "asking": {"shown", "ending", "running"},
        "commands": {"shown", "ending", "asking", "live"},
        "": {"shown", "live", "children", "ending", "running", "asking", "commands"},
    },
}  # fmt: skip
MODULE_LINES_MOST = 300
FOLDER_FILES_MOST = 26


def modules(package: str) -> dict[str, Path]:
    """Every module of a package by its dotted name."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def every_module() -> dict[str, Path]:
    return {name: path for package in ALLOWED for name, path in modules(package).items()}


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module of ours that a module imports, wherever it does so."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    known = every_module()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports say from where"
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                if inner in known or node.module in known:
                    yield inner if inner in known else str(node.module)


def room(module: str) -> str:
    """The folder of a module below its package, dotted."""
    path = every_module()[module].parent.relative_to(ROOT)
    return ".".join(path.parts[1:])


def package_of(module: str) -> str:
    return module.partition(".")[0]


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_what_stands_below_it(package: str) -> None:
    assert modules(package)
    for path in modules(package).values():
        assert {package_of(name) for name in imports(path)} <= ALLOWED[package] | {package}, path


@pytest.mark.parametrize("package", ALLOWED)
def test_a_room_imports_only_the_rooms_below_it(package: str) -> None:
    for name, path in modules(package).items():
        inside = {room(other) for other in imports(path) if package_of(other) == package}
        assert room(name) in ROOMS[package], f"{path}: the room has no row in ROOMS"
        assert inside <= ROOMS[package][room(name)] | {room(name)}, path


@pytest.mark.parametrize("package", ALLOWED)
def test_the_rooms_of_a_package_have_no_circle(package: str) -> None:
    tuple(TopologicalSorter(ROOMS[package]).static_order())


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Type annotations count: what is imported only for them is imported all the same."""
    graph = {name: imports(path) - {name} for name, path in every_module().items()}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        pytest.fail(f"these import each other: {' → '.join(circle.args[1])}")


@pytest.mark.parametrize("package", ALLOWED)
def test_no_module_is_longer_than_a_person_reads(package: str) -> None:
    lines = {name: path.read_text(encoding="utf-8").count("\n") for name, path in modules(package).items()}
    assert {name: count for name, count in lines.items() if count > MODULE_LINES_MOST} == {}


def test_no_folder_holds_more_than_a_person_overlooks() -> None:
    folders = {path.parent for path in every_module().values()}
    crowded = {str(folder.relative_to(ROOT)): len(list(folder.glob("*.*"))) for folder in folders}
    assert {folder: count for folder, count in crowded.items() if count > FOLDER_FILES_MOST} == {}


def test_no_test_module_imports_another() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2].startswith("test_"):
                pytest.fail(f"{path.relative_to(ROOT)} imports {node.module}: what both need goes to tests/fixtures")


def test_gevent_stays_in_the_process_that_sends_load() -> None:
    for name in ("audit/audit", "audit/reconciliation", "replay/generator", "ers/ledger"):
        text = (ROOT / "loadtests" / f"{name}.py").read_text(encoding="utf-8")
        assert "import gevent" not in text and "from gevent" not in text, name


def test_every_module_says_what_it_is() -> None:
    for path in every_module().values():
        if path.name != "__init__.py":
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
