"""Everything, or one station, stands still for a while: a garbage collector, a lock, a backup."""

from __future__ import annotations

from typing import Any

from simulations.effects.effect import Effect


class Pause(Effect):
    """One pause, or one each `every`. Work under way goes on afterwards for as long as it still had."""

    def begin(self) -> None:
        station = self.settings.station
        self._gates = self.service.gates_of(self.service.by_name[station] if station else None)
        self._holds = False
        self.at_end(self._let_go)
        self._stop()
        if self.settings.every is not None:
            self.every(self.settings.every, self._stop)

    def _stop(self) -> None:
        self._holds = True
        for pause_gate in self._gates:
            pause_gate.close(self.service.env.now)
        self.hit()
        if self.settings.length is not None:
            self.service.env.timeout(self.settings.length).callbacks.append(self._over)

    def _over(self, _: Any) -> None:
        self._let_go()

    def _let_go(self) -> None:
        if self._holds:
            self._holds = False
            for pause_gate in self._gates:
                self.service.reopen(pause_gate)
