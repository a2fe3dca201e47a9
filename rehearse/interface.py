"""The public interface from Python: `import rehearse`, then `read`, `forecast` and the questions of experiments.

    import rehearse

    morning = rehearse.read("launch-morning", settings=["service.stations.identity.servers=44"])
    forecast = rehearse.forecast(morning, launches=20)
    forecast.verdict, forecast.objectives()

Tables come as data frames where pandas or polars is installed (pandas where both are), else as lists of mappings. What
is simulated is what the commands simulate: same scenario, same seed, same figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

from experiments.answers.answer import Answer
from experiments.comparing.values import CompareValues, compared
from experiments.files.questions import QUESTIONS, question_for, validated, values_of
from experiments.launches.kept import KeptOutcomes
from experiments.launches.launches import Launches
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.performing import Processes
from experiments.launches.point import Point
from readiness.judging.evidence import of_launches
from readiness.summarise import overall
from scenarios.language.reading import frozen_text
from scenarios.limits.checked import read_checked
from scenarios.sources.changes import Changes
from scenarios.sources.problems import ScenarioError, of_options
from scenarios.text.nearest import unknown_name
from simulations.engines import EngineChoice


def read(
    name: str,
    *,
    settings: Sequence[str] = (),
    demand: str | float | None = None,
    variant: str | None = None,
    limited: bool = True,
) -> Point:
    """The scenario of that catalogue name or file, with `settings` (each `KEY=VALUE`) laid over it.

    Raises `ScenarioError`, which says what is wrong with which key in which line; also of a launch that is too large,
    unless it is not to be `limited`.
    """
    try:
        changes = Changes.asked(variant, list(settings), None if demand is None else str(demand))
    except ValueError as error:
        raise ScenarioError([of_options(("demand",), str(error))]) from None
    read_checked(name, changes, limited=limited, simulated=True)
    return Point(frozen_text(name, changes=changes), name, tuple(settings))


def launches_of(
    seed: int,
    *,
    kept: Path | str | None = None,
    processes: int | None = None,
    engine: EngineChoice = "auto",
    limited: bool = True,
) -> Launches:
    """Where questions get their launches from. `kept` is a folder in which their outcomes are kept, so that nothing is
    simulated twice; without it they are kept as long as this process. Launches that are too large are refused where
    they are `limited`. Raises `ScenarioError` for an engine that there is not, or a number that is too small."""
    if engine not in get_args(EngineChoice):
        raise ScenarioError([of_options(("engine",), unknown_name(str(engine), get_args(EngineChoice)))])
    _refuse_less("seed", seed, 0)
    _refuse_less("processes", processes, 1)
    folder = None if kept is None else Path(kept)
    return Launches(seed, KeptOutcomes(folder), Processes(processes), engine, limited=limited)


@dataclass(frozen=True)
class Forecast:
    """Launches of one scenario."""

    point: Point
    outcomes: Sequence[LaunchOutcome]

    @property
    def verdict(self) -> str:
        """`met`, `missed` or `not enough evidence`, as the command has it."""
        return overall((row.verdict for row in self._evidence().values()), None)

    def objectives(self) -> Any:
        """A row an objective: its value with the interval, its limit, its verdict, and in how many launches it is
        surely missed."""
        scenario = self.point.scenario
        rows = []
        for name, found in self._evidence().items():
            objective = scenario.objectives[name]
            row = {"objective": name, "measure": objective.measure, "value": found.value, "low": found.low}
            row |= {"high": found.high, "limit": objective.limit, "verdict": str(found.verdict)}
            rows.append(row | {"missed_in": found.missed_in, "launches": found.replications})
        return frame(rows)

    def launches(self) -> Any:
        """A row a launch: its requests, and the value of each objective in it (infinity is never)."""
        return frame(
            [
                {"launch": each.replication, "requests": each.requests}
                | {name: values[0] for name, values in each.values.items()}
                for each in self.outcomes
            ]
        )

    def figures(self) -> Any:
        """A row a launch and figure, by its path in the summary of a phase, such as `sessions.referrers.gave_up`."""
        return frame(
            [
                {"launch": each.replication, "figure": path, "value": value}
                for each in self.outcomes
                for path, value in each.figures().items()
            ]
        )

    def _evidence(self) -> Mapping[str, Any]:
        objectives = self.point.scenario.objectives
        return {
            name: of_launches(objective, [each.bounds(name) for each in self.outcomes])
            for name, objective in objectives.items()
        }


def forecast(point: Point, launches: int | None = None, source: Launches | None = None) -> Forecast:
    """So many launches (as many as the scenario says, when None); `source` is where they come from (`launches_of`),
    with the scenario's seed when None. Raises `ScenarioError` for fewer than one."""
    _refuse_less("launches", launches, 1)
    scenario = point.scenario
    source = launches_of(scenario.seed) if source is None else source
    return Forecast(point, source.of(point, launches or scenario.replications))


def _refuse_less(name: str, number: int | None, least: int) -> None:
    """Raises `ScenarioError` for a number that is given and less than that."""
    if number is not None and number < least:
        raise ScenarioError([of_options((name,), f"found {number}; allowed is {least} or more")])


def frame(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows as a data frame of pandas or polars, whichever is there; else as they are."""
    if find_spec("pandas") is not None:
        import pandas as pd  # noqa: PLC0415  # neither is needed for anything else

        return pd.DataFrame(rows)
    if find_spec("polars") is not None:
        import polars as pl  # noqa: PLC0415

        return pl.DataFrame(rows, infer_schema_length=None)
    return list(rows)


def ask(question: str, point: Point, source: Launches | None = None, **values: Any) -> Answer:
    """The answer to a question about a scenario: `size`, `headroom`, `sensitivity`, `sweep` or `compare`, with the
    values that an experiment's file has for it (docs/experiments.md): `ask("size", morning, vary=["KEY=8..64"])`.

    Its `sentences` are the answer, its `status` is the command's, `tables_of(answer)` has its tables as data frames.
    Raises `ScenarioError` for values that make no sense, or do not fit the scenario.
    """
    if question not in QUESTIONS:
        raise ValueError(f"no question {unknown_name(question, QUESTIONS)}")
    kind = QUESTIONS[question]
    source = launches_of(point.scenario.seed) if source is None else source
    asked = question_for(kind, values_of(kind, values, of_options), point, of_options, limited=source.limited)
    return asked(source, point)


def size(point: Point, vary: Sequence[str], source: Launches | None = None, **values: Any) -> Answer:
    """How much is enough: the smallest of what `vary` says (`KEY=8..64`) that meets the objectives."""
    return ask("size", point, source, vary=list(vary), **values)


def compare(points: Mapping[str, Point], source: Launches | None = None, **values: Any) -> Answer:
    """What each of several scenarios buys beside the first of them, on the same launches. Raises `ScenarioError` where
    there is nothing to compare."""
    given: CompareValues = validated(CompareValues, values, of_options)
    if len(points) < 2:
        wanted = "two scenarios or more are compared, each by a name"
        raise ScenarioError([of_options(("points",), f"found {len(points)}; {wanted}")])
    first = next(iter(points.values()))
    return compared(launches_of(first.scenario.seed) if source is None else source, points, given)


def tables_of(answer: Answer) -> dict[str, Any]:
    """The tables of an answer as data frames, by their names."""
    return {table.name: frame(table.records()) for table in answer.tables}
