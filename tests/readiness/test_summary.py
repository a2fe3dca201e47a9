"""summary.json: the same bytes for the same seed, valid against its schema, and true to the recording."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from readiness.judging.phases import forecast_phase
from readiness.summarise import Forecasts, Replayed, overall, summarise
from recordings.audit_result import AuditResult
from recordings.evidence import Verdict
from recordings.generator_result import GeneratorResult, Lag
from recordings.recording import Recording
from recordings.summary import Summary, from_json, summary_schema, to_json
from scenarios.language.outcomes import ANSWERED, WAITED_FOR
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from simulations.forecast import forecast
from simulations.launch import simulate_replay
from tests.fixtures.readiness.hand_made import FORM, hand_made

TINY = """\
title: A tiny shop
period: 0 s to 30 s
service:
  stations: {till: {servers: 2, queue: 6, max_wait: 4 s}}
  operations: {buy: {steps: [{use: till, time: {exponential: 900 ms}}]}}
behaviours: {hasty: {timeout: 3 s, retries: 2, back_off: {first: 1 s, jitter: full}}}
journeys: {visit: {steps: [{call: buy, achieves: bought}]}}
populations: {shoppers: {arrivals: {rate: 2 / s}, journey: visit, behaviour: hasty}}
objectives:
  quick: {measure: response p95, of: buy, at_most: 5 s}
  most days are good: {measure: good share, at_least: 50 %, in_launches: 90 %, during: 10 s to 20 s}
replay: {during: 5 s to 15 s}
"""


def tiny() -> Scenario:
    return read_text(TINY)


def forecasts(seed: int = 1, processes: int = 1, launches: int = 4) -> Forecasts:
    found = Forecasts(tiny())
    for launch in forecast(TINY, seed, launches, processes):
        found.add(launch)
    return found


def replayed(valid: bool = True, audit: AuditResult | None = None, measured: Recording | None = None) -> Replayed:
    """A replay that went otherwise than its twin, so that neither can stand in the other's place unseen."""
    twin, other = (simulate_replay(tiny(), seed) for seed in (1, 2))
    generator = GeneratorResult(Lag(0.1, 0.4, 0.9), 1.0, valid, why=[] if valid else ["it was late"])
    return Replayed(measured or other, twin, audit, generator)


def summary(**parts: Any) -> Summary:
    return summarise("tiny", tiny(), 1, parts.get("forecasts"), parts.get("replayed"))


def test_the_same_seed_gives_the_same_bytes_however_many_processes_work_on_it() -> None:
    alone = to_json(summary(forecasts=forecasts()))
    assert to_json(summary(forecasts=forecasts())) == alone
    assert to_json(summary(forecasts=forecasts(processes=2))) == alone


def test_another_seed_gives_another_summary() -> None:
    assert to_json(summary(forecasts=forecasts(seed=2))) != to_json(summary(forecasts=forecasts()))


@pytest.mark.parametrize("phases", [("forecasts",), ("replayed",), ("forecasts", "replayed")])
def test_a_summary_follows_its_schema_and_is_read_back(phases: tuple[str, ...]) -> None:
    every: dict[str, Any] = {"forecasts": forecasts(), "replayed": replayed(audit=AuditResult(5, 0, 0, 0))}
    written = to_json(summary(**{name: every[name] for name in phases}))
    jsonschema.Draft202012Validator(summary_schema()).validate(json.loads(written))
    assert to_json(from_json(written)) == written


def test_a_summary_of_launches_in_which_nothing_happened_is_valid_too() -> None:
    quiet = read_text(TINY.replace("{rate: 2 / s}", "{rate: 0 / s}"))
    found = Forecasts(quiet)
    for launch in forecast(TINY.replace("{rate: 2 / s}", "{rate: 0 / s}"), 1, 2, 1):
        found.add(launch)
    written = to_json(summarise("tiny", quiet, 1, found, None))
    jsonschema.Draft202012Validator(summary_schema()).validate(json.loads(written))
    assert {objective["verdict"] for objective in json.loads(written)["objectives"]} == {"not enough evidence"}


def test_a_key_that_the_schema_does_not_know_is_refused() -> None:
    data = json.loads(to_json(summary(forecasts=forecasts())))
    assert not jsonschema.Draft202012Validator(summary_schema()).is_valid(data | {"colour": "red"})


