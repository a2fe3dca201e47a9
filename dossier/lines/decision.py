"""Line 1: whether the service is ready, for which launch, on what date, and the rule by which that is said."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, ReadyDecision, Statement, TracedFigure
from dossier.lines.open_conditions import failures_to_accept, open_conditions
from dossier.lines.saying import Quoting, figure_of, said, scenario_figures, summary_figures, typed
from recordings.evidence import Verdict
from scenarios.text.phrases import several

RULE = (
    "The rule: not ready, if the launch, or another run in which nothing fails, surely breaks a promise, if a known"
    " issue blocks, if a condition has failed, or if it is refused to accept a failure. Else not enough evidence, if"
    " one of those runs leaves a promise undecided or does not count. Else ready, if conditions are met: those that are"
    " open, and that somebody accepts each failure rehearsed apart from the launch that is not withstood. Else ready. A"
    " promise is a limit that the launch is to keep."
)
_RULE_BEHIND = "By the rule of the verdict. A promise is a limit that the launch is to keep."
_WORDS = {
    "not ready": "Not ready",
    "not enough evidence": "Not enough evidence",
    "ready if": "Ready, if {} is met",
    "ready": "Ready",
}
_MARKS: dict[ReadyDecision, str] = {
    "not ready": "missed", "not enough evidence": "open", "ready if": "open", "ready": "met",
}  # fmt: skip


def decision_of(evidence: DossierEvidence) -> ReadyDecision:
    """What the rule comes to."""
    if next(reasons_against(evidence), None) is not None:
        return "not ready"
    if next(reasons_undecided(evidence), None) is not None:
        return "not enough evidence"
    return "ready if" if open_conditions(evidence) else "ready"


def decision_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    decision = decision_of(evidence)
    return DossierLine(
        "decision",
        "Decision",
        [
            _headline(evidence, decision),
            *reasons_against(evidence),
            *reasons_undecided(evidence),
            *_beside(evidence, decision),
            *(each.statement for each in open_conditions(evidence) if decision == "ready if"),
            Statement(_RULE_BEHIND, link="#rule"),
        ],
    )


def _beside(evidence: DossierEvidence, decision: ReadyDecision) -> Iterator[Statement]:
    """That conditions which are open do not make it ready by themselves, where something speaks against it."""
    conditions = open_conditions(evidence)
    if conditions and decision in ("not ready", "not enough evidence"):
        traces = conditions[-1].number.traces
        number = figure_of(evidence, "number of traces", traces, show=partial(several, noun="condition"))
        by_place = list(zip(traces, conditions, strict=True))
        typed_in = [trace for trace, each in by_place if each.run is None]
        failures = [trace for trace, each in by_place if each.run is not None]
        words, figures = "", []
        if typed_in and failures:
            words = " ({} of them agreed on and not yet met, {} that a failure be accepted)"
            figures = [figure_of(evidence, "number of traces", some) for some in (typed_in, failures)]
        sentence = f"Beside that there are {{}} still open{words}; to meet them alone does not make it ready."
        yield Statement(sentence, [number, *figures], mark="open", link="#conditions")


def judged_runs(evidence: DossierEvidence) -> list[int]:
    """The runs that the rule asks: the launch, and others in which nothing fails."""
    return [place for place, run in enumerate(evidence.runs) if not place or not run.is_drill]


def title_of(evidence: DossierEvidence) -> TracedFigure:
    """Which launch it is."""
    if evidence.notes.notes.launch:
        return typed(evidence)("launch")
    return scenario_figures(evidence)("title")


def _headline(evidence: DossierEvidence, decision: ReadyDecision) -> Statement:
    figures: list[TracedFigure] = []
    words = _WORDS[decision]
    if decision == "ready if":
        conditions = open_conditions(evidence)
        traces = conditions[-1].number.traces
        number = figure_of(evidence, "number of traces", traces, show=_conditions_words)
        figures.append(number)
        words = "Ready, if {}" + (" is met" if len(conditions) == 1 else " are met")
    figures.append(title_of(evidence))
    notes, quoting = evidence.notes.notes, typed(evidence)
    when = f"{_basis(evidence)}; date of the launch not stated"
    if notes.launch_on is not None:
        when = f"{_basis(evidence)}; launch on {{}}"
        figures.append(quoting("launch_on"))
    decided = ""
    if notes.decision_on is not None:
        decided = ", decision on {}"
        figures.append(quoting("decision_on"))
    return said(f"{words}: {{}} ({when}{decided}).", *figures, mark=_MARKS[decision])


def _basis(evidence: DossierEvidence) -> str:
    """On what kind of evidence it rests: the word ready never stands without."""
    is_measured = evidence.launch.is_measured_on_service
    if evidence.launch.summary.forecast is None:
        return "as measured in one replay" if is_measured else "by a replay against a stand-in alone"
    return "by forecast, and as measured" if is_measured else "by forecast alone"


def _conditions_words(number: int) -> str:
    return "one condition" if number == 1 else f"conditions 1 to {number}"


def reasons_against(evidence: DossierEvidence) -> Iterator[Statement]:
    """What makes it not ready."""
    for place in judged_runs(evidence):
        summary, quoting = evidence.runs[place].summary, summary_figures(evidence, place)
        missed = [at for at, each in enumerate(summary.objectives) if each.verdict == Verdict.MISSED]
        if missed:
            names = [quoting("objectives", at, "name") for at in missed[:_NAMED]]
            words = f"Broken promise{'s' * (len(missed) > 1)}: " + ", ".join(["“{}”"] * len(names))
            if len(missed) > _NAMED:
                paths = [("objectives", at, "verdict") for at in missed]
                names += [quoting.of(paths, "number of traces", str), quoting("objectives", how="number")]
                words += " and more: {} of {} are broken"
            yield Statement(f"{words}.", names, mark="missed", link="#promises")
        if summary.verdict == Verdict.MISSED and not missed:
            yield said("{}", quoting("sentence"), mark="missed")
    yield from _typed_against(evidence, typed(evidence))


def _typed_against(evidence: DossierEvidence, quoting: Quoting) -> Iterator[Statement]:
    notes = evidence.notes.notes
    for at, issue in enumerate(notes.known_issues):
        if issue.blocks and issue.state == "open":
            severity = quoting("known_issues", at, "severity")
            yield said(
                "Known issue that blocks: {} ({}).", quoting("known_issues", at, "what"), severity, mark="missed"
            )
    for at, condition in enumerate(notes.conditions):
        if condition.state == "failed":
            yield said("Failed condition: {}.", quoting("conditions", at, "criterion"), mark="missed")
    for failure in failures_to_accept(evidence):
        if failure.acceptance.state == "refused":
            yield said(f"Refused: that {failure.words}.", *failure.names, mark="missed")


def reasons_undecided(evidence: DossierEvidence) -> Iterator[Statement]:
    """What leaves the decision open."""
    for place in judged_runs(evidence):
        summary, quoting = evidence.runs[place].summary, summary_figures(evidence, place)
        if summary.verdict not in (Verdict.MET, Verdict.MISSED) or summary.interrupted:
            yield said("Undecided: {}", quoting("sentence"), mark="open")


_NAMED = 3
