"""Whom the machine code asks in the middle of its work: Python, and machine code that lies elsewhere."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from simulations.compiled.machine.jit import compiled

# what Python is asked: to count what is noted, and for room for more; when practices open; what becomes of slots
ROOM_FOR_NOTES, ROOM_FOR_EVENTS, NEXT_OPEN, SLOTS_CHANGE = range(4)
# what is asked about people, beside the kinds of events that concern them: to put such an event (plus its kind); a
# session has ended (plus how), or is due; a practice is to look at what it holds; and somebody waits as a window begins
# (plus where)
WAKES, ENDED, COMES, LOOKS, CARRIES_OVER = 32, 64, 67, 68, 69
ENDS_WISHES = -2  # and less, by the number of a session: an answer

_WHOLE, _REAL = ir.IntType(64), ir.DoubleType()


@intrinsic  # type: ignore[misc]
def _call(typing_context, code_at, what, moment_s):
    def code(context, builder, signature, given):
        function = ir.FunctionType(ir.VoidType(), [_WHOLE, _REAL])
        builder.call(builder.inttoptr(given[0], function.as_pointer()), given[1:])
        return given[1]

    return types.int64(types.int64, types.int64, types.float64), code


@intrinsic  # type: ignore[misc]
def _call_for(typing_context, code_at, address, what, number, moment_s):
    def code(context, builder, signature, given):
        function = ir.FunctionType(_WHOLE, [_WHOLE, _WHOLE, _WHOLE, _REAL])
        return builder.call(builder.inttoptr(given[0], function.as_pointer()), given[1:])

    return types.int64(types.int64, types.int64, types.int64, types.int64, types.float64), code


@compiled
def ask_python(launch, what, moment_s):
    """Have Python do something in the middle of a launch: there must be nobody who has a record of a table in hand."""
    _call(launch.asks_python, what, moment_s)


@compiled
def ask_people(launch, what, number, moment_s):
    """What `practices.answers` says: machine code that is called by its address, so that it is no part of the many
    functions from which a session may end, and is not compiled again with each of them."""
    return _call_for(launch.asks_people, launch.address, what, number, moment_s)
