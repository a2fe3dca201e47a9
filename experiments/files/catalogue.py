"""The experiments that come with the product, and where one of a given name or path lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from scenarios.sources.catalogue import catalogue, known_file, named_files
from scenarios.sources.source import Source

ENDING: Final = ".experiment.yaml"
FORM: Final = "an experiment is a mapping of keys such as title, scenario, question"
_CATALOGUE: Final = Path(__file__).parents[1] / "catalogue"


def experiment_catalogue() -> dict[str, Path]:
    """The experiments that come with the product, by name."""
    return named_files(_CATALOGUE, ENDING)


def is_experiment(name: str) -> bool:
    """Whether that is the name of an experiment, of the catalogue or of a file, rather than of a scenario."""
    return name.endswith(ENDING) or (name in experiment_catalogue() and name not in catalogue())


def experiment_name(path: Path) -> str:
    """What an experiment of that file is called."""
    return path.name.removesuffix(ENDING)


def experiment_titles() -> dict[str, str]:
    """The titles of the catalogue's experiments by name. Raises `ScenarioError`."""
    found = ((name, Source.load_alone(path, FORM)) for name, path in experiment_catalogue().items())
    return {name: str(source.data.get("title", "")) for name, source in found}


def find_experiment(name: str, beside: Path | None = None) -> Path:
    """The file of an experiment given by catalogue name or path, which begins in the folder `beside` another file where
    that names it. Raises `ScenarioError`."""
    return known_file(name, experiment_catalogue(), "experiment", beside)
