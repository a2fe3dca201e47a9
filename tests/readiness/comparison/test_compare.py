"""What follows from figures: cut-off values, times that are never, margins, and the words for it."""

from __future__ import annotations

import pytest

from readiness.comparison.compare import ComparedVerdict, Comparison, Margins, looked_at
from readiness.comparison.figures import Figure, Figures, Observed
from readiness.comparison.wording import comparison_markdown, comparison_of

P95 = Figure("operation", "search", "p95", "s", "higher")
TO_P95 = Figure("objective", "people get there", "time to p95", "s", "higher")
GOOD = Figure("operation", "search", "good share", "share", "lower")
GOODPUT = Figure("objective", "enough", "goodput", "per s", "lower")


def runs(figure: Figure, *values: float | None, is_open: bool = False) -> list[Figures]:
    return [{figure: Observed(value, is_open)} for value in values]


def compared(first: list[Figures], second: list[Figures], margins: Margins | None = None) -> Comparison:
    margins = margins or Margins()
    names = ([f"a{n}" for n in range(len(first))], [f"b{n}" for n in range(len(second))])
    return comparison_of(looked_at(first, second, margins), margins, names)


def test_what_is_lost_among_time_outs_can_be_slower_and_never_no_slower() -> None:
    quick, cut_off = runs(P95, 1.0, 1.1, 0.9), runs(P95, 30.0, 30.0, 30.0, is_open=True)
    slower = compared(quick, cut_off)
    assert slower.verdict == ComparedVerdict.WORSE
    assert slower.figures[0].high is None and slower.figures[0].low is not None
    assert "longer than 30 s" in slower.sentence and "at least +" in slower.sentence
    assert compared(cut_off, quick).figures[0].verdict == "better"
    within = compared(quick, runs(P95, 1.0, 1.1, 0.9, is_open=True), Margins(relative=1.0))
    assert within.verdict == ComparedVerdict.NOT_ENOUGH_EVIDENCE


def test_a_time_that_is_never_is_compared_by_how_often_it_is() -> None:
    before, after = runs(TO_P95, *[9.0] * 5), runs(TO_P95, *[None] * 5)
    found = compared(before, after)
    assert found.verdict == ComparedVerdict.WORSE
    assert found.figures[0].p == pytest.approx(2 / 252)  # 5 of 10 in one group of 5, either way
    assert "is never in 5 of 5 runs, 0 of 5 before" in found.sentence
    assert compared(runs(TO_P95, 9.0, 9.0), runs(TO_P95, None, None)).verdict == ComparedVerdict.NO_DIFFERENCE_SEEN


def test_of_a_share_or_a_rate_that_is_to_be_high_less_is_worse() -> None:
    fewer = compared(runs(GOOD, 0.99, 0.991, 0.989), runs(GOOD, 0.95, 0.951, 0.949))
    assert fewer.verdict == ComparedVerdict.WORSE
    assert fewer.figures[0].difference == pytest.approx(-0.04)
    assert "-4.00 points" in fewer.sentence and fewer.sentence.startswith("Worse: ")
    assert compared(runs(GOODPUT, 10, 10.1, 9.9), runs(GOODPUT, 20, 20.1, 19.9)).figures[0].verdict == "better"


@pytest.mark.parametrize(("share", "verdict"), [(0.01, "worse"), (0.05, "not worse"), (0.04, "not enough evidence")])
def test_a_share_has_a_margin_of_its_own_in_points(share: float, verdict: str) -> None:
    before, after = runs(GOOD, 0.99, 0.991, 0.989), runs(GOOD, 0.95, 0.951, 0.949)
    assert compared(before, after, Margins(relative=0.05, share=share)).verdict == verdict


def test_nothing_in_common_is_not_enough_evidence() -> None:
    found = compared(runs(P95, 1.0, 1.1), runs(GOOD, 1.0, 0.9))
    assert found.verdict == ComparedVerdict.NOT_ENOUGH_EVIDENCE
    assert found.sentence == "Not enough evidence: there is no figure that both groups have enough of."


def test_one_of_many_figures_needs_more_than_5_per_cent() -> None:
    """p is 0.03 alone, and 0.6 among twenty."""
    others = [Figure("operation", f"other {n}", "p95", "s", "higher") for n in range(19)]
    first, second = runs(P95, 1.0, 1.1, 0.9, 1.02), runs(P95, 1.15, 1.2, 1.1, 1.25)
    alone = compared(first, second)
    assert alone.verdict == ComparedVerdict.WORSE
    for place, figure in enumerate(others):
        for group in (first, second):
            for number, run in enumerate(group):
                run[figure] = Observed(1.0 + 0.01 * ((number * 7 + place) % 5))
    among = compared(first, second)
    (seen,) = [each for each in among.figures if each.name == "search"]
    assert seen.p == alone.figures[0].p and seen.corrected_p == pytest.approx(20 * (seen.p or 0))
    assert among.verdict == ComparedVerdict.NO_DIFFERENCE_SEEN


def test_a_value_of_nothing_is_compared_by_its_difference() -> None:
    recovery = Figure("objective", "recovers", "recovery time", "s", "higher")
    found = compared(runs(recovery, 0.0, 0.0, 1.0), runs(recovery, 40.0, 41.0, 42.0)).figures[0]
    assert (found.scale, found.verdict) == ("difference", "worse")
    assert found.difference == pytest.approx(41 - 1 / 3)


def test_names_of_anybody_s_break_no_markdown() -> None:
    odd = Figure("operation", "a|b <i> @you *x*", "p95", "s", "higher")
    text = comparison_markdown(compared(runs(odd, 1.0, 1.1, 0.9), runs(odd, 5.0, 5.1, 4.9)))
    assert "<i>" not in text and "@you" not in text
    assert "a\\|b" in text
