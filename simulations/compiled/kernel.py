"""The launch in machine code: starts sessions and processes events in order, until Python has something to do."""

from __future__ import annotations

from math import inf
from typing import Final

from scenarios.language.outcomes import CUT, HELD_BACK, NOT_LET_IN, UNFINISHED
from simulations.compiled import calls, deadlines, journeys, network, requests, wishes
from simulations.compiled.arrivals import coming
from simulations.compiled.events import (
    ARRIVAL,
    DEADLINE,
    DELIVER,
    HEDGE,
    NEWS,
    OWN_DEADLINE,
    QUEUE_LIMIT,
    RESUME,
    RETURN,
    SAMPLE,
    WORK_DONE,
    put,
    taken,
)
from simulations.compiled.jit import compiled, entry, inlined
from simulations.compiled.layouts import NONE
from simulations.compiled.memory import (
    closed_at,
    counted_at,
    event_at,
    launch_at,
    request_at,
    sampled_at,
    session_at,
    site_at,
    start_at,
    station_at,
)
from simulations.compiled.notes import RESPONSES, note
from simulations.compiled.precautions import hedges
from simulations.compiled.service import ENDS, end_waits, moved_on, next_granted

OVER, NO_ROOM, STANDSTILL, A_WHILE = range(4)  # why it comes back
ROOM: Final = 64  # records of each kind that one event may need; more where many leave a queue at once
UNCHECKED: Final = 8  # of a chain of things that happen at once: after so many there may be no room any more
_A_WHILE: Final = 1_000_000  # events, until whoever wants to interrupt is listened to


@entry
def run_until(address, end_s):  # type: ignore[no-untyped-def]
    """Process every event before a moment, and start each session at its own; why it comes back. `address` is where
    the launch is."""
    launch = launch_at(address)
    left, number = _A_WHILE, launch.sessions
    while True:
        due_s = start_at(launch, launch.due).value if launch.due < number else inf
        horizon_s = min(due_s, end_s)
        while _is_busy(launch) or (launch.events > 0 and event_at(launch, 0).at_s < horizon_s):
            if launch.standstill != NONE:
                return STANDSTILL
            if not _has_room(launch):
                return NO_ROOM
            if left == 0:
                return A_WHILE
            left -= 1
            if _is_busy(launch):
                _finish(launch)
            else:
                _process(launch)
        if launch.standstill != NONE:
            return STANDSTILL
        if due_s >= end_s:
            break
        if not _has_room(launch):
            return NO_ROOM
        launch.now_s = due_s
        _serve(launch, journeys.start(launch, coming(launch)))
    launch.now_s = end_s
    return OVER


@inlined
def _is_busy(launch):  # type: ignore[no-untyped-def]
    """Whether something has begun for the rest of which there was no room."""
    return launch.in_hand != NONE or launch.expiring != NONE


@compiled
def _has_room(launch):  # type: ignore[no-untyped-def]
    """Whether there is room for whatever one event may bring about: at worst a whole queue fails and is told so."""
    under_way = launch.room_requests - launch.spare_requests
    return (
        launch.spare_requests >= ROOM
        and launch.spare_sessions >= ROOM
        and launch.spare_wishes >= ROOM * launch.goals
        and launch.spare_seen >= ROOM
        and launch.events + under_way + ROOM < launch.room_events
        and launch.noted + under_way + ROOM * launch.goals < launch.room_notes
    )


@compiled
def _process(launch):  # type: ignore[no-untyped-def]
    kind, what, serial = taken(launch)
    if kind == WORK_DONE:
        _serve(launch, what)
    elif kind == RESUME:
        session = session_at(launch, what)
        launch.retrying -= session.retrying
        _serve(launch, journeys.go_on(launch, what, journeys.NO_ANSWER, 0.0, 0.0))
    elif kind == DEADLINE:
        _expire(launch, what)
    elif kind == DELIVER:
        _serve(launch, _answered(launch, what))
    elif kind == SAMPLE:
        sample(launch)
    elif kind == QUEUE_LIMIT:
        end_waits(launch, what, serial)
        _serve(launch, next_granted(launch))
    elif kind == OWN_DEADLINE:
        request = request_at(launch, what)
        if request.serial == serial and session_at(launch, request.session).waits_for == what:
            _serve(launch, _given_up(launch, what))
    elif kind == ARRIVAL:
        _serve(launch, network.arrived(launch, what))
    elif kind == RETURN:
        _serve(launch, _come_back(launch, what))
    elif kind == HEDGE:
        _serve(launch, hedges.sent_once_more(launch, what, serial))
    elif kind == NEWS:
        network.brings_news(launch, what, serial)


@compiled
def _serve(launch, number):  # type: ignore[no-untyped-def]
    """Move a request on, and likewise each request that this lets go on, or that its session sends next. Where room
    becomes scarce meanwhile, what is still to be done stays `in_hand`."""
    done = 0
    while number != NONE and launch.standstill == NONE:
        done += 1
        if done > UNCHECKED and not _has_room(launch):
            launch.in_hand = number
            return
        if number == journeys.NOT_SENT:
            number = journeys.go_on(launch, launch.held_back, HELD_BACK, 0.0, 0.0)
            if number != NONE:
                continue
        elif moved_on(launch, number) == ENDS:
            number = _answered(launch, number)
            if number != NONE:
                continue
        number = next_granted(launch)


