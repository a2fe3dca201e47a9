"""A run as annotations of GitHub Actions: a workflow command a missed objective.

Form and escaping are those that GitHub documents under "Workflow commands for GitHub Actions" and that its own toolkit
uses: in a message `%`, carriage return and line feed are written %25, %0D and %0A, in a property `:` and `,` as %3A and
%2C too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from readiness.exports.verdicts import objective_line, writes_line
from readiness.served import MET_BY_FEW, verdict_by_served
from readiness.summarise import INVALID
from recordings.evidence import Verdict
from recordings.summary import Summary
from scenarios.protocol.visible_text import visible

Level = Literal["error", "warning", "notice"]


def github_annotations(summary: Summary) -> list[str]:
    """A line each: errors for what is missed or lost or makes the run invalid, warnings for what is undecided, a notice
    of what is met by few."""
    return [_command(level, title, message) for level, title, message in _annotated(summary)]


def _annotated(summary: Summary) -> Iterator[tuple[Level, str, str]]:
    is_whole = not summary.interrupted and summary.aborted is None and summary.verdict != INVALID
    if is_whole and summary.verdict == Verdict.MET:
        yield "notice", summary.title, summary.sentence
    elif not is_whole:
        yield "error", summary.title, summary.sentence
    for objective in summary.objectives:
        if objective.verdict is Verdict.MISSED:
            yield "error", objective.name, objective_line(objective, summary)
        elif objective.verdict is not Verdict.MET:
            yield "warning", objective.name, objective_line(objective, summary)
        elif verdict_by_served(objective, summary.phases) == MET_BY_FEW:
            yield "notice", objective.name, objective_line(objective, summary)
    audit = summary.measured.audit if summary.measured else None
    if audit is not None and (audit.did_not_survive or audit.never_read):
        yield "error" if audit.did_not_survive else "warning", "acknowledged writes survive", writes_line(audit)


def _command(level: Level, title: str, message: str) -> str:
    return f"::{level} title={_property(visible(title))}::{_data(visible(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
