"""STRESS-DES filled in: every item of every scenario, from the scenario's own values, and nothing left empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from readiness.stress.definitions import DEFINITIONS
from readiness.stress.items import (
    STRESS_TITLES,
    Described,
    MadeWith,
    StressDiagram,
    StressItem,
    StressTable,
    written_values,
)
from readiness.stress.renderings import stress_data, stress_markdown
from readiness.stress.rows import stress_des
from scenarios.language.objectives import MEASURES
from scenarios.language.reading import frozen_text, read, read_text
from scenarios.language.scenario import Scenario
from scenarios.sources.catalogue import catalogue
from tests.fixtures.scenarios.small_scenarios import SHOP, changed, shop

MADE = MadeWith("SimPy's engine", {"python": "3.11"}, {"processor": "one"})
# the guideline, item by item
ITEMS = "1.1 1.2 1.3 2.1 2.2 2.3 2.4 2.5.1 2.5.2 2.5.3 2.5.4 2.5.5 3.1 3.2 3.3 3.4 4.1 4.2 4.3 5.1 5.2 5.3 5.4 6.1"
ONLY_LOADED = """\
title: A shop elsewhere
period: 0 s to 60 s
service:
  operations: {front page: {http: {path: /}}}
journeys: {look: {steps: [{call: front page}]}}
populations: {visitors: {arrivals: {rate: 1 / s}, journey: look}}
"""


def items_of(scenario: Scenario, text: str, made: MadeWith = MADE, name: str = "shop") -> dict[str, StressItem]:
    described = Described(name, scenario, yaml.safe_load(text), made)
    return {item.number: item for item in stress_des(described)}


def of_text(text: str, made: MadeWith = MADE) -> dict[str, StressItem]:
    return items_of(read_text(text), text, made)


def of_data(data: dict[str, Any]) -> dict[str, StressItem]:
    return of_text(yaml.safe_dump(data, sort_keys=False))


def texts(item: StressItem) -> Iterator[str]:
    """Everything that an item says, piece by piece."""
    for content in item.content:
        if isinstance(content, StressTable):
            yield from content.heads
            for row in content.rows:
                assert len(row) == len(content.heads)
                yield from row
        else:
            yield content.mermaid if isinstance(content, StressDiagram) else content


def said(item: StressItem) -> str:
    return "\n".join(texts(item))


@pytest.mark.parametrize("name", catalogue())
def test_every_item_is_there_and_none_is_empty_for_every_scenario(name: str) -> None:
    found = items_of(read(name), frozen_text(name), name=name)
    assert list(found) == ITEMS.split() == list(STRESS_TITLES)
    for item in found.values():
        assert item.content, item.number
        assert all(text.strip() for text in texts(item)), item.number
        assert all(content.rows for content in item.content if isinstance(content, StressTable)), item.number
    assert "Not stated" not in said(found["1.1"]) + said(found["1.3"])


@pytest.mark.parametrize("name", ["first-queue", "launch-morning", "ers-launch-week", "retry-storm-cured"])
def test_every_value_that_is_written_stands_in_it(name: str) -> None:
    text = frozen_text(name)
    inputs = said(items_of(read(name), text)["3.3"]).splitlines()
    for section in ("service", "behaviours", "journeys", "populations", "faults", "defences"):
        for key, value in written_values(yaml.safe_load(text).get(section, {}), section):
            assert key in inputs
            assert value in inputs


@pytest.mark.parametrize(
    ("key", "value", "number", "words"),
    [
        ("service.stations.till.servers", 7, "2.5.3", "7"),
        ("service.stations.store.queue", 41, "2.5.4", "41, more are turned away"),
        ("service.operations.buy.steps.0.time", {"exponential": "3 s"}, "2.5.2", "3 s in the mean (exponential)"),
        ("journeys.visit.steps.1.think", "17 s", "2.2", "think for 17 s"),
        ("behaviours.patient.timeout", "44 s", "2.2", "waits 44 s"),
        ("behaviours.patient.retries", 6, "2.2", "up to 6 further tries"),
        ("populations.shoppers.arrivals", {"rate": "19 / s"}, "3.3", "19 / s"),
        ("populations.shoppers.arrivals", {"at_once": 5}, "2.4", "all of them when the period begins"),
        ("period", "0 s to 300 s", "4.2", "0 s to 5 min"),
        ("objectives.quick.at_most", "9 s", "1.3", "at most 9 s"),
        ("objectives.quick.measure", "response p99", "1.2", "≥ 99 % · n"),
    ],
)
def test_a_value_that_changes_changes_the_text(key: str, value: Any, number: str, words: str) -> None:
    before, after = of_text(SHOP), of_data(changed(shop(), key, value))
    assert words in said(after[number])
    assert words not in said(before[number])


@pytest.mark.parametrize(
    ("key", "value", "number", "words"),
    [
        ("seed", 99, "5.2", "Seed 99"),
        ("replications", 33, "4.3", "33 independent replications"),
        ("warm_up", "20 s", "4.1", "Warm-up: the first 20 s"),
        ("drain", "25 s", "4.2", "A drain of 25 s follows"),
        ("demand", 1.5, "2.3", "1.5 times over"),
        ("about", "Why people queue.", "1.1", "Why people queue."),
        ("sources", {"tills": "counted by nobody"}, "3.1", "counted by nobody"),
        ("assumptions", ["Nobody pushes."], "3.4", "Nobody pushes."),
        ("faults", {"closed": {"during": "5 s to 9 s", "error_answers": {}}}, "2.3", "closed"),
        ("defences", {"few": {"queue_limit": {"station": "till", "at_most": 8}}}, "2.3", "few"),
    ],
)
def test_what_is_stated_is_said(key: str, value: Any, number: str, words: str) -> None:
    assert words in said(of_data(shop() | {key: value})[number])
    assert words not in said(of_text(SHOP)[number])


@pytest.mark.parametrize("number", ["1.1", "3.1", "3.2", "3.4", "4.1"])
def test_what_a_scenario_does_not_say_is_not_stated_and_how_to_state_it_is_said(number: str) -> None:
    words = said(of_text(SHOP)[number])
    assert "not stated" in words.lower()
    assert re.search(r"`\w+`", words)


def test_a_service_of_which_nobody_says_what_it_does_is_described_all_the_same() -> None:
    found = of_text(ONLY_LOADED, MadeWith("", {"python": "3.11"}, {"processor": "one"}))
    assert "not modelled" in said(found["2.5.2"])
    assert "Not stated" in said(found["2.5.3"])
    assert all("No engine simulates it" in said(found[number]) for number in ("4.3", "5.1", "5.3"))
    assert "`rehearse load shop --host URL --seed 1`" in said(found["6.1"])
    assert "without any there is no verdict" in said(found["1.3"])
    assert all(text.strip() for item in found.values() for text in texts(item))


def test_a_variant_says_what_it_changes() -> None:
    changes = (("a.b", "1", "2"), ("gone", "x", "taken away"))
    described = Described("variant", read_text(SHOP), shop(), MADE, "shop", changes)
    (logic,) = [item for item in stress_des(described) if item.number == "2.3"]
    assert "variant of shop" in said(logic)
    assert "taken away" in said(logic)


def test_every_measure_is_defined() -> None:
    assert set(DEFINITIONS) == set(MEASURES)


def test_the_diagram_has_everybody_and_everything_once() -> None:
    (_, diagram) = of_text(SHOP)["2.1"].content
    assert isinstance(diagram, StressDiagram)
    for name in ("shoppers", "visit", "buy", "fetch", "till: 2 servers, queue", "store: 1 server, queue of 3"):
        assert diagram.mermaid.count(f'"{name}"') == 1
    assert "o1 --> s0" in diagram.mermaid
    assert "o1 --> s1" in diagram.mermaid


def test_markdown_has_a_heading_an_item_and_no_markup_of_the_scenarios_own() -> None:
    text = SHOP.replace("title: A shop", "title: 'A <b>shop</b> | *new*'")
    shown = stress_markdown(read_text(text).title, list(of_text(text).values()))
    for number, title in STRESS_TITLES.items():
        assert f"\n### {number} {title}\n" in shown
    assert "<b>" not in shown
    assert shown.startswith("# STRESS-DES: A &lt;b&gt;shop&lt;/b&gt; \\| \\*new\\*\n")
    assert "`warm_up`" in shown


def test_json_has_the_same_pieces() -> None:
    found = of_text(SHOP)
    data = stress_data(list(found.values()))
    assert [each["number"] for each in data] == list(STRESS_TITLES)
    assert data[0]["section"] == "1 Objectives"
    assert {key for each in data for piece in each["content"] for key in piece} == {"text", "table", "mermaid"}
    assert data[0]["content"][0] == {"text": "A shop"}
