"""A warm-up is simulated, and left out of everything that is judged and shown."""

from __future__ import annotations

import re
from functools import cache

import msgspec
import numpy as np
import pytest
from rich.console import Console

from readiness.comparison.figures import Figure, block_estimates
from readiness.judging.bounds import bounds
from readiness.judging.effects import recoveries_in
from readiness.judging.transient import STUDY_WINDOWS, suggested_warm_up
from readiness.judging.warm_up import after_warm_up, exchanges_after_warm_up
from readiness.report.page import report_page
from readiness.summarise import Forecasts, Replayed, summarise
from readiness.wording.warm_up import suggestion_words
from recordings.exchanges import Exchanges
from recordings.generator_result import GeneratorResult, Lag
from recordings.recording import Recording
from recordings.summary import Summary, from_json, to_json
from rehearse.scenario_commands import studied_text
from rehearse.shown.summary_view import summary_parts
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from simulations.launch import simulate_launch, simulate_replay
from tests.fixtures.readiness.hand_made import hand_made

QUEUE = """\
title: A queue that begins empty
period: 0 s to 200 s
drain: 10 s
window: 10 s
warm_up: 40 s
replications: 3
service:
  stations: {till: {servers: 1}}
  operations: {buy: {steps: [{use: till, time: {exponential: 800 ms}}]}}
journeys: {visit: {steps: [{call: buy, achieves: bought}]}}
populations: {shoppers: {arrivals: {rate: 1 / s}, journey: visit}}
objectives:
  judged: {measure: response mean, of: buy, at_most: 60 s}
  the same by hand: {measure: response mean, of: buy, at_most: 60 s, during: 40 s to 210 s}
  from the start: {measure: response mean, of: buy, at_most: 60 s, during: 0 s to 210 s}
  comes at: {measure: offered rate, at_most: 60 / s}
faults: {closed: {during: 100 s to 103 s, error_answers: {}}}
replay: {during: 0 s to 100 s, drain: 5 s}
"""
WITHOUT = QUEUE.replace("warm_up: 40 s\n", "")


def queue(text: str = QUEUE) -> Scenario:
    return read_text(text)


@cache
def launch() -> Recording:
    return simulate_launch(queue(), 1, 0)


@cache
def summary_of(text: str) -> tuple[Summary, Forecasts, Replayed]:
    scenario, found = queue(text), Forecasts(queue(text), 2)
    for number in range(2):
        found.add(simulate_launch(scenario, 1, number))
    twin, measured = (simulate_replay(scenario, seed) for seed in (1, 2))
    generator = GeneratorResult(Lag(0.1, 0.2, 0.3), 1.0, True)
    replayed = Replayed(measured, twin, None, generator)
    return summarise("queue", scenario, 1, found, replayed), found, replayed


def test_a_recording_that_begins_later_has_what_began_later_and_nothing_else() -> None:
    whole, later = hand_made(), hand_made().from_window(1)
    assert (later.form.start_s, later.form.windows, later.form.end_s) == (10.0, 1, whole.form.end_s)
    every = slice(0, 1)
    for name in ("response", "waits", "session_times", "wishes", "in_line"):
        had, has = getattr(whole, name), getattr(later, name)
        rows, outcomes, _ = had.shape
        expected, found = (
            each.select(range(rows), range(outcomes), part) for each, part in ((had, slice(1, 2)), (has, every))
        )
        assert found.counts.tolist() == expected.counts.tolist(), name
        assert found.buckets.tolist() == expected.buckets.tolist(), name
        assert found.total_s == expected.total_s, name
    assert later.marks.tolist() == whole.marks[:, 1:].tolist()
    assert later.visits.tolist() == whole.visits[:, :, 1:].tolist()
    assert later.busy.tolist() == whole.busy[:, 2:].tolist()
    assert later.plus(later).launches == 2


def test_a_recording_cut_at_its_beginning_is_the_whole() -> None:
    whole = hand_made()
    assert whole.from_window(0).response.cells.tolist() == whole.response.cells.tolist()
    assert whole.from_window(0).form == whole.form


def test_it_changes_nothing_of_what_is_simulated() -> None:
    other = simulate_launch(queue(WITHOUT), 1, 0)
    assert other.form == launch().form
    assert np.array_equal(other.response.cells, launch().response.cells)
    assert np.array_equal(other.response.total_s, launch().response.total_s)
    assert np.array_equal(other.gauges, launch().gauges)


def test_an_objective_leaves_it_out_unless_it_says_itself_when() -> None:
    found = {name: bounds(each, launch(), queue()).low for name, each in queue().objectives.items()}
    unwarmed = bounds(queue(WITHOUT).objectives["judged"], launch(), queue(WITHOUT)).low
    assert found["judged"] == found["the same by hand"]
    assert found["from the start"] == unwarmed
    assert found["from the start"] != found["judged"]


