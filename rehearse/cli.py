"""The command line: `rehearse COMMAND`. Each command is a few lines over the packages below it."""

from __future__ import annotations

import contextlib
import json
import secrets
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.text import Text

from loadtests.replay.samples import NO_SAMPLES, can_keep_samples
from loadtests.safety.targets import RefusedError, cleared
from recordings import summary as summaries
from recordings.run_folder import RunFolder
from rehearse import showing
from rehearse.exit_status import ExitStatus, of_summary
from rehearse.sending import Abort, AllowHost, RateCeiling, RunHooks, Yes, consent, ready_to_send, within
from rehearse.terminal import Terminal
from scenarios.language.catalogue import catalogue, find
from scenarios.language.kinds import kinds_of_defences, kinds_of_faults
from scenarios.language.problems import ScenarioError
from scenarios.language.reading import frozen_text, read
from scenarios.language.scenario import Scenario
from scenarios.language.schema import json_schema

app = typer.Typer(
    name="rehearse",
    help="Rehearse a launch before real people meet it: forecast it, serve it, load it, audit it, judge it.",
    epilog="Exit status: 0 objectives met, 99 missed, 98 no verdict (not enough evidence, or an invalid run), "
    "104 bad configuration, 105 interrupted, 108 stopped by its own rule, 2 usage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def _can_keep(samples: bool) -> bool:
    if samples and not can_keep_samples():
        raise typer.BadParameter(NO_SAMPLES)
    return samples


ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A catalogue name (`rehearse list`) or a file's path.")
]
Seed = Annotated[int | None, typer.Option(min=0, help="Another seed than the scenario's.")]
Replications = Annotated[
    int | None, typer.Option("--replications", "-n", min=2, max=10_000, help="How many launches to simulate.")
]
Processes = Annotated[int | None, typer.Option(min=1, help="Processes for the forecast; one a processor by default.")]
Runs = Annotated[Path, typer.Option(help="The folder in which run folders are made.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of text for people.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="Load-generating processes.")]
Samples = Annotated[
    bool,
    typer.Option(
        "--samples", callback=_can_keep, help="Keep every request as a Parquet row (needs the extra `samples`)."
    ),
]
ControlToken = Annotated[
    str | None,
    typer.Option(
        "--control-token", envvar="REHEARSE_CONTROL_TOKEN", help="Needed to use the control API; `serve` draws one."
    ),
]
Host = Annotated[str, typer.Option(help="Address to listen on; loopback unless you say otherwise.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]


@app.command("list", epilog="Example: `rehearse list faults`")
def list_what(
    what: Annotated[
        Literal["scenarios", "faults", "defences"], typer.Argument(metavar="scenarios|faults|defences", help="Of what.")
    ] = "scenarios",
    as_json: AsJson = False,
) -> None:
    """List the scenarios of the catalogue, or the kinds of faults or of defences with their parameters."""
    terminal = Terminal()
    if what == "scenarios":
        titles = {name: read(name).title for name in catalogue()}
        if as_json:
            terminal.json([{"name": name, "title": title} for name, title in titles.items()])
        else:
            terminal.print(showing.catalogue(titles))
        return
    kinds = kinds_of_faults() if what == "faults" else kinds_of_defences()
    if as_json:
        terminal.json(kinds)
    else:
        terminal.print(showing.kinds(kinds))


@app.command(epilog="Example: `rehearse show launch-morning`")
def show(scenario: ScenarioName, as_json: AsJson = False) -> None:
    """Show what a scenario says: who comes when, what the service is made of, what must hold."""
    terminal = Terminal()
    if as_json:
        terminal.json(read(scenario).model_dump(mode="json"))
    else:
        for part in showing.scenario(read(scenario)):
            terminal.print(part)


@app.command(epilog="Example: `rehearse check my-scenario.yaml`")
def check(scenario: ScenarioName, as_json: AsJson = False) -> None:
    """Check a scenario file: every problem with its file, line and key."""
    try:
        read(scenario)
    except ScenarioError as error:
        if as_json:
            Terminal().json([vars(problem) for problem in error.problems])
        else:
            Terminal().print(*map(Text, map(str, error.problems)), sep="\n")
        raise typer.Exit(ExitStatus.BAD_CONFIGURATION) from None
    if as_json:
        Terminal().json([])
    else:
        Terminal().print(f"{find(scenario)}: no problems")


@app.command(epilog="Example: `rehearse simulate launch-morning --replications 50`")
def simulate(
    scenario: ScenarioName,
    seed: Seed = None,
    replications: Replications = None,
    processes: Processes = None,
    runs: Runs = Path("runs"),
    as_json: AsJson = False,
) -> None:
    """Forecast: simulate independent launches and judge the objectives."""
    _rehearse(scenario, seed, runs, as_json, lambda run: run.forecast(replications, processes))


@app.command(epilog="Example: `rehearse serve launch-morning --port 8080`")
def serve(
    scenario: ScenarioName = "launch-morning",
    host: Host = "127.0.0.1",
    port: Port = 8080,
    seed: Seed = None,
    data: Annotated[Path, typer.Option(help="The folder in which referrals are kept.")] = Path("runs/server"),
    world: Annotated[
        Literal["national", "small"], typer.Option("--world", help="England's size, or a few places.")
    ] = "national",
    database: Annotated[
        str | None, typer.Option("--database", metavar="URL", help="A PostgreSQL database that several nodes share.")
    ] = None,
    rate_limit: Annotated[
        str, typer.Option("--rate-limit", help="Requests a second that one application may send, or `off`.")
    ] = "10",
    control_host: Annotated[
        str, typer.Option("--control-host", help="Address of the control API; loopback unless you say otherwise.")
    ] = "127.0.0.1",
    control_port: Annotated[
        int, typer.Option("--control-port", min=0, max=65535, help="Port of the control API; 0 takes a free one.")
    ] = 0,
    control_token: ControlToken = None,
) -> None:
    """Serve the mock e-referral service, with the scenario's capacity, until interrupted."""
    from mock_server.process.server import AddressTakenError, FolderTakenError, Settings  # noqa: PLC0415  # the server's
    from mock_server.process.server import serve as serve_scenario  # noqa: PLC0415  # libraries load only here

    chosen, terminal = read(scenario), Terminal()
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
        requests_per_s=_requests_per_s(rate_limit),
    )
    status = 0
    try:
        with contextlib.suppress(KeyboardInterrupt):  # how a server is meant to end
            status = serve_scenario(settings, partial(_say_listening, settings.control_token), terminal.note)
    except (ValueError, ImportError, ConnectionError) as error:
        terminal.note(f"cannot use that database: {error}")
        raise typer.Exit(ExitStatus.BAD_CONFIGURATION) from None
    except (AddressTakenError, FolderTakenError) as error:
        terminal.note(str(error))
        raise typer.Exit(ExitStatus.BAD_CONFIGURATION) from None
    raise typer.Exit(status)


@app.command(epilog="Example: `rehearse load launch-morning --host http://127.0.0.1:8080`")
def load(
    scenario: ScenarioName,
    host: Annotated[str, typer.Option(help="Base URL of a running service.")],
    seed: Seed = None,
    workers: Workers = 1,
    samples: Samples = False,
    allow_host: AllowHost = None,
    rate_ceiling: RateCeiling = None,
    yes: Yes = False,
    abort: Abort = None,
    run_hooks: RunHooks = False,
    control: Annotated[
        str | None,
        typer.Option(
            "--control", metavar="URL", help="A mock server's control API, to have the scenario's faults made there."
        ),
    ] = None,
    control_token: ControlToken = None,
    runs: Runs = Path("runs"),
    as_json: AsJson = False,
) -> None:
    """Replay the scenario's window over HTTP against a running service, audit it, and judge the objectives."""
    chosen = read(scenario)
    given = consent(allow_host, rate_ceiling, abort, yes, run_hooks)
    given = ready_to_send(host, chosen, chosen.seed if seed is None else seed, given)
    from rehearse.control import Control  # noqa: PLC0415  # loads an HTTP client

    controlled = Control(control.rstrip("/"), control_token or "") if control else None
    if control:  # a token leaves this machine only for a host that load may be sent to
        cleared(control, given.terms(chosen))
    if controlled is None:
        _say_unmade(chosen, run_hooks)
    elif trouble := controlled.trouble():
        Terminal().note(trouble)
        raise typer.Exit(ExitStatus.BAD_CONFIGURATION)
    _rehearse(
        scenario, seed, runs, as_json, lambda run: run.replay(host.rstrip("/"), workers, samples, given, controlled)
    )


@app.command(epilog="Example: `rehearse run launch-morning`")
def run(
    scenario: ScenarioName,
    seed: Seed = None,
    replications: Replications = None,
    processes: Processes = None,
    workers: Workers = 1,
    samples: Samples = False,
    rate_ceiling: RateCeiling = None,
    abort: Abort = None,
    runs: Runs = Path("runs"),
    as_json: AsJson = False,
) -> None:
    """The whole rehearsal: forecast, serve, replay, audit, compare, report."""
    chosen, given = read(scenario), consent(rate_ceiling=rate_ceiling, abort=abort)
    within(chosen, chosen.seed if seed is None else seed, given)

    def everything(rehearsal: Any) -> None:
        rehearsal.forecast(replications, processes)
        rehearsal.serve_and_replay(workers, samples, given)

    _rehearse(scenario, seed, runs, as_json, everything)


@app.command(epilog="Example: `rehearse report runs/20150615-080000-launch-morning`")
def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    as_json: AsJson = False,
) -> None:
    """Make the report of a run anew and show its verdict."""
    from rehearse.rehearsal import rewrite_report  # noqa: PLC0415  # loads the engines' libraries

    terminal, chosen = Terminal(), RunFolder(folder)
    try:
        summary = rewrite_report(chosen)
    except (OSError, ValueError, KeyError) as error:
        terminal.note(f"{folder} is not a finished run: {error}")
        raise typer.Exit(ExitStatus.BAD_CONFIGURATION) from None
    _show_summary(terminal, chosen, summary, as_json)
    raise typer.Exit(of_summary(summary))


@app.command(epilog="Example: `rehearse schema scenario > scenario.schema.json`")
def schema(
    of: Annotated[str, typer.Argument(metavar="scenario|summary", help="Which of the two files.")] = "scenario",
) -> None:
    """Print the JSON Schema of a scenario file or of summary.json."""
    schemas: dict[str, Callable[[], dict[str, Any]]] = {"scenario": json_schema, "summary": summaries.summary_schema}
    if of not in schemas:
        raise typer.BadParameter(f"{of!r} is neither scenario nor summary")
    Terminal().json(schemas[of]())


def main() -> None:
    """Run the command line; every expected failure becomes one message and its exit status."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app(standalone_mode=True)
    except (ScenarioError, RefusedError) as error:
        Terminal().note(str(error))
        sys.exit(ExitStatus.BAD_CONFIGURATION)
    except SystemExit as end:
        # Typer ends a command that was interrupted with the shell's 130
        sys.exit(ExitStatus.INTERRUPTED if end.code == 130 else end.code)


def _interrupt(number: int, _frame: Any) -> None:
    """SIGTERM ends a command as Ctrl-C does: with what there is, and no process left behind."""
    signal.signal(number, signal.SIG_IGN)  # `timeout` sends it twice
    raise KeyboardInterrupt


def _rehearse(scenario: str, seed: int | None, runs: Path, as_json: bool, steps: Callable[[Any], None]) -> None:
    """Begin a run, do its steps, and finish it whether or not they all came to their end."""
    from rehearse.processes import ProcessFailedError  # noqa: PLC0415
    from rehearse.rehearsal import Rehearsal  # noqa: PLC0415  # loads the engines' libraries

    terminal = Terminal()
    text = frozen_text(scenario)
    try:
        rehearsal = Rehearsal.begin(scenario, text, seed, runs, terminal)
    except OSError as error:
        terminal.note(f"cannot make a run folder in {runs}: {error.strerror or error}")
        raise typer.Exit(ExitStatus.BAD_CONFIGURATION) from None
    status: ExitStatus | None = None
    try:
        steps(rehearsal)
    except KeyboardInterrupt:
        terminal.note("interrupted; what there is goes into the report")
        status = ExitStatus.INTERRUPTED
    except ProcessFailedError as error:
        terminal.note(str(error))
        status = ExitStatus.NO_VERDICT
    except RefusedError as error:
        terminal.note(str(error))
        status = ExitStatus.BAD_CONFIGURATION
    if rehearsal.has_something():
        summary = rehearsal.finish(interrupted=status is ExitStatus.INTERRUPTED)
        _show_summary(terminal, rehearsal.folder, summary, as_json)
        status = of_summary(summary) if status is None else status
    raise typer.Exit(ExitStatus.NO_VERDICT if status is None else status)


def _show_summary(terminal: Terminal, folder: RunFolder, summary: summaries.Summary, as_json: bool) -> None:
    if as_json:
        terminal.json(json.loads(summaries.to_json(summary)))
        return
    for part in showing.summary(summary):
        terminal.print(part)
    terminal.print(f"Report: {folder.report}")


def _say_unmade(scenario: Scenario, run_hooks: bool) -> None:
    """A word about faults that nobody will make."""
    unmade = [name for name, fault in scenario.faults.items() if not (run_hooks and fault.on_target)]
    if unmade:
        Terminal().note(
            f"nobody will make “{unmade[0]}” on this target: give --control URL of a mock server's control API, or say"
            " `on_target` in the scenario and --run-hooks"
        )


def _requests_per_s(text: str) -> float | None:
    """The rate limit as a number; None for `off`."""
    if text == "off":
        return None
    try:
        requests_per_s = float(text)
    except ValueError:
        requests_per_s = 0.0
    if not 0.0 < requests_per_s < float("inf"):
        raise typer.BadParameter("a number of requests a second above 0, or off", param_hint="--rate-limit")
    return requests_per_s


def _say_listening(token: str, url: str, control_url: str) -> None:
    print(f"listening on {url}", flush=True)
    print(f"control at {control_url}", flush=True)
    Terminal().note(f"game day at {control_url}/game-day#token={token}")
