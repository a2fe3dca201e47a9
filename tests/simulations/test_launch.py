"""A launch in virtual time: users and service together, and what is recorded of them."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest

from recordings.files import write_recording
from recordings.recording import Recording
from scenarios.behaviour.schedule import schedule
from scenarios.language.outcomes import OUTCOMES
from scenarios.language.reading import read_text
from simulations.forecast import forecast
from simulations.launch import simulate_launch, simulate_replay
from simulations.service.service import Service
from simulations.service.virtual_clock import VirtualClock
from tests.fixtures.simulations.small_services import SHOP, shop

SLOWED = "faults: {slow: {during: 10 s to 20 s, slowdown: {station: till, factor: 2}}}"


def outcomes(launch: Recording, operation: str = "buy") -> dict[str, int]:
    """How many requests ended how."""
    counts = launch.response.numbers()[launch.form.operations.index(operation)].sum(axis=1)
    return {name: int(count) for name, count in zip(OUTCOMES, counts, strict=True) if count}


def saved(launch: Recording) -> bytes:
    file = BytesIO()
    write_recording(launch, file)
    return file.getvalue()


def test_the_same_seed_gives_the_same_launch_to_the_last_bit() -> None:
    random = shop(time="{exponential: 800 ms}")
    assert saved(simulate_launch(random, 3, 0)) == saved(simulate_launch(random, 3, 0))
    assert saved(simulate_launch(random, 3, 0)) != saved(simulate_launch(random, 3, 1))
    assert saved(simulate_launch(random, 3, 0)) != saved(simulate_launch(random, 4, 0))


def test_a_forecast_is_its_launches_in_order() -> None:
    launches = list(forecast(SHOP, 3, 3, processes=1))
    assert [saved(launch) for launch in launches] == [saved(simulate_launch(shop(), 3, number)) for number in range(3)]


def test_everyone_who_comes_is_recorded_and_every_request_ends_in_one_way() -> None:
    crowded = shop(arrivals="{rate: 2 / s}", behaviour="{timeout: 5 s}")
    launch, sessions = simulate_launch(crowded, 1, 0), len(schedule(crowded, 1))
    assert set(outcomes(launch)) == {"good", "timeout", "unfinished"}
    assert sum(outcomes(launch).values()) == sessions
    assert launch.sessions.sum() == sessions
    finished, gave_up, cut = launch.sessions[0].sum(axis=1).tolist()
    assert {"good": finished, "timeout": gave_up, "unfinished": cut} == outcomes(launch)


def test_an_answer_at_the_very_limit_is_in_time() -> None:
    """Many clients at once, each answered just when its timeout ends."""
    on_time = shop(servers="1000", arrivals="{rate: 7 / s}", behaviour="{timeout: 1 s}", period="0 s to 60 s")
    assert set(outcomes(simulate_launch(on_time, 1, 0))) == {"good", "unfinished"}


def test_an_answer_after_the_limit_is_too_late() -> None:
    late = shop(servers="1000", arrivals="{rate: 7 / s}", behaviour="{timeout: 999 ms}", period="0 s to 60 s")
    launch = simulate_launch(late, 1, 0)
    assert set(outcomes(launch)) == {"timeout", "unfinished"}
    assert launch.responses(outcomes=["timeout"]).least_s == pytest.approx(0.999)
    assert launch.responses(outcomes=["timeout"]).most_s == pytest.approx(0.999)


def test_work_goes_on_after_its_client_has_stopped_waiting() -> None:
    wasted = shop(time="50 s", arrivals="{at_once: 1}", behaviour="{timeout: 1 s}")
    launch = simulate_launch(wasted, 1, 0)
    assert outcomes(launch) == {"timeout": 1}
    assert launch.busy.mean() == pytest.approx(0.5, abs=0.01)


def test_the_work_of_those_who_left_keeps_others_waiting() -> None:
    """At 1.5 times the capacity with a timeout of 5 s the queue grows, and after a while all work is for nobody."""
    launch = simulate_launch(shop(arrivals="{rate: 1.5 / s}", behaviour="{timeout: 5 s}"), 1, 0)
    good = launch.response.numbers()[0, OUTCOMES.index("good")]
    assert good[: len(good) // 10].sum() > 0
    assert good[len(good) // 2 :].sum() == 0
    assert launch.busy[0, launch.form.samples // 2 :].min() == 1


def test_what_is_open_at_the_end_is_recorded_at_its_age() -> None:
    launch = simulate_launch(shop(time="500 s", arrivals="{at_once: 3}", behaviour="{}"), 1, 0)
    assert outcomes(launch) == {"unfinished": 3}
    assert launch.responses().least_s == launch.responses().most_s == 100.0
    assert launch.sessions.sum(axis=2).tolist() == [[0, 0, 3]]


def test_in_the_drain_nobody_starts_and_open_sessions_may_end() -> None:
    text = SHOP.replace("period: 0 s to 100 s", "period: 0 s to 100 s\ndrain: 60 s\nwindow: 20 s")
    launch = simulate_launch(
        read_text(text.replace("{rate: 1 / s}", "{at_once: 120}").replace("20 s}", "200 s}")), 1, 0
    )
    assert launch.form.windows == 8
    assert outcomes(launch) == {"good": 120}
    assert launch.sessions[0].sum(axis=0).tolist() == [120, 0, 0, 0, 0, 0, 0, 0]


def test_nested_holding_limits_what_has_nothing_to_do_with_the_database() -> None:
    """Ten workers could answer 1,000 light calls a second. They are all held by heavy calls that wait for the database,
    which serves 20 a second; light calls that queue behind them get no more than that either."""
    text = """\
