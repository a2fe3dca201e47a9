"""What a fault looks like on the wire: byte by byte on a raw socket, and through the load test's own connections."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from loadtests.audit.audit import audit
from loadtests.ers.ledger import Ledger, LedgerEntry
from loadtests.http.connections import Connections
from loadtests.http.replies import Reply, Unanswered
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.faults.response_faults import RESPONSE_FAULTS
from mock_server.model.modelled_service import Performed
from mock_server.storage.store import Store
from recordings.audit_result import AuditResult
from scenarios.text.nhs_numbers import nhs_number
from tests.fixtures.loadtests.asking import what_comes
from tests.fixtures.mock_server.live_mock import FaultyModel, live
from tests.fixtures.mock_server.mock_client import STU3, document, new_referral, parameters

CREATE = f"{STU3}/ReferralRequest/$ers.createReferral"
GENERIC = b"POST /operations/op_X HTTP/1.1\r\nhost: mock\r\ncontent-length: 0\r\n\r\n"
WHOLE = b'{"operation":"op_X","outcome":"good"}'


class Mock:
    """A served mock, and somebody at a practice who is logged on."""

    def __init__(self, url: str, model: FaultyModel) -> None:
        self.url, self.model = url, model
        self.http = httpx.Client(base_url=url, timeout=10)
        key = self.http.post("/v1/ProfessionalSession", json={"token": "clinician-A81001-1"}).json()["id"]
        self.headers = {
            "Authorization": f"Bearer {key}",
            "NHSD-eRS-Business-Function": "REFERRING_CLINICIAN",
            "NHSD-End-User-Organisation-ODS": "A81001",
        }

    def shows(self, *response_fault: Any, outcome: str = "good", after_s: float = 0.0) -> None:
        """From now on every answer is given so."""
        self.model.says = Performed(outcome, response_fault or None, after_s)

    def raw(self) -> tuple[bytes, str]:
        """All bytes of an answer, and how the connection ended (`open` after half a second of silence)."""
        address = self.url.removeprefix("http://").split(":")
        received = b""
        with socket.create_connection((address[0], int(address[1])), timeout=0.5) as connection:
            connection.sendall(GENERIC)
            try:
                while part := connection.recv(65536):
                    received += part
            except ConnectionResetError:
                return received, "reset"
            except TimeoutError:
                return received, "open"
        return received, "closed"

    def exchange(self, patience_s: float = 10.0) -> Reply | Unanswered:
        """The same through the load test's connections."""
        connections = Connections(self.url)
        try:
            return what_comes(connections, GENERIC, patience_s)
        finally:
            connections.close()

    def create(self, number: int, key: str = "run-0000000000000001", **headers: str) -> httpx.Response:
        """Refer a patient of the run."""
        sent = {**self.headers, "X-Correlation-ID": key, **headers}
        return self.http.post(CREATE, headers=sent, json=new_referral(["70000"], nhs_number(number)))

    def attach(self, ubrn: str) -> None:
        """Its letter makes a referral's second version."""
        sent = {**self.headers, "NHSD-eRS-File-Name": "letter.txt", "Content-Type": "text/plain"}
        address = self.http.post(f"{STU3}/Binary", headers=sent, content=b"Dear colleague").headers["location"]
        body = parameters({"name": "referralLetterFile", "resource": document(address)})
        path = f"{STU3}/ReferralRequest/{ubrn}/$ers.maintainReferralLetter"
        changed = self.http.post(path, headers={**self.headers, "If-Match": 'W/"1"'}, json=body)
        assert changed.status_code == 200, changed.text

    def read(self, ubrn: str) -> httpx.Response:
        return self.http.get(f"{STU3}/ReferralRequest/{ubrn}", headers=self.headers)


@pytest.fixture
def mock(store: Store, directory: SyntheticDirectory) -> Iterator[Mock]:
    model = FaultyModel()
    with live(model, store, directory) as url:
        served = Mock(url, model)
        yield served
        served.http.close()


