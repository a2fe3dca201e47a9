"""People, patients and staff on the page."""

from __future__ import annotations

import re

import numpy as np
import pytest

from readiness.report.charts.day_bars import pattern_swatch, slug
from readiness.report.followed import practices_over_time
from readiness.report.page import report_page
from readiness.summarise import Forecasts, summarise
from readiness.wording.assumed import assumed_rows
from readiness.wording.followed import followed_sentences
from recordings.axes import RecordingSpan, form_of
from recordings.recorder import Recorder
from recordings.recording import Recording
from scenarios.behaviour.steps import WORDS
from scenarios.language.reading import read_text
from tests.fixtures.readiness.launch_week import TEXT, Launch, at, form, launches, recorded, scenario
from tests.fixtures.readiness.launch_week_runs import (
    page_of_a_forecast,
    summary_and_page_of_a_run,
    summary_of_a_forecast,
)
from tests.fixtures.readiness.pages import Page
from tests.fixtures.readiness.report_runs import CLOCKED, forecasts_of, scenario_of, summary_and_page
from tests.fixtures.readiness.shown_tables import plain


def test_every_sentence_stands_on_the_page() -> None:
    summary, text = summary_of_a_forecast(), Page(page_of_a_forecast()).text
    assert summary.forecast is not None
    said = followed_sentences(summary.forecast, summary.followed["forecast"])
    assert len(said) == 7
    assert [sentence for sentence in said.values() if plain(sentence) not in text] == []


def test_the_section_comes_after_the_verdict_and_its_objectives() -> None:
    heads = [each.attributes.get("id") for each in Page(page_of_a_forecast()).all("h2")]
    assert heads[:4] == ["verdict", "objectives", "followed", "period"]


def test_what_is_measured_says_on_what() -> None:
    _, html = summary_and_page_of_a_run()
    heads = [each.text for each in Page(html).all("h3")]
    assert "Forecast, 08:00 to 18:00, mean of 3 launches" in heads
    assert "Forecast of the replay, 08:00 to 18:00" in heads
    assert "Replay, 08:00 to 18:00, measured on a mock server made of the same model; not the real service" in heads


def test_the_bar_of_a_day_is_as_long_as_its_parts_are_many() -> None:
    """Day 1 has 29.667 referrals and is the longest; day 2 has 4 received electronically and 1.333 open."""
    (bars,) = re.findall(r'<svg class="days".*?</svg>', page_of_a_forecast(), re.S)
    parts = re.findall(r'<rect x="([\d.]+)%" y="(\d+)" width="([\d.]+)%" height="20" class="where ([\w-]+)"', bars)
    first, second = ([each for each in parts if each[1] == y] for y in ("18", "64"))
    assert [name for *_, name in first] == ["electronic", "half-made", "another-channel", "open", "never"]
    assert sum(float(width) for _, _, width, _ in first) == pytest.approx(100, abs=0.05)
    assert [(name, float(width)) for _, _, width, name in second] == [
        ("electronic", round(400 / 29.667, 2)),
        ("open", round(133.333 / 29.667, 2)),
    ]
    assert "day 1: 23.7 received electronically, 1 half-made" in bars


def test_each_part_has_a_pattern_of_its_own() -> None:
    html = page_of_a_forecast()
    drawn = dict(re.findall(r'<pattern id="fill-([\w-]+)".*?</rect>(.*?)</pattern>', html, re.S))
    assert set(drawn) == {"half-made", "another-channel", "open", "never"}
    assert len(set(drawn.values())) == 4
    for name in drawn:
        assert f'class="where {name}" fill="url(#fill-{name})"' in html
    assert 'class="where another-channel"' in pattern_swatch("another channel")
    assert slug("another channel") == "another-channel"


def test_hours_go_on_past_midnight_where_days_have_no_names() -> None:
    chart = page_of_a_forecast().partition('id="held-forecast-title"')[2]
    labels = re.findall(r'class="moment[^"]*">([^<]+)<', chart.partition("</figure>")[0])
    assert labels == ["12:00", "18:00", "24:00", "30:00", "36:00"]


