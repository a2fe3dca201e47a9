"""The command line: `rehearse COMMAND`. Each command is a few lines over the packages below it.

What a command needs is imported when it runs: NumPy, SciPy, the server's and the load test's libraries take longer to
load than most commands to do their work.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Any

import typer

from rehearse.commands.dossier import dossier_command
from rehearse.commands.experiment import experiment_command
from rehearse.commands.headroom import headroom_command
from rehearse.commands.options import (
    AbortOption,
    AllowHostOption,
    AsJsonOption,
    ControlHostOption,
    ControlPortOption,
    ControlTokenOption,
    ControlUrlOption,
    DatabaseOption,
    DataOption,
    EngineOption,
    HostOption,
    LoadWorkersOption,
    MetricsHostOption,
    MetricsPortOption,
    NoLimitsOption,
    OtlpOption,
    PortOption,
    ProcessesOption,
    RateCeilingOption,
    RateLimitOption,
    RemoteWriteOption,
    ReplicationsOption,
    RunHooksOption,
    RunsOption,
    SamplesOption,
    ScenarioArgument,
    SeedOption,
    ServiceOption,
    SizeOption,
    VersionOption,
    WorkersOption,
    YesOption,
    changeable,
)
from rehearse.commands.size import size_command
from rehearse.commands.sweep import sweep_command
from rehearse.compare_command import GroupedCommand, compare_command
from rehearse.ending.exit_status import ExitStatus, status_words
from rehearse.ending.failing import ended_status
from rehearse.finished_runs import ExportOption, export_command, report_command
from rehearse.importing import import_app
from rehearse.limit_command import limit_command
from rehearse.looking import check_command, list_command, schema_command, show_command
from rehearse.scenario_commands import describe_command, warm_up_command
from rehearse.shown.interruption import end_at_once, end_with
from rehearse.shown.standard_output import OutputLostError, prepare_output
from rehearse.shown.terminal import Terminal
from rehearse.soak_command import soak_command
from scenarios.protocol.parent import end_with_parent, named_parent
from scenarios.sources.changes import Changes

app = typer.Typer(
    name="rehearse",
    epilog=f"Exit status: {status_words()}.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

app.add_typer(import_app, name="import")


@app.callback()
def _options(_version: VersionOption = False) -> None:
    """Rehearse a launch before real people meet it: forecast it, serve it, load it, audit it, judge it."""


app.command("list", epilog="Example: `rehearse list faults`")(list_command)
app.command("show", epilog="Example: `rehearse show launch-morning --picture launch.svg`")(show_command)
app.command("check", epilog="Example: `rehearse check my-scenario.yaml`")(check_command)


@app.command("simulate", epilog="Example: `rehearse simulate launch-morning --replications 50`")
@changeable
def simulate_command(
    scenario: ScenarioArgument,
    changes: Changes,
    seed: SeedOption = None,
    replications: ReplicationsOption = None,
    processes: ProcessesOption = None,
    engine: EngineOption = "auto",
    no_limits: NoLimitsOption = False,
    runs: RunsOption = Path("runs"),
    export: ExportOption = None,
    as_json: AsJsonOption = False,
) -> None:
    """Forecast: simulate independent launches and judge the objectives."""
    from rehearse.running.performing import perform
    from scenarios.limits.checked import read_checked

    read_checked(scenario, changes, limited=not no_limits, simulated=True)
    perform(
        scenario,
        changes,
        seed,
        runs,
        lambda run: run.forecast(replications, processes),
        export,
        engine,
        as_json=as_json,
        launches=replications,
    )


@app.command("serve", epilog="Example: `rehearse serve launch-morning --port 8080`")
@changeable
def serve_command(
    changes: Changes,
    scenario: ScenarioArgument = "launch-morning",
    host: HostOption = "127.0.0.1",
    port: PortOption = 8080,
    seed: SeedOption = None,
    data: DataOption = Path("runs/server"),
    world: SizeOption = "national",
    database: DatabaseOption = None,
    rate_limit: RateLimitOption = "off",
    no_limits: NoLimitsOption = False,
    control_host: ControlHostOption = "127.0.0.1",
    control_port: ControlPortOption = 0,
    control_token: ControlTokenOption = None,
) -> None:
    """Serve the mock e-referral service, with the scenario's capacity, until interrupted."""
    from mock_server.process.server import Settings
    from rehearse.serving import requests_per_s, serve_until_interrupted
    from scenarios.limits.checked import read_checked

    chosen = read_checked(scenario, changes, limited=not no_limits)
    settings = Settings(
        scenario=chosen,
        seed=chosen.seed if seed is None else seed,
        host=host,
        port=port,
        data=data,
        control_token=control_token or secrets.token_urlsafe(16),
        control_host=control_host,
        control_port=control_port,
        size=world,
        database=database,
        requests_per_s=requests_per_s(rate_limit),
    )
    raise typer.Exit(serve_until_interrupted(settings))


