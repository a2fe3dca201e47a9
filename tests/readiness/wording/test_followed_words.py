"""People, patients and staff in sentences, and what is assumed of them."""

from __future__ import annotations

import msgspec
import pytest

from readiness.wording.assumed import assumed_rows, drawn_words
from readiness.wording.followed import followed_sentences, long_words, money_words, place_rows
from recordings.followed import BacklogSummary, FollowedSummary
from recordings.phases import PhaseSummary
from scenarios.language.practices import NewsSource
from scenarios.language.reading import read_text
from scenarios.quantities.times import Time
from tests.fixtures.readiness.launch_week import TEXT, scenario
from tests.fixtures.readiness.launch_week_runs import summary_of_a_forecast
from tests.fixtures.readiness.report_runs import ABSTRACT, CLOCKED

NOBODY = ("who gives up", "nobody comes back")
BACK = ", comes_back: {share: 50 %, after: 30 min, times: 2}"


def forecast() -> PhaseSummary:
    found = summary_of_a_forecast().forecast
    assert found is not None
    return found


def followed() -> FollowedSummary:
    return summary_of_a_forecast().followed["forecast"]


def said(**changed: object) -> dict[str, str]:
    found = followed_sentences(forecast(), msgspec.structs.replace(followed(), **changed))
    return {name: sentence.replace("\N{NO-BREAK SPACE}", " ") for name, sentence in found.items()}


def assumed(text: str) -> dict[str, str]:
    return dict(assumed_rows(read_text(text)))


def test_each_has_a_sentence() -> None:
    assert said() == {
        "places": "Of 35 referrals that arise, 27.7 are received electronically (79 %), 1 is half-made (2.9 %), 2.67 "
        "are sent by another channel (7.6 %), 2.33 are held or under way (6.7 %) and 1.33 are lost, forgotten or "
        "given up (3.8 %) when the recording ends.",
        "late": "Of the referrals of the two-week wait 0.667 (9.5 %) are received later than 24 h after the "
        "consultation, or never (0.333 later, 0.333 never); 2 in the worst launch, and some in 1 of 3 launches; 0.333 "
        "more were still open, and not so old, at the end.",
        "delay": "From consultation to receipt, of all referrals: half within 3.01 min, 19 of 20 never, in the worst "
        "launch never.",
        "staff": "It takes 6.67 h of staff time: clinicians 5 h, receptionists 1.5 h and providers 0.167 h.",
        "cost": "It costs £478: £0.85 for channels and £477 for staff time.",
        "practices": "Of 40 practices 38 try the system and 34.7 get in; 72.5 % at the end of day 1 and 72.5 % at the "
        "end of day 2 would rather try it than not.",
        "backlog": "At the height practices hold 14 referrals (24 in the worst launch), and 1 at the end, some in 1 of "
        "3 launches.",
    }


def test_what_is_not_modelled_has_no_sentence() -> None:
    assert said(referrals=None, staff_h={}, cost=None, practices=None) == {}


def test_nobody_late_is_said_too() -> None:
    referrals = followed().referrals
    assert referrals is not None and referrals.two_week_wait is not None
    on_time = msgspec.structs.replace(referrals.two_week_wait, later=0, never=0, undecided=0, share=0.0)
    assert said(referrals=msgspec.structs.replace(referrals, two_week_wait=on_time))["late"] == (
        "No referral of the two-week wait is received later than 24 h after the consultation."
    )


@pytest.mark.parametrize(
    ("backlog", "sentence"),
    [
        (BacklogSummary(0, 0, 0), "Practices hold no referral at any time."),
        (
            BacklogSummary(12, 30, 0, 10_800.0),
            "At the height practices hold 12 referrals (30 in the worst launch); 3 h later in the mean no more than "
            "1 % of that is left.",
        ),
    ],
)
def test_a_backlog_is_none_or_cleared(backlog: BacklogSummary, sentence: str) -> None:
    practices = followed().practices
    assert practices is not None
    assert said(practices=msgspec.structs.replace(practices, backlog=backlog))["backlog"] == sentence


def test_a_share_that_is_hardly_any_is_not_said_to_be_none() -> None:
    referrals = followed().referrals
    assert referrals is not None
    rare = msgspec.structs.replace(referrals, priorities={}, shares=referrals.shares | {"lost": 0.0002})
    assert dict(place_rows(rare))["lost"] == [("0.333", "< 0.1 %")]


@pytest.mark.parametrize(
    ("seconds", "words"), [(45, "45 s"), (5400, "90 min"), (93_600, "26 h"), (475_200, "5.5 days")]
)
def test_a_long_time_is_in_hours_or_days(seconds: float, words: str) -> None:
    assert long_words(seconds) == words


def test_money_has_its_currency() -> None:
    assert [money_words("£", 4120.4), money_words("£", 2.5), money_words("EUR", 4000)] == [
        "£4,120",
        "£2.50",
        "EUR 4,000",
    ]


