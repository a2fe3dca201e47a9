"""What time it is in the scenario, when the wall clock shows some moment."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Final

from scenarios.language.scenario import Scenario

_ROUNDED_S: Final = 0.02  # so much before a second's end it is taken for the next: two clocks are compared here


class ScenarioTime:
    """The wall clock, and the scenario's time once it has begun. `zero_epoch_s` is when the scenario's time was 0."""

    def __init__(self, scenario: Scenario, epoch_s: Callable[[], float] = time.time) -> None:
        self._calendar = scenario.calendar if scenario.is_clock else None
        self.epoch_s = epoch_s
        self.zero_epoch_s: float | None = None

    def now_s(self) -> float | None:
        """The scenario's time; None while it has not begun."""
        return self.at(self.epoch_s())

    def at(self, epoch_s: float) -> float | None:
        """The scenario's time at another moment."""
        return None if self.zero_epoch_s is None else round(epoch_s - self.zero_epoch_s, 3)

    def shown(self, epoch_s: float) -> str:
        """A moment as the scenario writes moments; empty while it has not begun."""
        moment_s = self.at(epoch_s)
        return "" if moment_s is None else self.written(moment_s)

    def written(self, moment_s: float) -> str:
        """A moment of the scenario: `08:04:12`, `Wed 08:04:12`, or `84 s` where the period is no time of day."""
        whole_s = math.floor(moment_s + _ROUNDED_S)
        if self._calendar is None:
            return f"{whole_s} s"
        return self._calendar.text(max(0, whole_s), to_the_second=True)

    def present(self) -> dict[str, Any]:
        """Now, in both."""
        epoch_s = self.epoch_s()
        return {"at_s": round(epoch_s, 3), "now": self.shown(epoch_s), "now_s": self.at(epoch_s)}
