"""Requests on their way through the service: the twin of `simulations.service.request_walk`, where every step is
explained."""

from __future__ import annotations

from math import inf
from typing import Final

from scenarios.language.outcomes import BUSY, GOOD, LEFT_QUEUE, TIMEOUT
from simulations.compiled import caches, rules, stations
from simulations.compiled.draws import drawn, mix
from simulations.compiled.events import DELIVER, GO_ON, QUEUE_LIMIT, WORK_DONE, put
from simulations.compiled.jit import compiled, inlined
from simulations.compiled.layouts import NONE
from simulations.compiled.memory import gate_at, held_at, instruction_at, request_at, rule_at, site_at, station_at
from simulations.compiled.notes import WAITS, note
from simulations.compiled.stations import ELSEWHERE_PLACE, GRANTED, QUEUED
from simulations.service.programs import ACQUIRE, ADMIT, END, RELEASE
from simulations.service.service_hooks import HELD

WORKS, ENDS = 0, 1  # what has become of a request that was moved on: it works or waits, or it has ended
NOT_IN: Final = -1.0  # the rest of what has not come in yet
_WAITED, _LEFT = 0, 1  # places in `recordings.recording.WAITS`
_NOTICEABLE_S: Final = 1e-12


@compiled
def moved_on(launch, number):  # type: ignore[no-untyped-def]
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
                _wait(launch, number, place)
                return WORKS
            station.free -= 1
            station.at_once += 1
        elif code == RELEASE:
            if instruction.cached > 0:
                caches.delivered(launch, instruction.caches, instruction.cached, request.key, instruction.visit)
            station_at(launch, place).free += 1
            serve(launch, place)
        elif code == ADMIT:
            if not _admitted(launch, number):
                return WORKS
        elif code == END:
            return _end_of_work(launch, number)
        else:
            seconds = drawn(launch, instruction.distribution, mix(request.key, instruction.piece))
            if launch.is_watched:
                seconds = rules.work_s(launch, place, number, seconds)
            if seconds != inf:  # what hangs is left to whoever hung it
                begin_work(launch, number, place, seconds)
            return WORKS


@compiled
def _ask_caches(launch, request, instruction):  # type: ignore[no-untyped-def]
    hit_s = caches.asked_s(launch, instruction.caches, instruction.cached, request.key, instruction.visit)
    station = station_at(launch, instruction.what)
    if hit_s >= 0.0:
        station.hits += 1
    else:
        station.misses += 1
    return hit_s


@compiled
def _goes_past(launch, number, after, hit_s):  # type: ignore[no-untyped-def]
    """A cache has the answer: it takes its own time, which no server of the station spends. Whether that is none."""
    request, elsewhere = request_at(launch, number), launch.stations
    request.counter = after
    seconds = rules.work_s(launch, elsewhere, number, hit_s)
    if seconds <= 0.0 and gate_at(launch, elsewhere).since_s < 0:
        return True
    begin_work(launch, number, elsewhere, seconds)
    return False


@inlined
def _operation(launch, request):  # type: ignore[no-untyped-def]
    return site_at(launch, request.site).operation


@compiled
def _admitted(launch, number):  # type: ignore[no-untyped-def]
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
def is_stopped(launch, point, number):  # type: ignore[no-untyped-def]
    """Whether a request is stopped as it comes: turned away, or kept."""
    outcome = rules.stopped(launch, point, _operation(launch, request_at(launch, number)), number)
    if outcome == rules.GOES_ON:
        return False
    if outcome != HELD:
        fail(launch, number, outcome)
    return True


@compiled
def _end_of_work(launch, number):  # type: ignore[no-untyped-def]
    if not launch.is_watched:
        return ENDS
    place = _operation(launch, request_at(launch, number))
    rules.after_work(launch, place, number)
    later_s = rules.answer_s(launch, place, number)
    if later_s > 0:
        _depart_soon(launch, number, later_s)
        return WORKS
    return ENDS


# work


@compiled
def begin_work(launch, number, place, seconds):  # type: ignore[no-untyped-def]
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
def set_aside(launch, number, place, rest_s):  # type: ignore[no-untyped-def]
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
def resumed(launch, number):  # type: ignore[no-untyped-def]
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


@compiled
def _wait(launch, number, place):  # type: ignore[no-untyped-def]
    station, request = station_at(launch, place), request_at(launch, number)
    if station.waiting >= station.queue:
        station.refused += 1
        fail(launch, number, BUSY)
        return
    request.since_s = launch.now_s
    stations.join(launch, place, number)
    if station.max_wait_s >= 0 and station.watched == NONE:
        watch(launch, place)


@compiled
def watch(launch, place):  # type: ignore[no-untyped-def]
    """Look at the queue's head again when its longest allowed wait is over."""
    station = station_at(launch, place)
    deadline_s = request_at(launch, stations.oldest(launch, place)).since_s + station.max_wait_s
    launch.serial += 1
    station.watched = launch.serial
    put(launch, launch.now_s + max(0.0, deadline_s - launch.now_s), False, QUEUE_LIMIT, place, station.watched)


@compiled
def end_waits(launch, place, watched):  # type: ignore[no-untyped-def]
    """Those leave a queue who have waited there for as long as they may: who is to be moved on now, or NONE."""
    station = station_at(launch, place)
    if watched != station.watched or gate_at(launch, launch.stations).since_s >= 0:
        return NONE
    station.watched = NONE
    number = stations.oldest(launch, place)
    while number != NONE and request_at(launch, number).since_s + station.max_wait_s <= launch.now_s:
        stations.leave(launch, place, number)
        note_leaving(launch, place, number)
        fail(launch, number, LEFT_QUEUE)
        number = stations.oldest(launch, place)
    if number != NONE:
        watch(launch, place)
    return next_granted(launch)


