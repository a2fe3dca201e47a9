"""What is asked of a compiled launch for people who are followed beyond one session."""

from __future__ import annotations

from simulations.compiled.machine.jit import entry
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import launch_at, session_at
from simulations.compiled.serving import serve
from simulations.compiled.users import journeys, requests, sessions


@entry
def begin_session(address, number, since_s):
    """A session starts now, of somebody who has wanted it since a moment."""
    launch = launch_at(address)
    session_at(launch, number).since_s = since_s
    serve(launch, journeys.start(launch, number))


@entry
def session_again(address, key, population, region, priority, practice):
    """A session more, of somebody who comes back: its number."""
    launch = launch_at(address)
    number = sessions.new_session(launch, key, population)
    session = session_at(launch, number)
    session.region, session.priority, session.practice = region, priority, practice
    return number


@entry
def move_wishes(address, before, number):
    """What was wanted in the session before is wanted still in this one."""
    launch = launch_at(address)
    one, other = session_at(launch, before), session_at(launch, number)
    other.wish, other.achieved, other.granted = one.wish, one.achieved, one.granted
    one.wish, one.put_off = NONE, 0
    requests.free_session(launch, before)


@entry
def end_open_wishes(address, number, ending, end_s):
    """What was wanted in a session that ended before is wanted no more."""
    sessions.end_wishes(launch_at(address), number, ending, end_s)
