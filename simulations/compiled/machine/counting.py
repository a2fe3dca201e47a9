"""From notes to counts, sums and extremes: the twin of `recordings.tally.Tally.of`, for all kinds of notes at once.

    group = cell · windows + window
    place = group · BUCKETS + bucket

Groups lie in blocks, one for each cell that occurs, with a group for each window. Buckets that occur lie in a hash
table with open addressing, of which at most half is in use.
"""

from __future__ import annotations

from math import inf
from typing import Final

import numpy as np

from recordings.histogram import BUCKETS, LOWEST, PARTS
from simulations.compiled.machine.jit import compiled, entry, inlined
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import (
    block_at,
    bucket_at,
    group_at,
    launch_at,
    noted_at,
    noted_bits_at,
    old_bucket_at,
)

_PART_BITS: Final = 52 - (PARTS.bit_length() - 1)  # of a number's fraction, those that do not tell its bucket
_FIRST_BUCKET: Final = (1023 + LOWEST) * PARTS  # 1023 is the bias of the exponent of IEEE 754
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)  # of Fibonacci hashing: 2^64 by the golden ratio
_SHIFT: Final = np.uint64(32)


@inlined
def _bucket(bits):
    """`recordings.histogram.bucket_of` from the bits of a number: its exponent and the first of its fraction."""
    return min(max((bits >> _PART_BITS) - _FIRST_BUCKET, 0), BUCKETS - 1)


@inlined
def _hashed(place, room):
    """Where in a table of `room` places, a power of two, to look first."""
    return np.int64((np.uint64(place) * _MULTIPLIER) >> _SHIFT) & (room - 1)


@compiled
def _found(launch, place):
    """The bucket of a place, which may be one in which nothing has been counted yet."""
    room = launch.room_buckets
    number = _hashed(place, room)
    while True:
        bucket = bucket_at(launch, number)
        if bucket.count == 0 or bucket.place == place:
            return bucket
        number = (number + 1) & (room - 1)


@compiled
def _block(launch, cell):
    """The block of a cell, a new one for a cell that had none; NONE where there is no room for it."""
    held = block_at(launch, cell)
    if held.value == NONE and launch.used_blocks < launch.room_blocks:
        held.value = launch.used_blocks
        launch.used_blocks += 1
        for number in range(held.value * launch.windows, (held.value + 1) * launch.windows):
            group = group_at(launch, number)
            group.total_s, group.least_s, group.most_s = 0.0, inf, -inf
    return held.value


@entry
def count(address, first):
    """Count what has been noted, from a note on; at which note it stops: the end, or where there is no room."""
    launch = launch_at(address)
    windows, start_s, window_s = launch.windows, launch.start_s, launch.window_s
    for number in range(first, launch.noted):
        note = noted_at(launch, number)
        block = _block(launch, note.cell)
        if block == NONE or 2 * launch.used_buckets >= launch.room_buckets:
            return number
        window = min(max(int((note.moment_s - start_s) / window_s), 0), windows - 1)
        group, value_s = group_at(launch, block * windows + window), note.value_s
        group.total_s += value_s
        group.least_s, group.most_s = min(group.least_s, value_s), max(group.most_s, value_s)
        place = (note.cell * windows + window) * BUCKETS + _bucket(noted_bits_at(launch, number).value)
        bucket = _found(launch, place)
        if bucket.count == 0:
            bucket.place = place
            launch.used_buckets += 1
        bucket.count += 1
    return launch.noted


@entry
def move_buckets(address, old, number):
    """Put the buckets of an old table, so many at an address, into that of the launch."""
    launch = launch_at(address)
    for one in range(number):
        held = old_bucket_at(old, one)
        if held.count:
            bucket = _found(launch, held.place)
            bucket.place, bucket.count = held.place, held.count
