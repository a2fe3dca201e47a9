"""A value for a schema: the document's own example where it has one, or else one that the schema allows.

Texts are templates: what stands in the document stands as it is, what Faker draws stands in braces. Schemas that hold
themselves come to an end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from scenarios.imported.names import literal, literal_json
from scenarios.imported.openapi_documents import OpenApiDocument, items, mapping

_DEEPEST, _VALUES_MOST, _ITEMS_MOST = 8, 300, 100
_BY_FORMAT: Final = {
    "uuid": "uuid4", "email": "email", "idn-email": "email", "date": "date", "date-time": "iso8601", "time": "time",
    "uri": "url", "url": "url", "hostname": "domain_name", "ipv4": "ipv4", "ipv6": "ipv6", "password": "password",
}  # fmt: skip
_BY_NAME: Final = {
    "name": "name", "fullname": "name", "firstname": "first_name", "lastname": "last_name", "surname": "last_name",
    "username": "user_name", "email": "email", "phone": "phone_number", "city": "city", "country": "country",
    "street": "street_address", "address": "street_address", "zip": "postcode", "postcode": "postcode",
    "company": "company", "url": "url",
}  # fmt: skip
NO_SAMPLE: Final = object()  # no value can be made, or none is needed


def own_example(document: OpenApiDocument, part: dict[str, Any]) -> Any:
    """The example that a schema, a parameter or a body has in the document, as a template; else `NO_SAMPLE`."""
    for key in ("example", "x-example", "const"):
        if key in part:
            return literal_json(part[key])
    examples = part.get("examples")
    if isinstance(examples, dict):
        found = [document.resolved(one) for one in examples.values()]
        return next((literal_json(one["value"]) for one in found if "value" in one), NO_SAMPLE)
    for key in ("examples", "enum"):
        if items(part.get(key)):
            return literal_json(part[key][0])
    return literal_json(part["default"]) if part.get("default") is not None else NO_SAMPLE


@dataclass
class Samples:
    """Makes values of a document's schemas, of each at most some hundred parts."""

    document: OpenApiDocument
    _left: int = 0

    def value(self, schema: Any, name: str = "") -> Any:
        """A value for a schema; `NO_SAMPLE` where there is none."""
        self._left = _VALUES_MOST
        return self._made_up(schema, name, ())

    def _made_up(self, schema: Any, name: str, around: tuple[int, ...]) -> Any:
        self._left -= 1
        found = self.document.resolved(schema)
        if id(found) in around or len(around) >= _DEEPEST or self._left < 0:
            return NO_SAMPLE
        example = own_example(self.document, found)
        if example is not NO_SAMPLE:
            return example
        inside = (*around, id(found))
        if any(items(found.get(key)) for key in ("allOf", "oneOf", "anyOf")):
            return self._combined(found, name, inside)
        return self._of_type(found, name, inside)

    def _combined(self, schema: dict[str, Any], name: str, around: tuple[int, ...]) -> Any:
        """All of `allOf`, the first that can be made of `oneOf` and `anyOf`, and what the schema says itself: as one
        object where one of them is one, for the others then only say more of it (`required`, `description`)."""
        found = [self._made_up(one, name, around) for one in items(schema.get("allOf"))]
        for key in ("oneOf", "anyOf"):
            made = (self._made_up(one, name, around) for one in items(schema.get(key)))
            found.append(next((one for one in made if one is not NO_SAMPLE), NO_SAMPLE))
        found.append(self._of_type(schema, name, around))
        objects = [one for one in found if isinstance(one, dict)]
        if objects:
            return {key: value for one in objects for key, value in one.items()}
        return next((one for one in found if one is not NO_SAMPLE), NO_SAMPLE)

    def _of_type(self, schema: dict[str, Any], name: str, around: tuple[int, ...]) -> Any:
        kind = type_of(schema)
        if kind == "object":
            properties = mapping(schema.get("properties"))
            return dict(self._properties(properties, around))
        if kind == "array":
            first = [self._made_up(one, name, around) for one in items(schema.get("prefixItems"))]
            item = self._made_up(schema.get("items", {}), name, around)
            more = 0 if item is NO_SAMPLE else _items_needed(schema) - len(first)
            return [one for one in first if one is not NO_SAMPLE] + [item] * more
        if kind in ("integer", "number"):
            return _number(schema, kind)
        if kind == "boolean":
            return True
        return None if kind == "null" else text_for(schema, name)

    def _properties(self, properties: dict[Any, Any], around: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
        for key, inner in properties.items():
            if self.document.resolved(inner).get("readOnly") is True:
                continue
            value = self._made_up(inner, str(key), around)
            if value is not NO_SAMPLE:
                yield str(key), value


def type_of(schema: dict[str, Any]) -> str:
    """The type that a schema says or implies; of several the first that is not null."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if isinstance(kind, str):
        return kind
    return "object" if "properties" in schema else "array" if "items" in schema else "string"


def text_for(schema: dict[str, Any], name: str) -> str:
    """A text of the schema's format, or of what such names mean, or just of an allowed length."""
    drawn = _BY_FORMAT.get(str(schema.get("format", "")))
    shortest, longest = schema.get("minLength"), schema.get("maxLength")
    has_length = shortest is not None or longest is not None or "pattern" in schema
    drawn = drawn or (None if has_length else _BY_NAME.get(name.lower().replace("_", "").replace("-", "")))
    if drawn is not None:
        return f"{{faker.{drawn}}}"
    text = literal("text")
    if isinstance(shortest, int) and 0 < shortest <= 10_000:
        text = (text * (shortest // len(text) + 1))[: max(shortest, len(text))]
    return text[:longest] if isinstance(longest, int) and longest >= 0 else text


def _items_needed(schema: dict[str, Any]) -> int:
    """One, or as many as the schema wants, within limits."""
    least = schema.get("minItems")
    return min(max(1, least), _ITEMS_MOST) if isinstance(least, int) else 1


def _number(schema: dict[str, Any], kind: str) -> int | float:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    least = low if isinstance(low, int | float) and not isinstance(low, bool) else None
    most = high if isinstance(high, int | float) and not isinstance(high, bool) else None
    value = 1 if (least is None or least <= 1) and (most is None or most >= 1) else least if least is not None else most
    is_beyond = value == schema.get("exclusiveMinimum") or (value == least and schema.get("exclusiveMinimum") is True)
    found = (value if value is not None else 1) + (1 if is_beyond else 0)
    step = schema.get("multipleOf")
    if isinstance(step, int | float) and not isinstance(step, bool) and step > 0:
        found = math.ceil(round(found / step, 9)) * step
    return int(found) if kind == "integer" or float(found).is_integer() else found