def test_a_reset_gives_no_byte_and_breaks_the_connection(mock: Mock) -> None:
    mock.shows("reset", outcome="refused")
    assert mock.raw() == (b"", "reset")
    broken = mock.exchange()
    assert isinstance(broken, Unanswered)
    assert (broken.sent, broken.cause) == (True, "reset")


def test_a_reset_create_is_not_done(mock: Mock) -> None:
    mock.shows("reset", outcome="refused")
    with pytest.raises(httpx.TransportError):
        mock.create(1)
    assert mock.http.get("/mock/referrals").json()["referrals"] == []


def test_a_cut_answer_is_begun_and_breaks_off(mock: Mock) -> None:
    mock.shows("cut", outcome="refused")
    received, ending = mock.raw()
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200") and b"content-length: %d" % len(WHOLE) in head
    assert (body, ending) == (WHOLE[: len(WHOLE) // 2], "reset")
    broken = mock.exchange()
    assert isinstance(broken, Unanswered)
    assert broken.cause == "reset"


def test_a_create_whose_answer_is_cut_is_done(mock: Mock) -> None:
    mock.shows("cut", outcome="refused")
    with pytest.raises(httpx.TransportError):
        mock.create(1)
    assert len(mock.http.get("/mock/referrals").json()["referrals"]) == 1


def test_a_truncated_answer_is_complete_and_no_json(mock: Mock) -> None:
    mock.shows("truncated", outcome="error")
    reply = mock.exchange()
    assert isinstance(reply, Reply)
    assert reply.status == 200 and WHOLE.startswith(reply.body) and 0 < len(reply.body) < len(WHOLE)
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.body)


def test_a_wrong_answer_is_good_json_of_no_use(mock: Mock) -> None:
    mock.shows("wrong", outcome="error")
    answer = mock.create(1)
    assert (answer.status_code, answer.json()) == (200, {"unexpected": True})
    mock.shows()
    assert len(mock.http.get("/mock/referrals").json()["referrals"]) == 1, "the work was done"


def first_part(mock: Mock, request: bytes = GENERIC) -> tuple[bytes, bytes]:
    """What is there as soon as anything is, and all of it."""
    address = mock.url.removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1])), timeout=10) as connection:
        connection.sendall(request.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
        first = whole = connection.recv(65536)
        while part := connection.recv(65536):
            whole += part
    return first, whole


@pytest.mark.parametrize(
    ("outcome", "within", "status", "end"),
    [
        ("busy", (), b"503", b"}"),
        ("left_queue", (), b"503", b"}"),
        ("error", (("status", 502),), b"502", b"}"),
        ("busy", (("maintenance",),), b"503", b"</html>"),
        ("error", (("wrong",),), b"200", b'{"unexpected":true}'),
        ("error", (("truncated",),), b"200", WHOLE[: (len(WHOLE) + 1) // 2]),
    ],
)
def test_refusals_and_errors_dribble_too_and_are_what_they_were(
    mock: Mock, outcome: str, within: tuple[Any, ...], status: bytes, end: bytes
) -> None:
    mock.shows("dribble", 0.3, *within, outcome=outcome)
    first, whole = first_part(mock)
    assert first.split()[1] == status
    assert whole.endswith(end) and not first.endswith(end), "the headers come at once, the last of the body does not"


def test_half_of_a_cut_answer_dribbles_before_the_connection_breaks(mock: Mock) -> None:
    mock.shows("dribble", 0.3, ("cut",), outcome="refused")
    received, ending = mock.raw()
    assert received.endswith(WHOLE[: len(WHOLE) // 2]) and ending == "reset"


def test_who_is_not_logged_on_hears_of_it_slowly(mock: Mock) -> None:
    mock.shows("dribble", 0.3)
    path = f"{STU3}/ReferralRequest/000000000001".encode()
    first, whole = first_part(mock, b"GET /" + path.lstrip(b"/") + b" HTTP/1.1\r\nhost: mock\r\n\r\n")
    assert first.split()[1] == b"401"
    assert whole.endswith(b"}") and not first.endswith(b"}")
    mock.shows()
    first, whole = first_part(mock, b"GET /" + path.lstrip(b"/") + b" HTTP/1.1\r\nhost: mock\r\n\r\n")
    assert first.split()[1] == b"401"


def test_a_slow_write_that_is_lost_is_lost(mock: Mock) -> None:
    mock.shows("dribble", 0.1, ("lost",))
    made = mock.create(1)
    assert made.status_code == 201
    mock.shows()
    assert mock.read(made.json()["id"]).status_code == 404


def test_a_dribbled_answer_comes_piece_by_piece_and_is_whole(mock: Mock) -> None:
    mock.shows("dribble", 0.3)
    received, ending = mock.raw()
    assert received.endswith(WHOLE) and ending == "open"
    whole = mock.exchange()
    assert isinstance(whole, Reply)
    assert whole.body == WHOLE
    given_up = mock.exchange(patience_s=0.05)
    assert isinstance(given_up, Unanswered)
    assert given_up.is_timeout
    address = mock.url.removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1])), timeout=10) as connection:
        connection.sendall(GENERIC)
        first = connection.recv(65536)
    assert not first.endswith(WHOLE), "the headers come at once"


@pytest.mark.parametrize(
    ("response_fault", "outcome", "status", "code"),
    [
        (("status", 502), "error", 502, "PAS_RESPONDED_WITH_ERROR"),
        (("status", 500), "error", 500, "INTERNAL_SERVER_ERROR"),
        (("conflict",), "conflict", 409, "VERSION_CONFLICT"),
        (("locked",), "conflict", 423, "RESOURCE_LOCKED"),
        (("no-slot",), "no_slot", 422, "SLOT_NOT_AVAILABLE"),
    ],
)
def test_refusals_in_place_of_the_work(
    mock: Mock, response_fault: tuple[Any, ...], outcome: str, status: int, code: str
) -> None:
    mock.shows(*response_fault, outcome=outcome)
    answer = mock.create(1)
    assert answer.status_code == status
    assert answer.json()["issue"][0]["details"]["coding"][0]["code"] == code
    assert answer.headers["x-rehearsal-outcome"] == outcome
    assert mock.http.get("/mock/referrals").json()["referrals"] == []


def test_the_maintenance_page_is_for_people(mock: Mock) -> None:
    mock.shows("maintenance", outcome="busy")
    answer = mock.create(1)
    assert answer.status_code == 503 and answer.headers["content-type"].startswith("text/html")
    assert "offline for maintenance" in answer.text and int(answer.headers["retry-after"]) > 0
    assert answer.headers["x-rehearsal-outcome"] == "busy"


def test_who_waits_in_line_is_told_the_place_and_when_to_come_back(mock: Mock) -> None:
    mock.shows("in-line", 17, 2.4, "t-17", outcome="in_line", after_s=2.4)
    answer = mock.create(1)
    assert (answer.status_code, answer.json()) == (202, {"place": 17, "wait_s": 2.4})
    told = {name: answer.headers[name] for name in ("retry-after", "x-rehearsal-outcome", "x-rehearsal-after-ms")}
    assert told == {"retry-after": "3", "x-rehearsal-outcome": "in_line", "x-rehearsal-after-ms": "2400"}
    assert answer.headers["x-rehearsal-ticket"] == "t-17"


def test_a_failure_without_a_manner_says_when_to_come_back(mock: Mock) -> None:
    mock.shows(outcome="busy", after_s=0.25)
    answer = mock.create(1)
    assert (answer.status_code, answer.headers["x-rehearsal-after-ms"]) == (503, "250")
    mock.shows(outcome="busy")
    assert "x-rehearsal-after-ms" not in mock.create(1).headers


def test_a_stale_read_shows_the_version_before(mock: Mock) -> None:
    ubrn = mock.create(1).json()["id"]
    mock.shows("stale")
    assert mock.read(ubrn).headers["etag"] == 'W/"1"', "there is no version before the first"
    mock.shows()
    mock.attach(ubrn)
    assert mock.read(ubrn).headers["etag"] == 'W/"2"'
    mock.shows("stale")
    stale = mock.read(ubrn)
    assert (stale.status_code, stale.headers["etag"]) == (200, 'W/"1"')
    assert stale.json()["meta"]["versionId"] == "1"


def audited(mock: Mock, tmp_path: Path, creates: list[tuple[int, str]]) -> AuditResult:
    """What the audit says of these acknowledged creates."""
    mock.shows()
    ledger = Ledger(tmp_path / "ledger-0.jsonl", "run")
    for number, ubrn in creates:
        patient = nhs_number(number)
        ledger.add(LedgerEntry("referral", patient, time.time(), ubrn, 1, organisation="A81001", intent=patient))
    ledger.close()
    return audit(mock.url, [tmp_path / "ledger-0.jsonl"], patience_s=10).result


def test_the_audit_finds_each_write_that_was_lost_and_no_other(mock: Mock, tmp_path: Path) -> None:
    creates = []
    for number in range(9):
        mock.shows(*(("lost",) if number % 3 == 1 else ()))
        answer = mock.create(number)
        assert answer.status_code == 201 and len(answer.json()["id"]) == 12
        creates.append((number, answer.json()["id"]))
    assert len({ubrn for _, ubrn in creates}) == 9, "a lost number is not given again"
    found = audited(mock, tmp_path, creates)
    assert (found.acknowledged, found.lost, found.stale, found.duplicated) == (9, 3, 0, 0)


def test_a_lost_file_and_a_lost_booking_are_not_there(mock: Mock) -> None:
    mock.shows("lost")
    sent = {**mock.headers, "NHSD-eRS-File-Name": "letter.txt", "Content-Type": "text/plain"}
    answer = mock.http.post(f"{STU3}/Binary", headers=sent, content=b"Dear colleague")
    mock.shows()
    assert answer.status_code == 201
    stored = answer.headers["location"].removeprefix("Binary/")
    assert mock.http.get(f"/mock/attachments/{stored}").status_code == 404


def test_the_audit_finds_each_create_that_was_done_twice(mock: Mock, tmp_path: Path) -> None:
    creates = []
    for number in range(6):
        mock.shows(*(("doubled",) if number % 2 else ()))
        creates.append((number, mock.create(number, f"run-{number:016x}").json()["id"]))
    found = audited(mock, tmp_path, creates)
    assert (found.acknowledged, found.lost, found.duplicated) == (6, 0, 3)


def test_a_lost_create_is_lost_again_for_who_sends_it_again_with_its_key(mock: Mock) -> None:
    mock.shows("lost")
    first = mock.create(1, **{"Idempotency-Key": "k"}).json()["id"]
    mock.shows()
    assert mock.create(1, **{"Idempotency-Key": "k"}).json()["id"] == first
    assert mock.read(first).status_code == 404


class PatientModel(FaultyModel):
    """Works until its client has gone, or for no time at all for the others."""

    lost = 0

    async def perform(self, operation: str, request_key: int, *more: Any) -> Performed:
        _, connection = more
        gone = asyncio.Event()

        def tell() -> None:
            self.lost += 1
            gone.set()

        connection.when_lost(tell)
        connection.when_lost(tell)  # several may want to know
        if request_key == 1:
            await gone.wait()
        performed: Performed = await super().perform(operation, request_key)
        return performed


def test_the_model_hears_of_a_client_that_leaves_unanswered_and_of_no_other(
    store: Store, directory: SyntheticDirectory
) -> None:
    model = PatientModel()
    with live(model, store, directory) as url:
        mock = Mock(url, model)
        mock.raw()
        mock.exchange()
        address = url.removeprefix("http://").split(":")
        with socket.create_connection((address[0], int(address[1]))) as leaving:
            leaving.sendall(GENERIC.replace(b"host: mock", b"host: mock\r\nx-correlation-id: 0000000000000001"))
            assert mock.http.get("/metrics").is_success  # by then it is being worked on
        give_up_s = time.monotonic() + 20
        while ("op_X", 1) not in model.performed and time.monotonic() < give_up_s:
            time.sleep(0.01)
        mock.http.close()
    assert model.lost == 2


def test_every_manner_has_been_seen_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert {response_fault for response_fault in RESPONSE_FAULTS if f'"{response_fault}"' not in source} == set()
