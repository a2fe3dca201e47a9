"""A scenario from an access log: its curve of arriving sessions, its operations, its mix of journeys, its pauses."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from scenarios.imported.draft import Draft, seconds_text, written_moment
from scenarios.imported.log_sessions import LogSummary, PathTemplate
from scenarios.imported.mix import Mix, journey_mix
from scenarios.imported.names import Names
from scenarios.imported.path_templates import ANY, merged, path_with_values
from scenarios.imported.think_times import think_time
from scenarios.text.phrases import several, several_are

_SPANS_MOST: Final = 48
_CLOCK_MOST_S: Final = 99 * 3600
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HAS_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True)
class LogWishes:
    """How a log is to be made a scenario: how many paths and operations are written out, and the time compression."""

    paths: int = 10
    operations: int = 60
    compress: float = 1.0


@dataclass(frozen=True)
class _Operations:
    """The operations of a log: by name as the scenario has them, how often each was called, and the name of each of
    the summary's templates (None where it is left out)."""

    specifications: dict[str, Any]
    calls: Counter[str]
    name_of: list[str | None]
    unanswered: int
    rarer: int


def log_draft(seen: LogSummary, name: str, wishes: LogWishes, remarks: list[str]) -> Draft:
    """The scenario of a log called `name`; `remarks` are what was to be said while it was read. Raises `ValueError`
    where nothing is left to call."""
    operations = _operations(seen, wishes.operations)
    if not operations.specifications:
        raise ValueError("no request was ever answered with a status below 400")
    think, about_thinking = think_time(seen.thinking.kept, wishes.compress)
    paths, emptied = _named_paths(seen, operations)
    sessions = seen.sessions - emptied
    mix = journey_mix(paths, operations.calls, sessions, wishes.paths, think)
    width_s, counted = seen.starts.spans(_SPANS_MOST)
    spans = [(start_s, count * sessions / seen.sessions) for start_s, count in counted]
    period, arrivals = _curve(seen, width_s, spans, wishes.compress)
    return Draft(
        title=f"The load of {name}",
        about=f"{several(seen.requests, 'request')} of {several(seen.sessions, 'session')}, from an access log.",
        period=period,
        arrivals={"stepped": arrivals},
        steps=mix.steps,
        operations=operations.specifications,
        drain=seconds_text(max(60, width_s) / wishes.compress),
        sources={"the access log": name},
        assumptions=[*_assumed(seen, operations, mix, sessions, wishes), about_thinking, *remarks],
    )


def _operations(seen: LogSummary, most: int) -> _Operations:
    """The commonest templates. Left out are those that were never answered well, as what a scanner asks for."""
    becomes = merged(seen.templates)
    places: dict[PathTemplate, list[int]] = {}
    for template, place in seen.templates.items():
        places.setdefault(becomes[template], []).append(place)
    calls = {one: sum(seen.calls[place] for place in where) for one, where in places.items()}
    answered = {one for one, where in places.items() if one[0] in METHODS and any(seen.good[at] for at in where)}
    ordered = sorted(answered, key=lambda one: (-calls[one], one))
    kept, names = ordered[:most], Names()
    name_of: list[str | None] = [None] * len(seen.templates)
    specifications: dict[str, Any] = {}
    for template in kept:
        name = names.name(_shown(template))
        for place in places[template]:
            name_of[place] = name
        specifications[name] = _specification(seen, template, places[template])
    named = Counter(dict.fromkeys(specifications, 0))
    for place, one in enumerate(name_of):
        if one is not None:
            named[one] += seen.calls[place]
    unanswered = sum(count for one, count in calls.items() if one not in answered)
    return _Operations(specifications, named, name_of, unanswered, sum(calls[one] for one in ordered[most:]))


def _shown(template: PathTemplate) -> str:
    return f"{template[0]} {' '.join(part.strip('{}') for part in template[1] if part) or 'root'}"


def _specification(seen: LogSummary, template: PathTemplate, places: list[int]) -> dict[str, Any]:
    """Request and expected answer. A part that is `{any}` stands as it stood most often."""
    method, parts = template
    if ANY in parts:
        commonest = max(places, key=lambda place: (seen.good[place], -place))
        parts = next(one for (_, one), place in seen.templates.items() if place == commonest)
    statuses: Counter[int] = Counter()
    for place in places:
        statuses.update({status: count for status, count in seen.statuses[place].items() if 200 <= status < 400})
    classes = sorted({"2xx" if status < 300 or status == 304 else "3xx" for status in statuses}) or ["2xx"]
    expected = classes[0] if len(classes) == 1 else classes
    return {"http": {"method": method, "path": path_with_values(parts)}, "expect": {"status": expected}}


