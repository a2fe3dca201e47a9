"""The options that every command of an experiment takes, and what it makes of them: an inquiry."""

# ruff: noqa: PLC0415
from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from rehearse.commands.changing import changeable
from rehearse.commands.options import (
    AsJsonOption,
    EngineOption,
    NoLimitsOption,
    ProcessesOption,
    RunsOption,
    ScenarioArgument,
    SeedOption,
)
from scenarios.sources.changes import Changes

AfreshOption = Annotated[
    bool, typer.Option("--afresh", help="Simulate everything again, and keep nothing for another experiment.")
]


def _with_dask(address: str | None) -> str | None:
    if address is not None:
        from experiments.launches.clustering import NO_CLUSTER, can_cluster

        if not can_cluster():
            raise typer.BadParameter(NO_CLUSTER)
    return address


ClusterOption = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        callback=_with_dask,
        help="Simulate on a Dask cluster, whose scheduler is there: tcp://HOST:8786 (needs the extra `cluster`).",
    ),
]


def _options(
    scenario: ScenarioArgument,
    changes: Changes,
    seed: SeedOption = None,
    processes: ProcessesOption = None,
    cluster: ClusterOption = None,
    engine: EngineOption = "auto",
    no_limits: NoLimitsOption = False,
    afresh: AfreshOption = False,
    runs: RunsOption = Path("runs"),
    as_json: AsJsonOption = False,
) -> dict[str, Any]:
    """What an inquiry is made of."""
    return locals()


_SHARED: Final = inspect.signature(_options, eval_str=True).parameters


def inquiring(kind: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command whose parameter `inquiry` is made of the shared options, which it takes in its place. `kind` is the
    command's name. A scenario that cannot be simulated or is too large is refused before there is a folder."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [each for each in inspect.signature(command, eval_str=True).parameters.values() if each.name != "inquiry"]

        @wraps(command)
        def asked(**given: Any) -> None:
            shared = {name: given.pop(name) for name in _SHARED}
            command(inquiry=_inquiry(kind, **shared), **given)

        parameters = [*_SHARED.values(), *own]
        needed = [each for each in parameters if each.default is inspect.Parameter.empty]
        others = [each for each in parameters if each.default is not inspect.Parameter.empty]
        ordered = [each.replace(kind=inspect.Parameter.POSITIONAL_OR_KEYWORD) for each in (*needed, *others)]
        asked.__signature__ = inspect.Signature(ordered)  # type: ignore[attr-defined]
        asked.__annotations__ = {each.name: each.annotation for each in ordered}
        return changeable(asked)

    return decorate


def _inquiry(kind: str, scenario: str, changes: Changes, *, no_limits: bool, **how: Any) -> Any:
    from rehearse.asking.asking import Inquiry
    from scenarios.language.reading import frozen_text
    from scenarios.limits.checked import read_checked

    read_checked(scenario, changes, limited=not no_limits, simulated=True)
    return Inquiry(scenario, frozen_text(scenario, changes=changes), kind, **how)
