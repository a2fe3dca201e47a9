"""Requests that leave the service: what becomes of whom nobody waits for any more."""

from __future__ import annotations

from scenarios.language.outcomes import GOOD, TIMEOUT
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import (
    gate_at,
    held_at,
    instruction_at,
    request_at,
    rule_at,
    station_at,
)
from simulations.compiled.service import rules, stations
from simulations.compiled.service.stations import GRANTED, QUEUED
from simulations.compiled.service.waiting import fail, go_on_soon, note_leaving, serve_waiting, take_back
from simulations.service.programs import ACQUIRE, END


@compiled
def depart(launch, number):
    """A request leaves the service. False where it has left before."""
    request = request_at(launch, number)
    if not request.inside:
        return False
    request.inside, request.dead = 0, 1
    if launch.is_watched:
        rules.hear_of_end(launch, number, where(launch, number))
    return True


@compiled
def where(launch, number):
    """The station at which a request waits or is worked on, or NONE."""
    instruction = instruction_at(launch, request_at(launch, number).counter - 1)
    if instruction.code == ACQUIRE:
        return instruction.what
    return held_at(launch, instruction.held).value if instruction.number > 0 else NONE


@compiled
def end_now(launch, number, outcome):
    """End a request that is inside, now; who takes over its servers goes on."""
    request = request_at(launch, number)
    if not request.inside or request.dead:
        return
    place = instruction_at(launch, request.counter - 1).what
    if request.place == GRANTED:  # it was given a server and has not begun
        take_back(launch, number)
        station_at(launch, place).free += 1
        serve_waiting(launch, place)
    elif request.place == QUEUED:
        stations.leave_queue(launch, place, number)
        note_leaving(launch, place, number)
    fail(launch, number, outcome)
    go_on_soon(launch)


@compiled
def client_gone(launch, number):
    """The client of a request has stopped waiting; unless a defence notices, the work goes on."""
    if not launch.is_watched:
        return
    request = request_at(launch, number)
    if gate_at(launch, launch.stations).since_s >= 0:  # it hears of it when it goes on
        request.linked += 1
        request.gone = NONE
        if launch.first_left == NONE:
            launch.first_left = number
        else:
            request_at(launch, launch.last_left).gone = number
        launch.last_left = number
    elif request.inside and not request.dead:
        _abandon(launch, number)


@compiled
def _abandon(launch, number):
    """The service lets go of a request that nobody waits for, where a rule is for this station."""
    for asked in range(rules.number_asked(launch, rules.CLIENT_GONE)):
        rule = rule_at(launch, rules.asked_nth(launch, rules.CLIENT_GONE, asked))
        request, place = request_at(launch, number), where(launch, number)
        if not rules.is_at(rule, place):
            continue
        if instruction_at(launch, request.counter - 1).code == END:
            continue
        end_now(launch, number, TIMEOUT if request.outcome == GOOD else request.outcome)
        rules.hit(launch, rule)
