"""A short scenario for each kind of fault and defence, to be run on both clocks.

Plain ones have two nested stations and two calls. e-RS ones have people who log on, refer, read, and book. Each fault
is there for a few seconds in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from scenarios.reading import read_text
from scenarios.scenario import Scenario

BEGIN_S, END_S, LENGTH_S = 8, 13, 24
NAME = "it"

PLAIN: dict[str, Any] = {
    "title": "A plain service",
    "seed": 3,
    "period": f"0 s to {LENGTH_S} s",
    "drain": "3 s",
    "window": "1 s",
    "service": {
        "stations": {"app": {"servers": 12}, "database": {"servers": 6}},
        "operations": {
            "serve": {
                "steps": [
                    {
                        "hold": "app",
                        "steps": [
                            {"work": {"exponential": "50 ms"}},
                            {"use": "database", "time": {"exponential": "40 ms"}},
                        ],
                    }
                ]
            },
            "other": {"steps": [{"use": "app", "time": "20 ms"}]},
        },
    },
    "regions": {"north": "50 %", "south": "50 %"},
    "behaviours": {"patient": {"timeout": "2 s", "retries": 1, "back_off": {"first": "500 ms", "jitter": "full"}}},
    "journeys": {"visit": {"steps": [{"call": "serve", "optional": True}, {"call": "other"}]}},
    "populations": {
        "people": {
            "arrivals": "60 / s",
            "journey": "visit",
            "behaviour": "patient",
            "priorities": {"two_week_wait": "10 %", "urgent": "20 %", "routine": "70 %"},
        }
    },
}

_USE = {"use": "app", "time": {"exponential": "20 ms"}}
ERS: dict[str, Any] = PLAIN | {
    "title": "An e-referral service",
    "service": {
        "log_on": ["log-on", "choose-role"],
        "stations": {"app": {"servers": 16}},
        "operations": {
            name: {"api": api, "steps": [_USE]} | ({"action": action} if action else {})
            for name, api, action in (
                ("log-on", "A001", ""),
                ("choose-role", "A002", ""),
                ("search", "A010", ""),
                ("create", "A011", ""),
                ("read", "A005", ""),
                ("slots", "A015", ""),
                ("book", "A016", "book"),
                ("defer", "A016", "defer"),
            )
        },
    },
    "journeys": {
        "refer": {
            "carries": "referral",
            "delivered_by": "created",
            "steps": [
                {"call": "log-on"},
                {"call": "choose-role"},
                {"think": {"exponential": "1 s"}},
                {"call": "search"},
                {"call": "create", "achieves": "created"},
                {"think": {"exponential": "500 ms"}},
                {"call": "read"},
                {"call": "slots"},
                {"call": "book", "achieves": "booked", "otherwise": [{"call": "defer", "achieves": "deferred"}]},
            ],
        }
    },
    "populations": {"people": {"arrivals": "10 / s", "journey": "refer", "behaviour": "patient"}},
}

CACHED = {"caches": {"directory": {"station": "database", "entries": 150, "hit_limit": "90 %", "hit_time": "5 ms"}}}


# near capacity, with clients who do not try again: what piles up takes its time to drain
BACKLOG: dict[str, Any] = PLAIN | {
    "title": "A service near capacity",
    "behaviours": {"patient": {"timeout": "1 s"}},
    "populations": {"people": PLAIN["populations"]["people"] | {"arrivals": "85 / s"}},
}


@dataclass(frozen=True)
class Case:
    """One kind, in a scenario: `changes` is what the reader of the table is told that it changes."""

    kind: str
    settings: dict[str, Any]
    changes: str
    base: dict[str, Any] = field(default_factory=lambda: PLAIN)
    rate: str = ""
    service: dict[str, Any] = field(default_factory=dict)
    behaviour: dict[str, Any] | None = None
    at: bool = False
    begin_s: int = BEGIN_S
    end_s: int = END_S
    length_s: int = LENGTH_S
    arrivals: Any = None
    label: str = ""  # where a kind is here more than once

    @property
    def name(self) -> str:
        """What the table calls it."""
        return self.label or self.kind

    def brief(self) -> Case:
        """The same for the quick suite: there for two seconds."""
        return replace(self, begin_s=3, end_s=5, length_s=9)

    def text(self, section: str) -> str:
        """The whole scenario; `section` is faults, defences or precautions (the client's own, against a fault)."""
        told = dict(self.base)
        one: dict[str, Any] = {self.kind: self.settings}
        if section == "precautions":
            told["behaviours"] = {"patient": {**told["behaviours"]["patient"], **one}}
            section, one = "faults", {"dependency_errors": {"station": "database", "share": "80 %"}}
        if section == "faults":
            one |= {"at": f"{self.begin_s} s"} if self.at else {"during": f"{self.begin_s} s to {self.end_s} s"}
        told[section] = {NAME: one}
        told["service"] = told["service"] | self.service
        told["period"] = f"0 s to {self.length_s} s"
        people = dict(told["populations"]["people"])
        people |= {"arrivals": self.arrivals} if self.arrivals else {"arrivals": self.rate} if self.rate else {}
        told["populations"] = {"people": people}
        if self.behaviour is not None:
            told["behaviours"] = {"patient": self.behaviour}
        return yaml.safe_dump(told, sort_keys=False)

    def scenario(self, section: str) -> Scenario:
        return read_text(self.text(section))


def backlog(kind: str, settings: dict[str, Any], changes: str) -> Case:
    """A case whose service has something to catch up with afterwards."""
    return Case(kind, settings, changes, base=BACKLOG, length_s=45)


FAULTS = (
    backlog("servers_lost", {"station": "app", "share": "70 %"}, "too few workers: the queue grows, then drains"),
    backlog("slowdown", {"station": "database", "factor": 4}, "the database takes four times as long"),
    backlog("leak", {"station": "app", "loses": "3 / s", "least": 1}, "three workers fewer each second"),
    backlog("pause", {"length": "1 s", "every": "2 s"}, "everything stands still for a second, three times"),
    backlog("contention", {"station": "app", "contention": 0.2}, "the more calls, the slower each"),
    Case("contended_record", {"operations": ["serve"], "share": "30 %"}, "409 to changes that were overtaken"),
    Case("cache_flush", {}, "the database is asked for everything again", service=CACHED, rate="90 / s", at=True),
    backlog("hang", {"station": "database", "share": "6 %"}, "hanging calls use up the pool, and hold workers"),
    Case("dependency_errors", {"station": "database", "share": "40 %"}, "500 after the work"),
    Case("dependency_down", {"station": "database", "share": "60 %"}, "500 at once"),
    Case("error_answers", {"operations": ["serve"], "share": "50 %", "status": 502}, "502 at once"),
    Case("wrong_answers", {"body": "truncated", "share": "30 %"}, "answers that cannot be read"),
    Case("stale_reads", {"operations": ["read"]}, "reads show the version before", base=ERS),
    Case("connections_refused", {}, "nobody listens"),
    Case("connections_reset", {"share": "40 %"}, "RST in place of an answer"),
    Case("no_answer", {"share": "30 %"}, "silence until the client gives up"),
    Case("slow_answers", {"takes": "1 s", "share": "30 %"}, "the last byte comes a second later"),
    Case("cut_answers", {"share": "30 %"}, "half an answer, then RST"),
    Case("crash", {}, "connections refused, everybody logged off", base=ERS, length_s=30),
    Case("session_loss", {}, "401, and everybody logs on again", base=ERS, at=True),
    Case("lost_writes", {"share": "50 %", "operations": ["create"]}, "the audit finds as many lost", base=ERS),
    Case("doubled_writes", {"share": "50 %"}, "the audit finds as many doubled", base=ERS),
    backlog("failover", {"station": "database", "connect_timeout": "2 s"}, "calls fail, then wait for a connection"),
    Case("offline", {"status_page": "fails"}, "503 with a maintenance page to everything"),
    Case("read_only", {}, "503 to changes, reads go on", base=ERS),
    Case("no_slots", {}, "bookings find no slot, and are deferred", base=ERS),
    Case("region_cut", {"region": "north"}, "connections of a region are reset"),
)

_RUSH = {"stepped": {"0 s": "50 / s", f"{BEGIN_S} s": "170 / s", f"{END_S} s": "50 / s"}}
DEFENCES = (
    Case("discipline", {"station": "app", "order": "lifo"}, "the last first", arrivals=_RUSH, label="discipline: lifo"),
    Case(
        "discipline",
        {"station": "app", "order": "adaptive_lifo", "from_queue": 10},
        "the last first, once ten wait",
        arrivals=_RUSH,
        label="discipline: adaptive_lifo",
    ),
    Case(
        "discipline",
        {"station": "app", "order": "codel", "target": "50 ms", "interval": "200 ms"},
        "who waited too long in a standing queue is turned away",
        arrivals=_RUSH,
        label="discipline: codel",
    ),
    Case(
        "discipline",
        {"station": "app", "order": "priority"},
        "urgent work first",
        arrivals=_RUSH,
        label="discipline: priority",
    ),
    Case(
        "drop_abandoned",
        {"when": "deadline_passed"},
        "work that is too old is dropped when its turn comes",
        arrivals=_RUSH,
        behaviour={"timeout": "400 ms"},
        label="drop_abandoned: deadline_passed",
    ),
    Case("queue_limit", {"station": "app", "at_most": 20}, "503 once 20 wait", arrivals=_RUSH),
    Case(
        "drop_abandoned",
        {"when": "client_gone"},
        "work of clients that left is let go",
        arrivals=_RUSH,
        behaviour={"timeout": "400 ms"},
    ),
    Case("rate_limit", {"per": "everyone", "rate": "90 / s", "burst": 20}, "429 above 90 a second", arrivals=_RUSH),
    Case(
        "shedding",
        {"station": "app", "queue_above": 15, "spares": ["two_week_wait"]},
        "503 to work that can wait",
        arrivals=_RUSH,
    ),
    Case("waiting_room", {"operations": ["serve"], "admits": "80 / s"}, "a place in the queue", arrivals=_RUSH),
    Case("bulkhead", {"operations": ["serve"], "at_most": 20}, "503 once 20 are under way", arrivals=_RUSH),
    Case(
        "autoscaling",
        {"station": "app", "adds": 6, "at_most": 40, "looks_every": "1 s", "delay": "1 s"},
        "workers come with the load",
        arrivals=_RUSH,
    ),
)

OF_DEMAND = (
    Case("staggered_log_on", {"over": "6 s"}, "people come later, some not before the end"),
    Case("phased_rollout", {"day": 1, "from_day": {"north": 2}}, "a region stays away"),
)
PRECAUTIONS = (
    Case(
        "circuit_breaker",
        {"within": "3 s", "of_at_least": 20, "opens_for": "2 s"},
        "nothing is sent to a failing service",
    ),
    Case("retry_budget", {"per_request": 0.1, "burst": 5}, "few retries when most calls fail"),
    Case("adaptive_throttling", {"k": 1.5, "over": "4 s"}, "as much is held back as fails"),
    Case("hedging", {"after": "200 ms"}, "a second request when the first is slow"),
    Case("back_off", {"first": "200 ms", "longest": "3 s", "jitter": "decorrelated"}, "retries spread over time"),
)
