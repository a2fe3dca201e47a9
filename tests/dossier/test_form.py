"""The dossier on paper, for different readers, and as tables: always the same facts."""

from __future__ import annotations

import csv
import re
import zlib
from pathlib import Path
from typing import Final

import pytest

from dossier.form.dossier import Dossier, read_dossier
from dossier.page import pdf
from dossier.page.html import dossier_page
from dossier.page.markdown import dossier_markdown
from tests.fixtures.dossier.printed import headings_of
from tests.fixtures.dossier.rehearsed import Rehearsed, asked

A4: Final = (0, 0, 595, 842)  # in points


def figures(text: str) -> set[str]:
    """Everything on a page that has a trace."""
    return set(re.findall(r'<data value="[^"]*" title="[^"]*">([^<]*)</data>', text))


def written(rehearsed: Rehearsed, out: Path, *words: str, status: int = 0) -> Dossier:
    kept = ["--runs", str(rehearsed.folder / "runs"), "--on", "2100-01-01", "--processes", "1"]
    ended = asked("dossier", str(rehearsed.launch), "--out", str(out), *kept, *words)
    assert ended.exit_code == status, ended.output
    return read_dossier((out / "dossier.json").read_bytes())


def test_readers_differ_in_order_and_depth_and_never_in_facts(rehearsed: Rehearsed, tmp_path: Path) -> None:
    dossier = written(rehearsed, tmp_path, "--for", "qa")
    assert (tmp_path / "dossier.html").read_text() == dossier_page(dossier, tmp_path, "qa")
    everything = figures(dossier_page(dossier))
    firsts = {"board": "evidence", "qa": "failures", "architect": "breaking"}
    for audience, first in firsts.items():
        page = dossier_page(dossier, audience=audience)  # type: ignore[arg-type]
        assert figures(page) == everything
        assert re.findall(r'<section id="(\w[\w-]*)" class="line"', page)[0] == first
        assert page.count("<h1>") == 1 and dossier.lines[0].statements[0].words.split("{")[0] in page
        assert len(dossier_markdown(dossier, audience).split("\n## ")) >= 15  # type: ignore[arg-type]
    assert "Where each figure comes from" not in dossier_page(dossier, audience="board")
    assert "report.html" in dossier_page(dossier, audience="qa")
    assert "stress-des.md" in dossier_page(dossier, audience="architect")


def test_each_table_and_each_row_of_dots_is_a_csv_file(rehearsed: Rehearsed, tmp_path: Path) -> None:
    dossier = written(rehearsed, tmp_path)
    tables = {line.name: line.table for line in [*dossier.lines, *dossier.annex] if line.table}
    with (tmp_path / "csv" / "chance-launches.csv").open() as file:
        launches = list(csv.DictReader(file))
    assert len(launches) == 6 and {each["promise"] for each in launches} == {"nobody waits long"}
    assert {path.stem for path in (tmp_path / "csv").iterdir()} == {*tables, "chance-launches"}
    with (tmp_path / "csv" / "coverage.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows[0] == tables["coverage"].columns and rows[1][0] == "Surgeries go live, 3 March"


def test_on_paper_it_is_tagged_and_page_1_has_all_fourteen_lines(rehearsed: Rehearsed, tmp_path: Path) -> None:
    if not pdf.can_print():
        pytest.skip("WeasyPrint or Pango is not installed")
    answers = (rehearsed.compared, rehearsed.headroom, rehearsed.leaning)
    asked_for = [word for each in answers for word in ("--experiment", str(each))]
    words = [str(rehearsed.drill), *asked_for, "--notes", str(rehearsed.notes), "--for", "board", "--pdf"]
    dossier = written(rehearsed, tmp_path, *words, status=98)
    printed = (tmp_path / "dossier.pdf").read_bytes()
    document = pdf.on_paper(dossier_page(dossier, tmp_path, "board"))
    assert pdf.pdf_of(document) == printed, "the same bytes again"
    parts = unpacked(printed)
    assert b"/MarkInfo" in parts and b"/StructTreeRoot" in parts and b"pdfuaid:part" in parts
    sizes = re.findall(rb"/MediaBox \[([^]]*)\]", parts)
    assert len(sizes) == len(document.pages) and {tuple(map(round, map(float, each.split()))) for each in sizes} == {A4}
    headings = [*headings_of(document.make_bookmark_tree())]
    on_page_1 = [words for words, page in headings if page == 0]
    assert len(on_page_1) == 14 == len(dossier.lines)
    assert on_page_1[-1] == "14 Sign-off"
    assert headings[14][1] == 1, "what stands behind begins on the second sheet: page 1 is one"


def unpacked(printed: bytes) -> bytes:
    """A PDF with what is compressed in it."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", printed, re.S)
    return printed + b"".join(map(inflated, streams))


def inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def test_without_weasyprint_it_is_said_what_to_install(
    rehearsed: Rehearsed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "can_print", lambda: False)
    ended = asked("dossier", str(rehearsed.launch), "--pdf", "--out", str(tmp_path))
    assert ended.exit_code == 2
    assert "launch-rehearsal[pdf]" in " ".join(ended.output.replace("│", " ").split())
