"""Where pages are made of templates: each package's own, and those of the report, whose look all of them share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_SHARED: Final = Path(__file__).parent


@cache
def page_templates(folder: Path = _SHARED) -> Environment:
    """The templates of a folder, and those that it shares with the report."""
    return Environment(
        loader=FileSystemLoader([folder, _SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
