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

from simulations.compiled import layouts
from simulations.compiled.jit import compiled, inlined


class _Named(types.Record):  # type: ignore[misc]
    """A record with a short name: Numba writes the name of each argument's type into the names of functions, and that
    of a record has all its fields, which makes compiling several times slower."""

    def __init__(self, name: str, layout: np.dtype[Any]) -> None:
        whole = numba.from_dtype(layout)
        fields = [(field, {"type": one.type, "offset": one.offset}) for field, one in whole.fields.items()]
        super().__init__(fields, whole.size, whole.aligned)
        self.name = name


register_default(_Named)(models.RecordModel)


def _record_at(name: str) -> Callable[[int, int], Any]:
    """The record at a place of a table of this layout that begins at an address."""
    layout: np.dtype[Any] = getattr(layouts, name.upper())
    record = _Named(name, layout)

    @intrinsic  # type: ignore[misc]
    def at(typing_context, address, number):  # type: ignore[no-untyped-def]
        def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
            size = ir.Constant(ir.IntType(64), layout.itemsize)
            place = builder.add(given[0], builder.mul(given[1], size))
            return builder.inttoptr(place, context.get_value_type(record))

        return record(types.int64, types.int64), code

    found: Callable[[int, int], Any] = at
    return found


_launch = _record_at("launch")
_together = _record_at("together")
_token_bucket = _record_at("token_bucket")
_cache = _record_at("cache")
_asked = _record_at("asked")
_rule = _record_at("rule")
_gate = _record_at("gate")
_class = _record_at("class")
_bucket = _record_at("bucket")
_choice = _record_at("choice")
_deadlines = _record_at("deadlines")
_distribution = _record_at("distribution")
_draw = _record_at("draw")
_effort = _record_at("effort")
_guard = _record_at("guard")
_hedged = _record_at("hedged")
_event = _record_at("event")
_group = _record_at("group")
_instruction = _record_at("instruction")
_key = _record_at("key")
_loop = _record_at("loop")
_note = _record_at("note")
_note_bits = _record_at("note_bits")
_number = _record_at("number")
_operation = _record_at("operation")
_place = _record_at("place")
_plan = _record_at("plan")
_precautions = _record_at("precautions")
_recent = _record_at("recent")
_request = _record_at("request")
_seen = _record_at("seen")
_session = _record_at("session")
_site = _record_at("site")
_span = _record_at("span")
_station = _record_at("station")
_step = _record_at("step")
_way = _record_at("way")
_wish = _record_at("wish")


@inlined
def launch_at(address):  # type: ignore[no-untyped-def]
    """The record of a launch, by its address."""
    return _launch(address, 0)


@inlined
def distribution_at(launch, number):  # type: ignore[no-untyped-def]
    return _distribution(launch.at_distributions, number)


@inlined
def value_at(launch, number):  # type: ignore[no-untyped-def]
    return _number(launch.at_values, number)


@inlined
def limit_at(launch, number):  # type: ignore[no-untyped-def]
    return _number(launch.at_limits, number)


@inlined
def target_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_targets, number)


@inlined
def step_at(launch, number):  # type: ignore[no-untyped-def]
    return _step(launch.at_steps, number)


@inlined
def draw_at(launch, number):  # type: ignore[no-untyped-def]
    return _draw(launch.at_draws, number)


@inlined
def choice_at(launch, number):  # type: ignore[no-untyped-def]
    return _choice(launch.at_choices, number)


@inlined
def loop_at(launch, number):  # type: ignore[no-untyped-def]
    return _loop(launch.at_loops, number)


@inlined
def site_at(launch, number):  # type: ignore[no-untyped-def]
    return _site(launch.at_sites, number)


@inlined
def plan_at(launch, number):  # type: ignore[no-untyped-def]
    return _plan(launch.at_plans, number)


@inlined
def back_off_at(launch, number):  # type: ignore[no-untyped-def]
    return _number(launch.at_back_offs, number)


@inlined
def operation_at(launch, number):  # type: ignore[no-untyped-def]
    return _operation(launch.at_operations, number)


@inlined
def instruction_at(launch, number):  # type: ignore[no-untyped-def]
    return _instruction(launch.at_code, number)


@inlined
def held_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_held, number)


@inlined
def cell_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_cells, number)


@inlined
def start_at(launch, number):  # type: ignore[no-untyped-def]
    return _number(launch.at_starts, number)


@inlined
def population_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_populations, number)


@inlined
def key_at(launch, number):  # type: ignore[no-untyped-def]
    return _key(launch.at_keys, number)


@inlined
def event_at(launch, number):  # type: ignore[no-untyped-def]
    return _event(launch.at_events, number)


@inlined
def station_at(launch, number):  # type: ignore[no-untyped-def]
    return _station(launch.at_stations, number)


@inlined
def line_at(launch, number):  # type: ignore[no-untyped-def]
    return _deadlines(launch.at_deadlines, number)


@inlined
def session_at(launch, number):  # type: ignore[no-untyped-def]
    return _session(launch.at_sessions, number)


