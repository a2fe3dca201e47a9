"""What became of referrals, staff and practices as rows of CSV files. A run that follows none of them has no rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from recordings.summary import Summary

Row = dict[str, Any]
_ALL = "all"


def followed_rows(summary: Summary) -> dict[str, Iterable[Row]]:
    """The rows of each table by its name; priorities, days and roles are named as in `summary.json`."""
    return {
        "referrals": _referrals(summary),
        "referrals-by-day": _by_day(summary),
        "delays": _delays(summary),
        "two-week-wait": _two_week_wait(summary),
        "staff": _staff(summary),
        "costs": _costs(summary),
        "practices": _practices(summary),
        "practices-by-day": _practices_by_day(summary),
    }


def _referrals(summary: Summary) -> Iterator[Row]:
    for phase, followed in summary.followed.items():
        if (referrals := followed.referrals) is not None:
            for priority, placed in [*referrals.priorities.items(), (_ALL, referrals)]:
                for place, number in placed.places.items():
                    where: Row = {"phase": phase, "priority": priority, "place": place}
                    yield where | {"referrals": number, "share": placed.shares[place]}


def _by_day(summary: Summary) -> Iterator[Row]:
    for phase, followed in summary.followed.items():
        for day, groups in (followed.referrals.by_day if followed.referrals else {}).items():
            yield from ({"phase": phase, "day": day, "where": name, "referrals": each} for name, each in groups.items())


def _delays(summary: Summary) -> Iterator[Row]:
    for phase, followed in summary.followed.items():
        if (referrals := followed.referrals) is not None:
            for priority, placed in [*referrals.priorities.items(), (_ALL, referrals)]:
                times = placed.delay_s
                yield {
                    "phase": phase,
                    "priority": priority,
                    "arose": placed.arose,
                    **{f"{name}_s": getattr(times, name) for name in ("mean", "p50", "p95", "worst_p95")},
                    "never": " ".join(times.never),
                    "longer_than": " ".join(times.longer_than),
                }


def _two_week_wait(summary: Summary) -> Iterator[Row]:
    for phase, followed in summary.followed.items():
        if followed.referrals is not None and followed.referrals.two_week_wait is not None:
            yield {"phase": phase, **msgspec.structs.asdict(followed.referrals.two_week_wait)}


def _staff(summary: Summary) -> Iterator[Row]:
    for phase, followed in summary.followed.items():
        for role, spent in followed.staff_h.items():
            yield from ({"phase": phase, "role": role, "activity": name, "hours": each} for name, each in spent.items())


def _costs(summary: Summary) -> Iterator[Row]:
    for phase, followed in summary.followed.items():
        if (cost := followed.cost) is not None:
            parts = [*(("channel", *each) for each in cost.channels.items())]
            parts += [*(("staff", *each) for each in cost.staff.items()), (_ALL, "", cost.total)]
            for kind, name, value in parts:
                yield {"phase": phase, "of": kind, "name": name, "cost": value, "currency": cost.currency}


def _practices(summary: Summary) -> Iterator[Row]:
    for phase, followed in summary.followed.items():
        if (practices := followed.practices) is not None:
            figures = {name: getattr(practices, name) for name in ("number", "tried", "got_in", "habit_at_end")}
            backlog = msgspec.structs.asdict(practices.backlog)
            yield {"phase": phase, **figures, **{f"backlog_{name}": each for name, each in backlog.items()}}


def _practices_by_day(summary: Summary) -> Iterator[Row]:
    for phase, followed in summary.followed.items():
        using = followed.practices.using_by_day if followed.practices else {}
        yield from ({"phase": phase, "day": day, "using_share": share} for day, share in using.items())
