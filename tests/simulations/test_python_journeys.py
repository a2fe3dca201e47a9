"""Journeys in Python: a function performs the session, and it is the session that steps would have made."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from recordings.files import write_recording
from scenarios.behaviour.distributions import Weibull
from scenarios.behaviour.draws import mix, name_key, unit
from scenarios.behaviour.python_journeys import PythonSession, achieved_if_well
from scenarios.behaviour.schedule import schedule
from scenarios.language.reading import read
from scenarios.measured.python_files import JourneyFaultError, loaded
from scenarios.sources.problems import ScenarioError
from simulations.launch import simulate_launch

STEPS = """
    steps:
      - call: home
      - think: {exponential: 2 s}
      - repeat: {times: 3, steps: [{call: search, optional: true}, {think: 500 ms}]}
      - either: [{share: 40 %, steps: [{call: order, achieves: ordered}]}, {share: 60 %}]
"""
IN_PYTHON = """
    python: {file: visits.py, function: visit}
    steps: [{call: home}, {call: search, optional: true}, {call: order, achieves: ordered}]
"""
CODE = """
def visit(session):
    yield session.call("home")
    yield session.think(exponential="2 s")
    for _ in range(3):
        yield session.call("search")
        yield session.think("500 ms")
    if session.choose(buy=0.4, leave=0.6) == "buy":
        yield session.call("order")
"""
SCENARIO = """
title: A shop under more load than it can bear
period: 0 s to 60 s
drain: 10 s
service:
  stations: {web: {servers: 4}}
  operations:
    home: {steps: [{use: web, time: {exponential: 50 ms}}]}
    search: {steps: [{use: web, time: {exponential: 150 ms}}]}
    order: {steps: [{use: web, time: {exponential: 250 ms}}]}
behaviours:
  people: {timeout: 500 ms, retries: 2, back_off: {first: 1 s, jitter: full}BEHAVIOUR}
journeys:
  visit:
    carries: referral
    delivered_by: ordered
JOURNEY
populations:
  people: {arrivals: 6 / s, journey: visit, behaviour: people}
"""


def written(folder: Path, journey: str = IN_PYTHON, code: str = CODE, behaviour: str = "") -> str:
    (folder / "visits.py").write_text(code, encoding="utf-8")
    path = folder / "shop.yaml"
    path.write_text(SCENARIO.replace("JOURNEY", journey).replace("BEHAVIOUR", behaviour), encoding="utf-8")
    return str(path)


def recorded(scenario: str) -> bytes:
    file = BytesIO()
    write_recording(simulate_launch(read(scenario), 7, 0), file)
    return file.getvalue()


@pytest.mark.parametrize(
    "behaviour",
    [
        "",
        ", gives_up_to: paper, patience: {exponential: 4 s}",
        ", retry_budget: {per_request: 0.05}",
        ", hedging: {after: 200 ms}",
    ],
)
def test_a_function_makes_the_very_session_that_steps_make(tmp_path: Path, behaviour: str) -> None:
    """Many of these people give up: retries, patience, guards and what becomes of a referral are the same, too."""
    steps = recorded(written(tmp_path, STEPS, behaviour=behaviour))
    assert recorded(written(tmp_path, behaviour=behaviour)) == steps


def sessions(scenario: str, number: int = 2) -> list[PythonSession]:
    """The first of a launch, as their function sees them."""
    whole = schedule(read(scenario), 7)
    draws = next(iter(whole.blocks())).draws[0]
    return [PythonSession(whole.plans[0], draws, row, row) for row in range(number)]


def test_each_session_thinks_for_as_long_as_it_says(tmp_path: Path) -> None:
    """Not for as long as the first of all that came to this place, nor as one that is drawn otherwise."""
    first, second = sessions(written(tmp_path))
    assert (first.think("1 s").seconds, second.think("10 s").seconds) == (1.0, 10.0)
    several = sessions(written(tmp_path), 50)
    drawn = [one.think(weibull={"mean": "2 s", "shape": 0.7}).seconds for one in several]
    keys = np.array([int(one.key, 16) for one in several], np.uint64)
    assert drawn == Weibull(2.0, 0.7).quantile(unit(mix(keys, name_key("think after start 1")))).tolist()


def test_what_a_session_was_after_is_asked_for_no_longer_than_need_be(tmp_path: Path) -> None:
    """It is asked for those who fail, while others are served."""
    code = """
asked = []
def visit(session):
    yield session.call("order")
    while True:
        asked.append(session.number)
        yield session.call("search")
"""
    (session,) = sessions(written(tmp_path, code=code), 1)
    plan = session._plan
    assert achieved_if_well(plan, session._draws, 0, 0) == {"ordered"}
    assert loaded(tmp_path / "visits.py", "asked", None) == []


def ends(folder: Path, code: str, journey: str = IN_PYTHON) -> dict[str, int]:
    launch = simulate_launch(read(written(folder, journey, code)), 7, 0)
    numbers = launch.sessions.sum(axis=(0, 2))
    return {name: int(n) for name, n in zip(launch.form.endings, numbers, strict=True) if n}


def test_who_gives_up_is_counted_so_and_the_functions_last_words_are_heard(tmp_path: Path) -> None:
    code = """
from pathlib import Path
def visit(session):
    try:
        yield session.call("home", optional=True)
        if session.random("mood") < 0.5:
            yield session.give_up()
        yield session.think("1 s")
    finally:
        with Path(__file__).with_name("left.txt").open("a") as left:
            left.write("x")
