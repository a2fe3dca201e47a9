"""What acts on the service from Python, while the launch stands: the twin of `simulations.service.service`."""

from __future__ import annotations

from simulations.compiled.machine.events import CALL_BACK, DELIVER, put
from simulations.compiled.machine.jit import compiled, entry
from simulations.compiled.machine.layouts import NONE, ROOM
from simulations.compiled.machine.memory import (
    gate_at,
    instruction_at,
    launch_at,
    request_at,
    rule_at,
    station_at,
    together_at,
)
from simulations.compiled.service import leaving, stations, waiting, walk, work_times
from simulations.compiled.service.rules import ADMISSION
from simulations.compiled.service.stations import GRANTED
from simulations.compiled.serving import heard, serve
from simulations.compiled.users import requests
from simulations.service.programs import WORK


@entry
def call_at(address, at_s, number):
    """Come back to Python at a moment, to have something called. False where there is no room for an event more."""
    launch = launch_at(address)
    under_way = launch.room_requests - launch.spare_requests
    if launch.events + under_way + 2 * ROOM >= launch.room_events:
        return False
    put(launch, at_s, False, CALL_BACK, number, 0)
    return True


@entry
def fill(address, place):
    """A station may have servers for those who wait."""
    launch = launch_at(address)
    waiting.serve_waiting(launch, place)
    waiting.go_on_soon(launch)


@entry
def watch_again(address, place):
    """The longest allowed wait at a station has changed, also for those who wait already."""
    launch = launch_at(address)
    _limits_changed(launch, place)


@compiled
def _limits_changed(launch, place):
    station = station_at(launch, place)
    station.watched = NONE
    if station.waiting > 0 and station.max_wait_s >= 0:
        waiting.watch_queue(launch, place)


@entry
def fail_served(address, numbers, place, outcome):
    """Of these requests, those at which a station works fail, now; how many those are."""
    launch, found = launch_at(address), 0
    for nth in range(len(numbers)):
        number = numbers[nth]
        request = request_at(launch, number)
        code = instruction_at(launch, request.counter - 1).code
        if (code == WORK or request.place == GRANTED) and leaving.where(launch, number) == place:
            numbers[found] = number
            found += 1
    for nth in range(found):
        leaving.end_now(launch, numbers[nth], outcome)
    return found


@entry
def end_kept(address, which, outcome):
    """Requests that a rule has kept end with this outcome."""
    launch = launch_at(address)
    rule = rule_at(launch, which)
    while rule.first != NONE:
        number = rule.first
        rule.first = request_at(launch, number).kept
        leaving.end_now(launch, number, outcome)
        requests.unlink(launch, number)
    rule.last = NONE


@entry
def close_gate(address, place):
    """Work at a station stops, or what is done and comes in elsewhere."""
    launch = launch_at(address)
    gate = gate_at(launch, place)
    gate.holders += 1
    if gate.since_s < 0:
        gate.since_s = launch.now_s


@entry
def reopen_gate(address, place):
    """The last to let go has it go on for as long as it still had, and who came meanwhile comes in."""
    launch = launch_at(address)
    gate = gate_at(launch, place)
    gate.holders -= 1
    if gate.holders > 0 or gate.since_s < 0:
        return
    gate.before_s += launch.now_s - gate.since_s
    gate.since_s = -1.0
    number, gate.first, gate.last = gate.first, NONE, NONE
    while number != NONE:
        request = request_at(launch, number)
        following, rest_s = request.aside, request.rest_s
        requests.unlink(launch, number)
        if not request.dead:
            if rest_s >= 0:
                walk.begin_work(launch, number, place, rest_s)
            elif not walk.is_stopped(launch, ADMISSION, number):
                serve(launch, number)
        number = following
    if place == launch.stations and gate.since_s < 0:
        _notice(launch)


@compiled
def _notice(launch):
    """What a service that stood still sees when it goes on: who has left, and who has waited too long."""
    number, launch.first_left, launch.last_left = launch.first_left, NONE, NONE
    while number != NONE:
        following = request_at(launch, number).gone
        leaving.client_gone(launch, number)
        requests.unlink(launch, number)
        number = following
    for place in range(launch.stations):
        _limits_changed(launch, place)


@entry
def crash(address, inside, in_line, outcome):
    """Everything under way is gone: those inside, in order, of whom some wait (a station and a number each)."""
    launch = launch_at(address)
    for nth in range(len(inside)):
        request = request_at(launch, inside[nth])
        request.dead, request.outcome = 1, outcome
        put(launch, launch.now_s, False, DELIVER, inside[nth], request.serial)
    while waiting.next_granted(launch) != NONE:
        pass
    for nth in range(len(in_line)):
        place, number = in_line[nth, 0], in_line[nth, 1]
        stations.leave_queue(launch, place, number)
        waiting.note_leaving(launch, place, number)
    for place in range(launch.stations):
        station = station_at(launch, place)
        station.free = station.servers


@entry
def break_off(address, inside, serials, outcome):
    """Whoever waits for these requests hears now that the connection is broken, and no more. The work goes on."""
    launch = launch_at(address)
    for nth in range(len(inside)):
        number = inside[nth]
        request = request_at(launch, number)
        if request.serial != serials[nth] or not request.inside:
            continue
        became, request.outcome = request.outcome, outcome
        following = heard(launch, number)
        request.unheard = 1
        request.outcome = became
        serve(launch, following)
        leaving.client_gone(launch, number)


@entry
def settle(address, kinds):
    """Slowdowns change, or the launch is over: they are told whom they have touched, and put together anew."""
    launch = launch_at(address)
    for kind in range(kinds):
        together = together_at(launch, kind)
        if together.known:
            work_times.settle_kind(launch, together, kind)
            together.known = 0
