"""Faults, defences and caches of scenarios that Hypothesis makes up: of each kind, what it may be told.

A value stands in a list of those of which one is drawn. The name of a part of a scenario in its place (`A_STATION`)
means one of those that the scenario has; None leaves the key out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hypothesis import strategies as st

A_STATION: Final = "a station"
A_STATION_OR_ALL: Final = "a station, or everything"
AN_OPERATION: Final = "an operation"
A_REGION: Final = "a region"
SOME_OPERATIONS: Final = "some operations"
SOME_POPULATIONS: Final = "some populations"
SOME_REGIONS: Final = "some regions"
Options = Mapping[str, Sequence[Any] | str]

_SHORT: Final = ("250 ms", "500 ms", "1 s", "1100 ms")
_AIM: Final[Options] = {
    "operations": SOME_OPERATIONS,
    "populations": SOME_POPULATIONS,
    "regions": SOME_REGIONS,
    "share": ["100 %", "50 %"],
}
FAULT_KINDS: Final[dict[str, Options]] = {
    "servers_lost": {"station": A_STATION, "servers": [1]},
    "slowdown": {"station": A_STATION_OR_ALL, "factor": [3, 0.5], "extra": ["0 s", "250 ms"], **_AIM},
    "leak": {"station": A_STATION, "loses": ["1 / s", "4 / s"], "least": [0, 1]},
    "pause": {"station": A_STATION_OR_ALL, "length": _SHORT, "every": [None, "1250 ms"]},
    "contention": {"station": A_STATION, "contention": [0.5], "coherency": [0.5, 0.1]},
    "contended_record": {"lock": ["optimistic", "pessimistic"], **_AIM},
    "cache_flush": {},
    "hang": {"station": A_STATION, **_AIM},
    "dependency_errors": {"station": A_STATION, **_AIM},
    "dependency_down": {"station": A_STATION, **_AIM},
    "error_answers": {"when": ["at_once", "after_work"], "status": [500, 503], **_AIM},
    "stale_reads": _AIM,
    "wrong_answers": {"body": ["wrong", "truncated"], **_AIM},
    "connections_refused": {},
    "connections_reset": _AIM,
    "cut_answers": _AIM,
    "no_answer": _AIM,
    "slow_answers": {"takes": _SHORT, **_AIM},
    "offline": {"status_page": ["stands", "fails"]},
    "read_only": {"operations": SOME_OPERATIONS},
    "crash": {},
    "doubled_writes": _AIM,
    "failover": {"station": A_STATION, "connect_timeout": _SHORT},
    "lost_writes": _AIM,
    "session_loss": {},
    "no_slots": {**_AIM, "operations": AN_OPERATION},
    "region_cut": {"region": A_REGION, "how": ["refused", "silent"]},
}
DEFENCE_KINDS: Final[dict[str, Options]] = {
    "discipline": {
        "station": A_STATION,
        "order": ["fifo", "lifo", "adaptive_lifo", "codel", "priority"],
        "from_queue": [1, 2, 3],
        "target": ["250 ms"],
        "interval": ["1 s"],
    },
    "queue_limit": {"station": A_STATION, "at_most": [0, 1, 2, 5], "max_wait": [None, *_SHORT]},
    "drop_abandoned": {"when": ["client_gone", "deadline_passed"]},
    "rate_limit": {"per": ["everyone", "practice"], "rate": ["1 / s", "4 / s"], "burst": [1, 3]},
    "shedding": {
        "station": A_STATION,
        "queue_above": [0, 2],
        "share": ["100 %", "50 %"],
        "operations": SOME_OPERATIONS,
        "spares": [[], ["urgent"]],
    },
    "waiting_room": {"operations": AN_OPERATION, "admits": ["1 / s", "3 / s"]},
    "bulkhead": {"operations": AN_OPERATION, "at_most": [1, 2]},
    "autoscaling": {
        "station": A_STATION,
        "at_most": [4, 6],
        "adds": [1, 3],
        "looks_every": _SHORT,
        "delay": _SHORT,
    },
    "staggered_log_on": {"over": ["2 s", "5 s"], "populations": SOME_POPULATIONS},
    "phased_rollout": {"share": ["50 %", "80 %"]},
}
CACHE: Final[Options] = {
    "station": A_STATION,
    "operations": SOME_OPERATIONS,
    "entries": [1, 5, 50],
    "hit_limit": ["50 %", "100 %"],
    "hit_time": ["0 s", "250 ms"],
    "starts": ["warm", "cold"],
}
AT_ONCE: Final = frozenset({"cache_flush", "session_loss"})  # kinds that happen at a moment


def told(options: Options, names: Mapping[str, Sequence[str]]) -> st.SearchStrategy[dict[str, Any]]:
    """One of the things that a kind may be told in a scenario that has these stations, operations, ..."""
    return st.fixed_dictionaries({name: _one_of(values, names) for name, values in options.items()}).map(_given)


def first_told(options: Options, names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The plainest of them."""
    return _given({name: _values(values, names)[0] for name, values in options.items()})


def _given(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def _values(values: Sequence[Any] | str, names: Mapping[str, Sequence[str]]) -> Sequence[Any]:
    if not isinstance(values, str):
        return values
    if values == A_STATION_OR_ALL:
        return [*names[A_STATION], None]
    if values in (A_STATION, A_REGION):
        return names[values]
    return [[], *([name] for name in names[values])][values == AN_OPERATION :]


def _one_of(values: Sequence[Any] | str, names: Mapping[str, Sequence[str]]) -> st.SearchStrategy[Any]:
    return st.sampled_from(_values(values, names))
