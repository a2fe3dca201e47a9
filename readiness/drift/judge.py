"""Whether figures drifted over a soak, and whether that is within what was allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np

from readiness.comparison.estimates import holm
from readiness.drift.figures import DriftSeries, FigureSource
from readiness.drift.trend import Trend, trend_of
from readiness.drift.windows import SoakWindows
from readiness.judging.evidence import CONFIDENCE
from recordings.evidence import Verdict
from scenarios.quantities.units import UnitError, share

ALWAYS_SHOWN: Final = ("p50", "p95", "p99", "failed share", "good answers", "lag p99", "processor share")
_BASE_LEAST: Final = 0.01  # of a change; from less than that it has grown from nothing
_LIMIT_FORM: Final = "a figure and a share, such as `p95 = 10 %`"


class DriftVerdict(StrEnum):
    """What became of a figure over a soak."""

    GROWS = "grows"
    FALLS = "falls"
    NONE = "no drift found"
    TOO_FEW = "not enough windows"


class DriftLimit(msgspec.Struct, frozen=True):
    """How much worse a figure may get over the soak: a share of its level at the beginning, of a share so many
    points."""

    figure: str
    at_most: float


class LimitSummary(msgspec.Struct, frozen=True):
    """What became of a limit on a figure, which has this unit (none where there is no such figure)."""

    figure: str
    at_most: float
    verdict: Verdict
    unit: str = ""


class DriftFigure(msgspec.Struct, frozen=True):
    """A figure's drift.

    `level` is where its trend line begins, `change` how far it goes from there to the last window, between `low` and
    `high` with 95 % confidence, all in the figure's unit. `relative` and its ends are shares of the level: null where
    that is nothing, and of shares, which have points. `corrected_p` is p among all figures of its source. `values` has
    one for each window.
    """

    name: str
    source: FigureSource
    unit: str
    verdict: DriftVerdict
    values: list[float | None]
    is_worse_lower: bool = False
    level: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    relative: float | None = None
    relative_low: float | None = None
    relative_high: float | None = None
    p: float | None = None
    corrected_p: float | None = None

    @property
    def is_shown(self) -> bool:
        """Whether it is looked at first: it drifts, or is always asked about."""
        return self.has_drifted or (self.name in ALWAYS_SHOWN and self.verdict != DriftVerdict.TOO_FEW)

    @property
    def has_drifted(self) -> bool:
        """Whether it grows or falls."""
        return self.verdict in (DriftVerdict.GROWS, DriftVerdict.FALLS)

    @property
    def is_worse(self) -> bool:
        """Whether it drifts the way that is bad, as far as that is known: of a target's metric, up."""
        return self.verdict == (DriftVerdict.FALLS if self.is_worse_lower else DriftVerdict.GROWS)


def drift_limit(text: str) -> DriftLimit:
    """A limit as it is written: `p95 = 10 %`. Raises `UnitError`."""
    name, sign, allowed = text.rpartition("=")
    if not sign or not name.strip():
        raise UnitError(text, _LIMIT_FORM)
    try:
        return DriftLimit(name.strip(), share(allowed.strip()))
    except UnitError:
        raise UnitError(text, _LIMIT_FORM) from None


def judged_drift(series: Sequence[DriftSeries], windows: SoakWindows) -> list[DriftFigure]:
    """Every figure with its verdict, in the order of sources, what drifts first, the largest relative change before
    smaller ones."""
    trends = [trend_of(one.values, windows.season) for one in series]
    corrected: dict[int, float] = {}
    for source in dict.fromkeys(one.source for one in series):
        mine = [place for place, one in enumerate(series) if one.source == source and trends[place] is not None]
        chances = [trend.p for place in mine if (trend := trends[place]) is not None]
        corrected |= dict(zip(mine, holm(chances), strict=True))
    found = [
        _figure(one, trend, corrected.get(place), windows)
        for place, (one, trend) in enumerate(zip(series, trends, strict=True))
    ]
    sources = list(dict.fromkeys(one.source for one in series))
    return sorted(found, key=lambda one: (sources.index(one.source), *_rank(one)))


def judged_limits(limits: Iterable[DriftLimit], figures: Sequence[DriftFigure]) -> list[LimitSummary]:
    """Each limit: met when its figure's interval lies within it, missed when it lies beyond, undecided where it reaches
    over it, or where there is no such figure."""
    by_name = {figure.name: figure for figure in figures}
    found = [(one, by_name.get(one.figure)) for one in limits]
    return [LimitSummary(one.figure, one.at_most, _held(one, of), of.unit if of else "") for one, of in found]


def _figure(series: DriftSeries, trend: Trend | None, corrected: float | None, windows: SoakWindows) -> DriftFigure:
    values = [float(value) if np.isfinite(value) else None for value in series.values]
    if trend is None or corrected is None:
        too_few = DriftVerdict.TOO_FEW
        return DriftFigure(series.name, series.source, series.unit, too_few, values, series.is_worse_lower)
    steps = windows.number - 1
    change, low, high = trend.slope * steps, trend.low * steps, trend.high * steps
    verdict = DriftVerdict.NONE
    if corrected < 1 - CONFIDENCE and change:
        verdict = DriftVerdict.GROWS if change > 0 else DriftVerdict.FALLS
    level = max(trend.level, 0.0) if np.nanmin(series.values) >= 0 else trend.level
    has_base = series.unit != "share" and abs(level) > _BASE_LEAST * abs(change) and level != 0
    relative = [end / abs(level) if has_base else None for end in (change, low, high)]
    return DriftFigure(
        series.name,
        series.source,
        series.unit,
        verdict,
        values,
        is_worse_lower=series.is_worse_lower,
        level=level,
        change=change,
        low=low,
        high=high,
        relative=relative[0],
        relative_low=relative[1],
        relative_high=relative[2],
        p=trend.p,
        corrected_p=corrected,
    )


def _rank(figure: DriftFigure) -> tuple[int, float]:
    """What drifts first, and by how much; others stay in their order."""
    if not figure.has_drifted:
        return 1 + (figure.verdict == DriftVerdict.TOO_FEW), 0.0
    if figure.unit == "share":
        return 0, -abs(figure.change or 0.0)
    return 0, -abs(figure.relative) if figure.relative is not None else float("-inf")


def _held(limit: DriftLimit, figure: DriftFigure | None) -> Verdict:
    if figure is None or figure.low is None or figure.high is None:
        return Verdict.NOT_ENOUGH_EVIDENCE
    if figure.unit == "share":
        low, high = figure.low, figure.high
    elif figure.relative_low is not None and figure.relative_high is not None:
        low, high = figure.relative_low, figure.relative_high
    else:  # from nothing: as much as there is now is too much
        low, high = (0.0 if end == 0 else np.copysign(np.inf, end) for end in (figure.low, figure.high))
    best, worst = (-high, -low) if figure.is_worse_lower else (low, high)
    if worst <= limit.at_most:
        return Verdict.MET
    return Verdict.MISSED if best > limit.at_most else Verdict.NOT_ENOUGH_EVIDENCE
