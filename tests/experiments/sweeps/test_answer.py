"""A sweep in words, tables and drawings, of made-up outcomes."""

from __future__ import annotations

import csv
import io
import json

import pytest

from experiments.answers.page import answer_page
from experiments.answers.writing import as_data, csv_of
from experiments.sweeps.answer import sweep_answer
from tests.fixtures.experiments.sweeps import made_up_sweep, storm
from tests.fixtures.readiness.pages import Page

DEMAND, LENGTH, ORDER = "demand=0.2..1", "faults.the workers are gone.for=1 s..5 s", "order=fifo, lifo"


def test_the_answer_says_where_one_key_makes_the_difference() -> None:
    answer = sweep_answer(made_up_sweep([DEMAND], lambda values: 6 if values[0] > 0.53 else 0), storm())
    assert answer.sentences == [
        "The share of launches that never recover rises above one half between demand = 0.5 and 0.55."
    ]
    assert answer.status == "answered"
    assert "None of 6 launches still allows 45.9 % of all" in answer.cautions[0]


def test_where_nothing_changes_it_says_so() -> None:
    answer = sweep_answer(made_up_sweep([DEMAND], lambda values: 0), storm())
    assert answer.sentences == ["Launches that never recover: all of them at 0 of 5 points, none at 5."]
    assert [table.name for table in answer.tables] == ["points"]


def test_of_two_keys_each_row_has_its_edge() -> None:
    swept = made_up_sweep([DEMAND, LENGTH], lambda values: 6 if values[0] * values[1] > 2 else 0)
    answer = sweep_answer(swept, storm())
    for edge in swept.edges():
        low, high = (swept.axes[0].place(at) for at in (edge.low, edge.high))
        length = swept.axes[1].place(edge.row[1])
        assert low * length <= 2 < high * length and high - low < 0.21
    assert answer.sentences[1].startswith("At faults.the workers are gone.for = 2.")
    grid, edges, points = answer.tables
    assert [len(grid.rows), len(grid.columns)] == [5, 6]
    assert len(edges.rows) == len(swept.edges()) and points.rows_shown == 0


def test_the_files_have_value_and_ends_apart() -> None:
    swept = made_up_sweep([DEMAND], lambda values: 3 if values[0] > 0.5 else 0, depth=0)
    rows = list(csv.DictReader(io.StringIO(csv_of(sweep_answer(swept, storm()).tables[-1]))))
    assert rows[0] | {"wait": ""} == {
        "demand": "0.2",
        "lost": "0.0",
        "lost_low": "0.0",
        "lost_high": rows[0]["lost_high"],
        "lost_launches": "6",
        "wait": "",
        "wait_low": rows[0]["wait_low"],
        "wait_high": rows[0]["wait_high"],
        "wait_launches": "6",
        "added_in_round": "0",
    }
    assert float(rows[0]["lost_high"]) == pytest.approx(0.459, abs=0.001)


def test_the_data_say_never_and_which_points_were_added() -> None:
    swept = made_up_sweep([DEMAND], lambda values: 6 if values[0] > 0.53 else 0)
    data = json.loads(json.dumps(as_data(sweep_answer(swept, storm()))))
    never = [point["values"]["demand"] for point in data["points"] if point["found"]["wait"]["never"]]
    assert never == ["0.55", "0.6", "0.8", "1"]
    assert {point["values"]["demand"]: point["round"] for point in data["points"] if point["round"]} == {
        "0.5": 1,
        "0.55": 2,
    }


def test_the_line_has_a_dot_for_each_point_and_hollow_ones_for_those_added() -> None:
    page = Page(
        answer_page(sweep_answer(made_up_sweep([DEMAND], lambda values: 6 if values[0] > 0.53 else 0), storm()))
    )
    share, wait = page.all("svg", class_="chart")
    assert share.attributes["aria-labelledby"] == "sweep-0-title sweep-0-desc"
    hollow = [one for one in page.all("circle", class_="dot swept added") if one.attributes["r"] == "4.5"]
    assert len(hollow) == 2 + 1 + 2, "two on either chart, but for the one that is never, and the keys'"
    assert page.text.count("never") >= 4
    assert "one launch" in page.text and "95 % interval" in page.text
    assert wait.text


def test_words_stand_along_a_line_in_their_order() -> None:
    answer = sweep_answer(made_up_sweep([ORDER], lambda values: 6 * int(values[0])), storm())
    page = Page(answer_page(answer))
    moments = [label.text for label in page.all("text") if "moment" in label.attributes.get("class", "")]
    assert moments == ["fifo", "lifo"] * 2
    assert answer.sentences == ["Launches that never recover: all of them at 1 of 2 points, none at 1."]


def test_every_tile_of_a_map_has_its_number_and_its_place() -> None:
    swept = made_up_sweep([DEMAND, ORDER], lambda values: 6 if values[0] > 0.53 and values[1] else 0)
    page = Page(answer_page(sweep_answer(swept, storm())))
    tiles = [each for each in page.all("g") if each.attributes["class"].startswith("tile") and each.text]
    assert len(tiles) == 2 * len(swept.points.found)
    assert {tile.text for tile in tiles} == {"0", "100", "1.5 s", "never"}
    rects = [
        (float(one.attributes["x"]), float(one.attributes["y"])) for one in page.all("rect") if "x" in one.attributes
    ]
    assert len(set(rects[: len(rects) // 2])) == len(rects) // 2


def test_too_many_points_are_said() -> None:
    swept = made_up_sweep([DEMAND], lambda values: 6 if values[0] > 0.53 else 0)
    swept.points.is_whole = False
    assert any(caution.startswith("Only 7 points were simulated") for caution in sweep_answer(swept, storm()).cautions)