"""
    found = ends(tmp_path, code)
    assert set(found) == {"finished", "gave_up"} and 0.4 < found["gave_up"] / sum(found.values()) < 0.6
    assert len((tmp_path / "left.txt").read_text()) >= sum(found.values())


def test_a_file_that_was_changed_is_run_anew_in_the_same_process(tmp_path: Path) -> None:
    assert set(ends(tmp_path, "def visit(session): yield session.give_up()")) == {"gave_up"}
    assert set(ends(tmp_path, "def visit(session): yield session.think('1 s')")) == {"finished"}


def test_an_answer_of_a_forecast_holds_nothing_and_says_so(tmp_path: Path) -> None:
    code = """
def visit(session):
    answer = yield session.call("home", optional=True)
    assert answer.is_simulated and answer.status == 0 and answer.text == "" and answer.headers == {}
    assert answer.json(otherwise=[1]) == [1] and answer.match("x", otherwise="y") == "y"
    assert answer.good == (answer.outcome == "good") and 0 <= answer.took_s
"""
    assert set(ends(tmp_path, code)) == {"finished"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('yield session.call("serach")', "line 3: ValueError: the steps have no call of 'serach', only of home, search,"
         " order; did you mean 'search'?"),
        ('yield session.call("home", path="/")', "ValueError: 'home' says nothing of its request (`http`), so no part"
         " of that can be given"),
        ('yield session.think("5 sec onds")', "line 3: ValueError: a think time: "),
        ('yield session.think(exponentail="1 s")', 'Extra inputs are not permitted; given was {"exponentail"'),
        ('yield session.think(fitted={"file": "t.csv"})', "a think time: it cannot be of a file; given was"),
        ("yield session.think()", 'a think time is a duration such as "5 s", or one distribution such as'),
        ('session.choose(a=0.5); yield session.think("1 s")', "the shares must add up to 1; found {'a': 0.5}"),
        ("yield 5", "visit yielded int; what it yields comes from session.call, session.think or session.give_up"),
        ('yield session.think("1 s"); {}["sku"]', "line 3: KeyError: 'sku'"),
        ('yield session.think("1 s"); raise SystemExit(0)', "line 3: SystemExit: 0"),
        ('try: yield session.give_up()\n    finally: yield session.call("home")', "yields a step when it is to end"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_function_is_said_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    scenario = read(written(tmp_path, code=f"\ndef visit(session):\n    {line}\n"))
    with pytest.raises(JourneyFaultError) as fault:
        simulate_launch(scenario, 7, 0)
    assert str(fault.value).startswith(f"populations.people: {tmp_path / 'visits.py'}")
    assert said in str(fault.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def visits(session): yield", "defines no function 'visit'; did you mean 'visits'?"),
        ("async def visit(session): yield", "visit is `async`; a journey is a plain `def` that yields its steps"),
        ("def visit(session):\n  def inner(): yield\n", "visit yields nothing; a journey yields session.call(…)"),
        ("def visit(session, more): yield", "visit is called with the session and nothing else"),
        ("def visit(session, *, more): yield", "visit is called with the session and nothing else"),
        ("def visit(session) yield", "line 1: expected ':'"),
    ],
)
def test_what_cannot_be_a_journey_is_said_when_the_scenario_is_read(tmp_path: Path, code: str, said: str) -> None:
    """Nothing of the file has run by then."""
    with pytest.raises(ScenarioError) as error:
        read(written(tmp_path, code=code))
    assert f"journeys.visit.python.file: {tmp_path / 'visits.py'}" in str(error.value) and said in str(error.value)


def test_a_file_that_is_not_there_or_fails_or_changes_is_told(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "visits.py").unlink()
    with pytest.raises(ScenarioError, match=r"visits\.py cannot be read: No such file"):
        read(path)
    failing = read(written(tmp_path, code="import nothing_of_that_name\ndef visit(session): yield\n"))
    with pytest.raises(JourneyFaultError, match=r"visits\.py, line 1: ModuleNotFoundError"):
        simulate_launch(failing, 7, 0)
    ending = read(written(tmp_path, code="raise SystemExit(0)\ndef visit(session): yield\n"))
    with pytest.raises(JourneyFaultError, match=r"visits\.py, line 1: SystemExit: 0"):
        simulate_launch(ending, 7, 0)
    other = "def other(found): return lambda session, more: found\n@other\ndef visit(session): yield\n"
    with pytest.raises(JourneyFaultError, match=r"visits\.py: TypeError: .* missing 1 required"):
        simulate_launch(read(written(tmp_path, code=other)), 7, 0)
    scenario = read(written(tmp_path, code=CODE + "\n# as it was\n"))
    written(tmp_path, code=CODE + "\n# as it is\n")
    with pytest.raises(JourneyFaultError, match="is not the file with which this run began"):
        simulate_launch(scenario, 7, 0)


@pytest.mark.parametrize(
    "steps",
    ["[{call: home}, {think: 1 s}]", "[{call: home}, {call: home}]", "[{call: home, otherwise: [{think: 1 s}]}]"],
)
def test_its_steps_are_the_calls_that_it_may_make(tmp_path: Path, steps: str) -> None:
    journey = f"\n    python: {{file: visits.py, function: visit}}\n    steps: {steps}\n"
    with pytest.raises(
        ScenarioError, match="with `python` or `locust`, `steps` are the calls that may be made: each once"
    ):
        read(written(tmp_path, journey))
