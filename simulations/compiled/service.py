"""Stations and requests: the twin of `simulations.service`, where every step is explained."""

from __future__ import annotations

from scenarios.language.outcomes import BUSY, LEFT_QUEUE
from simulations.compiled.draws import drawn, mix
from simulations.compiled.events import DELIVER, QUEUE_LIMIT, WORK_DONE, put
from simulations.compiled.jit import compiled
from simulations.compiled.layouts import NONE
from simulations.compiled.memory import held_at, instruction_at, request_at, station_at
from simulations.compiled.notes import WAITS, note
from simulations.service.programs import ACQUIRE, END, RELEASE, WORK

WORKS, ENDS = 0, 1  # what has become of a request that was moved on: it works or waits, or it has ended
_WAITED, _LEFT = 0, 1  # places in `recordings.recording.WAITS`


@compiled
def moved_on(launch, number):  # type: ignore[no-untyped-def]
    """A request arrives, or its work is done; move it on until it works, waits or ends."""
    request = request_at(launch, number)
    counter = request.counter
    while True:
        instruction = instruction_at(launch, counter)
        counter += 1
        if instruction.code == ACQUIRE:
            station = station_at(launch, instruction.what)
            if station.free > 0:
                station.free -= 1
                station.at_once += 1
            else:
                request.counter = counter
                _wait(launch, number, instruction.what)
                return WORKS
        elif instruction.code == RELEASE:
            give_back(launch, instruction.what)
        elif instruction.code == END:
            return ENDS
        elif instruction.code == WORK:
            request.counter = counter
            key = mix(request.key, instruction.piece)
            put(launch, launch.now_s + drawn(launch, instruction.what, key), False, WORK_DONE, number, 0)
            return WORKS


@compiled
def give_back(launch, place):  # type: ignore[no-untyped-def]
    """A server of a station is free: it passes straight to the request that has waited longest there."""
    station = station_at(launch, place)
    if station.first == NONE:
        station.free += 1
        return
    number = station.first
    request = request_at(launch, number)
    _take_out(launch, station, number)
    station.waited += 1
    note(launch, WAITS, place, _WAITED, launch.now_s, launch.now_s - request.since_s)
    grant(launch, number)


@compiled
def grant(launch, number):  # type: ignore[no-untyped-def]
    """A request has been given a server, and is to be moved on when its turn comes."""
    request_at(launch, number).next = NONE
    if launch.first_granted == NONE:
        launch.first_granted = number
    else:
        request_at(launch, launch.last_granted).next = number
    launch.last_granted = number


@compiled
def next_granted(launch):  # type: ignore[no-untyped-def]
    """The next of those that were given a server, or NONE."""
    number = launch.first_granted
    if number != NONE:
        launch.first_granted = request_at(launch, number).next
    return number


@compiled
def _wait(launch, number, place):  # type: ignore[no-untyped-def]
    station, request = station_at(launch, place), request_at(launch, number)
    if station.waiting >= station.queue:
        station.refused += 1
        fail(launch, number, BUSY)
        return
    request.since_s = launch.now_s
    request.next, request.before = NONE, station.last
    if station.last == NONE:
        station.first = number
    else:
        request_at(launch, station.last).next = number
    station.last = number
    station.waiting += 1
    if station.max_wait_s >= 0 and station.watched == NONE:
        _watch(launch, place)


@compiled
def _take_out(launch, station, number):  # type: ignore[no-untyped-def]
    """A request waits no longer, wherever in the queue it stood."""
    request = request_at(launch, number)
    if request.before == NONE:
        station.first = request.next
    else:
        request_at(launch, request.before).next = request.next
    if request.next == NONE:
        station.last = request.before
    else:
        request_at(launch, request.next).before = request.before
    station.waiting -= 1


@compiled
def _watch(launch, place):  # type: ignore[no-untyped-def]
    """Look at the queue's head again when its longest allowed wait is over."""
    station = station_at(launch, place)
    deadline_s = request_at(launch, station.first).since_s + station.max_wait_s
    launch.serial += 1
    station.watched = launch.serial
    put(launch, launch.now_s + max(0.0, deadline_s - launch.now_s), False, QUEUE_LIMIT, place, station.watched)


@compiled
def end_waits(launch, place, watched):  # type: ignore[no-untyped-def]
    """Those leave a queue who have waited there for as long as they may."""
    station = station_at(launch, place)
    if watched != station.watched:
        return
    station.watched = NONE
    while station.first != NONE and request_at(launch, station.first).since_s + station.max_wait_s <= launch.now_s:
        number = station.first
        request = request_at(launch, number)
        _take_out(launch, station, number)
        station.left += 1
        note(launch, WAITS, place, _LEFT, launch.now_s, launch.now_s - request.since_s)
        fail(launch, number, LEFT_QUEUE)
    if station.first != NONE:
        _watch(launch, place)


@compiled
def fail(launch, number, outcome):  # type: ignore[no-untyped-def]
    """Give back what the request holds; its client hears of it after this."""
    request = request_at(launch, number)
    request.outcome = outcome
    failed = instruction_at(launch, request.counter - 1)
    for holding in range(failed.held, failed.held + failed.number):
        give_back(launch, held_at(launch, holding).value)
    put(launch, launch.now_s, False, DELIVER, number, 0)