title: Held workers
period: 0 s to 40 s
window: 1 s
service:
  stations: {app: {servers: 10}, database: {servers: 2}}
  operations:
    light: {steps: [{hold: app, steps: [{work: 10 ms}]}]}
    heavy: {steps: [HEAVY]}
journeys: {light: {steps: [{call: light}]}, heavy: {steps: [{call: heavy}]}}
populations:
  a: {arrivals: {rate: 60 / s, spacing: even}, journey: light}
  b: {arrivals: {rate: 60 / s, spacing: even}, journey: heavy}
"""
    held = read_text(text.replace("HEAVY", "{hold: app, steps: [{work: 10 ms}, {use: database, time: 100 ms}]}"))
    apart = read_text(text.replace("HEAVY", "{use: app, time: 10 ms}, {use: database, time: 100 ms}"))
    ceiling, free = simulate_launch(held, 1, 0), simulate_launch(apart, 1, 0)
    assert outcomes(ceiling, "heavy")["good"] / 40 == pytest.approx(20, rel=0.02)
    assert outcomes(ceiling, "light")["good"] / 40 == pytest.approx(20, rel=0.03)
    assert outcomes(free, "heavy")["good"] / 40 == pytest.approx(20, rel=0.02)
    assert outcomes(free, "light")["good"] / 40 == pytest.approx(60, rel=0.02)


def test_retries_are_requests_of_their_own_and_gauges_count_those_who_wait_to_retry() -> None:
    impatient = shop(
        time="30 s", arrivals="{at_once: 1}", behaviour="{timeout: 10 s, retries: 2, back_off: {first: 20 s}}"
    )
    launch = simulate_launch(impatient, 1, 0)
    assert outcomes(launch) == {"timeout": 3}
    assert launch.gauges[1].mean() == pytest.approx(0.4, abs=0.01)
    assert launch.sessions.sum(axis=2).tolist() == [[0, 1, 0]]


def test_a_retry_does_not_repeat_the_duration_of_the_try_before() -> None:
    retrying = shop(
        servers="1000", time="{exponential: 3 s}", behaviour="{timeout: 1 s, retries: 50, back_off: {first: 1 s}}"
    )
    assert outcomes(simulate_launch(retrying, 1, 0))["good"] > 50


def test_many_draw_at_once_what_each_would_draw_alone() -> None:
    exponential = shop(time="{exponential: 1 s}")
    program = Service(VirtualClock(0.0), exponential.service, [[[], []]]).programs["buy"]
    keys = np.arange(1, 6, dtype=np.uint64)
    assert program.all_durations(keys) == [program.durations(int(key)) for key in keys]


@pytest.mark.parametrize(("replication", "faults"), [(0, ""), (1, SLOWED)])
def test_a_replay_is_just_the_sessions_of_its_window_on_an_empty_service(replication: int, faults: str) -> None:
    told = read_text(SHOP + "replay: {during: 20 s to 50 s, drain: 5 s}\n" + faults)
    twin, whole = simulate_replay(told, 1, replication), simulate_launch(told, 1, replication)
    assert (twin.form.start_s, twin.form.window_s, twin.form.windows) == (20.0, 1.0, 35)
    assert whole.form.window_s == 2.0
    by_two_seconds = twin.sessions.sum(axis=(0, 1))[:30].reshape(15, 2).sum(axis=1)
    assert by_two_seconds.tolist() == whole.sessions.sum(axis=(0, 1))[10:25].tolist()


def test_the_windows_of_a_replay_fill_it() -> None:
    told = read_text(SHOP + "replay: {during: 20 s to 50.5 s, drain: 0 s}\n")
    twin = simulate_replay(told, 1)
    assert twin.form.windows * twin.form.window_s == pytest.approx(30.5)
    assert twin.form.window_s <= 1.0
    late = read_text(SHOP.replace("0 s to 100 s", "0 s to 2000 s") + "replay: {during: 1000 s to 1300 s, drain: 0 s}\n")
    assert simulate_replay(late, 1).form.window_s == 1.0, "up to five minutes are recorded second by second"


def test_the_clock_stops_before_its_end_and_goes_on_from_there() -> None:
    clock, seen = VirtualClock(5.0), []
    for delay in (1.0, 3.0, 3.0, 9.0):
        clock.timeout(delay).callbacks.append(lambda _: seen.append(clock.now))
    clock.run_until(8.0, iter([6.5]))
    assert (seen, clock.now) == ([6.0], 8.0)
    clock.run_until(20.0)
    assert (seen, clock.now) == ([6.0, 8.0, 8.0, 14.0], 20.0)


def test_a_failed_event_that_nobody_caught_is_not_passed_over() -> None:
    clock = VirtualClock(0.0)
    clock.event().fail(RuntimeError("nobody caught this"))
    with pytest.raises(RuntimeError, match="nobody caught this"):
        clock.run_until(1.0)


@pytest.mark.parametrize("faults", ["", SLOWED])
def test_visits_to_a_station_stand_in_the_window_in_which_they_came_and_none_asks_a_cache(faults: str) -> None:
    text = SHOP.replace("time: 1 s", "time: 1 ms").replace("0 s to 100 s", "0 s to 180 s")
    launch = simulate_launch(read_text(text + faults), 1, 0)
    assert launch.form.windows == 36
    assert launch.visits[0].sum(axis=0).tolist() == launch.sessions[0].sum(axis=0).tolist()
    assert not launch.cached.any()
    assert launch.form.faults == ((("slow", 10.0, 20.0),) if faults else ())


def test_sampled_figures_cover_the_whole_run() -> None:
    always = shop(time="500 s", arrivals="{at_once: 3}", period="0 s to 65 s", behaviour="{}")
    launch = simulate_launch(always, 1, 0)
    assert launch.form.end_s == 65.0
    since_then = slice(1, None)  # the first sample is taken before anybody has come
    assert launch.busy[0, since_then].tolist() == [1.0] * (launch.form.samples - 1)
    assert set(launch.queued[0, since_then]) == {2.0}
    assert launch.full[0, since_then].mean() == 1.0
    assert launch.empty[0, since_then].mean() == 0.0


def test_servers_that_a_fault_has_taken_are_not_there_and_the_others_can_be_all_busy() -> None:
    half = "faults: {half: {during: 10 s to 20 s, servers_lost: {station: till, servers: 1}}}"
    halved = (
        SHOP.replace("servers: 1", "servers: 2")
        .replace("time: 1 s", "time: 500 s")
        .replace("rate: 1 / s", "at_once: 1")
    )
    launch = simulate_launch(read_text(f"{halved}{half}\n"), 1, 0)
    at_s = launch.form.start_s + np.arange(launch.form.samples) * launch.form.sample_s
    lost = (at_s > 10) & (at_s < 20)
    assert set(launch.available[0, lost]) == {1.0} and set(launch.available[0, (at_s < 10) | (at_s > 20)]) == {2.0}
    assert set(launch.full[0, lost]) == {1.0} and not launch.full[0, at_s < 10].any()
