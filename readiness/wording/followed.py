"""People, patients and staff in words and rows: the same for terminal, report and exports.

Attempts, people and referrals are three things: what stands here speaks of referrals, of staff and of practices.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from readiness.judging.referral_summary import PLACE_GROUPS, place_group
from readiness.wording.figures import count, share_text
from recordings.followed import (
    BacklogSummary,
    CostSummary,
    DelayTimes,
    FollowedSummary,
    LateReferrals,
    PlacedReferrals,
    PracticeSummary,
    ReferralSummary,
)
from recordings.phases import PhaseSummary
from scenarios.language.outcomes import ELECTRONIC, NOT_RECEIVED
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import listed, several

PRIORITY_WORDS: Final = {"two_week_wait": "two-week wait", "urgent": "urgent", "routine": "routine"}
GROUP_WORDS: Final = {
    "electronic": "received electronically",
    "half-made": "half-made",
    "another channel": "sent by another channel",
    "open": "held or under way",
    "never": "lost, forgotten or given up",
}
DELAY_WORDS: Final = {
    "p50": "half received within",
    "p95": "19 of 20 within",
    "worst_p95": "19 of 20 within, worst launch",
    "mean": "mean of the received",
}
ALL_PRIORITIES: Final = "all"
_DAY_S: Final = 86_400
_MANY_LAUNCHES: Final = 2
_DAYS_SAID: Final = 7  # of more days only the last is
_LEAST_SHARE: Final = 0.0005  # what is less reads as none to a tenth of a per cent
_Cells = list[tuple[str, str]]  # a number and what share it is, if that is said


def priorities_of(referrals: ReferralSummary) -> list[str]:
    """The heads of a table of referrals: each priority, then all of them."""
    return [*(PRIORITY_WORDS.get(name, name) for name in referrals.priorities), ALL_PRIORITIES]


def place_rows(referrals: ReferralSummary) -> Iterator[tuple[str, _Cells]]:
    """Where referrals are, by priority: how many arose, then each place in which there is one, with its share of them.
    A column adds up to its first number."""
    columns = [*referrals.priorities.values(), referrals]
    yield "arose", [(count(each.arose), "") for each in columns]
    for place, number in referrals.places.items():
        if number:
            yield place_words(place), [(count(each.places[place]), _share(each, [place])) for each in columns]


def delay_rows(referrals: ReferralSummary, launches: int) -> Iterator[tuple[str, list[str]]]:
    """Times from consultation to receipt, by priority; the worst launch where there are several."""
    columns = [*referrals.priorities.values(), referrals]
    for name, words in DELAY_WORDS.items():
        if name != "worst_p95" or launches >= _MANY_LAUNCHES:
            yield words, [delay_words(each.delay_s, name) for each in columns]


def staff_rows(staff_h: dict[str, dict[str, float]]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Hours by role: the heads of what they went into, and a row a role, the last of each being all."""
    activities = list(dict.fromkeys(name for spent in staff_h.values() for name in spent))
    rows = [
        (role, [*(hours_words(spent[name]) if name in spent else "–" for name in activities), _hours(spent)])
        for role, spent in staff_h.items()
    ]
    return [*activities, "all"], rows


def followed_sentences(phase: PhaseSummary, followed: FollowedSummary) -> dict[str, str]:
    """One plain sentence about each: `places`, `late`, `delay`, `staff`, `cost`, `practices`, `backlog`; none about
    what the scenario does not model."""
    referrals, practices = followed.referrals, followed.practices
    said = {
        "places": _places(referrals) if referrals else "",
        "late": _late(referrals.two_week_wait, phase.launches) if referrals and referrals.two_week_wait else "",
        "delay": _delay(referrals, phase.launches) if referrals and referrals.arose else "",
        "staff": _staff(followed.staff_h),
        "cost": _cost(followed.cost) if followed.cost else "",
        "practices": _practices(practices) if practices else "",
        "backlog": _backlog(practices.backlog, phase) if practices else "",
    }
    return {name: sentence for name, sentence in said.items() if sentence}


def place_words(place: str) -> str:
    """`electronic at once`, `by post`, `lost`: a channel is a way by which a referral was received."""
    return place if place in (*ELECTRONIC, *NOT_RECEIVED) else f"by {place}"


def delay_words(times: DelayTimes, name: str) -> str:
    """One of the delays in words: `6 min`, `longer than 30 h`, `never`; a dash of none."""
    if name in times.never:
        return "never"
    seconds = getattr(times, name)
    words = "–" if seconds is None else long_words(seconds)
    return f"longer than {words}" if name in times.longer_than else words


def long_words(seconds: float) -> str:
    """A time that may be days: `45 s`, `90 min`, `26 h`, `5.5 days`."""
    if seconds >= 3 * _DAY_S:
        return f"{seconds / _DAY_S:.3g} days"
    return f"{seconds / 3600:.3g} h" if seconds >= 7200 else duration_text(seconds)


