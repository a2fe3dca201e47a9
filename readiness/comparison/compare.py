"""Two groups of runs, figure by figure, and what follows from all figures together.

Times and rates are compared by their logarithms, so that a difference is a ratio and a spread that grows with the
value is none; shares, counts, and what is 0 in some run, by their plain difference. A figure is worse where its p
against the allowed difference, corrected for the number of figures (Holm), is below 5 %. To say that *nothing* is worse
by more than was allowed needs every interval's end within it, and no correction: each of them has to hold
(R. L. Berger, *Technometrics* 24, 1982).

What a run saw only the beginning of (a percentile among time-outs) is at least so much. In the second group it leaves
the upper end open, in the first the lower.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from readiness.comparison.estimates import Estimate, fisher_p, group_estimate, holm
from readiness.comparison.figures import Figure, Figures, Observed
from readiness.judging.evidence import CONFIDENCE
from readiness.judging.rounding import finite

RUNS_OF_ONE: Final = (
    "One run against one: the intervals come from the spread within each run. They cannot see what two runs of the same"
    " release differ by; for that, give several runs of each."
)


class ComparedVerdict(StrEnum):
    """What a comparison comes to."""

    WORSE = "worse"
    NO_DIFFERENCE_SEEN = "no difference seen"
    NOT_WORSE = "not worse"  # by more than was allowed
    NOT_ENOUGH_EVIDENCE = "not enough evidence"


class Margins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much worse the second group may be: a fraction of times, rates and counts, and a difference of shares. Null:
    nothing was allowed, and it is asked whether anything is seen to be worse."""

    relative: float | None = None
    share: float = 0.01


class ComparedFigure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One figure. `first` and `second` are the groups' means, geometric ones where `scale` is `ratio`; null is never.
    `difference`, `low` and `high` (95 %, of this figure alone) are fractions of the first where `scale` is `ratio`,
    else in the figure's unit; an end that is null is open, or not known. `p` is that of no difference (of the allowed
    one where there is one), `corrected_p` the same by Holm. `runs` is how many of each group had a value, `never` in
    how many of each it was never."""

    kind: str
    name: str
    measure: str
    unit: str
    worse: str
    scale: str
    first: float | None
    second: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    corrected_p: float | None
    verdict: str
    runs: tuple[int, int]
    never: tuple[int, int] = (0, 0)
    is_open: tuple[bool, bool] = (False, False)


class Comparison(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything compared. `caution` is what a reader must know before believing it; `runs` names the groups' runs."""

    format: int
    verdict: ComparedVerdict
    sentence: str
    caution: str
    margins: Margins
    figures: list[ComparedFigure]
    runs: tuple[list[str], list[str]] = ([], [])


class Looked(msgspec.Struct, frozen=True):
    """A figure before the correction."""

    figure: Figure
    groups: tuple[list[Observed], list[Observed]]
    estimate: Estimate | None
    is_ratio: bool
    limit: float  # the allowed effect, in the estimate's unit, as a worsening
    p: float | None

    @property
    def sign(self) -> int:
        """1 where higher is worse."""
        return 1 if self.figure.worse == "higher" else -1

    @property
    def never(self) -> tuple[int, int]:
        """In how many runs of each group it was never."""
        before, after = (sum(each.value is None for each in group) for group in self.groups)
        return before, after

    @property
    def is_open(self) -> tuple[bool, bool]:
        """Whether a run of each group saw only the beginning."""
        before, after = (any(each.is_open for each in group) for group in self.groups)
        return before, after

    def worsening(self) -> tuple[float, float]:
        """The interval of how much worse the second group is, ends that nobody saw infinite."""
        assert self.estimate is not None
        low, high = self.estimate.interval()
        before, after = self.is_open
        low, high = (-math.inf if before else low), (math.inf if after else high)
        return (low, high) if self.sign > 0 else (-high, -low)


def looked_at(
    first: Sequence[Figures],
    second: Sequence[Figures],
    margins: Margins,
    of_single_runs: Mapping[Figure, Estimate] | None = None,
) -> list[Looked]:
    """Every figure that some run of both groups has, in the order of the first run that has it.

    `of_single_runs` stands in for the spread between runs where there is one run in each group.
    """
    of_first = list(dict.fromkeys(figure for run in first for figure in run))
    of_second = {figure for run in second for figure in run}
    return [
        _look(
            figure,
            ([run[figure] for run in first if figure in run], [run[figure] for run in second if figure in run]),
            margins,
            None if of_single_runs is None else of_single_runs.get(figure),
        )
        for figure in of_first
        if figure in of_second
    ]


def judged(looks: Sequence[Looked], margins: Margins) -> list[ComparedFigure]:
    """Every figure with its verdict among all of them."""
    known = [place for place, look in enumerate(looks) if look.p is not None]
    corrected = dict(zip(known, holm([looks[place].p or 0.0 for place in known]), strict=True))
    return [_judged(look, corrected.get(place), margins) for place, look in enumerate(looks)]


