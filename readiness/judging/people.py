"""Measures of people: the time to a goal, the share that got there, the time in line, sessions and makespan.

A goal is an operation or an achievement; a person is a session and counts once a goal (`scenarios.behaviour.wishes`).
Of everybody who wanted it, N people, n got there, g gave up, and s were still trying when the recording ended:

    people share = n / N
    time to pNN  = the time t with #{got there within t} ≥ NN % · N; never, where n < NN % · N

Who gave up never gets there. Who was still trying is known only to take longer than was seen, so that a time has two
bounds: the lower counts them as there at their age, the upper as never. (Who gives up stays in the denominator, as in
the cumulative incidence of competing risks: Klein and Moeschberger, *Survival Analysis*, 2nd ed., 2003, ch. 2.7.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recordings.histogram import DurationHistogram, together
from recordings.recording import SPAN, WISHES, Recording
from recordings.tally import Tally

_ALL = tuple(range(len(WISHES)))
_GOT, _GAVE_UP, _TRYING = _ALL


@dataclass(frozen=True)
class PeopleWanting:
    """Those who wanted something: how long it took those who got there, how long the others had tried by the end."""

    got_there: DurationHistogram
    gave_up: DurationHistogram
    still_trying: DurationHistogram

    @property
    def wanted(self) -> int:
        """How many there are."""
        return self.got_there.count + self.gave_up.count + self.still_trying.count

    @property
    def share(self) -> float:
        """The share that got there; NaN of nobody."""
        return self.got_there.count / self.wanted if self.wanted else math.nan

    @property
    def share_at_most(self) -> float:
        """The share that may have got there, had the recording gone on; NaN of nobody."""
        return (self.wanted - self.gave_up.count) / self.wanted if self.wanted else math.nan

    def within(self, q: float) -> float:
        """The time in seconds within which a share `q` of all of them got there, at least: those who were still trying
        counted at their age. Infinite where they never do, NaN of nobody."""
        return _rank_in(self._there_or_trying, q * self.wanted) if self.wanted else math.nan

    def within_at_most(self, q: float) -> float:
        """The same at most: those who were still trying counted as never."""
        return _rank_in(self.got_there, q * self.wanted) if self.wanted else math.nan

    @cached_property
    def _there_or_trying(self) -> DurationHistogram:
        return together(self.got_there, self.still_trying)


def people_who_wanted(
    recording: Recording, goals: Sequence[str], populations: Sequence[str], windows: slice | None = None
) -> PeopleWanting:
    """Who of these populations (none: all) wanted one of the goals, by the window of their first intention."""
    return _people(recording.wishes, _rows(recording, goals, populations), windows or slice(None))


def sessions_of(recording: Recording, populations: Sequence[str], windows: slice | None = None) -> PeopleWanting:
    """The sessions of these populations (none: all) by the window of their start; who finished got there."""
    names = recording.form.populations
    rows = [names.index(name) for name in populations or names]
    return _people(recording.session_times, rows, windows or slice(None))


def in_line(
    recording: Recording, goals: Sequence[str], populations: Sequence[str], q: float, windows: slice | None = None
) -> tuple[float, float]:
    """The time in waiting rooms that a share `q` of all who wanted one of the goals does not exceed, each person's
    altogether, those who were in none at 0: at least and at most, for who was still trying may yet wait longer. NaN of
    nobody."""
    everyone = people_who_wanted(recording, goals, populations, windows).wanted
    return time_in_line(everyone, people_in_line(recording, goals, populations, windows), q)


def people_in_line(
    recording: Recording, goals: Sequence[str], populations: Sequence[str], windows: slice | None = None
) -> PeopleWanting:
    """Who of them was in a waiting room, by how that ended, with their time there."""
    return _people(recording.in_line, _rows(recording, goals, populations), windows or slice(None))


def time_in_line(everyone: int, waited: PeopleWanting, q: float) -> tuple[float, float]:
    """As `in_line`, of so many people of whom these waited."""
    if not everyone:
        return math.nan, math.nan
    rank = q * everyone - max(everyone - waited.wanted, 0)
    if rank <= 0:
        return 0.0, 0.0
    over = together(waited.got_there, waited.gave_up)
    return _rank_in(together(over, waited.still_trying), rank), _rank_in(over, rank)


def makespans(recording: Recording, populations: Sequence[str]) -> list[tuple[float, float]]:
    """For each launch the time in seconds from the first arrival of these populations (none: all) to the end of their
    last session, at least and at most: without an end where one was open when the recording ended. NaN where nobody
    came."""
    names = recording.form.populations
    chosen = recording.spans[:, [names.index(name) for name in populations or names]]
    first, last, still_open = (chosen[:, :, SPAN.index(name)] for name in SPAN)
    found = []
    for begins, ends, cut in zip(first.min(axis=1), last.max(axis=1), still_open.sum(axis=1), strict=True):
        seen_s = float(ends - begins) if np.isfinite(begins) else math.nan
        found.append((seen_s, math.inf if cut else seen_s))
    return found


def _people(tally: Tally, rows: Sequence[int], windows: slice) -> PeopleWanting:
    return PeopleWanting(*(tally.select(rows, [place], windows) for place in (_GOT, _GAVE_UP, _TRYING)))


def _rows(recording: Recording, goals: Sequence[str], populations: Sequence[str]) -> list[int]:
    form = recording.form
    numbers = [form.goals.index(goal) for goal in goals]
    chosen = [form.populations.index(name) for name in populations or form.populations]
    return [population * len(form.goals) + goal for population in chosen for goal in numbers]


def _rank_in(seen: DurationHistogram, rank: float) -> float:
    """The duration that `rank` of them do not exceed; infinite where there are not so many."""
    return seen.quantile(min(rank / seen.count, 1.0)) if seen.count and rank <= seen.count + 1e-9 else math.inf
