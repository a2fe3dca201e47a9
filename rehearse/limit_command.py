"""The command `rehearse limit`. What it needs to do its work is imported when it runs, as in `rehearse.cli`."""

# ruff: noqa: PLC0415
from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rehearse.commands.options import (
    AbortOption,
    AllowHostOption,
    AsJsonOption,
    EngineOption,
    RateCeilingOption,
    RunsOption,
    ScenarioArgument,
    SeedOption,
    WorkersOption,
    YesOption,
    changeable,
    readable,
)
from scenarios.quantities.units import duration
from scenarios.sources.changes import Changes

LimitHostOption = Annotated[
    str | None,
    typer.Option(
        "--host",
        help="Base URL of a running service; without it the scenario's target.base_url, and without that the mock"
        " server.",
    ),
]
FirstDemandOption = Annotated[
    float, typer.Option("--first", min=0.001, max=1000, help="The demand of the first trial; 1 is as it is written.")
]
MostDemandOption = Annotated[float, typer.Option("--most", min=0.001, max=1000, help="No more than this is tried.")]
GrowthOption = Annotated[float, typer.Option(min=1.05, max=10, help="By what demand grows while objectives hold.")]
PrecisionOption = Annotated[float, typer.Option(min=0.005, max=1, help="How near to the limit the search goes.")]
ConfirmationsOption = Annotated[
    int, typer.Option("--confirm", min=0, max=100, help="How often the limit is tried again.")
]
TrialsOption = Annotated[int, typer.Option(min=1, max=1000, help="No more trials than this.")]
RestOption = Annotated[
    str,
    typer.Option(
        "--rest",
        callback=readable(duration),
        metavar="TIME",
        help="How long the service is left alone between trials.",
    ),
]


@changeable
def limit_command(
    scenario: ScenarioArgument,
    changes: Changes,
    host: LimitHostOption = None,
    first: FirstDemandOption = 1.0,
    most: MostDemandOption = 64.0,
    growth: GrowthOption = 1.5,
    precision: PrecisionOption = 0.05,
    confirmations: ConfirmationsOption = 2,
    trials: TrialsOption = 40,
    rest: RestOption = "2 s",
    seed: SeedOption = None,
    workers: WorkersOption = 1,
    allow_host: AllowHostOption = None,
    rate_ceiling: RateCeilingOption = None,
    yes: YesOption = False,
    abort: AbortOption = None,
    engine: EngineOption = "auto",
    runs: RunsOption = Path("runs"),
    as_json: AsJsonOption = False,
) -> None:
    """Find the highest demand at which the objectives hold: replay more and more of the scenario, bisect, confirm.

    It is asked of the service at --host, or at the scenario's target.base_url; where neither says one, of the mock
    server, one started for each trial.
    """
    from readiness.limit.search import SearchBounds
    from rehearse.limiting import LimitRun, show_limit
    from rehearse.sending import check_ceiling, consent, ready_to_send
    from rehearse.shown.interruption import interrupt_work
    from rehearse.shown.terminal import Terminal
    from scenarios.limits.checked import read_checked

    chosen = read_checked(scenario, changes, limited=False)
    given, service = consent(allow_host, rate_ceiling, abort, yes=yes), host or chosen.target.base_url
    if service is not None:
        given = ready_to_send(service, chosen, chosen.seed if seed is None else seed, given)

    def steps(rehearsal: Any) -> None:
        if service is None:
            rehearsal.serve_and_replay(workers, given)
        else:
            rehearsal.replay(service.rstrip("/"), workers, given)

    interrupt_work()
    run = LimitRun(
        name=scenario,
        changes=changes,
        seed=seed,
        bounds=SearchBounds(first, most, growth, precision, confirmations, trials),
        runs=runs,
        check=lambda each: check_ceiling(each, each.seed if seed is None else seed, given),
        steps=steps,
        target=service or "a mock server made of the same model; not the real service",
        rest_s=duration(rest),
        terminal=Terminal(),
        engine=engine,
    )
    status = run.perform()
    show_limit(run, as_json=as_json)
    raise typer.Exit(status)
