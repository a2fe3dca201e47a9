"""Forecast, forecast of the window and replay differ in every figure: none is lost, and none stands in another's place.

Checked in `summary.json`, in the terminal and in the report, against what was put into the recordings by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import msgspec
import numpy as np
import pytest
from rich.console import Console

from readiness.judging.phases import forecast_phase, replay_phase
from readiness.summarise import Replayed, summarise
from recordings.phases import PHASES, PhaseName, PhaseSummary, ReplaySummary
from recordings.summary import from_json, to_json
from rehearse.shown.summary_view import summary_parts
from scenarios.language.outcomes import ANSWERED, ENDINGS, ENDS, OUTCOMES, WAITED_FOR
from scenarios.language.reading import read_text
from simulations.launch import simulate_replay
from tests.fixtures.readiness.pages import Page
from tests.fixtures.readiness.phases_apart import (
    AUDIT,
    BACK_S,
    EVENTS,
    GENERATOR,
    GOT_THERE,
    STEPS,
    TEXT,
    recordings,
    responses_s,
    run,
    seconds,
)

# figures that two phases may have in common: so many sessions are cut that their times are never in each
SHARED = {"span", "launches", "servers", "never", "full_from_s", "fullest", "time_ms", "makespan_s", "of_share"} | {
    "good_share",
    "longer_than",
    "paper_share",
}
SOME_WERE_CUT = {"p50": 2000.0, "p95": None, "p99": None, "never": ["p95", "p99"], "longer_than": ["p50"]}
MARKS = ("intended", "created", "on_paper", "put_off", "given_up", "hedged")


def summary_json() -> Any:
    return json.loads(to_json(run()[0]))


def figures(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every number below, with where it stands."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in SHARED:
                yield from figures(each, f"{path}/{name}")
    else:
        yield path, value


def expected_operation(phase: PhaseName, row: int) -> dict[str, Any]:
    """The figures of an operation from the arithmetic of the fixture."""
    step, many = STEPS[phase], len(seconds(recordings()[phase].form, BACK_S[phase]))
    counts = {name: step * many * (1 + row * len(OUTCOMES) + place) for place, name in enumerate(OUTCOMES)}
    due, hedges = sum(counts[name] for name in ENDS), step * (50 + row)
    unsent = counts["not_started"] + counts["held_back"] + counts["not_let_in"]
    return {
        "offered": due,
        "started": due - unsent,
        "sent": due - unsent + counts["in_line"] + hedges,
        "received": due - unsent + counts["in_line"] + hedges - counts["refused"],
        "completed": sum(counts[name] for name in ENDS if name in ANSWERED),
        "good": counts["good"],
        "failed": {name: counts[name] for name in ENDS if name != "good"},
        "in_line": counts["in_line"],
        "good_share": pytest.approx(counts["good"] / due, abs=1e-6),
    }


def expected_people(phase: PhaseName, goal: int) -> dict[str, Any]:
    """The people of a goal, of two populations. The share is the mean of the launches' own."""
    steps = (6, 8) if phase == "forecast" else (STEPS[phase],)
    shares = [GOT_THERE * step / (GOT_THERE * step + step**2 + step) for step in steps]
    got_there, gave_up, still_trying = (
        2 * float(np.mean(many)) for many in ([GOT_THERE * step for step in steps], [step**2 for step in steps], steps)
    )
    return {
        "wanted": got_there + gave_up + still_trying,
        "got_there": got_there,
        "gave_up": gave_up,
        "still_trying": still_trying,
        "in_line": got_there,
        "share": pytest.approx(np.mean(shares), abs=1e-6),
    }


def waited_ms(phase: PhaseName, row: int) -> list[np.ndarray]:
    """Every response time that counts, launch by launch."""
    steps = (6, 8) if phase == "forecast" else (STEPS[phase],)
    places = [OUTCOMES.index(name) for name in WAITED_FOR]
    return [1000 * np.array([s for place in places for s in responses_s(row, place, step)]) for step in steps]


