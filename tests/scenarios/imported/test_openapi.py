"""An OpenAPI document fills in operations: names, paths, bodies, good answers, and what is secret by its name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scenarios.imported.openapi_documents import OpenApiDocument
from scenarios.imported.sample_values import NO_SAMPLE, Samples
from scenarios.sources.problems import ScenarioError
from tests.fixtures.scenarios.imported import imported, importing

SHOP = """
openapi: 3.1.0
info: {title: The shop, version: 1.4.0}
servers: [{url: "https://{stage}.shop.example/v1", variables: {stage: {default: test}}}]
security: [{bearer: []}]
tags: [{name: basket}]
paths:
  /items/{sku}:
    parameters:
      - {name: sku, in: path, required: true, schema: {type: string}, example: "green tea/1"}
    get:
      operationId: getItem
      tags: [catalogue]
      parameters:
        - {name: size, in: query, required: true, schema: {enum: [large, small]}}
        - {name: colour, in: query, schema: {type: string}}
        - {$ref: "#/components/parameters/Trace"}
      responses: {"200": {description: fine}, "404": {description: none}}
  /baskets/{basketId}/lines/{line}:
    get:
      parameters:
        - {name: basketId, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: line, in: path, required: true, schema: {type: integer}}
      responses: {2XX: {description: fine}}
    post:
      operationId: addLine
      tags: [basket, "sehr schön!"]
      security: [{key: []}]
      requestBody:
        content:
          application/xml: {}
          application/json: {schema: {$ref: "#/components/schemas/Line"}}
      responses: {201: {description: made}, 202: {description: later}}
  /pictures:
    put:
      operationId: getItem
      requestBody:
        content:
          multipart/form-data:
            schema:
              properties: {title: {type: string}, picture: {type: string, format: binary}}
      responses: {default: {description: whatever}}
components:
  parameters:
    Trace: {name: X-Trace, in: header, required: true, schema: {type: string, example: "trace {1}"}}
  securitySchemes:
    bearer: {type: http, scheme: bearer}
    key: {type: apiKey, in: header, name: X-Api-Key}
  schemas:
    Line:
      allOf:
        - {$ref: "#/components/schemas/Base"}
        - type: object
          properties:
            count: {type: integer, minimum: 3}
            gift: {type: boolean}
            note: {type: [string, "null"], minLength: 6, maxLength: 6}
            email: {type: string}
            at: {type: string, format: date-time}
            parent: {$ref: "#/components/schemas/Line"}
            lines: {type: array, items: {$ref: "#/components/schemas/Line"}}
            kind: {oneOf: [{const: plain}, {type: integer}]}
    Base:
      type: object
      properties: {id: {type: integer, readOnly: true}, sku: {type: string, example: tea}}
"""


def document(folder: Path, text: str = SHOP, name: str = "shop.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_operations_have_valid_names_tags_requests_and_good_answers(tmp_path: Path) -> None:
    data = imported(tmp_path, "openapi", document(tmp_path))
    assert data["service"]["operations"] == {
        "getItem": {
            "tags": ["catalogue"],
            "http": {
                "method": "GET",
                "path": "/v1/items/green%20tea%2F1",
                "query": {"size": "large"},
                "headers": {"Authorization": "Bearer {secret.bearer}", "X-Trace": "trace {{1}}"},
            },
            "expect": {"status": 200},
        },
        "GET baskets basketId lines line": {
            "http": {
                "method": "GET",
                "path": "/v1/baskets/{faker.uuid4}/lines/{faker.random_int}",
                "headers": {"Authorization": "Bearer {secret.bearer}"},
            },
            "expect": {"status": "2xx"},
        },
        "addLine": {
            "tags": ["basket", "sehr schon"],
            "http": {
                "method": "POST",
                "path": "/v1/baskets/{faker.word}/lines/{faker.word}",
                "headers": {"X-Api-Key": "{secret.key}"},
                "json": {
                    "sku": "tea",
                    "count": 3,
                    "gift": True,
                    "note": "textte",
                    "email": "{faker.email}",
                    "at": "{faker.iso8601}",
                    "lines": [],
                    "kind": "plain",
                },
            },
            "expect": {"status": [201, 202]},
        },
        "getItem 2": {
            "http": {
                "method": "PUT",
                "path": "/v1/pictures",
                "headers": {"Authorization": "Bearer {secret.bearer}"},
                "form": {"title": "text"},
                "file": [{"field": "picture", "name": "sample.txt", "content": "sample", "type": "text/plain"}],
            },
            "expect": {"status": "2xx"},
        },
    }
    assert data["target"] == {"secrets": {"bearer": {"env": "BEARER"}, "key": {"env": "KEY"}}}
    assert data["sources"] == {
        "the document": "shop.yaml, version 1.4.0",
        "its servers": "https://test.shop.example/v1",
    }


def test_a_session_calls_what_changes_nothing_unless_it_is_told_to(tmp_path: Path) -> None:
    file = document(tmp_path)
    steps = imported(tmp_path, "openapi", file)["journeys"]["visit"]["steps"]
    assert steps == [{"call": "getItem"}, {"think": "1 s"}, {"call": "GET baskets basketId lines line"}]
    steps = imported(tmp_path, "openapi", file, "--writes", "--tag", "basket")["journeys"]["visit"]["steps"]
    assert steps == [{"call": "addLine"}]


def test_lists_are_as_long_and_as_they_are_sent_and_cookies_are_said_to_be_an_answers(tmp_path: Path) -> None:
    text = """