def test_the_figures_of_a_phase_are_those_of_the_recording() -> None:
    seen = forecast_phase(hand_made(), "0 s to 20 s")
    log_on = seen.operations["log-on"]
    assert (log_on.offered, log_on.started, log_on.completed, log_on.good) == (6, 6, 5, 4)
    assert log_on.failed == {"busy": 1, "timeout": 1}
    assert log_on.response_ms.p50 == pytest.approx(3000, rel=0.005)
    assert log_on.response_ms.max == 10_000
    sessions = seen.sessions["practices"]
    assert (sessions.started, sessions.finished, sessions.gave_up, sessions.cut) == (4, 3, 1, 0)
    assert seen.stations["database"].queue_max == 4
    assert seen.stations["app"].busy_share == 0.625
    assert (seen.stations["app"].refused, seen.stations["database"].left) == (2, 1)
    assert seen.referrals == {"intended": 4, "created": 2, "booked": 1, "on_paper": 1, "put_off": 0, "given_up": 0}


def test_counts_of_several_launches_are_means() -> None:
    empty = Recording.blank(FORM).plus(Recording.blank(FORM), launches=1)
    assert forecast_phase(hand_made().plus(empty), "").operations["log-on"].offered == 3
    assert forecast_phase(hand_made().plus(empty), "").launches == 2


def test_offered_requests_are_those_that_ended_in_any_way() -> None:
    for operation in forecast_phase(simulate_replay(tiny(), 1), "").operations.values():
        assert operation.offered == operation.good + sum(operation.failed.values())


def test_an_objective_has_its_forecast_the_forecast_of_its_window_and_its_measurement() -> None:
    quick, most_days = summary(forecasts=forecasts(), replayed=replayed()).objectives
    assert quick.forecast is not None
    assert (quick.value, quick.low, quick.high) == (quick.forecast.value, quick.forecast.low, quick.forecast.high)
    both = [simulate_replay(tiny(), seed).responses(["buy"], list(WAITED_FOR)).quantile(0.95) for seed in (1, 2)]
    assert quick.forecast_of_window is not None and quick.measured is not None
    assert [quick.forecast_of_window.value, quick.measured.value] == pytest.approx(both)
    assert both[0] != both[1]
    assert (quick.unit, quick.comparison, quick.limit) == ("s", "at most", 5)
    assert (most_days.unit, most_days.comparison, most_days.limit) == ("share of launches", "at least", 0.9)
    assert most_days.during is not None


def test_what_only_the_service_can_see_has_no_measured_value_and_is_judged_by_the_forecast() -> None:
    text = TINY.replace(
        "objectives:\n", "objectives:\n  short queue: {measure: queue mean, of: till, at_least: 1000}\n"
    )
    found = Forecasts(read_text(text))
    for launch in forecast(text, 1, 3, 1):
        found.add(launch)
    short_queue = summarise("tiny", read_text(text), 1, found, replayed()).objectives[0]
    assert short_queue.measured is not None
    assert short_queue.measured.value is None
    assert short_queue.verdict == "missed"


def test_a_replay_equal_to_its_forecast_has_no_gap() -> None:
    gap = summary(replayed=replayed(measured=simulate_replay(tiny(), 1))).gap["buy"]
    assert gap.completed.relative == 0
    assert gap.p95.relative == 0


def test_a_replay_unlike_its_forecast_has_a_gap_seen_from_the_forecast() -> None:
    twin, other = (simulate_replay(tiny(), seed) for seed in (1, 2))
    ended = [recording.responses(["buy"], list(ANSWERED)).count for recording in (twin, other)]
    completed = summary(replayed=replayed()).gap["buy"].completed
    assert [completed.forecast, completed.measured] == ended and ended[0] != ended[1]
    assert completed.relative == pytest.approx((ended[1] - ended[0]) / ended[0], abs=1e-5)


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        (["met", "met"], "met"),
        (["met", "not enough evidence"], "not enough evidence"),
        (["not enough evidence", "missed", "met"], "missed"),
        ([], "not enough evidence"),
    ],
)
def test_a_run_is_as_good_as_its_worst_objective(verdicts: list[str], worst: str) -> None:
    assert overall(verdicts, None) == worst


@pytest.mark.parametrize("fault", [{"lost": 1}, {"duplicated": 1}, {"stale": 1}])
def test_an_acknowledged_write_that_did_not_survive_misses_whatever_else_was_met(fault: dict[str, int]) -> None:
    values: dict[str, Any] = {"acknowledged": 9, "lost": 0, "duplicated": 0, "stale": 0} | fault
    audit = AuditResult(**values)
    assert overall(["met"], replayed(audit=audit)) == Verdict.MISSED
    assert overall(["met"], replayed(audit=AuditResult(9, 0, 0, 0, unknown=5))) == Verdict.MET


