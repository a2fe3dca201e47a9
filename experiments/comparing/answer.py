"""What each option buys, as an answer: options side by side, then the differences of each with a verdict."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from experiments.answers.answer import Answer, Cell, Chart, Column, Table
from experiments.comparing.chart import difference_chart
from experiments.comparing.differing import first_keys
from experiments.comparing.figures import LaunchFigures
from experiments.comparing.options import Option, differing_from_base, has_as_many_people
from experiments.comparing.rounds import ComparedOptions, leading, mean_of_launches
from experiments.comparing.seen import OptionFigure
from experiments.comparing.verdicts import JudgedFigure, OptionVerdict
from experiments.comparing.wording import (
    ABOUT_DIFFERENCES,
    by_weight,
    corrected_words,
    difference_interval_words,
    difference_words,
    first_sentence,
    launches_words,
    level_words,
    option_figure_name,
    option_sentence,
    verdict_words,
)
from readiness.judging.evidence import of_launches
from readiness.judging.rounding import finite
from recordings.evidence import Verdict
from scenarios.language.scenario import Scenario
from scenarios.text.phrases import listed, several

_MARKS: Final = {
    OptionVerdict.WORSE: "missed",
    OptionVerdict.BETTER: "met",
    OptionVerdict.NOT_ENOUGH_LAUNCHES: "open",
    OptionVerdict.NOT_KNOWN: "open",
}
_MET: Final = {Verdict.MET: "met", Verdict.MISSED: "missed", Verdict.NOT_ENOUGH_EVIDENCE: "open"}
_SHOWN: Final = 14  # rows on a terminal
_DIFFERENCES: Final = (
    Column("figure", "Figure", is_words=True),
    Column("verdict", "Verdict", is_words=True),
    Column("difference", "Difference"),
    Column("interval", "Interval"),
    Column("base", "Base", is_on_page_only=True),
    Column("option", "Option", is_on_page_only=True),
    Column("launches", "Launches higher / lower", is_on_page_only=True),
    Column("corrected_p", "Corrected p", is_on_page_only=True),
)


def compared_answer(
    title: str, options: Sequence[Option], found: ComparedOptions, cautions: Sequence[str] = ()
) -> Answer:
    """The answer; the first option is the base."""
    names = [option.name for option in options]
    return Answer(
        kind="compare",
        title=title,
        sentences=[
            first_sentence(names[0], names[1:], found.options),
            *(option_sentence(*each) for each in zip(names[1:], found.options, strict=True)),
        ],
        status=compared_status(found),
        basis=_basis(options, found),
        tables=[_side_by_side(options, found), *_difference_tables(options, found)],
        charts=list(_charts(names[1:], found)),
        cautions=[*_cautions(options, found), *cautions],
        data=_data(options, found),
    )


def compared_status(found: ComparedOptions) -> str:
    """What a gate goes by: `worse` where any objective of any option is, `no verdict` where that is open, else
    `met`."""
    verdicts = {each.verdict for figures in found.options for each in leading(figures)}
    if OptionVerdict.WORSE in verdicts:
        return "worse"
    is_open = verdicts & {OptionVerdict.NOT_ENOUGH_LAUNCHES, OptionVerdict.NOT_KNOWN} or not verdicts
    return "no verdict" if is_open else "met"


def _side_by_side(options: Sequence[Option], found: ComparedOptions) -> Table:
    figures = [figure for figure in _figures(found) if figure.kind != "other"]
    columns = [
        Column("figure", "Figure", is_words=True),
        *(Column(slug.replace("-", "_"), option.name) for slug, option in zip(_slugs(options), options, strict=True)),
    ]
    rows = [
        [
            Cell(option_figure_name(figure), option_figure_name(figure)),
            *(_level(option.point.scenario, of_option, figure) for option, of_option in _of_each(options, found)),
        ]
        for figure in figures
    ]
    note = "Means over the launches. Of an objective the mark says whether it is met, missed, or not yet known."
    return Table("options", "Options side by side", columns, rows, note, rows_shown=_SHOWN)


def _of_each(options: Sequence[Option], found: ComparedOptions) -> Iterator[tuple[Option, Sequence[LaunchFigures]]]:
    return zip(options, found.launches, strict=True)


def _figures(found: ComparedOptions) -> list[OptionFigure]:
    """All that are compared, of any option, in the order of the base's."""
    compared = {each.pairs.figure for figures in found.options for each in figures}
    return [figure for figure in dict.fromkeys(f for launch in found.launches[0] for f in launch) if figure in compared]


