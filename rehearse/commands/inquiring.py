"""The options that every command of an experiment takes, and what it makes of them: an inquiry."""

# ruff: noqa: PLC0415
from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from rehearse.commands.options import (
    AsJsonOption,
    EngineOption,
    NoLimitsOption,
    ProcessesOption,
    RunsOption,
    ScenarioArgument,
    SeedOption,
    changeable,
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
_OF_A_SCENARIO: Final = ("scenario", "changes")


def inquiring(kind: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command whose parameter `inquiry` is made of the shared options, which it takes in its place. `kind` is the
    command's name. A scenario that cannot be simulated or is too large is refused before there is a folder."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        return changeable(_taking(command, "inquiry", list(_SHARED), partial(inquiry_of, kind)))

    return decorate


def simulating(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter `how` has the shared options but for those that say of which scenario, as `inquiry_of`
    wants them."""
    return _taking(command, "how", [name for name in _SHARED if name not in _OF_A_SCENARIO], dict)


def _taking(
    command: Callable[..., None], parameter: str, names: Sequence[str], made: Callable[..., Any]
) -> Callable[..., None]:
    """The command with shared options of these names in place of the parameter that is made of them."""
    own = [each for each in inspect.signature(command, eval_str=True).parameters.values() if each.name != parameter]

    @wraps(command)
    def asked(**given: Any) -> None:
        shared = {name: given.pop(name) for name in names}
        command(**{parameter: made(**shared)}, **given)

    parameters = [*(_SHARED[name] for name in names), *own]
    needed = [each for each in parameters if each.default is inspect.Parameter.empty]
    others = [each for each in parameters if each.default is not inspect.Parameter.empty]
    ordered = [each.replace(kind=inspect.Parameter.POSITIONAL_OR_KEYWORD) for each in (*needed, *others)]
    asked.__signature__ = inspect.Signature(ordered)  # type: ignore[attr-defined]
    asked.__annotations__ = {each.name: each.annotation for each in ordered}
    return asked


def inquiry_of(kind: str, scenario: str, changes: Changes, *, no_limits: bool, **how: Any) -> Any:
    """An inquiry about a scenario with changes. Raises `ScenarioError` for one that cannot be simulated."""
    from rehearse.asking.asking import Inquiry
    from scenarios.language.reading import frozen_text
    from scenarios.limits.checked import read_checked

    read_checked(scenario, changes, limited=not no_limits, simulated=True)
    return Inquiry(scenario, frozen_text(scenario, changes=changes), kind, limited=not no_limits, **how)