@compiled
def _answered(launch, number):  # type: ignore[no-untyped-def]
    """The service has done with a request: what its session sends next, or NONE."""
    number = network.sent_back(launch, number)
    return NONE if number == NONE else _come_back(launch, number)


@compiled
def _come_back(launch, number):  # type: ignore[no-untyped-def]
    """An answer has come to whoever waits for it: what their session sends next, or NONE."""
    if request_at(launch, number).call != NONE:
        number = hedges.settled(launch, number)
        if number == NONE:
            return NONE
    request = request_at(launch, number)
    waiting = request.session
    if session_at(launch, waiting).waits_for != number:  # nobody waits for it any more
        requests.release(launch, number)
        return NONE
    outcome, took_s = calls.ended(launch, number, request.outcome)
    requests.release(launch, number)
    return journeys.go_on(launch, waiting, outcome, took_s, 0.0)


@compiled
def _given_up(launch, number):  # type: ignore[no-untyped-def]
    """Nobody waits for a request any more: what its session sends next, or NONE."""
    waiting = request_at(launch, number).session
    outcome, took_s = calls.expired(launch, number)
    return journeys.go_on(launch, waiting, outcome, took_s, 0.0)


@compiled
def _expire(launch, place):  # type: ignore[no-untyped-def]
    if deadlines.is_due(launch, place):
        launch.expiring = place
        _finish(launch)


@compiled
def _finish(launch):  # type: ignore[no-untyped-def]
    """What is in hand, then the calls of a line that expire now, as far as there is room."""
    number, place = launch.in_hand, launch.expiring
    launch.in_hand = NONE
    _serve(launch, number)
    while place != NONE and launch.in_hand == NONE and launch.standstill == NONE and _has_room(launch):
        number = deadlines.next_expired(launch, place)
        if number == NONE:
            launch.expiring = NONE
            return
        _serve(launch, _given_up(launch, number))


@entry
def begin(address):  # type: ignore[no-untyped-def]
    """The launch begins: its first sample."""
    sample(launch_at(address))


@entry
def conclude(address):  # type: ignore[no-untyped-def]
    """The launch is over: its last window ends."""
    close_window(launch_at(address))


@compiled
def sample(launch):  # type: ignore[no-untyped-def]
    """Note queues, busy servers and gauges; and station visits, where a window ends. The next is at an even moment."""
    samples, stations = launch.samples, launch.stations
    taken_now = launch.taken
    if taken_now and taken_now % launch.samples_per_window == 0:
        close_window(launch)
    wide = 2 * stations + 3
    first = taken_now * wide
    for place in range(stations):
        station = station_at(launch, place)
        sampled_at(launch, first + place).value = station.servers - station.free
        sampled_at(launch, first + stations + place).value = station.waiting
    first += 2 * stations
    sampled_at(launch, first).value = launch.sessions_open
    sampled_at(launch, first + 1).value = launch.retrying
    sampled_at(launch, first + 2).value = launch.requests_open
    launch.taken += 1
    if launch.taken < samples:
        next_s = launch.start_s + launch.taken * launch.sample_s
        put(launch, launch.now_s + max(0.0, next_s - launch.now_s), False, SAMPLE, 0, 0)


@compiled
def close_window(launch):  # type: ignore[no-untyped-def]
    """Note what came of the arrivals at stations so far, at the end of a window."""
    window = (launch.taken - 1) // launch.samples_per_window
    closed_at(launch, window).value = launch.noted_before + launch.noted
    launch.closed = window + 1
    for place in range(launch.stations):
        station, first = station_at(launch, place), 4 * (window * launch.stations + place)
        counted_at(launch, first).value = station.at_once
        counted_at(launch, first + 1).value = station.waited
        counted_at(launch, first + 2).value = station.left
        counted_at(launch, first + 3).value = station.refused


@entry
def cut(address, still_open, first, end_s):  # type: ignore[no-untyped-def]
    """The run ends, and these sessions with it, in this order from the `first` on; how many there was room for."""
    launch = launch_at(address)
    for place in range(first, len(still_open)):
        if not _has_room(launch):
            return place
        _cut(launch, still_open[place], end_s)
    return len(still_open)


@compiled
def _cut(launch, number, end_s):  # type: ignore[no-untyped-def]
    """What a session waits for is recorded as unfinished at its age."""
    session = session_at(launch, number)
    if session.waits_for == NONE:
        if session.line_site != NONE:
            site = site_at(launch, session.line_site)
            wishes.waits_in_line(launch, session, site, end_s - session.now_s)
            note(launch, RESPONSES, site.operation, NOT_LET_IN, session.line_since_s, end_s - session.line_since_s)
    else:
        due_s, site = session.now_s, site_at(launch, request_at(launch, session.waits_for).site)
        wishes.begin(launch, session, site, due_s)
        note(launch, RESPONSES, site.operation, UNFINISHED, due_s, max(0.0, end_s - due_s))
    journeys.end(launch, number, CUT, end_s)
