"""From what a launch in machine code has counted to the recorder."""

from __future__ import annotations

from typing import Any

import numpy as np

from recordings.histogram import BUCKETS
from recordings.recorder import Recorder
from recordings.recording import CACHED, PRACTICE_GAUGES, VISITS
from recordings.tally import Tally
from scenarios.numerics.sorting import rising
from simulations.compiled.machine import counting
from simulations.compiled.machine.layouts import NONE, STRIP_BITS
from simulations.compiled.machine.notes import IN_LINE, REFERRALS, RESPONSES, SESSIONS, SLOTS, STAFF, WAITS, WISHES
from simulations.compiled.machine.world import World


def count_notes(world: World) -> None:
    """Turn all notes into counts; then there is room for others."""
    done, noted = 0, int(world.launch["noted"][0])
    while (done := counting.count(world.address, done)) < noted:
        world.widen()
    world.launch["noted"] = 0


def record(world: World, recorder: Recorder, starts: Any) -> None:
    """Hand a recorder everything that was counted. `starts` is at which cell each kind of note begins."""
    buffers = {
        RESPONSES: recorder.responses,
        SESSIONS: recorder.sessions,
        WISHES: recorder.wishes,
        IN_LINE: recorder.in_line,
        WAITS: recorder.waits,
        STAFF: recorder.staff,
        SLOTS: recorder.bookings,
        REFERRALS: recorder.referrals,
    }
    places, counts = _buckets(world.tables["strips"], world.tables["counts"]["value"])
    groups, found = _groups(world)
    for kind, buffer in buffers.items():
        windows = buffer.shape[2]
        first, end = int(starts[kind]) * windows, int(starts[kind + 1]) * windows
        mine = slice(*np.searchsorted(places, (first * BUCKETS, end * BUCKETS)))
        some = slice(*np.searchsorted(groups, (first, end)))
        sums = [np.ascontiguousarray(found[name][some]) for name in ("total_s", "least_s", "most_s")]
        buffer.add(Tally(buffer.shape, places[mine] - first * BUCKETS, counts[mine], groups[some] - first, *sums))
    spans = world.tables["spans"][: len(recorder.sessions.spans)]
    recorder.sessions.add_spans(np.stack([spans[name] for name in spans.dtype.names], axis=1))
    recorder.add_marks(world.tables["marks"])
    recorder.add_hedges(world.tables["hedges"])
    recorder.add_hits(world.tables["hits"])
    recorder.add_visits(_by_window(world, "counted", len(VISITS)))
    recorder.add_cached(_by_window(world, "cached", len(CACHED)))
    _record_samples(world, recorder)


def _buckets(strips: Any, counts: Any) -> tuple[Any, Any]:
    """The places of all buckets in which something was counted, rising, and how many in each."""
    used = strips[strips["number"] > 0]
    used = used[rising(used["key"])]
    in_order = counts.reshape(-1, 1 << STRIP_BITS).take(used["number"], axis=0).ravel()
    found = np.flatnonzero(in_order > 0)
    places = (used["key"] << STRIP_BITS)[found >> STRIP_BITS] + (found & ((1 << STRIP_BITS) - 1))
    return places, in_order[found].astype(np.int64)


def _groups(world: World) -> tuple[Any, Any]:
    """The numbers of all groups that occur, rising, and their records."""
    windows, blocks = int(world.launch["windows"][0]), world.tables["blocks"]
    cells = np.flatnonzero(blocks != NONE)
    records = world.tables["groups"].reshape(-1, windows)[blocks[cells]].ravel()
    numbers = (cells[:, np.newaxis] * windows + np.arange(windows)).ravel()
    occurs = records["most_s"] > -np.inf
    return numbers[occurs], records[occurs]


def _by_window(world: World, name: str, kinds: int) -> Any:
    """What a table counts of stations so far, in each window: shape (stations, kinds, windows)."""
    so_far, closed = world.tables[name], int(world.launch["closed"][0])
    found = np.zeros_like(so_far)
    found[:closed] = np.diff(so_far[:closed], axis=0, prepend=0)
    return np.moveaxis(found.reshape(len(found), -1, kinds), 0, -1)


def _record_samples(world: World, recorder: Recorder) -> None:
    stations, taken = len(recorder.form.stations), int(world.launch["taken"][0])
    seen = world.tables["sampled"][:taken].tolist()
    practices: list[list[float]] = [[]] * taken
    if recorder.form.practices:
        practices = world.tables["gauges"].reshape(-1, len(PRACTICE_GAUGES))[:taken].tolist()
    recorder.slots_free += world.tables["slots_seen"][: taken * len(recorder.form.specialties)].tolist()
    for found, gauges in zip(seen, practices, strict=True):
        busy, queued, available = (found[part * stations : (part + 1) * stations] for part in range(3))
        recorder.sample(busy, queued, found[3 * stations :], gauges, available)
