"""Servers that come and go with the load, and take their time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import Field, model_validator

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import AtStation, ServiceKind
from scenarios.language.registry import DEFENCES, Misfit, Surroundings
from scenarios.quantities.fields import PositiveDuration, Share
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import several, share_words

_SAMPLES: Final = 10  # between one look and the next


@DEFENCES.kind("capacity", rank=1)
class Autoscaling(AtStation, ServiceKind):
    """Servers are added while the station is busy and taken away while it is idle, each change after a delay."""

    busy_above: Share = Field(default=0.8, description="add when the mean share of busy servers is higher")
    busy_below: Share = Field(default=0.3, description="take away when it is lower")
    adds: int = Field(default=1, ge=1, description="how many servers a step")
    at_most: int = Field(ge=1)
    looks_every: PositiveDuration = Field(default=30.0)
    delay: PositiveDuration = Field(default=120.0, description="how long a new server takes to be ready")

    @model_validator(mode="after")
    def _ordered(self) -> Autoscaling:
        if self.busy_below >= self.busy_above:
            raise ValueError("busy_below must be smaller than busy_above")
        return self

    def words(self) -> str:
        return (
            f"autoscaling of {self.station}: {several(self.adds, 'server')} more above "
            f"{share_words(self.busy_above)} busy, fewer below {share_words(self.busy_below)}, "
            f"at most {self.at_most:,}; ready after {duration_text(self.delay)}"
        )

    def contradictions(self, scenario: Surroundings, name: str) -> Iterator[Misfit]:
        has = scenario.service.stations[self.station].servers
        if self.at_most <= has:
            yield ("at_most",), f"the station has {has} servers already: nothing to add"

    def intervals(self) -> Iterator[tuple[str, float]]:
        yield "looks_every", self.looks_every / _SAMPLES

    def begin(self, effect: Effect) -> None:
        """Looks at the mean share of busy servers since it last looked (ten samples), orders servers or sends some
        away, and orders no more while an order is under way."""
        _Scaler(self, effect)


class _Scaler:
    """How many servers were added, and how many are ordered."""

    def __init__(self, settings: Autoscaling, effect: Effect) -> None:
        self._settings, self._effect = settings, effect
        self._added, self._ordered = 0, 0
        self._seen: list[float] = []
        effect.every(settings.looks_every / _SAMPLES, self._look)
        effect.at_end(self._send_away)

    def _look(self) -> None:
        station, settings = self._effect.station, self._settings
        self._seen.append(station.busy / station.servers if station.servers else 1.0)
        if len(self._seen) < _SAMPLES:
            return
        busy_share, self._seen = sum(self._seen) / len(self._seen), []
        if self._ordered:
            return
        room = (
            settings.at_most - station.servers
        )  # below 0 when servers have come back in whose place it has added some
        if room < 0 or busy_share > settings.busy_above:
            self._order(max(-self._added, min(settings.adds, room)))
        elif busy_share < settings.busy_below:
            self._order(-min(settings.adds, self._added))

    def _order(self, servers: int) -> None:
        if servers:
            self._ordered = servers
            self._effect.after(self._settings.delay, lambda: self._arrive(servers))

    def _arrive(self, servers: int) -> None:
        if self._ordered:
            self._ordered = 0
            self._added += servers
            self._effect.resize(servers)
            self._effect.hit()

    def _send_away(self) -> None:
        self._ordered = 0  # what is still to come comes no more
        self._effect.resize(-self._added)
