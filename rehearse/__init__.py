"""Rehearse a launch before real people meet it: the command `rehearse`, and from Python what `rehearse.interface` has.

Nothing is loaded until it is asked for: the command begins at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rehearse.interface import Forecast, ask, compare, forecast, launches_of, read, size, tables_of

__all__ = ["Forecast", "ask", "compare", "forecast", "launches_of", "read", "size", "tables_of"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'rehearse' has no attribute {name!r}")
    return getattr(import_module("rehearse.interface"), name)
