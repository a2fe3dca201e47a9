"""What a kind may ask for: named primitives with values, for the requests that are meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import getmembers, isfunction
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from scenarios.effects.effect import EVERY, Effect, Only


@dataclass(frozen=True)
class Asked:
    """An operation, as far as a primitive asks about it."""

    name: str
    api: str | None = None
    action: str | None = None


REFER, READ = Asked("refer", "A011"), Asked("read", "A005")
BOOK, DEFER = Asked("book", "A016", "book"), Asked("defer", "A016", "defer")
LOOK = Asked("look")  # no API call
ALL = (REFER, READ, BOOK, DEFER, LOOK)


def meant(only: Only, region: str = "north") -> list[str]:
    return [operation.name for operation in ALL if only.allows(operation, region)]


def test_without_a_condition_every_request_is_meant() -> None:
    assert meant(EVERY) == ["refer", "read", "book", "defer", "look"]


@pytest.mark.parametrize(
    ("only", "names"),
    [
        (Only(operations=frozenset({"read", "look"})), ["read", "look"]),
        (Only(apis=frozenset({"A011", "A016"})), ["refer", "book", "defer"]),
        (Only(but_apis=frozenset({"A011", "A016"})), ["read", "look"]),
        (Only(action="book"), ["book"]),
        (Only(apis=frozenset({"A016"}), but_apis=frozenset({"A016"})), []),
        (Only(operations=frozenset({"refer", "defer"}), apis=frozenset({"A016"})), ["defer"]),
    ],
)
def test_every_condition_must_hold_and_what_is_no_api_call_is_in_no_list_of_them(only: Only, names: list[str]) -> None:
    assert meant(only) == names


def test_requests_of_a_region_are_meant_wherever_they_go() -> None:
    north = Only(regions=frozenset({"north"}))
    assert meant(north) == meant(EVERY)
    assert meant(north, region="south") == meant(north, region="") == []


def test_a_kind_hands_over_no_function_that_is_asked_of_a_request() -> None:
    """It may have something done at a moment. What is done to requests is a primitive, which every engine has."""
    functions = {
        name: argument
        for name, method in getmembers(Effect, isfunction)
        if not name.startswith("_")
        for argument in get_type_hints(method).values()
        if is_function(argument)
    }
    assert set(functions) == {"after", "at_end", "crashed", "every"}
    assert {get_args(function)[0] == [] for function in functions.values()} == {True}


def is_function(annotation: Any) -> bool:
    """Whether an argument is a function, or may be one."""
    return get_origin(annotation) is Callable or any(is_function(one) for one in get_args(annotation))
