"""The command `rehearse sweep`. What it needs to do its work is imported when it runs, as in `rehearse.cli`."""

# ruff: noqa: PLC0415
from __future__ import annotations

from typing import Annotated, Any

import typer

from rehearse.commands.inquiring import inquiring

VariedKeysOption = Annotated[
    list[str] | None,
    typer.Option(
        "--vary", metavar="KEY=LOW..HIGH", help="What varies: a key and its range, or KEY=A, B, C; once or twice."
    ),
]
OfOption = Annotated[
    list[str] | None, typer.Option("--of", metavar="OBJECTIVE", help="Measure an objective's value; repeatable.")
]
FigureOption = Annotated[
    list[str] | None, typer.Option("--figure", metavar="PATH", help="Measure a figure of a launch; repeatable.")
]
NeverRecoversOption = Annotated[
    list[str] | None,
    typer.Option("--never-recovers", metavar="FAULT", help="Measure the share of launches that never recover from it."),
]
SweptLaunchesOption = Annotated[
    int | None,
    typer.Option("--launches", min=4, max=10_000, help="Launches of each point; 8 unless you say otherwise."),
]
PointsOption = Annotated[
    int | None, typer.Option("--points", min=2, max=100, help="Values of each key to begin with: 9 of one, 5 of two.")
]
RefineOption = Annotated[
    int | None, typer.Option("--refine", min=0, max=8, help="How often a step is halved where the outcome changes: 2.")
]
FiguresOption = Annotated[bool, typer.Option("--figures", help="List the figures that a launch has, and vary nothing.")]


@inquiring("sweep")
def sweep_command(
    inquiry: Any,
    vary: VariedKeysOption = None,
    of: OfOption = None,
    figure: FigureOption = None,
    never_recovers: NeverRecoversOption = None,
    launches: SweptLaunchesOption = None,
    points: PointsOption = None,
    refine: RefineOption = None,
    figures: FiguresOption = False,
) -> None:
    """Measure over one or two keys of the scenario what depends on them, more finely where the outcome changes."""
    if figures:
        from experiments.sweeps.question import figures_question

        raise typer.Exit(inquiry.ask(figures_question))
    if not vary:
        raise typer.BadParameter("say what varies, as --vary demand=0.5..1.5")
    from rehearse.asking.by_values import ask_with_values

    given = {
        "vary": vary,
        "of": of,
        "figure": figure,
        "never_recovers": never_recovers,
        "launches": launches,
        "points": points,
        "refine": refine,
    }
    raise typer.Exit(ask_with_values(inquiry, "sweep", given))
