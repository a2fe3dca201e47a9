"""The commands that study a scenario and make no run: `rehearse describe` and `warm-up`.

What they need to do their work is imported when they run, as in `rehearse.cli`.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rehearse.commands.options import (
    AsJsonOption,
    EngineOption,
    NoLimitsOption,
    ProcessesOption,
    ReplicationsOption,
    ScenarioArgument,
    SeedOption,
    changeable,
)
from rehearse.shown.terminal import Terminal
from scenarios.sources.changes import NO_CHANGES, Changes

if TYPE_CHECKING:
    from readiness.judging.transient import SuggestedWarmUp
    from readiness.stress.items import Described


@changeable
def describe_command(
    scenario: ScenarioArgument,
    changes: Changes,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.md", help="Where to write; else it is shown.")
    ] = None,
    as_json: AsJsonOption = False,
) -> None:
    """Describe a scenario by the reporting guideline STRESS-DES, every item filled in, as Markdown."""
    from readiness.stress.renderings import stress_data, stress_markdown
    from readiness.stress.rows import stress_des

    if as_json and out is not None:
        raise typer.BadParameter("with --json it goes to standard output; leave --out out")
    described = described_scenario(scenario, changes)
    items, terminal = stress_des(described), Terminal()
    text = stress_markdown(described.scenario.title, items)
    if as_json:
        terminal.json(stress_data(items))
    elif out is None:
        terminal.text(text)
    else:
        _write(text, out, scenario)
        terminal.note(f"wrote {out}")


def _write(text: str, out: Path, scenario: str) -> None:
    """Raises `ScenarioError` where it cannot be written, or would take the scenario's place."""
    from scenarios.sources.catalogue import find
    from scenarios.sources.problems import Problem, ScenarioError

    try:
        if out.exists() and out.samefile(find(scenario)):
            raise ScenarioError([Problem(str(out), None, "", "is the scenario itself; give another --out")])
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ScenarioError([Problem(str(out), None, "", f"cannot be written: {error.strerror}")]) from None


def described_scenario(name: str, changes: Changes = NO_CHANGES) -> Described:
    """What a description is made of: the scenario, its values as they are written, what it changes of what it extends,
    and the engine here. Raises `ScenarioError`."""
    import yaml

    from readiness.stress.items import Described
    from rehearse.running.made import engine_of_run, made_with
    from scenarios.language.reading import frozen_text, read
    from scenarios.sources.extended import changed_keys

    scenario = read(name, changes)
    base, changed = changed_keys(name)
    differing = [(each.key, each.was or "–", each.now or "taken away") for each in changed]
    is_loaded_only = any(journey.locust for journey in scenario.journeys.values())
    made = made_with(None if is_loaded_only else engine_of_run(scenario))
    return Described(
        Path(name).name, scenario, yaml.safe_load(frozen_text(name, changes=changes)), made, base, tuple(differing)
    )


@changeable
def warm_up_command(
    scenario: ScenarioArgument,
    changes: Changes,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    engine: EngineOption = "auto",
    processes: ProcessesOption = None,
    no_limits: NoLimitsOption = False,
    as_json: AsJsonOption = False,
) -> None:
    """Suggest a warm-up: how much of the beginning to leave out of a steady state's figures, by MSER-5.

    It is refused for a launch at clock times, which is judged from its first moment on.
    """
    from readiness.judging.transient import suggested_warm_up
    from readiness.wording.warm_up import suggestion_words
    from recordings.recording import Recording
    from rehearse.ending.exit_status import ExitStatus
    from rehearse.running.made import engine_of_run
    from rehearse.shown.interruption import interrupt_work
    from scenarios.language.reading import frozen_text, read_placed
    from scenarios.language.warm_up import no_steady_state
    from scenarios.limits.checked import read_checked
    from scenarios.sources.problems import ScenarioError
    from simulations.forecast import forecast

    chosen = read_checked(scenario, changes, limited=not no_limits, simulated=True)
    if why := no_steady_state(chosen):
        raise ScenarioError([read_placed(scenario, changes).problem(("warm_up",), why)])
    simulated = engine_of_run(chosen, engine, replications)
    assert simulated is not None, "what cannot be simulated has been refused"
    terminal, wanted = Terminal(), replications or chosen.replications
    interrupt_work()
    total: Recording | None = None
    with terminal.step(f"warm-up of {wanted} launches", wanted) as step:
        text = studied_text(frozen_text(scenario, changes=changes), chosen.period, chosen.drain)
        number = chosen.seed if seed is None else seed
        for count, launch in enumerate(forecast(text, number, wanted, processes, simulated.name), 1):
            total = launch if total is None else total.plus(launch)
            step.at(count, f"launch {count} of {wanted}")
    assert total is not None, "there are two launches at least"
    found = suggested_warm_up(total, chosen)
    words = suggestion_words(found, chosen)
    if as_json:
        terminal.json(_suggestion(found, words))
    else:
        _show_suggestion(terminal, found, words)
    raise typer.Exit(ExitStatus.OBJECTIVES_MET if found.warm_up_s is not None else ExitStatus.NO_VERDICT)


def studied_text(text: str, period: tuple[float, float], drain_s: float) -> str:
    """A frozen scenario whose period is recorded in many narrow windows, and in which nothing is judged or replayed."""
    import math

    import yaml

    from readiness.judging.transient import STUDY_WINDOWS

    data = yaml.safe_load(text)
    for key in ("objectives", "expect", "not_reproduced", "replay", "warm_up"):
        data.pop(key, None)
    window_s = (period[1] - period[0]) / STUDY_WINDOWS
    data["window"] = f"{window_s!r} s"
    data["drain"] = f"{math.ceil(drain_s / window_s - 1e-9) * window_s!r} s"
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def _suggestion(found: SuggestedWarmUp, words: list[str]) -> dict[str, Any]:
    """A suggestion as JSON has it."""
    series = [
        {
            "name": each.name,
            "unit": each.unit,
            "left_out_s": each.left_out_s,
            "is_usable": each.cut.is_usable,
            "mean": each.cut.mean,
            "mean_of_all": each.cut.mean_of_all,
        }
        for each in found.series
    ]
    return {
        "replications": found.launches,
        "window_s": found.window_s,
        "series": series,
        "warm_up_s": found.warm_up_s,
        "sentences": words,
    }


def _show_suggestion(terminal: Terminal, found: SuggestedWarmUp, words: list[str]) -> None:
    from readiness.wording.figures import amount
    from rehearse.shown.showing import plain_table

    table = plain_table("Series", "Left out", "Mean of the rest", "Mean of all")
    for each in found.series:
        left_out = amount(each.left_out_s, "s")
        cells = (amount(value, each.unit) for value in (each.cut.mean, each.cut.mean_of_all))
        table.add_row(each.name, left_out if each.cut.is_usable else f"{left_out}: too late", *cells)
    terminal.print(table)
    for sentence in words:
        terminal.print(sentence)
