"""A dossier as files in a folder: `dossier.json`, `dossier.html`, `dossier.md`, `dossier.pdf` where that is asked for,
each table below `csv`, and `stress-des.md` beside them."""

from __future__ import annotations

from pathlib import Path

from dossier.form.dossier import Dossier, dossier_json
from dossier.page.audience import Audience
from dossier.page.csv import csv_files
from dossier.page.html import dossier_page
from dossier.page.markdown import dossier_markdown
from dossier.page.pdf import page_as_pdf
from recordings.run_folder import write_whole


def write_dossier(
    dossier: Dossier, description: str, folder: Path, audience: Audience = "everybody", *, as_pdf: bool = False
) -> None:
    """Write all of them; `description` is that of the launch's scenario. What was there of the same name is replaced.
    Raises `OSError`, and `ImportError` for a PDF without the extra `pdf`."""
    (folder / "csv").mkdir(parents=True, exist_ok=True)
    page = dossier_page(dossier, folder, audience)
    write_whole(folder / "dossier.json", dossier_json(dossier))
    write_whole(folder / "dossier.html", page.encode())
    write_whole(folder / "dossier.md", dossier_markdown(dossier, audience).encode())
    if as_pdf:
        write_whole(folder / "dossier.pdf", page_as_pdf(page))
    for name, text in csv_files(dossier):
        write_whole(folder / "csv" / name, text.encode())
    write_whole(folder / "stress-des.md", description.encode())
