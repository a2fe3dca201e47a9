"""The launch in machine code: starts sessions and processes events in order, until Python has something to do."""

from __future__ import annotations

from math import inf
from typing import Final

from scenarios.language.outcomes import CUT, GAVE_UP, NOT_LET_IN, UNFINISHED
from simulations.compiled.machine.asking import COMES, ENDS_WISHES, LOOKS, ask_people
from simulations.compiled.machine.events import (
    ARRIVAL,
    BACKLOG_DUE,
    DEADLINE,
    DELIVER,
    GO_ON,
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
from simulations.compiled.machine.jit import compiled, entry, inlined
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import (
    cached_at,
    counted_at,
    event_at,
    gauge_at,
    key_at,
    launch_at,
    population_at,
    practice_at,
    priority_at,
    region_at,
    request_at,
    sampled_at,
    session_at,
    site_at,
    slots_seen_at,
    specialty_at,
    start_at,
    station_at,
)
from simulations.compiled.machine.notes import RESPONSES, note
from simulations.compiled.service import slots, waiting, walk
from simulations.compiled.serving import come_back, departed, expire, finish, given_up, has_room, serve
from simulations.compiled.users import hedges, journeys, network, sessions, wishes

OVER, NO_ROOM, STANDSTILL, A_WHILE, CALLED = range(5)  # why it comes back
CALLED_BITS: Final = 3  # above which it says what is to be called
_A_WHILE: Final = 1_000_000  # events, until whoever wants to interrupt is listened to


@entry
def run_until(address, end_s):
    """Process every event before a moment, and start each session at its own; why it comes back. `address` is where
    the launch is."""
    launch = launch_at(address)
    left = _A_WHILE
    while True:
        due_s = start_at(launch, launch.due).value if launch.due < launch.sessions else inf
        horizon_s = min(due_s, end_s)
        while _is_busy(launch) or (launch.events > 0 and event_at(launch, 0).at_s < horizon_s):
            if launch.standstill != NONE:
                return STANDSTILL
            if not has_room(launch):
                return NO_ROOM
            if left == 0:
                return A_WHILE
            left -= 1
            if _is_busy(launch):
                finish(launch)
                continue
            launch.called = _process(launch)
            if launch.called != NONE:
                return CALLED + (launch.called << CALLED_BITS)
            if launch.fault:
                return A_WHILE
        if launch.standstill != NONE:
            return STANDSTILL
        if due_s >= end_s:
            break
        if not has_room(launch):
            return NO_ROOM
        launch.now_s = due_s
        number = _coming(launch)
        if launch.follows and not ask_people(launch, COMES, number, due_s):
            sessions.stays_away(launch, number)
        else:
            serve(launch, journeys.start(launch, number))
        if launch.fault:
            return A_WHILE
    launch.now_s = end_s
    return OVER


@inlined
def _is_busy(launch):
    """Whether something has begun for the rest of which there was no room."""
    return launch.in_hand != NONE or launch.expiring != NONE


@compiled
def _coming(launch):
    """The next session of the schedule, about to start."""
    due = launch.due
    launch.due += 1
    number = sessions.new_session(launch, key_at(launch, due).value, population_at(launch, due).value)
    if launch.is_watched or launch.follows:
        session = session_at(launch, number)
        session.region, session.priority = region_at(launch, due).value, priority_at(launch, due).value
        session.practice, session.followed = practice_at(launch, due).value, due
    return number


@compiled
def _process(launch):
    """The next event: what is to be called in Python, or NONE."""
    kind, what, serial = taken(launch)
    if kind == WORK_DONE:
        if request_at(launch, what).serial == serial:
            serve(launch, walk.resumed(launch, what))
    elif kind == RESUME:
        launch.retrying -= session_at(launch, what).retrying
        serve(launch, journeys.go_on(launch, what, journeys.NO_ANSWER, 0.0, 0.0))
    elif kind == DEADLINE:
        expire(launch, what)
    elif kind == DELIVER:
        if request_at(launch, what).serial == serial:
            serve(launch, departed(launch, what))
    elif kind == SAMPLE:
        sample(launch)
    elif kind == QUEUE_LIMIT:
        serve(launch, waiting.end_waits(launch, what, serial))
    elif kind == OWN_DEADLINE:
        request = request_at(launch, what)
        if request.serial == serial and session_at(launch, request.session).waits_for == what:
            serve(launch, given_up(launch, what))
    elif kind == GO_ON:
        serve(launch, waiting.next_granted(launch))
    elif kind == ARRIVAL:
        serve(launch, what)
    elif kind == RETURN:
        request_at(launch, what).linked -= 1
        serve(launch, come_back(launch, what))
    elif kind == HEDGE:
        serve(launch, hedges.sent_once_more(launch, what, serial))
    elif kind == NEWS:
        network.brings_news(launch, what, serial)
    elif kind >= BACKLOG_DUE:
        _turn_up(launch, kind, what)
    else:
        return what
    return NONE


@compiled
def _turn_up(launch, kind, what):
    """What happens to people who are followed: a session that begins, or whose wishes end, may come of it."""
    now_s = launch.now_s
    number = ask_people(launch, kind, what, now_s)
    if number <= ENDS_WISHES:
        sessions.end_wishes(launch, ENDS_WISHES - number, GAVE_UP, now_s)
    elif number != NONE:
        serve(launch, journeys.start(launch, number))
        if kind == BACKLOG_DUE:
            ask_people(launch, LOOKS, what, now_s)


@entry
def begin_launch(address):
    """The launch begins: its first sample."""
    sample(launch_at(address))


@entry
def conclude(address):
    """The launch is over: its last window ends."""
    close_window(launch_at(address))


@compiled
def sample(launch):
    """Note busy servers, queues, available servers and gauges; and station visits, where a window ends. The next is at
    an even moment."""
    samples, stations = launch.samples, launch.stations
    taken_now = launch.taken
    if taken_now and taken_now % launch.samples_per_window == 0:
        close_window(launch)
    wide = 3 * stations + 3
    first = taken_now * wide
    for place in range(stations):
        station = station_at(launch, place)
        sampled_at(launch, first + place).value = station.servers - station.free
        sampled_at(launch, first + stations + place).value = station.waiting
        sampled_at(launch, first + 2 * stations + place).value = station.servers
    first += 3 * stations
    sampled_at(launch, first).value = launch.sessions_open
    sampled_at(launch, first + 1).value = launch.retrying
    sampled_at(launch, first + 2).value = launch.requests_open
    _sample_followed(launch, taken_now)
    launch.taken += 1
    if launch.taken < samples:
        next_s = launch.start_s + launch.taken * launch.sample_s
        put(launch, launch.now_s + max(0.0, next_s - launch.now_s), False, SAMPLE, 0, 0)


@compiled
def _sample_followed(launch, place):
    """Note the gauges of practices, and how many slots can be had."""
    if launch.practised:
        gauge_at(launch, 4 * place).value = launch.held_referrals
        gauge_at(launch, 4 * place + 1).value = launch.using
        gauge_at(launch, 4 * place + 2).value = launch.believing
        gauge_at(launch, 4 * place + 3).value = launch.habits
    if launch.specialties:
        slots.advance(launch)
    for number in range(launch.specialties):
        slots_seen_at(launch, place * launch.specialties + number).value = specialty_at(launch, number).free


@compiled
def close_window(launch):
    """Note what came of the arrivals at stations so far, at the end of a window."""
    window = (launch.taken - 1) // launch.samples_per_window
    launch.closed = window + 1
    for place in range(launch.stations):
        station, first = station_at(launch, place), 4 * (window * launch.stations + place)
        counted_at(launch, first).value = station.at_once
        counted_at(launch, first + 1).value = station.waited
        counted_at(launch, first + 2).value = station.left
        counted_at(launch, first + 3).value = station.refused
        first = 2 * (window * launch.stations + place)
        cached_at(launch, first).value, cached_at(launch, first + 1).value = station.hits, station.misses


@entry
def cut(address, still_open, first, end_s):
    """The run ends, and these sessions with it, in this order from the `first` on; how many there was room for."""
    launch = launch_at(address)
    for place in range(first, len(still_open)):
        if not has_room(launch):
            return place
        _cut(launch, still_open[place], end_s)
    return len(still_open)


@compiled
def _cut(launch, number, end_s):
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
    sessions.end_session(launch, number, CUT, end_s)
