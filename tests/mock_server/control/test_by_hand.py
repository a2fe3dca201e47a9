"""A served mock under somebody's hands: crash and restart, a shut socket, slots, status page, the control API."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from loadtests.audit.audit import audit
from tests.fixtures.mock_server.mock_client import STU3
from tests.fixtures.mock_server.served_mock import HTTP, SCENARIO, TOKEN, Referrers, Served, served

SMALL = ("--world", "small")


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all who leave it as it was."""
    with served(tmp_path_factory.mktemp("by-hand"), *SMALL) as server:
        yield server


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what comes by itself."""
    give_up_s = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up_s, "it never came"
        time.sleep(0.02)


def address(server: Served) -> tuple[str, int]:
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    return host, int(port)


def knock(server: Served) -> str:
    """What somebody finds who connects."""
    try:
        socket.create_connection(address(server), timeout=5).close()
    except ConnectionRefusedError:
        return "refused"
    return "open"


def log_on(server: Served) -> dict[str, str]:
    answer = HTTP.post(f"{server.url}/v1/ProfessionalSession", json={"token": "clinician-A81001-1"})
    role = {"NHSD-eRS-Business-Function": "REFERRING_CLINICIAN", "NHSD-End-User-Organisation-ODS": "A81001"}
    return {"Authorization": f"Bearer {answer.json()['id']}", **role}


def read(server: Served, headers: dict[str, str], ubrn: str = "000000000001") -> int:
    return HTTP.get(f"{server.url}{STU3}/ReferralRequest/{ubrn}", headers=headers).status_code


def events_of(log: list[dict[str, Any]], name: str) -> list[tuple[str, str]]:
    return [(line["event"], line["by"]) for line in log if line["name"] == name]


def told_with_faults() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(SCENARIO)
    told["period"], told["drain"] = "08:00 to 09:00", "10 min"
    told["faults"] = {
        "the database fails": {"during": "08:00 to 08:10", "slowdown": {"station": "app", "factor": 2}},
        "it dies": {"during": "08:10 to 08:10:02", "crash": {}},
        "slower later": {"during": "08:20 to 08:30", "slowdown": {"station": "app", "factor": 5}},
    }
    return told


def test_a_crash_takes_sessions_and_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    people = Referrers(tmp_path / "ledger.jsonl")
    with served(tmp_path / "data", *SMALL) as server:
        session, first = log_on(server), server.health()["pid"]
        server.control("POST", "status", {"message": "We are looking into it"})
        slow = {"name": "slow", "fault": {"slowdown": {"factor": 2}}, "lasts": "10 min"}
        assert server.control("POST", "faults", slow).status_code == 201

        def crash() -> None:
            people.stop()
            answer = server.control("POST", "faults", {"fault": {"crash": {}}, "lasts": "2 s"})
            assert (answer.status_code, answer.json()["name"]) == (201, "crash")

        people.work(server.url, 4, lambda: people.acknowledged >= 30, crash)
        people.ledger.close()
        eventually(lambda: knock(server) == "refused")
        eventually(lambda: knock(server) == "open")
        assert server.process.poll() is None and server.health()["pid"] != first
        assert read(server, session) == 401, "its sessions are gone"
        assert read(server, log_on(server)) in (200, 404)
        found = audit(server.url, [tmp_path / "ledger.jsonl"], patience_s=20).result
        assert found.acknowledged >= 30
        assert (found.lost, found.stale, found.duplicated, found.never_read) == (0, 0, 0, 0)
        log = server.control("GET", "log").json()["log"]
        assert events_of(log, "crash") == [("began", "by hand"), ("ended", "by hand")]
        assert [event for event, _ in events_of(log, "slow")] == ["began", "ended", "began"], "it goes on afterwards"
        assert server.control("GET", "state").json()["status_message"] == "We are looking into it"


def test_the_timeline_goes_on_after_a_crash_and_does_not_repeat_it(tmp_path: Path) -> None:
    with served(tmp_path, *SMALL, told=told_with_faults()) as server:
        first = server.health()["pid"]
        coming = server.control("GET", "state").json()["timeline"]["coming"]
        assert (coming[0]["name"], coming[0]["at"]) == ("the database fails", "08:00:00")
        at_0809 = {"at_epoch_s": time.time(), "scenario_s": (8 * 60 + 9) * 60 + 55.0}
        assert server.control("POST", "timeline", at_0809).status_code == 200
        state = server.control("GET", "state").json()
        assert [one["name"] for one in state["timeline"]["active"]] == ["the database fails"]
        assert state["now"].startswith("08:09:5")
        eventually(lambda: knock(server) == "refused")
        eventually(lambda: knock(server) == "open")
        assert server.health()["pid"] != first
        timeline = server.control("GET", "state").json()["timeline"]
        assert [one["name"] for one in timeline["coming"]] == ["slower later"] and timeline["active"] == []
        log = server.control("GET", "log").json()["log"]
        assert events_of(log, "it dies") == [("began", "scenario"), ("ended", "scenario")]
        crash = next(line for line in log if line["name"] == "it dies")
        assert crash["at"] == "08:10:00"


def test_a_death_that_nobody_announced_ends_the_server(tmp_path: Path) -> None:
    with served(tmp_path, *SMALL) as server:
        os.kill(server.health()["pid"], signal.SIGKILL)
        assert server.process.wait(timeout=60) == 128 + signal.SIGKILL
        assert knock(server) == "refused"


def test_a_shut_door_breaks_what_is_open_and_opens_again(mock: Served) -> None:
    with socket.create_connection(address(mock), timeout=10) as waiting:
        assert mock.control(
            "POST", "faults", {"name": "shut", "fault": {"connections_refused": {}}, "lasts": "1 h"}
        ).is_success
        with pytest.raises(ConnectionResetError):
            waiting.recv(1)
    assert knock(mock) == "refused"
    assert mock.control("DELETE", "faults/shut").status_code == 200
    eventually(lambda: knock(mock) == "open")
    assert mock.health()["status"] == "up"


def test_no_slots_for_nobody_and_then_again(mock: Served) -> None:
    headers = log_on(mock)
    search: dict[str, str | int] = {
        "schedule.actor:HealthcareService": "70000",
        "appointmentType": "ROUTINE",
        "status": "free",
        "_count": 5,
        "page": 1,
    }

    def free() -> int:
        return int(HTTP.get(f"{mock.url}{STU3}/Slot", params=search, headers=headers).json()["total"])

    assert free() > 0
    mock.control("POST", "faults", {"name": "dry", "fault": {"no_slots": {}}, "lasts": "1 h"})
    assert free() == 0
    mock.control("DELETE", "faults/dry")
    assert free() > 0


def test_everybody_is_logged_off_by_hand(mock: Served) -> None:
    headers = log_on(mock)
    assert read(mock, headers) != 401
    answer = mock.control("POST", "faults", {"fault": {"session_loss": {}}, "lasts": "1 s"})
    assert answer.status_code == 400, "this scenario does not say how one logs on again"
    assert "needs `service.log_on`" in answer.json()["problems"][0]


def test_offline_and_its_status_page(mock: Served) -> None:
    page = f"{mock.url}/status"
    mock.control("POST", "status", {"message": "Back <b>soon</b>"})
    assert mock.control("POST", "offline", {"lasts": "10 min"}).status_code == 201
    assert mock.control("POST", "offline").status_code == 409, "it is offline already"
    answer = HTTP.post(f"{mock.url}/operations/other")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html;charset=utf-8")
    shown = HTTP.get(page, headers={"Accept": "text/html,application/json"})
    assert shown.status_code == 200 and "The service is offline" in shown.text and "&lt;b&gt;soon" in shown.text
    told = HTTP.get(page, headers={"Accept": "application/json"}).json()
    assert (told["service"], told["message"]) == ("offline", "Back <b>soon</b>")
    assert mock.control("GET", "state").json()["offline"] is True
    assert mock.control("POST", "online").status_code == 200
    assert HTTP.post(f"{mock.url}/operations/other").status_code == 200
    assert HTTP.get(page, headers={"Accept": "application/json"}).json()["service"] == "up"
    mock.control("POST", "offline", {"status_page": "fails"})
    assert HTTP.get(page).status_code == 503
    mock.control("POST", "online")
    assert HTTP.get(page).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "state"),
        ("GET", "kinds"),
        ("GET", "log"),
        ("GET", "events"),
        ("POST", "faults"),
        ("DELETE", "faults/x"),
        ("POST", "offline"),
        ("POST", "online"),
        ("POST", "status"),
        ("POST", "timeline"),
    ],
)
def test_nothing_goes_without_the_token(mock: Served, method: str, path: str) -> None:
    url = f"{mock.control_url}/control/{path}"
    assert HTTP.request(method, url).status_code == 401
    assert HTTP.request(method, url, headers={"Authorization": f"Basic {TOKEN}"}).status_code == 401
    refused = mock.control(method, path, token=f"{TOKEN}x")
    assert refused.status_code == 401 and refused.json() == {"problems": ["the control token is missing or wrong"]}
    assert "access-control-allow-origin" not in refused.headers
    if path != "events":
        assert HTTP.request(method, url, params={"token": TOKEN}).status_code == 401, "addresses end up in logs"


def test_a_fault_that_was_left_behind_ends_by_itself(mock: Served) -> None:
    before = len(mock.control("GET", "log").json()["log"])
    order = {"name": "brief", "fault": {"error_answers": {"status": 502}}, "lasts": "2 s"}
    assert mock.control("POST", "faults", order).json()["name"] == "brief"
    assert mock.control("POST", "faults", order).status_code == 409, "one of that name is on"
    answer = HTTP.post(f"{mock.url}/operations/other")
    assert (answer.status_code, answer.headers["x-rehearsal-outcome"]) == (502, "error")
    eventually(lambda: mock.control("GET", "state").json()["timeline"]["active"] == [])
    assert HTTP.post(f"{mock.url}/operations/other").status_code == 200
    log = mock.control("GET", "log").json()["log"][before:]
    assert [(line["event"], line["by"], line["hits"]) for line in log] == [
        ("began", "by hand", 0),
        ("ended", "by hand", 1),
    ]


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"fault": {"slowdown": {"factor": 2}}}, 400, "lasts: is missing"),
        ({"fault": {"slowdown": {"factor": 2}}, "lasts": "25 h"}, 400, "at most 24 h"),
        ({"fault": {"slowdown": {"factor": 2}}, "lasts": "soon"}, 400, "lasts: found 'soon'; allowed is"),
        ({"fault": {"slowdwn": {"factor": 2}}, "lasts": "1 s"}, 400, "did you mean 'slowdown'?"),
        ({"fault": {"slowdown": {"factr": 2}}, "lasts": "1 s"}, 400, "slowdown.factr: no such key; allowed is one of"),
        ({"fault": {"servers_lost": {"station": "apps", "servers": 1}}, "lasts": "1 s"}, 400, "did you mean 'app'?"),
        ({"fault": {"offline": {}, "crash": {}}, "lasts": "1 s"}, 400, "give exactly one kind"),
        ({"fault": {"offline": {}, "during": "08:00 to 09:00"}, "lasts": "1 s"}, 400, "by hand it begins now"),
        ({"fault": {"offline": {}}, "name": "a/b", "lasts": "1 s"}, 400, "name: found 'a/b'; allowed is"),
        ({"fault": "offline", "lasts": "1 s"}, 400, "fault: give one kind"),
        ({"fault": {"offline": {}}, "lasts": "1 s", "at": "now"}, 400, "at: no such key"),
        ("x" * 70_000, 413, "a body has at most"),
    ],
)
def test_what_is_wrong_with_an_order_is_said(mock: Served, sent: Any, status: int, said: str) -> None:
    answer = mock.control("POST", "faults", sent)
    assert answer.status_code == status
    assert any(said in problem for problem in answer.json()["problems"]), answer.text
    assert mock.control("GET", "state").json()["timeline"]["active"] == []


def test_what_is_not_there_and_what_is_no_json(mock: Served) -> None:
    assert mock.control("DELETE", "faults/nobody").status_code == 404
    assert mock.control("GET", "nowhere").json() == {"problems": ["nothing is served at this address"]}
    assert mock.control("POST", "state").status_code == 405
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for content in (b"{", b"[]", b"\xff", b"[" * 20_000):
        assert HTTP.post(f"{mock.control_url}/control/faults", content=content, headers=headers).status_code == 400
    for number in (b"NaN", b"1e400", b"9" * 400, b"9" * 5000, b"1_0", b"+1", b'"1"', b"true"):
        content = b'{"at_epoch_s": %b, "scenario_s": 0}' % number
        assert HTTP.post(f"{mock.control_url}/control/timeline", content=content, headers=headers).status_code == 400


def test_nobody_is_limited_unless_somebody_says_so(mock: Served) -> None:
    """The default: many people of one application, as a load test sends them."""
    assert {HTTP.post(f"{mock.url}/v1/ProfessionalSession", json={"token": "x"}).status_code for _ in range(25)} == {
        201
    }


def test_what_is_above_a_rate_limit_is_counted_and_named(tmp_path: Path) -> None:
    with served(tmp_path, *SMALL, "--rate-limit", "0.001") as server:
        log_ons = [HTTP.post(f"{server.url}/v1/ProfessionalSession", json={"token": "x"}) for _ in range(3)]
        assert [answer.status_code for answer in log_ons] == [429, 429, 429]
        assert 'rehearse_rate_limited_total{operation="A001"} 3.0' in HTTP.get(f"{server.url}/metrics").text
        with HTTP.stream("GET", f"{server.control_url}/control/events", params={"token": TOKEN}) as stream:
            limited = 0
            for line in stream.iter_lines():
                limited += json.loads(line.removeprefix("data: "))["failed"].get("rate_limited", 0) if line else 0
                if limited == 3:
                    break
    assert limited == 3


def test_half_a_character_is_refused_and_does_not_stay(mock: Served) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    sent = b'{"message": "\\ud800"}'
    assert HTTP.post(f"{mock.control_url}/control/status", content=sent, headers=headers).status_code == 400
    assert mock.control("GET", "state").status_code == mock.control("GET", "log").status_code == 200
    assert HTTP.get(f"{mock.url}/status").status_code == 200


def test_a_page_of_another_site_ends_nothing(mock: Served) -> None:
    session = log_on(mock)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": mock.url.replace("127.0.0.1", "evil.example")}):
        for path in ("sessions/flush", "power-loss"):
            assert HTTP.post(f"{mock.url}/mock/{path}", headers=headers).status_code in (401, 403)
    assert read(mock, session) == 404, "logged on as before"
    ended = HTTP.post(f"{mock.url}/mock/sessions/flush", headers={"Origin": mock.control_url})
    assert ended.status_code == 200 and ended.json()["ended"] >= 1
    assert read(mock, session) == 401


def test_the_control_api_has_the_limits_of_the_wire(mock: Served) -> None:
    answer = HTTP.get(f"{mock.control_url}/control/state", headers={"X": "x" * 40_000})
    assert answer.status_code == 431
    assert HTTP.get(f"{mock.url}/health", headers={"X": "x" * 40_000}).status_code == 431
    assert HTTP.get(f"{mock.url}/health?{'x' * 9_000}").status_code == 414
    assert HTTP.get(f"{mock.control_url}/game-day").headers["content-type"].startswith("text/html")


def test_every_kind_of_fault_is_described_for_a_form(mock: Served) -> None:
    kinds = mock.control("GET", "kinds").json()["kinds"]
    assert len(kinds) == 27 and all(kind["about"] for kind in kinds.values())
    station = kinds["hang"]["parameters"]["station"]
    assert (station["required"], station["choices"], station["type"]) == (True, ["app"], "text")
    assert kinds["contended_record"]["parameters"]["lock"]["choices"] == ["optimistic", "pessimistic"]
    assert kinds["slowdown"]["parameters"]["operations"]["type"] == "list"


def test_each_second_is_told_to_whoever_listens(mock: Served) -> None:
    with HTTP.stream("GET", f"{mock.control_url}/control/events", params={"token": TOKEN}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for _ in range(5):
            HTTP.post(f"{mock.url}/operations/other")
        HTTP.post(f"{mock.url}/operations/other", headers={"X-Rehearsal-Modelled": "no"})
        samples = (json.loads(line.removeprefix("data: ")) for line in stream.iter_lines() if line)
        seen: list[dict[str, Any]] = []
        for sample in samples:
            seen.append(sample)
            if sum(one["good"] for one in seen) >= 5 and seen[-1]["offered"] == 0:
                break
    busy = next(sample for sample in seen if sample["good"])
    assert busy["stations"]["app"]["servers"] == 4 and busy["response_ms"]["p95"] > 0
    assert {"at_s", "now", "failed", "log_ons", "active", "log_tail"} <= busy.keys()


def test_the_timeline_may_begin_again(tmp_path: Path) -> None:
    told = told_with_faults()
    del told["faults"]["it dies"]
    with served(tmp_path, *SMALL, told=told) as server:

        def active_at(minute: float) -> list[str]:
            moment = {"at_epoch_s": time.time(), "scenario_s": (8 * 60 + minute) * 60}
            assert server.control("POST", "timeline", moment).status_code == 200
            return [one["name"] for one in server.control("GET", "state").json()["timeline"]["active"]]

        assert [active_at(minute) for minute in (25, 15, 5, 25)] == [
            ["slower later"],
            [],
            ["the database fails"],
            ["slower later"],
        ]
        assert server.control("POST", "timeline", {"at_epoch_s": "now", "scenario_s": 0}).status_code == 400
        for slots, why in (({}, "slots: the scenario has no `supply`"), ("few", "slots: is the state of the")):
            refused = server.control("POST", "timeline", {"at_epoch_s": 0, "scenario_s": 0, "slots": slots})
            assert refused.status_code == 400 and refused.json()["problems"][0].startswith(why)


PARAMETERS: dict[str, dict[str, Any]] = {
    "servers_lost": {"station": "app", "servers": 4},
    "slowdown": {"factor": 3},
    "leak": {"station": "app", "loses": "10 / s"},
    "contention": {"station": "app", "contention": 0.5},
    "hang": {"station": "app"},
    "dependency_errors": {"station": "app"},
    "dependency_down": {"station": "app"},
    "slow_answers": {"takes": "50 ms"},
    "failover": {"station": "app"},
}
NOT_HERE = {
    "crash": "kills the server; has stories of its own",
    "session_loss": "needs `service.log_on`",
    "cache_flush": "needs `service.caches`",
    "region_cut": "needs `regions`",
}


def test_every_kind_comes_and_goes_by_hand_and_leaves_nothing_behind(mock: Served) -> None:
    for kind in mock.control("GET", "kinds").json()["kinds"].keys() - NOT_HERE.keys():
        order = {"name": "it", "fault": {kind: PARAMETERS.get(kind, {})}, "lasts": "1 h"}
        started = mock.control("POST", "faults", order)
        assert started.status_code == 201, f"{kind}: {started.text}"
        with contextlib.suppress(httpx.TransportError):
            HTTP.post(f"{mock.url}/operations/other", timeout=0.05)
        assert mock.control("DELETE", "faults/it").status_code == 200, kind
        eventually(lambda: knock(mock) == "open")
        assert HTTP.post(f"{mock.url}/operations/other").json()["outcome"] == "good", kind
    assert mock.control("GET", "state").json()["timeline"]["active"] == []


def test_a_server_that_stops_lets_go_of_those_whom_a_fault_keeps_waiting(tmp_path: Path) -> None:
    with served(tmp_path, *SMALL) as server, socket.create_connection(address(server), timeout=20) as held:
        server.control("POST", "faults", {"fault": {"no_answer": {}}, "lasts": "1 h"})
        held.sendall(b"POST /operations/other HTTP/1.1\r\nhost: mock\r\ncontent-length: 0\r\n\r\n")
        eventually(lambda: bool(server.control("GET", "log").json()["acting"][0]["hits"]))
        server.process.send_signal(signal.SIGINT)
        with pytest.raises(ConnectionResetError):
            held.recv(1)
        assert server.process.wait(timeout=60) == 0
