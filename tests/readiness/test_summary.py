"""summary.json: the same bytes for the same seed, valid against its schema, and true to the recording."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from readiness.judging.phases import forecast_phase
from readiness.report.story import found
from readiness.summarise import Forecasts, Replayed, overall, summarise
from recordings.audit_result import AuditResult
from recordings.events import Event
from recordings.evidence import Verdict
from recordings.generator_result import GeneratorResult, Lag
from recordings.recording import Recording
from recordings.summary import ReplayTarget, Summary, from_json, summary_schema, to_json
from scenarios.language.outcomes import ANSWERED, WAITED_FOR
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from simulations.forecast import forecast
from simulations.launch import simulate_launch, simulate_replay
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
  quick: {measure: response p30, of: buy, at_most: 5 s}
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
    both = [simulate_replay(tiny(), seed).responses(["buy"], list(WAITED_FOR)).quantile(0.3) for seed in (1, 2)]
    assert quick.forecast_of_window is not None and quick.measured is not None
    assert [quick.forecast_of_window.value, quick.measured.value] == pytest.approx(both)
    assert both[0] != both[1]
    assert (quick.unit, quick.comparison, quick.limit) == ("s", "at most", 5)
    assert (most_days.unit, most_days.comparison, most_days.limit) == ("share of launches", "at least", 0.9)
    assert most_days.during == "10 s to 20 s"


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


FAULTS = ("lost", "duplicated", "stale", "changed", "wrong_patient", "refused_present")


@pytest.mark.parametrize("fault", [{name: 1} for name in FAULTS])
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


def test_an_interrupted_run_is_not_met_whatever_it_has_seen() -> None:
    lenient = read_text(TINY[: TINY.index("  most days")] + TINY[TINY.index("replay:") :])
    assert summarise("tiny", lenient, 1, None, replayed()).verdict == "met"
    assert summarise("tiny", lenient, 1, None, replayed(), interrupted=True).verdict == "not enough evidence"


def test_what_an_invalid_replay_measured_leaves_open_what_the_forecast_meets() -> None:
    for valid, verdict in ((True, "met"), (False, "not enough evidence")):
        assert summary(forecasts=forecasts(), replayed=replayed(valid)).objectives[0].verdict == verdict


ACTING = """\
defences: {short: {queue_limit: {station: till, at_most: 1}}}
faults: {slow: {during: 8 s to 10 s, slowdown: {factor: 2}}}
"""


def test_every_phase_tells_of_groups_of_operations_and_of_what_acted_on_the_service() -> None:
    text = TINY.replace("buy: {", "buy: {group: shop, ")
    some = "people share, of: buy, among: [shoppers], at_least: 1 %"
    scenario = read_text(text.replace("response p30, of: buy, at_most: 5 s", some) + ACTING)
    launches = Forecasts(scenario)
    launches.add(simulate_launch(scenario, 1, 0))
    twin, measured = (simulate_replay(scenario, seed) for seed in (1, 2))
    moments = ((8.0, "began"), (10.0, "ended"))
    events = [Event(at_s, "slow", "slowdown", event, "scenario", 3) for at_s, event in moments]
    left = replace(replayed(audit=AuditResult(5, 0, 0, 0), measured=measured), twin=twin, events=events)
    left = replace(left, reasons={"buy": {"HTTP 503": 2}})
    found = summarise("tiny", scenario, 1, launches, left)
    assert found.forecast and found.forecast_of_window and found.measured
    for phase in (found.forecast, found.forecast_of_window, found.measured):
        assert list(phase.groups) == ["group shop"]
    assert [objective.among for objective in found.objectives] == [["shoppers"], []]
    assert found.defences["short"].forecast_of_window == twin.hits[twin.form.effects.index("short")].sum() > 0
    slow = found.faults["slow"]
    assert slow.forecast and slow.forecast_of_window and slow.measured == 3
    assert slow.times[0].forecast and slow.times[0].forecast_of_window and slow.times[0].measured
    assert (found.measured.audit, found.measured.reasons) == (left.audit, left.reasons)


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
    scenario = read_text(TINY.replace("response p30, of: buy, at_most: 5 s", "wait p95, of: till, at_most: 1 h"))
    found = summarise("tiny", scenario, 1, forecasts(), stopped)
    assert found.verdict == Verdict.NOT_ENOUGH_EVIDENCE


def test_a_rate_of_a_stopped_replay_decides_nothing() -> None:
    scenario = read_text(TINY.replace("response p30, of: buy, at_most: 5 s", "goodput, of: buy, at_least: 99 / s"))
    assert summarise("tiny", scenario, 1, None, replayed()).objectives[0].verdict == Verdict.MISSED
    stopped = replace(replayed(), aborted="it had to, at 8 s")
    assert summarise("tiny", scenario, 1, None, stopped).objectives[0].verdict == Verdict.NOT_ENOUGH_EVIDENCE


SHORT = """\
title: A replay that is too short to see anybody give up
period: 0 s to 30 s
service:
  stations: {till: {servers: 1}}
  operations: {refer: {steps: [{use: till, time: 10 min}]}}
