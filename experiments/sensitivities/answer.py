"""What `rehearse headroom --sensitivity` answers: which assumptions the verdict leans on, and at which value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from experiments.answers.answer import Answer, Cell, Column, Table
from experiments.headrooms.courses import State
from experiments.sensitivities.chart import names, tornadoes
from experiments.sensitivities.sensitivity import SCREENED, Leaning, Sensitivity, Side
from experiments.sensitivities.wording import VERDICTS, followed_words
from scenarios.language.scenario import Scenario
from scenarios.text.phrases import listed, several, share_words

_STATUS: Final = {State.HOLDS: "met", State.BROKEN: "missed", State.OPEN: "no verdict"}
_NAMED: Final = 12


def sensitivity_answer(scenario: Scenario, found: Sensitivity) -> Answer:
    """What was found, in words, a table and tornadoes."""
    return Answer(
        kind="sensitivity",
        title=scenario.title,
        sentences=[*_sentences(found)],
        status=_STATUS[found.state] if scenario.objectives else "no verdict",
        basis=_basis(found),
        tables=[_table(scenario, found)],
        charts=[*tornadoes(scenario, found)],
        cautions=[*_cautions(found)],
        data=_data(found),
    )


def _sentences(found: Sensitivity) -> Iterator[str]:
    verdict, by = VERDICTS[found.state], share_words(found.asked.by)
    changing = [one for one in found.strongest if _within(one, found)]
    if changing:
        of_it = "it" if len(changing) == 1 else "any of them"
        yield f"The verdict, {verdict}, leans on {listed(names(changing))}: {by} less or more of {of_it} changes it."
    else:
        yield f"The verdict, {verdict}, leans on no single assumption: {by} less or more of any one leaves it as it is."
    for one in found.strongest:
        if (turns := _turns(one, found)) is not None:
            yield f"{_capital(one.assumption.name)}: {turns}."
    strongest = [one for one in found.strongest if one.effect > 0][:3]
    if strongest:
        yield f"What moves the objectives most is {listed(names(strongest))}."


def _turns(one: Leaning, found: Sensitivity) -> str | None:
    """Where the verdict changes; None of what was not followed so far."""
    return None if one.followed is None else followed_words(one.assumption, one.followed, found.state)


def _within(one: Leaning, found: Sensitivity) -> bool:
    """Whether the verdict surely changes within the share."""
    return any(side.state not in (found.state, State.OPEN) for side in one.sides if side.point is not None)


def _basis(found: Sensitivity) -> str:
    fewest, most = found.launches_of_the_strongest
    each = f"{most}" if fewest == most else f"{fewest} to {most}, as many as settle the verdict,"
    return (
        f"{several(found.number, 'assumption')}, each {share_words(found.asked.by)} less and more by itself, on common"
        f" random numbers: {several(SCREENED, 'launch').replace('launchs', 'launches')} of each side to choose by,"
        f" {each} of each side of the strongest {len(found.strongest)}; a verdict is sure at 95 %."
    )


def _cautions(found: Sensitivity) -> Iterator[str]:
    if found.weaker:
        yield f"Weaker by {SCREENED} launches, and not looked at more closely: {_some(names(found.weaker))}."
    if found.left_out:
        yield (
            "Left out, because together with others of their sort they move no objective by a twentieth of what the"
            f" strongest does: {_some([one.name for one in found.left_out])}."
        )
    for one in found.strongest:
        for side in one.sides:
            if side.point is None:
                yield f"{_capital(one.assumption.name)} cannot be {one.assumption.text(side.factor)}: {side.why_not}."
    yield "Each is varied by itself: two that change together may do what neither does alone."


def _some(given: Sequence[str]) -> str:
    more = len(given) - _NAMED
    return listed(given) if more <= 0 else f"{', '.join(given[:_NAMED])} and {more:,} more"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _table(scenario: Scenario, found: Sensitivity) -> Table:
    columns = [
        Column("assumption", "assumption"),
        Column("key", "key", is_words=True),
        Column("as_it_stands", "as it stands", is_words=True),
        Column("less", "less", is_words=True),
        Column("more", "more", is_words=True),
        Column("effect", "of the way to a limit"),
        Column("changes", "the verdict changes", is_words=True),
    ]
    rows = [_row(scenario, found, one) for one in found.strongest]
    note = (
        "The way of an objective is that from its mean to its limit; what is said is the longest that any objective is"
        " moved, 100 % being all of it. `answer.json` has every figure."
    )
    return Table("assumptions", "What moves the objectives most", columns, rows, note)


def _row(scenario: Scenario, found: Sensitivity, one: Leaning) -> list[Cell]:
    said = _turns(one, found) or "not within what was tried"
    cells = [Cell(one.assumption.name, one.assumption.name), Cell(one.assumption.key, one.assumption.key)]
    cells.append(Cell(one.assumption.text(), one.assumption.text()))
    cells += [_side_cell(one, side) for side in one.sides]
    return [*cells, Cell(one.effect, share_words(round(one.effect, 3))), Cell(said, said)]


def _side_cell(one: Leaning, side: Side) -> Cell:
    """`13: not ready, 0 of 10 launches meet all`."""
    text = one.assumption.text(side.factor)
    if side.moved is None:
        return Cell(text, f"{text}: not possible")
    said = f"{text}: {VERDICTS[side.state]}, {side.moved.meeting} of {side.moved.launches} launches meet all"
    return Cell(said, said)


def _data(found: Sensitivity) -> dict[str, Any]:
    """All figures, for programs."""
    return {
        "by": found.asked.by,
        "verdict": VERDICTS[found.state],
        "as_it_stands": found.base.means,
        "assumptions": [_one(one, found) for one in found.strongest],
        "weaker": [_one(one, found) for one in found.weaker],
        "left_out": [one.key for one in found.left_out],
    }


def _one(one: Leaning, found: Sensitivity) -> dict[str, Any]:
    return {
        "name": one.assumption.name,
        "key": one.assumption.key,
        "as_it_stands": one.assumption.text(),
        "places": one.assumption.places,
        "effect": one.effect,
        "sides": [_side(one, side) for side in one.sides],
        "followed": _turns(one, found),
        "turns": one.followed is not None and one.followed.after is not None,
    }


def _side(one: Leaning, side: Side) -> dict[str, Any]:
    said: dict[str, Any] = {"factor": float(side.factor), "value": one.assumption.text(side.factor)}
    if side.moved is None:
        return {**said, "not_possible": side.why_not}
    moved = side.moved
    return {
        **said,
        "verdict": VERDICTS[side.state],
        "launches": moved.launches,
        "meeting_all": moved.meeting,
        "means": moved.means,
        "of_the_way": moved.ways,
    }