def every_ms(phase: PhaseName, row: int) -> list[float]:
    """Those of every request, of which some do not count."""
    steps = (6, 8) if phase == "forecast" else (STEPS[phase],)
    return [s for step in steps for name in ENDS for s in responses_s(row, OUTCOMES.index(name), step)]


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_of_the_summary_has_its_own_figures(phase: PhaseName) -> None:
    found, step = summary_json()[phase], STEPS[phase]
    assert found["launches"] == (2 if phase == "forecast" else 1)
    assert found["span"] == ("0 s to 60 s" if phase == "forecast" else "10 s to 40 s")
    for row, operation in enumerate(("look", "write")):
        times = found["operations"][operation].pop("response_ms")
        people = found["operations"][operation].pop("people")
        waited = waited_ms(phase, row)
        assert times["of_share"] == pytest.approx(sum(map(len, waited)) / len(every_ms(phase, row)), abs=1e-6)
        slowest = 1000 * step * (1 + 3 + row)
        assert people.pop("time_to_ms")["p99"] == pytest.approx(slowest, rel=0.01)
        assert people.pop("in_line_ms")["p99"] == pytest.approx(slowest / 2, rel=0.01)
        assert people == expected_people(phase, row)
        assert found["operations"][operation] == expected_operation(phase, row)
        for name, q in {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}.items():
            of_launches = [np.quantile(launch, q, method="inverted_cdf") for launch in waited]
            assert times[name] == pytest.approx(np.mean(of_launches), rel=0.01), name
        assert 1.01 * times["p95"] < times["p99"] < times["max"], "far enough apart to be told apart"
    for row, population in enumerate(("clerks", "doctors")):
        ends = {name: step * (1 + row * len(ENDINGS) + place) for place, name in enumerate(ENDINGS)}
        sessions = found["sessions"][population]
        assert sessions["makespan_s"] is None, "some were cut"
        assert sessions["time_ms"] == SOME_WERE_CUT
        assert {name: found["sessions"][population][name] for name in ends} == ends
        assert found["sessions"][population]["started"] == sum(ends.values())
    marks = {name: step * number for number, name in enumerate(MARKS, 1)}
    assert found["hedged"] == marks.pop("hedged")
    assert found["referrals"] == marks


@pytest.mark.parametrize("phase", ["forecast", "forecast_of_window"])
def test_each_simulated_phase_has_its_own_stations(phase: PhaseName) -> None:
    step = STEPS[phase]
    steps = (6, 8) if phase == "forecast" else (step,)  # of the launches, of which the figures are the mean
    for row, (name, servers) in enumerate({"app": 20, "store": 30}.items()):
        assert summary_json()[phase]["stations"][name] == {
            "servers": servers,
            "busy_share": pytest.approx(step * (1 + row) / servers, abs=1e-6),
            "queue_mean": step * (10 + row),
            "queue_max": step * (10 + row),
            "refused": step * (4 + row * 4),
            "left": step * (3 + row * 4),
            "busy_share_max": pytest.approx(step * (1 + row) / servers, abs=1e-6),
            "arrivals_max": step * (10 + row * 16),
            "wait_ms": dict.fromkeys(("p95", "p99"), pytest.approx(10 * step * (1 + row), rel=0.01))
            | {"p50": pytest.approx(10 * step * (1 + row), rel=0.2), "never": [], "longer_than": []},
            "full_from_s": None,
            "hit_share": pytest.approx(np.mean([n * (1 + row) / (n * (1 + row) + 1000) for n in steps]), abs=1e-6),
        }
        assert summary_json()[phase]["fullest"] == ["store", "app"]


