"""The habit of each practice: the probability with which it tries the system next time.

A failed try takes a habit h of the way down to its floor f, a good one of the way up to 1:

    h ← h − failure · (h − f)        h ← h + success · (1 − h)

which is the linear operator model of learning (R. R. Bush and F. Mosteller, *Stochastic Models for Learning*, 1955,
ch. 3). So 0 ≤ f ≤ h ≤ 1 at every moment.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scenarios.behaviour.draws import Keys, mix, name_key, unit
from scenarios.language.practices import Habit

_SPREAD, _TRAINED = name_key("habit spread"), name_key("trained")
_LIKELY: Final = 0.5  # who would rather try than not uses the system


class Habits:
    """All practices' habits. `keys`, of shape (practices,), are theirs; `total` is the sum of the habits and `using`
    how many practices would rather try the system than not, of those that are `counted`: the worker's own.
    """

    def __init__(self, habit: Habit, keys: Keys, counted: list[bool]) -> None:
        self._habit, self._keys, self._counted = habit, keys, counted
        start = np.full(len(keys), habit.start)
        if habit.training is not None:
            trained = unit(mix(keys, _TRAINED)) < habit.training.share
            start = np.where(trained, habit.training.start, start)
        spread = (2 * unit(mix(keys, _SPREAD)) - 1) * habit.spread
        self._floors = [habit.floor] * len(keys)
        self.values: list[float] = np.clip(start + spread, habit.floor, 1.0).tolist()
        self.take_over(self.values)

    def take_over(self, values: list[float]) -> None:
        """Go on from these habits, one a practice."""
        self.values = list(values)
        mine = [value for value, is_counted in zip(values, self._counted, strict=True) if is_counted]
        self.total, self.using = float(sum(mine)), sum(value >= _LIKELY for value in mine)

    def failed(self, practice: int) -> None:
        """A try of this practice has failed."""
        value, floor = self.values[practice], self._floors[practice]
        self._becomes(practice, max(floor, value - self._habit.failure * (value - floor)))

    def went_well(self, practice: int) -> None:
        """A try of this practice went well."""
        value = self.values[practice]
        self._becomes(practice, min(1.0, value + self._habit.success * (1.0 - value)))

    def mandate(self, name: str) -> None:
        """A mandate comes into force."""
        mandate = self._habit.mandates[name]
        applies = unit(mix(self._keys, name_key(f"mandate {name}"))) < mandate.share
        for practice in np.flatnonzero(applies).tolist():
            self._floors[practice] = max(self._floors[practice], mandate.floor)
            self._becomes(practice, max(self.values[practice], self._floors[practice]))

    def _becomes(self, practice: int, value: float) -> None:
        before = self.values[practice]
        self.values[practice] = value
        if self._counted[practice]:
            self.total += value - before
            self.using += (value >= _LIKELY) - (before >= _LIKELY)
