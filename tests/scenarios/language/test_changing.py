"""A scenario is changed without editing it: settings and variants are laid over it as a file over what it extends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.language.changing import NO_CHANGES, Changes, changed_text, key_place, value_of
from scenarios.language.reading import frozen_text, placed, read, read_placed, read_text
from scenarios.language.scenario import Scenario
from scenarios.limits.checked import checked, wrong_variants
from scenarios.measured.fitted import with_found
from scenarios.sources.catalogue import catalogue
from scenarios.sources.changes import changed
from scenarios.sources.problems import ScenarioError, dotted
from scenarios.sources.source import Source
from tests.fixtures.scenarios.small_scenarios import SHOP, written

VARIANTS = """\
variants:
  more tills:
    about: Two tills
      are not enough.
    set:
      service.stations.till.servers: 5
      "journeys.visit.steps[1].think": 2 s
  nobody waits: {set: {service.stations.till.queue: 0, objectives.quick: null}}
"""


def shop_with(*settings: str, variant: str | None = None, shop: str = SHOP + VARIANTS) -> Scenario:
    source = Source.parse(shop, "shop.yaml", Path.cwd())
    return placed(changed(source, Changes(variant, settings), Scenario)).scenario


def told(*settings: str, variant: str | None = None, shop: str = SHOP + VARIANTS) -> str:
    """What is said of changes that cannot be."""
    with pytest.raises(ScenarioError) as caught:
        shop_with(*settings, variant=variant, shop=shop)
    return str(caught.value)


def test_a_setting_is_read_as_the_scenarios_own_values_are() -> None:
    scenario = shop_with(
        "service.stations.till.servers=7",
        "behaviours.patient.timeout = 250 ms",
        "populations.shoppers.arrivals=2 / s",
        "journeys.visit.steps[1].think=1 s",
        "journeys.visit.steps.2.optional=true",
        "title=on",
    )
    assert scenario.service.stations["till"].servers == 7
    assert scenario.behaviours["patient"].timeout is not None
    assert scenario.behaviours["patient"].timeout.constant == 0.25
    arrivals, steps = scenario.populations["shoppers"].arrivals, scenario.journeys["visit"].steps
    assert arrivals.constant is not None and arrivals.constant.rate == 2
    assert steps[1].think is not None and steps[1].think.constant == 1.0
    assert steps[2].optional and steps[2].call == "fetch"
    assert scenario.title == "on"


def test_a_key_that_is_known_and_not_written_is_set() -> None:
    scenario = shop_with("service.stations.till.queue=9", "replications=4", "replay.during=0 s to 30 s", "demand=150 %")
    assert scenario.service.stations["till"].queue == 9
    assert (scenario.replications, scenario.demand) == (4, 1.5)
    assert scenario.replay is not None and scenario.replay.during == (0, 30)


def test_a_mapping_is_laid_over_what_stands_there_as_an_extending_file_is(tmp_path: Path) -> None:
    written(tmp_path, "shop.yaml", SHOP)
    over = "extends: shop\nservice: {stations: {till: {queue: 4}, store: {queue: null}}}\n"
    extending = read(written(tmp_path, "over.yaml", over))
    assert shop_with("service={stations: {till: {queue: 4}, store: {queue: null}}}", shop=SHOP).service == (
        extending.service
    )


def test_another_kind_of_time_replaces_and_two_settings_make_one() -> None:
    work = "service.operations.buy.steps[0].time"
    lognormal = shop_with(f"{work}.lognormal.median=1 s", f"{work}.lognormal.p95=3 s").service.operations["buy"].steps
    assert lognormal is not None and lognormal[0].time is not None
    assert lognormal[0].time.exponential is None
    assert lognormal[0].time.lognormal is not None and lognormal[0].time.lognormal.median == 1.0


def test_null_takes_a_key_away_and_a_new_name_is_given_whole() -> None:
    scenario = shop_with("objectives.quick=null", "objectives.sure={measure: good share, of: buy, at_least: 9 %}")
    assert list(scenario.objectives) == ["sure"]


def test_names_may_have_spaces_and_dots() -> None:
    shop = SHOP.replace("till", "till 2.b").replace("store: {", "till: {servers: 8}\n    store: {")
    scenario = shop_with("service.stations.till 2.b.servers=3", "service.stations.till.servers=9", shop=shop)
    assert {name: one.servers for name, one in scenario.service.stations.items()} == {
        "till 2.b": 3, "till": 9, "store": 1,
    }  # fmt: skip


def test_a_later_setting_counts_more_and_a_setting_more_than_the_variant() -> None:
    assert shop_with("demand=2", "demand=3").demand == 3
    scenario = shop_with("service.stations.till={servers: 6}", variant="more tills")
    assert scenario.service.stations["till"].servers == 6
    think = scenario.journeys["visit"].steps[1].think
    assert think is not None and think.constant == 2.0


def test_what_was_changed_is_said_and_by_whom() -> None:
    scenario = shop_with("service.stations.till={servers: 6, queue: 9}", "demand=2", variant="more tills")
    assert scenario.changed == [
        "variant more tills: Two tills are not enough.",
        "service.stations.till.servers: 6 instead of 2 (--set)",
        "service.stations.till.queue: 9, not written before (--set)",
        "journeys.visit.steps.1.think: 2 s instead of {exponential: 5 s} (variant more tills)",
        "demand: 2 instead of 1 (--set)",
    ]
    assert shop_with("service.stations.till.servers=2").changed == [], "as it was"
    assert shop_with("objectives.quick=null").changed == [
        "objectives.quick: taken away, it was {measure: response p95, of: buy, at_most: 3 s} (--set)"
    ]


TILL = "service.stations.till"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ([f"{TILL}.servrs=3"], f"--set {TILL}.servrs: no such key; allowed is one of servers, queue, max_wait; did you"
         " mean 'servers'?"),
        ([f"{TILL}.servers=x"], f"--set {TILL}.servers: found 'x'; allowed is a whole number"),
        ([f"{TILL}={{servers: x}}"], f"--set {TILL}: {TILL}.servers: found 'x'; allowed is a whole number"),
        ([f"{TILL}.servers=null"], f"--set {TILL}.servers: is missing"),
        (["service.stations.tilt.servers=3"], "--set service.stations.tilt.servers: service.stations.tilt: found"
         " 'tilt'; allowed is one of store, till; did you mean 'till'?; what is new is given whole, as"
         " service.stations.tilt={…}"),
        (["servce.stations.till.servers=3"], "did you mean 'service'?"),
        (["servise=null"], "--set servise: no such key; allowed is one of title,"),
        (["objectives.quik=null"], "--set objectives.quik: found 'quik'; allowed is one of quick; did you mean"),
        ([f"{TILL}.servers.most=3"], f"{TILL}.servers.most: {TILL}.servers: found 2, below which nothing can be set"),
        (["journeys.visit.steps[3].think=1 s"], "found 3 where a list stands; the numbers of its items are 0 to 2"),
        (["journeys.visit.steps.think=1 s"], "found 'think' where a list stands"),
        (["journeys.visit.steps[1]=null"], "null takes no item of a list away"),
        (["journeys.visit.steps[0].call=by"], "journeys.visit.steps.0.call: found 'by'; allowed is one of buy, fetch"),
        (["journeys[0]=3"], "journeys.0: found [0], and there is no list"),
        (["defences.room.waiting_room.admits=2 / s"], "found 'room'; the scenario has none to name here"),
        (["demand"], "--set demand: a setting is KEY=VALUE"),
        (["=3"], "a setting is KEY=VALUE"),
        (["demand="], "--set demand: has no value; null takes a key away"),
        (["demand=0"], "--set demand: found 0; allowed is how many times over"),
        (["demand=0 %"], "allowed is how many times over"),
        (["title=a: [b"], "--set title: not YAML"),
        (["title=*a"], "--set title: not YAML"),
        (["service..till=3"], "a key is written with dots"),
        ([".title=3"], "a key is written with dots"),
        (["title.=3"], "a key is written with dots"),
        (["journeys.visit.steps[x].think=3 s"], "a key is written with dots"),
        (["title\udcff=3"], "half a character"),
        (["title=a\udcffb"], "special characters are not allowed"),
        (["extends=first-queue"], "--set extends: which scenario a file is laid over cannot be changed"),
        (["variants={}"], "--set variants: a variant is chosen by its name"),
        (["changed=[a]"], "--set changed: is written by the program"),
        ([f"{TILL}=3", f"{TILL}.servers=2"], f"--set {TILL}.servers: cannot be set as well as {TILL}, which makes"
         f" {TILL} 3"),
        ([f"{TILL}={{servers: 4}}", f"{TILL}.servers.most=4"], "below which nothing can be set"),
        ([f"{TILL}.queue=2", f"{TILL}=null"], f"--set {TILL}: found nothing, which leaves nothing of {TILL}.queue,"
         " which is set as well"),
        (["journeys.visit.steps[0].optional=true", "journeys.visit.steps={call: buy}"], "journeys.visit.steps: found a"
         " mapping, which leaves nothing of journeys.visit.steps[0].optional"),
        (["journeys.visit.steps=[{call: buy}]", "journeys.visit.steps[0].optional=true"], "cannot be set as well as"),
        ([f"{TILL}.queue=2", "service={stations: 7}"], "service.stations: found 7, which leaves nothing of"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_said_in_the_words_of_the_language(settings: list[str], expected: str) -> None:
    assert expected in told(*settings)


def test_a_key_of_the_command_line_stands_in_no_file() -> None:
    with pytest.raises(ScenarioError) as caught:
        shop_with(f"{TILL}.servrs=3")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key) == (f"--set {TILL}.servrs", None, f"{TILL}.servrs")


def test_an_unknown_variant_is_told_with_the_nearest() -> None:
    assert told(variant="more till") == (
        "--variant more till: found 'more till'; allowed is one of more tills, nobody waits; did you mean 'more tills'?"
    )
    assert told(variant="x", shop=SHOP) == (
        "--variant x: shop.yaml names no variants; found 'x'; the scenario has none to name here"
    )


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ("{a: {set: {TILL.servrs: 3}}}", "26: service.stations.till.servrs: no such key"),
        ("{a: {set: {TILL: 3, TILL.servers: 3}}}", "26: service.stations.till.servers: cannot be set as well as"),
        ("{a: {set: {extends: b}}}", "26: extends: which scenario a file is laid over"),
        ("{a: {set: {service.stations.tilt.servers: 3}}}", "did you mean 'till'?"),
        ("{a: {set: {'journeys.visit.steps[0].call': by}}}", "26: journeys.visit.steps.0.call: found 'by'"),
    ],
)
def test_a_variants_wrong_key_is_reported_with_its_line(variants: str, expected: str, tmp_path: Path) -> None:
    shop = written(tmp_path, "shop.yaml", SHOP + f"variants: {variants.replace('TILL', TILL)}\n")
    (problem,) = wrong_variants(read_placed(shop))
    assert f"shop.yaml:{expected}" in str(problem) or expected in str(problem)
    assert str(problem).endswith("(variant a)") and problem.line == 26


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ("3", "shop.yaml:26: variants: found 3; allowed is a mapping of names"),
        ("{a: 3}", "shop.yaml:26: variants.a: found 3; allowed is a mapping of keys"),
        ("{a: {about: b}}", "shop.yaml:26: variants.a.set: is missing"),
        ("{a: {set: {}}}", "shop.yaml:26: variants.a.set: found a mapping"),
        ("{a: {sets: {demand: 2}}}", "variants.a.sets: no such key; allowed is one of about, set; did you mean 'set'?"),
        ("{-a: {set: {demand: 2}}}", "shop.yaml:26: variants.-a: "),
    ],
)
def test_a_variant_is_a_text_and_what_it_sets(variants: str, expected: str) -> None:
    assert expected in told(shop=SHOP + f"variants: {variants}\n")


def test_what_a_variant_says_is_the_same_after_it_was_asked_for() -> None:
    variants = "variants: {a: {set: {TILL: {servers: 5}, TILL.queue: 3}}}\n".replace("TILL", TILL)
    source = Source.parse(SHOP + variants, "shop.yaml", Path.cwd())
    asked = placed(changed(source, Changes("a"), Scenario)).scenario
    assert (asked.service.stations["till"].servers, asked.service.stations["till"].queue) == (5, 3)
    assert asked.variants["a"].settings == {TILL: {"servers": 5}, f"{TILL}.queue": 3}


def test_variants_are_inherited_replaced_and_taken_away(tmp_path: Path) -> None:
    written(tmp_path, "shop.yaml", SHOP + VARIANTS)
    over = written(
        tmp_path,
        "over.yaml",
        "extends: shop\nvariants: {more tills: null, nobody waits: {set: {objectives.quick: null, demand: 2}}}\n",
    )
    assert list(read(over).variants) == ["nobody waits"]
    scenario = read(over, Changes("nobody waits"))
    assert (scenario.objectives, scenario.demand) == ({}, 2.0)
    assert scenario.service.stations["till"].queue is None, "a variant of the same name takes the other's place"


@pytest.mark.parametrize("name", catalogue())
def test_every_variant_of_the_catalogue_can_be_run(name: str) -> None:
    scenario = read_placed(name)
    assert wrong_variants(scenario) == []
    for variant in scenario.scenario.variants:
        changed_one = checked(scenario.variant(variant))
        assert changed_one.changed[0].startswith(f"variant {variant}: ")
        assert len(changed_one.changed) > 1


def test_a_frozen_text_has_the_changes_and_says_them(tmp_path: Path) -> None:
    shop = written(tmp_path, "shop.yaml", SHOP + VARIANTS)
    changes = Changes("more tills", ("demand=2",))
    text = frozen_text(shop, changes=changes)
    kept = yaml.safe_load(text)
    assert "variants" not in kept and kept["demand"] == 2 and kept["changed"][-1] == "demand: 2 instead of 1 (--set)"
    assert read_text(text) == read(shop, changes).model_copy(update={"variants": {}})
    assert frozen_text(shop) == frozen_text(shop, changes=NO_CHANGES)
    again = read_text(changed_text(text, ["demand=3"]))
    assert (again.demand, again.changed[-2:]) == (
        3.0,
        ["demand: 2 instead of 1 (--set)", "demand: 3 instead of 2 (--set)"],
    )


def test_what_the_program_says_of_changes_holds_no_controls_apart_and_no_end_of_line() -> None:
    (one,) = shop_with('title="a\\e[31mb\\nc"').changed
    assert "\n" not in one and one.startswith("title: a\x1b[31mb c instead of"), "controls are spelt out where shown"
    long = shop_with(f"about={'x' * 500}").changed[0]
    assert len(long) < 150 and "…" in long


def test_a_file_that_another_setting_names_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.csv").write_text("".join(f"{10 + number % 7}\n" for number in range(50)))
    (tmp_path / "two.csv").write_text("".join(f"{90 + number % 7}\n" for number in range(50)))
    fitted = SHOP.replace("{exponential: 5 s}", "{fitted: {file: one.csv, family: empirical}}")
    text = frozen_text(written(tmp_path, "shop.yaml", fitted))
    monkeypatch.chdir(tmp_path)
    kept = yaml.safe_load(changed_text(text, ["journeys.visit.steps[1].think.fitted.file=two.csv"]))
    found = kept["journeys"]["visit"]["steps"][1]["think"]["fitted"]["found"]
    assert found["empirical"][0] == "0.09 s"
    (said,) = [one for one in kept["assumptions"] if "is fitted to" in one]
    assert "two.csv" in said


def test_a_path_on_the_command_line_begins_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, here = tmp_path / "scenarios", tmp_path / "here"
    folder.mkdir()
    here.mkdir()
    for place, number in ((folder, 3), (here, 5)):
        (place / "users.csv").write_text("name\n" + "".join(f"user {each}\n" for each in range(number)))
    shop = written(folder, "shop.yaml", SHOP + "data: {users: {file: users.csv}}\n")
    monkeypatch.chdir(here)
    assert value_of(frozen_text(shop), "data.users.file") == str(folder / "users.csv")
    changes = Changes(settings=("data.users.file=users.csv",))
    assert value_of(frozen_text(shop, changes=changes), "data.users.file") == str(here / "users.csv")


def test_what_stands_at_a_key_is_told_as_it_is_written() -> None:
    assert value_of(SHOP, "service.stations.till.servers") == 2
    assert value_of(SHOP, "journeys.visit.steps[1].think") == {"exponential": "5 s"}
    assert value_of(yaml.safe_load(SHOP), "period") == "0 s to 100 s"
    assert value_of(SHOP, "service.stations.till.queue") is None
    assert value_of(SHOP, "service.stations.nowhere.queue") is None
    with pytest.raises(ScenarioError, match="a key is written with dots"):
        value_of(SHOP, "a..b")


def test_the_place_of_a_key() -> None:
    data = yaml.safe_load(SHOP)
    assert key_place(data, "journeys.visit.steps[1].think") == ("journeys", "visit", "steps", 1, "think")
    assert key_place(data, "journeys.visit.steps.1.think") == ("journeys", "visit", "steps", 1, "think")
    assert key_place(data, "replay.during") == ("replay", "during")
    with pytest.raises(ScenarioError, match="did you mean 'till'"):
        key_place(data, "service.stations.tilt.servers")


DATA = {name: yaml.safe_load(frozen_text(name)) for name in ("first-queue", "launch-morning", "ers-launch-week")}


def leaves(data: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of everything in some data that holds nothing else."""
    pairs: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [inner for key, value in pairs for inner in leaves(value, (*place, key))] or [place]


