"""The cards of a service's drawing: the populations that come, what meets every request, and the stations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from readiness.picture.arrivals_curve import CURVE_HEIGHT, arrivals_curve
from readiness.picture.pen import BOLD_FACE, PLAIN_FACE, SMALL_FACE, Column, TextLines, box, line
from readiness.picture.touched import SIGN, Sign, signs_at
from readiness.report.charts.frame import element
from readiness.wording.arrivals import arrivals_words
from readiness.wording.assumed import drawn_words
from readiness.wording.service import station_words
from scenarios.language.people import Population
from scenarios.language.scenario import Scenario
from scenarios.text.phrases import share_words

_PAD = 9.0
_QUEUE = 44.0  # of the sign that stands for a queue and its servers


@dataclass(frozen=True)
class Card:
    """A box of words, signs in a row below them, and maybe the sign of a queue at its right upper corner."""

    words: Column
    signs: list[Sign]
    look: str
    queue: int | None = -1  # how many may wait, None is without a limit; -1 has no sign of a queue
    foot: tuple[Markup, ...] = ()  # drawn below the words, `CURVE_HEIGHT` high

    @property
    def height(self) -> float:
        """As high as its words and signs need."""
        return self.words.height + 2 * _PAD + (SIGN + 5 if self.signs else 0) + (CURVE_HEIGHT if self.foot else 0)

    def at(self, x: float, y: float, width: float, height: float, fills: str) -> Iterator[Markup]:
        """The card of this size."""
        yield box(x, y, width, height, self.look, rx="5")
        yield from self.words.at(x + _PAD, y + _PAD)
        yield from signs_at(self.signs, x + _PAD, y + height - _PAD - SIGN, fills)
        if self.foot:
            moved = f"translate({x + _PAD:.1f} {y + _PAD + self.words.height + 6:.1f})"
            yield element("g", *self.foot, transform=moved)
        if self.queue != -1:
            yield from _queue(x + width - _PAD - _QUEUE + 6, y + _PAD, self.queue)


def _queue(x: float, y: float, limit: int | None) -> Iterator[Markup]:
    """Those who wait in a row, and the servers: open at its end where the queue has no limit, and none where nobody
    may wait."""
    if limit != 0:
        yield line([(x, y), (x + 22, y), (x + 22, y + 12), (x, y + 12)], "queue")
        yield from (line([(x + at, y), (x + at, y + 12)], "queue") for at in (15, 8))
        if limit is not None:
            yield line([(x, y), (x, y + 12)], "queue")
    yield element("circle", cx=x + 30, cy=y + 6, r="6", class_="pic-queue")


def population_card(name: str, people: Population, scenario: Scenario, signs: list[Sign], width: float) -> Card:
    """Who comes, when, and what they follow."""
    inside = width - 2 * _PAD
    said = [f"{arrivals_words(people.arrivals, scenario)}", f"journey: {people.journey}"]
    if people.behaviour:
        said.append(f"behaviour: {people.behaviour}")
    if people.priorities:
        shares = (f"{share_words(share)} {key.replace('_', '-')}" for key, share in people.priorities.items() if share)
        said.append(", ".join(shares))
    if (way := people.network) is not None:
        said.append(f"network: {drawn_words(way.there)} there, {drawn_words(way.back)} back")
    words = (TextLines.fit(name, inside, BOLD_FACE), *(TextLines.fit(each, inside, SMALL_FACE) for each in said))
    curve = tuple(arrivals_curve(people.arrivals, scenario, inside))
    return Card(Column(words), signs, "people", foot=curve)


def station_card(scenario: Scenario, name: str, signs: list[Sign], width: float) -> Card:
    """A station: its servers, its queue and its limits."""
    inside = width - 2 * _PAD
    first, *others = station_words(scenario, name)
    words = (
        TextLines.fit(name, inside - _QUEUE, BOLD_FACE),
        TextLines.fit(first, inside, PLAIN_FACE),
        *(TextLines.fit(each, inside, SMALL_FACE) for each in others),
    )
    return Card(Column(words), signs, "station", scenario.service.stations[name].queue)


def no_station_card(width: float) -> Card:
    """Where work is done for which nothing is held."""
    name = TextLines.fit("no station", width - 2 * _PAD, BOLD_FACE)
    about = TextLines.fit("work that takes time; nobody waits for it", width - 2 * _PAD, SMALL_FACE)
    return Card(Column((name, about)), [], "nowhere")
