"""Finds the kinds of faults and defences: every module below `faults` and `defences` registers its own."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from scenarios.effects import defences, faults


def register_kinds() -> None:
    """Import each module of a kind, in the order of their names; the order of kinds is the registry's."""
    for package in (faults, defences):
        for module in sorted(one.name for one in walk_packages(package.__path__, f"{package.__name__}.")):
            import_module(module)
