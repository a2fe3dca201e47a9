"""The habit of each practice: the probability with which it tries the system next time, and what it learns from
(`formulas`)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scenarios.behaviour.draws import Keys, mix, name_key, unit
from scenarios.language.practices import Habit, Mandate
from scenarios.practices.formulas import after_a_failure, after_a_success, is_used

_SPREAD, _TRAINED = name_key("habit spread"), name_key("trained")


class Habits:
    """All practices' habits. `keys`, of shape (practices,), are theirs; `floors` are the least that habits may be;
    `total` is the sum of the habits and `using`
    how many practices would rather try the system than not, of those that are `counted`: the worker's own.
    """

    def __init__(self, habit: Habit, keys: Keys, counted: list[bool]) -> None:
        self._habit, self._keys, self._counted = habit, keys, counted
        self.mandates: Mapping[str, Mandate] = habit.mandates
        start = np.full(len(keys), habit.start)
        if habit.training is not None:
            trained = unit(mix(keys, _TRAINED)) < habit.training.share
            start = np.where(trained, habit.training.start, start)
        spread = (2 * unit(mix(keys, _SPREAD)) - 1) * habit.spread
        self.floors = [habit.floor] * len(keys)
        self.values: list[float] = np.clip(start + spread, habit.floor, 1.0).tolist()
        self.take_over(self.values)

    def take_over(self, values: list[float]) -> None:
        """Go on from these habits, one a practice."""
        self.values = list(values)
        mine = [value for value, is_counted in zip(values, self._counted, strict=True) if is_counted]
        self.total, self.using = float(sum(mine)), sum(map(is_used, mine))

    def failed(self, practice: int) -> None:
        """A try of this practice has failed."""
        value, floor = self.values[practice], self.floors[practice]
        self._becomes(practice, after_a_failure(value, floor, self._habit.failure))

    def went_well(self, practice: int) -> None:
        """A try of this practice went well."""
        self._becomes(practice, after_a_success(self.values[practice], self._habit.success))

    def mandate(self, name: str) -> None:
        """A mandate comes into force."""
        mandate = self.mandates[name]
        applies = unit(mix(self._keys, name_key(f"mandate {name}"))) < mandate.share
        for practice in np.flatnonzero(applies).tolist():
            self.floors[practice] = max(self.floors[practice], mandate.floor)
            self._becomes(practice, max(self.values[practice], self.floors[practice]))

    def _becomes(self, practice: int, value: float) -> None:
        before = self.values[practice]
        self.values[practice] = value
        if self._counted[practice]:
            self.total += value - before
            self.using += is_used(value) - is_used(before)
