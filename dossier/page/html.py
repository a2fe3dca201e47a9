"""`dossier.html`: page 1 for the board on one sheet of A4, and behind it the annex and where each figure comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from markupsafe import Markup, escape

from dossier.form.dossier import Dossier, DossierLine, Statement, Trace, TracedFigure
from dossier.page.audience import Audience, arranged, documents, with_traces
from dossier.page.curves import curves_drawing
from dossier.page.dots import dots_drawing
from dossier.page.links import link_address
from readiness.report.charts.over_time import swatch
from readiness.report.page_templates import page_templates

_MOST_STATEMENTS: Final = 6  # of a line on page 1, which is one sheet; the others stand behind it
_MOST_ROWS: Final = 5
_MOST_ROWS_OF: Final = {
    "options": 8,
    "assumptions": 2,
    "failures": 7,
    "conditions": 6,
}  # whose rows are short, or who have a line or two to spare
_MOST_POINTED_AT: Final = 2
_SHORT: Final = 10  # characters of a figure that is not broken, such as a date
_HERE: Final = Path(__file__).parent
_WORDS: Final = {
    "not ready": "missed",
    "not enough evidence": "not-enough-evidence",
    "ready if": "not-enough-evidence",
    "ready": "met",
}


def dossier_page(dossier: Dossier, folder: Path | None = None, audience: Audience = "everybody") -> str:
    """The page for an audience, which is to be written into a folder: its links to files lead from there."""
    every = (*dossier.lines, *dossier.annex)
    figures = [(line, figure) for line in every for figure in _figures(line.every_statement())]
    by_file = {_file(trace): trace for _, figure in figures for trace in figure.traces}
    files = {file: by_file[file] for file in sorted(by_file)}
    template = page_templates(_HERE).get_template("dossier.html.j2")
    return template.render(
        dossier=dossier,
        lines=arranged(dossier, audience),
        documents=documents(dossier, audience),
        tone=_WORDS[dossier.decision],
        said=partial(statement_html, folder=folder),
        drawing=dots_drawing,
        curves_drawing=curves_drawing,
        swatch=swatch,
        with_traces=with_traces(audience),
        figures=figures,
        trace_files=[(file, _address(trace, folder)) for file, trace in files.items()],
        trace_link=partial(_numbered, numbers={file: number for number, file in enumerate(files, start=1)}),
        most_statements=_MOST_STATEMENTS,
        most_rows=most_rows,
        is_continued=is_continued,
    )


def is_continued(line: DossierLine) -> bool:
    """Whether a line has more to say than page 1 has room for."""
    rows = line.table.rows if line.table is not None else []
    return len(line.statements) > _MOST_STATEMENTS or len(rows) > most_rows(line)


def most_rows(line: DossierLine) -> int:
    """How many rows of its table page 1 has room for."""
    return _MOST_ROWS_OF.get(line.name, _MOST_ROWS)


def statement_html(statement: Statement, folder: Path | None = None) -> Markup:
    """A sentence, its figures with where each comes from, and as a link where it has one."""
    words = Markup(str(escape(statement.words))).format(*map(_figure, statement.figures))
    if statement.link:
        words = Markup('<a href="{}">{}</a>').format(link_address(statement.link, folder), words)
    command = Markup(" <code>{}</code>").format(statement.command) if statement.command else Markup("")
    return words + command


def _figure(figure: TracedFigure) -> Markup:
    return Markup('<data value="{}" title="{}"{}>{}</data>').format(
        "" if figure.value is None else figure.value,
        _pointed_at(figure.traces),
        Markup(' class="short"') if len(figure.text) <= _SHORT else "",
        figure.text,
    )


def _pointed_at(traces: Sequence[Trace]) -> str:
    """What shows as the pointer rests on a figure: the first of where it stands, for all of a sum are many bytes."""
    more = len(traces) - _MOST_POINTED_AT
    words = "; ".join(map(trace_words, traces[:_MOST_POINTED_AT]))
    return f"{words}; and {more} more in dossier.json" if more > 0 else words


def _figures(statements: list[Statement]) -> list[TracedFigure]:
    return [figure for statement in statements for figure in statement.figures]


def _numbered(trace: Trace, numbers: Mapping[str, int]) -> Markup:
    """Where it stands, by the number of its file: a page has thousands of these."""
    number, path = numbers[_file(trace)], _path(trace)
    return Markup('<a href="#file-{}">{}</a> {}').format(number, number, path)


def _address(trace: Trace, folder: Path | None) -> str:
    """The address of its file, or of the run whose launches were simulated again; nothing of what is in no folder."""
    file = Path(trace.folder) / trace.file
    return link_address(str(file if file.suffix else file.parent), folder) if trace.folder else ""


def _file(trace: Trace) -> str:
    return f"{trace.folder}/{trace.file}" if trace.folder else trace.file


def _path(trace: Trace) -> str:
    return " › ".join(map(str, trace.path))


def trace_words(trace: Trace) -> str:
    """`20150608-090000-launch-morning/summary.json: forecast › launches`: the folder's own name alone, for a page has
    thousands of these."""
    file = f"{Path(trace.folder).name}/{trace.file}" if trace.folder else trace.file
    return f"{file}: {_path(trace)}" if trace.path else file
