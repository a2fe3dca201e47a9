"""`rehearse compare`: whether the runs of one group are slower than those of another, for people and for gates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec
from rich.text import Text

from experiments.comparing.differing import differ_words, differing_keys
from readiness.comparison.compare import ComparedVerdict, Comparison, Margins, looked_at
from readiness.comparison.figures import Figure, Figures, block_estimates, figures_of
from readiness.comparison.wording import COMPARISON_COLUMNS, comparison_markdown, comparison_of, figure_rows
from readiness.summary_files import read_summary
from recordings.run_folder import RunFolder
from recordings.summary import Summary
from rehearse.ending.exit_status import ExitStatus
from rehearse.ending.failing import tell_failure
from rehearse.running.recorded import finished_recording
from rehearse.shown.showing import plain_table
from rehearse.shown.terminal import Terminal
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from scenarios.sources.problems import ScenarioError
from scenarios.text.nearest import nearest

_STATUS: Final = {
    ComparedVerdict.WORSE: ExitStatus.WORSE,
    ComparedVerdict.NO_DIFFERENCE_SEEN: ExitStatus.OBJECTIVES_MET,
    ComparedVerdict.NOT_WORSE: ExitStatus.OBJECTIVES_MET,
    ComparedVerdict.NOT_ENOUGH_EVIDENCE: ExitStatus.NO_VERDICT,
}
_STYLES: Final = {ComparedVerdict.WORSE: "bold red", ComparedVerdict.NOT_ENOUGH_EVIDENCE: "bold yellow"}


class RunRefusedError(ValueError):
    """A run that cannot be compared, or not with the others, and why."""


@dataclass(frozen=True)
class _Run:
    """One run to compare."""

    folder: RunFolder
    summary: Summary
    scenario: Scenario

    @property
    def trouble(self) -> str:
        """Why what it measured does not count; empty where it does."""
        measured = self.summary.measured
        assert measured is not None
        if self.summary.interrupted:
            return "it was interrupted"
        if self.summary.aborted is not None:
            return f"it was stopped by its own rule ({self.summary.aborted})"
        server = measured.server.why if measured.server and not measured.server.valid else []
        why = [*([] if measured.generator.valid else measured.generator.why), *server]
        return f"it is invalid: {'; '.join(why)}" if why or not measured.generator.valid else ""


def compare(
    groups: tuple[Sequence[Path], Sequence[Path]],
    margins: Margins,
    only: Sequence[str],
    *,
    invalid_runs: bool,
    different_scenarios: bool,
) -> Comparison:
    """The comparison of two groups of run folders.

    Raises `RunRefusedError` for runs that cannot be compared, `ValueError`, `ScenarioError` or `OSError` for damaged
    ones.
    """
    every = [path.resolve() for group in groups for path in group]
    twice = next((path for place, path in enumerate(every) if path in every[:place]), None)
    if twice is not None:
        raise RunRefusedError(f"{twice} is given twice: a run is one observation, however often it is looked at")
    found = [[_read(path) for path in group] for group in groups]
    cautions = list(_fitting(found, invalid_runs=invalid_runs, different_scenarios=different_scenarios))
    return _compared(found, margins, only, cautions)


def compare_and_show(
    groups: tuple[Sequence[Path], Sequence[Path]],
    margins: Margins,
    only: Sequence[str],
    form: Literal["text", "json", "markdown"],
    **permitted: bool,
) -> ExitStatus:
    """Compare, print it, and the status for a gate. `permitted` are the flags of `compare`."""
    terminal = Terminal()
    try:
        comparison = compare(groups, margins, only, **permitted)
    except (OSError, ValueError, ScenarioError) as error:
        return refused(error, as_json=form == "json")
    if form == "json":
        terminal.json(msgspec.to_builtins(comparison))
    elif form == "markdown":
        terminal.print(Text(comparison_markdown(comparison).rstrip()))
    else:
        _show(terminal, comparison)
    return _STATUS[comparison.verdict]


def refused(error: OSError | ValueError | ScenarioError, *, as_json: bool) -> ExitStatus:
    """Say why nothing is compared."""
    words = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
    tell_failure(Terminal(), ExitStatus.BAD_CONFIGURATION, words, as_json=as_json)
    return ExitStatus.BAD_CONFIGURATION


def has_replays(folders: Sequence[Path]) -> bool:
    """Whether any of these runs was measured, or may have been: one that is damaged is told of when it is compared."""
    try:
        return any(read_summary(RunFolder(path).summary).measured is not None for path in folders)
    except (OSError, ValueError):
        return True


def _read(path: Path) -> _Run:
    """Raises `RunRefusedError` for what is no measured run, `ValueError` or `OSError` for a damaged one."""
    folder = RunFolder(path)
    if not folder.summary.exists():
        raise RunRefusedError(f"{path} is not a finished run: it has no {folder.summary.name}")
    summary = read_summary(folder.summary)
    if summary.measured is None:
        raise RunRefusedError(f"{path} is a forecast without a replay: compare forecasts with forecasts")
    return _Run(folder, summary, read_text(folder.scenario.read_text(encoding="utf-8"), str(folder.scenario)))


def _fitting(groups: Sequence[Sequence[_Run]], *, invalid_runs: bool, different_scenarios: bool) -> Iterator[str]:
    """What is to be said of runs that fit together because somebody said so. Raises `RunRefusedError` of others."""
    runs = [run for group in groups for run in group]
    for run in runs:
        if run.trouble and not invalid_runs:
            raise RunRefusedError(f"{run.folder.path} does not count, {run.trouble}; --invalid-runs takes it, too")
        if run.trouble:
            yield f"{run.folder.path.name} does not count, {run.trouble}."
    for run in runs[1:]:
        differing = differing_keys(runs[0].scenario, run.scenario)
        if differing and not different_scenarios:
            raise RunRefusedError(
                f"{run.folder.path} is of another scenario than {runs[0].folder.path}: {differ_words(differing)};"
                " --different-scenarios compares them all the same"
            )
        if differing:
            yield f"{run.folder.path.name} is of another scenario: {differ_words(differing)}."
    sizes = sorted(map(len, groups))
    if sizes[0] < 3 <= sum(sizes):
        yield "A group of fewer than three runs is taken to spread as the other does."


def _compared(
    groups: Sequence[Sequence[_Run]], margins: Margins, only: Sequence[str], cautions: Sequence[str]
) -> Comparison:
    first, second = ([_chosen(figures_of(run.summary), only) for run in group] for group in groups)
    names = [[str(run.folder.path) for run in group] for group in groups]
    of_single_runs = None
    if len(first) == len(second) == 1:
        recordings = [finished_recording(group[0].folder.measured) for group in groups]
        figures: list[Figure] = [figure for figure in first[0] if figure in second[0]]
        of_single_runs = block_estimates(recordings[0], recordings[1], groups[0][0].scenario, figures)
    looks = looked_at(first, second, margins, of_single_runs)
    return comparison_of(looks, margins, (names[0], names[1]), cautions)


def _chosen(figures: Figures, only: Sequence[str]) -> Figures:
    """Those that were asked for. Raises `RunRefusedError` for a name that none has."""
    names = {figure.name for figure in figures}
    for name in only:
        if name not in names:
            allowed = ", ".join(sorted(names))
            raise RunRefusedError(
                f"--only {name}: no such operation or objective; allowed is {allowed}{nearest(name, names)}"
            )
    return {figure: seen for figure, seen in figures.items() if not only or figure.name in only}


def _show(terminal: Terminal, comparison: Comparison) -> None:
    terminal.print(Text(comparison.sentence, style=_STYLES.get(comparison.verdict, "bold green")))
    if comparison.caution:
        terminal.print(Text(comparison.caution))
    table = plain_table(*COMPARISON_COLUMNS)
    for row in figure_rows(comparison):
        table.add_row(*map(Text, row))
    terminal.print(table)
    first, second = (len(group) for group in comparison.runs)
    terminal.print(f"{first} against {second} runs. Each interval is its own figure's; p is corrected for all (Holm).")
