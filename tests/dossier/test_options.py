"""How much demand the launch bears, and what each option buys and costs, side by side."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from dossier.evidence.evidence import DossierEvidence
from dossier.lines.breaking import breaking_line
from dossier.lines.options import options_line
from experiments.launches.point import Point
from scenarios.language.reading import read_text
from tests.fixtures.dossier.rehearsed import SURGERY, Rehearsed
from tests.fixtures.dossier.said import rows, texts, with_answer


@pytest.mark.parametrize(
    ("states", "sentence", "cell"),
    [
        (["holds", "holds", "broken"], "Every promise is kept up to {2}, surely no more at {3}.", "2 ×"),
        (["holds", "open", "broken"], "Every promise is kept up to {1}, surely no more at {3}.", "1 ×"),
        (["holds", "holds", "holds"], "Every promise is kept up to {3}, the most that was tried.", "3 × or more"),
        (
            ["holds", "holds", "open"],
            "Every promise is kept up to {2}; beyond that there is not enough evidence.",
            "at least 2 ×",
        ),
        (
            ["broken", "broken", "broken"],
            "Not every promise is kept even at {1}, the least that was tried.",
            "under 1 ×",
        ),
        (
            ["open", "open", "broken"],
            "Not every promise is kept at {3}, and below that there is not enough evidence.",
            "under 3 ×",
        ),
        (
            ["open", "open", "open"],
            "There is not enough evidence whether every promise is kept, up to {3}, the most that was tried.",
            "not enough evidence",
        ),
    ],
    ids=" ".join,
)
def test_how_much_demand_it_bears_is_told_as_far_as_it_was_tried(
    whole: DossierEvidence, states: list[str], sentence: str, cell: str
) -> None:
    """In the sentence of its line, and beside nothing done among the options."""
    (headroom,) = whole.answers_of("headroom")
    points = [{"at": at, "state": state} for at, state in enumerate(states, start=1)]
    together = {"kind": "objective", "name": "", "points": points}
    asked = {**headroom.said, "looks": [{"raised": [], "full_first": [], "courses": [together]}]}
    told = with_answer(whole, replace(headroom, said=asked))
    demands = ["", *(f"{at} times the expected demand" for at in (1, 2, 3))]
    assert texts(breaking_line(told)) == [sentence.format(*demands)]
    assert rows(options_line(told))[0][6] == cell


def test_where_promises_are_broken_with_no_part_full_it_says_that_demand_is_not_why(rehearsed: Rehearsed) -> None:
    """The launch has a fault of its own, which is named."""
    found = rehearsed.evidence(rehearsed.drill, answers=(rehearsed.headroom,))
    (headroom,) = found.answers_of("headroom")
    asked = replace(
        headroom,
        said={**headroom.said, "looks": [look(promises="broken", parts="holds")]},
        content=Point(found.launch.texts["scenario.yaml"].decode(), found.launch.given).content,
    )
    assert texts(breaking_line(with_answer(found, asked)))[:3] == [
        "Not every promise is kept even at 0.5 times the expected demand, the least that was tried.",
        "No part is full there: what breaks promises is not demand, but what happens in the launch: “half”.",
        "No part is full up to 1 times the expected demand, the most that was tried.",
    ]


def test_with_the_first_part_made_larger_it_says_that_nothing_is_full_next(whole: DossierEvidence) -> None:
    (headroom,) = whole.answers_of("headroom")
    larger = {**look(promises="holds", parts="holds"), "raised": ["desk"]}
    asked = replace(headroom, said={**headroom.said, "looks": [look(promises="holds", parts="broken"), larger]})
    assert texts(breaking_line(with_answer(whole, asked)))[1:] == [
        "If “desk” were never full, every promise is kept up to 1 times the expected demand, the most that was tried.",
        "With that no part is full up to 1 times the expected demand, the most that was tried.",
    ]


def test_where_a_larger_part_mends_nothing_it_says_that_promises_break_as_before(whole: DossierEvidence) -> None:
    (headroom,) = whole.answers_of("headroom")
    larger = {**look(promises="broken", parts="holds"), "raised": ["desk"]}
    asked = replace(headroom, said={**headroom.said, "looks": [look(promises="broken", parts="broken"), larger]})
    assert texts(breaking_line(with_answer(whole, asked)))[1:] == [
        "If “desk” were never full, no other part would be up to 1 times the expected demand, and promises are still"
        " broken."
    ]


def test_a_part_that_waits_for_another_is_full_because_of_that_one(
    rehearsed: Rehearsed, whole: DossierEvidence
) -> None:
    """Who refers holds a server of the desk while the files are asked: with twice the demand both are full."""
    at_files = "{use: files, time: {exponential: 500 ms}}"
    held = read_text(SURGERY.replace(f"[{at_files}]", f"[{{hold: desk, steps: [{at_files}]}}]"))
    (compared,), (headroom,) = whole.answers_of("compare"), whole.answers_of("headroom")
    full = look(promises="broken", parts="broken") | {"full_first": ["desk", "files"]}
    full["courses"] += [{"kind": "station", "name": "desk", "points": full["courses"][1]["points"]}]
    larger = replace(
        headroom, given="larger", content=compared.said["options"][0]["content"], said=headroom.said | {"looks": [full]}
    )
    asked = replace(whole, runs=[replace(whole.launch, scenario=held)], answers=[compared, headroom, larger])
    told = "where “files”, and “desk”, which waits for “files”, are full."
    (of_option,) = [text for text in texts(breaking_line(asked)) if text.startswith("With “a larger desk” ")]
    assert of_option.endswith(told)


def look(promises: str, parts: str) -> dict[str, Any]:
    """What was seen at half the demand and at all of it, of all promises together, and of all parts."""
    courses = [("objective", promises), ("station", parts)]
    return {
        "raised": [],
        "full_first": [],
        "courses": [
            {"kind": kind, "name": "", "points": [{"at": at, "state": state} for at in (0.5, 1)]}
            for kind, state in courses
        ],
    }


def test_options_stand_side_by_side_and_nothing_done_comes_first(whole: DossierEvidence) -> None:
    line = options_line(whole)
    assert line.table is not None
    assert line.table.columns[1:7] == ["bad launches", "on paper", "lost", "late", "wait", "holds up to"]
    found = {row[0]: row[1:] for row in rows(line)}
    assert list(found) == ["surgery, as it is", "a larger desk", "a small desk"]
    assert [row[0] for row in found.values()] == ["0 of 6", "0 of 6", "6 of 6"]
    paper = [float(found[name][1].removesuffix("%")) for name in ("surgery, as it is", "a small desk")]
    assert paper[1] > 10 > paper[0], "per cent of all that were to be made"
    assert found["a small desk"][2] == "NOT MODELLED", "nobody follows referrals here"
    (worse,) = [text for text in texts(line) if text.startswith("Surely worse than “surgery”: “a small desk” in ")]
    assert re.search(r" in [1-9] \(and better in 0\) of [1-9] promises\.$", worse)
    assert found["a larger desk"][5:] == ["not asked", "£9,000", "6 weeks: too late"]
    assert found["a small desk"][5:] == ["not at 1 ×", "not stated", "not stated"], "its launches say so"


def test_an_option_with_other_numbers_of_referrals_says_how_many(whole: DossierEvidence) -> None:
    (compared,) = whole.answers_of("compare")
    options = [dict(one) for one in compared.said["options"]]
    assert not any(text.startswith("Of the referrals of ") for text in texts(options_line(whole)))
    base = compared.said["base"]["by_launch"]["referrals"]
    options[1]["by_launch"] = {**options[1]["by_launch"], "referrals": [number * 0.64 for number in base]}
    other = replace(compared, said={**compared.said, "options": options})
    told = "Of the referrals of “surgery” “a small desk” has 64 %: amounts of those are not compared."
    assert told in texts(options_line(with_answer(whole, other)))


def test_an_option_holds_up_to_what_was_asked_about_that_very_option(whole: DossierEvidence) -> None:
    (compared,), (headroom,) = whole.answers_of("compare"), whole.answers_of("headroom")
    larger = replace(headroom, content=compared.said["options"][0]["content"])
    found = {row[0]: row[6] for row in rows(options_line(with_answer(whole, larger)))}
    assert found["surgery, as it is"] == "not asked"
    assert found["a larger desk"].endswith(" ×")


def test_an_answer_that_did_not_count_launches_says_so(whole: DossierEvidence) -> None:
    (compared,) = whole.answers_of("compare")
    base, options = ({**one, "by_launch": None} for one in (compared.said["base"], compared.said["options"][0]))
    older = replace(compared, said={**compared.said, "base": base, "options": [options]})
    assert [row[1:6] for row in rows(options_line(with_answer(whole, older)))] == [["not counted"] * 5] * 2
