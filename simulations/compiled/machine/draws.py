"""Draws: the quantile of a uniform draw that is a function of its key, as `scenarios.behaviour.draws` has it."""

from __future__ import annotations

from typing import Final

import numpy as np

from scenarios.numerics import elementary, quantiles, special
from simulations.compiled.machine.jit import compiled, copies, inlined
from simulations.compiled.machine.memory import distribution_at, draw_at, limit_at, target_at, value_at, values_of

_LEAST: Final = 2.0**-53  # what keeps a draw from 0 and 1
CONSTANT, EXPONENTIAL, UNIFORM, LOGNORMAL, GAMMA, WEIBULL, NORMAL, EMPIRICAL, MIXTURE = range(9)
_WEYL: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_VISIT, _ATTEMPT = np.uint64(0x632BE59BD9B4E019), np.uint64(0x8CB92BA72F3D8DD7)
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_30, _27, _31, _12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_made = copies(quantiles, special, elementary)
_constant, _exponential, _uniform, _lognormal = (
    _made[name] for name in ("constant", "exponential", "uniform", "lognormal")
)
_gamma, _weibull, _normal, _empirical = (_made[name] for name in ("gamma", "weibull", "normal", "empirical"))
exponential, uniform = _exponential, _uniform


@inlined
def mix(key, salt):
    """A new key from a key and a salt, unsigned 64-bit numbers."""
    mixed = (key ^ (salt * _WEYL)) + _WEYL
    mixed = (mixed ^ (mixed >> _30)) * _FIRST
    mixed = (mixed ^ (mixed >> _27)) * _SECOND
    return mixed ^ (mixed >> _31)


@inlined
def salted(key, visit, attempt):
    """The salt of this visit and attempt of a place."""
    return key + np.uint64(visit) * _VISIT + np.uint64(attempt) * _ATTEMPT


@inlined
def nth_key(key, n):
    """The key of member `n` of the family `key`."""
    return mix(np.uint64(n) ^ mix(key, _ZERO), _ONE)


@inlined
def unit(key):
    """A uniform draw in (0, 1)."""
    return (np.float64(np.int64(key >> _12)) + 0.5) * 2.0**-52


@compiled
def _quantile(launch, row, u):
    if row.kind == CONSTANT:
        return _constant(u, row.a)
    if row.kind == LOGNORMAL:
        return _lognormal(u, row.a, row.b)
    if row.kind == EXPONENTIAL:
        return _exponential(u, row.a)
    if row.kind == UNIFORM:
        return _uniform(u, row.a, row.b)
    if row.kind == GAMMA:
        return _gamma(u, row.a, row.b)
    if row.kind == WEIBULL:
        return _weibull(u, row.a, row.b)
    if row.kind == NORMAL:
        return _normal(u, row.a, row.b, row.c)
    return _empirical(u, values_of(launch.at_values, row.first, row.number))


@compiled
def _sort(launch, mixture, u):
    """Of which sort a draw from a mixture is, and where it lies within that sort's share."""
    sorts, sort = mixture.number, 0
    limits, shares = mixture.first + sorts, mixture.first + 2 * sorts
    while u >= value_at(launch, limits + sort).value:
        sort += 1
    share = value_at(launch, shares + sort).value
    within = (u - (value_at(launch, limits + sort).value - share)) / share
    return int(value_at(launch, mixture.first + sort).value), min(max(within, _LEAST), 1 - _LEAST)


@compiled
def drawn(launch, distribution, key):
    """Seconds, from the distribution at this place of the table, for a key."""
    row, u = distribution_at(launch, distribution), unit(key)
    while row.kind == MIXTURE:
        part, u = _sort(launch, row, u)
        row = distribution_at(launch, part)
    return _quantile(launch, row, u)


@compiled
def chosen(launch, first, number, u):
    """What is chosen by a uniform draw, of so many `targets` with running shares among `limits`."""
    for option in range(first, first + number):
        if u < limit_at(launch, option).value:
            return target_at(launch, option).value
    return target_at(launch, first + number - 1).value


@compiled
def drawn_for(launch, session, draw, visit):
    """What a session draws at a place of its journey on this visit."""
    row = draw_at(launch, draw)
    return drawn(launch, row.distribution, mix(session.key, salted(row.key, visit, 0)))