LEAVES = [(name, place) for name, data in DATA.items() for place in leaves(data)]


def outcome(source: Source) -> Any:
    """The scenario without what is said of changes, or the keys and words of what is wrong with it."""
    try:
        return placed(source).scenario.model_copy(update={"changed": []})
    except ScenarioError as error:
        return {(problem.key, problem.message) for problem in error.problems}


WRITTEN = [value_of(DATA[name], dotted(place)) for name, place in LEAVES[::40]]
OTHERS = ["3 s", "40 %", "2 / s", "x", -1, 0, 1, 7, 1.5, True, [], {}]


@settings(max_examples=40)
@given(st.sampled_from(LEAVES), st.sampled_from([*WRITTEN, *OTHERS]))
def test_to_set_a_key_is_to_write_it_in_the_file(leaf: tuple[str, tuple[Any, ...]], value: Any) -> None:
    name, place = leaf
    source = Source("scenario.yaml", DATA[name], {})
    in_the_file = Source("scenario.yaml", with_found(DATA[name], place, value), {})
    setting = f"{dotted(place)}={json.dumps(value)}"
    assert outcome(changed(source, Changes(settings=(setting,)), Scenario)) == outcome(in_the_file)
    assert value_of(changed(source, Changes(settings=(setting,)), Scenario).data, dotted(place)) == value
