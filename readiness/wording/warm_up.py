"""What is said of a warm-up: wherever figures leave it out, and by the command that suggests one."""

from __future__ import annotations

from readiness.judging.transient import SuggestedWarmUp
from scenarios.language.scenario import Scenario
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import listed


def after_words(warm_up_s: float) -> str:
    """`after a warm-up of 5 min`."""
    return f"after a warm-up of {duration_text(warm_up_s)}"


def judged_span(scenario: Scenario, span: tuple[float, float]) -> str:
    """When sessions start, and from when on figures count: `0 s to 90 s, after a warm-up of 10 s`."""
    during = scenario.span_text(*span)
    return during if scenario.warm_up is None else f"{during}, {after_words(scenario.warm_up)}"


def suggestion_words(found: SuggestedWarmUp, scenario: Scenario) -> list[str]:
    """What MSER-5 says of a scenario's warm-up, and what to write into the scenario: sentences."""
    late = [each for each in found.series if not each.cut.is_usable]
    if late:
        cuts = listed([f"{each.name} at {_exactly(each.left_out_s)}" for each in late])
        longer = "give a longer `period`; if that does not help, the system has no steady state"
        return [
            f"No warm-up can be suggested: MSER-5 cuts {cuts}, in the second half. A longer run is needed: {longer}."
        ]
    longest = max(found.series, key=lambda each: each.left_out_s)
    if found.warm_up_s is None or not longest.left_out_s:
        said = ["MSER-5 leaves nothing out: no warm-up is needed."]
    else:
        whole = (
            f" (in whole windows of {duration_text(scenario.window_s)})" if found.warm_up_s > longest.left_out_s else ""
        )
        said = [
            f"MSER-5 leaves out the first {_exactly(longest.left_out_s)}, for the {longest.name}.",
            f"In the scenario: `warm_up: {_exactly(found.warm_up_s)}`{whole}.",
        ]
    return [*said, *unsteady_words(scenario)]


def unsteady_words(scenario: Scenario) -> list[str]:
    """What of a scenario changes over its period, so that it may have no steady state: a sentence, or none."""
    steady = ("constant", "renewal", "at_once")
    changes = [
        f"the demand of {name}"
        for name, people in scenario.populations.items()
        if not any(getattr(people.arrivals, kind) is not None for kind in steady)
    ]
    changes += [f"the fault {name}" for name in scenario.faults]
    if not changes:
        return []
    return [
        f"Take care: {listed(changes)} changes what happens over the period, which MSER-5 cannot tell from a warm-up."
    ]


def _exactly(seconds: float) -> str:
    """A duration as a scenario may say it: `150 s`, `0.25 s`."""
    return f"{seconds:.12g} s"
