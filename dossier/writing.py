"""A dossier as files in a folder: `dossier.json`, `dossier.html`, `dossier.md`, and `stress-des.md` beside them."""

from __future__ import annotations

from pathlib import Path

from dossier.form.dossier import Dossier, dossier_json
from dossier.page.html import dossier_page
from dossier.page.markdown import dossier_markdown
from recordings.run_folder import write_whole


def write_dossier(dossier: Dossier, description: str, folder: Path) -> None:
    """Write all of them; `description` is that of the launch's scenario. What was there of the same name is replaced.
    Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "dossier.json", dossier_json(dossier))
    write_whole(folder / "dossier.html", dossier_page(dossier, folder).encode())
    write_whole(folder / "dossier.md", dossier_markdown(dossier).encode())
    write_whole(folder / "stress-des.md", description.encode())
