"""Figures and verdicts as people read them: one plain sentence, and numbers that promise no more than they hold."""

from __future__ import annotations

import pytest

from readiness.wording.figures import amount, interval, per_cent, sentence, share_text
from recordings.audit_result import AuditResult
from recordings.evidence import Evidence, Verdict
from recordings.summary import ObjectiveSummary

MET, MISSED, OPEN = Verdict.MET, Verdict.MISSED, Verdict.NOT_ENOUGH_EVIDENCE
UNREAD = AuditResult(acknowledged=1, lost=0, duplicated=0, stale=0, never_read=1)


def objective(verdict: Verdict, name: str = "quick", settled_by: int | None = None) -> ObjectiveSummary:
    forecast = Evidence(verdict, 2.0, settled_by=settled_by)
    return ObjectiveSummary(name, "response mean", [], verdict, 2.0, "s", "at most", 3.0, None, None, forecast=forecast)


def test_one_objective_is_met_and_several_all_are() -> None:
    assert sentence(MET, [objective(MET)], []) == "Ready: the objective is met."
    assert sentence(MET, [objective(MET)] * 3, []) == "Ready: all 3 objectives are met."


def test_the_first_missed_objective_is_named() -> None:
    found = [objective(MET), objective(MISSED, "calm"), objective(MISSED, "fair")]
    assert sentence(MISSED, found, []) == "Not ready: 2 of 3 objectives missed, first “calm”."


def test_objectives_that_hold_do_not_hide_writes_that_did_not_survive() -> None:
    said = sentence(MISSED, [objective(MET)], [], AuditResult(acknowledged=9, lost=1, duplicated=0, stale=0))
    assert said == "Not ready: every objective holds, but acknowledged writes did not survive the audit."


def test_a_single_write_that_could_not_be_read_back_is_one() -> None:
    assert (
        sentence(OPEN, [objective(MET)], [], UNREAD) == "No verdict: 1 of 1 acknowledged write could not be read back."
    )


def test_what_is_open_says_how_many_replications_would_settle_it() -> None:
    found = [objective(MET), objective(OPEN, settled_by=40), objective(OPEN, settled_by=25), objective(OPEN)]
    assert sentence(OPEN, found, []) == (
        "Not enough evidence: 3 of 4 objectives undecided; about 40 replications would settle it."
    )
    assert sentence(OPEN, [objective(OPEN)], []) == "Not enough evidence: 1 of 1 objective undecided."


def test_nothing_asked_or_nothing_found_is_no_verdict() -> None:
    assert sentence(OPEN, [], []) == "No verdict: the scenario states no objectives."
    assert sentence(OPEN, [objective(MET)], []) == "No verdict."


def test_an_invalid_replay_says_every_reason() -> None:
    said = sentence("invalid", [objective(MET)], ["80 % were sent", "it was interrupted"])
    assert said == "The replay is invalid, so there is no verdict: 80 % were sent; it was interrupted."


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "s", "–"),
        (2.4, "s", "2.4 s"),
        (0.992, "share of launches", "99.2 %"),
        (18.0, "per s", "18 / s"),
        (1234.5678, "count", "1,235"),
        (56781.4, "count", "56,781"),
    ],
)
def test_a_value_is_told_in_its_unit(value: float | None, unit: str, text: str) -> None:
    assert amount(value, unit) == text


def test_an_interval_needs_both_its_ends() -> None:
    assert interval(1.2, 1.4, "s") == "1.2 s to 1.4 s"
    assert interval(1.2, None, "s") == interval(None, 1.4, "s") == ""


@pytest.mark.parametrize(("share", "text"), [(1.0, "100 %"), (0.99999, "99.9 %"), (0.5, "50 %"), (0.123, "12.3 %")])
def test_nearly_all_is_never_all(share: float, text: str) -> None:
    assert share_text(share).replace("\N{NO-BREAK SPACE}", " ") == text


def test_a_difference_has_its_sign() -> None:
    assert [per_cent(each) for each in (0.0123, -0.5, None)] == ["+1.2 %", "-50.0 %", "–"]
