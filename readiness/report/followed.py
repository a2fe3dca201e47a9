"""People, patients and staff in the report: where referrals are, how long they took, hours, cost and practices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from markupsafe import Markup

from readiness.judging.practices import samples_taken
from readiness.judging.referral_summary import PLACE_GROUPS
from readiness.report.charts.day_bars import day_bars
from readiness.report.charts.faults import FaultMark, room
from readiness.report.charts.frame import Frame, Text, share_axis, time_axis, value_axis
from readiness.report.charts.over_time import area, curve
from readiness.report.charts.series import bins
from readiness.report.faults import PHASE_WORDS, Run, marks, marks_in_words
from readiness.report.figures import chart_with_faults, marks_said
from readiness.wording.figures import count, share_text
from readiness.wording.followed import (
    GROUP_WORDS,
    delay_rows,
    followed_sentences,
    place_rows,
    priorities_of,
    referrals_words,
    staff_rows,
)
from recordings.followed import FollowedSummary, PracticeSummary, ReferralSummary
from recordings.histogram import FloatArray
from recordings.phases import PhaseName, PhaseSummary
from recordings.recording import PRACTICE_GAUGES, Recording

_POINTS: Final = 160
_TICKS: Final = 6
_SENTENCES: Final = ("places", "late", "delay", "staff", "cost", "practices", "backlog")  # any may be missing
_HEARD_DOWN: Final = PRACTICE_GAUGES.index("believe_down")


@dataclass(frozen=True)
class PracticesOverTime:
    """Practices between one edge and the next, in the mean over launches: the share that would rather try the system
    than not, the share that has heard that it is down, and how many referrals all of them hold."""

    edges_s: FloatArray
    using: FloatArray
    heard_down: FloatArray
    held: FloatArray


def followed_parts(run: Run, measured_on: str, moment: Text) -> list[dict[str, Any]]:
    """What the page shows of each phase that followed people, patients and staff; nothing where none did."""
    return [
        _part(run, name, run.summary.phases[name], followed, measured_on, moment)
        for name, followed in run.summary.followed.items()
    ]


def _part(
    run: Run, name: PhaseName, phase: PhaseSummary, followed: FollowedSummary, measured_on: str, moment: Text
) -> dict[str, Any]:
    referrals, recording = followed.referrals, run.recordings.get(name)
    shown = _within(marks(run, name), recording) if recording is not None else []
    on = f", measured on {measured_on}" if name == "measured" else ""
    means = f", mean of {phase.launches} launches" if phase.launches > 1 else ""
    heading = PHASE_WORDS[name] if name != "measured" else "replay"
    return {
        "name": name,
        "heading": f"{heading.capitalize()}, {phase.span}{means}{on}",
        "said": dict.fromkeys(_SENTENCES, "") | followed_sentences(phase, followed),
        "priorities": priorities_of(referrals) if referrals else [],
        "places": list(place_rows(referrals)) if referrals else [],
        "delays": list(delay_rows(referrals, phase.launches)) if referrals else [],
        "days": _days(name, heading, referrals) if referrals and referrals.arose else None,
        "groups": _groups(referrals) if referrals else [],
        "staff": staff_rows(followed.staff_h) if followed.staff_h else None,
        "faults": marks_in_words(run, shown),
        "instants": any(mark.is_instant for mark in shown),
        "heard": recording is not None and bool(recording.practices[_HEARD_DOWN : _HEARD_DOWN + 1].any()),
        "charts": _charts(name, phase, followed.practices, recording, moment, shown)
        if recording is not None and followed.practices is not None
        else [],
    }


def practices_over_time(recording: Recording, points: int) -> PracticesOverTime | None:
    """The gauges of practices in at most `points` bins, as far as samples were taken; None without any."""
    form, taken = recording.form, samples_taken(recording)
    if not taken:
        return None
    per_window = form.samples_per_window
    windows = -(-taken // per_window)
    first, ends = bins(windows, points)
    sums = np.add.reduceat(recording.practices[:, :taken], first * per_window, axis=1)
    sizes = np.minimum(ends * per_window, taken) - first * per_window
    means = dict(zip(PRACTICE_GAUGES, sums / sizes / max(recording.launches, 1), strict=True))
    return PracticesOverTime(
        edges_s=form.start_s + np.append(first, windows) * form.window_s,
        using=means["using"] / form.practices,
        heard_down=means["believe_down"] / form.practices,
        held=means["held"],
    )


def _groups(referrals: ReferralSummary) -> list[tuple[str, str, float]]:
    """(group, in words, how many) of the groups in which there is a referral."""
    totals = {group: sum(parts[group] for parts in referrals.by_day.values()) for group in PLACE_GROUPS}
    return [(group, GROUP_WORDS[group], number) for group, number in totals.items() if number]


def _days(name: PhaseName, heading: str, referrals: ReferralSummary) -> Markup:
    words = [
        f"{day}: " + ", ".join(f"{count(number)} {GROUP_WORDS[group]}" for group, number in parts.items() if number)
        for day, parts in referrals.by_day.items()
    ]
    title = f"Where referrals are, by the day of the consultation: {heading}"
    bars = [(day, referrals_words(sum(parts.values())), parts) for day, parts in referrals.by_day.items()]
    return day_bars(f"days-{name}", title, "; ".join(words) + ".", bars)


def _charts(
    name: PhaseName,
    phase: PhaseSummary,
    practices: PracticeSummary,
    recording: Recording,
    moment: Text,
    faults: list[FaultMark],
) -> list[tuple[str, Markup]]:
    """(key, chart): how many practices still use the system, and how many referrals they hold."""
    seen = practices_over_time(recording, _POINTS)
    if seen is None:
        return []
    x = time_axis(float(seen.edges_s[0]), float(seen.edges_s[-1]), moment, _TICKS)
    by_day = ", ".join(f"{share_text(share)} at the end of {day}" for day, share in practices.using_by_day.items())
    using = Frame(
        name=f"using-{name}",
        title="Practices that would rather try the system than not",
        description=f"{by_day}.{marks_said(faults, x, moment)}",
        unit="of practices",
        x=x,
        y=share_axis(),
        height=120,
        head=26,
        marks=room(faults, x),
    )
    highest = float(seen.held.max())
    at = moment(float(seen.edges_s[int(seen.held.argmax())]))
    held = Frame(
        name=f"held-{name}",
        title="Referrals that practices hold",
        description=f"{count(highest)} at the height, {at}; {count(practices.backlog.at_end)} at the end."
        f"{marks_said(faults, x, moment)}",
        unit="referrals held",
        x=x,
        y=value_axis(max(highest, 1.0), 3),
        height=120,
        head=26,
        marks=room(faults, x),
    )
    heard = [curve(using, seen.edges_s, seen.heard_down, "heard_down")] if seen.heard_down.any() else []
    return [
        ("using", chart_with_faults(using, [*heard, curve(using, seen.edges_s, seen.using, "using")], faults)),
        ("held", chart_with_faults(held, area(held, seen.edges_s, seen.held, "queue"), faults)),
    ]


def _within(faults: list[FaultMark], recording: Recording) -> list[FaultMark]:
    return [mark for mark in faults if mark.end_s >= recording.form.start_s and mark.start_s <= recording.form.end_s]
