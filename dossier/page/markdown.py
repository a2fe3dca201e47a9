"""`dossier.md`: the dossier for a pull request or a wiki, with nothing that is not in dossier.json."""

from __future__ import annotations

from collections.abc import Iterator

from dossier.form.dossier import Dossier, DossierLine, Statement, StatementTable
from dossier.page.audience import Audience, arranged, documents
from readiness.comparison.wording import markdown_cell as escaped
from readiness.wording.figures import amount


def dossier_markdown(dossier: Dossier, audience: Audience = "everybody") -> str:
    """The text for an audience. A link is told by the file to which it leads."""
    return "\n".join(_lines(dossier, audience)) + "\n"


def _lines(dossier: Dossier, audience: Audience) -> Iterator[str]:
    yield f"# Readiness dossier: {escaped(dossier.title)}"
    for number, line in arranged(dossier, audience):
        yield from ("", f"## {number}. {line.title}", "")
        yield from _said(line)
    for line in dossier.annex:
        yield from ("", f"## {line.title}", "")
        yield from _said(line)
    if found := documents(dossier, audience):
        yield from ("", "## Read on in", "", *(f"- `{each}`" for each in found))
    yield from ("", "## Made of", "")
    for source in dossier.sources:
        for file, digest in source.hashes.items():
            yield f"- `{source.folder}/{file}`: SHA-256 `{digest}`"


def _said(line: DossierLine) -> Iterator[str]:
    yield from (f"- {_statement(each)}" for each in line.statements)
    if line.dots is not None:
        unit = line.dots.unit
        values = ", ".join("never" if dot.value is None else amount(dot.value, unit) for dot in line.dots.dots)
        yield f"- {escaped(line.dots.name)}, launch by launch, limit {escaped(line.dots.limit.text)}: {values}"
    if line.table is not None:
        yield from ("", *_table(line.table))


def _table(table: StatementTable) -> Iterator[str]:
    yield f"| {' | '.join(table.columns)} |"
    yield f"|{'---|' * len(table.columns)}"
    yield from (f"| {' | '.join(_statement(cell) for cell in row)} |" for row in table.rows)


def _statement(statement: Statement) -> str:
    command = f" `{statement.command}`" if statement.command else ""
    file = f" (`{statement.link}`)" if statement.link and not statement.link.startswith("#") else ""
    return escaped(statement.text) + command + file