def test_an_invalid_replay_misses_no_objective() -> None:
    never = read_text(TINY.replace("at_most: 5 s", "at_most: 1 us"))
    assert summarise("tiny", never, 1, None, replayed()).objectives[0].verdict == "missed"
    quick = summarise("tiny", never, 1, None, replayed(valid=False)).objectives[0]
    assert quick.measured is not None and quick.measured.value is not None
    assert (quick.verdict, quick.measured.verdict) == ("not enough evidence", "not enough evidence")


@pytest.mark.parametrize("limit", ["at_most: 1 us", "at_most: 1 h"])
def test_a_fraction_of_the_launches_decides_nothing(limit: str) -> None:
    scenario = read_text(TINY.replace("at_most: 5 s", limit))
    found = Forecasts(scenario, asked=20)
    for launch in forecast(TINY, 1, 2, 1):
        found.add(launch)
    cut = summarise("tiny", scenario, 1, found, None, interrupted=True)
    assert cut.interrupted
    assert {cut.verdict, *(objective.verdict for objective in cut.objectives)} == {"not enough evidence"}
    assert cut.sentence == "Interrupted after 2 of 20 launches: not enough evidence: 2 of 2 objectives undecided."


def test_an_interrupted_replay_is_said_to_be_interrupted() -> None:
    cut = summarise("tiny", tiny(), 1, forecasts(), replayed(valid=False), interrupted=True)
    assert cut.verdict == "invalid"
    assert cut.sentence == "Interrupted: the replay is invalid, so there is no verdict: it was late."


def test_writes_that_could_not_be_read_back_leave_no_verdict_unless_others_did_not_survive() -> None:
    assert overall(["met"], replayed(audit=AuditResult(27, 0, 0, 0, never_read=1))) == Verdict.NOT_ENOUGH_EVIDENCE
    assert overall(["met"], replayed(audit=AuditResult(27, 1, 0, 0, never_read=26))) == Verdict.MISSED
    assert overall(["missed"], replayed(audit=AuditResult(27, 0, 0, 0, never_read=27))) == Verdict.MISSED


def test_the_sentence_says_how_many_writes_could_not_be_read_back() -> None:
    easy = read_text(
        TINY.replace(
            "  most days are good: {measure: good share, at_least: 50 %", "  all: {measure: good share, at_least: 1 %"
        )
    )
    gone = summarise("tiny", easy, 1, None, replayed(audit=AuditResult(27, 0, 0, 0, never_read=27)))
    assert gone.verdict == "not enough evidence"
    assert gone.sentence == "No verdict: 27 of 27 acknowledged writes could not be read back."


def test_an_invalid_replay_has_no_verdict_but_a_reason() -> None:
    invalid = summary(forecasts=forecasts(), replayed=replayed(valid=False))
    assert invalid.verdict == "invalid"
    assert invalid.sentence == "The replay is invalid, so there is no verdict: it was late."


@pytest.mark.parametrize("limit", ["5 s", "1 ms"])
def test_a_replay_that_its_own_rule_has_stopped_is_missed_or_undecided(limit: str) -> None:
    scenario = read_text(TINY.replace("at_most: 5 s", f"at_most: {limit}"))
    stopped = replace(replayed(), aborted="more than 50 % of requests failed for 30 s, at 8 s")
    found = summarise("tiny", scenario, 1, None, stopped)
    verdict = Verdict.NOT_ENOUGH_EVIDENCE if limit == "5 s" else Verdict.MISSED
    assert found.verdict == verdict
    assert found.objectives[0].verdict == verdict
    assert found.aborted == stopped.aborted
    assert found.sentence.startswith(f"Stopped by its own rule: {stopped.aborted}. No")
    assert found.gap == {}


def test_good_launches_do_not_make_a_stopped_replay_ready() -> None:
    stopped = replace(replayed(), aborted="it had to, at 8 s")
    scenario = read_text(TINY.replace("response p95, of: buy, at_most: 5 s", "wait p95, of: till, at_most: 1 h"))
    found = summarise("tiny", scenario, 1, forecasts(), stopped)
    assert found.verdict == Verdict.NOT_ENOUGH_EVIDENCE


def test_a_rate_of_a_stopped_replay_decides_nothing() -> None:
    scenario = read_text(TINY.replace("response p95, of: buy, at_most: 5 s", "goodput, of: buy, at_least: 99 / s"))
    assert summarise("tiny", scenario, 1, None, replayed()).objectives[0].verdict == Verdict.MISSED
    stopped = replace(replayed(), aborted="it had to, at 8 s")
    assert summarise("tiny", scenario, 1, None, stopped).objectives[0].verdict == Verdict.NOT_ENOUGH_EVIDENCE
