"""Figures of options, their differences and what follows from them, in words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

from experiments.comparing.figures import LaunchFigures
from experiments.comparing.rounds import leading
from experiments.comparing.seen import OptionFigure
from experiments.comparing.verdicts import JudgedFigure, OptionVerdict
from readiness.comparison.wording import p_words
from readiness.wording.figures import amount
from scenarios.text.phrases import listed, several

ABOUT_DIFFERENCES: Final = (
    "Each interval is its own figure's. p is corrected for all figures of this option (Holm) and for every look at the"
    " launches; better and worse are said below 0.05. What is never in some launch, or holds or does not, is counted:"
    " in how many more launches it is higher than lower, with the interval of that among the launches that differ."
)
_NONE: Final = 1e-12
_ORDER: Final = (
    OptionVerdict.WORSE,
    OptionVerdict.NOT_ENOUGH_LAUNCHES,
    OptionVerdict.NOT_KNOWN,
    OptionVerdict.BETTER,
    OptionVerdict.NOT_WORSE,
    OptionVerdict.HIGHER,
    OptionVerdict.LOWER,
    OptionVerdict.NO_DIFFERENCE_SEEN,
    OptionVerdict.NO_REAL_DIFFERENCE,
    OptionVerdict.THE_SAME,
)


def option_figure_name(figure: OptionFigure) -> str:
    """`log-on: got there`, an objective's name in quotes with what it measures, or a path."""
    if figure.kind in ("objective", "value"):
        return f"“{figure.name}” ({figure.measure})"
    return f"{figure.name}: {figure.measure}" if figure.measure else figure.name


def level_words(launches: Sequence[LaunchFigures], figure: OptionFigure) -> str:
    """A figure of an option: its mean over launches; in how many it is never, where it is in any."""
    values = [launch[figure] for launch in launches if figure in launch]
    if not values:
        return "–"
    if never := sum(each.is_never for each in values):
        return f"never in {never} of {len(values)}"
    words = amount(math.fsum(each.low for each in values) / len(values), figure.unit)
    is_longer = figure.unit == "s" and any(math.isinf(each.high) for each in values)
    return f"longer than {words}" if is_longer else words


def difference_words(judged: JudgedFigure) -> str:
    """`-1.2 s`, `+0.34 points`; of what is counted by launches in how many more of them it is higher than lower."""
    pairs = judged.pairs
    if pairs.difference is None:
        return "–"
    if pairs.estimates is not None:
        return signed(pairs.difference, pairs.figure.unit)
    counts = pairs.counts
    return f"{counts.higher - counts.lower:+d} of {counts.launches} launches"


def difference_interval_words(judged: JudgedFigure) -> str:
    """`-1.4 s to -1.0 s`, in the unit of the difference."""
    if judged.interval is None:
        return "–"
    if judged.pairs.estimates is None:
        low, high = (f"{end * 100:+.0f}" for end in judged.interval)
        return f"{low} to {high} % of those that differ"
    low, high = (signed(end, judged.pairs.figure.unit) for end in judged.interval)
    return "no spread" if low == high else f"{low.removesuffix(' points')} to {high}"


def signed(difference: float, unit: str) -> str:
    """A difference with its sign, of a share in points; what rounding leaves over is none."""
    if abs(difference) < _NONE:
        difference = 0.0
    if unit == "share":
        return f"{difference * 100:+.2f} points" if abs(difference) < 0.1 else f"{difference * 100:+.1f} points"
    sign = "+" if difference > 0 else "-" if difference < 0 else ""
    return sign + amount(abs(difference), unit)


def launches_words(judged: JudgedFigure) -> str:
    """In how many launches it is higher, and in how many lower: `18 / 0 of 20`."""
    counts = judged.pairs.counts
    return f"{counts.higher} / {counts.lower} of {counts.launches}"


def corrected_words(judged: JudgedFigure) -> str:
    """The corrected p, where there is one."""
    return "–" if judged.corrected_p is None else p_words(judged.corrected_p)


def verdict_words(judged: JudgedFigure) -> str:
    """The verdict, and how many launches would settle one that is open."""
    if judged.verdict is not OptionVerdict.NOT_ENOUGH_LAUNCHES:
        return judged.verdict
    more = f"about {judged.settled_by:,}" if judged.settled_by else "how many cannot be told"
    return f"{judged.verdict} ({more})"


def by_weight(figures: Sequence[JudgedFigure]) -> list[JudgedFigure]:
    """Objectives first, then what is worse, open, better, and so on; in each the order in which they came."""
    return sorted(figures, key=lambda each: (each.pairs.figure.kind != "objective", _ORDER.index(each.verdict)))


def first_sentence(base: str, names: Sequence[str], options: Sequence[Sequence[JudgedFigure]]) -> str:
    """Which options are worse than the base in an objective, or of which that is open, or which is better in most."""
    found = {
        name: Counter(each.verdict for each in leading(figures)) for name, figures in zip(names, options, strict=True)
    }
    worse = [name for name in names if found[name][OptionVerdict.WORSE]]
    if worse:
        return f"Worse than {base} in some objective: {listed(worse)}."
    unsure = [name for name in names if _number_open(found[name])]
    said = f"Nothing is seen to be worse than with {base}"
    if unsure:
        said += f", but of {listed(unsure)} there are not enough launches to say"
    most = max(found[name][OptionVerdict.BETTER] for name in names)
    if not most:
        return f"{said}." if unsure else f"{said}, and nothing to be better: {listed(names)}."
    best = [name for name in names if found[name][OptionVerdict.BETTER] == most]
    number = len(leading(options[names.index(best[0])]))
    return f"{said}; better in {most} of {several(number, 'objective')}: {listed(best)}."


def option_sentence(name: str, figures: Sequence[JudgedFigure]) -> str:
    """What one option comes to: its objectives by verdict, with the difference of those that are worse, and how many
    other figures differ."""
    objectives = leading(figures)
    found = Counter(each.verdict for each in objectives)
    parts = [f"{verdict} in {found[verdict]}" for verdict in _ORDER if found[verdict]]
    noun = "objective" if any(each.pairs.figure.kind == "objective" for each in objectives) else "figure"
    said = f"“{name}”: of {several(len(objectives), noun)} {', '.join(parts)}."
    worse = [
        f"{option_figure_name(each.pairs.figure)} {difference_words(each)} ({difference_interval_words(each)})"
        for each in objectives
        if each.verdict is OptionVerdict.WORSE
    ]
    others = Counter(each.verdict for each in figures if each not in objectives)
    of_others = (
        f" Of {several(others.total(), 'other figure')} {others[OptionVerdict.BETTER]} are better,"
        f" {others[OptionVerdict.WORSE]} worse."
    )
    return said + (f" Worse: {'; '.join(worse)}." if worse else "") + (of_others if others else "")


def _number_open(found: Counter[OptionVerdict]) -> int:
    return found[OptionVerdict.NOT_ENOUGH_LAUNCHES] + found[OptionVerdict.NOT_KNOWN]