def test_practices_over_time_are_shares_and_means() -> None:
    """Launch 0 in four bins of eight hours: all that is held is held in the first, whose outage takes two of them."""
    seen = practices_over_time(launches()[0], 4)
    assert seen is not None
    assert seen.edges_s.tolist() == [8 * 3600, 16 * 3600, 24 * 3600, 32 * 3600, 40 * 3600]
    assert seen.held.tolist() == [(4 + 12 + 6 + 2) / 8, 0, 0, 0]
    assert seen.using[1:].tolist() == [30 / 40] * 3
    np.testing.assert_allclose(seen.heard_down, [12 / 40 * 2 / 8, 0, 0, 0])
    assert practices_over_time(Recording.blank(form()), 4) is None


def test_what_is_assumed_has_a_row_each() -> None:
    page = Page(page_of_a_forecast())
    heads = [each.text for each in page.all("th", scope="row")]
    rows = assumed_rows(scenario())
    assert [of for of, _ in rows if of not in heads] == []
    assert [words for _, words in rows if words not in page.text] == []


WITHOUT = {
    "two-week wait": ("two_week_wait: 20 %, urgent: 30 %, routine: 50 %", "urgent: 50 %, routine: 50 %"),
    "a price": ("  wages: {clinician: 90, receptionist: 18}\n", ""),
    "referrals": ("    carries: referral\n    delivered_by: created\n", ""),
}


@pytest.mark.parametrize("what", [[], ["two-week wait"], ["a price"], ["two-week wait", "a price"]])
@pytest.mark.parametrize("staff", [{}, {"receptionist": {"on paper": 1.0}}], ids=["no hours", "hours"])
def test_what_a_scenario_does_not_model_is_not_on_its_page(what: list[str], staff: dict[str, dict[str, float]]) -> None:
    """Nor is there a 0 for it, or an empty table."""
    text = TEXT.replace(", price: 0.85", "") if "a price" in what else TEXT
    for name in what:
        text = text.replace(*WITHOUT[name])
    launch = recorded(Launch({"routine": {"post": at(9.0, 1)}}, staff, [0.0] * 32, [40.0] * 32, 40, 40))
    html = page_of(text, launch)
    page = Page(html)
    assert ("two-week wait" in page.one("section", **{"aria-labelledby": "followed"}).text) == (
        "two-week wait" not in what
    )
    assert ("It costs" in html) == ("a price" not in what)
    assert ("staff-forecast-caption" in html) == bool(staff)


def test_practices_that_carry_no_referral_have_hours_and_use_alone() -> None:
    text = re.sub(r"fallback:\n(?:  .*\n)+", "", TEXT.replace(*WITHOUT["referrals"]))
    plain_form = form_of(read_text(text), RecordingSpan(scenario().period, scenario().drain, 1800), WORDS)
    assert plain_form.places == ()
    recorder = Recorder(plain_form)
    recorder.staff.cells[0][0] += (9 * 3600, 3600)
    for _ in range(plain_form.samples):
        recorder.sample([1], [0], [0, 0, 0], [0, 20, 0, 20])
    html = page_of(text, recorder.recording())
    section = Page(html).one("section", **{"aria-labelledby": "followed"}).text
    assert "Of 40 practices 0 try the system" in section and "clinicians 1 h" in section
    assert "places-forecast" not in html and "days-forecast" not in html and "delays-forecast" not in html


def page_of(text: str, launch: Recording) -> str:
    read = read_text(text)
    forecasts = Forecasts(read, asked=1)
    forecasts.add(launch)
    return report_page(summarise("week", read, 1, forecasts, None), read, launch, None, None, {})


def test_a_launch_without_practices_shows_nothing_of_them_but_that_nobody_comes_back() -> None:
    summary, html = summary_and_page(scenario_of(CLOCKED), forecasts_of(CLOCKED), None)
    assert summary.followed == {}
    assert "People, patients and staff" not in html and "fill-never" not in html.split("</style>")[1]
    assert "nobody comes back" in Page(html).text