def _level(scenario: Scenario, launches: Sequence[LaunchFigures], figure: OptionFigure) -> Cell:
    words, mean = level_words(launches, figure), mean_of_launches(launches, figure)
    mark = ""
    if figure.kind == "objective" and not figure.is_of_launches and figure.name in scenario.objectives:
        values = [launch[figure] for launch in launches if figure in launch]
        mark = _MET[of_launches(scenario.objectives[figure.name], values).verdict]
    return Cell(None if math.isnan(mean) else mean, words, mark)


def _difference_tables(options: Sequence[Option], found: ComparedOptions) -> Iterator[Table]:
    base, *others = found.launches
    for option, slug, launches, figures in zip(options[1:], _slugs(options)[1:], others, found.options, strict=True):
        rows = [_difference_row(each, base, launches) for each in by_weight(figures)]
        title = f"{option.name} beside {options[0].name}"
        yield Table(f"differences-{slug}", title, _DIFFERENCES, rows, ABOUT_DIFFERENCES, rows_shown=_SHOWN)


def _difference_row(judged: JudgedFigure, base: Sequence[LaunchFigures], option: Sequence[LaunchFigures]) -> list[Cell]:
    figure = judged.pairs.figure
    name = option_figure_name(figure)
    levels = [
        Cell(None if math.isnan(mean := mean_of_launches(each, figure)) else mean, level_words(each, figure))
        for each in (base, option)
    ]
    interval = difference_interval_words(judged)
    return [
        Cell(name, name),
        Cell(judged.verdict.value, verdict_words(judged), _MARKS.get(judged.verdict, "")),
        Cell(judged.pairs.difference, difference_words(judged)),
        Cell(interval, interval),
        *levels,
        Cell(launches_words(judged), launches_words(judged)),
        Cell(judged.corrected_p, corrected_words(judged)),
    ]


def _charts(names: Sequence[str], found: ComparedOptions) -> Iterator[Chart]:
    """One an objective, with every option that has it."""
    rows: dict[OptionFigure, list[tuple[str, JudgedFigure]]] = {}
    for name, figures in zip(names, found.options, strict=True):
        for each in leading(figures):
            if each.pairs.figure.kind == "objective":
                rows.setdefault(each.pairs.figure, []).append((name, each))
    for place, (figure, of_options) in enumerate(rows.items()):
        title = option_figure_name(figure)
        are_means = any(each.pairs.estimates is not None for _, each in of_options)
        caption = _caption(figure, are_means=are_means, is_first=place == 0)
        drawing = difference_chart(f"difference-{place}", f"{title}: differences from the base", of_options)
        yield Chart(title, drawing, caption)


def _caption(figure: OptionFigure, *, are_means: bool, is_first: bool) -> str:
    counted = "Of the launches that differ, the share in which it is higher less the share in which it is lower"
    drawn = "The difference from the base" if are_means else counted
    way = "right" if figure.worse == "higher" else "left"
    marks = " A filled dot is better, a cross worse, a hollow dot neither." if is_first else ""
    return f"{drawn}, and its interval; further {way} is worse.{marks}"


def _cautions(options: Sequence[Option], found: ComparedOptions) -> Iterator[str]:
    base, *others = options
    for option in others:
        keys = differing_from_base(base, option)
        if not keys:
            yield f"“{option.name}” differs from {base.name} in nothing on which a launch depends."
        else:
            yield f"“{option.name}” differs from {base.name} in {first_keys(keys)}."
    if fewer := [option.name for option in others if not has_as_many_people(base, option)]:
        yield (
            f"Not as many people come with {listed(fewer)} as with {base.name}: numbers of people are higher or lower"
            " there, and neither better nor worse; shares and times can be compared."
        )
    if len({option.seed for option in options}) > 1:
        yield (
            "The options have different seeds: launch k of one has other people than launch k of another. The intervals"
            " hold, but they are wider than on the same draws."
        )
    if len(others) > 1:
        yield "p values are corrected among the figures of one option, not among options."
    yield from _what_is_open(found)


