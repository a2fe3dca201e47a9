"""The scenarios that come with the product, and where a scenario of a given name or path lies."""

from __future__ import annotations

from pathlib import Path

from scenarios.sources.problems import Problem, ScenarioError
from scenarios.text.nearest import nearest

CATALOGUE = Path(__file__).parents[1] / "catalogue"


def catalogue() -> dict[str, Path]:
    """The scenarios that come with the product, by name."""
    return named_files(CATALOGUE, ".yaml")


def named_files(folder: Path, ending: str) -> dict[str, Path]:
    """The files of a folder with that ending, by what stands before it."""
    return {path.name.removesuffix(ending): path for path in sorted(folder.glob(f"*{ending}"))}


def find(name: str, beside: Path | None = None) -> Path:
    """The file of a scenario given by catalogue name or path. Raises `ScenarioError`."""
    known = catalogue()
    candidates = [Path(name)] if beside is None else [beside / name, beside / f"{name}.yaml"]
    for path in candidates:
        if path.suffix in (".yaml", ".yml") and _is_file(path):
            return path
    if name in known:
        return known[name]
    problem = f"no such scenario; allowed is a file's path or one of {', '.join(known)}{nearest(name, known)}"
    raise ScenarioError([Problem(name, None, "", problem)])


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # no name of a file, or in a folder that may not be read
        return False
