"""Machine code of the functions of this folder, made by Numba once and kept where `cache` says."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from types import FunctionType, ModuleType
from typing import Any, Final, TypeVar

import numba
from numba.core.types.misc import unliteral

from simulations.compiled.machine import cache

F = TypeVar("F", bound=Callable[..., Any])

numba.config.CACHE_DIR = str(cache.folder())
cache.use()

_INNER: Final = {
    "cache": True,
    "error_model": "numpy",  # no exceptions: a division is as IEEE 754 says
    "no_cpython_wrapper": True,  # Python does not call it, which halves the time that it takes to compile
    "no_cfunc_wrapper": True,
}

_ASKED: Final = numba.types.int64(numba.types.int64, numba.types.int64, numba.types.int64, numba.types.float64)
_kept: Final[list[Any]] = []  # code that is called by its address, for as long as the process lives


def _for_any_number(made: Any) -> Any:
    """Have a function compiled once for a whole number, and not once for each constant that it is called with."""
    of_types = made.get_call_template

    def plain(args: Iterable[Any], names: dict[str, Any]) -> Any:
        return of_types(tuple(map(unliteral, args)), {name: unliteral(one) for name, one in names.items()})

    made.get_call_template = plain
    return made


def compiled(function: F) -> F:
    """A function as machine code, for others that are compiled."""
    made: F = _for_any_number(numba.njit(**_INNER)(function))
    return made


def inlined(function: F) -> F:
    """The same for a small function, which becomes a part of each that calls it: nobody pays for the call."""
    made: F = _for_any_number(numba.njit(**_INNER, forceinline=True)(function))
    return made


def entry(function: F) -> F:
    """The same for one that Python calls."""
    made: F = numba.njit(cache=True, error_model="numpy")(function)
    return made


def by_address(function: Callable[..., Any]) -> Callable[[], int]:
    """The same for one that machine code calls by its address: what gives that, and makes the machine code when it is
    first asked. It takes a launch's address, two numbers and a moment, and gives a number."""

    @functools.cache
    def address() -> int:
        made = numba.cfunc(_ASKED, cache=True, error_model="numpy")(function)
        _kept.append(made)
        return int(made.address)

    return address


def copies(module: ModuleType, *others: ModuleType) -> dict[str, Any]:
    """Machine code of all functions of a module of plain functions that call each other (and those of `others`). The
    module itself stays as it is: who has no Numba, and who draws a single number, calls the same text as Python."""
    names: dict[str, Any] = {}
    for one in (*others, module):
        names.update({name: value for name, value in vars(one).items() if not isinstance(value, FunctionType)})
    for one in (*others, module):
        for name, value in vars(one).items():
            if isinstance(value, FunctionType) and value.__module__ == one.__name__:
                names[name] = compiled(FunctionType(value.__code__, names, name, value.__defaults__))
    return names