def referrals_words(number: float) -> str:
    """So many of them: `1 referral`, `1,200 referrals`."""
    return f"{count(number)} {'referral' if number == 1 else 'referrals'}"


def hours_words(hours: float) -> str:
    """Hours of people's time: `312 h`, `0.25 h`."""
    return f"{count(hours)} h"


def money_words(currency: str, value: float) -> str:
    """An amount: `£4,120`, `£2.50`, `EUR 4,120`."""
    sign = f"{currency} " if currency[-1:].isalpha() else currency
    return f"{sign}{value:,.0f}" if value >= 100 or value == int(value) else f"{sign}{value:,.2f}"


def _share(placed: PlacedReferrals, places: list[str]) -> str:
    """What share of those that arose is in some places; nothing where none is."""
    share = math.fsum(placed.shares[place] or 0.0 for place in places)
    return _share_words(share) if share else ""


def _share_words(share: float) -> str:
    return "< 0.1 %" if 0 < share < _LEAST_SHARE else share_text(share)


def _hours(spent: dict[str, float]) -> str:
    return hours_words(math.fsum(spent.values()))


def _places(referrals: ReferralSummary) -> str:
    """Where they are, by groups of places: the numbers add up to those that arose."""
    if not referrals.arose:
        return "No referral arises."
    words = []
    for group in PLACE_GROUPS:
        places = [place for place in referrals.places if place_group(place) == group]
        if number := math.fsum(referrals.places[place] for place in places):
            are = "is" if number == 1 else "are"
            words.append(f"{count(number)} {are} {GROUP_WORDS[group]} ({_share(referrals, places)})")
    return f"Of {referrals_words(referrals.arose)} that arise, {listed(words)} when the recording ends."


def _late(late: LateReferrals, launches: int) -> str:
    bad, within = late.later + late.never, long_words(late.limit_s)
    undecided = f"; {count(late.undecided)} more were still open, and not so old, at the end" if late.undecided else ""
    if not bad:
        return f"No referral of the two-week wait is received later than {within} after the consultation{undecided}."
    share = f" ({_share_words(late.share)})" if late.share else ""
    several_launches = (
        f"; {count(late.worst)} in the worst launch, and some in {late.in_launches:,} of {launches:,} launches"
        if launches >= _MANY_LAUNCHES
        else ""
    )
    return (
        f"Of the referrals of the two-week wait {count(bad)}{share} are received later than {within} after the "
        f"consultation, or never ({count(late.later)} later, {count(late.never)} never){several_launches}{undecided}."
    )


def _delay(referrals: ReferralSummary, launches: int) -> str:
    half, most, worst = (_within(referrals.delay_s, name) for name in ("p50", "p95", "worst_p95"))
    in_worst = f", in the worst launch {worst}" if launches >= _MANY_LAUNCHES else ""
    return f"From consultation to receipt, of all referrals: half {half}, 19 of 20 {most}{in_worst}."


def _within(times: DelayTimes, name: str) -> str:
    words = delay_words(times, name)
    return words if name in (*times.never, *times.longer_than) else f"within {words}"


def _staff(staff_h: dict[str, dict[str, float]]) -> str:
    if not staff_h:
        return ""
    total = math.fsum(math.fsum(spent.values()) for spent in staff_h.values())
    roles = [f"{role}s {_hours(spent)}" for role, spent in staff_h.items()]
    return f"It takes {hours_words(total)} of staff time: {listed(roles)}."


def _cost(cost: CostSummary) -> str:
    parts = [
        f"{money_words(cost.currency, math.fsum(prices.values()))} for {what}"
        for what, prices in (("channels", cost.channels), ("staff time", cost.staff))
        if prices
    ]
    return f"It costs {money_words(cost.currency, cost.total)}: {listed(parts)}."


def _practices(practices: PracticeSummary) -> str:
    tried, got_in = count(practices.tried), count(practices.got_in)
    by_day = list(practices.using_by_day.items())
    shown = by_day if len(by_day) <= _DAYS_SAID else by_day[-1:]
    days = [f"{share_text(share)} at the end of {day}" for day, share in shown]
    still = f"; {listed(days)} would rather try it than not" if days else ""
    return f"Of {several(practices.number, 'practice')} {tried} try the system and {got_in} get in{still}."


def _backlog(backlog: BacklogSummary, phase: PhaseSummary) -> str:
    if not backlog.height:
        return "Practices hold no referral at any time."
    many = phase.launches >= _MANY_LAUNCHES
    worst = f" ({count(backlog.worst_height)} in the worst launch)" if many else ""
    held = f"At the height practices hold {referrals_words(backlog.height)}{worst}"
    if backlog.cleared_s is not None:
        mean = " in the mean" if many else ""
        return f"{held}; {long_words(backlog.cleared_s)} later{mean} no more than 1 % of that is left."
    where = f", some in {backlog.not_cleared_in:,} of {phase.launches:,} launches" if many else ""
    return f"{held}, and {count(backlog.at_end)} at the end{where}."
