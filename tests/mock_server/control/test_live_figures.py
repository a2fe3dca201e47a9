"""What is counted second by second: percentiles of the last ten seconds, and an hour that is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from mock_server.control.live_figures import KEPT_S, LAST_S, Live
from mock_server.http.calls import HttpResponse

GOOD = HttpResponse(200, b"", b"text/plain")


def second(live: Live, *took_s: float) -> dict[str, Any]:
    """A second in which so many were answered well."""
    for each in took_s:
        live.answered(GOOD, each)
    return dict(msgspec.json.decode(live.tick({})))


def test_percentiles_are_of_the_last_ten_seconds() -> None:
    live = Live()
    assert second(live)["response_ms"] == {"p50": None, "p95": None, "p99": None}
    second(live, *(place / 1000 for place in range(1, 51)))
    latest = second(live, *(place / 1000 for place in range(51, 101)))
    assert latest["good"] == 50
    assert latest["response_ms"] == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    for _ in range(LAST_S - 1):
        latest = second(live)
    assert latest["response_ms"]["p50"] == 75.0, "of the second fifty alone"
    assert second(live)["response_ms"]["p99"] is None


class Client:
    """The client's end of a request, which a test lets go."""

    was_closed = False

    def when_lost(self, tell: Callable[[], None]) -> None:
        self.go = tell


def test_whoever_stops_waiting_has_timed_out_whatever_the_service_makes_of_it_later() -> None:
    live, patient, lost, overtaken, cut_off = Live(), Client(), Client(), Client(), Client()
    came = [live.came(client, waits_s) for client, waits_s in ((patient, 9.0), (lost, None), (overtaken, 9.0))]
    came += [live.came(cut_off, 9.0), live.came(None, None)]
    cut_off.was_closed = True
    lost.go()
    overtaken.go()  # long before it said: another request of the same call was quicker
    cut_off.go()
    for each in came:
        each.answered(GOOD)
    told = dict(msgspec.json.decode(live.tick({})))
    assert (told["offered"], told["good"], told["failed"]) == (5, 2, {"timeout": 1, "refused": 1})
    lost.go()
    assert dict(msgspec.json.decode(live.tick({})))["failed"] == {}


def test_who_comes_late_hears_of_the_last_hour_also_after_a_crash() -> None:
    before, after = Live(), Live()
    for at_s in range(KEPT_S + 100):
        before.tick({"at_s": at_s})
    kept = msgspec.json.decode(msgspec.json.encode(before.past()), type=list[msgspec.Raw])
    after.restore(kept)
    after.tick({"at_s": 3700})

    async def first() -> list[msgspec.Raw]:
        return await anext(after.follow())

    heard = [msgspec.json.decode(each)["at_s"] for each in asyncio.run(first())]
    assert heard == list(range(101, 3701))
