"""A soak as a whole: what was played for how long, what drifted, and what came of the limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from readiness.drift.figures import generator_series, recorded_until_s, target_series, user_series
from readiness.drift.judge import DriftFigure, DriftLimit, LimitSummary, judged_drift, judged_limits
from readiness.drift.windows import soak_windows
from recordings.exchanges import Exchanges
from recordings.recording import Recording
from recordings.scrapes import Scrape

SOAK_FORMAT: Final = 1
_SKIPPED_SHARE: Final = 0.1


class SoakSummary(msgspec.Struct, frozen=True):
    """A soak in figures. Moments count from its start in seconds.

    It was to last `planned_s`, was recorded until `recorded_s`, and is judged from `from_s` to `to_s` in windows of
    `window_s`, of which `season` are one repetition of the replay window (1 where each holds whole ones). Windows
    `are_alike` where there are repetitions enough to lay one over another; otherwise what demand does of itself is in
    the figures. `scrapes` of the target's metrics were taken, of which `failed_scrapes` failed, the last as
    `last_failure` says.
    """

    format: int
    scenario: str
    target: str
    planned_s: float
    recorded_s: float
    repetition_s: float
    from_s: float
    to_s: float
    window_s: float
    windows: int
    season: int
    are_alike: bool
    figures: list[DriftFigure]
    limits: list[LimitSummary]
    scrapes: int = 0
    failed_scrapes: int = 0
    last_failure: str = ""
    why_invalid: list[str] = []


class SoakPlan(msgspec.Struct, frozen=True):
    """What was to be done: whose window, for how long, `skip_s` of it not judged (None: a tenth, and no less than the
    scenario's warm-up)."""

    scenario: str
    target: str
    length_s: float
    repetition_s: float
    skip_s: float | None = None
    limits: Sequence[DriftLimit] = ()
    warm_up_s: float = 0.0


def judged_soak(
    plan: SoakPlan,
    recording: Recording,
    exchanges: Exchanges | None,
    scrapes: Sequence[Scrape],
    why_invalid: Sequence[str] = (),
) -> SoakSummary:
    """The summary of a soak that went as far as its recording does."""
    until_s = min(recorded_until_s(exchanges), plan.length_s)
    skip_s = plan.skip_s if plan.skip_s is not None else max(_SKIPPED_SHARE * until_s, plan.warm_up_s)
    windows = soak_windows(recording.form, plan.repetition_s, skip_s, until_s)
    series = user_series(recording, windows) + target_series(scrapes, windows)
    figures = judged_drift(series + generator_series(recording, exchanges, windows), windows)
    failed = [scrape.failed for scrape in scrapes if scrape.failed]
    return SoakSummary(
        format=SOAK_FORMAT,
        scenario=plan.scenario,
        target=plan.target,
        planned_s=plan.length_s,
        recorded_s=round(until_s, 3),
        repetition_s=plan.repetition_s,
        from_s=float(windows.edges_s[0]),
        to_s=float(windows.edges_s[-1]),
        window_s=windows.length_s,
        windows=windows.number,
        season=windows.season,
        are_alike=windows.are_alike,
        figures=figures,
        limits=judged_limits(plan.limits, figures),
        scrapes=len(scrapes),
        failed_scrapes=len(failed),
        last_failure=failed[-1] if failed else "",
        why_invalid=list(why_invalid),
    )