behaviours: {patient: {timeout: 60 s, retries: 4, back_off: {first: 1 s}, patience: 5 min, gives_up_to: paper}}
journeys: {visit: {carries: referral, delivered_by: made, steps: [{call: refer, achieves: made}]}}
populations: {practices: {arrivals: {rate: 1 / s}, journey: visit, behaviour: patient}}
objectives:
  little goes on paper: {measure: paper share, at_most: 1 %}
  answers are quick: {measure: response p95, of: refer, at_most: 90 s}
  answers are quick enough: {measure: response p95, of: refer, at_most: 40 s}
replay: {during: 0 s to 20 s, drain: 5 s}
"""


def short() -> Summary:
    """Measured where the till took ten minutes; forecast where it took no time to speak of."""
    scenario, quick = read_text(SHORT), read_text(SHORT.replace("10 min", "100 ms"))
    twin, slow = simulate_replay(quick, 1), simulate_replay(scenario, 1)
    generator = GeneratorResult(Lag(0.1, 0.4, 0.9), 1.0, valid=True)
    return summarise("short", scenario, 1, None, Replayed(slow, twin, None, generator))


def test_a_replay_too_short_to_see_paper_says_so_instead_of_nothing_and_met() -> None:
    """Nobody goes to paper within 25 s who tries for five minutes."""
    paper = short().objectives[0]
    assert paper.measured is not None
    assert (paper.measured.value, paper.measured.up_to, paper.measured.is_open) == (0.0, 1.0, True)
    assert paper.forecast_of_window is not None and not paper.forecast_of_window.is_open, "all were served there"
    assert paper.verdict == "not enough evidence"
    assert found(paper, "measured") == "0 % seen, up to 100 % possible"


def test_times_at_a_limit_are_longer_than_it() -> None:
    """Nobody is answered within 10 minutes: of every request it is only known how long it was seen to wait."""
    _, quick, quick_enough = short().objectives
    assert found(quick, "measured").startswith("longer than 2")
    assert (quick.verdict, quick_enough.verdict) == ("not enough evidence", "not enough evidence")
    waited = short().measured
    assert waited is not None
    assert waited.operations["refer"].response_ms.longer_than == ["p50", "p95", "p99", "max"]


def test_who_times_out_at_60_s_took_longer_than_60_s() -> None:
    text = SHORT.replace("drain: 5 s", "drain: 90 s").replace("retries: 4, back_off: {first: 1 s}, ", "")
    scenario = read_text(text)
    launches = Forecasts(scenario)
    for launch in forecast(text.replace("period: 0 s to 30 s", "period: 0 s to 30 s\ndrain: 90 s"), 1, 3, 1):
        launches.add(launch)
    quick, quick_enough = summarise("short", scenario, 1, launches, None).objectives[1:]
    assert found(quick, "forecast") == "longer than 60 s"
    assert (quick.verdict, quick_enough.verdict) == ("not enough evidence", "missed")


def test_a_bad_launch_in_four_is_said_beside_the_mean_and_no_figure_has_two_values() -> None:
    text = TINY.replace(", queue: 6, max_wait: 4 s", "").replace("response p30", "response p50")
    launches = Forecasts(read_text(text))
    for launch in forecast(text, 1, 4, 1):
        launches.add(launch)
    seen = summarise("tiny", read_text(text), 1, launches, None)
    quick = seen.objectives[0].forecast
    assert quick is not None and seen.forecast is not None
    assert quick.values == [pytest.approx(value.low, rel=1e-8) for value in launches.values["quick"]]
    p50_ms = seen.forecast.operations["buy"].response_ms.p50
    assert p50_ms == pytest.approx(sum(value for value in quick.values if value is not None) / 4 * 1000, rel=1e-6)
    share = [phase.operations["buy"].good / phase.operations["buy"].offered for phase in launches.phases]
    assert seen.forecast.operations["buy"].good_share == pytest.approx(sum(share) / 4, abs=1e-6)
    assert seen.forecast.good_share == seen.forecast.operations["buy"].good_share


def test_a_forecast_that_misses_is_missed_however_the_replay_went() -> None:
    """An invalid replay decides nothing, and takes nothing back."""
    strict = read_text(TINY.replace("at_most: 5 s", "at_most: 1 ms"))
    launches = Forecasts(strict)
    for launch in forecast(TINY, 1, 8, 1):
        launches.add(launch)
    found_both = summarise("tiny", strict, 1, launches, replayed(valid=False))
    assert found_both.verdict == "missed"
    assert found_both.objectives[0].verdict == "missed"
    assert found_both.sentence.startswith("Not ready: 1 of 2 objectives missed")
    assert found_both.sentence.endswith("The replay is invalid and is not judged: it was late.")
    assert summary(forecasts=forecasts(), replayed=replayed(valid=False)).verdict == "invalid"


def test_a_summary_says_what_was_measured() -> None:
    assert summary(forecasts=forecasts()).target is None
    assert summary(replayed=replayed()).target == ReplayTarget("mock of the same model")
    named = replace(replayed(), target=ReplayTarget("named target", "http://127.0.0.1:9"))
    assert summary(replayed=named).target == ReplayTarget("named target", "http://127.0.0.1:9")
