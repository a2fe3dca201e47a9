"""A drawing of each journey: what one session does from top to bottom, with think times, choices, repetitions and what
is done when a call fails; above it who follows it, and how patient they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup

from readiness.picture.pen import BOLD_FACE, HEAD_FACE, SMALL_FACE, Column, Drawing, TextLines, arrow, box, line
from readiness.wording.assumed import drawn_words
from readiness.wording.behaviours import behaviour_words
from readiness.wording.journeys import (
    at_stake,
    call_notes,
    followers,
    journey_words,
    performed_by,
    repeat_words,
    think_words,
)
from scenarios.language.people import Journey, JourneyStep
from scenarios.language.scenario import Scenario
from scenarios.text.phrases import listed, share_words

JOURNEY_WIDE: Final = 300.0  # fits a phone
_INSIDE_LEAST: Final = 170.0
_PAD: Final = 8.0
_DEEPER: Final = 28.0
_RAIL: Final = 14.0  # from the left edge of a step to the line that leads to the next
_STEP: Final = 16.0  # from one step to the next
_EDGE: Final = 2.0


def journey_drawings(scenario: Scenario) -> list[Drawing]:
    """A drawing for each journey of a scenario, in their order."""
    return [_drawn(scenario, place, name, journey) for place, (name, journey) in enumerate(scenario.journeys.items())]


def _drawn(scenario: Scenario, place: int, name: str, journey: Journey) -> Drawing:
    width = max(JOURNEY_WIDE, _depth(journey.steps) * _DEEPER + _INSIDE_LEAST)
    page = _Page(width)
    parts = [*page.head(scenario, name, journey), *page.steps(journey.steps, _EDGE, is_chain=not performed_by(journey))]
    said = f"{listed(followers(scenario, name)) or 'nobody'}: {journey_words(journey)}."
    said += "".join(f" {one}: {', '.join(words)}." for one, words in _behaviours(scenario, name))
    return Drawing(f"journey-{place}", f"Journey: {name}", said, width, page.y + _EDGE, tuple(parts))


def _depth(steps: list[JourneyStep]) -> int:
    """How many steps lie within each other at most."""
    return max((1 + max(map(_depth, _inner(step)), default=-1) for step in steps), default=0)


def _inner(step: JourneyStep) -> list[list[JourneyStep]]:
    found = [step.repeat.steps] if step.repeat else [option.steps for option in step.either or []]
    return [*found, *([step.otherwise] if step.otherwise else [])]


def _behaviours(scenario: Scenario, journey: str) -> list[tuple[str, list[str]]]:
    """How those behave who follow a journey: each behaviour once, by its name."""
    names = dict.fromkeys(scenario.populations[one].behaviour for one in followers(scenario, journey))
    behaviours = {name: scenario.behaviours[name] if name else None for name in names}
    return [(name or "without a behaviour", behaviour_words(each)) for name, each in behaviours.items()]


@dataclass
class _Page:
    """The drawing while it grows downwards. `before` is where the step before the next one ended, if there is one."""

    width: float
    y: float = _EDGE
    before: float | None = field(default=None)

    def head(self, scenario: Scenario, name: str, journey: Journey) -> Iterator[Markup]:
        """Whose journey it is, and how they behave."""
        inside = self.width - 2 * _EDGE
        followed = f"followed by {listed(followers(scenario, name)) or 'nobody'}"
        said = [followed, *filter(None, [at_stake(journey)])]
        words = Column(
            (TextLines.fit(name, inside, HEAD_FACE), *(TextLines.fit(each, inside, SMALL_FACE) for each in said))
        )
        yield from words.at(_EDGE, self.y)
        self.y += words.height + 8
        for behaviour, phrases in _behaviours(scenario, name):
            fitting = (TextLines.fit(each, inside - 2 * _PAD, SMALL_FACE) for each in phrases)
            column = Column((TextLines.fit(behaviour, inside - 2 * _PAD, BOLD_FACE), *fitting))
            yield box(_EDGE, self.y, inside, column.height + 2 * _PAD, "behaviour", rx="5")
            yield from column.at(_EDGE + _PAD, self.y + _PAD)
            self.y += column.height + 2 * _PAD + 8
        if by_code := performed_by(journey):
            words = Column((TextLines.fit(by_code, inside, SMALL_FACE),))
            yield from words.at(_EDGE, self.y)
            self.y += words.height + 6
        self.y += 6

    def steps(self, steps: list[JourneyStep], x: float, *, is_chain: bool = True) -> Iterator[Markup]:
        """Steps below each other; those of code stand alone, for nobody knows which follows which."""
        self.before = None
        for step in steps:
            if self.before is not None and is_chain:
                yield from arrow([(x + _RAIL, self.before), (x + _RAIL, self.y)])
            yield from self._step(step, x)
            self.before = self.y
            self.y += _STEP
        if steps:
            self.y -= _STEP

    def _step(self, step: JourneyStep, x: float) -> Iterator[Markup]:
        if step.call is not None:
            yield from self._call(step, step.call, x)
        elif step.think is not None:
            drawn = "" if step.think.constant is not None else f": {drawn_words(step.think)}"
            said = f"{think_words(step.think)}{drawn}"
            yield from self._box([TextLines.fit(said, self._room(x), SMALL_FACE)], x, "think", round_by=10)
        elif step.repeat is not None:
            yield from self._box([TextLines.fit(repeat_words(step), self._room(x), BOLD_FACE)], x, "think")
            yield from self._branches([("", step.repeat.steps)], x, "again")
        else:
            yield from self._box([TextLines.fit("one of these ways", self._room(x), BOLD_FACE)], x, "think")
            options = [(share_words(option.share), option.steps) for option in step.either or []]
            yield from self._branches(options, x, "branch")

    def _call(self, step: JourneyStep, operation: str, x: float) -> Iterator[Markup]:
        room = self._room(x)
        notes = (TextLines.fit(each, room, SMALL_FACE) for each in call_notes(step))
        look = "may-fail" if step.optional or step.otherwise else "call"
        yield from self._box([TextLines.fit(operation, room, BOLD_FACE), *notes], x, look)
        if step.otherwise:
            yield from self._branches([("if it fails", step.otherwise)], x, "branch")

    def _room(self, x: float) -> float:
        return self.width - _EDGE - x - 2 * _PAD

    def _box(self, words: list[TextLines], x: float, look: str, *, round_by: float = 4) -> Iterator[Markup]:
        column = Column(tuple(words))
        height = column.height + _PAD
        yield box(x, self.y, self.width - _EDGE - x, height, look, rx=f"{round_by:g}")
        yield from column.at(x + _PAD, self.y + _PAD / 2)
        self.y += height

    def _branches(self, branches: list[tuple[str, list[JourneyStep]]], x: float, look: str) -> Iterator[Markup]:
        """Ways that lead aside from the line of steps, each under its name."""
        top, rail, inner = self.y, x + _RAIL, x + _DEEPER
        for label, steps in branches:
            self.y += 7
            if label:
                words = TextLines.fit(label if steps else f"{label}: nothing", self._room(inner), SMALL_FACE)
                yield line(
                    [(rail, self.y + words.face.size / 2 + 2), (inner - 2, self.y + words.face.size / 2 + 2)], look
                )
                yield from words.at(inner + 2, self.y)
                self.y += words.height + 3
            yield from self.steps(steps, inner)
        self.y += 4
        yield line([(rail, top), (rail, self.y)], look)
