"""How old a run or an answer is on the day of which the dossier speaks."""

from __future__ import annotations

from typing import Final

from dossier.evidence.evidence import TODAY
from dossier.form.dossier import Statement, TracedFigure
from dossier.lines.saying import NOT_STATED, Quoting, caution, figure_of, said
from scenarios.text.phrases import several

_BEGAN: Final = "began_utc"


def has_age(about: Quoting) -> bool:
    """Whether it says when it was made."""
    return about.has(_BEGAN)


def made_on(about: Quoting) -> TracedFigure:
    """The day on which it was made. Raises `NothingThereError`."""
    return about(_BEGAN, show=lambda text: text[:10])


def days_before(about: Quoting) -> TracedFigure:
    """How many days before the day of the page, less than none where it was after it. Raises `NothingThereError`."""
    return figure_of(about.evidence, "days until", [about.trace(_BEGAN), TODAY], lambda days: several(days, "day"))


def age_cell(about: Quoting) -> Statement:
    """Its age in a table."""
    if not has_age(about):
        return caution(NOT_STATED)
    days = days_before(about)
    return caution("after this page, on {}", made_on(about)) if int(days.value or 0) < 0 else said("{}", days)


def age_sentence(what: str, about: Quoting, *figures: TracedFigure) -> Statement:
    """`what` with its day and its age, such as `Made`; `what` has a `{}` for each of `figures`."""
    days = days_before(about)
    if int(days.value or 0) < 0:
        return caution(f"{what} on {{}}, later than the day of this page.", *figures, made_on(about))
    return said(f"{what} on {{}}, {{}} before this page.", *figures, made_on(about), days)
