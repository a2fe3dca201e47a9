"""People, patients and staff in a terminal of 80 columns."""

from __future__ import annotations

from rich.console import Console

from readiness.wording.assumed import assumed_rows
from readiness.wording.followed import followed_sentences
from rehearse.shown.scenario_view import scenario_parts
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from tests.fixtures.readiness.launch_week import scenario
from tests.fixtures.readiness.launch_week_runs import in_terminal, summary_of_a_forecast
from tests.fixtures.readiness.report_runs import CLOCKED


def shown(scenario: Scenario) -> str:
    console = Console(width=200, no_color=True)
    with console.capture() as captured:
        console.print(*scenario_parts(scenario))
    return captured.get()


def test_the_table_fits_80_columns_with_every_number_beside_its_share() -> None:
    lines = in_terminal(summary_of_a_forecast(), 80).splitlines()
    assert max(map(len, lines)) <= 80
    head = next(number for number, line in enumerate(lines) if line.startswith("Referrals"))
    table = [line.rstrip().replace("\N{NO-BREAK SPACE}", " ") for line in lines[head:]]
    assert table[:4] == [
        "Referrals, forecast        two-week wait  urgent    routine      all",
        "arose                      7              10        18           35",
        "electronic at once         5.33 (76.2 %)  6 (60 %)  12 (66.7 %)  23.3 (66.7 %)",
        "electronic later           0.333 (4.8 %)  2 (20 %)  2 (11.1 %)   4.33 (12.4 %)",
    ]


def test_every_sentence_is_said_with_its_phase() -> None:
    summary = summary_of_a_forecast()
    assert summary.forecast is not None
    lines = in_terminal(summary, 400).splitlines()
    for sentence in followed_sentences(summary.forecast, summary.followed["forecast"]).values():
        assert f"Forecast: {sentence}" in [line.rstrip() for line in lines]


def test_show_says_every_assumption() -> None:
    text = " ".join(shown(scenario()).split())
    for of, words in assumed_rows(scenario()):
        assert of in text
        assert words.split(";")[0].split(",")[0] in text
    assert "nobody comes back" not in text


def test_show_says_that_nobody_comes_back() -> None:
    (line,) = [line for line in shown(read_text(CLOCKED)).splitlines() if "nobody comes back" in line]
    assert line.split() == ["who", "gives", "up", "nobody", "comes", "back"]
