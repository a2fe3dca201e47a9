"""libyaml, where PyYAML was built with it, only makes reading quicker: what is read, and what is said, are the same."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.sources.catalogue import catalogue
from scenarios.text.yaml_text import YamlTextError, values_and_lines

pytestmark = pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
# what a text is made of, beside letters: signs that open, close, name and fold
PIECES = [
    *("a", "b: ", "- ", "-", "\n", "\n  ", "\n ", " ", "{", "}", "[", "]", ", ", ",", ": ", ":", "'", '"', "''", '""'),
    *("#", " #", "&a ", "*a", "!", "!!int ", "|", "|\n  ", ">", ">+\n  ", " |-\n  ", "?", "? ", "%", "@", "`", "<<: "),
    *(
        "1",
        "1.5",
        "true",
        "~",
        "\\n",
        "\\",
        "\\u12",
        "é",
        "key: value\n",
        "- item\n",
        "{a: ",
        "k:",
        "\t",
        "\x85",
        "\r\n",
    ),
    *("---", "...", "\ufeff", "\ud800", "\u2028", "\U0001f600", "\x00"),
]


def read(text: str, *, quickly: bool) -> Any:
    """What becomes of a text: values and lines, or where what is wrong."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(yaml, "__with_libyaml__", quickly)
        try:
            return repr(values_and_lines(text))
        except YamlTextError as error:
            return error.mistakes


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_a_text_says_both_read_the_same_or_find_the_same_wrong(text: str) -> None:
    assert read(text, quickly=True) == read(text, quickly=False)


@pytest.mark.parametrize("text", ["!", "a: |#\n", "{1? b: 2}", "a:\tb", "? a", "a: \x85b"])
def test_what_libyaml_would_read_otherwise_is_left_to_pyyaml(text: str) -> None:
    assert read(text, quickly=True) == read(text, quickly=False)


def test_every_scenario_of_the_catalogue_is_read_the_same() -> None:
    for path in catalogue().values():
        text = path.read_text(encoding="utf-8")
        assert read(text, quickly=True) == read(text, quickly=False), path
