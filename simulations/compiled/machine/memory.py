"""Records by their place in memory.

All that a launch is made of hangs on one record, `launch`, which has the address of every table: what is passed from
function to function is one number, and not some forty arrays, which costs more than what most functions do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core.datamodel import models, register_default
from numba.extending import intrinsic

from simulations.compiled.machine import layouts
from simulations.compiled.machine.jit import inlined

_WORD = ir.IntType(64)


class _Named(types.Record):  # type: ignore[misc]
    """A record with a short name: Numba writes the name of each argument's type into the names of functions, and that
    of a record has all its fields, which makes compiling several times slower."""

    def __init__(self, name: str, layout: np.dtype[Any]) -> None:
        whole = numba.from_dtype(layout)
        fields = [(field, {"type": one.type, "offset": one.offset}) for field, one in whole.fields.items()]
        super().__init__(fields, whole.size, whole.aligned)
        self.name = name


register_default(_Named)(models.RecordModel)


def _of(name: str) -> tuple[_Named, int]:
    """The type of a record of the layout of this name, and how many bytes it takes."""
    layout: np.dtype[Any] = getattr(layouts, name.upper())
    return _Named(name, layout), layout.itemsize


def _record_at(name: str) -> Callable[[int, int], Any]:
    """The record at a place of a table of this layout that begins at an address."""
    record, size = _of(name)

    @intrinsic  # type: ignore[misc]
    def at(typing_context, address, number):
        def code(context, builder, signature, given):
            place = builder.add(given[0], builder.mul(given[1], _WORD(size)))
            return builder.inttoptr(place, context.get_value_type(record))

        return record(types.int64, types.int64), code

    found: Callable[[int, int], Any] = at
    return found


def _table(table: str, name: str) -> Callable[[Any, int], Any]:
    """The record at a place of a table of a launch, by the name of its layout: no function, which would be compiled
    for itself, but the few instructions that it takes, wherever it is asked for."""
    record, size = _of(name)

    @intrinsic  # type: ignore[misc]
    def at(typing_context, launch, number):
        def code(context, builder, signature, given):
            place = builder.add(_begin(builder, given[0], table), builder.mul(given[1], _WORD(size)))
            return builder.inttoptr(place, context.get_value_type(record))

        return record(launch, types.int64), code

    found: Callable[[Any, int], Any] = at
    return found


def _begin(builder, launch, table):
    """The instructions that give the address at which a table of a launch begins."""
    fields: Any = layouts.LAUNCH.fields
    field = builder.add(builder.ptrtoint(launch, _WORD), _WORD(fields[f"at_{table}"][1]))
    return builder.load(builder.inttoptr(field, _WORD.as_pointer()))


@intrinsic  # type: ignore[misc]
def link_at(typing_context, launch, number, kind):
    """The link of a request with this number to its neighbours in a line of this kind (`lines`): a part of its
    record."""
    record, size = _of("link")
    fields: Any = layouts.REQUEST.fields
    first_at = fields["next"][1]

    def code(context, builder, signature, given):
        _, number, kind = given
        place = builder.add(builder.mul(number, _WORD(layouts.REQUEST.itemsize)), builder.mul(kind, _WORD(size)))
        place = builder.add(builder.add(_begin(builder, given[0], "requests"), _WORD(first_at)), place)
        return builder.inttoptr(place, context.get_value_type(record))

    return record(launch, types.int64, types.int64), code


_launch = _record_at("launch")
_old_strip = _record_at("strip")


@inlined
def next_free(number, record, used):
    """The free record after this one: those from `used` on were never in use, and stand there one after the other."""
    return record.next if number < used else number + 1


@inlined
def launch_at(address):
    """The record of a launch, by its address."""
    return _launch(address, 0)


@inlined
def old_strip_at(address, number):
    """A strip of a table that is no longer the launch's."""
    return _old_strip(address, number)


distribution_at = _table("distributions", "distribution")
value_at = _table("values", "number")
limit_at = _table("limits", "number")
target_at = _table("targets", "place")
step_at = _table("steps", "step")
draw_at = _table("draws", "draw")
choice_at = _table("choices", "choice")
loop_at = _table("loops", "loop")
site_at = _table("sites", "site")
plan_at = _table("plans", "plan")
back_off_at = _table("back_offs", "number")
operation_at = _table("operations", "operation")
instruction_at = _table("code", "instruction")
held_at = _table("held", "place")
cell_at = _table("cells", "place")
start_at = _table("starts", "number")
population_at = _table("populations", "place")
key_at = _table("keys", "key")
event_at = _table("events", "event")
station_at = _table("stations", "station")
line_at = _table("deadlines", "deadlines")
session_at = _table("sessions", "session")
request_at = _table("requests", "request")
wish_at = _table("wishes", "wish")
noted_at = _table("notes", "note")
noted_bits_at = _table("notes", "note_bits")
block_at = _table("blocks", "place")
group_at = _table("groups", "group")
strip_at = _table("strips", "strip")
count_at = _table("counts", "count")
span_at = _table("spans", "span")
marked_at = _table("marks", "place")
sampled_at = _table("sampled", "place")
counted_at = _table("counted", "place")
class_at = _table("classes", "class")
gate_at = _table("gates", "gate")
rule_at = _table("rules", "rule")
asks_at = _table("asks", "asked")
asked_at = _table("asked", "place")
token_bucket_at = _table("token_buckets", "token_bucket")
together_at = _table("together", "together")
hits_at = _table("hits", "place")
region_at = _table("regions", "place")
priority_at = _table("priorities", "place")
practice_at = _table("practices", "place")
cache_at = _table("caches", "cache")
asked_cache_at = _table("asked_caches", "place")
things_at = _table("things", "key")
cached_at = _table("cached", "place")
precautions_at = _table("precautions", "precautions")
guard_at = _table("guards", "guard")
recent_at = _table("recents", "recent")
seen_at = _table("seen", "seen")
way_at = _table("ways", "way")
hedged_at = _table("hedged", "hedged_call")
hedges_at = _table("hedges", "place")
workplace_at = _table("workplaces", "workplace")
followed_at = _table("followed", "followed")
holding_at = _table("holdings", "holding")
channel_at = _table("channels", "channel")
source_at = _table("sources", "source")
tiding_at = _table("tidings", "tiding")
opening_at = _table("openings", "opening")
gauge_at = _table("gauges", "number")
specialty_at = _table("specialties", "specialty")
free_slots_at = _table("free_slots", "place")
booking_at = _table("bookings", "booking")
booker_at = _table("bookers", "place")
slots_seen_at = _table("slots_seen", "place")
_visits = _table("visits", "place")
_rounds = _table("rounds", "place")
_efforts = _table("efforts", "effort")


@inlined
def visits_at(launch, number, step):
    return _visits(launch, number * launch.steps + step)


@inlined
def rounds_at(launch, number, step):
    return _rounds(launch, number * launch.steps + step)


@inlined
def effort_at(launch, number, level):
    return _efforts(launch, 2 * number + level)


@intrinsic  # type: ignore[misc]
def _numbers_at(typing_context, address):
    def code(context, builder, signature, given):
        return builder.inttoptr(given[0], context.get_value_type(signature.return_type))

    return types.CPointer(types.float64)(types.int64), code


@inlined
def values_of(address, first, number):
    """So many numbers of a table of numbers, from the first on."""
    return numba.carray(_numbers_at(address), first + number)[first:]
