"""What is sent for each operation, and what each answer means."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from loadtests.ers.calls import CALLS
from loadtests.ers.ledger import Ledger, read_ledger
from loadtests.ers.session import ErsSession
from loadtests.http.answers import after_s, outcome_of
from loadtests.http.connections import Connections, Reply
from loadtests.replay.operations import HttpOperation, operations
from loadtests.target.wire import Wire
from scenarios.behaviour.journeys import plan
from scenarios.behaviour.steps import Call
from scenarios.language.outcomes import (
    BUSY,
    CONFLICT,
    ERROR,
    GOOD,
    IN_LINE,
    LEFT_QUEUE,
    LOGGED_OUT,
    NO_SLOT,
    RATE_LIMITED,
)
from scenarios.language.reading import read_text
from scenarios.text.nhs_numbers import nhs_number

CLINIC = """
title: Clinic
period: 0 s to 1 s
service:
  stations: {app: {servers: 1}}
  operations:
    ab c: {steps: [{use: app, time: 1 ms}]}
    create: {api: A011, steps: [{use: app, time: 1 ms}]}
    defer: {api: A016, action: defer, steps: [{use: app, time: 1 ms}]}
    read: {api: A005, steps: [{use: app, time: 1 ms}]}
journeys:
  visit: {steps: [{call: ab c}, {call: create}, {call: defer}, {call: read}]}
populations:
  people: {arrivals: 1 / s, journey: visit}
"""


class Person:
    """A session that asks."""

    def __init__(self, role: str = "clinician") -> None:
        self.user = ErsSession.of(17, role)
        self.said = b""
        self.unanswered: Call | None = None
        self.python = None  # it is performed by steps


@pytest.fixture
def clinic(tmp_path: Any) -> Any:
    """The clinic's operations and calls by name, and what its ledger says."""
    scenario = read_text(CLINIC)
    ledger = Ledger(tmp_path / "ledger-0.jsonl", "run")
    found = operations(scenario, Wire(Connections("http://127.0.0.1:9/base"), "run"), ledger)
    calls = {what.site.operation: what for _, what in plan(scenario, "people").steps}
    by_name: dict[str, tuple[HttpOperation, Call]] = {
        name: (operation, calls[name]) for name, operation in zip(scenario.service.operations, found, strict=True)
    }

    def noted() -> list[Any]:
        ledger.flush()
        return read_ledger(tmp_path / "ledger-0.jsonl")

    yield by_name, noted
    ledger.close()


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        (200, "", GOOD),
        (204, "", GOOD),
        (307, "", GOOD),
        (302, "", ERROR),
        (503, "", BUSY),
        (429, "", RATE_LIMITED),
        (503, "busy", BUSY),
        (503, "left_queue", LEFT_QUEUE),
        (503, "error", ERROR),
        (500, "", ERROR),
        (422, "", ERROR),
        (409, "", CONFLICT),
        (423, "", CONFLICT),
        (401, "", LOGGED_OUT),
        (422, "no_slot", NO_SLOT),
        (202, "in_line", IN_LINE),
        (200, "error", ERROR),
        (503, "held_back", BUSY),
        (404, "", ERROR),
    ],
)
def test_an_answer_is_an_outcome(status: int, said: str, outcome: int) -> None:
    headers = {b"x-rehearsal-outcome": said.encode()} if said else {}
    assert outcome_of(Reply(status, headers, b"")) == outcome


def test_a_plain_operation_is_its_name(clinic: Any) -> None:
    operation, _ = clinic[0]["ab c"]
    head, _, body = operation.message(Person(), 0xABC).partition(b"\r\n\r\n")
    assert head.startswith(b"POST /base/operations/ab%20c HTTP/1.1\r\nHost: 127.0.0.1:9\r\n")
    assert b"X-Correlation-ID: run-0000000000000abc\r\n" in head
    assert head.endswith(b"Content-Length: 2") and body == b"{}"


@pytest.mark.parametrize("role", ["clinician", "receptionist", "provider"])
@pytest.mark.parametrize("code", sorted(CALLS))
def test_every_call_is_well_formed_even_when_nothing_is_known(code: str, role: str) -> None:
    request = CALLS[code].build(ErsSession.of(3, role))
    assert request.path.startswith(("/v1/", "/referrals/FHIR/")) and " " not in request.path
    assert not request.headers or request.headers.endswith(b"\r\n")
    if b"json" in request.headers:
        assert msgspec.json.decode(request.body)


