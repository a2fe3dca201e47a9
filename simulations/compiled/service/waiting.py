"""Requests that wait for a server, are given one, or fail: the twin of queues in `request_walk`."""

from __future__ import annotations

from scenarios.language.outcomes import BUSY, LEFT_QUEUE, TIMEOUT
from simulations.compiled.machine import lines
from simulations.compiled.machine.events import DELIVER, GO_ON, QUEUE_LIMIT, put
from simulations.compiled.machine.jit import compiled, inlined
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import (
    class_at,
    gate_at,
    held_at,
    instruction_at,
    request_at,
    site_at,
    station_at,
)
from simulations.compiled.machine.notes import WAITS, note
from simulations.compiled.service import rules, stations
from simulations.compiled.service.stations import CLASSES, ELSEWHERE_PLACE, GRANTED

_WAITED, _LEFT = 0, 1  # places in `recordings.recording.WAITS`


@inlined
def operation_of(launch, request):
    return site_at(launch, request.site).operation


@compiled
def wait(launch, number, place):
    station, request = station_at(launch, place), request_at(launch, number)
    if station.waiting >= station.queue:
        station.refused += 1
        fail(launch, number, BUSY)
        return
    request.since_s = launch.now_s
    stations.join(launch, place, number)
    if station.max_wait_s >= 0 and station.watched == NONE:
        watch_queue(launch, place)


@compiled
def watch_queue(launch, place):
    """Look at the queue's head again when its longest allowed wait is over."""
    station = station_at(launch, place)
    deadline_s = request_at(launch, stations.oldest(launch, place)).since_s + station.max_wait_s
    launch.serial += 1
    station.watched = launch.serial
    put(launch, launch.now_s + max(0.0, deadline_s - launch.now_s), False, QUEUE_LIMIT, place, station.watched)


@compiled
def end_waits(launch, place, watched):
    """Those leave a queue who have waited there for as long as they may: who is to be moved on now, or NONE."""
    station = station_at(launch, place)
    if watched != station.watched or gate_at(launch, launch.stations).since_s >= 0:
        return NONE
    station.watched = NONE
    number = stations.oldest(launch, place)
    while number != NONE and request_at(launch, number).since_s + station.max_wait_s <= launch.now_s:
        stations.leave_queue(launch, place, number)
        note_leaving(launch, place, number)
        fail(launch, number, LEFT_QUEUE)
        number = stations.oldest(launch, place)
    if number != NONE:
        watch_queue(launch, place)
    return next_granted(launch)


@compiled
def note_leaving(launch, place, number):
    """Somebody who has waited goes unserved, for whatever reason."""
    station_at(launch, place).left += 1
    since_s = request_at(launch, number).since_s
    note(launch, WAITS, place, _LEFT, launch.now_s, launch.now_s - since_s)


@compiled
def serve_waiting(launch, place):
    """Those who wait take the servers that are free; those that are dropped when it is their turn end here, and give
    back what they hold."""
    station = station_at(launch, place)
    while station.waiting > 0 and stations.can_serve(station):
        number = stations.next_taken(launch, place)
        request = request_at(launch, number)
        if launch.is_watched and rules.is_dropped(launch, place, number):
            note_leaving(launch, place, number)
            request.outcome, request.dead = LEFT_QUEUE, 1
            failed = instruction_at(launch, request.counter - 1)
            for holding in range(failed.held, failed.held + failed.number):
                given = held_at(launch, holding).value
                station_at(launch, given).free += 1
                serve_waiting(launch, given)
            _tell(launch, number)
            continue
        station.waited += 1
        note(launch, WAITS, place, _WAITED, launch.now_s, launch.now_s - request.since_s)
        station.free -= 1
        _grant(launch, number)


@compiled
def _grant(launch, number):
    """A request has been given a server, and is to be moved on when its turn comes."""
    request_at(launch, number).place = GRANTED
    lines.append(launch, _granted(launch), number, lines.IN_SERVICE)


@compiled
def take_back(launch, number):
    request_at(launch, number).place = ELSEWHERE_PLACE
    lines.take_out(launch, _granted(launch), number, lines.IN_SERVICE)


@inlined
def _granted(launch):
    """The line of those who were given a server and are to be moved on."""
    return class_at(launch, launch.stations * CLASSES)


@compiled
def next_granted(launch):
    """The next of those that were given a server, or NONE."""
    number = _granted(launch).first
    if number != NONE:
        take_back(launch, number)
    return number


@compiled
def go_on_soon(launch):
    """Have those moved on who were given a server, from wherever this was asked."""
    if _granted(launch).first != NONE:
        put(launch, launch.now_s, False, GO_ON, 0, 0)


@compiled
def fail(launch, number, outcome):
    """Give back what the request holds; its client hears of it after this."""
    request = request_at(launch, number)
    request.outcome, request.dead = outcome, 1
    failed = instruction_at(launch, request.counter - 1)
    for holding in range(failed.held, failed.held + failed.number):
        given = held_at(launch, holding).value
        station_at(launch, given).free += 1
        serve_waiting(launch, given)
    _tell(launch, number)


@compiled
def _tell(launch, number):
    """Its client hears how it ended, if anybody is there to whom an answer could go."""
    request, later_s = request_at(launch, number), 0.0
    if launch.is_watched and request.outcome != TIMEOUT:
        later_s = rules.answer_s(launch, operation_of(launch, request), number)
    depart_soon(launch, number, later_s)


@inlined
def depart_soon(launch, number, later_s):
    put(launch, launch.now_s + later_s, False, DELIVER, number, request_at(launch, number).serial)
