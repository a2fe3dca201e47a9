"""Text with values in braces."""

from __future__ import annotations

import pytest
from faker import Faker

from scenarios.text.faker_names import LOCALE, faker_names
from scenarios.text.templates import TemplateError, ValueName, template, values_in


def test_text_and_values_come_in_their_order() -> None:
    assert template("/basket/{sku}/of/{customers.e-mail address}") == (
        "/basket/",
        ValueName("sku"),
        "/of/",
        ValueName("customers.e-mail address"),
    )
    assert template("plain") == ("plain",)
    assert template("") == ()


def test_two_braces_are_one() -> None:
    assert template('{{"user": "{user}"}}') == ('{"user": "', ValueName("user"), '"}')


@pytest.mark.parametrize("text", ["{", "}", "{}", "a { b", '{"user": 1}', "{ csrf }", "{a{b}}", "{csrf"])
def test_a_brace_that_means_nothing_is_told(text: str) -> None:
    with pytest.raises(TemplateError, match="a brace itself is written"):
        template(text)


def test_a_value_has_a_source_and_a_field() -> None:
    assert (ValueName("customers.email").source, ValueName("customers.email").field) == ("customers", "email")
    assert (ValueName("csrf").source, ValueName("csrf").field) == ("", "csrf")


def test_values_are_found_however_deep() -> None:
    found = values_in({"a": ["{x}", {"b": "{y.z} and {x}"}], "c": 5, "d": None})
    assert [one.name for one in found] == ["x", "y.z", "x"]


def test_every_name_of_faker_that_is_allowed_gives_one_value_and_the_same_again() -> None:
    generator = Faker(LOCALE)._factories[0]
    for name in faker_names():
        drawn = []
        for _ in range(2):
            generator.seed_instance(7)
            drawn.append(str(getattr(generator, name)()))
        assert not isinstance(getattr(generator, name)(), bytes | tuple | list | set | dict), name
        if "date" not in name and "time" not in name and "future" not in name and "past" not in name:
            assert drawn[0] == drawn[1], name
