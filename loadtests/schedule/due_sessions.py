"""The sessions of a run, in the order of their starts, with every draw that they will need already made.

A place's draws are computed for a whole block of sessions the first time that one is asked for. In a load
test that moment would delay a request that is due, so each block is prepared before it is needed: the first
blocks before the start, each later one when another has been used up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

from scenarios.behaviour.distributions import Uniform
from scenarios.behaviour.journeys import CALL, CHOOSE, THINK, Plan
from scenarios.behaviour.schedule import Block, Draws, Schedule

_BLOCK: Final = 1024  # small enough that preparing one takes about a millisecond
_AHEAD: Final = 256
_ANY = Uniform(0.0, 1.0)


def prepared_blocks(schedule: Schedule) -> Iterator[Block]:
    """The schedule's sessions; the blocks at hand are prepared before this returns."""
    blocks = schedule.blocks(_BLOCK)
    ready = deque(_prepared(schedule, block) for block in islice(blocks, _AHEAD))
    return _in_order(schedule, blocks, ready)


def _in_order(schedule: Schedule, blocks: Iterator[Block], ready: deque[Block]) -> Iterator[Block]:
    while ready:
        yield ready.popleft()
        ready.extend(_prepared(schedule, following) for following in islice(blocks, 1))


def _prepared(schedule: Schedule, block: Block) -> Block:
    """The block, its columns computed."""
    for population, draws in block.draws.items():
        _touch(schedule.plans[population], draws)
    return block


def _touch(plan: Plan, draws: Draws) -> None:
    for code, what in plan.steps:
        if code == CALL:
            draws.first_key(0, what.site.key)
        elif code == THINK:
            draws.value(0, what.key, 0, what.distribution)
        elif code == CHOOSE:
            draws.value(0, what.key, 0, _ANY)
