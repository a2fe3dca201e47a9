"""Line 3: how likely a bad launch is, in natural frequencies, and a dot a launch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Dot, Dots, Statement
from dossier.lines.saying import caution, launch_figures, missing, name_of, said, scenario_figures, summary_figures
from readiness.served import is_met_by_few
from readiness.wording.figures import amount, share_text
from recordings.evidence import Verdict
from recordings.summary import ObjectiveSummary

_TITLE: Final = "Chance of a bad launch"
ONLY_CHANCE: Final = (
    "This covers chance, such as who comes when; it does not cover wrong assumptions, which every launch shares."
    " “At least” and “at most” are ninety-five per cent certain."
)


def chance_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    run = evidence.launch
    if run.summary.forecast is None or not run.records:
        return DossierLine("chance", _TITLE, [_no_launches(evidence)])
    statements = [*_frequencies(evidence), *_assumed(evidence), caution(ONLY_CHANCE)]
    return DossierLine("chance", _TITLE, statements, dots=_dots(evidence))


def _assumed(evidence: DossierEvidence) -> Iterator[Statement]:
    """What happens in every launch because the scenario says so, which is no chance."""
    names = [scenario_figures(evidence).key("faults", name) for name in evidence.launch.scenario.faults]
    if names:
        named = " and ".join(["“{}”"] * len(names))
        yield caution(f"Put into every launch, however likely: {named}.", *names)


def _no_launches(evidence: DossierEvidence) -> Statement:
    command = f"rehearse simulate {name_of(evidence)}"
    if evidence.launch.summary.forecast is None:
        return missing("One launch that was measured says nothing of chance. Launches are simulated by", command)
    return missing("The run was made by another version, whose launches are not to be had. Make it anew by", command)


def _frequencies(evidence: DossierEvidence) -> Iterator[Statement]:
    launches = launch_figures(evidence)
    if not evidence.launch.summary.objectives:
        yield caution("The scenario has no promise that a launch could break.")
        return
    number = launches("missed", how="number")
    kept = launches("kept_all", how="launches that kept all")
    missed = launches("missed", how="launches that missed any")
    # of none and of all only one end of the interval says anything
    kept_in = "at least" if kept.value else "at most"
    bad_in = "at least" if missed.value == number.value else "at most"
    mark = "met" if kept.value == number.value else "missed" if missed.value else "open"
    few = [*_met_by_few(evidence)]
    mark = "few" if few and mark == "met" else mark
    yield said(
        f"Every promise was kept in {{}} of {{}} simulated launches: in {kept_in} {{}} in a hundred.",
        kept,
        number,
        launches("kept_all", how=f"in a hundred {kept_in}"),
        mark=mark,
    )
    yield said(
        f"A bad launch, in which a promise is broken: {{}} of {{}}, {bad_in} {{}} in a hundred.",
        missed,
        number,
        launches("missed", how=f"in a hundred {bad_in}"),
        mark=mark,
    )
    yield from few


def _met_by_few(evidence: DossierEvidence) -> Iterator[Statement]:
    """Promises about response times that are kept because few were served, and how many that were."""
    phases, summary = evidence.launch.summary.phases, summary_figures(evidence)
    for at, each in enumerate(evidence.launch.summary.objectives):
        for phase in (phase for phase in phases if is_met_by_few(each, phases, phase)):
            yield caution(
                "“{}” speaks of those who were served: {} of all that it is about.",
                summary("objectives", at, "name"),
                summary("objectives", at, phase, "served", show=share_text),
            )


def _deciding(objectives: list[ObjectiveSummary]) -> int | None:
    """The objective whose launches are drawn: of those with a value a launch the one that most launches miss, or the
    first."""
    drawn = [at for at, each in enumerate(objectives) if each.forecast is not None and each.forecast.values]
    weight = {Verdict.MISSED: 2, Verdict.NOT_ENOUGH_EVIDENCE: 1}
    return max(
        drawn,
        key=lambda at: (weight.get(objectives[at].verdict, 0), objectives[at].forecast.missed_in, -at),  # type: ignore[union-attr]
        default=None,
    )


def _dots(evidence: DossierEvidence) -> Dots | None:
    objectives = evidence.launch.summary.objectives
    at = _deciding(objectives)
    if at is None:
        return None
    objective, quoting = objectives[at], summary_figures(evidence)
    rule = evidence.launch.scenario.objectives[objective.name]
    is_at_most = objective.measure_comparison == "at most"
    missed = [objective.name in record["missed"] for record in evidence.launch.records]
    found = [
        (record["values"][objective.name], misses)
        for record, misses in zip(evidence.launch.records, missed, strict=True)
    ]
    finite = sorted((each for each in found if each[0] is not None), key=lambda each: each[0], reverse=not is_at_most)
    ordered = [*finite, *(each for each in found if each[0] is None)]
    unit = objective.measure_unit
    return Dots(
        objective.name,
        unit,
        quoting("objectives", at, "measure_limit", show=lambda value: amount(value, unit), unit=unit),
        is_at_most,
        [
            Dot(value, "missed" if misses else "met" if value is None or rule.holds(value) else "open")
            for value, misses in ordered
        ],
        launch_figures(evidence).trace("values", objective.name),
    )
