"""One change of a request at a time, and applications that are forgotten once they have been quiet."""

from __future__ import annotations

import pytest

from mock_server.errors import LimitedRefusal, Refusal
from mock_server.http import rate_limits
from mock_server.http.locks import Locks
from mock_server.http.rate_limits import RateLimits


def test_who_has_the_lock_keeps_others_out_until_they_let_go() -> None:
    locks = Locks()
    locks.take(5)
    with pytest.raises(Refusal, match="RESOURCE_LOCKED") as refused:
        locks.take(5)
    assert refused.value.status == 423
    locks.take(6)
    locks.release(5)
    assert locks.try_to_take(5)


def test_what_changes_no_request_needs_no_lock() -> None:
    locks = Locks()
    locks.take(None)
    assert locks.try_to_take(None)
    locks.release(None)


def test_of_more_applications_than_are_kept_the_quiet_ones_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "APPLICATIONS_MAX", 2)
    now_s = [0.0]
    limits = RateLimits(2.0, now_s=lambda: now_s[0])
    for _ in range(2):
        limits.count("busy")
    limits.count("quiet")
    now_s[0] = 0.8
    limits.count("new")  # one too many: whoever is not ahead of the clock goes
    limits.count("busy")
    with pytest.raises(LimitedRefusal, match="busy"):
        limits.count("busy")  # of this one it is still known how much it has sent
