"""What may be asked of practices and their referrals, and what is said to who asks otherwise."""

from __future__ import annotations

import pytest

from scenarios.language.reading import read_text
from scenarios.sources.problems import ScenarioError
from tests.fixtures.readiness.followed import TEXT, followed_scenario

PLACES = (
    "electronic",
    "electronic at once",
    "electronic later",
    "email",
    "forgotten",
    "given up",
    "half-made",
    "held",
    "lost",
    "not received",
    "other channels",
    "post",
    "under way",
)


def asking(told: str) -> str:
    return f"objectives: {{asked: {{{told}}}}}"


@pytest.mark.parametrize(
    "told",
    [
        "measure: referrals, of: [other channels, lost], at_most: 5",
        "measure: delay p95, among: two_week_wait, at_most: 24 h",
        "measure: late share, later_than: 24 h, of: email, at_most: 5 %, in_launches: 95 %",
        "measure: staff time, of: retrying, among: [clinician, receptionist], at_most: 10 h",
        "measure: cost, at_most: 1000",
        "measure: backlog cleared, during: 0 h to 2 h, at_most: 2 h",
    ],
)
def test_what_may_be_asked(told: str) -> None:
    assert followed_scenario(asking(told)).objectives["asked"].limit > 0


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            "measure: referrals, of: electronics, at_most: 5",
            f"asked.of: found 'electronics'; allowed is one of {', '.join(PLACES)}; did you mean 'electronic'?",
        ),
        (
            "measure: delay mean, among: two-week-wait, at_most: 1 h",
            "asked.among: found 'two-week-wait'; allowed is one of routine, two_week_wait, urgent; did you mean"
            " 'two_week_wait'?",
        ),
        (
            "measure: staff time, among: clinicians, at_most: 1 h",
            "asked.among: found 'clinicians'; allowed is one of clinician, provider, receptionist; did you mean"
            " 'clinician'?",
        ),
        (
            "measure: staff time, of: retry, at_most: 1 h",
            "asked.of: found 'retry'; allowed is one of at a screen, in line, on paper, re-keying, retrying; did you"
            " mean 'retrying'?",
        ),
        ("measure: cost, of: email, at_most: 5", "`cost` is of everything; leave `of` out"),
        ("measure: cost, among: routine, at_most: 5", "`among` goes with time to pNN"),
        ("measure: late share, at_most: 5 %", "`late share` needs `later_than`, such as 24 h"),
        ("measure: delay p95, later_than: 1 h, at_most: 5 h", "`later_than` goes with `late share`"),
        ("measure: late share, later_than: 24, at_most: 5 %", "asked.later_than: found 24; allowed is a duration"),
        ("measure: delay p95, at_most: 5", "asked.at_most: found 5.0; allowed is a duration"),
        ("measure: delay p95, at_most: 1 h, during: 0 h to 9 h", "asked.during: lies outside the period"),
    ],
)
def test_what_is_wrong_is_said(told: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        followed_scenario(asking(told))
    assert said in str(error.value)


@pytest.mark.parametrize(
    "told",
    [
        "measure: referrals, of: electronic, at_most: 5",
        "measure: staff time, of: retrying, at_most: 5 h",
        "measure: cost, at_most: 5",
        "measure: backlog max, at_most: 5",
    ],
)
def test_without_practices_one_message_says_what_is_missing(told: str) -> None:
    alone = TEXT[: TEXT.index("practices: {number")]
    with pytest.raises(ScenarioError) as error:
        read_text(alone + asking(told))
    (problem,) = error.value.problems
    assert problem.key == "objectives.asked.measure"
    assert "needs `practices`, whose people and referrals are followed" in problem.message


def test_a_place_of_referrals_needs_somebody_who_has_one() -> None:
    text = TEXT.replace("    carries: referral\n    delivered_by: created\n", "").replace(", achieves: created", "")
    with pytest.raises(ScenarioError, match="needs a population whose journey `carries: referral`"):
        read_text(text[: text.index("fallback:")] + asking("measure: referrals, of: electronic, at_most: 5"))


def test_a_cost_needs_to_be_said() -> None:
    alone = TEXT[: TEXT.index("fallback:")] + asking("measure: cost, at_most: 5")
    with pytest.raises(ScenarioError, match="`cost` needs `fallback`"):
        read_text(alone)


def test_other_channels_are_no_words_where_there_are_none() -> None:
    alone = TEXT[: TEXT.index("fallback:")] + asking("measure: referrals, of: other channels, at_most: 5")
    with pytest.raises(ScenarioError, match="found 'other channels'; allowed is one of electronic,"):
        read_text(alone)


def test_a_channel_is_not_called_as_several_places_are() -> None:
    with pytest.raises(ScenarioError, match="'electronic' is where a referral may be without a channel; rename it"):
        read_text(TEXT.replace("post:", "electronic:", 1).replace("post: 50", "electronic: 50"))


def test_words_for_several_places_mean_these() -> None:
    scenario = followed_scenario(asking("measure: referrals, of: [post, other channels, electronic], at_most: 5"))
    meant = scenario.meant(scenario.objectives["asked"])
    assert meant.of == ["post", "email", "electronic at once", "electronic later", "half-made"]
    assert meant.limit == 5
