"""A run as Markdown that fits the comment of a pull request.

GitHub takes 65,536 characters; what is left out of a long table is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from readiness.exports.verdicts import found_in_launches, limit_line, measured_of, writes_line
from readiness.served import MET_BY_FEW, verdict_by_served
from readiness.wording.changes import changes_words
from readiness.wording.expectations import (
    figure_words,
    inside_words,
    missing_words,
    simulated_interval,
    simulated_words,
    tuned_words,
)
from readiness.wording.figures import count, percentile_words, share_text
from readiness.wording.followed import delay_rows, followed_sentences, place_rows, priorities_of
from recordings.phases import OperationSummary, PhaseSummary
from recordings.summary import ExpectationSummary, ObjectiveSummary, Summary
from scenarios.protocol.visible_text import visible_line

MOST: Final = 60_000  # characters
_MOST_ROWS: Final = 60
_NAME_MOST: Final = 120
_SENTENCE_MOST: Final = 600
_SIGNS: Final = {"met": "✅", MET_BY_FEW: "☑️", "missed": "❌", "invalid": "⚠️"}


def markdown(summary: Summary) -> str:
    """The verdict, the objectives, and what each operation came to; at most MOST characters."""
    lines = [f"### {_SIGNS.get(summary.verdict, '❔')} {cell(summary.title)}", "", cell(summary.sentence, 2000), ""]
    if summary.changed:
        lines += [cell(changes_words(summary), 2000), ""]
    if summary.objectives:
        rows = [_objective(each, summary) for each in summary.objectives]
        lines += _table(("Objective", "Measure", "Limit", "Forecast", "Replay", "Verdict"), rows)
    if summary.expectations:
        figures = [_published(each) for each in summary.expectations]
        lines += _table(("Published figure", "Measure", "Published", "Simulated", "It is", "Source"), figures)
    lines += [f"Not reproduced: {cell(missing_words(each), 500)}\n" for each in summary.not_reproduced[:_MOST_ROWS]]
    for name, phase in (("Replay", summary.measured), ("Forecast", summary.forecast)):
        if phase is not None:
            lines += [*_operations(name, phase), *_followed(name, phase)]
    if summary.measured is not None:
        lines += [*_replay(summary), ""]
    text = "\n".join(lines).rstrip() + "\n"
    return text if len(text) <= MOST else text[: MOST - 2].rpartition("\n")[0] + "\n…\n"


def cell(text: str, most: int = _NAME_MOST) -> str:
    """A text that is no markup, mentions nobody and breaks no table."""
    kept = visible_line(text)
    kept = kept if len(kept) <= most else kept[: most - 1] + "…"
    for sign in "\\`*_[]|#~":
        kept = kept.replace(sign, f"\\{sign}")
    return kept.replace("<", "&lt;").replace(">", "&gt;").replace("@", "@\u200b")


def _objective(objective: ObjectiveSummary, summary: Summary) -> tuple[str, ...]:
    verdict = verdict_by_served(objective, summary.phases)
    return (
        objective.name,
        measured_of(objective),
        limit_line(objective),
        found_in_launches(objective, "forecast", summary) if objective.forecast else "–",
        found_in_launches(objective, "measured", summary) if objective.measured else "–",
        f"{_SIGNS.get(verdict, '❔')} {verdict}",
    )


def _published(figure: ExpectationSummary) -> tuple[str, ...]:
    simulated = [simulated_words(figure), simulated_interval(figure), inside_words(figure)]
    return (
        figure.name,
        figure_words(figure),
        figure.published,
        "; ".join(filter(None, simulated)),
        f"{figure.verdict}, {tuned_words(figure)}",
        figure.source,
    )


def _operations(name: str, phase: PhaseSummary) -> list[str]:
    several = {**phase.operations, **phase.groups}
    rows = [(operation, *_figures(seen)) for operation, seen in several.items() if seen.offered]
    columns = ("Operation", "Offered", "Good", "Failed", "p50", "p95", "p99")
    return [f"**{name}**, {cell(phase.span)}", "", *_table(columns, rows)] if rows else []


def _figures(seen: OperationSummary) -> tuple[str, ...]:
    good = "–" if seen.good_share is None else share_text(seen.good_share)
    failed = ", ".join(f"{reason} {count(number)}" for reason, number in seen.failed.items()) or "–"
    return count(seen.offered), good, failed, *(percentile_words(seen.response_ms, each) for each in _PERCENTILES)


_PERCENTILES: Final = ("p50", "p95", "p99")


def _followed(name: str, phase: PhaseSummary) -> list[str]:
    """Where referrals are, how long they took, and a sentence each about staff, cost and practices."""
    if phase.followed is msgspec.UNSET:
        return []
    referrals, lines = phase.followed.referrals, []
    if referrals is not None:
        rows = [
            (place, *(f"{number} ({share})" if share else number for number, share in cells))
            for place, cells in place_rows(referrals)
        ]
        rows += [(words, *times) for words, times in delay_rows(referrals, phase.launches)]
        lines += [f"**{name}**, referrals", "", *_table(("Referrals", *priorities_of(referrals)), rows)]
    sentences = followed_sentences(phase, phase.followed).values()
    return [*lines, *(f"- {cell(sentence, _SENTENCE_MOST)}" for sentence in sentences), ""]


def _replay(summary: Summary) -> list[str]:
    measured = summary.measured
    assert measured is not None
    lag = "–" if measured.generator.lag_ms.p99 is None else f"{measured.generator.lag_ms.p99:.1f} ms"
    target = summary.target.url or summary.target.kind if summary.target else "–"
    sent = f"Sent to {cell(target)}: {measured.generator.send_ratio * 100:.2f} % of the due requests, lag p99 {lag}."
    said = sent if measured.audit is None else f"{sent} Audit: {writes_line(measured.audit)}."
    why = [(number, name, words) for name, counts in measured.reasons.items() for words, number in counts.items()]
    rows = [(name, words, count(number)) for number, name, words in sorted(why, key=lambda one: -one[0])]
    not_good = _table(("Operation", "Not good, because", "Times"), rows) if rows else []
    return [*not_good, said, *(f"- {cell(note, _SENTENCE_MOST)}" for note in measured.generator.notes)]


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    shown = [f"| {' | '.join(map(cell, row))} |" for row in rows[:_MOST_ROWS]]
    left_out = [f"\n{len(rows) - _MOST_ROWS} more are in the report."] if len(rows) > _MOST_ROWS else []
    return [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns), *shown, *left_out, ""]
