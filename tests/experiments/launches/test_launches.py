"""Launches that are asked for: common random numbers, nothing simulated twice, and what is kept when one is ended."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from experiments.launches.kept import KeptOutcomes
from experiments.launches.launches import Launches
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.performing import Processes, Task
from experiments.launches.point import Point
from experiments.varying.points import changed_point
from tests.fixtures.experiments.till import TILL


def launches(kept: Path | None = None, **given: object) -> Launches:
    return Launches(7, KeptOutcomes(kept), Processes(1), **given)  # type: ignore[arg-type]


def test_nothing_is_simulated_twice(tmp_path: Path) -> None:
    first, again = launches(tmp_path), launches(tmp_path)
    simulated = first.of(Point(TILL), 3)
    assert again.of(Point(TILL), 5)[:3] == simulated
    assert (again.simulated, again.looked_up) == (2, 3)


def test_a_title_makes_no_other_launch_and_a_server_does() -> None:
    titled, larger = Point(TILL.replace("A till", "Two tills")), Point(TILL.replace("servers: 2", "servers: 3"))
    assert titled.content == Point(TILL).content != larger.content


def test_what_one_task_may_lose_is_little() -> None:
    """What is simulated is kept when a task is done: by the slow engine after fewer requests."""

    class Asked(Processes):
        def perform(self, tasks: Sequence[Task]) -> Generator[tuple[Task, list[LaunchOutcome]]]:
            assert len(tasks) == 10 and all(task.requests < 60_000 for task in tasks)
            raise KeyboardInterrupt

    busy = Point(TILL.replace("1.5 / s", "90 / s"))  # 5,400 requests a launch
    with pytest.raises(KeyboardInterrupt):
        Launches(7, performer=Asked(1), engine="simpy").of(busy, 100)


def test_launch_three_of_every_point_has_the_same_people() -> None:
    point = Point(TILL)
    slow, fast = launches().of_each([point, changed_point(point, ["service.stations.till.servers=8"])], 4)
    for one, other in zip(slow, fast, strict=True):
        assert one.phase.sessions["people"].started == other.phase.sessions["people"].started
        assert one.bounds("nobody waits long").low >= other.bounds("nobody waits long").low


def test_engines_and_processes_make_the_same_outcomes() -> None:
    point = Point(TILL)
    found = [
        Launches(7, KeptOutcomes(None), Processes(processes), engine).of(point, 3)  # type: ignore[arg-type]
        for processes, engine in ((1, "simpy"), (1, "compiled"))
    ]
    assert found[0] == found[1]


class EndsAfter:
    """Somebody who is interrupted after so many tasks."""

    workers = 1

    def __init__(self, tasks: int) -> None:
        self._tasks = tasks

    def perform(self, tasks: Sequence[Task]) -> Generator[tuple[Task, list[LaunchOutcome]]]:
        for place, task in enumerate(tasks):
            if place == self._tasks:
                raise KeyboardInterrupt
            yield task, task.outcomes()


def test_an_interrupted_experiment_goes_on(tmp_path: Path) -> None:
    interrupted = Launches(7, KeptOutcomes(tmp_path), EndsAfter(2), "simpy")
    with pytest.raises(KeyboardInterrupt):
        interrupted.of(Point(TILL), 8)
    goes_on = launches(tmp_path)
    assert goes_on.of(Point(TILL), 8) == launches().of(Point(TILL), 8)
    assert goes_on.looked_up == interrupted.simulated > 0


def test_what_was_cut_off_or_is_no_outcome_is_left_out(tmp_path: Path) -> None:
    whole = launches(tmp_path).of(Point(TILL), 3)
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes()[:-20] + b"\nrubbish\n")
    again = launches(tmp_path)
    assert again.of(Point(TILL), 3) == whole
    assert again.simulated == 1
    assert launches(tmp_path).of(Point(TILL), 3) == whole


def test_never_is_kept_as_never(tmp_path: Path) -> None:
    text = TILL.replace("wait p95, of: [till], at_most: 2 s", "time to p95, of: [buy], at_most: 2 s").replace(
        "steps: [{call: buy}]", "steps: [{call: buy, timeout: 1 s}]"
    )
    found = launches(tmp_path).of(Point(text), 1)[0].bounds("nobody waits long")
    assert found.is_never
    assert launches(tmp_path).of(Point(text), 1)[0].bounds("nobody waits long") == found