@inlined
def visits_at(launch, number, step):  # type: ignore[no-untyped-def]
    return _place(launch.at_visits, number * launch.steps + step)


@inlined
def rounds_at(launch, number, step):  # type: ignore[no-untyped-def]
    return _place(launch.at_rounds, number * launch.steps + step)


@inlined
def effort_at(launch, number, level):  # type: ignore[no-untyped-def]
    return _effort(launch.at_efforts, 2 * number + level)


@inlined
def request_at(launch, number):  # type: ignore[no-untyped-def]
    return _request(launch.at_requests, number)


@inlined
def wish_at(launch, number):  # type: ignore[no-untyped-def]
    return _wish(launch.at_wishes, number)


@inlined
def noted_at(launch, number):  # type: ignore[no-untyped-def]
    return _note(launch.at_notes, number)


@inlined
def noted_bits_at(launch, number):  # type: ignore[no-untyped-def]
    return _note_bits(launch.at_notes, number)


@inlined
def block_at(launch, cell):  # type: ignore[no-untyped-def]
    return _place(launch.at_blocks, cell)


@inlined
def group_at(launch, number):  # type: ignore[no-untyped-def]
    return _group(launch.at_groups, number)


@inlined
def bucket_at(launch, number):  # type: ignore[no-untyped-def]
    return _bucket(launch.at_buckets, number)


@inlined
def old_bucket_at(address, number):  # type: ignore[no-untyped-def]
    return _bucket(address, number)


@inlined
def span_at(launch, population):  # type: ignore[no-untyped-def]
    return _span(launch.at_spans, population)


@inlined
def marked_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_marks, number)


@inlined
def sampled_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_sampled, number)


@inlined
def counted_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_counted, number)


@inlined
def class_at(launch, number):  # type: ignore[no-untyped-def]
    return _class(launch.at_classes, number)


@inlined
def gate_at(launch, number):  # type: ignore[no-untyped-def]
    return _gate(launch.at_gates, number)


@inlined
def rule_at(launch, number):  # type: ignore[no-untyped-def]
    return _rule(launch.at_rules, number)


@inlined
def asks_at(launch, number):  # type: ignore[no-untyped-def]
    return _asked(launch.at_asks, number)


@inlined
def asked_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_asked, number)


@inlined
def token_bucket_at(launch, number):  # type: ignore[no-untyped-def]
    return _token_bucket(launch.at_token_buckets, number)


@inlined
def together_at(launch, number):  # type: ignore[no-untyped-def]
    return _together(launch.at_together, number)


@inlined
def hits_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_hits, number)


@inlined
def region_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_regions, number)


@inlined
def priority_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_priorities, number)


@inlined
def practice_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_practices, number)


@inlined
def cache_at(launch, number):  # type: ignore[no-untyped-def]
    return _cache(launch.at_caches, number)


@inlined
def asked_cache_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_asked_caches, number)


@inlined
def things_at(launch, number):  # type: ignore[no-untyped-def]
    return _key(launch.at_things, number)


@inlined
def cached_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_cached, number)


@inlined
def precautions_at(launch, number):  # type: ignore[no-untyped-def]
    return _precautions(launch.at_precautions, number)


@inlined
def guard_at(launch, number):  # type: ignore[no-untyped-def]
    return _guard(launch.at_guards, number)


@inlined
def recent_at(launch, number):  # type: ignore[no-untyped-def]
    return _recent(launch.at_recents, number)


@inlined
def seen_at(launch, number):  # type: ignore[no-untyped-def]
    return _seen(launch.at_seen, number)


@inlined
def way_at(launch, number):  # type: ignore[no-untyped-def]
    return _way(launch.at_ways, number)


@inlined
def hedged_at(launch, number):  # type: ignore[no-untyped-def]
    return _hedged(launch.at_hedged, number)


@inlined
def hedges_at(launch, number):  # type: ignore[no-untyped-def]
    return _place(launch.at_hedges, number)


@intrinsic  # type: ignore[misc]
def _numbers_at(typing_context, address):  # type: ignore[no-untyped-def]
    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        return builder.inttoptr(given[0], context.get_value_type(signature.return_type))

    return types.CPointer(types.float64)(types.int64), code


@inlined
def values_of(address, first, number):  # type: ignore[no-untyped-def]
    """So many numbers of a table of numbers, from the first on."""
    return numba.carray(_numbers_at(address), first + number)[first:]


@intrinsic  # type: ignore[misc]
def _call(typing_context, address, what, number, moment_s):  # type: ignore[no-untyped-def]
    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        whole, real = ir.IntType(64), ir.DoubleType()
        function = ir.FunctionType(whole, [whole, whole, real])
        return builder.call(builder.inttoptr(given[0], function.as_pointer()), given[1:])

    return types.int64(types.int64, types.int64, types.int64, types.float64), code


@compiled
def ask_python(launch, what, number, moment_s):  # type: ignore[no-untyped-def]
    """What Python says to a question about a session, or about the launch."""
    return _call(launch.asks_python, what, number, moment_s)
