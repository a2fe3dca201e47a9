"""`rehearse headroom`. What it needs is imported when it runs, as in `rehearse.cli`."""

# ruff: noqa: PLC0415
from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from rehearse.commands.inquiring import inquiring
from rehearse.commands.options import readable, share_given

AgainstOption = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="KEY=LOW..HIGH",
        help="Vary this key, not demand: service.stations.app.servers=8..64, or faults.NAME.for=1..30 min.",
    ),
]
SensitivityOption = Annotated[
    bool, typer.Option("--sensitivity", help="Ask what the verdict leans on: every assumed number, one at a time.")
]
ByOption = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="SHARE",
        callback=readable(share_given),
        help="With --sensitivity: by which share each is varied, from 1 % to 90 %; 20 % by default.",
    ),
]
LaunchesOption = Annotated[
    int | None, typer.Option("--launches", min=2, max=10_000, help="Launches of a point, at most; 10 by default.")
]
LeastDemandOption = Annotated[
    float | None,
    typer.Option("--least", min=0.001, max=1, help="The least demand that is tried; 1/16 by default."),
]
MostHeadroomOption = Annotated[
    float | None,
    typer.Option("--most", min=1, max=1000, help="The highest demand that is tried; 4 by default."),
]
NearOption = Annotated[
    str,
    typer.Option(
        "--precision",
        metavar="SHARE",
        callback=readable(share_given),
        help="How near each change is found, 0.1 % to 50 %.",
    ),
]
FixesOption = Annotated[
    int | None,
    typer.Option(
        "--fixes", min=0, max=20, help="After how many stations that are made larger it is looked again; 2 by default."
    ),
]


@inquiring("headroom")
def headroom_command(
    inquiry: Any,
    against: AgainstOption = None,
    sensitivity: SensitivityOption = False,
    by: ByOption = None,
    launches: LaunchesOption = None,
    least: LeastDemandOption = None,
    most: MostHeadroomOption = None,
    precision: NearOption = "2 %",
    fixes: FixesOption = None,
) -> None:
    """Find how much more demand until each objective breaks, and which station is full first, second, third."""
    if sensitivity and against is not None:
        raise typer.BadParameter("--against and --sensitivity are two questions; ask one at a time")

    of_headroom = {"least": least, "most": most, "fixes": fixes}
    for name, value in (of_headroom if sensitivity else {"by": by}).items():
        if value is not None:
            raise typer.BadParameter(f"--{name} {'does not go' if sensitivity else 'only goes'} with --sensitivity")

    from rehearse.asking.by_values import ask_with_values

    of_both = {"launches": launches, "precision": share_given(precision)}
    if sensitivity:
        asked = replace(inquiry, kind="sensitivity")
        raise typer.Exit(
            ask_with_values(asked, "sensitivity", {"by": None if by is None else share_given(by), **of_both})
        )
    raise typer.Exit(ask_with_values(inquiry, "headroom", {"against": against, **of_both, **of_headroom}))
