"""The options of the command line: what each is called, takes and means.

Nothing here loads what a command needs to do its work, so that `rehearse --help` and `rehearse list` begin at once.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from scenarios.quantities.fields import positive_rate
from scenarios.quantities.units import UnitError, multiple, share
from scenarios.sources.changes import Changes


def _can_keep(samples: bool) -> bool:
    if samples:
        from loadtests.replay.samples import NO_SAMPLES, can_keep_samples  # noqa: PLC0415  # loads NumPy

        if not can_keep_samples():
            raise typer.BadParameter(NO_SAMPLES)
    return samples


ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A catalogue name (`rehearse list`) or a file's path.")
]
SeedOption = Annotated[int | None, typer.Option(min=0, help="Another seed than the scenario's.")]
ReplicationsOption = Annotated[
    int | None, typer.Option("--replications", "-n", min=2, max=10_000, help="How many launches to simulate.")
]
ProcessesOption = Annotated[
    int | None, typer.Option(min=1, help="Processes for the forecast; one a processor by default.")
]
EngineOption = Annotated[
    Literal["auto", "simpy", "compiled"],
    typer.Option("--engine", help="What simulates: the compiled engine where it can (auto), or one of both."),
]


def _svg(picture: Path | None) -> Path | None:
    if picture is not None and picture.suffix.lower() != ".svg":
        raise typer.BadParameter(f"a drawing is an SVG file, so its name ends in .svg; found {picture.name!r}")
    return picture


PictureOption = Annotated[
    Path | None,
    typer.Option("--picture", metavar="FILE.svg", callback=_svg, help="Draw service and journeys into this SVG file."),
]
RunsOption = Annotated[Path, typer.Option(help="The folder in which run folders are made.")]
AsJsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of text for people.")]


def _processes(workers: int) -> int:
    """As many as were asked for; -1 is one a core, as Locust has it."""
    if workers == 0:
        raise typer.BadParameter("0 processes send nothing; give 1 or more, or -1 for one a core")
    return workers if workers > 0 else os.cpu_count() or 1


_WORKERS_HELP = "Load-generating processes; -1 is one a core."
WorkersOption = Annotated[int, typer.Option("--workers", min=-1, max=64, callback=_processes, help=_WORKERS_HELP)]
LoadWorkersOption = Annotated[
    int, typer.Option("--workers", "--processes", min=-1, max=64, callback=_processes, help=_WORKERS_HELP)
]
SamplesOption = Annotated[
    bool,
    typer.Option(
        "--samples", callback=_can_keep, help="Keep every request as a Parquet row (needs the extra `samples`)."
    ),
]
NoLimitsOption = Annotated[
    bool, typer.Option("--no-limits", help="Take a scenario that is larger than a launch is allowed to be.")
]
ControlTokenOption = Annotated[
    str | None,
    typer.Option(
        "--control-token", envvar="REHEARSE_CONTROL_TOKEN", help="Needed to use the control API; `serve` draws one."
    ),
]
HostOption = Annotated[str, typer.Option(help="Address to listen on; loopback unless you say otherwise.")]
PortOption = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]
DataOption = Annotated[Path, typer.Option(help="The folder in which referrals are kept.")]
SizeOption = Annotated[Literal["national", "small"], typer.Option("--world", help="England's size, or a few places.")]
DatabaseOption = Annotated[
    str | None, typer.Option("--database", metavar="URL", help="A PostgreSQL database that several nodes share.")
]
RateLimitOption = Annotated[
    str, typer.Option("--rate-limit", help="Requests a second that one application may send; more are answered 429.")
]
ControlHostOption = Annotated[
    str, typer.Option("--control-host", help="Address of the control API; loopback unless you say otherwise.")
]
ControlPortOption = Annotated[
    int, typer.Option("--control-port", min=0, max=65535, help="Port of the control API; 0 takes a free one.")
]
ControlUrlOption = Annotated[
    str | None,
    typer.Option(
        "--control", metavar="URL", help="A mock server's control API, to have the scenario's faults made there."
    ),
]
ServiceOption = Annotated[
    str | None, typer.Option("--host", help="Base URL of a running service; without it the scenario's target.base_url.")
]


def readable(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    """A callback that says what is wrong with a value, or with one of several."""

    def check(given: Any) -> Any:
        try:
            for text in [given] if isinstance(given, str) else given or []:
                read(text)
        except UnitError as error:
            raise typer.BadParameter(str(error)) from None
        return given

    return check


def share_given(written: str) -> float:
    """The share that an option says, `95 %` or `0.95`. Raises `UnitError`."""
    text = written.strip()
    return share(float(text) if text.replace(".", "", 1).isdigit() else text)


def _abort_rule(text: str) -> Any:
    from scenarios.language.safety import abort_rule  # noqa: PLC0415  # a model that `rehearse list` does without

    return abort_rule(text)


def _base_url(url: str) -> None:
    from loadtests.safety.refused import RefusedError  # noqa: PLC0415
    from loadtests.safety.targets import place  # noqa: PLC0415  # loads NumPy

    try:
        place(url)
    except RefusedError as error:
        raise typer.BadParameter(str(error)) from None


def _remotely_writable(url: str | None) -> str | None:
    if url is not None:
        from rehearse.live.remote_write import NO_REMOTE_WRITE, can_write_remotely  # noqa: PLC0415

        if not can_write_remotely():
            raise typer.BadParameter(NO_REMOTE_WRITE)
        _base_url(url)
    return url


def _exportable_by_otlp(url: str | None) -> str | None:
    if url is not None:
        from rehearse.live.otlp import NO_OTLP, can_export_otlp  # noqa: PLC0415

        if not can_export_otlp():
            raise typer.BadParameter(NO_OTLP)
        _base_url(url)
    return url


AllowHostOption = Annotated[
    list[str] | None,
    typer.Option("--allow-host", metavar="NAME", help="A host beside loopback that load may be sent to; repeatable."),
]
RateCeilingOption = Annotated[
    str | None,
    typer.Option(
        "--rate-ceiling",
        metavar="RATE",
        callback=readable(positive_rate),
        help="Most requests in any whole second, such as `50 / s`; more end the replay.",
    ),
]
AbortOption = Annotated[
    list[str] | None,
    typer.Option(
        "--abort",
        metavar="RULE",
        callback=readable(_abort_rule),
        help="End the replay by a rule such as `failed share > 50 % for 30 s`; repeatable.",
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Send to an allowed host without being asked.")]
RunHooksOption = Annotated[bool, typer.Option("--run-hooks", help="Run what the scenario's faults do on the target.")]
MetricsPortOption = Annotated[
    int | None,
    typer.Option("--metrics-port", min=0, max=65535, help="Serve live metrics for Prometheus there; 0: a free port."),
]
MetricsHostOption = Annotated[
    str, typer.Option("--metrics-host", help="Address of the metrics; loopback unless you say otherwise.")
]
RemoteWriteOption = Annotated[
    str | None,
    typer.Option(
        "--remote-write",
        metavar="URL",
        callback=_remotely_writable,
        help="Send live metrics to Prometheus remote write (needs the extra `remote-write`).",
    ),
]
OtlpOption = Annotated[
    str | None,
    typer.Option(
        "--otlp",
        metavar="URL",
        callback=_exportable_by_otlp,
        help="Send live metrics to an OpenTelemetry collector by OTLP over HTTP (needs the extra `otlp`).",
    ),
]


def _say_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version  # noqa: PLC0415  # only here

        typer.echo(f"rehearse {version('launch-rehearsal')}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say which version this is.")
]


SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Another value for a key of the scenario; repeatable."),
]
DemandOption = Annotated[
    str | None,
    typer.Option(
        "--demand",
        metavar="TIMES",
        callback=readable(multiple),
        help="How many times over everybody comes, such as 1.5 or `150 %`.",
    ),
]
VariantOption = Annotated[
    str | None, typer.Option("--variant", metavar="NAME", help="One of the sets of changes that the scenario names.")
]
_CHANGES = {"settings": SetOption, "demand": DemandOption, "variant": VariantOption}


def changeable(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter `changes` is made of the three options, which it takes in its place."""
    signature = inspect.signature(command, eval_str=True)
    options = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=option)
        for name, option in _CHANGES.items()
    ]
    others = [parameter for name, parameter in signature.parameters.items() if name != "changes"]
    needed = [parameter for parameter in others if parameter.default is inspect.Parameter.empty]
    optional = [parameter for parameter in others if parameter.default is not inspect.Parameter.empty]

    @wraps(command)
    def changed(**given: Any) -> None:
        asked = {name: given.pop(name) for name in _CHANGES}
        command(changes=asked_changes(**asked), **given)

    parameters = [*needed, *options, *optional]
    changed.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    changed.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return changed


def asked_changes(settings: list[str] | None, demand: str | None, variant: str | None) -> Changes:
    """What the three options ask for. Raises `typer.BadParameter` where both of two say the demand."""
    try:
        return Changes.asked(variant, settings or (), demand)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
