"""A scenario that extends another is laid over it: mappings merge, the rest replaces, null takes away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scenarios.language.reading import frozen_text, read
from scenarios.language.scenario import Scenario
from scenarios.sources.problems import ScenarioError
from tests.fixtures.scenarios.small_scenarios import SHOP, written


@pytest.fixture
def over(tmp_path: Path) -> Any:
    """Reads a text that extends the shop."""
    written(tmp_path, "shop.yaml", SHOP)

    def read_over(text: str) -> Scenario:
        return read(written(tmp_path, "over.yaml", "extends: shop\n" + text))

    return read_over


def test_a_file_that_says_nothing_else_is_the_other_scenario(over: Any, tmp_path: Path) -> None:
    assert over("") == read(str(tmp_path / "shop.yaml")).model_copy(update={"extends": "shop"})


def test_mappings_merge_key_by_key(over: Any) -> None:
    stations = over("service: {stations: {till: {servers: 9}}}").service.stations
    assert stations["till"].servers == 9
    assert (stations["store"].servers, stations["store"].queue) == (1, 3)


def test_a_value_is_replaced_and_a_new_name_is_added(over: Any) -> None:
    changed = over("title: B\nbehaviours: {hasty: {timeout: 1 s}}\npopulations: {shoppers: {behaviour: hasty}}")
    assert changed.title == "B"
    assert changed.populations["shoppers"].behaviour == "hasty"
    assert set(changed.behaviours) == {"patient", "hasty"}


def test_a_list_is_replaced_whole(over: Any) -> None:
    steps = over("journeys: {visit: {steps: [{call: fetch}]}}").journeys["visit"].steps
    assert [step.call for step in steps] == ["fetch"]


def test_null_takes_a_key_away(over: Any) -> None:
    assert over("objectives: {quick: null}").objectives == {}
    assert over("service: {stations: {store: {queue: null}}}").service.stations["store"].queue is None


def test_null_for_a_key_that_must_be_there_is_told_as_missing(over: Any) -> None:
    with pytest.raises(ScenarioError, match=r"over\.yaml:2: period: is missing"):
        over("period: null")


@pytest.mark.parametrize(
    "text", ["{at_once: 5}", "{storm: {people: 5, around: 50 s, within: 10 s}}", "{curve: {0 s: 1 / s}}"]
)
def test_another_kind_of_arrivals_takes_the_place_of_the_old_one(over: Any, text: str) -> None:
    arrivals = over(f"populations: {{shoppers: {{arrivals: {text}}}}}").populations["shoppers"].arrivals
    assert arrivals.constant is None
    assert len(arrivals.model_dump(exclude_none=True)) == 1


def test_the_same_kind_of_arrivals_is_changed_in_its_parts(tmp_path: Path) -> None:
    storm = SHOP.replace("{rate: 1 / s}", "{storm: {people: 50, around: 50 s, within: 10 s}}")
    written(tmp_path, "storm.yaml", storm)
    text = "extends: storm\npopulations: {shoppers: {arrivals: {storm: {people: 80}}}}"
    changed = read(written(tmp_path, "over.yaml", text)).populations["shoppers"].arrivals.storm
    assert changed is not None
    assert (changed.people, changed.around, changed.within) == (80, [50], 10)


def test_a_scenario_may_extend_one_that_extends_another(over: Any, tmp_path: Path) -> None:
    over("title: B\nseed: 7")
    third = read(written(tmp_path, "third.yaml", "extends: over.yaml\ntitle: C"))
    assert (third.title, third.seed, third.period) == ("C", 7, (0, 100))


def test_a_scenario_of_the_catalogue_may_be_extended_from_anywhere(tmp_path: Path) -> None:
    small = read(written(tmp_path, "small.yaml", "title: Fewer\nextends: first-queue\nreplications: 2\n"))
    assert small.replications == 2
    assert small.service.stations["counter"].servers == 20


def test_the_frozen_text_is_the_whole_scenario(over: Any, tmp_path: Path) -> None:
    over("title: B")
    assert list(yaml.safe_load(frozen_text(str(tmp_path / "over.yaml"))))[:2] == ["title", "period"]


def test_a_scenario_that_extends_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"self\.yaml:2: extends: 'self' extends itself"):
        read(written(tmp_path, "self.yaml", "title: A\nextends: self\n"))


def test_scenarios_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    written(tmp_path, "b.yaml", "extends: a\n")
    with pytest.raises(ScenarioError, match=r"b\.yaml:1: extends: 'a' extends itself"):
        read(written(tmp_path, "a.yaml", "extends: b\n"))


def test_one_that_is_not_there_cannot_be_extended(tmp_path: Path) -> None:
    path = written(tmp_path, "a.yaml", "title: A\n\nextends: launch-mornng\n")
    with pytest.raises(ScenarioError) as error:
        read(path)
    assert str(error.value).startswith(f"{path}:3: extends: no such scenario; allowed is a file's path or one of")
    assert str(error.value).endswith("did you mean 'launch-morning'?")


@pytest.mark.parametrize("other", ["5", "[shop]", "{a: b}", "''", "x" * 5000, '"a\\0b"'])
def test_only_a_name_or_a_path_can_be_extended(over: Any, tmp_path: Path, other: str) -> None:
    with pytest.raises(ScenarioError, match=r"a\.yaml:1: extends: "):
        read(written(tmp_path, "a.yaml", f"extends: {other}\n"))


def test_a_mistake_is_told_in_the_file_where_it_stands(over: Any, tmp_path: Path) -> None:
    written(tmp_path, "shop.yaml", SHOP.replace("servers: 2", "servers: none"))
    with pytest.raises(ScenarioError, match=r"/shop\.yaml:5: service\.stations\.till\.servers: found 'none'"):
        over("title: B")
    written(tmp_path, "shop.yaml", SHOP)
    with pytest.raises(ScenarioError, match=r"/over\.yaml:3: service\.stations\.till\.servers: found 'none'"):
        over("title: B\nservice: {stations: {till: {servers: none}}}")


def test_a_replaced_list_leaves_no_lines_of_the_old_one_behind(over: Any) -> None:
    with pytest.raises(
        ScenarioError, match=r"/over\.yaml:2: service\.operations\.buy\.steps\.0: `time` goes with `use`"
    ):
        over("service: {operations: {buy: {steps: [{use: till}]}}}")
    with pytest.raises(
        ScenarioError, match=r"/over\.yaml:2: populations\.shoppers\.arrivals\.storm\.around: is missing"
    ):
        over("populations: {shoppers: {arrivals: {storm: {people: 5, within: 3 s}}}}")


def test_a_circle_is_told_with_every_file_of_it(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        written(tmp_path, f"{name}.yaml", f"title: {name}\nextends: {other}\n")
    with pytest.raises(ScenarioError) as error:
        read(str(tmp_path / "a.yaml"))
    chain = "a.yaml extends b.yaml extends c.yaml extends a.yaml"
    assert str(error.value) == f"{tmp_path / 'c.yaml'}:2: extends: 'a' extends itself: {chain}"


def test_a_chain_without_end_is_refused_where_it_is_too_long(tmp_path: Path) -> None:
    for number in range(200):
        written(tmp_path, f"v{number}.yaml", f"title: x\nextends: v{number + 1}\n")
    with pytest.raises(
        ScenarioError, match=r"v20\.yaml:2: extends: a chain of more than 20 that extend each other: v0\."
    ):
        read(str(tmp_path / "v0.yaml"))


def test_a_chain_of_twenty_is_read(tmp_path: Path) -> None:
    written(tmp_path, "v20.yaml", SHOP)
    for number in range(20):
        written(tmp_path, f"v{number}.yaml", f"title: variant {number}\nextends: v{number + 1}\n")
    assert read(str(tmp_path / "v0.yaml")).title == "variant 0"


def test_another_kind_of_time_out_or_another_way_to_give_a_lognormal_takes_the_place_of_the_old_one(
    tmp_path: Path,
) -> None:
    first = SHOP.replace("timeout: 30 s", "timeout: {lognormal: {median: 3 s, p95: 9 s}}")
    written(tmp_path, "first.yaml", first)
    second = "extends: first.yaml\nbehaviours: {patient: {timeout: {lognormal: {mean: 3 s, sd: 1 s}}}}"
    written(tmp_path, "second.yaml", second)
    third = "extends: second.yaml\nbehaviours: {patient: {timeout: {exponential: 3 s}}}"
    timeouts = [
        read(name).behaviours["patient"].timeout
        for name in (str(tmp_path / "second.yaml"), written(tmp_path, "third.yaml", third))
    ]
    given = [timeout and timeout.model_dump(exclude_none=True) for timeout in timeouts]
    assert given == [{"lognormal": {"mean": 3.0, "sd": 1.0}}, {"exponential": 3.0}]
