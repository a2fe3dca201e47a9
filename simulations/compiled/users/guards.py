"""What keeps a call from being sent: the twin of `scenarios.behaviour.guards`, where every rule is explained.

There is a guard for each population and one for each session (`_place`); a precaution that is the population's own
lies in the former, one that each session has for itself in the latter.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scenarios.behaviour.guards import FAILURES
from scenarios.behaviour.persistence import THROTTLE_KEY
from simulations.compiled.machine.draws import mix, salted, uniform, unit
from simulations.compiled.machine.jit import compiled, inlined
from simulations.compiled.machine.memory import guard_at, plan_at, precautions_at, recent_at, session_at, site_at
from simulations.compiled.users import recent

NO_BREAKER, OF_EVERYTHING, OF_RETRIES = range(3)
FIRST_TRY, RETRY, FURTHER_TRY = range(3)  # what is to be admitted
_CLOSED, _OPEN, _TRYING = range(3)
_BREAKERS, _THROTTLES = range(2)  # of a guard's windows of recent calls
_FAILURES: Final = sum(1 << outcome for outcome in FAILURES)
_WHOLE: Final = 1 - 1e-9  # ten tenths are a whole
_THROTTLE: Final = np.uint64(THROTTLE_KEY)


@compiled
def renew(launch, number):
    """A session begins, with what it has for itself."""
    population = session_at(launch, number).population
    if plan_at(launch, population).guarded:
        place = _place(launch, population, number, True)
        guard = guard_at(launch, place)
        guard.state, guard.era, guard.since_s, guard.sent, guard.succeeded = _CLOSED, 0, 0.0, 0, 0
        guard.tokens = precautions_at(launch, population).burst
        recent.blank(launch, 2 * place + _BREAKERS)
        recent.blank(launch, 2 * place + _THROTTLES)


@compiled
def forget(launch, number):
    """A session has ended, and what it remembered is forgotten."""
    population = session_at(launch, number).population
    if plan_at(launch, population).guarded:
        place = _place(launch, population, number, True)
        recent.clear(launch, 2 * place + _BREAKERS)
        recent.clear(launch, 2 * place + _THROTTLES)


@compiled
def admits(launch, number, place, visit, attempt, way):
    """Whether a call may be sent: its first try, a retry, or a further try of what was only put off."""
    session = session_at(launch, number)
    population = session.population
    rules = precautions_at(launch, population)
    breaker = _place(launch, population, number, rules.breaker_own)
    if rules.breaker == OF_EVERYTHING:
        if not _lets(launch, rules, breaker):
            return False
    elif rules.breaker == OF_RETRIES and way == RETRY and not _lets_retry(launch, rules, breaker):
        return False
    if rules.throttle:
        throttle = _place(launch, population, number, rules.throttle_own)
        key = mix(session.key, salted(site_at(launch, place).key ^ _THROTTLE, visit, attempt))
        if _holds(launch, rules, throttle, key):
            return False
    if rules.budget:
        budget = guard_at(launch, _place(launch, population, number, rules.budget_own))
        if way == FIRST_TRY:
            budget.tokens = min(rules.burst, budget.tokens + rules.per_request)
        elif way == RETRY and not _spends(budget):
            return False
    session.admission = 0
    if rules.breaker == OF_EVERYTHING:
        guard = guard_at(launch, breaker)
        guard.sent += guard.state == _TRYING
        session.admission = guard.era
    return True


@compiled
def learn_from(launch, number, outcome):
    """What came of a call that was admitted."""
    session = session_at(launch, number)
    population = session.population
    rules = precautions_at(launch, population)
    failed = (_FAILURES >> outcome) & 1
    breaker = _place(launch, population, number, rules.breaker_own)
    if rules.breaker == OF_RETRIES:
        recent.add(launch, 2 * breaker + _BREAKERS, failed)
    elif rules.breaker == OF_EVERYTHING and session.admission == guard_at(launch, breaker).era:
        _learns(launch, rules, breaker, failed)
    if rules.throttle:
        recent.add(launch, 2 * _place(launch, population, number, rules.throttle_own) + _THROTTLES, 1 - failed)


@compiled
def may_hedge(launch, number):
    """Whether a call that is waited for may be sent once more: not into an open breaker, and out of the budget."""
    population = session_at(launch, number).population
    if not plan_at(launch, population).guarded:
        return True
    rules = precautions_at(launch, population)
    breaker = _place(launch, population, number, rules.breaker_own)
    if rules.breaker == OF_EVERYTHING and guard_at(launch, breaker).state != _CLOSED:
        return False
    if rules.breaker == OF_RETRIES and not _lets_retry(launch, rules, breaker):
        return False
    return not rules.budget or _spends(guard_at(launch, _place(launch, population, number, rules.budget_own)))


@inlined
def _place(launch, population, number, own):
    """Of a session's own guard, or of its population's."""
    return launch.plans + number if own else population


@compiled
def _lets(launch, rules, place):
    """Whether a circuit breaker lets a call pass now."""
    guard = guard_at(launch, place)
    if guard.state == _CLOSED:
        return True
    # trials that nobody answers must not keep it shut for ever
    over = launch.now_s >= guard.since_s + rules.opens_for_s
    if over and (guard.state == _OPEN or guard.sent >= rules.trial_calls):
        _turn(launch, place, _TRYING)
    return guard.state == _TRYING and guard.sent < rules.trial_calls


@compiled
def _learns(launch, rules, place, failed):
    """A circuit breaker hears of a call that was sent in the state in which it is."""
    guard, lately = guard_at(launch, place), recent_at(launch, 2 * place + _BREAKERS)
    if guard.state == _TRYING:
        guard.succeeded += 1 - failed
        if failed:
            _turn(launch, place, _OPEN)
        elif guard.succeeded >= rules.trial_calls:
            _turn(launch, place, _CLOSED)
        return
    recent.add(launch, 2 * place + _BREAKERS, failed)
    recent.forget_old(launch, 2 * place + _BREAKERS, rules.within_s)
    if lately.calls >= rules.of_at_least and lately.counted >= rules.failures * lately.calls:
        _turn(launch, place, _OPEN)


@compiled
def _turn(launch, place, state):
    guard = guard_at(launch, place)
    guard.state, guard.since_s = state, launch.now_s
    guard.era += 1
    guard.sent = guard.succeeded = 0
    recent.clear(launch, 2 * place + _BREAKERS)


@compiled
def _lets_retry(launch, rules, place):
    """Whether a circuit breaker of retries alone lets one pass now."""
    recent.forget_old(launch, 2 * place + _BREAKERS, rules.within_s)
    lately = recent_at(launch, 2 * place + _BREAKERS)
    return lately.calls < rules.of_at_least or lately.counted < rules.failures * lately.calls


@compiled
def _spends(budget):
    """Take a token, if there is a whole one."""
    if budget.tokens < _WHOLE:
        return False
    budget.tokens -= 1.0
    return True


@compiled
def _holds(launch, rules, place, key):
    """Whether the throttle holds this call back; if so, it is a request that was not accepted."""
    recent.forget_old(launch, 2 * place + _THROTTLES, rules.over_s)
    lately = recent_at(launch, 2 * place + _THROTTLES)
    share = max(0.0, (lately.calls - rules.k * lately.counted) / (lately.calls + 1))
    held = share > 0 and uniform(unit(key), 0.0, 1.0) < share
    if held:
        recent.add(launch, 2 * place + _THROTTLES, 0)
    return held
