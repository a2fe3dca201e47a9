"""How people, patients and staff look in a terminal: the rows and sentences of the report, in 80 columns."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from readiness.wording.followed import delay_rows, followed_sentences, place_rows, priorities_of, staff_rows
from recordings.followed import FollowedSummary, ReferralSummary
from recordings.phases import PhaseSummary
from rehearse.shown.showing import plain_table


def followed_view(words: str, phase: PhaseSummary, followed: FollowedSummary) -> Iterator[Text | Table]:
    """One phase, which `words` names: where referrals are, how long they took, hours, cost and practices."""
    said = followed_sentences(phase, followed)
    if followed.referrals is not None:
        yield _referrals(words, followed.referrals, phase.launches)
    yield from _lines(words, said, "places", "late", "delay")
    if followed.staff_h:
        heads, rows = staff_rows(followed.staff_h)
        table = plain_table(f"Staff time, {words}", *heads)
        for role, cells in rows:
            table.add_row(role, *cells)
        yield table
    yield from _lines(words, said, "staff", "cost", "practices", "backlog")


def _referrals(words: str, referrals: ReferralSummary, launches: int) -> Table:
    """The places, which add up to those that arose, and the times to receipt below them."""
    table = plain_table(f"Referrals, {words}", *priorities_of(referrals))
    for place, cells in place_rows(referrals):
        table.add_row(Text(place), *(f"{number} ({share})" if share else number for number, share in cells))
    for name, times in delay_rows(referrals, launches):
        table.add_row(name, *times)
    return table


def _lines(words: str, said: dict[str, str], *names: str) -> Iterator[Text]:
    return (Text(f"{words.capitalize()}: {said[name]}") for name in names if name in said)
