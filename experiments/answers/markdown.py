"""An answer as Markdown, for a pull request's comment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from experiments.answers.answer import Answer, Table
from readiness.comparison.wording import markdown_cell


def answer_markdown(answer: Answer) -> str:
    """Its sentences, and of each table the rows that a terminal shows."""
    first, *more = answer.sentences
    said = [f"### {markdown_cell(first)}", *map(markdown_cell, (*more, *answer.cautions, answer.basis))]
    return "\n\n".join([*said, *("\n".join(_lines(table)) for table in answer.tables)]) + "\n"


def _lines(table: Table) -> Iterator[str]:
    seen = table.for_people()
    yield f"#### {markdown_cell(seen.title)}"
    yield ""
    yield _line(column.title for column in seen.columns)
    yield "|" + "|".join("---" if column.is_words else "--:" for column in seen.columns) + "|"
    for row in seen.rows[: table.rows_shown]:
        yield _line(cell.text for cell in row)


def _line(texts: Iterable[str]) -> str:
    return "| " + " | ".join(map(markdown_cell, texts)) + " |"
