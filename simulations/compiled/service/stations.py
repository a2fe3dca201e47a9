"""Stations: servers, and those who wait for one. The twin of `simulations.service.station` and `queues`."""

from __future__ import annotations

from simulations.compiled.machine import lines
from simulations.compiled.machine.jit import compiled, inlined
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import class_at, request_at, session_at, station_at

FIFO, LIFO, ADAPTIVE_LIFO, BY_PRIORITY = range(4)  # who is served next
CLASSES = 3  # lines at a station: one for each priority, of which most orders use the first
ELSEWHERE_PLACE, QUEUED, GRANTED = range(3)  # where a request is


@inlined
def can_serve(station):
    """Whether a server is there for who comes now."""
    return station.free > 0 and station.shut == 0


@inlined
def _line_of(launch, place, number):
    """The line at a station in which a request waits."""
    line = place * CLASSES
    if station_at(launch, place).order == BY_PRIORITY:
        line += session_at(launch, request_at(launch, number).session).priority
    return class_at(launch, line)


@compiled
def join(launch, place, number):
    """One more waits."""
    request_at(launch, number).place = QUEUED
    lines.append(launch, _line_of(launch, place, number), number, lines.IN_SERVICE)
    station_at(launch, place).waiting += 1


@compiled
def leave_queue(launch, place, number):
    """One waits no longer, wherever in the queue it stood."""
    request_at(launch, number).place = ELSEWHERE_PLACE
    lines.take_out(launch, _line_of(launch, place, number), number, lines.IN_SERVICE)
    station_at(launch, place).waiting -= 1


@compiled
def next_taken(launch, place):
    """The next one, taken out; somebody waits."""
    station = station_at(launch, place)
    line = class_at(launch, place * CLASSES)
    if station.order == FIFO:
        number = line.first
    elif station.order == LIFO:
        number = line.last
    elif station.order == ADAPTIVE_LIFO:
        number = line.last if station.waiting >= station.from_queue else line.first
    else:
        number = line.first
        for urgency in range(1, CLASSES):
            if number == NONE:
                number = class_at(launch, place * CLASSES + urgency).first
    leave_queue(launch, place, number)
    return number


@compiled
def oldest(launch, place):
    """Who has waited longest, or NONE."""
    number = class_at(launch, place * CLASSES).first
    if station_at(launch, place).order == BY_PRIORITY:
        for urgency in range(1, CLASSES):
            other = class_at(launch, place * CLASSES + urgency).first
            if number == NONE or (
                other != NONE and request_at(launch, other).since_s < request_at(launch, number).since_s
            ):
                number = other
    return number
