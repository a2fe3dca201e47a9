"""What has to be so before the service is ready: conditions that are open, and failures that somebody has to accept.

They are numbered from 1 on, in the order in which they stand here, wherever they are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import Statement, Trace, TracedFigure
from dossier.lines.saying import figure_of, said, scenario_figures, typed
from dossier.notes.notes import Acceptance
from recordings.evidence import Verdict
from scenarios.text.nearest import unknown_name


class OpenCondition(NamedTuple):
    """One of them: what has to be so, as a sentence without its end. `at` is its place among the conditions of the
    notes, `run` that of the run whose failure is to be accepted; the other of the two is None."""

    number: TracedFigure
    words: str
    figures: list[TracedFigure]
    at: int | None = None
    run: int | None = None

    @property
    def statement(self) -> Statement:
        """`Condition 4: somebody accepts that it does not withstand “the database fails over”.`"""
        return said(f"Condition {{}}: {self.words}.", self.number, *self.figures, mark="open")


def open_conditions(evidence: DossierEvidence) -> list[OpenCondition]:
    """All of them."""
    found, traces = list[OpenCondition](), list[Trace]()
    for words, figures, at, run in _unnumbered(evidence):
        traces += figures[0].traces
        found.append(OpenCondition(figure_of(evidence, "number of traces", list(traces)), words, figures, at, run))
    return found


class FailureToAccept(NamedTuple):
    """A failure that the service is not sure to withstand: the place of its run, the names of what fails in it, whether
    it surely is not withstood, how the notes name the run (by nothing where they do not), and what they say of it."""

    run: int
    names: list[TracedFigure]
    is_known: bool
    noted_as: str
    acceptance: Acceptance

    @property
    def words(self) -> str:
        """What is to be accepted, with `{}`s for the names."""
        knows = "it does not withstand" if self.is_known else "nobody knows whether it withstands"
        return f"somebody accepts that {knows} " + " and ".join(["“{}”"] * len(self.names))


def failures_to_accept(evidence: DossierEvidence) -> list[FailureToAccept]:
    """All of them. Raises `ScenarioError` where the notes name a run that there is not."""
    noted = evidence.notes.notes.failures
    places = {name: evidence.run_named(name) for name in noted}
    known = [*(run.folder for run in evidence.runs), *evidence.scenario_names]
    unknown = [name for name, place in places.items() if place is None]
    evidence.notes.refuse([(("failures", name), unknown_name(name, known)) for name in unknown])
    named_as, found = {place: name for name, place in places.items()}, []
    for place, run in enumerate(evidence.runs):
        if place and run.is_drill and not run.withstands:
            names = [scenario_figures(evidence, place).key("faults", name) for name in run.scenario.faults]
            name, is_known = named_as.get(place, ""), run.summary.verdict == Verdict.MISSED
            found.append(FailureToAccept(place, names, is_known, name, noted.get(name, Acceptance())))
    return found


def _unnumbered(
    evidence: DossierEvidence,
) -> Iterator[tuple[str, list[TracedFigure], int | None, int | None]]:
    quoting = typed(evidence)
    for at, condition in enumerate(evidence.notes.notes.conditions):
        if condition.state == "open":
            yield "{}", [quoting("conditions", at, "criterion")], at, None
    for failure in failures_to_accept(evidence):
        if failure.acceptance.state == "open":
            yield failure.words, failure.names, None, failure.run