def test_no_two_phases_have_a_figure_in_common() -> None:
    """What this module relies on: a figure in a wrong place would be seen."""
    found = summary_json()
    assert found["measured"]["stations"] == {}
    by_phase = {phase: dict(figures(found[phase])) for phase in PHASES}
    for one, other in combinations(PHASES, 2):
        names = {path for path in by_phase[one] if path == "/stations" or path.endswith("/first_call")}
        shared = (by_phase[one].keys() & by_phase[other]) - names
        assert len(shared) > 40
        assert {path for path in shared if by_phase[one][path] == by_phase[other][path]} == set()


def test_a_replay_has_every_figure_of_its_recording_but_the_stations() -> None:
    recording = recordings()["measured"]
    seen, replay = forecast_phase(recording, "then"), replay_phase(recording, "then", AUDIT, GENERATOR)
    for name in set(PhaseSummary.__struct_fields__) - {"stations", "fullest"}:
        assert getattr(replay, name) == getattr(seen, name), name
    assert set(ReplaySummary.__struct_fields__) - set(PhaseSummary.__struct_fields__) == {
        "audit",
        "generator",
        "server",
        "exchanges",
        "processor_share_max",
        "reasons",
    }


def test_audit_generator_and_events_are_passed_through_unchanged() -> None:
    found = summary_json()
    assert found["measured"]["audit"] == msgspec.to_builtins(AUDIT)
    assert found["measured"]["generator"] == msgspec.to_builtins(GENERATOR)
    assert found["events"] == msgspec.to_builtins(EVENTS)
    read = from_json(to_json(run()[0]))
    assert read == run()[0]
    assert read.measured is not None and (read.measured.audit, read.measured.generator) == (AUDIT, GENERATOR)


def test_each_objective_has_each_phases_own_value() -> None:
    goodput, quick, back = summary_json()["objectives"]
    for phase, step in STEPS.items():
        form, back_s = recordings()[phase].form, BACK_S[phase]
        rate = step * len(seconds(form, back_s)) / (form.end_s - form.start_s)
        assert goodput[phase]["value"] == pytest.approx(rate, rel=1e-6)
        assert back[phase]["value"] == back_s
    for phase in ("forecast_of_window", "measured"):
        waited = waited_ms(phase, 1)[0]
        assert quick[phase]["value"] == pytest.approx(np.quantile(waited, 0.3) / 1000, rel=0.01)
    assert goodput["forecast"]["low"] < goodput["value"] == goodput["forecast"]["value"] < goodput["forecast"]["high"]
    assert (goodput["low"], goodput["high"]) == (goodput["forecast"]["low"], goodput["forecast"]["high"])
    assert [goodput[phase]["replications"] for phase in PHASES] == [2, 1, 1]


def test_faults_and_defences_have_each_phases_own_hits_and_recoveries() -> None:
    found = summary_json()
    down, few = found["faults"]["down"], found["defences"]["few wait"]
    assert [down[phase] for phase in PHASES] == [7, 3, 77]  # a client sees no hits: those of the replay are the log's
    assert [few[phase] for phase in PHASES] == [14, 6, 55]
    assert [down["times"][0][phase]["mean_s"] for phase in PHASES] == [BACK_S[phase] for phase in PHASES]


def test_the_gap_lies_between_the_twin_and_the_replay() -> None:
    found = summary_json()
    for name, gap in found["gap"].items():
        twin, replay = (found[phase]["operations"][name] for phase in ("forecast_of_window", "measured"))
        assert (gap["completed"]["forecast"], gap["completed"]["measured"]) == (twin["completed"], replay["completed"])
        for q in ("p50", "p95"):
            assert gap[q]["forecast"] == twin["response_ms"][q]
            assert gap[q]["measured"] == replay["response_ms"][q]


