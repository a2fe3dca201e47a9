"""Documents that are wrong somewhere give a scenario or one message, and never anything else."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scenarios.imported.draft import scenario_text
from scenarios.imported.har_journey import draft_of_har
from scenarios.imported.openapi import draft_of_openapi
from scenarios.sources.problems import ScenarioError
from scenarios.text.files import UnusableFileError
from tests.fixtures.scenarios.recordings_of_browsers import exchange, har_file

ODD: list[Any] = [
    None, True, 0, -1, 1e308, "", "{", "}}{", "\x00", "a b\n", "\ud800", [], {}, {"$ref": "#/x"}, ["a"],
    {"a": {"b": 1}},
    "http://[", "é", 10**30, "08:00", "..", {"": ""}, {"$ref": 3},
]  # fmt: skip
LINE = {"type": "object", "properties": {"sku": {"type": "string", "minLength": 2}, "of": {"$ref": "#/components/L"}}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "The shop", "version": "1"},
    "servers": [{"url": "https://shop.example/{v}", "variables": {"v": {"default": "v1"}}}],
    "security": [{"key": []}],
    "paths": {
        "/items/{sku}": {
            "parameters": [{"name": "sku", "in": "path", "schema": {"enum": ["a", "b"]}}],
            "get": {"tags": ["one"], "responses": {"200": {}}},
            "post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/L"}}}}},
        }
    },
    "components": {"L": LINE, "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
}


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if place:
        yield place
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from places(inner, (*place, key))


def made_odd(document: Any, seed: int) -> str:
    """A copy with up to three things replaced."""
    draw, odd = random.Random(seed), copy.deepcopy(document)
    for _ in range(draw.randint(1, 3)):
        *path, last = draw.choice(list(places(odd)))
        here = odd
        for key in path:
            here = here[key]
        here[last] = copy.deepcopy(draw.choice(ODD))
    return json.dumps(odd)


@pytest.mark.parametrize("kind", ["har", "openapi"])
def test_a_document_that_is_wrong_somewhere_is_used_or_refused(kind: str, tmp_path: Path) -> None:
    file, accepted = tmp_path / "document.json", 0
    bought = exchange(
        1, "POST", "https://shop.example/orders/12345678?a=1", 302, sent={"X-Token": "12345678", "Cookie": "a=b"},
        body=("application/json", '{"a": "b"}'), answered={"Set-Cookie": "a=b", "Location": "/orders/12345678"},
        answer=("application/json", '{"id": "12345678"}'),
    )  # fmt: skip
    har = json.loads(har_file(tmp_path, bought, exchange(9, "GET", "https://shop.example/orders/12345678")).read_text())
    for seed in range(200):
        file.write_text(made_odd(har if kind == "har" else DOCUMENT, seed))
        try:
            if kind == "har":
                draft = draft_of_har(file, None, 1.0, without_static=False)
            else:
                draft = draft_of_openapi(file, [], with_writes=True)
            assert scenario_text(draft.data(), "document.json").startswith("title: ")
            accepted += 1
        except (UnusableFileError, ScenarioError) as error:
            assert len(str(error).splitlines()) == 1, error
    assert 40 < accepted < 200
