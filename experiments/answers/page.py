"""`answer.html`: an experiment's answer for people, in the look of the readiness report. Needs neither network nor
script."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from experiments.answers.answer import Answer
from readiness.report.page_templates import page_templates

_HERE: Final = Path(__file__).parent
_KINDS: Final = {
    "size": "how much is enough",
    "headroom": "how much more it bears",
    "sensitivity": "what the verdict leans on",
    "sweep": "what depends on what",
    "compare": "what each option buys",
}
_MARKS: Final = {"met": "met", "missed": "missed", "worse": "missed"}


def answer_page(answer: Answer) -> str:
    """The page."""
    return (
        page_templates(_HERE)
        .get_template("answer.html.j2")
        .render(answer=answer, kind=_KINDS.get(answer.kind, answer.kind), mark=_MARKS.get(answer.status, "open"))
    )
