"""Requests on their way through the service: the twin of `simulations.service.request_walk`, where every step is
explained."""

from __future__ import annotations

from math import inf
from typing import Final

from simulations.compiled.machine.draws import drawn, mix
from simulations.compiled.machine.events import WORK_DONE, put
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import (
    gate_at,
    instruction_at,
    request_at,
    station_at,
)
from simulations.compiled.service import admission, caches, rules, stations, work_times
from simulations.compiled.service.waiting import depart_soon, fail, next_granted, operation_of, serve_waiting, wait
from simulations.service.programs import ACQUIRE, ADMIT, END, RELEASE
from simulations.service.service_hooks import HELD

WORKS, ENDS = 0, 1  # what has become of a request that was moved on: it works or waits, or it has ended
NOT_IN: Final = -1.0  # the rest of what has not come in yet
_NOTICEABLE_S: Final = 1e-12


@compiled
def moved_on(launch, number):
    """A request arrives, or its work is done; move it on until it works, waits or ends."""
    request = request_at(launch, number)
    while True:
        instruction = instruction_at(launch, request.counter)
        request.counter += 1
        code, place = instruction.code, instruction.what
        if code == ACQUIRE:
            station = station_at(launch, place)
            if instruction.cached > 0:
                hit_s = _ask_caches(launch, request, instruction)
                if hit_s >= 0.0:
                    if _goes_past(launch, number, instruction.after, hit_s):
                        continue
                    return WORKS
            can_serve = stations.can_serve(station)
            if launch.is_watched:
                outcome = rules.before_acquire(launch, place, number, can_serve)
                if outcome != rules.GOES_ON:
                    station.refused += 1
                    fail(launch, number, outcome)
                    return WORKS
            if not can_serve:
                wait(launch, number, place)
                return WORKS
            station.free -= 1
            station.at_once += 1
        elif code == RELEASE:
            if instruction.cached > 0:
                caches.delivered(launch, instruction.caches, instruction.cached, request.key, instruction.visit)
            station_at(launch, place).free += 1
            serve_waiting(launch, place)
        elif code == ADMIT:
            if not _admitted(launch, number):
                return WORKS
        elif code == END:
            return _end_of_work(launch, number)
        else:
            seconds = drawn(launch, instruction.distribution, mix(request.key, instruction.piece))
            if launch.is_watched:
                seconds = work_times.work_s(launch, place, number, seconds)
            if seconds != inf:  # what hangs is left to whoever hung it
                begin_work(launch, number, place, seconds)
            return WORKS


@compiled
def _ask_caches(launch, request, instruction):
    hit_s = caches.asked_s(launch, instruction.caches, instruction.cached, request.key, instruction.visit)
    station = station_at(launch, instruction.what)
    if hit_s >= 0.0:
        station.hits += 1
    else:
        station.misses += 1
    return hit_s


@compiled
def _goes_past(launch, number, after, hit_s):
    """A cache has the answer: it takes its own time, which no server of the station spends. Whether that is none."""
    request, elsewhere = request_at(launch, number), launch.stations
    request.counter = after
    seconds = work_times.work_s(launch, elsewhere, number, hit_s)
    if seconds <= 0.0 and gate_at(launch, elsewhere).since_s < 0:
        return True
    begin_work(launch, number, elsewhere, seconds)
    return False


@compiled
def _admitted(launch, number):
    request = request_at(launch, number)
    launch.entered += 1
    request.entered, request.inside = launch.entered, 1
    if not launch.is_watched:
        return True
    if is_stopped(launch, rules.NETWORK, number):
        return False
    if gate_at(launch, launch.stations).since_s >= 0:
        set_aside(launch, number, launch.stations, NOT_IN)
        return False
    return not is_stopped(launch, rules.ADMISSION, number)


@compiled
def is_stopped(launch, point, number):
    """Whether a request is stopped as it comes: turned away, or kept."""
    outcome = admission.stopped(launch, point, operation_of(launch, request_at(launch, number)), number)
    if outcome == rules.GOES_ON:
        return False
    if outcome != HELD:
        fail(launch, number, outcome)
    return True


@compiled
def _end_of_work(launch, number):
    if not launch.is_watched:
        return ENDS
    place = operation_of(launch, request_at(launch, number))
    rules.after_work(launch, place, number)
    later_s = rules.answer_s(launch, place, number)
    if later_s > 0:
        depart_soon(launch, number, later_s)
        return WORKS
    return ENDS


# work


@compiled
def begin_work(launch, number, place, seconds):
    """Work so long, unless a gate is closed: that of a station, or of all that is done at none (`place`)."""
    request = request_at(launch, number)
    if launch.is_watched:
        gate = gate_at(launch, place)
        if gate.since_s >= 0:
            set_aside(launch, number, place, seconds)
            return
        request.gate, request.gate_stood_s = place, gate.before_s
    put(launch, launch.now_s + seconds, False, WORK_DONE, number, request.serial)


@compiled
def set_aside(launch, number, place, rest_s):
    """Keep a request until a gate opens."""
    gate, request = gate_at(launch, place), request_at(launch, number)
    request.rest_s, request.aside = rest_s, NONE
    request.linked += 1
    if gate.first == NONE:
        gate.first = number
    else:
        request_at(launch, gate.last).aside = number
    gate.last = number


@compiled
def resumed(launch, number):
    """Work is done, unless it stood still meanwhile, or is to fail: who is to be moved on now, or NONE."""
    if not launch.is_watched:
        return number
    request = request_at(launch, number)
    if request.dead:
        return NONE
    gate = gate_at(launch, request.gate)
    stood_s = gate.before_s if gate.since_s < 0 else gate.before_s + (launch.now_s - gate.since_s)
    owed_s = stood_s - request.gate_stood_s
    if owed_s > _NOTICEABLE_S:
        begin_work(launch, number, request.gate, owed_s)
        return NONE
    if request.doomed != NONE:
        fail(launch, number, request.doomed)
        return next_granted(launch)
    return number


# queues


# ends


# what can be done to requests meanwhile