@app.command("load", epilog="Example: `rehearse load launch-morning --host http://127.0.0.1:8080`")
@changeable
def load_command(
    scenario: ScenarioArgument,
    changes: Changes,
    host: ServiceOption = None,
    seed: SeedOption = None,
    workers: LoadWorkersOption = 1,
    samples: SamplesOption = False,
    allow_host: AllowHostOption = None,
    rate_ceiling: RateCeilingOption = None,
    yes: YesOption = False,
    abort: AbortOption = None,
    no_limits: NoLimitsOption = False,
    run_hooks: RunHooksOption = False,
    control: ControlUrlOption = None,
    control_token: ControlTokenOption = None,
    runs: RunsOption = Path("runs"),
    export: ExportOption = None,
    metrics_port: MetricsPortOption = None,
    metrics_host: MetricsHostOption = "127.0.0.1",
    remote_write: RemoteWriteOption = None,
    otlp: OtlpOption = None,
    engine: EngineOption = "auto",
    as_json: AsJsonOption = False,
) -> None:
    """Replay the scenario's window over HTTP against a running service, audit it, and judge the objectives."""
    from loadtests.safety.targets import address_of
    from rehearse.children.control import ControlClient
    from rehearse.sending import check_control, consent, ready_to_send, unmade
    from scenarios.limits.checked import read_checked

    chosen = read_checked(scenario, changes, limited=not no_limits)
    given = consent(allow_host, rate_ceiling, abort, yes=yes, run_hooks=run_hooks)
    url = address_of(host, chosen)
    given = ready_to_send(url, chosen, chosen.seed if seed is None else seed, given)
    controlled = ControlClient(control.rstrip("/"), control_token or "") if control else None
    if controlled is not None:
        check_control(controlled, chosen, given)
    elif warning := unmade(chosen, given):
        Terminal().note(warning)
    from rehearse.live.publishing import Publishing
    from rehearse.running.performing import perform

    publishing = Publishing(metrics_port, metrics_host, remote_write, otlp)

    def replay(rehearsal: Any) -> None:
        with publishing.published(rehearsal.name, rehearsal.folder.path.name, Terminal().note) as rehearsal.meter:
            rehearsal.replay(url, workers, given, controlled, samples=samples)

    perform(scenario, changes, seed, runs, replay, export, engine, as_json=as_json, launches=1)


@app.command("run", epilog="Example: `rehearse run launch-morning`")
@changeable
def run_command(
    scenario: ScenarioArgument,
    changes: Changes,
    seed: SeedOption = None,
    replications: ReplicationsOption = None,
    processes: ProcessesOption = None,
    engine: EngineOption = "auto",
    workers: WorkersOption = 1,
    samples: SamplesOption = False,
    rate_ceiling: RateCeilingOption = None,
    abort: AbortOption = None,
    no_limits: NoLimitsOption = False,
    runs: RunsOption = Path("runs"),
    export: ExportOption = None,
    as_json: AsJsonOption = False,
) -> None:
    """The whole rehearsal: forecast, serve, replay, audit, compare, report."""
    from rehearse.running.performing import perform
    from rehearse.sending import check_ceiling, consent
    from scenarios.limits.checked import read_checked

    chosen = read_checked(scenario, changes, limited=not no_limits, simulated=True)
    given = consent(rate_ceiling=rate_ceiling, abort=abort)
    check_ceiling(chosen, chosen.seed if seed is None else seed, given)

    def everything(rehearsal: Any) -> None:
        rehearsal.forecast(replications, processes)
        rehearsal.serve_and_replay(workers, given, samples=samples)

    perform(
        scenario,
        changes,
        seed,
        runs,
        everything,
        export,
        engine,
        as_json=as_json,
        for_mock=True,
        launches=replications,
    )


app.command("report", epilog="Example: `rehearse report runs/20150615-080000-launch-morning`")(report_command)
app.command("schema", epilog="Example: `rehearse schema scenario > scenario.schema.json`")(schema_command)
app.command("describe", epilog="Example: `rehearse describe launch-morning --out launch-morning.md`")(describe_command)
app.command("warm-up", epilog="Example: `rehearse warm-up queue.yaml --replications 20`")(warm_up_command)
app.command("headroom", epilog="Example: `rehearse headroom launch-morning-sized`")(headroom_command)
app.command("dossier", epilog="Example: `rehearse dossier runs/20150615-080000-launch-morning`")(dossier_command)
app.command("limit", epilog="Example: `rehearse limit first-queue --most 4`")(limit_command)
app.command("soak", epilog="Example: `rehearse soak shop.yaml --host http://127.0.0.1:8080 --for 8h`")(soak_command)
app.command("size", epilog="Example: `rehearse size launch-morning --vary service.stations.identity.servers=8..64`")(
    size_command
)
app.command("sweep", epilog="Example: `rehearse sweep launch-morning --vary demand=0.5..1.5`")(sweep_command)
app.command("experiment", epilog="Example: `rehearse experiment metastability-map`")(experiment_command)
app.command(
    "compare",
    cls=GroupedCommand,
    epilog="Examples: `rehearse compare launch-morning --variants all`, or of measured runs"
    " `rehearse compare runs/old-* --with runs/new-*`",
)(compare_command)
app.command("export", epilog="Example: `rehearse export runs/20150615-080000-launch-morning --junit junit.xml`")(
    export_command
)


def main() -> None:
    """Run the command line; every expected failure becomes one message and its exit status."""
    end_at_once()
    if (parent := named_parent()) is not None:
        end_with_parent(parent)
    try:
        prepare_output()
        status = ended_status(app)
        sys.stdout.flush()
        end_with(int(status or 0))
    except OutputLostError as error:
        Terminal().note(str(error))
        status = ExitStatus.OUTPUT_LOST
    sys.exit(status)
