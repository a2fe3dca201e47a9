"""What is made of a soak: which figures drift, by how much, within which limits, and what a reader must know."""

from __future__ import annotations

import re

import pytest

from readiness.drift.judge import DriftFigure, DriftLimit, DriftVerdict, drift_limit
from readiness.drift.page import drift_chart, soak_page
from readiness.drift.soak import SoakSummary
from readiness.drift.wording import cautions_of, limit_sentences, soak_sentence
from recordings.evidence import Verdict
from scenarios.quantities.units import UnitError
from tests.fixtures.readiness.pages import Page
from tests.fixtures.readiness.soaks import PlantedSoak

MEMORY = "process_resident_memory_bytes"


@pytest.fixture(scope="module")
def leaking() -> SoakSummary:
    limits = [DriftLimit("p95 of buy", 0.1), DriftLimit("p95 of look", 0.1), DriftLimit("failed share", 0.01)]
    return PlantedSoak(slower=0.5, failing=0.04, memory=0.8, limits=limits).judged()


@pytest.fixture(scope="module")
def steady() -> SoakSummary:
    return PlantedSoak().judged()


def figure(soak: SoakSummary, name: str) -> DriftFigure:
    (found,) = (one for one in soak.figures if one.name == name)
    return found


def test_a_soak_is_judged_in_windows_of_whole_repetitions_without_its_first_tenth(steady: SoakSummary) -> None:
    assert (steady.from_s, steady.to_s) == (720.0, 7200.0)
    assert (steady.window_s, steady.windows, steady.season, steady.are_alike) == (120.0, 54, 1, True)


def test_what_leaks_is_named_the_largest_relative_change_first(leaking: SoakSummary) -> None:
    grown = [one.name for one in leaking.figures if one.source == "target" and one.has_drifted]
    assert grown == [MEMORY]
    memory = figure(leaking, MEMORY)
    assert memory.verdict == DriftVerdict.GROWS
    assert memory.relative_low is not None and memory.relative_high is not None
    # it grows by 0.8 of what it was at the start, of which the judged windows see their part
    expected = 0.8 * (6480 - 120) / 7200 / (1 + 0.8 * 780 / 7200)
    assert memory.relative_low <= expected <= memory.relative_high
    assert soak_sentence(leaking).startswith(f"Over 108 min in 54 windows of 2 min: {MEMORY} grows by 65")


def test_what_users_met_with_is_judged_operation_by_operation(leaking: SoakSummary) -> None:
    assert figure(leaking, "p50 of buy").verdict == DriftVerdict.GROWS
    assert figure(leaking, "p50 of look").verdict == DriftVerdict.NONE
    failed = figure(leaking, "failed share")
    assert failed.verdict == DriftVerdict.GROWS
    assert failed.change == pytest.approx(0.04 * 6360 / 7200, rel=0.2)
    assert figure(leaking, "good answers").is_worse
    assert figure(leaking, "requests offered").verdict == DriftVerdict.NONE


def test_no_drift_is_found_where_there_is_none(steady: SoakSummary) -> None:
    assert [one.name for one in steady.figures if one.has_drifted] == []
    assert soak_sentence(steady) == "No drift for the worse found over 108 min in 54 windows of 2 min."
    assert cautions_of(steady) == []
    rate, mean = figure(steady, "rate of served_total"), figure(steady, "mean of took_seconds")
    assert rate.level == pytest.approx(4.0)
    assert mean.level == pytest.approx(0.125)
    assert mean.unit == "s"


def test_limits_are_met_missed_or_undecided(leaking: SoakSummary) -> None:
    assert [one.verdict for one in leaking.limits] == [Verdict.MISSED, Verdict.MET, Verdict.MISSED]
    assert limit_sentences(leaking.limits)[0] == "p95 of buy, at most 10 % worse: missed"
    assert limit_sentences(leaking.limits)[2] == "failed share, at most 1 point worse: missed"
    unsure = PlantedSoak(slower=0.1, limits=[DriftLimit("p50 of buy", 0.09), DriftLimit("nothing", 0.1)]).judged()
    assert [one.verdict for one in unsure.limits] == [Verdict.NOT_ENOUGH_EVIDENCE] * 2


@pytest.mark.parametrize("text", ["p95", "= 5 %", "p95 = much", "p95 = 5 s"])
def test_a_limit_is_a_figure_and_a_share(text: str) -> None:
    assert drift_limit("p95 of buy=5 %") == DriftLimit("p95 of buy", 0.05)
    with pytest.raises(UnitError, match="a figure and a share, such as"):
        drift_limit(text)


def test_a_soak_that_ended_early_is_judged_as_far_as_it_went() -> None:
    half = PlantedSoak(memory=0.8, until_s=3605.0).judged()
    assert half.recorded_s == 3600.0
    assert half.to_s == 3600.0
    assert figure(half, MEMORY).verdict == DriftVerdict.GROWS
    assert cautions_of(half)[0] == "It ended before its time: 60 min of 120 min were recorded, and are judged."


def test_one_that_ended_at_once_has_too_few_windows() -> None:
    short = PlantedSoak(until_s=65.0).judged()
    assert {one.verdict for one in short.figures} == {DriftVerdict.TOO_FEW}
    assert soak_sentence(short).startswith("Not enough windows to judge")
    assert "too few to lay one over another" in " ".join(cautions_of(short))


def test_parts_of_few_repetitions_are_laid_over_each_other() -> None:
    few = PlantedSoak(memory=0.8, until_s=605.0).judged(skip_s=60.0)
    assert (few.windows, few.season, few.window_s) == (27, 3, 20.0)
    assert figure(few, MEMORY).verdict == DriftVerdict.GROWS


def test_scrapes_that_failed_leave_the_rest_and_are_said() -> None:
    gap = PlantedSoak(memory=0.8, unread_s=(2000.0, 4000.0)).judged()
    assert figure(gap, MEMORY).verdict == DriftVerdict.GROWS
    assert "200 of 720 scrapes of the target's metrics failed, the last because it answered 503." in cautions_of(gap)
    gone = PlantedSoak(memory=0.8, unread_s=(1000.0, 9000.0)).judged()
    assert figure(gone, MEMORY).verdict == DriftVerdict.TOO_FEW


def test_a_load_generator_that_drifts_is_no_drift_of_the_service() -> None:
    soak = PlantedSoak(later=3.0).judged()
    assert soak_sentence(soak).startswith("No drift for the worse")
    assert "The load generator drifts as well: lag p99." in cautions_of(soak)


def test_the_page_draws_each_drift_with_its_trend_and_escapes_names(leaking: SoakSummary) -> None:
    text = soak_page("A <i>till", leaking)
    page = Page(text)
    assert soak_sentence(leaking) in page.text
    assert "A <i>till" not in text
    drifted = sum(one.has_drifted for one in leaking.figures)
    assert text.count('class="line trend drifted"') == drifted
    assert "p95 of buy, at most 10 % worse: missed" in page.text


def test_a_gauge_below_zero_is_drawn_where_it_is() -> None:
    soak = PlantedSoak(below=-40.0).judged()
    chart = str(drift_chart(figure(soak, "credit"), soak, "credit"))
    heights = {float(height) for height in re.findall(r"[M ]-?[\d.]+,(-?[\d.]+)", chart)}
    assert len(heights) > soak.windows / 2, "no flat line at nothing"
    assert ">-40<" in chart
