"""What a drawing of a scenario says: its stations, flows, journeys, and what touches what."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from readiness.picture.journeys import journey_drawings
from readiness.picture.service import service_drawing
from readiness.picture.sheet import picture_file
from readiness.picture.touched import touched_by
from scenarios.language.reading import read, read_text
from scenarios.language.scenario import Scenario
from scenarios.sources.catalogue import catalogue
from tests.fixtures.readiness.crowded import CROWDED, LOADED

SVG = "{http://www.w3.org/2000/svg}"


def texts_of(scenario: Scenario) -> list[str]:
    """Every text of the drawing."""
    return [each.text or "" for each in ElementTree.fromstring(picture_file(scenario)).iter(f"{SVG}text")]


def joined(scenario: Scenario) -> str:
    return " ".join(texts_of(scenario))


@pytest.mark.parametrize("name", catalogue())
def test_every_station_operation_population_and_journey_is_drawn(name: str) -> None:
    scenario = read(name)
    texts = texts_of(scenario)
    service = scenario.service
    assert {*service.stations, *service.operations, *scenario.populations, *scenario.journeys} <= set(texts)
    assert all(any(name.startswith(text) for text in texts) for name in (*scenario.faults, *scenario.defences))


def test_the_file_needs_nothing_else() -> None:
    text = picture_file(read_text(CROWDED))
    assert "<script" not in text
    assert "@import" not in text
    assert set(re.findall(r"url\(([^)]*)\)", text)) == {"#service-held", "#service-fault"}
    assert re.findall(r"(?:href|src)=", text) == []


def test_a_screen_reader_is_told_what_is_drawn() -> None:
    root = ElementTree.fromstring(picture_file(read("launch-morning")))
    assert root.get("role") == "img"
    said = {each.get("id"): each.text or "" for each in root if each.tag in (f"{SVG}title", f"{SVG}desc")}
    assert root.get("aria-labelledby") == " ".join(map(str, said))
    title, description = said.values()
    assert title == "The launch morning of the e-Referral Service, Monday 15 June 2015"
    assert "app: 2,000 servers, at most 5,000 wait, first come, first served" in description
    assert "log-on: holds app, and meanwhile uses identity for 701 ms, then uses database for 15 ms" in description
    assert "book (achieves “booked”, if it fails: defer (achieves “deferred”))" in description


def test_the_same_scenario_gives_the_same_bytes() -> None:
    assert picture_file(read_text(CROWDED)) == picture_file(read_text(CROWDED))


def test_signs_stand_where_faults_and_defences_act() -> None:
    touched = touched_by(read_text(CROWDED))
    marks = {
        where: "".join(sign.mark for sign in signs)
        for where, signs in (touched.stations | touched.operations | touched.populations).items()
    }
    # the letters are those of the report's charts; defences have numbers
    assert marks == {
        "pool": "AC4",
        "mail": "E",
        "disk": "3",
        "nested": "A4",
        "come in": "2",
        "some": "A",
        "others": "B1",
    }
    assert "".join(sign.mark for sign in touched.front) == "BD"
    assert [sign.name for sign in touched.demand] == ["come later"]


def test_a_fault_that_means_some_operations_of_itself_stands_at_them() -> None:
    touched = touched_by(read("slot-shortage"))
    assert list(touched.operations) == ["book"]
    assert touched.front == []


def test_limits_orders_and_caches_stand_at_their_stations() -> None:
    text = joined(read_text(CROWDED))
    assert "no queue: turns away when busy" in text
    assert "nobody waits longer than 2.5 s" in text
    assert "two-week waits first, then urgent work, then routine" in text
    assert "cache memory spares it up to 90 % of visits of nested; starts cold" in text


def test_a_journey_says_how_patient_people_are_and_what_they_may_do() -> None:
    description = next(each.description for each in journey_drawings(read_text(CROWDED)))
    assert "30 % (3 times (50 % (nested (if it fails: go out; thinks 1 s)) or 50 % (nothing)))" in description
    assert "again and again, until the run ends (go out; thinks 5 s in the mean)" in description
    for phrase in (
        "patience: no new try after 60 s in the mean",
        "circuit breaker:",
        "retry budget:",
        "hedging of nested",
    ):
        assert phrase in description


def test_a_service_that_is_only_loaded_says_so() -> None:
    scenario = read_text(LOADED)
    assert "loaded, not simulated" in joined(scenario)
    assert "waits for ever, and never tries again" in texts_of(scenario)
    assert "nobody has said what the service does" in service_drawing(scenario).description
