"""What the evidence says of one objective in one phase of a run."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """What the evidence says of an objective."""

    MET = "met"
    MISSED = "missed"
    NOT_ENOUGH_EVIDENCE = "not enough evidence"


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An objective's value in one phase, with its interval, in the objective's unit (seconds, fraction, per second,
    count); null where there is nothing to measure, or no interval to give.

    A time may be never: in how many launches, `never` says. Then their mean is never, too, and `value` is null.

    `replications` is how many launches had something to measure, `settled_by` how many would settle an undecided
    verdict, as far as can be told. `values` has each launch's own value in the measure's unit, null where it had
    nothing to measure; `missed_in` says how many of them miss the limit for certain, `missed_low` and `missed_high` are
    the exact 95 % interval for the share of launches that do.

    A recording may end, or a client stop waiting, before a value is known. Then `value` (and each of `values`) is what
    was seen, and `is_open` says that it may still become more; at most `up_to`, or without an end where that is null.
    Where that is bounded and makes no difference to the verdict, the value is not called open. Of several launches
    `never_in` and `longer_in` number those, from 1 on, in which a value was never, or had no upper bound.

    `served` is the share of all that it is about of which a time speaks, in the mean of the launches; null where it
    speaks of everybody, or there is nothing of it.
    """

    verdict: Verdict
    value: float | None
    low: float | None = None
    high: float | None = None
    replications: int = 1
    settled_by: int | None = None
    values: list[float | None] = []
    missed_in: int = 0
    missed_low: float | None = None
    missed_high: float | None = None
    is_open: bool = False
    up_to: float | None = None
    never: int = 0
    never_in: list[int] = []
    longer_in: list[int] = []
    served: float | None = None
