"""Health, the generic operation, the audit's list, and the headers of every answer."""

from collections.abc import Callable

import httpx

from mock_server.domain.scatter import scatter
from mock_server.model.request_keys import RequestKeys
from tests.fixtures.mock_server.mock_client import InstantModel, User

Tell = Callable[..., None]


def test_health_shows_the_stations_and_takes_no_time(tell: Tell, model: InstantModel) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        model.outcome = "busy"
        body = (await http.get("/health")).json()
        store = {"durability": "group", "acknowledged": 0, "durable": 0, "dropped_at_start": 0}
        assert (body["status"], body["store"]) == ("up", store)
        assert body["stations"] == {"app": {"servers": 4, "busy": 1, "waiting": 2}}
        assert body["uptime_s"] >= 0

    tell(story)
    assert model.performed == []


def test_a_generic_operation_takes_its_time(tell: Tell, model: InstantModel) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        answer = await http.post("/operations/op_X", headers={"X-Correlation-ID": "run-00f3a1b2c3d4e5f6"})
        assert answer.json() == {"operation": "op_X", "outcome": "good"}
        unknown = await http.post("/operations/opA011")
        assert unknown.status_code == 404
        assert "op_A011" in unknown.json()["issue"][0]["diagnostics"]
        model.outcome = "busy"
        assert (await http.post("/operations/op_X")).status_code == 503

    tell(story)
    assert model.performed[0] == ("op_X", 0x00F3A1B2C3D4E5F6)


def test_the_audit_reads_every_referral_once(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http, headers={"X-Correlation-ID": "made-by-the-client"})
        await user.log_on()
        made = [(await user.create(["70000"])).json()["id"] for _ in range(7)]
        read, after, pages = [], "", 0
        while after is not None:
            page = (await http.get("/mock/referrals", params={"after": after, "count": 3})).json()
            read += page["referrals"]
            after, pages = page["next"], pages + 1
        assert [r["ubrn"] for r in read] == made == sorted(set(made))
        assert pages == 3
        expected = {"version": 1, "state": "NOT_BOOKED", "slot": None, "attachments": 0}
        assert expected.items() <= read[0].items()
        assert read[0]["correlation_id"] == "made-by-the-client"
        assert (await http.get("/mock/referrals?after=abc")).status_code == 400

    tell(story)


def test_every_answer_carries_its_ids(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        first = await http.get("/nowhere", headers={"X-Correlation-ID": "abc"})
        second = await http.get("/health")
        assert first.headers["x-correlation-id"] == "abc"
        assert "x-correlation-id" not in second.headers
        assert first.headers["x-request-id"] != second.headers["x-request-id"]

    tell(story)


def test_a_request_without_a_key_gets_one_of_its_own() -> None:
    keys = RequestKeys()
    assert keys.key_of({b"x-correlation-id": b"0123456789abcdef"}) == 0x0123456789ABCDEF
    without = (b"", b"11C46F5F-CDEF-4865-94B2-0EE0EDCC26DA", b"0x23456789abcdeg")
    drawn = [keys.key_of(headers) for headers in ({}, *({b"x-correlation-id": held} for held in without))]
    assert drawn == [scatter(n) for n in (1, 2, 3, 4)]
    assert all(0 <= key < 1 << 64 for key in drawn)


def test_a_request_that_asks_not_to_be_modelled_takes_no_server(tell: Tell, model: InstantModel) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        model.outcome = "busy"
        body = {"token": "clinician-A81001-audit"}
        assert (await http.post("/v1/ProfessionalSession", json=body)).status_code == 503
        apart = await http.post("/v1/ProfessionalSession", json=body, headers={"X-Rehearsal-Modelled": "no"})
        assert apart.status_code == 201

    tell(story)
    assert len(model.performed) == 1
