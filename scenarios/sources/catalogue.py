"""The scenarios that come with the product, and where a scenario of a given name or path lies."""

from __future__ import annotations

from collections.abc import Mapping
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


def known_file(name: str, known: Mapping[str, Path], what: str, beside: Path | None = None) -> Path:
    """The file given by a name of `known`, or by a path, which begins in the folder `beside` another file where that
    names it. Raises `ScenarioError`, which says `what` it is."""
    path = Path(name) if beside is None else beside / name
    if name in known or _is_yaml(path):
        return known.get(name, path)
    said = f"no such {what}; allowed is a file's path or one of {', '.join(known)}{nearest(name, known)}"
    raise ScenarioError([Problem(name, None, "", said)])


def find(name: str, beside: Path | None = None) -> Path:
    """The file of a scenario given by catalogue name or path. Raises `ScenarioError`."""
    candidates = [Path(name)] if beside is None else [beside / name, beside / f"{name}.yaml"]
    found = next(filter(_is_yaml, candidates), None)
    return known_file(name, catalogue(), "scenario") if found is None else found


def _is_yaml(path: Path) -> bool:
    try:
        return path.suffix in (".yaml", ".yml") and path.is_file()
    except (OSError, ValueError):  # no name of a file, or in a folder that may not be read
        return False
