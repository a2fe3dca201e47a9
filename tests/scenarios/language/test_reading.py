"""Whatever is wrong with a scenario file, the reader says in which file and line, at which key, and what is allowed."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.language.reading import frozen_text, read, read_text
from scenarios.language.scenario import Scenario
from scenarios.sources.catalogue import catalogue
from scenarios.sources.problems import ScenarioError
from scenarios.sources.source import titles
from tests.fixtures.scenarios.small_scenarios import SHOP, changed, complaint, shop, told, written


def line_of(words: str) -> int:
    """Where these words stand in the shop."""
    return next(number for number, line in enumerate(SHOP.splitlines(), 1) if words in line)


MISTAKES = yaml.safe_load((Path(__file__).parent / "mistakes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_key(mistake: str) -> None:
    right, wrong, message = MISTAKES[mistake]["right"], MISTAKES[mistake]["wrong"], MISTAKES[mistake]["said"]
    assert right in SHOP
    said = complaint(SHOP.replace(right, wrong, 1))
    assert message in said
    first = right.splitlines()[0]
    lines = {int(found) for found in re.findall(r"shop\.yaml:(\d+): ", said)}
    assert lines, said
    assert any(abs(line - line_of(first)) <= 1 for line in lines), f"{lines} is not near {line_of(first)}"


def test_a_number_of_five_thousand_digits_is_refused_and_not_repeated_in_full() -> None:
    said = complaint(SHOP.replace("servers: 2", "servers: " + "9" * 5000))
    assert said.startswith(f"shop.yaml:{line_of('servers: 2')}: not YAML: '9999")
    assert len(said) < 200


def test_the_very_line_of_a_deep_mistake_is_named() -> None:
    said = complaint(SHOP.replace("time: 200 ms", "time: soon"))
    assert said.startswith(f"shop.yaml:{line_of('time: 200 ms')}: service.operations.fetch.steps.0.steps.0.time")


def test_a_name_such_as_steps_does_not_confuse_the_list_of_allowed_keys() -> None:
    renamed = SHOP.replace("  visit:\n", "  steps:\n    carry: x\n").replace("journey: visit", "journey: steps")
    allowed = "allowed is one of carries, delivered_by, python, locust, steps; did you mean 'carries'?"
    assert f"journeys.steps.carry: no such key; {allowed}" in complaint(renamed)


def test_every_mistake_is_told_at_once() -> None:
    said = complaint(SHOP.replace("servers: 2", "server: 2").replace("at_most: 3 s", "at_most: soon"))
    assert "till.server: no such key" in said
    assert "quick.at_most: found 'soon'" in said


def test_what_a_carried_referral_is_delivered_by_must_be_achieved() -> None:
    carried = changed(changed(shop(), "journeys.visit.carries", "referral"), "journeys.visit.delivered_by", "fetch")
    said = complaint(yaml.safe_dump(carried))
    assert "journeys.visit.delivered_by: found 'fetch'; allowed is one of fetched; did you mean 'fetched'?" in said


def test_carries_and_delivered_by_go_together() -> None:
    said = complaint(yaml.safe_dump(changed(shop(), "journeys.visit.carries", "referral")))
    assert "journeys.visit: `carries` and `delivered_by` go together" in said


def test_a_window_must_cut_the_period_in_equal_parts() -> None:
    assert "window: must divide the period with its drain into equal parts" in complaint(SHOP + "window: 30 s\n")
    assert read_text(SHOP + "window: 25 s\n").window_s == 25


def test_a_window_that_is_not_given_cuts_the_period_in_equal_parts_too() -> None:
    for end in (1, 7, 60, 61, 65, 100, 3600, 9600, 86400):
        width = read_text(SHOP.replace("100 s", f"{end} s")).window_s
        assert end / width == pytest.approx(round(end / width)), end
        assert 20 <= end / width <= 60.001, end


def test_what_is_counted_for_all_populations_cannot_be_asked_of_one() -> None:
    two = changed(shop(), "populations.browsers", shop()["populations"]["shoppers"])
    two["objectives"]["calm"] = {"measure": "waiting to retry mean", "of": "browsers", "at_most": 3}
    said = complaint(yaml.safe_dump(two))
    assert "objectives.calm.of: waiting to retry mean is counted for browsers, shoppers together" in said
    assert told(changed(two, "objectives.calm.of", ["browsers", "shoppers"])).objectives["calm"].limit == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "shop.yaml:1: a scenario is a mapping of keys such as title, period, service"),
        ("# nothing\n", "shop.yaml:1: a scenario is a mapping"),
        ("- a\n- b\n", "shop.yaml:1: a scenario is a mapping"),
        ("42", "shop.yaml:1: a scenario is a mapping"),
        ("title: a: b\n", "shop.yaml:1: not YAML: mapping values are not allowed here"),
        ("title: A shop\n\tperiod: 1\n", "shop.yaml:2: not YAML: "),
        ("title: [1, 2", "shop.yaml:1: not YAML: "),
        ("title: a\n---\ntitle: b\n", "shop.yaml:2: not YAML: but found another document"),
        ("a\x00b", "shop.yaml:1: not YAML: unacceptable character #x0000"),
        ("? [a, b]\n: c\n", "shop.yaml:1: not YAML: found unhashable key"),
        ("title: !!python/object:os.system x\n", "shop.yaml:1: not YAML: could not determine a constructor"),
        ("title: !!bool perhaps\n", "shop.yaml:1: not YAML: 'perhaps' does not fit bool"),
        ("title: !!timestamp perhaps\n", "shop.yaml:1: not YAML: 'perhaps' does not fit timestamp"),
        ("title: " + "[" * 5000, "shop.yaml:1: is nested too deeply: more than 100 levels"),
        ("title: " + "[" * 150 + "]" * 150, "shop.yaml:1: is nested too deeply"),
        ("title: &a [*a]\n", "shop.yaml:1: is nested too deeply"),
        ("title: x\nabout: &a {b: *a}\n", "shop.yaml:2: is nested too deeply"),
        ("\n".join(" " * level + "a:" for level in range(150)), "shop.yaml:100: is nested too deeply"),
        ("title: a\n\tb: 1\n", "shop.yaml:2: not YAML: found character '\\t' that cannot start any token; indent with"),
        ("title: a\nabout: 'b\0'", "shop.yaml:2: not YAML: unacceptable character #x0000"),
        ('title: "\\ud800"', r"shop.yaml:1: not text: '\ud800' has half a character"),
        ("title: a\nabout: b\n\ntitle: c\n", "shop.yaml:4: title: stands twice, first in line 1"),
    ],
)  # fmt: skip
def test_what_is_no_scenario_at_all_is_refused_in_words(text: str, said: str) -> None:
    assert complaint(text).startswith(said)


@pytest.mark.parametrize("form", ["[{}]", "{{<<: [{}]}}", "{{<<: [{}], x: 1}}"], ids=["lists", "merged", "and more"])
def test_anchors_that_unfold_without_end_are_refused_before_they_unfold(form: str) -> None:
    """Unfolded, these are 10^12 values; the line is that of the first that is too many."""
    laughs = ["a0: &a0 {x: 1}"] + [f"a{n}: &a{n} " + form.format(", ".join([f"*a{n - 1}"] * 10)) for n in range(1, 13)]
    said = complaint("\n".join(laughs))
    assert re.fullmatch(r"shop\.yaml:[56]: its anchors unfold to too much: more than 50,000 keys and values", said)


def test_a_text_of_too_many_values_is_refused_in_the_line_where_they_become_too_many() -> None:
    """The mapping, its key and its list are three, so item 49,998 is one too many."""
    assert complaint("assumptions:\n" + "- x\n" * 50_000).startswith("shop.yaml:49999: says too much: more than 50,000")


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(
        ScenarioError, match=r"large\.yaml: cannot be read: a scenario is a file of at most 500,000 bytes"
    ):
        read(str(path))


def test_a_file_in_utf_16_is_told_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "wide.yaml"
    path.write_text(SHOP, encoding="utf-16")
    with pytest.raises(ScenarioError, match=r"wide\.yaml: cannot be read: .*it looks like UTF-16; save it as UTF-8"):
        read(str(path))


def test_a_byte_order_mark_and_line_ends_of_windows_make_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SHOP.replace("\n", "\r\n").encode())
    assert read(str(path)) == read_text(SHOP)


def test_counts_may_be_written_in_groups_of_thousands() -> None:
    text = SHOP.replace("till: {servers: 2}", 'till: {servers: "2,700"}')
    assert read_text(text).service.stations["till"].servers == 2700


def test_of_thousands_of_names_some_are_listed_and_the_nearest() -> None:
    many = {f"s{number}": {"servers": 1} for number in range(1000)}
    crowded = changed(shop(), "service.stations", shop()["service"]["stations"] | many)
    said = complaint(yaml.safe_dump(crowded).replace("use: till", "use: tilll"))
    assert " and 962 more; did you mean 'till'?" in said
    assert len(said) < 500


def test_a_binary_file_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "picture.yaml"
    path.write_bytes(bytes(range(128, 256)))
    with pytest.raises(ScenarioError, match=r"picture\.yaml: cannot be read: 'utf-8' codec"):
        read(str(path))


@pytest.mark.parametrize("name", ["launch-mornin", "no-such.yaml", "", "x" * 5000 + ".yaml", "a\x00b.yaml"])
def test_a_scenario_that_is_not_there_is_answered_with_those_that_are(name: str) -> None:
    with pytest.raises(ScenarioError, match=r"no such scenario; allowed is a file's path or one of .*first-queue"):
        read(name)


def test_the_nearest_scenario_is_suggested() -> None:
    with pytest.raises(ScenarioError, match=r"did you mean 'launch-morning'\?"):
        read("launch-mornin")


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(ScenarioError, match="no such scenario"):
        read(str(tmp_path / "folder.yaml"))


def test_numbers_are_decimal_and_clock_times_are_text() -> None:
    early = read_text(SHOP.replace("0 s to 100 s", "08:00 to 09:00").replace("servers: 2", "servers: 012"))
    assert early.period == (28800, 32400)
    assert early.service.stations["till"].servers == 12


def test_on_and_yes_are_words() -> None:
    assert read_text(SHOP.replace("title: A shop", "title: on")).title == "on"


@pytest.mark.parametrize("name", catalogue())
def test_every_scenario_of_the_catalogue_is_valid_and_tells_its_title(name: str) -> None:
    assert read(name).title


@pytest.mark.parametrize("name", catalogue())
def test_a_frozen_scenario_is_the_same_extends_nothing_and_names_no_variants(name: str) -> None:
    text = frozen_text(name)
    assert not {"extends", "variants"} & set(yaml.safe_load(text))
    assert read_text(text) == read(name).model_copy(update={"extends": None, "variants": {}})


def test_a_frozen_scenario_keeps_clock_times_and_odd_words(tmp_path: Path) -> None:
    text = SHOP.replace("0 s to 100 s", "08:00 to 09:00").replace("A shop", '"on: 08:00"')
    path = written(tmp_path, "odd.yaml", text + "sources: {a: '010', b: 'no'}\n")
    assert read_text(frozen_text(path)) == read(path)


def places(data: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in the data."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, value in inner for place in ((*above, key), *places(value, (*above, key)))]


PLACES = places(shop())
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(["3 s", "20 %", "1 / s", "08:00 to 09:00", "till", "buy", "visit", "forever", "queue max"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    st.sampled_from(PLACES).map(lambda place: at(shop(), place)),
)


def at(data: Any, place: tuple[Any, ...]) -> Any:
    for part in place:
        data = data[part]
    return data


@st.composite
def damaged(draw: st.DrawFn) -> dict[Any, Any]:
    """The shop with one to three values replaced, taken away, or put under another name."""
    data = copy.deepcopy(shop())
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from(PLACES))
        try:
            inside = at(data, tuple(path))
            value = inside.pop(last)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier damage took it away
        how = draw(st.sampled_from(["replaced", "away", "renamed"]))
        if how == "renamed" and isinstance(inside, dict):
            inside[draw(st.one_of(st.text(max_size=5), st.integers(), st.none(), st.booleans()))] = value
        elif how == "replaced" and isinstance(inside, dict):
            inside[last] = draw(ODD)
        elif how == "replaced":
            inside.insert(last, draw(ODD))
    return data


@given(damaged())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_scenario_is_read_or_refused_in_words(data: dict[Any, Any]) -> None:
    try:
        scenario = read_text(yaml.safe_dump(data, allow_unicode=True), "shop.yaml")
    except ScenarioError as error:
        assert error.problems
        for problem in error.problems:
            assert re.match(r"shop\.yaml(:\d+)?: ", str(problem)), problem
            assert len(str(problem)) < 1000
    else:
        assert isinstance(scenario, Scenario)


@given(st.text(max_size=60))
@settings(max_examples=150)
def test_any_text_at_all_is_refused_in_words(text: str) -> None:
    with pytest.raises(ScenarioError):
        read_text(text)


MIDNIGHT = SHOP.replace("0 s to 100 s", "00:00 to 00:10")
STORM, CURVE = "{{storm: {{people: 3, around: {}, within: 10 s}}}}", "{{curve: {{{}: 1 / s}}}}"


def test_a_period_that_begins_at_midnight_is_one_of_clock_times() -> None:
    assert read_text(MIDNIGHT).is_clock
    assert not read_text(SHOP).is_clock
    assert read_text(MIDNIGHT).span_text(0.0, 60.0) == "00:00 to 00:01"
    assert read_text(SHOP).span_text(0.0, 60.0) == "0 s to 60 s"


@pytest.mark.parametrize(
    ("old", "new", "clock", "since_the_start"),
    [
        ("{rate: 1 / s}", STORM, "00:01", "60 s"),
        ("{rate: 1 / s}", CURVE, "00:01", "60 s"),
        ("at_most: 3 s", "at_most: 3 s, during: {}", "00:00 to 00:01", "0 s to 60 s"),
        ("objectives:", "replay: {{during: {}}}\nobjectives:", "00:00 to 00:01", "0 s to 60 s"),
    ],
)
def test_moments_are_written_as_the_period_is(old: str, new: str, clock: str, since_the_start: str) -> None:
    assert read_text(MIDNIGHT.replace(old, new.format(clock))).is_clock
    assert not read_text(SHOP.replace(old, new.format(since_the_start))).is_clock
    said = complaint(MIDNIGHT.replace(old, new.format(since_the_start)))
    assert "in a period of clock times a moment is a clock time such as 08:00" in said
    said = complaint(SHOP.replace(old, new.format(clock)))
    assert "in a period of durations a moment is a duration since the start such as 90 s" in said


def test_a_span_of_a_clock_time_and_a_duration_is_refused() -> None:
    assert "both clock times or both durations" in complaint(SHOP.replace("0 s to 100 s", "0 s to 08:00"))


@pytest.mark.filterwarnings("error")
def test_a_scenario_of_clock_times_is_dumped_without_a_warning() -> None:
    assert read_text(MIDNIGHT).model_dump(mode="json")["period"] == [0.0, 600.0]


def test_every_unknown_name_is_told_at_once_and_then_everything_that_does_not_fit() -> None:
    text = yaml.safe_dump(
        shop()
        | {
            "faults": {
                "a": {"during": "1 s to 2 s", "hang": {"station": "tills", "operations": ["by"]}},
                "b": {"slowdown": {"station": "till", "factor": 2}},
                "c": {"during": "1 s to 99 h", "servers_lost": {"station": "till", "servers": 50}},
                "d": {"during": "1 s to 2 s", "no_slots": {}},
            },
            "defences": {
                "e": {"discipline": {"station": "till", "order": "lifo"}},
                "f": {"discipline": {"station": "till", "order": "priority"}},
                "g": {"autoscaling": {"station": "till", "at_most": 1}},
            },
        }
    )
    with pytest.raises(ScenarioError) as unknown:
        read_text(text)
    assert {problem.key for problem in unknown.value.problems} == {"faults.a.hang.station", "faults.a.hang.operations"}
    with pytest.raises(ScenarioError) as misfits:
        read_text(text.replace("tills", "till").replace("- by\n", "- buy\n"))
    told = {problem.key: problem.message for problem in misfits.value.problems}
    assert told.keys() == {
        "faults.b",
        "faults.c.during",
        "faults.c.servers_lost.servers",
        "faults.d.no_slots",
        "defences.f.discipline",
        "defences.g.autoscaling.at_most",
    }
    assert "'e' orders the queue of 'till' already" in told["defences.f.discipline"]


def test_titles_are_those_of_the_scenarios() -> None:
    assert titles() == {name: read(name).title for name in catalogue()}
