"""Section 1 of STRESS-DES: what the model is for, what comes out of it, and what is tried with it."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.report.story import limit_words, measure_words
from readiness.stress.definitions import DEFINITIONS
from readiness.stress.items import Described, StressContent, StressTable, not_stated
from scenarios.language.objectives import Measured, measure_family, percentile_of


def purpose(described: Described) -> Iterator[StressContent]:
    """Item 1.1."""
    yield described.scenario.title
    yield described.scenario.about.strip() or not_stated("The key `about` says what the model is about and for.")


def outputs(described: Described) -> Iterator[StressContent]:
    """Item 1.2."""
    scenario = described.scenario
    asked = list(scenario.measured())
    if asked:
        rows = [(str(place[1]), measure_words(each), _when(described, each), _defined(each)) for place, each in asked]
        yield StressTable(("Output", "What is measured", "When", "How"), tuple(rows))
    else:
        yield not_stated("The keys `objectives` and `expect` name outputs; what follows is reported in any case.")
    yield (
        "Reported of every launch besides: of each operation requests offered, sent, received and answered well, and "
        "median, 95th, 99th percentile and maximum of the response time; of each station busy servers, queue, waits, "
        "and who was turned away or left; of each population how its sessions ended."
    )
    yield (
        "Requests count in the window of their intended start, waits in that of their end, people in that of their "
        "first intention. Durations are counted in buckets of at most 0.4 % of their value, sums exactly. Each output "
        "is worked out launch by launch after the launch has ended; item 4.3 says how sure its mean is."
    )


def aims(described: Described) -> Iterator[StressContent]:
    """Item 1.3."""
    scenario = described.scenario
    if scenario.objectives:
        yield "The experiment asks whether these objectives hold."
        rows = [(name, measure_words(each), limit_words(each)) for name, each in scenario.objectives.items()]
        yield StressTable(("Objective", "What is measured", "Limit"), tuple(rows))
    else:
        yield not_stated("The key `objectives` says what must hold; without any there is no verdict.")
    for name, figure in scenario.expect.items():
        fit = "left out of the tuning" if not figure.tuned else "tuned to it"
        yield f"Compared with a published figure: {name}, {figure.published} ({figure.source}; {fit})."
    if described.base:
        yield f"Scenario analysis: a variant of {described.base}; item 2.3 has what it changes."
    else:
        yield (
            "Scenario analysis: this is one scenario by itself. A variant of it is a file that `extends` it, or a set"
            " of changes that it names under `variants`."
        )
    yield "Design of experiments and simulation optimisation: none within one scenario."


def _when(described: Described, asked: Measured) -> str:
    scenario = described.scenario
    if asked.during is not None:
        return scenario.span_text(*asked.during)
    return "the period and its drain" if scenario.warm_up is None else "the period and its drain, after the warm-up"


def _defined(asked: Measured) -> str:
    """The rule, with the percentile that is asked for."""
    return DEFINITIONS[measure_family(asked.measure)].replace("NN", f"{percentile_of(asked.measure) or 0:g}")
