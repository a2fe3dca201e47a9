"""A run as JUnit XML, in the form that Jenkins, GitLab and their like read.

A test case an objective: missed is a failure, not enough evidence is skipped, and what is met by few says so in its
output. What keeps a run from counting (an invalid replay, an interruption, a rule of its own) is a case with an error,
and so are acknowledged writes that are gone a failure. Elements and attributes are those of the schema that Jenkins
publishes for its xUnit plug-in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from readiness.exports.verdicts import objective_line, writes_line
from readiness.served import MET_BY_FEW, verdict_by_served
from readiness.summarise import INVALID
from readiness.wording.changes import changes_words
from recordings.evidence import Verdict
from recordings.summary import Summary
from scenarios.protocol.visible_text import visible

Trouble = Literal["failure", "error", "skipped"]


@dataclass(frozen=True)
class _Case:
    """One test case; without trouble it has passed, and its message, if it has one, is what it printed."""

    name: str
    trouble: Trouble | None = None
    message: str = ""


def junit(summary: Summary) -> str:
    """The document, with its declaration."""
    cases = list(_cases(summary))
    counts = {
        "tests": len(cases),
        "failures": sum(case.trouble == "failure" for case in cases),
        "errors": sum(case.trouble == "error" for case in cases),
        "skipped": sum(case.trouble == "skipped" for case in cases),
    }
    known = {name: str(count) for name, count in counts.items()}
    of_all = {name: count for name, count in known.items() if name != "skipped"}  # which the schema does not know there
    suites = ElementTree.Element("testsuites", {"name": "rehearse", **of_all})
    suite = ElementTree.SubElement(suites, "testsuite", {"name": _text(summary.scenario), "time": "0", **known})
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in _properties(summary):
        ElementTree.SubElement(properties, "property", {"name": name, "value": _text(value)})
    for case in cases:
        named = {"name": _text(case.name), "classname": f"rehearse.{_text(summary.scenario)}", "time": "0"}
        element = ElementTree.SubElement(suite, "testcase", named)
        if case.trouble is not None:
            of_type = {} if case.trouble == "skipped" else {"type": case.trouble}
            trouble = ElementTree.SubElement(element, case.trouble, {"message": _text(case.message), **of_type})
            trouble.text = _text(case.message)
        elif case.message:
            ElementTree.SubElement(element, "system-out").text = _text(case.message)
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def _properties(summary: Summary) -> Iterator[tuple[str, str]]:
    yield "title", summary.title
    yield "seed", str(summary.seed)
    yield "verdict", summary.verdict
    yield "sentence", summary.sentence
    if summary.changed:
        yield "changed", changes_words(summary)
    if summary.target is not None:
        yield "target", summary.target.url or summary.target.kind


def _cases(summary: Summary) -> Iterator[_Case]:
    yield _whole(summary)
    for objective in summary.objectives:
        line = objective_line(objective, summary)
        trouble: Trouble | None = None
        if objective.verdict is Verdict.MISSED:
            trouble = "failure"
        elif objective.verdict is not Verdict.MET:
            trouble = "skipped"
        is_explained = trouble is not None or verdict_by_served(objective, summary.phases) == MET_BY_FEW
        yield _Case(objective.name, trouble, line if is_explained else "")
    audit = summary.measured.audit if summary.measured else None
    if audit is not None:
        failed: Trouble | None = "failure" if audit.did_not_survive else "skipped" if audit.never_read else None
        yield _Case("acknowledged writes survive", failed, writes_line(audit))


def _whole(summary: Summary) -> _Case:
    """Whether the run counts at all."""
    name = "the run came to its end and counts"
    measured = summary.measured
    is_valid = measured is None or (measured.generator.valid and (measured.server is None or measured.server.valid))
    if summary.interrupted or summary.aborted is not None or summary.verdict == INVALID or not is_valid:
        return _Case(name, "error", summary.sentence)
    return _Case(name)


def _text(text: str) -> str:
    """What XML may hold: controls are spelt out, and so are the two code points that are no characters."""
    return visible(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
