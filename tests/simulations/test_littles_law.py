"""Little's law holds at every station: whoever leaves a queue counts, in whatever way they leave it.

The mean number of those who wait, times the length of the run, is the sum of what each has waited (L = λW). Whoever
still waits at the end has waited until then. Exactly that is asked of queues whose every change is seen; of the
catalogue's launches, whose queues are sampled, as nearly as a sampled mean can be.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from recordings.recording import VISITS
from scenarios.language.reading import read
from simulations import launch
from simulations.service.service import Service
from tests.fixtures.scenarios.families import each_family
from tests.fixtures.simulations.effect_bench import EffectBench

END_S = 90.0  # by then everybody has been served, or has left
STATION: dict[str, Any] = {"servers": 2, "max_wait": "6 s"}
LEAVES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "crash": {"fault": ("crash", {})},
    "failover": {"fault": ("failover", {"station": "till", "connect_timeout": "2 s"})},
    "hang": {"fault": ("hang", {"station": "till"})},
    "dependency_down": {"fault": ("dependency_down", {"station": "till"})},
    "servers_lost": {"fault": ("servers_lost", {"station": "till", "share": 1.0})},
    "pause": {"fault": ("pause", {})},
    "connections_refused": {"fault": ("connections_refused", {})},
    "client_gone": {"defence": ("drop_abandoned", {})},
    "deadline_passed": {"defence": ("drop_abandoned", {"when": "deadline_passed"})},
    "codel": {"defence": ("discipline", {"station": "till", "order": "codel"})},
    "lifo": {"defence": ("discipline", {"station": "till", "order": "lifo"})},
    "priority": {"defence": ("discipline", {"station": "till", "order": "priority"})},
    "queue_limit": {"defence": ("queue_limit", {"station": "till", "at_most": 3, "max_wait": "1 s"})},
    "shedding": {"defence": ("shedding", {"station": "till", "queue_above": 3})},
    "autoscaling": {
        "defence": ("autoscaling", {"station": "till", "at_most": 4, "looks_every": "5 s", "delay": "2 s"})
    },
}


@pytest.mark.parametrize("how", LEAVES)
def test_whoever_leaves_a_queue_has_waited_in_it(how: str) -> None:
    bench = EffectBench({"till": STATION}, {"buy": [{"use": "till", "time": "1 s"}]})
    if "fault" in LEAVES[how]:
        kind, settings = LEAVES[how]["fault"]
        bench.fault((20.1, 30.1), kind, **settings)
        bench.defence("drop_abandoned", name="drop")
    if "defence" in LEAVES[how]:
        kind, settings = LEAVES[how]["defence"]
        bench.defence(kind, **settings)
    for number in range(100):
        bench.send(number * 0.4, "buy", 1.0, name=str(number), patience_s=3.0 + number % 5)
    waited_s = _area_of_the_queue(bench)
    (served, left), station = bench.waits[0], bench.stations["till"]
    assert waited_s == pytest.approx(sum(served[1::2]) + sum(left[1::2]))
    assert (len(served) // 2, len(left) // 2) == (station.waited, station.left)
    assert sum(station.visits()) == 100 - sum(request.counter == 1 for request in bench.requests.values())
    assert not station.waiting


def _area_of_the_queue(bench: EffectBench) -> float:
    """What those who wait come to over time, looked at between one event and the next."""
    lengths: list[tuple[float, int]] = [(0.0, 0)]
    while (next_s := bench.clock.peek()) < END_S:
        bench.run(float(np.nextafter(next_s, np.inf)))
        lengths.append((next_s, len(bench.stations["till"].waiting)))
    return sum(length * (until_s - since_s) for (since_s, length), (until_s, _) in pairwise(lengths))


@pytest.mark.parametrize("name", each_family())
def test_littles_law_holds_at_every_station_of_the_catalogue(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    services: list[Service] = []
    made = launch._service

    def make(*given: Any) -> Any:
        service, bookings = made(*given)
        services.append(service)
        return service, bookings

    monkeypatch.setattr(launch, "_service", make)
    recording = launch.simulate_replay(read(name), 1)
    (service,) = services
    form = recording.form
    length_s = form.windows * form.window_s
    for place, station in enumerate(service.stations):
        waits = recording.waits.select([place], [0, 1], slice(0, form.windows))
        still_s = sum(form.end_s - request.waiting_since_s for request in station.waiting)
        counted = dict(zip(VISITS, recording.visits[place].sum(axis=1).tolist(), strict=True))
        assert waits.count == counted["waited"] + counted["left"]
        mean = float(recording.queued[place].mean())
        assert mean * length_s == pytest.approx(waits.total_s + still_s, rel=0.03, abs=length_s * 0.05)
