"""The short way to a place in JSON finds what the library does."""

from __future__ import annotations

from typing import Any

import jsonpath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.described.json_paths import NO_MATCH, first_match

LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner),
    max_leaves=9,
)
PATHS = st.lists(st.sampled_from([".a", ".b", "[0]", "[1]"]), max_size=4).map(lambda steps: "$" + "".join(steps))


@given(JSON.filter(lambda found: isinstance(found, dict | list)), PATHS)
def test_both_ways_come_to_the_same_place(found: Any, path: str) -> None:
    match = jsonpath.compile(path).match(found)
    here = first_match(path)(found)
    assert (here is NO_MATCH) == (match is None)
    assert match is None or here is match.obj


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$..id", 1),
        ("$.items[?@.id == 2].name", "two"),
        ("$['items'][0].id", 1),
        ("$.items[-1].id", 2),
        ("$.x", NO_MATCH),
    ],
)
def test_all_of_jsonpath_is_there(path: str, expected: Any) -> None:
    found = {"items": [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}]}
    assert first_match(path)(found) == expected
