"""The options with which a load test's command line changes its scenario: `--set`, `--demand` and `--variant`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scenarios.sources.changes import Changes


def add_change_options(add: Callable[..., Any]) -> None:
    """The options that make `Changes`; `add` is an argument parser's `add_argument`."""
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="Another value for a key of the scenario.")
    add("--demand", default="", metavar="TIMES", help="How many times over everybody comes, such as 1.5 or '150 %%'.")
    add("--variant", default="", metavar="NAME", help="One of the sets of changes that the scenario names.")


def changes_of(options: Any) -> Changes:
    """From the options of `add_change_options`. Raises `ValueError` where two of them say the demand."""
    return Changes.asked(options.variant or None, options.set, options.demand or None)


def change_words(changes: Changes) -> list[str]:
    """The same for another command line."""
    variant = ["--variant", changes.variant] if changes.variant is not None else []
    return [*variant, *(f"--set={setting}" for setting in changes.settings)]
