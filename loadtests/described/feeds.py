"""Which row of a file each session has, whichever worker performs it.

The sessions that use a file are numbered in the order of their starts, from the first that a replay sends; the rule
goes by that number, or by the session's key where rows are drawn. A worker therefore needs nobody to tell it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from loadtests.target.refusal import TargetNotUsableError
from scenarios.behaviour.draws import mix, name_key, unit
from scenarios.behaviour.schedule import Schedule
from scenarios.language.data import DataFeed
from scenarios.language.scenario import Scenario
from scenarios.language.values import feeds_of
from scenarios.measured.rows import DataRows, read_rows
from scenarios.measured.unusable import UnusableValuesError


@dataclass(frozen=True)
class Feed:
    """A file of rows. `places[n]` is the number among its sessions of session `first + n` of the schedule."""

    name: str
    rule: DataFeed
    rows: DataRows
    places: npt.NDArray[np.int64]
    first: int

    def row_of(self, number: int, key: int) -> tuple[Any, ...] | None:
        """The row of a session; None for one beyond the last."""
        count = len(self.rows.rows)
        if self.rule.use == "random":
            return self.rows.rows[int(unit(mix(key, name_key(f"data {self.name}"))) * count)]
        nth = number - self.first
        if not 0 <= nth < len(self.places):  # who was carried over into the window is none of its sessions
            return self.rows.rows[key % count]
        place = int(self.places[nth])
        if place >= count and not self.rule.repeats:
            return None
        return self.rows.rows[place % count]


def feeds(scenario: Scenario, whole: Schedule) -> dict[str, Feed]:
    """The files of rows by name, for a replay of the sessions of `whole` (of all workers).

    Raises `TargetNotUsableError` when a file cannot be read, or is not the one that the scenario was read with.
    """
    found, number_of = {}, {name: number for number, name in enumerate(scenario.populations)}
    first = int(whole.number[0]) if len(whole) else 0
    for name, rule in scenario.data.items():
        using = [number_of[population] for population in number_of if name in feeds_of(scenario, population)]
        places = np.cumsum(np.isin(whole.population, using)) - 1
        found[name] = Feed(name, rule, _same_rows(name, rule), places.astype(np.int64), first)
    return found


def short_feeds(scenario: Scenario, whole: Schedule) -> list[str]:
    """A word about every file that has fewer rows than there are sessions to take one each, and does not repeat."""
    said = []
    for name, rule in scenario.data.items():
        if rule.repeats or rule.use == "random" or rule.found is None:
            continue
        using = [number for number, one in enumerate(scenario.populations) if name in feeds_of(scenario, one)]
        sessions = int(np.isin(whole.population, using).sum())
        if sessions > rule.found.rows:
            said.append(
                f"data.{name} has {rule.found.rows:,} rows for {sessions:,} sessions: the requests of the last "
                f"{sessions - rule.found.rows:,} that need one will be errors"
            )
    return said


def _same_rows(name: str, rule: DataFeed) -> DataRows:
    try:
        rows = read_rows(Path(rule.file))
    except UnusableValuesError as error:
        raise TargetNotUsableError(f"data.{name}: {error}") from None
    if rule.found is not None and rows.checksum != rule.found.checksum:
        raise TargetNotUsableError(f"data.{name}: {rule.file} is not the file with which this run began")
    return rows
