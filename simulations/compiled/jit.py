"""Machine code of the functions of this folder, made by Numba once and kept in a cache.

Numba keeps each function's code beside a stamp of that function's own file, and does not see when another function that
is inlined into it has changed. So the cache lies in a folder that is named after the text of all that is compiled.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final, TypeVar

import numba
from numba.core.types import unliteral

F = TypeVar("F", bound=Callable[..., Any])
_HERE: Final = Path(__file__).parent
_ELSEWHERE: Final = tuple(f"scenarios/numerics/{name}.py" for name in ("elementary", "special", "quantiles"))


def _cache_folder() -> Path:
    """Where the machine code of just these texts is kept."""
    texts = [*sorted(_HERE.glob("*.py")), *(_HERE.parents[1] / name for name in _ELSEWHERE)]
    digest = hashlib.blake2b(digest_size=8)
    for text in texts:
        digest.update(text.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "launch-rehearsal" / f"compiled-{digest.hexdigest()}"


if "NUMBA_CACHE_DIR" not in os.environ:
    numba.config.CACHE_DIR = str(_cache_folder())  # type: ignore[attr-defined]


_INNER: Final = {
    "cache": True,
    "error_model": "numpy",  # no exceptions: a division is as IEEE 754 says
    "no_cpython_wrapper": True,  # Python does not call it, which halves the time that it takes to compile
    "no_cfunc_wrapper": True,
}


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