def test_the_terminal_shows_each_phases_own_figures() -> None:
    console = Console(width=200, no_color=True)
    with console.capture() as captured:
        console.print(*summary_parts(run()[0]))
    text = " ".join(captured.get().split())
    assert "Hedged requests: forecast 42, forecast of the replay 18, replay 30" in text
    assert "down slowdown forecast 7 2 s forecast of the replay 3 4 s replay 77 6 s (gap +50.0 %)" in text
    assert "Defence few wait (queue_limit): forecast 14, forecast of the replay 6, replay 55" in text
    assert "back soon at most 9 s 2 s 6 s met no spread bad in none of 2 launches" in text
    assert "901 writes acknowledged, 12 lost, duplicates not looked for, 14 stale, 16 could not be read back" in text
    assert "99.25 % of the due requests sent, lag p99 2.5 ms" in text


def row_of(page: Page, begins: str) -> list[str]:
    """What stands in the table rows that begin so."""
    return [row.text.removeprefix(begins).strip() for row in page.all("tr") if row.text.startswith(begins)]


def test_the_report_shows_each_phases_own_figures() -> None:
    page = Page(run()[1])
    for row, population in enumerate(("clerks", "doctors")):
        ends = [[step * (1 + row * 3 + place) for place in range(3)] for step in STEPS.values()]
        assert row_of(page, population) == [" ".join(f"{n}" for each in ends for n in (sum(each), *each))]
    for number, name in enumerate(MARKS, 1):
        shown = " ".join(f"{step * number}" for step in STEPS.values())
        assert shown in row_of(page, name.replace("_", " ")), name
    assert row_of(page, "app")[1:] == [  # after what the operation's steps take
        "20 35 % 35 % – 70 70 ms 70 ms 70 ms 70 70 28 21 0.695 %",
        "20 15 % 15 % – 30 30 ms 30 ms 30 ms 30 30 12 9 0.299 %",
    ]
    assert "7 3 77 2 s 4 s 6 s +50.0 %" in row_of(page, "A down")[0]
    assert row_of(page, "few wait")[0].endswith("14 6 55")
    assert [row_of(page, name)[0].split()[0] for name in ("acknowledged", "lost", "duplicated", "stale")] == [
        *("901", "12", "13", "14")
    ]
    assert row_of(page, "never read")[0].startswith("16 ") and row_of(page, "unknown")[0].startswith("15 ")
    (objective,) = (row for row in page.all("tr") if row.text.startswith("back soon"))
    assert "2 s" in objective.text and "4 s" in objective.text and "6 s" in objective.text


def test_a_scenario_that_hedges_says_in_each_phase_how_often() -> None:
    text = TEXT.replace("after: 1 s", "after: 5 ms").replace("arrivals: 1 / s", "arrivals: 3 / s")
    hedged = read_text(text)
    twin, other = (simulate_replay(hedged, seed) for seed in (1, 2))
    found = summarise("hedged", hedged, 1, None, Replayed(other, twin, None, GENERATOR))
    place = twin.form.marks.index("hedged")
    assert found.forecast_of_window is not None and found.measured is not None
    assert found.forecast_of_window.hedged == twin.marks[place].sum() > 0
    assert found.measured.hedged == other.marks[place].sum() > 0
    assert found.measured.hedged != found.forecast_of_window.hedged


def test_who_does_not_hedge_reads_nothing_of_it() -> None:
    quiet = read_text(TEXT.replace("behaviours: {keen: {hedging: {after: 1 s}}}", "behaviours: {keen: {}}"))
    twin, other = (simulate_replay(quiet, seed) for seed in (1, 2))
    found = summarise("quiet", quiet, 1, None, Replayed(other, twin, None, GENERATOR))
    assert found.forecast_of_window is not None and found.measured is not None
    asked = [launch.responses(["look"], list(ENDS)).count for launch in (twin, other)]
    assert [phase.operations["look"].offered for phase in (found.forecast_of_window, found.measured)] == asked
    assert asked[0] != asked[1]
    console = Console(width=200)
    with console.capture() as captured:
        console.print(*summary_parts(found))
    assert "edged" not in captured.get()
