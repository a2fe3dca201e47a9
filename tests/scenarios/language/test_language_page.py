"""docs/scenario-language.md is true: its scenarios are valid, its messages real, no key and no measure left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from scenarios.language import (
    arrivals,
    behaviours,
    contents,
    data,
    defences,
    expectations,
    fallback,
    faults,
    objectives,
    people,
    practices,
    requests,
    safety,
    scenario,
    service,
    supply,
    target,
)
from scenarios.language.objectives import MEASURES
from scenarios.language.reading import placed_text, read_text
from scenarios.language.registry import DEFENCES, FAULTS
from scenarios.limits.checked import wrong_variants
from scenarios.quantities.fields import Part
from scenarios.sources import variants
from scenarios.sources.catalogue import catalogue
from scenarios.sources.problems import ScenarioError
from tests.fixtures.places import DOCS

PAGE = (DOCS / "scenario-language.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
FAULTS_PAGE = (DOCS / "faults.md").read_text(encoding="utf-8")
MODULES = (
    arrivals,
    behaviours,
    contents,
    data,
    defences,
    expectations,
    fallback,
    faults,
    objectives,
    people,
    practices,
    requests,
    safety,
    scenario,
    service,
    supply,
    target,
    variants,
)
KINDS = (*FAULTS, *DEFENCES)
FIRST_QUEUE = catalogue()["first-queue"].read_text(encoding="utf-8")


def parts() -> Iterator[type[Part]]:
    """Every part of the language."""
    for module in MODULES:
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Part) and thing is not Part:
                yield thing
    yield from FAULTS.values()
    yield from DEFENCES.values()


def test_every_scenario_of_the_page_is_valid() -> None:
    assert len(BLOCKS) == 5
    for block in BLOCKS:
        assert block.startswith("title: "), "a YAML block of the page is a whole scenario"
        assert wrong_variants(placed_text(block)) == []


def test_the_first_scenario_is_the_catalogues_and_has_twenty_lines() -> None:
    assert BLOCKS[0] == FIRST_QUEUE
    assert len(BLOCKS[0].splitlines()) <= 20


def test_the_launch_day_has_eighty_lines_and_shows_most_of_the_language() -> None:
    assert len(BLOCKS[1].splitlines()) <= 80
    for key in (
        "hold",
        "storm",
        "curve",
        "repeat",
        "either",
        "optional",
        "carries",
        "patience",
        "in_launches",
        "replay",
    ):
        assert f"{key}:" in BLOCKS[1]


@pytest.mark.parametrize("part", dict.fromkeys(parts()), ids=lambda part: part.__name__)
def test_every_key_has_its_row(part: type[Part]) -> None:
    for key in (field.alias or name for name, field in part.model_fields.items()):
        row = rf"^\| `{key}` \||^#### {key}$"
        assert re.search(row, PAGE + FAULTS_PAGE, flags=re.MULTILINE), f"{part.__name__}.{key} is on neither page"


def test_every_kind_of_fault_and_defence_has_its_section_in_its_order() -> None:
    assert tuple(re.findall(r"^#### (.*)", FAULTS_PAGE, flags=re.MULTILINE)) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_row_in_the_table_of_both_clocks(kind: str) -> None:
    table = (DOCS / "faults-on-both-clocks.md").read_text(encoding="utf-8")
    assert f"\n| `{kind}`" in table


def test_the_example_of_the_page_of_faults_is_one() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", FAULTS_PAGE, flags=re.DOTALL)
    named = ("app", "identity")
    whole = f"""
title: The example
period: 08:00 to 10:00
service:
  stations: {{{", ".join(f"{name}: {{servers: 4}}" for name in named)}}}
  operations: {{log-on: {{api: A001, steps: [{{use: identity, time: 1 s}}]}}}}
  log_on: [log-on]
journeys: {{visit: {{steps: [{{call: log-on}}]}}}}
populations: {{people: {{arrivals: 1 / s, journey: visit}}}}
{block}"""
    assert len(read_text(whole).faults) == 3


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_has_its_row_with_its_subject_and_unit(measure: str) -> None:
    subject, kind = MEASURES[measure]
    assert f"\n| `{measure}` | {subject} | {kind} |" in PAGE


@pytest.mark.parametrize(
    "wrong", [{"servers: 20": "severs: 20", "timeout: 3 s": "timeout: 3"}, {"call: serve": "call: server"}]
)
def test_the_messages_of_the_page_are_what_the_reader_says(wrong: dict[str, str]) -> None:
    text = FIRST_QUEUE
    for right, mistake in wrong.items():
        text = text.replace(right, mistake)
    with pytest.raises(ScenarioError) as error:
        read_text(text, "first-queue.yaml")
    assert f"\n{error.value}\n" in PAGE


def test_every_section_that_is_pointed_at_is_there() -> None:
    headings = {
        re.sub(r"[^a-z -]", "", line.lower()).strip().replace(" ", "-") for line in re.findall(r"^#+ (.*)", PAGE, re.M)
    }
    assert set(re.findall(r"\]\(#([a-z-]+)\)", PAGE)) <= headings
