"""Sections 4 to 6 of STRESS-DES: how the model is run, by what, and where it is to be had."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.judging.evidence import CONFIDENCE
from readiness.stress.items import Described, StressContent, StressTable
from readiness.wording.days import calendar_words
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import share_words

_NO_ENGINE = (
    "No engine simulates it: not all of its operations say what the service does (`steps`), or a Locust user performs "
    "a journey. A live service is loaded with it."
)


def initialisation(described: Described) -> Iterator[StressContent]:
    """Item 4.1."""
    scenario = described.scenario
    yield "Every launch begins with an empty service: nobody is in a queue or being served, and no session is open."
    caches = [f"{name} is {cache.starts}" for name, cache in scenario.service.caches.items()]
    if caches:
        yield f"Caches as the period begins: {', '.join(caches)}."
    if scenario.supply is not None:
        yield "Appointment slots as the period begins: item 2.5.3."
    if scenario.warm_up is not None:
        yield (
            f"Warm-up: the first {duration_text(scenario.warm_up)} are simulated and left out of every figure but of "
            "objectives that say `during`. How it was chosen is not stated; `rehearse warm-up` suggests one by MSER-5."
        )
    elif scenario.is_clock:
        yield "Warm-up: none. It is a terminating simulation of a launch, whose beginning is what is asked about."
    else:
        yield "Warm-up: not stated, so nothing is left out. The key `warm_up` states one, `rehearse warm-up` finds it."


def run_length(described: Described) -> Iterator[StressContent]:
    """Item 4.2."""
    scenario = described.scenario
    length_s = scenario.period[1] - scenario.period[0]
    yield f"Sessions start within {scenario.span_text(*scenario.period)}, {duration_text(length_s)} of simulated time."
    if days := calendar_words(scenario):
        yield f"Days: {days}."
    if scenario.drain:
        yield f"A drain of {duration_text(scenario.drain)} follows, in which open sessions may still end."
    else:
        yield "No drain follows: what is open at the end of the period is cut."
    yield f"Time is recorded in windows of {duration_text(scenario.window_s)}."
    if scenario.replay is not None:
        (start_s, end_s), drain_s = scenario.replayed()
        after = f", with a drain of {duration_text(drain_s)}" if drain_s else ""
        yield f"A live replay, where there is one, sends {scenario.span_text(start_s, end_s)}{after}."


def estimation(described: Described) -> Iterator[StressContent]:
    """Item 4.3."""
    scenario, sure = described.scenario, share_words(CONFIDENCE)
    if not described.made.engine:
        yield f"{_NO_ENGINE} A replay is one run: its values have no interval, and runs are compared with each other."
        return
    yield (
        f"{scenario.replications:,} independent replications (launches 0 to {scenario.replications - 1:,}), unless "
        "`--replications` says otherwise. Each gives one value of each output, so that what is correlated within a "
        "launch makes no interval too narrow."
    )
    yield (
        f"An output's mean has a {sure} interval by Student's t; a share of launches has an exact binomial interval "
        "(Clopper and Pearson). An objective is met or missed only when the whole interval is; otherwise there is not "
        "enough evidence, and how many replications would settle it is estimated."
    )
    yield (
        "What is open when a recording ends has a least and a greatest possible value, and both are judged. Variants "
        "are compared on common random numbers."
    )


def software(described: Described) -> Iterator[StressContent]:
    """Item 5.1."""
    yield "Launch Rehearsal, a program in Python whose model of the service is written once, on SimPy's events."
    yield StressTable(("Part", "Version"), tuple(described.made.versions.items()))
    engine = described.made.engine
    yield f"Engine for this scenario: {engine}. Both engines give the same bytes." if engine else _NO_ENGINE


def sampling(described: Described) -> Iterator[StressContent]:
    """Item 5.2."""
    scenario = described.scenario
    yield (
        f"Seed {scenario.seed}, unless `--seed` says otherwise. There is no stream of random numbers: each draw is a "
        "function of its key, a 64-bit number mixed by the finaliser of SplitMix64 from the seed, the replication, the "
        "population, the session, the step and the try. So a draw does not depend on how many were made before it."
    )
    yield (
        "A key gives a uniform number of 52 bits, and a duration is the quantile of its distribution there "
        "(inversion), computed by functions of the program with the same bits on every processor."
    )


def execution(described: Described) -> Iterator[StressContent]:
    """Item 5.3."""
    if not described.made.engine:
        yield _NO_ENGINE
        return
    yield (
        "Next-event time advance over a heap of events in the order of moment, priority and number: of events at the "
        "same moment, those of a higher priority come first, and of one priority those that were scheduled first. "
        "Sessions that start at the same moment start in the order of the schedule. An answer at the very limit of a "
        "time-out is in time. Time is a double-precision number of seconds; there is no time step."
    )
    yield (
        "Replications run in parallel processes, one a processor unless `--processes` says otherwise, and are added up "
        "in order, so that the result does not depend on it."
    )


def system(described: Described) -> Iterator[StressContent]:
    """Item 5.4."""
    yield StressTable(("Machine", "Here"), tuple(described.made.machine.items()))
    yield "How long a run takes is not stated; `rehearse simulate` says it as it goes."


def sharing(described: Described) -> Iterator[StressContent]:
    """Item 6.1."""
    yield (
        f"The model is the scenario {described.name}, one text file whose values stand in item 3.3; the program "
        "that runs it is under the MIT licence. A run folder keeps the scenario as it was (`scenario.yaml`), seed, "
        "versions and results."
    )
    how = f"simulate {described.name}" if described.made.engine else f"load {described.name} --host URL"
    yield f"To make it again: `rehearse {how} --seed {described.scenario.seed}`."
    yield "Where scenario and results are to be had is not stated; `about` and `sources` have room for it."