@compiled
def note_leaving(launch, place, number):  # type: ignore[no-untyped-def]
    """Somebody who has waited goes unserved, for whatever reason."""
    station_at(launch, place).left += 1
    since_s = request_at(launch, number).since_s
    note(launch, WAITS, place, _LEFT, launch.now_s, launch.now_s - since_s)


@compiled
def serve(launch, place):  # type: ignore[no-untyped-def]
    """Those who wait take the servers that are free; those that are dropped when it is their turn end here, and give
    back what they hold."""
    station = station_at(launch, place)
    while station.waiting > 0 and stations.can_serve(station):
        number = stations.taken(launch, place)
        request = request_at(launch, number)
        if launch.is_watched and rules.is_dropped(launch, place, number):
            note_leaving(launch, place, number)
            request.outcome, request.dead = LEFT_QUEUE, 1
            failed = instruction_at(launch, request.counter - 1)
            for holding in range(failed.held, failed.held + failed.number):
                given = held_at(launch, holding).value
                station_at(launch, given).free += 1
                serve(launch, given)
            _tell(launch, number)
            continue
        station.waited += 1
        note(launch, WAITS, place, _WAITED, launch.now_s, launch.now_s - request.since_s)
        station.free -= 1
        _grant(launch, number)


@compiled
def _grant(launch, number):  # type: ignore[no-untyped-def]
    """A request has been given a server, and is to be moved on when its turn comes."""
    request = request_at(launch, number)
    request.next, request.before, request.place = NONE, launch.last_granted, GRANTED
    if launch.first_granted == NONE:
        launch.first_granted = number
    else:
        request_at(launch, launch.last_granted).next = number
    launch.last_granted = number


@compiled
def _ungrant(launch, number):  # type: ignore[no-untyped-def]
    request = request_at(launch, number)
    request.place = ELSEWHERE_PLACE
    if request.before == NONE:
        launch.first_granted = request.next
    else:
        request_at(launch, request.before).next = request.next
    if request.next == NONE:
        launch.last_granted = request.before
    else:
        request_at(launch, request.next).before = request.before


@compiled
def next_granted(launch):  # type: ignore[no-untyped-def]
    """The next of those that were given a server, or NONE."""
    number = launch.first_granted
    if number != NONE:
        _ungrant(launch, number)
    return number


@compiled
def go_on_soon(launch):  # type: ignore[no-untyped-def]
    """Have those moved on who were given a server, from wherever this was asked."""
    if launch.first_granted != NONE:
        put(launch, launch.now_s, False, GO_ON, 0, 0)


# ends


@compiled
def fail(launch, number, outcome):  # type: ignore[no-untyped-def]
    """Give back what the request holds; its client hears of it after this."""
    request = request_at(launch, number)
    request.outcome, request.dead = outcome, 1
    failed = instruction_at(launch, request.counter - 1)
    for holding in range(failed.held, failed.held + failed.number):
        given = held_at(launch, holding).value
        station_at(launch, given).free += 1
        serve(launch, given)
    _tell(launch, number)


@compiled
def _tell(launch, number):  # type: ignore[no-untyped-def]
    """Its client hears how it ended, if anybody is there to whom an answer could go."""
    request, later_s = request_at(launch, number), 0.0
    if launch.is_watched and request.outcome != TIMEOUT:
        later_s = rules.answer_s(launch, _operation(launch, request), number)
    _depart_soon(launch, number, later_s)


@inlined
def _depart_soon(launch, number, later_s):  # type: ignore[no-untyped-def]
    put(launch, launch.now_s + later_s, False, DELIVER, number, request_at(launch, number).serial)


@compiled
def depart(launch, number):  # type: ignore[no-untyped-def]
    """A request leaves the service. False where it has left before."""
    request = request_at(launch, number)
    if not request.inside:
        return False
    request.inside, request.dead = 0, 1
    if launch.is_watched:
        rules.ended(launch, number, where(launch, number))
    return True


# what can be done to requests meanwhile


@compiled
def where(launch, number):  # type: ignore[no-untyped-def]
    """The station at which a request waits or is worked on, or NONE."""
    instruction = instruction_at(launch, request_at(launch, number).counter - 1)
    if instruction.code == ACQUIRE:
        return instruction.what
    return held_at(launch, instruction.held).value if instruction.number > 0 else NONE


@compiled
def end_now(launch, number, outcome):  # type: ignore[no-untyped-def]
    """End a request that is inside, now; who takes over its servers goes on."""
    request = request_at(launch, number)
    if not request.inside or request.dead:
        return
    place = instruction_at(launch, request.counter - 1).what
    if request.place == GRANTED:  # it was given a server and has not begun
        _ungrant(launch, number)
        station_at(launch, place).free += 1
        serve(launch, place)
    elif request.place == QUEUED:
        stations.leave(launch, place, number)
        note_leaving(launch, place, number)
    fail(launch, number, outcome)
    go_on_soon(launch)


@compiled
def client_gone(launch, number):  # type: ignore[no-untyped-def]
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
def _abandon(launch, number):  # type: ignore[no-untyped-def]
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