def test_every_value_in_force_is_said_given_or_not() -> None:
    assert assumed_rows(scenario()) == [
        ("who gives up (patient)", "50 % come back, 30 min later, 2 times at most"),
        ("who gives up (hasty)", "does not come back"),
        ("practices", "40"),
        (
            "habit",
            "tries the system with a probability of 90 % at the beginning, ± 5 % between practices; a failed try takes "
            "it 30 % of the way down to 20 %, a good one 10 % of the way up to 100 %",
        ),
        ("trained practices", "25 %, which begin at 95 %"),
        ("mandate payment", "from 12:00 the habit of all practices does not fall below 40 %"),
        ("working off what is held", "at 12 / h in each practice"),
        ("tries again", "60 min after a failed try, unless told that the service is back"),
        ("news by status page", "30 % hear of down, 10 min after it happens"),
        (
            "news by neighbours",
            "50 % hear of a failed try among 8 practices, 20 min in the mean (exponential) after it happens",
        ),
        (
            "who has heard that it is down",
            "50 % keep it until the service is back, 30 % try all the same and 20 % use no system",
        ),
        ("news is believed for", "4 h, and then they try again"),
        ("two-week wait referrals that are not made", "are not tried again, and go by email at once"),
        (
            "urgent referrals that are not made",
            "are held and tried again for 2 h, 2 % of them forgotten; then they go by email",
        ),
        (
            "routine referrals that are not made",
            "are held and tried again for 24 h, 5 % of them forgotten; then they go by 80 % post and 20 % email",
        ),
        (
            "by email",
            "takes 2 h; 1 % are lost; clinician 4 min and receptionist 3 min to send one, provider 5 min to enter it "
            "on receipt; no price stated",
        ),
        (
            "by post",
            "takes mean 48 h, sd 8 h (normal); 2 % are lost; receptionist 5 min to send one, no staff time to enter it "
            "on receipt; £0.85 each",
        ),
        ("half-made referrals", "clinician 10 min to put one right"),
        ("an hour of staff time costs", "clinician £90, receptionist £18 and provider not stated"),
    ]


def test_that_nobody_comes_back_is_said_of_every_launch_that_carries_referrals() -> None:
    assert assumed_rows(read_text(CLOCKED)) == [NOBODY]
    assert assumed_rows(read_text(ABSTRACT)) == []


def test_with_a_hold_it_is_the_practice_that_tries_again() -> None:
    without = TEXT.replace(BACK, "")
    assert assumed(without)["who gives up"] == "does not come back in person; the practice tries the referral again"
    at_once = without.replace("hold: 2 h, forgotten: 2 %", "hold: 0 s").replace(
        "hold: 1 day, forgotten: 5 %", "hold: 0 s"
    )
    assert (NOBODY[0], assumed(at_once)[NOBODY[0]]) == NOBODY


def test_a_share_of_nobody_is_nobody() -> None:
    assert (
        assumed(TEXT.replace("share: 50 %, after: 30 min", "share: 0 %, after: 30 min"))["who gives up"]
        == "does not come back in person; the practice tries the referral again"
    )


def test_what_is_silent_is_said_with_what_it_means() -> None:
    begin = TEXT.index("  news:")
    text = TEXT[:begin] + TEXT[TEXT.index("fallback:") :]
    assert assumed(text)["news of an outage"] == "nobody hears that the service is down, or back"
    bare = text[: text.index("fallback:")] + text[text.index("faults:") :]
    assert assumed(bare)["fallback"] == "none: a referral that does not leave electronically goes nowhere"
    plain = bare.replace("habit: {start: 90 %, spread: 5 %, failure: 30 %, success: 10 %, ", "habit: {")
    assert assumed(plain)["habit"] == (
        "tries the system with a probability of 100 %, the same in all practices; nobody learns"
    )


def test_a_source_of_news_says_when_it_is_silent_and_what_it_announces() -> None:
    page = NewsSource.model_validate(
        {"faults": ["down"], "reaches": "30 %", "before": "1 h", "down": ["09:00 to 10:00"]}
    )
    text = TEXT.replace(
        "status page: {faults: [down], reaches: 30 %, after: 10 min}",
        "status page: {faults: [down], reaches: 30 %, before: 1 h, down: [09:00 to 10:00]}",
    )
    assert page.before == 3600
    assert assumed(text)["news by status page"] == (
        "30 % hear of down, at once; announced 60 min before; silent from 09:00 to 10:00"
    )


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ({"constant": "0 s"}, "no time"),
        ({"uniform": {"low": "1 h", "high": "4 h"}}, "low 60 min, high 4 h (uniform)"),
        ({"erlang": {"mean": "1 h", "phases": 3}}, "mean 60 min, phases 3 (erlang)"),
        ({"empirical": ["1 h", "2 h"]}, "one of 2 measured values, 60 min to 2 h"),
        (
            {"mixture": [{"share": "50 %", "time": "1 h"}, {"share": "50 %", "time": {"exponential": "3 h"}}]},
            "50 % 60 min and 50 % 3 h in the mean (exponential)",
        ),
        ({"fitted": {"file": "post.csv"}}, "as measured in post.csv"),
    ],
)
def test_a_drawn_time_is_said_with_its_values(time: dict[str, object], words: str) -> None:
    assert drawn_words(Time.model_validate(time)) == words
