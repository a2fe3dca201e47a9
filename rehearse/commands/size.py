"""The command `rehearse size`: how much of something is enough. What it needs is imported when it runs."""

# ruff: noqa: PLC0415
from __future__ import annotations

from typing import Annotated, Any

import typer

from rehearse.commands.inquiring import inquiring
from rehearse.commands.options import readable, share_given

VaryOption = Annotated[
    list[str],
    typer.Option("--vary", metavar="KEY=LOW..HIGH", help="A capacity, and between what; repeatable."),
]
PriceOption = Annotated[
    list[str] | None,
    typer.Option("--price", metavar="KEY=COST", help="What one unit of a varied key costs; repeatable."),
]
ObjectiveOption = Annotated[
    list[str] | None,
    typer.Option("--objective", metavar="NAME", help="Only this objective counts; repeatable. Without it all do."),
]
InLaunchesOption = Annotated[
    str,
    typer.Option(
        "--in-launches",
        metavar="SHARE",
        callback=readable(share_given),
        help="Share of launches that must meet every objective.",
    ),
]
ConfidenceOption = Annotated[
    str, typer.Option("--confidence", metavar="SHARE", callback=readable(share_given), help="How sure of that share.")
]
MarginOption = Annotated[
    str,
    typer.Option(
        "--margin",
        metavar="SHARE",
        callback=readable(share_given),
        help="How much more demand is asked about besides; 0 leaves that out.",
    ),
]
MostLaunchesOption = Annotated[
    int, typer.Option("--most-launches", min=4, max=10_000, help="No more launches of one size than this.")
]


@inquiring("size")
def size_command(
    inquiry: Any,
    vary: VaryOption,
    price: PriceOption = None,
    objective: ObjectiveOption = None,
    in_launches: InLaunchesOption = "95 %",
    confidence: ConfidenceOption = "95 %",
    margin: MarginOption = "0 %",
    most_launches: MostLaunchesOption = 240,
) -> None:
    """How much is enough: the smallest capacity, or the cheapest combination, that meets the objectives."""
    from rehearse.asking.by_values import ask_with_values

    given = {
        "vary": vary,
        "price": price,
        "objective": objective,
        "in_launches": share_given(in_launches),
        "confidence": share_given(confidence),
        "margin": share_given(margin),
        "most_launches": most_launches,
    }
    raise typer.Exit(ask_with_values(inquiry, "size", given))
