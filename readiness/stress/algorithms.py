"""Item 2.4 of STRESS-DES: the algorithms of a model, those that the scenario uses."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.stress.items import Described, StressContent, StressTable
from scenarios.language.arrivals import Arrivals
from scenarios.language.defences import Defence
from scenarios.language.faults import Fault
from scenarios.language.scenario import Scenario
from scenarios.quantities.fields import chosen_key
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import only, share_words

_ARRIVALS = {
    "constant": "a Poisson process by inversion: their number is Poisson with mean Λ, the integral of the rate over "
    "the period, and given it their times are independent with distribution Λ(t) / Λ",
    "storm": "a fixed number of people, whose times are independent quantiles of the storm's shape",
    "at_once": "all of them when the period begins",
    "renewal": "gaps drawn one by one from one distribution, the first from the beginning of the period",
    "recorded": "the moments of a file, played back; nothing is drawn",
}
_EVEN = "equal intervals, one in the middle of each"
_PRACTICES = (
    "Habit of a practice: a failed try takes its probability p of trying to p − failure · (p − floor), a good one to "
    "p + success · (1 − p); who has heard that the service is down waits, tries or uses paper in the stated shares.",
    "What a practice holds is worked off one by one, the most urgent first and of those the oldest, no quicker than "
    "its rate, while it is open and does not believe that the service is down; after a failed try it pauses.",
)


def algorithms(described: Described) -> Iterator[StressContent]:
    """Each algorithm in a sentence, after the arrivals."""
    scenario = described.scenario
    arrivals = {name: people.arrivals for name, people in scenario.populations.items()}
    rows = [(name, chosen_key(each).replace("_", " "), arrivals_rule(each)) for name, each in arrivals.items()]
    yield StressTable(("Population", "Arrivals", "Drawn as"), tuple(rows))
    yield (
        "Of those that wait at a station the first that came is served next, unless a defence says otherwise; a server "
        "that becomes free takes the next at once."
    )
    yield from _caches(scenario)
    yield from _kinds(scenario)
    if scenario.practices is not None:
        yield from _PRACTICES
    if scenario.supply is not None:
        yield (
            "A booking takes the earliest free appointment slot from tomorrow on, within the limit of its priority, "
            "when its work has been done well; slots that nobody took before their day begins are gone."
        )


def arrivals_rule(arrivals: Arrivals) -> str:
    """How the start times of a population's sessions come about."""
    if arrivals.constant is not None and arrivals.constant.spacing == "even":
        return _EVEN
    return _ARRIVALS.get(chosen_key(arrivals), _ARRIVALS["constant"])


def _caches(scenario: Scenario) -> Iterator[str]:
    for name, cache in scenario.service.caches.items():
        limit, whose = share_words(cache.hit_limit), only(cache.operations, " of ")
        yield (
            f"Cache {name}: visits{whose} to {cache.station} want one of {cache.entries:,} equally likely things, so "
            f"that after n visits {limit} · (1 − (1 − 1/{cache.entries:,})^n) of them hit; a hit takes "
            f"{duration_text(cache.hit_time)}; it starts {cache.starts}."
        )


def _kinds(scenario: Scenario) -> Iterator[str]:
    """The kinds of faults and defences in use, each once."""
    every: list[Fault | Defence] = [*scenario.faults.values(), *scenario.defences.values()]
    for kind, settings in {each.kind: each.settings for each in every}.items():
        about = " ".join((type(settings).__doc__ or "").split())
        yield f"{kind.replace('_', ' ').capitalize()}: {about}"
    for name, fault in scenario.faults.items():
        if fault.random is not None:
            well, ill = duration_text(fault.random.to_fail), duration_text(fault.random.to_repair)
            yield f"Times of {name}: well and ill in turn, exponential with means of {well} and {ill}."
