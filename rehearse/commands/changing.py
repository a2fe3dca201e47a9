"""The options that change a scenario without editing it, for every command that takes one: `--set`, `--demand` and
`--variant`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from rehearse.commands.options import readable
from scenarios.quantities.units import multiple
from scenarios.sources.changes import Changes

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
_OPTIONS = {"settings": SetOption, "demand": DemandOption, "variant": VariantOption}


def changeable(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter `changes` is made of the three options, which it takes in its place."""
    signature = inspect.signature(command, eval_str=True)
    options = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=option)
        for name, option in _OPTIONS.items()
    ]
    others = [parameter for name, parameter in signature.parameters.items() if name != "changes"]
    needed = [parameter for parameter in others if parameter.default is inspect.Parameter.empty]
    optional = [parameter for parameter in others if parameter.default is not inspect.Parameter.empty]

    @wraps(command)
    def changed(**given: Any) -> None:
        asked = {name: given.pop(name) for name in _OPTIONS}
        command(changes=changes_of(**asked), **given)

    parameters = [*needed, *options, *optional]
    changed.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    changed.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return changed


def changes_of(settings: list[str] | None, demand: str | None, variant: str | None) -> Changes:
    """What the three options ask for. Raises `typer.BadParameter` where both of two say the demand."""
    try:
        return Changes.asked(variant, settings or (), demand)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
