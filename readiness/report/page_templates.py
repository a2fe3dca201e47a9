"""Where pages are made of templates: each package's own, and those of the report, whose look all of them share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scenarios.descriptions.outcomes import OUTCOME_LOOKS, colour_properties

_SHARED: Final = Path(__file__).parent


@cache
def page_templates(folder: Path = _SHARED) -> Environment:
    """The templates of a folder, and those that it shares with the report."""
    environment = Environment(
        loader=FileSystemLoader([folder, _SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(outcome_names=list(OUTCOME_LOOKS), colour_properties=colour_properties)
    return environment