def overall_verdict(figures: Sequence[ComparedFigure], margins: Margins, *, are_single: bool) -> ComparedVerdict:
    """Worse where anything is; not worse than allowed where nothing is and all ends are within."""
    verdicts = {figure.verdict for figure in figures}
    if "worse" in verdicts:
        return ComparedVerdict.WORSE
    tested = [figure for figure in figures if figure.p is not None]
    if not tested:
        return ComparedVerdict.NOT_ENOUGH_EVIDENCE
    if margins.relative is None:
        return ComparedVerdict.NO_DIFFERENCE_SEEN
    is_within = not are_single and all(figure.verdict == "within" for figure in figures)
    return ComparedVerdict.NOT_WORSE if is_within else ComparedVerdict.NOT_ENOUGH_EVIDENCE


def _look(
    figure: Figure, groups: tuple[list[Observed], list[Observed]], margins: Margins, single: Estimate | None
) -> Looked:
    before, after = groups
    values = [[each.value for each in group if each.value is not None] for group in groups]
    is_ratio = figure.unit != "share" and all(value > 0 for group in values for value in group)
    if any(each.value is None for each in (*before, *after)):
        never = [sum(each.value is None for each in group) for group in groups]
        p = fisher_p((never[0], len(before) - never[0]), (never[1], len(after) - never[1]))
        return Looked(figure, groups, None, is_ratio, 0.0, p)
    estimate = single if is_ratio or figure.unit == "share" else None  # that of a percentile is in logarithms
    if max(len(before), len(after)) > 1:
        estimate = group_estimate(*([math.log(value) if is_ratio else value for value in group] for group in values))
    limit = _limit(figure, margins, is_ratio, sum(values[0]) / len(values[0]))
    if estimate is None:
        return Looked(figure, groups, None, is_ratio, limit, None)
    p = estimate.p_against(limit if figure.worse == "higher" else -limit)
    return Looked(figure, groups, estimate, is_ratio, limit, p)


def _limit(figure: Figure, margins: Margins, is_ratio: bool, level: float) -> float:
    """The allowed worsening in the unit of the estimate."""
    if margins.relative is None:
        return 0.0
    if figure.unit == "share":
        return margins.share
    if not is_ratio:
        return margins.relative * abs(level)
    return math.log1p(margins.relative) if figure.worse == "higher" else -math.log1p(-min(margins.relative, 0.999))


def _judged(look: Looked, corrected_p: float | None, margins: Margins) -> ComparedFigure:
    figure, estimate = look.figure, look.estimate
    low = high = difference = None
    if estimate is not None:
        before, after = look.is_open
        ends = estimate.interval()
        difference = _shown(estimate.difference, look)
        low, high = (None if before else _shown(ends[0], look)), (None if after else _shown(ends[1], look))
    first, second = (_level(group, look) for group in look.groups)
    return ComparedFigure(
        kind=figure.kind,
        name=figure.name,
        measure=figure.measure,
        unit=figure.unit,
        worse=figure.worse,
        scale="ratio" if look.is_ratio else "difference",
        first=first,
        second=second,
        difference=difference,
        low=low,
        high=high,
        p=None if look.p is None else finite(look.p),
        corrected_p=None if corrected_p is None else finite(corrected_p),
        verdict=_verdict_of(look, corrected_p, margins),
        runs=(len(look.groups[0]), len(look.groups[1])),
        never=look.never,
        is_open=look.is_open,
    )


def _shown(difference: float, look: Looked) -> float | None:
    return finite(math.expm1(difference) if look.is_ratio else difference)


def _level(group: Sequence[Observed], look: Looked) -> float | None:
    """The mean of a group, geometric where ratios are compared; never where it was in any run."""
    values = [each.value for each in group if each.value is not None]
    if len(values) < len(group):
        return None
    if look.is_ratio:
        return finite(math.exp(math.fsum(map(math.log, values)) / len(values)))
    return finite(math.fsum(values) / len(values))


def _verdict_of(look: Looked, corrected_p: float | None, margins: Margins) -> str:
    """worse, better, within (what was allowed), no difference seen, or not known."""
    if corrected_p is None:
        return "not known"
    is_seen = corrected_p < 1 - CONFIDENCE
    if look.estimate is None:
        before, after = (never / len(group) for never, group in zip(look.never, look.groups, strict=True))
        low = high = middle = after - before
    else:
        (low, high), middle = look.worsening(), look.sign * look.estimate.difference
    if is_seen and middle > look.limit and math.isfinite(low):
        return "worse"
    if margins.relative is not None:
        return "within" if look.estimate is not None and high <= look.limit else "not known"
    return "better" if is_seen and middle < 0 and math.isfinite(high) else "no difference seen"