def test_a_rate_is_one_over_the_time_that_is_left() -> None:
    number = launch().response.numbers()[:, :, 4:].sum()
    assert bounds(queue().objectives["comes at"], launch(), queue()).low == pytest.approx(number / 170)


def test_every_figure_of_forecast_twin_and_replay_leaves_it_out() -> None:
    (with_it, _, replayed), (without, _, _) = summary_of(QUEUE), summary_of(WITHOUT)
    for name, phase in with_it.phases.items():
        whole = without.phases[name]
        assert phase.operations["buy"].offered < whole.operations["buy"].offered, name
        assert phase.sessions["shoppers"].started < whole.sessions["shoppers"].started, name
        assert phase.achievements["bought"].wanted < whole.achievements["bought"].wanted, name
        assert phase.span == f"{whole.span}, after a warm-up of 40 s"
    numbers = replayed.measured.response.numbers()[:, :, 40:].sum()
    assert with_it.measured is not None
    assert with_it.measured.operations["buy"].offered == numbers  # second by second, from its own beginning


def test_the_makespan_is_of_all_sessions() -> None:
    with_it, without = summary_of(QUEUE)[0], summary_of(WITHOUT)[0]
    for name, phase in with_it.phases.items():
        assert phase.sessions["shoppers"].makespan_s == without.phases[name].sessions["shoppers"].makespan_s


def test_a_summary_says_it_for_programs_and_nothing_where_there_is_none() -> None:
    with_it, without = summary_of(QUEUE)[0], summary_of(WITHOUT)[0]
    assert from_json(to_json(with_it)).warm_up_s == 40.0
    assert without.warm_up_s is msgspec.UNSET
    assert b"warm_up_s" not in to_json(without)


def test_the_terminal_says_it() -> None:
    console = Console(width=120)
    for text, is_said in ((QUEUE, True), (WITHOUT, False)):
        with console.capture() as shown:
            for part in summary_parts(summary_of(text)[0]):
                console.print(part)
        assert ("Figures are after a warm-up of 40 s" in shown.get()) is is_said


def test_the_report_says_it_where_it_shows_figures_and_draws_what_comes_after() -> None:
    summary, found, replayed = summary_of(QUEUE)
    page = report_page(summary, queue(), found.total, replayed.twin, replayed.measured, {})
    assert "The whole forecast, 0 s to 3.33 min, after a warm-up of 40 s" in page
    assert "What happens, 0 s to 3.33 min, after a warm-up of 40 s" in page
    assert len(re.findall("after a warm-up of 40 s", page)) > 5


def test_a_comparison_of_two_runs_leaves_it_out() -> None:
    first, second = (simulate_launch(queue(), seed, 0) for seed in (1, 2))
    figure = Figure("operation", "buy", "p50", "s", "higher")
    by_scenario = [block_estimates(first, second, queue(text), [figure])[figure] for text in (QUEUE, WITHOUT)]
    later = block_estimates(first.from_window(4), second.from_window(4), queue(WITHOUT), [figure])[figure]
    assert by_scenario[0] == later
    assert by_scenario[1] != later


def test_what_went_over_the_wire_begins_later_too() -> None:
    blank = Exchanges.blank(launch().form, ("refused",))
    assert exchanges_after_warm_up(blank, queue()).form == after_warm_up(launch(), queue()).form
    assert exchanges_after_warm_up(blank, queue(WITHOUT)) is blank


def test_from_a_fault_within_it_no_recovery_is_told() -> None:
    early = {text: text.replace("100 s to 103 s", "20 s to 23 s") for text in (QUEUE, WITHOUT)}
    recording = simulate_launch(queue(early[QUEUE]), 1, 0)
    assert recoveries_in(queue(early[QUEUE]), recording) == [None]
    assert recoveries_in(queue(early[WITHOUT]), recording) != [None]
    assert recoveries_in(queue(), launch()) != [None]


def test_a_suggestion_is_in_whole_windows_and_says_what_to_write() -> None:
    scenario = queue(WITHOUT.replace("faults: {closed: {during: 100 s to 103 s, error_answers: {}}}\n", ""))
    study = read_text(studied_text(WITHOUT, scenario.period, scenario.drain))
    assert study.window_s * STUDY_WINDOWS == pytest.approx(200)
    assert study.length_s / study.window_s == pytest.approx(round(study.length_s / study.window_s))
    total = simulate_launch(study, 1, 0).plus(simulate_launch(study, 1, 1))
    found = suggested_warm_up(total, scenario)
    assert found.series[0].name == "requests in the system"
    words = suggestion_words(found, scenario)
    if found.warm_up_s is None:
        assert "A longer run is needed" in words[0]
    else:
        assert found.warm_up_s % 10 == 0
        assert found.warm_up_s >= max(each.left_out_s for each in found.series)
