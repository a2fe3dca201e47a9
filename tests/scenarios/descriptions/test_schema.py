"""The JSON Schemas accept what the reader accepts, and the committed files are the current ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from rehearse.cli import app
from scenarios.descriptions.schema import json_schema
from scenarios.sources.catalogue import catalogue
from tests.fixtures.places import ROOT
from tests.fixtures.scenarios.small_scenarios import changed, shop

FILES = [*catalogue().values(), *sorted((ROOT / "tests/theory").glob("*.yaml"))]
SCHEMA = jsonschema.Draft202012Validator(json_schema())


def accepted(data: dict[str, Any]) -> bool:
    return bool(SCHEMA.is_valid(data))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_file_follows_the_schema(path: Path) -> None:
    SCHEMA.validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "arrivals", ["1 / s", {"rate": "1 / s", "spacing": "even"}, {"curve": {"0 s": "1 / s"}}, {"at_once": 3}]
)
def test_short_forms_follow_the_schema(arrivals: Any) -> None:
    assert accepted(changed(shop(), "populations.shoppers.arrivals", arrivals))


@pytest.mark.parametrize(
    ("dotted", "value"),
    [
        ("service.stations.till", {"server": 2}),
        ("service.stations.till", {}),
        ("service.stations.till.servers", 0),
        ("service.stations.till", None),
        ("populations.shoppers.arrivals", {"pace": 3}),
        ("behaviours.patient.back_off.jitter", "some"),
        ("objectives.quick.of", 3),
        ("colour", "red"),
    ],
)
def test_mistakes_do_not_follow_the_schema(dotted: str, value: Any) -> None:
    assert accepted(shop())
    assert not accepted(changed(shop(), dotted, value))


def test_a_whole_scenario_needs_its_parts_and_one_that_extends_another_does_not() -> None:
    part = {"title": "Fewer tills", "service": {"stations": {"till": {"queue": None}}}, "objectives": {"quick": None}}
    assert not accepted(part)
    assert accepted(part | {"extends": "shop"})
    assert not accepted(part | {"extends": "shop", "colour": "red"})
    assert not accepted(part | {"extends": "shop", "service": {"stations": {"till": {"server": 3}}}})


@pytest.mark.parametrize("of", ["scenario", "experiment", "summary"])
def test_the_committed_schema_is_what_the_command_prints(of: str) -> None:
    printed = CliRunner().invoke(app, ["schema", of])
    assert printed.exit_code == 0
    committed = (ROOT / f"docs/{of}.schema.json").read_text(encoding="utf-8")
    assert json.loads(printed.stdout) == json.loads(committed), f"run `rehearse schema {of} > docs/{of}.schema.json`"
