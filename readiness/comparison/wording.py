"""A comparison in words, and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from readiness.comparison.compare import (
    RUNS_OF_ONE,
    ComparedFigure,
    ComparedVerdict,
    Comparison,
    Looked,
    Margins,
    judged,
    overall_verdict,
)
from readiness.wording.figures import amount

COMPARISON_FORMAT: Final = 1
COMPARISON_COLUMNS: Final = ("Figure", "First", "Second", "Difference", "95 % interval", "corrected p", "")
_INTERVALS: Final = "Each interval is its own figure's; p is corrected for all of them (Holm)."


def comparison_of(
    looks: Sequence[Looked], margins: Margins, runs: tuple[list[str], list[str]], cautions: Sequence[str] = ()
) -> Comparison:
    """The whole comparison of what was looked at, from which runs."""
    figures = judged(looks, margins)
    are_single = all(len(group) == 1 for group in runs)
    verdict = overall_verdict(figures, margins, are_single=are_single)
    caution = " ".join([*([RUNS_OF_ONE] if are_single else []), *cautions])
    return Comparison(
        COMPARISON_FORMAT,
        verdict,
        _sentence(verdict, figures, margins),
        caution,
        margins,
        sorted(figures, key=_rank),
        runs,
    )


def figure_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """A row a figure, by COMPARISON_COLUMNS."""
    return [
        (
            figure_name(figure),
            _level(figure, 0),
            _level(figure, 1),
            change(figure, figure.difference),
            interval_words(figure),
            "–" if figure.corrected_p is None else p_words(figure.corrected_p),
            figure.verdict,
        )
        for figure in comparison.figures
    ]


def comparison_markdown(comparison: Comparison) -> str:
    """For a pull request's comment."""
    first, second = comparison.runs
    lines = [f"### {markdown_cell(comparison.sentence)}", ""]
    if comparison.caution:
        lines += [markdown_cell(comparison.caution), ""]
    lines += [f"First: {_names(first)}. Second: {_names(second)}. {_INTERVALS}", ""]
    lines += ["| " + " | ".join(COMPARISON_COLUMNS) + " |", "|---|" + "--:|" * 5 + "---|"]
    lines += ["| " + " | ".join(map(markdown_cell, row)) + " |" for row in figure_rows(comparison)]
    return "\n".join(lines) + "\n"


def figure_name(figure: ComparedFigure) -> str:
    """`p95 of search`, or an objective's name in quotes with what it measures."""
    if figure.kind == "objective":
        return f"“{figure.name}” ({figure.measure})"
    return f"{figure.measure} of {figure.name}"


def change(figure: ComparedFigure, difference: float | None) -> str:
    """A difference with its sign: `+12.3 %` of a time or rate, `−0.5 points` of a share."""
    if difference is None:
        return "–"
    if figure.scale == "ratio":
        return f"{difference * 100:+.1f} %"
    if figure.unit == "share":
        return f"{difference * 100:+.2f} points"
    return ("+" if difference > 0 else "-" if difference < 0 else "") + amount(abs(difference), figure.unit)


def interval_words(figure: ComparedFigure) -> str:
    """`+5.1 % to +20.0 %`; `at least +5.1 %` where nobody saw the upper end."""
    if figure.difference is None or (figure.low is None and figure.high is None):
        return "–"
    low, high = change(figure, figure.low), change(figure, figure.high)
    if figure.high is None:
        return f"at least {low}"
    return f"at most {high}" if figure.low is None else f"{low} to {high}"


def p_words(p: float) -> str:
    """`0.03`, or `< 0.001`."""
    return "< 0.001" if p < 0.001 else f"{p:.2g}"


def _rank(figure: ComparedFigure) -> tuple[int, float]:
    """What is worse first, then by how sure that is; objectives before operations of the same rank."""
    order = ("worse", "not known", "no difference seen", "within", "better")
    p = 1.0 if figure.corrected_p is None else figure.corrected_p
    return order.index(figure.verdict) * 2 + (figure.kind == "operation"), p


def _sentence(verdict: ComparedVerdict, figures: Sequence[ComparedFigure], margins: Margins) -> str:
    worse = sorted((each for each in figures if each.verdict == "worse"), key=_rank)
    better = sum(each.verdict == "better" for each in figures)
    allowed = f" by more than {margins.relative * 100:g} %" if margins.relative is not None else ""
    if verdict is ComparedVerdict.WORSE:
        first = worse[0]
        is_time = all(each.unit == "s" for each in worse)
        head = f"{'Slower' if is_time else 'Worse'}{allowed}: {figure_name(first)} {_by_how_much(first)}"
        also = f"; {better} better" if better else ""
        return f"{head}. {len(worse)} of {_figures(len(figures))} worse{also}."
    if verdict is ComparedVerdict.NOT_WORSE:
        return f"Not worse{allowed}: so say all of {_figures(len(figures))}."
    if verdict is ComparedVerdict.NO_DIFFERENCE_SEEN:
        seen = f"Nothing worse in {_figures(len(figures))}, {better} better." if better else ""
        return f"{seen or f'No difference seen in {_figures(len(figures))}.'} {_could_be(figures)}".strip()
    if not any(each.p is not None for each in figures):
        return "Not enough evidence: there is no figure that both groups have enough of."
    open_ = sum(each.verdict == "not known" for each in figures)
    return f"Not enough evidence: {open_} of {_figures(len(figures))} may be worse{allowed}, or not. Give more runs."


def _by_how_much(figure: ComparedFigure) -> str:
    if figure.difference is None:
        before, after = figure.never
        runs = figure.runs
        return f"is never in {after} of {runs[1]} runs, {before} of {runs[0]} before"
    levels = f"{_level(figure, 0)} before, {_level(figure, 1)} now"
    return (
        f"{change(figure, figure.difference)} ({interval_words(figure)} with 95 % confidence; {levels};"
        f" corrected p {p_words(figure.corrected_p or 0.0)})"
    )


def _could_be(figures: Sequence[ComparedFigure]) -> str:
    """How much worse a time may still be: no difference seen is not no difference."""
    ends = [(each.high, each) for each in figures if each.unit == "s" and each.scale == "ratio" and each.p is not None]
    if any(end is None for end, _ in ends) or not ends:
        return ""
    widest = max((each for _, each in ends), key=lambda each: each.high or 0.0)
    return f"It may still be there: {figure_name(widest)} may be up to {change(widest, widest.high)} worse."


def _figures(number: int) -> str:
    return "1 figure" if number == 1 else f"{number} figures"


def _level(figure: ComparedFigure, place: int) -> str:
    value = (figure.first, figure.second)[place]
    if value is None:
        return f"never in {figure.never[place]} of {figure.runs[place]}"
    words = amount(value, figure.unit)
    return f"longer than {words}" if figure.is_open[place] and figure.unit == "s" else words


def _names(runs: Sequence[str]) -> str:
    return ", ".join(f"`{name.replace('`', '')}`" for name in runs)


def markdown_cell(text: str) -> str:
    """Text that breaks no table and is no markup."""
    kept = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")
    return kept.replace("*", "\\*").replace("_", "\\_").replace("`", "\\`").replace("\n", " ").replace("@", "@\u200b")
