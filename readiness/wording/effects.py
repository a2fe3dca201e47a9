"""Faults and defences in plain words: what each does, with its values, and when a fault is there.

One phrase a kind, such as `slowdown at identity: 5 times as long`. The report, the terminal and `rehearse show` say it
alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from readiness.wording.figures import amount, listed
from scenarios.language.defences import Defence
from scenarios.language.faults import Aimed, Fault
from scenarios.language.on_target import Action
from scenarios.language.units import clock_text, duration_text

_PER: Final = (("s", 1), ("min", 60), ("h", 3600), ("day", 86400))


def fault_words(fault: Fault) -> str:
    """What goes wrong: its kind and its values."""
    settings = fault.settings
    aim = _aim(settings) if isinstance(settings, Aimed) else ""
    return f"{_FAULTS[fault.kind](settings)}{f' ({aim})' if aim else ''}"


def defence_words(defence: Defence) -> str:
    """What protects the service: its kind and its values."""
    return _DEFENCES[defence.kind](getattr(defence, defence.kind))


def when_words(fault: Fault, is_clock: bool) -> str:
    """When a fault is there: `08:05 to 08:20`, `at 09:00`, or how its times are drawn."""
    if fault.random is not None:
        well, ill = (duration_text(mean_s) for mean_s in (fault.random.to_fail, fault.random.to_repair))
        return f"drawn anew in each launch: well for {well} and then ill for {ill}, in the mean"
    spans = [*(fault.during or []), *((moment, moment) for moment in fault.at or [])]
    return listed([span_words(*span, is_clock=is_clock) for span in spans])


def span_words(start_s: float, end_s: float, *, is_clock: bool) -> str:
    """`08:05 to 08:20`; `at 09:00` for what happens at once."""
    text = clock_text if is_clock else duration_text
    return f"at {text(start_s)}" if start_s == end_s else f"{text(start_s)} to {text(end_s)}"


def target_words(fault: Fault) -> str:
    """How a fault is made on a target that is not the mock; nothing where it is not."""
    made = fault.on_target
    if made is None:
        return ""
    return f"begins by {_action(made.begin)}" + (f", ends by {_action(made.end)}" if made.end else "")


def rate_words(per_s: float) -> str:
    """A rate by the shortest time in which there is at least one: `18 / s`, `4 / h`."""
    unit, seconds = next(((unit, seconds) for unit, seconds in _PER if per_s * seconds >= 1), _PER[-1])
    return f"{per_s * seconds:,.4g} / {unit}"


def _action(action: Action) -> str:
    if action.command is not None:
        return f"running {' '.join(action.command)}"
    assert action.call is not None, "an action is a command or a call"
    return f"calling {action.call.method} {action.call.url}"


def _aim(aimed: Aimed) -> str:
    """Which requests, where not all: `20 % of requests to log-on from practices in north`."""
    parts = [f"{_share(aimed.share)} of requests" if aimed.share < 1 else "requests"]
    parts += [f"to {listed(aimed.operations)}"] if aimed.operations else []
    parts += [f"from {listed(aimed.populations)}"] if aimed.populations else []
    parts += [f"in {listed(aimed.regions)}"] if aimed.regions else []
    return " ".join(parts) if parts != ["requests"] else ""


def _share(share: float) -> str:
    return amount(share, "share")


def _several(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _only(names: Sequence[str], before: str, everything: str = "") -> str:
    """`before` and the names, or `everything` where none are given."""
    return f"{before}{listed(names)}" if names else everything


def _servers_lost(lost: Any) -> str:
    gone = _several(lost.servers, "server") if lost.servers is not None else f"{_share(lost.share)} of the servers"
    return f"servers lost at {lost.station}: {gone}"


def _slowdown(slow: Any) -> str:
    times = [f"{slow.factor:g} times as long"] if slow.factor != 1 else []
    extra = [f"{duration_text(slow.extra)} longer"] if slow.extra else []
    return f"slowdown{_only([slow.station] if slow.station else [], ' at ')}: {' and '.join(times + extra)}"


def _leak(leak: Any) -> str:
    least = f" until {leak.least:,} are left" if leak.least else ""
    return f"leak at {leak.station}: {rate_words(leak.loses)} servers{least}"


def _pause(pause: Any) -> str:
    length = f" for {duration_text(pause.length)}" if pause.length else ""
    every = f" every {duration_text(pause.every)}" if pause.every else ""
    return f"pause: {pause.station or 'everything'} stands still{length}{every}"


def _contended(record: Any) -> str:
    how = "the slower of two changes fails" if record.lock == "optimistic" else "one at a time, others refused"
    return f"contended record, {record.lock} lock: {how}"


def _error_answers(answers: Any) -> str:
    return f"error answers: status {answers.status} {'at once' if answers.when == 'at_once' else 'after the work'}"


def _offline(offline: Any) -> str:
    return f"taken offline, with a maintenance page; the status page {offline.status_page}"


def _region_cut(cut: Any) -> str:
    return f"network of {cut.region} gone: {'refused at once' if cut.how == 'refused' else 'nothing is answered'}"


_FAULTS: Final[dict[str, Callable[[Any], str]]] = {
    "servers_lost": _servers_lost,
    "slowdown": _slowdown,
    "leak": _leak,
    "pause": _pause,
    "contention": lambda it: f"contention at {it.station}: σ {it.contention:g}, κ {it.coherency:g}",
    "contended_record": _contended,
    "cache_flush": lambda it: f"cache flush: {listed(it.caches) or 'all caches'}",
    "hang": lambda it: f"calls to {it.station} hang",
    "dependency_errors": lambda it: f"{it.station} answers with errors",
    "dependency_down": lambda it: f"{it.station} is down",
    "error_answers": _error_answers,
    "wrong_answers": lambda it: "truncated answers" if it.body == "truncated" else "wrong answers",
    "stale_reads": lambda it: "stale reads: the version before the current one",
    "connections_refused": lambda it: "connections refused",
    "connections_reset": lambda it: "connections reset",
    "no_answer": lambda it: "requests taken and never answered",
    "slow_answers": lambda it: f"slow answers: the last byte {duration_text(it.takes)} later",
    "cut_answers": lambda it: "answers cut in the middle",
    "crash": lambda it: "crash: the process dies, and comes back at the end",
    "session_loss": lambda it: "session loss: everybody must log on again",
    "lost_writes": lambda it: "lost writes: acknowledged and not kept",
    "doubled_writes": lambda it: "doubled writes: creates are done twice",
    "failover": lambda it: f"failover of {it.station}: new calls wait at most {duration_text(it.connect_timeout)}",
    "offline": _offline,
    "read_only": lambda it: f"read only: {listed(it.operations) or 'all changes'} refused",
    "no_slots": lambda it: "no appointment slots",
    "region_cut": _region_cut,
}


def _discipline(discipline: Any) -> str:
    words = {
        "fifo": "first come, first served",
        "lifo": "last come, first served",
        "adaptive_lifo": f"last come, first served once {discipline.from_queue:,} wait",
        "codel": f"CoDel: waits of more than {duration_text(discipline.target)} are cut short",
        "priority": "two-week waits first, then urgent work, then routine",
    }
    return f"queue of {discipline.station}: {words[discipline.order]}"


def _queue_limit(limit: Any) -> str:
    longest = f", each at most {duration_text(limit.max_wait)}" if limit.max_wait else ""
    return f"queue of {limit.station}: at most {limit.at_most:,} wait{longest}"


def _drop_abandoned(drop: Any) -> str:
    when = "client has left" if drop.when == "client_gone" else "deadline has passed"
    return f"work whose {when} is dropped{_only(drop.stations, ' at ')}"


def _rate_limit(limit: Any) -> str:
    whose = {"practice": "each practice", "application": "each application", "everyone": "everyone together"}
    to = _only(limit.operations, " to ")
    return f"rate limit for {whose[limit.per]}{to}: {rate_words(limit.rate)}, {limit.burst:,} at once"


def _shedding(shedding: Any) -> str:
    which = _only(shedding.operations, "requests to ", "requests")
    which = f"{_share(shedding.share)} of {which}" if shedding.share < 1 else which
    spared = _only([each.replace("_", "-") for each in shedding.spares], ", but not what is ")
    return f"{which} turned away while more than {shedding.queue_above:,} wait for {shedding.station}{spared}"


def _autoscaling(scaling: Any) -> str:
    return (
        f"autoscaling of {scaling.station}: {_several(scaling.adds, 'server')} more above "
        f"{_share(scaling.busy_above)} busy, fewer below {_share(scaling.busy_below)}, at most {scaling.at_most:,}; "
        f"ready after {duration_text(scaling.delay)}"
    )


def _phased(rollout: Any) -> str:
    share = f", {_share(rollout.share)} of their sessions" if rollout.share < 1 else ""
    return f"phased rollout: day {rollout.day}, regions whose day has come{share}"


_DEFENCES: Final[dict[str, Callable[[Any], str]]] = {
    "discipline": _discipline,
    "queue_limit": _queue_limit,
    "drop_abandoned": _drop_abandoned,
    "rate_limit": _rate_limit,
    "shedding": _shedding,
    "waiting_room": lambda it: f"waiting room before {listed(it.operations)}: admits {rate_words(it.admits)}",
    "bulkhead": lambda it: f"bulkhead: at most {it.at_most:,} of {listed(it.operations)} at once",
    "autoscaling": _autoscaling,
    "staggered_log_on": lambda it: f"log-ons{_only(it.populations, ' of ')} spread over {duration_text(it.over)}",
    "phased_rollout": _phased,
}
