"""Which values the requests of a scenario may name: those of the session, of its row of data, and extracted ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scenarios.language.contents import Contents
from scenarios.language.people import calls_in
from scenarios.quantities.fields import Place
from scenarios.text.faker_names import faker_names
from scenarios.text.templates import ValueName, values_in

SESSION_VALUES: Final = ("patient.nhs_number", "session.key", "session.number")
_BRACED: Final = re.compile(r"(?<!\\)\{([A-Za-z_][A-Za-z0-9_. -]*)\}")  # as a value; {2,3} is how often
SOURCES: Final = ("faker", "patient", "secret", "session")  # which a file of rows cannot be called


def values_used(scenario: Contents) -> Iterator[tuple[Place, str, set[str]]]:
    """Where each value stands that a request names, its name, and which are allowed there."""
    extracted = {name for operation in scenario.service.operations.values() for name in operation.extract}
    for place, name in _values(scenario):
        yield place, name, _allowed(scenario, name, extracted)
    for name, value in scenario.target.headers.items():
        yield from ((("target", "headers", name), one.name, _secrets(scenario)) for one in values_in(value))


def _values(scenario: Contents) -> Iterator[tuple[Place, str]]:
    patterns = of_locust_users(scenario)
    for name, operation in scenario.service.operations.items():
        place: Place = ("service", "operations", name)
        if operation.http is not None:
            given = () if name in patterns else operation.http.values()
            yield from (((*place, "http", key), value) for key, value in given)
        if operation.expect is not None:
            yield from (((*place, "expect", key), value) for key, value in operation.expect.values())


def _allowed(scenario: Contents, name: str, extracted: set[str]) -> set[str]:
    source, field = ValueName(name).source, ValueName(name).field
    if source == "faker":
        return {f"faker.{one}" for one in ({field} & faker_names() or faker_names())}
    if not source and any(journey.python is not None for journey in scenario.journeys.values()):
        extracted = {*extracted, name}  # its function may give it
    return {*SESSION_VALUES, *_secrets(scenario), *_columns(scenario), *extracted}


def _secrets(scenario: Contents) -> set[str]:
    return {f"secret.{name}" for name in scenario.target.secrets}


def _columns(scenario: Contents) -> set[str]:
    return {f"{name}.{column}" for name, feed in scenario.data.items() if feed.found for column in feed.found.columns}


def never_extracted(scenario: Contents) -> Iterator[tuple[Place, str]]:
    """Calls whose requests need a value that no other call of the same journey extracts, and what to say of them."""
    operations = scenario.service.operations
    needed: dict[str, set[str]] = {name: set() for name in operations}
    for place, value in _values(scenario):
        if not ValueName(value).source:
            needed[str(place[2])].add(value)
    for name, journey in scenario.journeys.items():
        if journey.python is not None or journey.locust is not None:  # which may give any value
            continue
        calls = calls_in(journey.steps, ("journeys", name, "steps"))
        called = {str(step.call) for _, step in calls} | set(scenario.service.log_on)
        extracted = {value for one in called for value in operations[one].extract}
        for place, step in calls:
            for value in sorted(needed[str(step.call)] - extracted):
                yield (*place, "call"), f"{step.call!r} needs {{{value}}}, which no call of this journey extracts"


def not_filled_in(scenario: Contents) -> Iterator[tuple[Place, str]]:
    """Regular expressions that have a value of the scenario in braces, which are their own there, and what to say."""
    known = {*SESSION_VALUES, *_columns(scenario), *_secrets(scenario)}
    known |= {name for operation in scenario.service.operations.values() for name in operation.extract}
    for place, pattern in _patterns(scenario):
        for name in _BRACED.findall(pattern):
            if name in known:
                words = "say what it looks like, such as \\w+, or ask for it under `json` or `header`"
                yield place, f"{{{name}}} is not filled in, for braces are the expression's own: {words}"


def _patterns(scenario: Contents) -> Iterator[tuple[Place, str]]:
    """Each regular expression, and where it stands."""
    for name, operation in scenario.service.operations.items():
        place: Place = ("service", "operations", name)
        if operation.expect is not None and operation.expect.body is not None:
            yield (*place, "expect", "body"), operation.expect.body
        for value, rule in operation.extract.items():
            if rule.regex is not None:
                yield (*place, "extract", value, "regex"), rule.regex


def of_locust_users(scenario: Contents) -> set[str]:
    """The operations that Locust users alone call: a value in such a path stands for any text."""
    called: dict[bool, set[str]] = {True: set(), False: set(scenario.service.log_on)}
    for journey in scenario.journeys.values():
        called[journey.locust is not None] |= {str(step.call) for _, step in calls_in(journey.steps)}
    return called[True] - called[False]


def feeds_of(scenario: Contents, population: str) -> frozenset[str]:
    """The files of rows of which the sessions of a population use a row."""
    journey = scenario.journeys[scenario.populations[population].journey]
    called = {step.call for _, step in calls_in(journey.steps)} | set(scenario.service.log_on)
    used = {ValueName(value).source for place, value in _values(scenario) if place[2] in called}
    return frozenset(used & set(scenario.data))
