"""An effect on a service of queues, on either clock: all primitives that a kind may ask for."""

from __future__ import annotations

from scenarios.effects.effect import Effect
from simulations.effects.admission import OnAdmission
from simulations.effects.answers import OnAnswers
from simulations.effects.contended_record import OnRecord
from simulations.effects.queues import OnQueues
from simulations.effects.stations import OnStations
from simulations.effects.surroundings import OnSurroundings
from simulations.effects.work import OnWork


class ServiceEffect(OnStations, OnQueues, OnWork, OnAdmission, OnRecord, OnAnswers, OnSurroundings):
    """One fault or defence on one service; implements `scenarios.effects.effect.Effect`."""

    def begin(self) -> None:
        """Start to act, as its kind does."""
        effect: Effect = self
        self.settings.begin(effect)