def _named_paths(seen: LogSummary, operations: _Operations) -> tuple[Counter[tuple[str, ...]], int]:
    """The paths by names of operations, and how many sessions called nothing that is kept."""
    found: Counter[tuple[str, ...]] = Counter()
    for path, count in seen.paths.items():
        found[tuple(name for place in path if (name := operations.name_of[place]) is not None)] += count
    emptied = found.pop((), 0)
    return found, emptied


def _curve(
    seen: LogSummary, width_s: int, spans: list[tuple[int, float]], compress: float
) -> tuple[str, dict[str, str]]:
    """The period, and a rate for each span: in each as many sessions are expected as there were. By the clock of the
    log, unless time is compressed or there are too many days."""
    start_s, end_s = spans[0][0], spans[-1][0] + width_s
    offset_s = seen.offset_s or 0
    midnight_s = (start_s + offset_s) // 86400 * 86400 - offset_s
    is_clock = compress == 1 and end_s - midnight_s <= _CLOCK_MOST_S
    zero_s = midnight_s if is_clock else start_s

    def moment(at_s: int) -> str:
        return written_moment((at_s - zero_s) / compress, is_clock=is_clock)

    rates: dict[str, str] = {}
    before = None
    for at_s, count in spans:
        rate = f"{count / width_s * compress * 3600:.10g} / h"
        if rate != before:
            rates[moment(at_s)] = rate
        before = rate
    return f"{moment(start_s)} to {moment(end_s)}", rates


def _assumed(seen: LogSummary, operations: _Operations, mix: Mix, sessions: int, wishes: LogWishes) -> list[str]:
    gap = seconds_text(seen.gap_s)
    said = [
        f"A session is what one address with one user agent asked for, without a pause of more than {gap}."
        f" {seen.sessions - sessions:,} of {seen.sessions:,} asked for nothing that is kept.",
        f"One of the commonest paths ({mix.paths} in all) is followed as it was by {mix.followed:,} of"
        f" {several(sessions, 'session')} ({mix.followed / sessions:.1%}); the others call as many operations as they"
        " did, in the proportions in which they did, in any order.",
        "Pauses include the time that the answer before them took, for the log has when requests were made.",
    ]
    drawn = sum("{faker." in one["http"]["path"] for one in operations.specifications.values())
    bodies = [name for name, one in operations.specifications.items() if one["http"]["method"] in _HAS_BODY]
    rare = operations.rarer + seen.rare
    counted = (
        (wishes.compress != 1, _compressed(wishes.compress)),
        (drawn, f"Identifiers in paths are not taken from the log: they are drawn in {several(drawn, 'operation')};"
         " `data` gives a file of real ones."),
        (bodies, f"A log has no bodies: give one to {', '.join(bodies)}."),
        (seen.queries, f"What {several(seen.queries, 'request')} asked for after a ? is left out."),
        (seen.static, f"{several_are(seen.static, 'request', 'of static files')} left out."),
        (operations.unanswered, f"{several_are(operations.unanswered, 'request')} left out whose operation was never"
         " answered with a status below 400, or has a method that is not sent."),
        (rare, f"{several_are(rare, 'request', 'of rarer operations')} left out."),
        (seen.ended_early, f"Ended early, for too many were open at a time: {several(seen.ended_early, 'session')}."),
        (seen.forgotten_paths, f"Counted among the others: {several(seen.forgotten_paths, 'rare path')}."),
        (seen.backwards, f"The log's clock goes back {several(seen.backwards, 'time')}, by"
         f" {seen.farthest_back_s:g} s at most."),
        (seen.other_offsets, f"Clock times are those of the first line's offset from UTC; another one stands in"
         f" {several(seen.other_offsets, 'line')}."),
        (seen.without_offset, f"No offset from UTC stands in {several(seen.without_offset, 'line')}: UTC is assumed."),
    )  # fmt: skip
    return said + [words for is_so, words in counted if is_so]


def _compressed(compress: float) -> str:
    return (
        f"Time is compressed: {compress:g} times as fast as recorded. Sessions arrive {compress:g} times as often and"
        f" pause for a {compress:g}th of the time, so as many are open at a time as there were."
    )