def test_a_slot_that_is_gone_is_told_from_other_faults_of_the_request() -> None:
    assert outcome_of(Reply(422, {}, b'{"code": "SLOT_NOT_AVAILABLE"}')) == NO_SLOT


@pytest.mark.parametrize(
    ("status", "headers", "outcome", "seconds"),
    [
        (202, {b"x-rehearsal-after-ms": b"1500", b"retry-after": b"2"}, IN_LINE, 1.5),
        (202, {b"retry-after": b"2"}, IN_LINE, 2.0),
        (503, {b"retry-after": b"7"}, BUSY, 7.0),
        (429, {b"retry-after": b"7"}, RATE_LIMITED, 7.0),
        (503, {b"retry-after": b"Fri, 31 Dec 1999 23:59:59 GMT"}, BUSY, 0.0),
        (503, {}, BUSY, 0.0),
        (500, {b"retry-after": b"7"}, ERROR, 0.0),
    ],
)
def test_a_service_may_say_when_to_come_back(
    status: int, headers: dict[bytes, bytes], outcome: int, seconds: float
) -> None:
    assert after_s(Reply(status, headers, b""), outcome) == seconds


JSON, FHIR = {b"content-type": b"application/json"}, {b"content-type": b"application/fhir+json"}


@pytest.mark.parametrize(
    ("headers", "body", "outcome"),
    [
        (JSON, b'{"operation": "ab c", "outcome": "good"}', GOOD),
        (JSON, b'{"unexpected": true}', ERROR),
        (JSON, b'{"operation": "ab', ERROR),
        (JSON, b"[]", GOOD),
        ({b"content-type": b"text/plain"}, b"done", GOOD),
        ({}, b"", GOOD),
    ],
)
def test_a_plain_operations_body_is_looked_at(
    clinic: Any, headers: dict[bytes, bytes], body: bytes, outcome: int
) -> None:
    operation, call = clinic[0]["ab c"]
    assert operation.answered(Person(), call, Reply(200, headers, body), 3.0) == outcome


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b'{"resourceType": "ReferralRequest", "id": "1"}', GOOD),
        (b'{"unexpected": true}', ERROR),
        (b'{"resourceType": "ReferralReq', ERROR),
    ],
)
def test_a_fhir_answer_must_be_a_resource(clinic: Any, body: bytes, outcome: int) -> None:
    operation, call = clinic[0]["read"]
    assert operation.answered(Person(), call, Reply(200, FHIR, body), 3.0) == outcome


def test_a_request_says_what_its_sender_has_to_say(clinic: Any) -> None:
    person = Person()
    person.said = b"X-Rehearsal-Timeout-Ms: 500\r\n"
    for name in ("ab c", "read"):
        head = clinic[0][name][0].message(person, 7).partition(b"\r\n\r\n")[0]
        assert b"\r\nX-Rehearsal-Timeout-Ms: 500\r\n" in head


def test_an_acknowledged_referral_is_noted(clinic: Any) -> None:
    by_name, noted = clinic
    operation, call = by_name["create"]
    person = Person()
    reply = Reply(201, {b"etag": b'W/"1"'}, b'{"id": "000050000001"}')
    assert operation.answered(person, call, reply, 3.0) == GOOD
    (entry,) = noted()
    assert (entry.kind, entry.key, entry.ubrn, entry.version) == (
        "referral",
        nhs_number(17),
        "000050000001",
        1,
    )
    assert person.user.ubrn == "000050000001"


@pytest.mark.parametrize(("status", "kinds"), [(500, ["unknown"]), (504, ["unknown"]), (503, []), (422, [])])
def test_a_create_that_may_have_been_done_is_unknown(clinic: Any, status: int, kinds: list[str]) -> None:
    by_name, noted = clinic
    operation, call = by_name["create"]
    operation.answered(Person(), call, Reply(status, {}, b""), 3.0)
    assert [entry.kind for entry in noted()] == kinds