openapi: 3.1.0
paths:
  /pets:
    post:
      parameters:
        - {name: kind, in: query, required: true, explode: false, example: [cat, dog]}
        - {name: size, in: query, required: true, style: pipeDelimited, explode: false, example: [1, 2]}
        - {name: age, in: query, required: true, example: [3, 4]}
        - {name: X-Tags, in: header, required: true, example: [a, b]}
        - {name: sid, in: cookie, required: true, schema: {type: string}}
      requestBody: {content: {application/json: {schema: {type: array, minItems: 2, items: {type: integer}}}}}
"""
    data = imported(tmp_path, "openapi", document(tmp_path, text))
    assert data["service"]["operations"]["POST pets"]["http"] == {
        "method": "POST",
        "path": "/pets",
        "query": {"kind": "cat,dog", "size": "1|2", "age": ["3", "4"]},
        "headers": {"X-Tags": "a,b"},
        "json": [1, 1],
    }
    assert any("cookies that operations need (sid)" in one for one in data["assumptions"])


ODD = """
openapi: 3.1.0
info: {title: Odd, version: 1}
servers: [{url: "/{base}", variables: {base: {default: "shop api"}}}]
paths:
  /plain:
    parameters:
      - {name: on, in: query, required: true, schema: {enum: [NO, SE]}}
      - {name: at, in: query, required: true, example: 12:30, schema: {type: string}}
      - {name: post code, in: query, required: true, example: 01234, schema: {type: string}}
      - {name: deep, in: query, style: deepObject, required: true, schema: {properties: {a: {const: 1}, b: {const: x}}}}
      - {name: flat, in: query, required: true, schema: {properties: {c: {const: 2}}}}
      - {name: row, in: query, explode: false, required: true, schema: {properties: {d: {const: 3}, e: {const: 4}}}}
    get: {}
  /patch:
    patch:
      servers: [{url: https://other.example/v2}]
      requestBody:
        content:
          application/merge-patch+json:
            schema:
              description: all of it
              allOf: [{type: object, properties: {a: {const: 1}}}, {required: [a]}]
              oneOf: [{required: [b]}, {required: [c]}]
              properties: {b: {type: integer, minimum: 3, multipleOf: 5}, c: {prefixItems: [{const: x}], items: false}}
  /xml:
    post: {requestBody: {content: {application/xml: {schema: {type: object}}}}}
    put: {requestBody: {content: {application/xml: {example: <a/>}}}}
"""


def test_values_are_those_of_json_and_objects_are_sent_as_their_style_says(tmp_path: Path) -> None:
    """`NO` is a country, 12:30 no number of seconds, 01234 no number: OpenAPI asks for YAML's JSON schema."""
    plain = imported(tmp_path, "openapi", document(tmp_path, ODD))["service"]["operations"]["GET plain"]["http"]
    assert plain["path"] == "/shop%20api/plain"
    assert plain["query"] == {
        "on": "NO", "at": "12:30", "post code": "01234", "deep[a]": "1", "deep[b]": "x", "c": "2", "row": "d,3,e,4"
    }  # fmt: skip


def test_a_body_is_all_that_its_schema_says_and_is_sent_as_its_media_type(tmp_path: Path) -> None:
    data = imported(tmp_path, "openapi", document(tmp_path, ODD))
    _, patch, post, put = (one["http"] for one in data["service"]["operations"].values())
    assert patch["path"] == "/v2/patch"
    assert patch["headers"] == {"Content-Type": "application/merge-patch+json"}
    assert patch["json"] == {"a": 1, "b": 5, "c": ["x"]}
    assert post == {"method": "POST", "path": "/shop%20api/xml"}
    assert (put["headers"], put["body"]) == ({"Content-Type": "application/xml"}, "<a/>")
    assert any("Bodies of application/xml are left out" in one for one in data["assumptions"])


def test_json_and_swagger_2_are_read_too(tmp_path: Path) -> None:
    old: dict[str, Any] = {
        "swagger": "2.0",
        "host": "shop.example",
        "basePath": "/api",
        "paths": {
            "/items/{id}": {
                "post": {
                    "consumes": ["application/json"],
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "type": "integer"},
                        {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Item"}},
                    ],
                    "responses": {"200": {}},
                }
            },
            "/pictures": {
                "post": {
                    "parameters": [
                        {"name": "of", "in": "formData", "type": "string", "default": "tea"},
                        {"name": "file", "in": "formData", "type": "file"},
                    ]
                }
            },
        },
        "definitions": {"Item": {"type": "object", "properties": {"price": {"type": "number"}}}},
    }
    file = document(tmp_path, json.dumps(old), "shop.json")
    item, picture = imported(tmp_path, "openapi", file)["service"]["operations"].values()
    assert item["http"] == {"method": "POST", "path": "/api/items/{faker.random_int}", "json": {"price": 1}}
    assert picture["http"]["form"] == {"of": "tea"}
    assert [one["field"] for one in picture["http"]["file"]] == ["file"]


def test_a_schema_that_holds_itself_or_grows_without_end_comes_to_one() -> None:
    inner: dict[str, Any] = {"type": "object"}
    inner["properties"] = {"self": inner, "name": {"type": "integer"}}
    wide: dict[str, Any] = {"type": "integer"}
    for _ in range(60):
        wide = {"type": "object", "properties": {f"p{place}": wide for place in range(10)}}
    loop = {"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}}
    samples = Samples(OpenApiDocument(loop))
    assert samples.value(inner) == {"name": 1}
    assert json.dumps(samples.value(wide)).count("p") < 400
    assert samples.value({"$ref": "#/a"}) == "text"
    assert samples.value({"oneOf": [inner]}) == {"name": 1}
    assert samples.value({"allOf": [{"$ref": "other.yaml#/X"}]}) is not NO_SAMPLE
    assert samples.document.elsewhere == {"other.yaml#/X"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "shop.yaml is empty"),
        ("hello", "shop.yaml is no OpenAPI document: it has neither `openapi` nor `swagger`"),
        ("openapi: 4.0.0", "shop.yaml is of OpenAPI 4.0.0; allowed are 3.0, 3.1 and Swagger 2.0"),
        ("openapi: 3.0.0\npaths: {}", "shop.yaml has no operations"),
        ("openapi: 3.0.0\npaths: 3", "shop.yaml has no operations"),
        ("openapi: 3.0.0\n  paths: {", "shop.yaml:2 is neither YAML nor JSON"),
        ("openapi: [" + "[" * 50_000, "is neither YAML nor JSON"),
        ("\x00\x01\x02", "is neither YAML nor JSON"),
    ],
)
def test_what_is_no_document_is_one_message(text: str, said: str, tmp_path: Path) -> None:
    result = importing("openapi", document(tmp_path, text))
    assert isinstance(result.exception, ScenarioError)
    assert said in str(result.exception)
    assert len(str(result.exception).splitlines()) == 1


def test_a_tag_that_nobody_has_is_told_with_those_there_are(tmp_path: Path) -> None:
    result = importing("openapi", document(tmp_path), "--tag", "baskets")
    assert "no operations with one of the tags baskets; its tags are basket, catalogue, sehr schön!" in str(
        result.exception
    )


def test_a_large_document_is_refused_with_the_way_out_and_a_part_of_it_is_taken(tmp_path: Path) -> None:
    paths = {
        f"/things/{number}": {
            "get": {"tags": [f"t{number % 20}"], "parameters": [
                {"name": f"q{place}", "in": "query", "required": True, "schema": {"type": "integer"}}
                for place in range(10)
            ]}
        }
        for number in range(2000)
    }  # fmt: skip
    file = document(tmp_path, json.dumps({"openapi": "3.0.3", "paths": paths}))
    assert "more than a scenario file may hold; import a part of it" in str(importing("openapi", file).exception)
    assert len(imported(tmp_path, "openapi", file, "--tag", "t3")["service"]["operations"]) == 100
