"""From notes to counts, sums and extremes: the twin of `recordings.tally.Tally.of`, for all kinds of notes at once.

    group = cell · windows + window
    place = group · BUCKETS + bucket

Groups lie in blocks, one for each cell that occurs, with a group for each window. Counts lie in strips of neighbouring
places, a line of the processor's cache each, in the order in which they came to be: what happens in one window is like
what happened before, so that few strips are in use at a time. Which strip is whose stands in a hash table with open
addressing, of which at most half is in use.
"""

from __future__ import annotations

from math import inf
from typing import Final

import numpy as np

from recordings.histogram import BUCKETS, LOWEST, PARTS
from simulations.compiled.machine.jit import compiled, entry, inlined
from simulations.compiled.machine.layouts import NONE, STRIP_BITS
from simulations.compiled.machine.memory import (
    block_at,
    count_at,
    group_at,
    launch_at,
    noted_at,
    noted_bits_at,
    old_strip_at,
    strip_at,
)

_PART_BITS: Final = 52 - (PARTS.bit_length() - 1)  # of a number's fraction, those that do not tell its bucket
_FIRST_BUCKET: Final = (1023 + LOWEST) * PARTS  # 1023 is the bias of the exponent of IEEE 754
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)  # of Fibonacci hashing: 2^64 by the golden ratio
_SHIFT: Final = np.uint64(32)
_STRIP: Final = 1 << STRIP_BITS


@inlined
def _bucket(bits):
    """`recordings.histogram.bucket_of` from the bits of a number: its exponent and the first of its fraction."""
    return min(max((bits >> _PART_BITS) - _FIRST_BUCKET, 0), BUCKETS - 1)


@inlined
def _hashed(key, room):
    """Where in a table of `room` places, a power of two, to look first: four neighbours lie in one cache line."""
    return (np.int64((np.uint64(key >> 2) * _MULTIPLIER) >> _SHIFT) << 2 | key & 3) & (room - 1)


@compiled
def _found(launch, key):
    """The strip with this key, which may be a free one."""
    room = launch.room_strips
    number = _hashed(key, room)
    while True:
        strip = strip_at(launch, number)
        if strip.number == 0 or strip.key == key:
            return strip
        number = (number + 1) & (room - 1)


@compiled
def _new_block(launch, cell):
    """A block for a cell that had none; NONE where there is no room for it."""
    if launch.used_blocks >= launch.room_blocks:
        return NONE
    block = launch.used_blocks
    launch.used_blocks += 1
    block_at(launch, cell).value = block
    for number in range(block * launch.windows, (block + 1) * launch.windows):
        group = group_at(launch, number)
        group.total_s, group.least_s, group.most_s = 0.0, inf, -inf
    return block


@entry
def count(address, first):
    """Count what has been noted, from a note on; at which note it stops: the end, or where there is no room."""
    launch = launch_at(address)
    windows, start_s, window_s = launch.windows, launch.start_s, launch.window_s
    for number in range(first, launch.noted):
        note = noted_at(launch, number)
        block = block_at(launch, note.cell).value
        if block == NONE:
            block = _new_block(launch, note.cell)
        if block == NONE or 2 * launch.used_strips >= launch.room_strips:
            return number
        window = min(max(int((note.moment_s - start_s) / window_s), 0), windows - 1)
        group, value_s = group_at(launch, block * windows + window), note.value_s
        group.total_s += value_s
        group.least_s, group.most_s = min(group.least_s, value_s), max(group.most_s, value_s)
        place = (note.cell * windows + window) * BUCKETS + _bucket(noted_bits_at(launch, number).value)
        strip = _found(launch, place >> STRIP_BITS)
        if strip.number == 0:
            launch.used_strips += 1
            strip.key, strip.number = place >> STRIP_BITS, launch.used_strips
        count_at(launch, (strip.number << STRIP_BITS) + (place & (_STRIP - 1))).value += 1
    return launch.noted


@entry
def move_strips(address, old, number):
    """Put the strips of an old table, so many at an address, into that of the launch."""
    launch = launch_at(address)
    for one in range(number):
        held = old_strip_at(old, one)
        if held.number:
            strip = _found(launch, held.key)
            strip.key, strip.number = held.key, held.number