def test_a_good_status_with_nonsense_is_an_error(clinic: Any) -> None:
    by_name, noted = clinic
    operation, call = by_name["create"]
    assert operation.answered(Person(), call, Reply(200, {}, b"<html>"), 3.0) == ERROR
    assert [entry.kind for entry in noted()] == ["unknown"]


def test_a_change_that_was_done_the_first_time_is_good_the_second(clinic: Any) -> None:
    operation, call = clinic[0]["defer"]
    person, conflict = Person(), Reply(409, {}, b"{}")
    again = Call(call.site, call.visit, 1)
    assert operation.answered(person, again, conflict, 3.0) == CONFLICT
    operation.unanswered(person, call, 3.0)
    assert operation.answered(person, again, conflict, 4.0) == GOOD
    assert person.user.version == 2


def test_a_provider_with_nothing_to_do_is_rightly_told_so(clinic: Any) -> None:
    operation, call = clinic[0]["read"]
    missing = Reply(404, {}, b"{}")
    assert operation.answered(Person("provider"), call, missing, 3.0) == GOOD
    assert operation.answered(Person("clinician"), call, missing, 3.0) == ERROR


def test_an_api_that_has_no_call_is_named(clinic: Any) -> None:
    scenario = read_text(CLINIC.replace("A005", "A999"))
    with pytest.raises(ValueError, match="found A999; allowed is one of A001"):
        operations(scenario, Wire(Connections("http://127.0.0.1:9"), "run"), Ledger(None, "run"))


def test_nhs_numbers_are_valid_synthetic_and_different() -> None:
    numbers = [nhs_number(session) for session in range(0, 900_000, 997)]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert len(number) == 10 and number.startswith("999")
        weighted = [int(digit) * (10 - place) for place, digit in enumerate(number)]
        assert sum(weighted) % 11 == 0


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": "1", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"id": "1\\r\\nX-Evil: 1"}',
        b'{"id": "../../health"}',
        b'{"id": ""}',
        b'{"id": 17}',
        b'{"id": "' + b"9" * 65 + b'"}',
    ],
)
def test_a_referral_whose_id_fits_into_no_request_is_no_answer(clinic: Any, body: bytes) -> None:
    by_name, noted = clinic
    operation, call = by_name["create"]
    assert operation.answered(Person(), call, Reply(201, {}, body), 3.0) == ERROR
    assert [entry.kind for entry in noted()] == ["unknown"]


@pytest.mark.parametrize("etag", [b'W/"' + b"9" * 5000 + b'"', 'W/"²"'.encode(), b"", b'W/"-1"', b'"1", "2"'])
def test_a_version_that_is_none_is_the_one_that_was_expected(clinic: Any, etag: bytes) -> None:
    by_name, noted = clinic
    operation, call = by_name["create"]
    assert operation.answered(Person(), call, Reply(201, {b"etag": etag}, b'{"id": "1"}'), 3.0) == GOOD
    assert [entry.version for entry in noted()] == [1]


@pytest.mark.parametrize("key", ["k\r\nX-Evil: 1", "", "ü", "k" * 5000])
def test_a_session_key_that_fits_into_no_header_is_not_taken(key: str) -> None:
    user = ErsSession.of(17, "clinician")
    with pytest.raises(ValueError, match="no session key"):
        CALLS["A001"].read(user, Reply(201, {}, msgspec.json.encode({"id": key})))
    assert user.headers == ErsSession.of(17, "clinician").headers


def test_what_an_answer_names_is_taken_only_where_it_can_be_sent_again() -> None:
    user = ErsSession.of(17, "clinician")
    item = {"item": {"identifier": {"value": "70000 HTTP/1.1\r\nX-Evil: 1"}}}
    CALLS["A010"].read(user, Reply(200, {}, msgspec.json.encode({"entry": [item]})))
    slot = {"resource": {"resourceType": "Slot", "id": "7\r\n"}}
    CALLS["A015"].read(user, Reply(200, {}, msgspec.json.encode({"entry": [slot]})))
    CALLS["A020"].read(user, Reply(201, {b"location": b"Binary/a b"}, b""))
    assert (user.service, user.slot, user.attachment) == ("0", "none", "none")