def _what_is_open(found: ComparedOptions) -> Iterator[str]:
    is_open = [each for figures in found.options for each in leading(figures) if not each.is_decided]
    if is_open:
        known = [each.settled_by for each in is_open if each.settled_by]
        more = f"; about {max(known):,} launches would settle {'them' if len(known) > 1 else 'it'}" if known else ""
        yield f"{several(len(is_open), 'difference')} of objectives still open{more} (--launches)."


def _basis(options: Sequence[Option], found: ComparedOptions) -> str:
    look, looks = found.rules.look, found.looks
    rounds = ", ".join(f"{each.launches:,}" for each in looks)
    looked = (
        f" Looks were planned after {rounds} launches, and the 5 in 100 by which any may be wrong are shared out among"
        f" them: intervals here are of {look.confidence * 100:.4g} % confidence."
        if len(looks) > 1
        else f" Intervals are of {look.confidence * 100:.4g} % confidence."
    )
    ended = " It ended as soon as every objective was decided or known precisely." if found.is_settled else ""
    seeds = ", ".join(str(seed) for seed in dict.fromkeys(option.seed for option in options))
    return (
        f"{several(look.launches, 'launch').replace('launchs', 'launches')} of each of {len(options)} options, seed"
        f" {seeds}; launch k of each has the same people.{looked}{ended if len(looks) > 1 else ''}"
    )


def _data(options: Sequence[Option], found: ComparedOptions) -> dict[str, Any]:
    return {
        "launches": found.rules.look.launches,
        "confidence": found.rules.look.confidence,
        "looks": [look.launches for look in found.looks],
        "margins": {"relative": found.rules.margins.relative, "share": found.rules.margins.share},
        "precision": found.rules.precision,
        "base": _option_data(options[0], []) | _by_launch(found, 0),
        "options": [
            _option_data(option, differing_from_base(options[0], option))
            | _by_launch(found, place)
            | {"figures": [_figure_data(each, found.launches[0], launches) for each in by_weight(figures)]}
            for place, (option, launches, figures) in enumerate(
                zip(options[1:], found.launches[1:], found.options, strict=True), start=1
            )
        ],
    }


def _option_data(option: Option, keys: Sequence[str]) -> dict[str, Any]:
    return {
        "name": option.name,
        "seed": option.seed,
        "content": option.point.content,
        "settings": list(option.point.settings),
        "differs_in": list(keys),
    }


def _by_launch(found: ComparedOptions, place: int) -> dict[str, Any]:
    """What each launch came to, of the base and the options in their order."""
    return {"by_launch": msgspec.to_builtins(found.by_launch[place])} if found.by_launch else {}


def _figure_data(
    judged: JudgedFigure, base: Sequence[LaunchFigures], option: Sequence[LaunchFigures]
) -> dict[str, Any]:
    pairs, figure = judged.pairs, judged.pairs.figure
    low, high = judged.interval or (math.nan, math.nan)
    return {
        "kind": figure.kind,
        "name": figure.name,
        "measure": figure.measure,
        "unit": figure.unit,
        "worse": figure.worse if pairs.is_judged else "",
        "scale": "value" if pairs.estimates is not None else "launches",
        "base": mean_of_launches(base, figure),
        "option": mean_of_launches(option, figure),
        "difference": pairs.difference,
        "low": finite(low),
        "high": finite(high),
        "p": judged.p,
        "corrected_p": judged.corrected_p,
        "verdict": judged.verdict.value,
        "launches": pairs.counts.launches,
        "higher_in": pairs.counts.higher,
        "lower_in": pairs.counts.lower,
        "same_in": pairs.counts.equal,
        "settled_by": judged.settled_by,
    }


def _slugs(options: Sequence[Option]) -> list[str]:
    """A name in files for each option, no two alike."""
    found: list[str] = []
    for option in options:
        slug = re.sub(r"[^a-z0-9]+", "-", option.name.casefold()).strip("-") or "option"
        found.append(slug if slug not in found else f"{slug}-{len(found)}")
    return found
