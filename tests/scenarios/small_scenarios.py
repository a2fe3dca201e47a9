"""Scenarios small enough to read in a test, and ways to change them."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from scenarios.people import AnyArrivals, Arrivals
from scenarios.reading import ScenarioError, read_text
from scenarios.scenario import Scenario

SHOP = """\
title: A shop
period: 0 s to 100 s
service:
  stations:
    till: {servers: 2}
    store: {servers: 1, queue: 3}
  operations:
    buy:
      steps: [{use: till, time: {exponential: 1 s}}]
    fetch:
      steps:
        - hold: till
          steps: [{use: store, time: 200 ms}]
behaviours:
  patient: {timeout: 30 s, retries: 2, back_off: {first: 1 s}}
journeys:
  visit:
    steps:
      - call: buy
      - think: {exponential: 5 s}
      - {call: fetch, achieves: fetched}
populations:
  shoppers: {arrivals: {rate: 1 / s}, journey: visit, behaviour: patient}
objectives:
  quick: {measure: response p95, of: buy, at_most: 3 s}
"""


def shop() -> dict[str, Any]:
    """The shop as YAML data, to be changed freely."""
    found: dict[str, Any] = yaml.safe_load(SHOP)
    return found


def changed(data: dict[str, Any], dotted: str, value: Any) -> dict[str, Any]:
    """A copy with another value at `a.b.0.c`."""
    whole = copy.deepcopy(data)
    *path, last = [int(part) if part.isdigit() else part for part in dotted.split(".")]
    place: Any = whole
    for part in path:
        place = place[part]
    place[last] = value
    return whole


def told(data: dict[str, Any]) -> Scenario:
    """The scenario that this data describes."""
    return read_text(yaml.safe_dump(data, sort_keys=False))


def complaint(text: str) -> str:
    """What the reader says of a scenario that it must not accept."""
    try:
        read_text(text, "shop.yaml")
    except ScenarioError as error:
        return str(error)
    raise AssertionError("the scenario was accepted")


def coming(**arrivals: Any) -> Arrivals:
    """Arrivals from keys as they stand in a scenario."""
    read: Arrivals = TypeAdapter(AnyArrivals).validate_python(arrivals)
    return read


def written(folder: Path, name: str, text: str) -> str:
    """The path of a new file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)
