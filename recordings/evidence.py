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
    verdict, as far as can be told.
    """

    verdict: Verdict
    value: float | None
    low: float | None = None
    high: float | None = None
    replications: int = 1
    settled_by: int | None = None
    never: int = 0
