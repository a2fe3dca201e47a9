"""A grant is good once, for a while, and is not kept after that."""

from __future__ import annotations

from mock_server.sessions.grants import CODE_LIFETIME_S, Grants


def test_a_code_is_good_once_and_not_for_long() -> None:
    now_s = [0.0]
    grants = Grants(now_s=lambda: now_s[0])
    used, late = (grants.give_code("clinician-A81001-1", "client", "http://localhost/") for _ in range(2))
    found = grants.use_code(used)
    assert found is not None and found.smartcard == "clinician-A81001-1"
    assert grants.use_code(used) is None
    now_s[0] = CODE_LIFETIME_S
    assert grants.use_code(late) is None


def test_codes_that_nobody_used_are_forgotten_with_the_next_one() -> None:
    now_s = [0.0]
    grants = Grants(now_s=lambda: now_s[0])
    forgotten = grants.give_code("clinician-A81001-1", "client", "http://localhost/")
    now_s[0] = CODE_LIFETIME_S
    kept = grants.give_code("clinician-A81001-2", "client", "http://localhost/")
    now_s[0] = CODE_LIFETIME_S - 1  # a clock that went back would find the old one, were it still there
    assert grants.use_code(forgotten) is None
    assert grants.use_code(kept) is not None
