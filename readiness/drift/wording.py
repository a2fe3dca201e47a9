"""A soak in words: what drifted, by how much, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from readiness.drift.judge import DriftFigure, DriftVerdict, LimitSummary
from readiness.drift.soak import SoakSummary
from readiness.wording.figures import amount
from scenarios.quantities.units import duration_text

DRIFT_COLUMNS: Final = ("Figure", "At first", "Change", "95 % interval", "Relative", "corrected p", "")
_NAMED_MOST: Final = 2  # of each side
_USERS_FIRST: Final = {"p50": 0, "p95": 1, "failed share": 2, "p99": 3, "good answers": 4}
_BYTES: Final = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def soak_sentence(soak: SoakSummary) -> str:
    """What got worse, of the target the largest relative change first; or that nothing was found, or could be."""
    lasted = f"{duration_text(soak.to_s - soak.from_s)} in {soak.windows} windows of {duration_text(soak.window_s)}"
    if not soak.figures or all(figure.verdict == DriftVerdict.TOO_FEW for figure in soak.figures):
        return f"Not enough windows to judge: {lasted}."
    worse = [figure for figure in soak.figures if figure.is_worse and figure.source != "generator"]
    if not worse:
        return f"No drift for the worse found over {lasted}."
    target = [figure for figure in worse if figure.source == "target"]
    users = sorted(
        (figure for figure in worse if figure.source == "users"), key=lambda one: _USERS_FIRST.get(one.name, 9)
    )
    named = [*target[:_NAMED_MOST], *users[:_NAMED_MOST]]
    words = "; ".join(f"{one.name} {one.verdict} {by_how_much(one)}" for one in named)
    more = len(worse) - len(named)
    return f"Over {lasted}: {words}{f'; {more} more' if more else ''}."


def by_how_much(figure: DriftFigure) -> str:
    """`by 80 % (70 % to 90 %), from 120 MiB`, or in the figure's own unit where it began from nothing."""
    if figure.level is None or figure.change is None:
        return ""
    at_first = f"from {drift_amount(figure.level, figure.unit)}"
    if figure.unit == "share" or figure.relative is None:
        return f"by {_changed(abs(figure.change), figure.unit).lstrip('+')} ({_interval(figure)}), {at_first}"
    low, high = figure.relative_low or 0.0, figure.relative_high or 0.0
    return f"by {abs(figure.relative) * 100:.3g} % ({low * 100:+.3g} % to {high * 100:+.3g} %), {at_first}"


def cautions_of(soak: SoakSummary) -> list[str]:
    """What a reader must know before believing it."""
    found = []
    if soak.recorded_s < soak.planned_s - soak.window_s:
        found.append(
            f"It ended before its time: {duration_text(soak.recorded_s)} of {duration_text(soak.planned_s)} were"
            " recorded, and are judged."
        )
    if soak.why_invalid:
        found.append(f"The replay is invalid, so a drift may be the load generator's: {'; '.join(soak.why_invalid)}.")
    if not soak.are_alike:
        found.append(
            f"Of repetitions of {duration_text(soak.repetition_s)} there are too few to lay one over another: where"
            " the scenario's demand itself changes, so does what comes of it."
        )
    elif any(figure.name == "requests offered" and figure.has_drifted for figure in soak.figures):
        found.append("The requests offered drift themselves: people try again more often, or less, than at first.")
    drifting = [figure.name for figure in soak.figures if figure.source == "generator" and figure.is_worse]
    if drifting:
        found.append(f"The load generator drifts as well: {', '.join(drifting)}.")
    if soak.failed_scrapes:
        found.append(
            f"{soak.failed_scrapes:,} of {soak.scrapes:,} scrapes of the target's metrics failed, the last because"
            f" {soak.last_failure}."
        )
    return found


def drift_row(figure: DriftFigure) -> tuple[str, ...]:
    """By DRIFT_COLUMNS."""
    if figure.level is None or figure.change is None:
        return (figure.name, "–", "–", "–", "–", "–", figure.verdict.value)
    return (
        figure.name,
        drift_amount(figure.level, figure.unit),
        _changed(figure.change, figure.unit),
        _interval(figure),
        "–" if figure.relative is None else f"{figure.relative * 100:+.3g} %",
        "< 0.001" if (figure.corrected_p or 0.0) < 0.001 else f"{figure.corrected_p:.2g}",
        figure.verdict.value,
    )


def limit_sentences(limits: Sequence[LimitSummary]) -> list[str]:
    """`p95, at most 10 % worse: met`; of a share `failed share, at most 1 point worse: met`."""
    return [f"{one.figure}, at most {_allowed(one)} worse: {one.verdict}" for one in limits]


def _allowed(limit: LimitSummary) -> str:
    if limit.unit != "share":
        return f"{limit.at_most * 100:g} %"
    return f"{limit.at_most * 100:g} point{'' if limit.at_most == 0.01 else 's'}"


def drift_amount(value: float, unit: str) -> str:
    """A value with its unit, bytes in the largest that leaves a whole one."""
    if unit == "bytes":
        size, name = next(((size, name) for size, name in _BYTES if abs(value) >= size), (1, "bytes"))
        return f"{value / size:,.3g} {name}"
    if unit in ("s", "share") and value < 0:
        return f"-{amount(-value, unit)}"
    return amount(value, unit)


def _changed(change: float, unit: str) -> str:
    sign = "+" if change > 0 else "-" if change < 0 else ""
    if unit == "share":
        return f"{sign}{abs(change) * 100:.2g} points"
    return sign + drift_amount(abs(change), unit)


def _interval(figure: DriftFigure) -> str:
    if figure.low is None or figure.high is None:
        return "–"
    return f"{_changed(figure.low, figure.unit)} to {_changed(figure.high, figure.unit)}"
