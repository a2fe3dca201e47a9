"""The command `rehearse compare`. What it needs to do its work is imported when it runs, as in `rehearse.cli`."""

# ruff: noqa: PLC0415
from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from rehearse.commands.inquiring import AfreshOption, ClusterOption
from rehearse.commands.options import (
    AsJsonOption,
    DemandOption,
    EngineOption,
    NoLimitsOption,
    ProcessesOption,
    RunsOption,
    SeedOption,
    SetOption,
    asked_changes,
    readable,
    share_given,
)

_WITH: Final = "--with"
_OptionsOption = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="NAME: KEY=VALUE", help="An option of the first scenario; repeatable."),
]
_VariantsOption = Annotated[
    list[str] | None,
    typer.Option("--variants", metavar="NAME", help="A variant of the first scenario, or `all`; repeatable."),
]
_LaunchesOption = Annotated[
    int | None, typer.Option("--launches", min=2, max=100_000, help="So many launches of each option, and one look.")
]
_MostOption = Annotated[int, typer.Option("--most", min=2, max=100_000, help="No more launches of each than this.")]
_PrecisionOption = Annotated[
    str,
    typer.Option(
        "--precision", callback=readable(share_given), metavar="SHARE", help="How precisely means are to be known."
    ),
]
_AllFiguresOption = Annotated[bool, typer.Option("--all-figures", help="Compare every number of a launch.")]
_OnlyOption = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Compare only figures of this name; repeatable.")
]


class GroupedCommand(TyperCommand):
    """A command whose option `--with` takes everything up to the next option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """`--with B1 B2` as `--with B1 --with B2`."""
        words, is_within = [], False
        for word in args:
            if is_within and not word.startswith("-"):
                words += [_WITH, word]
                continue
            is_within = word == _WITH
            words += [] if is_within else [word]
        return super().parse_args(ctx, [*words, *([_WITH] if args[-1:] == [_WITH] else [])])


def compare_command(
    words: Annotated[
        list[str],
        typer.Argument(metavar="A B...", help="Run folders, or scenarios (SCENARIO:VARIANT); the first is the base."),
    ],
    second: Annotated[
        list[str] | None, typer.Option(_WITH, metavar="RUN...", help="The second group of measured runs.")
    ] = None,
    variants: _VariantsOption = None,
    options: _OptionsOption = None,
    at_most: Annotated[
        str | None,
        typer.Option(
            callback=readable(share_given),
            metavar="SHARE",
            help="How much worse it may be, such as `5 %`; to be shown.",
        ),
    ] = None,
    share_at_most: Annotated[
        str, typer.Option(callback=readable(share_given), metavar="SHARE", help="The same of shares, in points.")
    ] = "1 %",
    only: _OnlyOption = None,
    launches: _LaunchesOption = None,
    most: _MostOption = 40,
    precision: _PrecisionOption = "5 %",
    all_figures: _AllFiguresOption = False,
    settings: SetOption = None,
    demand: DemandOption = None,
    seed: SeedOption = None,
    processes: ProcessesOption = None,
    cluster: ClusterOption = None,
    engine: EngineOption = "auto",
    no_limits: NoLimitsOption = False,
    afresh: AfreshOption = False,
    runs: RunsOption = Path("runs"),
    invalid_runs: Annotated[
        bool, typer.Option("--invalid-runs", help="Take runs that are invalid or did not come to their end, too.")
    ] = False,
    different_scenarios: Annotated[
        bool, typer.Option("--different-scenarios", help="Take runs of different scenarios, too.")
    ] = False,
    different_seeds: Annotated[
        bool, typer.Option("--different-seeds", help="Take forecasts of different seeds, too.")
    ] = False,
    different_versions: Annotated[
        bool, typer.Option("--different-versions", help="Take forecasts that another version has made, too.")
    ] = False,
    as_markdown: Annotated[bool, typer.Option("--as-markdown", help="Print Markdown for a pull request.")] = False,
    as_json: AsJsonOption = False,
) -> None:
    """Compare options on the same launches, or measured runs: what is better or worse, and how sure is that?"""
    from readiness.comparison.compare import Margins
    from rehearse.asking.words import all_runs, read_words
    from rehearse.comparing import compare_and_show, has_replays, refused

    try:
        named, others = read_words(words), read_words(second or ())
    except (OSError, ValueError) as error:
        raise typer.Exit(refused(error, as_json=as_json)) from None
    folders, of_second = all_runs(named), all_runs(others)
    worse_by = None if at_most is None else share_given(at_most)
    of_options: dict[str, Any] = {
        "--variants": variants,
        "--option": options,
        "--launches": launches,
        "--all-figures": all_figures,
    }
    of_options |= {"--set": settings, "--demand": demand, "--seed": seed}
    if second or (folders is not None and not (variants or options) and has_replays(folders)):
        _check_measured(folders, of_second, [name for name, value in of_options.items() if value not in (None, False)])
        assert folders is not None and of_second is not None
        status = compare_and_show(
            (folders, of_second) if of_second else (folders[:1], folders[1:]),
            Margins(worse_by, share_given(share_at_most)),
            only or [],
            "json" if as_json else "markdown" if as_markdown else "text",
            invalid_runs=invalid_runs,
            different_scenarios=different_scenarios,
        )
        raise typer.Exit(status)
    from experiments.comparing.values import CompareValues, asked_of
    from experiments.files.questions import validated
    from rehearse.asking.asking import Inquiry
    from rehearse.asking.compared import Given, Permitted, compare_given, launches_of_runs
    from scenarios.sources.problems import of_options as located

    permitted = Permitted(different_scenarios, different_seeds, different_versions)
    changes = asked_changes(settings, demand, None)
    try:
        found = Given(named, variants or (), options or (), changes.settings, seed, not no_limits, permitted).read()
    except (OSError, ValueError) as error:
        raise typer.Exit(refused(error, as_json=as_json)) from None
    said: dict[str, Any] = {"only": only or [], "at_most": worse_by, "share_at_most": share_given(share_at_most)}
    said |= {
        "precision": share_given(precision),
        "launches": launches or launches_of_runs(found),
        "most": most,
        "all_figures": all_figures,
    }
    asked = asked_of(validated(CompareValues, said, located))
    base = found[0].option
    inquiry = Inquiry(
        found[0].title,
        base.point.text,
        "compare",
        runs=runs,
        seed=base.seed,
        processes=processes,
        cluster=cluster,
        engine=engine,
        afresh=afresh,
        limited=not no_limits,
        as_json=as_json,
        as_markdown=as_markdown,
    )
    title = base.point.scenario.title
    raise typer.Exit(inquiry.ask(lambda performed, _: compare_given(performed, title, found, asked, permitted)))


def _check_measured(folders: list[Path] | None, second: list[Path] | None, of_options: list[str]) -> None:
    """What is asked of measured runs has to be asked of them alone."""
    if folders is None or second is None:
        raise typer.BadParameter("--with takes groups of measured runs, and a scenario is among these")
    if of_options:
        raise typer.BadParameter(f"{', '.join(of_options)} is for options to simulate; these runs were measured")
    if not second and len(folders) != 2:
        raise typer.BadParameter("give two runs, or two groups: rehearse compare A1 A2 A3 --with B1 B2 B3")
