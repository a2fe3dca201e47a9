"""Where a statement's link leads from the page."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote


def link_address(link: str, folder: Path | None) -> str:
    """The address for a page in a folder (the working one without it); what has no relative path, on another drive,
    has its whole."""
    if link.startswith(("#", "./")):
        return quote(link, safe="#/.-")
    path = Path(link)
    try:
        relative = os.path.relpath(path, folder or Path())
    except ValueError:
        return path.absolute().as_uri()
    return quote(Path(relative).as_posix())
