"""An answer as Markdown: rows as a terminal shows them, and nothing in them that breaks a table."""

from __future__ import annotations

from experiments.answers.answer import Answer, Cell, Column, Table
from experiments.answers.markdown import answer_markdown


def test_an_answer_is_a_heading_sentences_and_tables() -> None:
    columns = [Column("name", "Name", is_words=True), Column("wait_s", "Wait")]
    rows = [[Cell(name, name), Cell(1.0, "1 s")] for name in ("a|b", "c", "d")]
    answer = Answer(
        "compare", "t", ["First.", "Second."], "met", "Basis.", [Table("t", "Waits", columns, rows, rows_shown=2)]
    )
    lines = answer_markdown(answer).splitlines()
    assert [line for line in lines if not line.startswith("|")] == [
        "### First.", "", "Second.", "", "Basis.", "", "#### Waits", "",
    ]  # fmt: skip
    assert [line for line in lines if line.startswith("|")] == [
        "| Name | Wait |", "|---|--:|", "| a\\|b | 1 s |", "| c | 1 s |",
    ]  # fmt: skip
