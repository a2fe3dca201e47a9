"""The command `rehearse soak`. What it needs to do its work is imported when it runs, as in `rehearse.cli`."""

# ruff: noqa: PLC0415
from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rehearse.commands.options import (
    AbortOption,
    AllowHostOption,
    AsJsonOption,
    LoadWorkersOption,
    MetricsHostOption,
    MetricsPortOption,
    NoLimitsOption,
    OtlpOption,
    RateCeilingOption,
    RemoteWriteOption,
    RunsOption,
    ScenarioArgument,
    SeedOption,
    ServiceOption,
    YesOption,
    changeable,
    readable,
)
from scenarios.quantities.units import duration
from scenarios.sources.changes import Changes


def _drift_limit(text: str) -> Any:
    from readiness.drift.judge import drift_limit

    return drift_limit(text)


LengthOption = Annotated[
    str,
    typer.Option(
        "--for",
        callback=readable(duration),
        metavar="TIME",
        help="How long: the scenario's replay window is repeated until then.",
    ),
]
MetricsOption = Annotated[
    str | None, typer.Option("--metrics", metavar="URL", help="Where the service shows its metrics for Prometheus.")
]
SkipOption = Annotated[
    str | None,
    typer.Option(
        "--skip",
        callback=readable(duration),
        metavar="TIME",
        help="How much of the start is not judged; a tenth by default.",
    ),
]
DriftMaxOption = Annotated[
    list[str] | None,
    typer.Option(
        "--drift-max",
        callback=readable(_drift_limit),
        metavar="FIGURE=SHARE",
        help="How much worse a figure may get, such as `p95=10 %`; repeatable.",
    ),
]


@changeable
def soak_command(
    scenario: ScenarioArgument,
    changes: Changes,
    length: LengthOption,
    host: ServiceOption = None,
    metrics: MetricsOption = None,
    drift_max: DriftMaxOption = None,
    skip: SkipOption = None,
    seed: SeedOption = None,
    workers: LoadWorkersOption = 1,
    allow_host: AllowHostOption = None,
    rate_ceiling: RateCeilingOption = None,
    yes: YesOption = False,
    abort: AbortOption = None,
    no_limits: NoLimitsOption = False,
    runs: RunsOption = Path("runs"),
    metrics_port: MetricsPortOption = None,
    metrics_host: MetricsHostOption = "127.0.0.1",
    remote_write: RemoteWriteOption = None,
    otlp: OtlpOption = None,
    as_json: AsJsonOption = False,
) -> None:
    """Soak a running service: repeat the scenario's replay window for hours, and say what drifts meanwhile."""
    from loadtests.safety.targets import address_of
    from rehearse.live.publishing import Publishing
    from rehearse.sending import consent, ready_to_send
    from rehearse.soaking import begin_soak, show_soak
    from scenarios.limits.checked import read_checked

    chosen = read_checked(scenario, changes, limited=not no_limits)
    given = consent(allow_host, rate_ceiling, abort, yes=yes)
    run = begin_soak(
        scenario,
        changes,
        duration(length),
        address_of(host, chosen),
        lambda url, whole: ready_to_send(url, whole, whole.seed if seed is None else seed, given),
        metrics=metrics,
        limits=drift_max or [],
        seed=seed,
        skip_s=None if skip is None else duration(skip),
        workers=workers,
        runs=runs,
        limited=not no_limits,
    )
    run.publishing = Publishing(metrics_port, metrics_host, remote_write, otlp)
    run.perform(as_json=as_json)
    show_soak(run, as_json=as_json)
    raise typer.Exit(run.status)
