"""The audit against a server that answers anything: it ends within its bounds, and says what it could not read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadtests.audit import bounds
from loadtests.audit.audit import audit
from loadtests.audit.audited_service import AuditAnswer
from loadtests.audit.bounds import AuditBounds, UnreadError
from loadtests.ers.ledger import Ledger, LedgerEntry
from recordings.audit_result import AuditResult
from scenarios.language.safety import Target
from tests.fixtures.loadtests.lying_server import Lie, LyingServer, as_json, endless, lying, pages, raw, whole

UBRN = "000000000012"
PATIENT = "9990000018"
READ, LIST, LOG_ON = "/referrals/FHIR/STU3/ReferralRequest", "/mock/referrals", "/v1"
HTML = whole(b"<!doctype html><p>Please log on", Content_Type="text/html")
BODY: dict[str, Any] = {
    "id": UBRN,
    "meta": {"versionId": "1"},
    "resourceType": "ReferralRequest",
    "subject": {"identifier": {"value": PATIENT}},
    "contained": [
        {"resourceType": "List", "entry": [{"item": {"identifier": {"value": "70000"}}}]},
        {"resourceType": "Parameters", "parameter": [{"name": "priority", "valueCoding": {"code": "ROUTINE"}}]},
        {"resourceType": "Appointment", "status": "booked", "slot": [{"reference": "Slot/7"}], "participant": []},
        {"resourceType": "DocumentReference", "content": [{"attachment": {"url": "Binary/a"}}]},
    ],
}
ENTRY = {"ubrn": UBRN, "patient": PATIENT, "version": 1, "correlation_id": "run-0000000000000001"}
HONEST: dict[str, Lie] = {
    LOG_ON: as_json({"id": "key"}, 201),
    LIST: as_json({"referrals": [ENTRY], "next": None}),
    READ: as_json(BODY, etag='W/"1"'),
    "/": whole(b"", 404),
}
NO_LIST = {LIST: whole(b"", 404)}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger-0.jsonl"
    kept = Ledger(path, "run")
    kept.add(LedgerEntry("referral", PATIENT, 1.0, UBRN, 1, organisation="A81001", intent="one"))
    kept.close()
    return path


def audited(ledger: Path, patience_s: float = 1.0, **lies: Lie) -> tuple[AuditResult, LyingServer]:
    """What the audit says of a server that is honest but for these lies, and the server."""
    places = {"read": READ, "list": LIST, "log_on": LOG_ON}
    with lying(HONEST | {places[name]: lie for name, lie in lies.items()}) as server:
        return audit(server.url, [ledger], patience_s=patience_s).result, server


def test_an_honest_server_is_believed(ledger: Path) -> None:
    assert audited(ledger)[0] == AuditResult(acknowledged=1, lost=0, duplicated=0, stale=0)


def test_every_request_has_the_targets_own_user_agent_once(ledger: Path) -> None:
    with lying(HONEST) as server:
        audit(server.url, [ledger], target=Target.model_validate({"headers": {"User-Agent": "gate-keeper/1"}}))
    agents = [[line for line in head.splitlines() if line.lower().startswith("user-agent:")] for head in server.heads]
    assert agents and all(lines == ["User-Agent: gate-keeper/1"] for lines in agents)


SILENT = "nothing was heard for 1 s, at last: "
CUT = f"{SILENT}an answer that is no HTTP, or was cut off"
LONG, MOVED = "an answer was longer than 4 MiB", "answered 301, which is not followed"
STUCK, NO_PAGE = "the list does not get on", "an answer is no page of a list"
MORE = "a page of the list has more than was asked for"
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LIES: dict[str, tuple[Lie, str]] = {
    "HTML": (HTML, "an answer is no referral"),
    "another referral": (as_json(BODY | {"id": "000000000099"}), "answered with another referral"),
    "a redirect": (whole(b"", 301, Location="/referrals/FHIR/STU3/ReferralRequest/1"), MOVED),
    "a redirect elsewhere": (whole(b"", 302, Location="http://192.0.2.1/"), "answered 302, which is not followed"),
    "deep nesting": (whole(b"[" * 100_000 + b"]" * 100_000), "an answer is no referral"),
    "deep nesting within": (whole(b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), "an answer is no referral"),
    "a body without an end": (endless(CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n"), LONG),
    "a gigantic body": (endless(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b" " * 65536), LONG),
    "a packed body": (whole(b"\x1f\x8b", Content_Encoding="gzip"), "an answer was packed, unasked"),
    "a byte now and then": (
        endless(SHORT, b" ", 0.05),
        f"{SILENT}an answer without an end",
    ),
    "no HTTP": (raw(b"220 mail.example ESMTP\r\n"), CUT),
    "headers without an end": (endless(b"HTTP/1.1 200 OK\r\n", b"X-Filler: " + b"x" * 1000 + b"\r\n"), CUT),
    "busy for ever": (whole(b"", 503, Retry_After="1"), f"{SILENT}answered 503"),
    "no version": (as_json({**BODY, "meta": {}}, etag='W/"?"'), "an answer has no version"),
    "a version of 5,000 digits": (as_json({**BODY, "meta": {}}, etag=f'W/"{"9" * 5000}"'), "an answer has no version"),
    "nothing at all": (raw(b""), CUT),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_was_answered_instead_of_a_referral_is_told(lie: str, ledger: Path) -> None:
    say, why = LIES[lie]
    found, server = audited(ledger, read=say, list=whole(b"", 404))
    assert (found.never_read, found.lost, found.was_listed) == (1, 0, False)
    assert (found.why_unread, found.why_unlisted) == ({why: 1}, "answered 404")
    assert len(server.asked) < 30


@pytest.mark.parametrize("etag", ['W/"²"', '"², ½"', "", 'W/"-1"', "W/", "\u00b2"])
def test_where_an_etag_is_odd_the_body_says_the_version(etag: str, ledger: Path) -> None:
    found, _ = audited(ledger, read=raw(as_message(etag.encode("latin-1", "replace"))))
    assert (found.never_read, found.stale, found.lost) == (0, 0, 0)


def as_message(etag: bytes) -> bytes:
    body = json.dumps(BODY).encode()
    return b"HTTP/1.1 200 OK\r\nETag: %s\r\nContent-Length: %d\r\n\r\n%s" % (etag, len(body), body)


LISTS: dict[str, tuple[Lie, str]] = {
    "HTML": (HTML, NO_PAGE),
    "one that never ends": (pages(lambda page: f"{page:012d}", [ENTRY]), "the list has more than 20 pages"),
    "one that points at itself": (pages(lambda _: "5", [ENTRY]), STUCK),
    "one that goes to and fro": (pages(lambda page: str(page % 2), [ENTRY]), STUCK),
    "empty pages": (pages(lambda page: f"{page:012d}", []), STUCK),
    "another host": (pages(lambda _: "http://192.0.2.1/mock/referrals?after=1", [ENTRY]), STUCK),
    "more than asked for": (as_json({"referrals": [ENTRY] * 1001, "next": None}), MORE),
    "numbers for texts": (as_json({"referrals": [ENTRY | {"ubrn": 12}], "next": None}), NO_PAGE),
    "next is a number": (as_json({"referrals": [ENTRY], "next": 17}), NO_PAGE),
    "a redirect": (whole(b"", 301, Location="/mock/referrals"), MOVED),
}


@pytest.mark.parametrize("lie", LISTS)
def test_a_list_that_is_none_is_told_and_the_rest_is_read(
    lie: str, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loadtests.audit.reading.PAGES_MOST", 20)
    say, why = LISTS[lie]
    found, server = audited(ledger, list=say)
    assert (found.was_listed, found.why_unlisted) == (False, why)
    assert (found.never_read, found.lost, found.why_unread) == (0, 0, {})
    assert len([path for path in server.asked if path.startswith(LIST)]) <= 20


@pytest.mark.parametrize(
    ("log_on", "why"),
    [
        (HTML, "an answer to a log-on has no session key"),
        (as_json({"id": "key\r\nX-Evil: 1"}), "an answer to a log-on has no session key"),
        (as_json({"id": "ü" * 9}), "an answer to a log-on has no session key"),
        (as_json({"id": "k" * 5000}), "an answer to a log-on has no session key"),
        (whole(b"", 301, Location="/v1/ProfessionalSession"), MOVED),
    ],
)
def test_who_cannot_log_on_says_so_with_what_was_not_read(log_on: Lie, why: str, ledger: Path) -> None:
    found, _ = audited(ledger, log_on=log_on, read=whole(b"", 401), list=whole(b"", 404))
    assert found.why_unread == {f"answered 401; log-on: {why}": 1}


def test_a_service_that_answers_slowly_for_ever_is_left_when_the_time_is_over(tmp_path: Path) -> None:
    """Each answer is a whole one, so that it is heard of; but there are too many of them."""
    path = tmp_path / "ledger-0.jsonl"
    kept = Ledger(path, "run")
    for number in range(200):
        kept.add(LedgerEntry("referral", PATIENT, 1.0, f"{number:012d}", 1, organisation=f"A{number}"))
    kept.close()

    def slowly(connection: Any, path: str) -> None:
        bounds_end()
        as_json(BODY | {"id": path.rpartition("/")[2]})(connection, path)

    with pytest.MonkeyPatch.context() as patched:
        clock = [0.0]

        def bounds_end() -> None:
            clock[0] += 3.0  # a clock that a slow answer moves on

        patched.setattr(bounds, "monotonic", lambda: clock[0])
        with lying(HONEST | NO_LIST | {READ: slowly}) as server:
            found = audit(server.url, [path], patience_s=60).result
    # 120 s, and a quarter of a second for each of 600 requests: 270 s are over at the 90th answer
    assert found.why_unread.keys() == {"the audit's time was over"}
    assert 90 <= found.acknowledged - found.never_read < 90 + 8


def test_a_redirect_of_a_letter_is_followed_on_this_host_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger-0.jsonl"
    kept = Ledger(path, "run")
    kept.add(LedgerEntry("letter", PATIENT, 1.0, UBRN, 1, organisation="A1", content={"file": "a", "letter": "0"}))
    kept.close()
    for location, why in (
        ("http://192.0.2.1/a", "kept on another host, which is not asked"),
        ("http://[", "answered 307, which is not followed"),
        ("/referrals/FHIR/R4/Binary/a", "answered 307, which is not followed"),
    ):
        with lying(HONEST | NO_LIST | {"/referrals/FHIR/R4/Binary": whole(b"", 307, Location=location)}) as server:
            found = audit(server.url, [path], patience_s=1).result
        assert (found.never_read, found.why_unread) == (1, {f"a letter: {why}": 1})
    here = {"/referrals/FHIR/R4/Binary": whole(b"", 307, Location="/kept/a"), "/kept": whole(b"other")}
    with lying(HONEST | NO_LIST | here) as server:
        assert audit(server.url, [path], patience_s=1).result.changed == 1


def test_an_audit_that_may_not_ask_says_so(ledger: Path) -> None:
    found = audit("http://192.0.2.1:9", [ledger]).result
    assert found.never_read == 1
    assert "192.0.2.1 is not this machine" in found.why_unlisted


def test_requests_and_bytes_have_an_end_too() -> None:
    left = AuditBounds(planned=10, per_s=2.0, patience_s=60)
    assert (left.within_s, left.requests, left.bytes) == (127.5, 1520, 256 * 1024**2 + 10 * 65536)
    left.requests = 0
    with pytest.raises(UnreadError, match="the audit's requests were used up"):
        left.left_s()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place within a body."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(place for key, part in inner for place in places(part, (*here, key)))]


def put(value: Any, place: tuple[Any, ...], other: Any) -> Any:
    if not place:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = put(value[place[0]], place[1:], other)
    return copy


def check_is_read_or_told(place: tuple[Any, ...], other: Any, ledger: Path) -> None:
    found, _ = audited(ledger, read=as_json(put(BODY, place, other), etag='W/"1"'), list=whole(b"", 404))
    assert found.acknowledged == 1
    assert found.never_read == sum(found.why_unread.values())


ANYWHERE = given(place=st.sampled_from(places(BODY)), other=JSON)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@ANYWHERE
def test_anything_at_any_place_of_a_referral_is_read_or_told(place: tuple[Any, ...], other: Any, ledger: Path) -> None:
    check_is_read_or_told(place, other, ledger)


@pytest.mark.long
@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@ANYWHERE
def test_whatever_is_at_any_place_of_a_referral_is_read_or_told(
    place: tuple[Any, ...], other: Any, ledger: Path
) -> None:
    check_is_read_or_told(place, other, ledger)


@pytest.mark.parametrize("coding", ["", "identity", "Identity"])
def test_an_answer_that_says_it_is_not_packed_is_read(coding: str, ledger: Path) -> None:
    said = as_json(BODY, etag='W/"1"', content_encoding=coding)
    assert audited(ledger, read=said, list=whole(b"", 404))[0].never_read == 0


def test_a_key_that_stands_twice_is_read_once(ledger: Path) -> None:
    twice = json.dumps(BODY).replace('"id":', '"id": "1", "id":', 1).encode()
    assert audited(ledger, read=whole(twice, ETag='W/"1"'))[0].never_read == 0


def test_a_good_answer_is_one_of_the_two_hundreds() -> None:
    said = [AuditAnswer(status, None, b"").is_good for status in (199, 200, 299, 300)]  # type: ignore[arg-type]
    assert said == [False, True, True, False]
