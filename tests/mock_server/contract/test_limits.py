"""Locks, rates, media types, the hospital's system, and the race for one slot."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.errors import LimitedRefusal
from mock_server.http.rate_limits import RateLimits
from mock_server.model.modelled_service import Performed
from mock_server.storage.store import Store
from tests.fixtures.mock_server.held_client import client_of
from tests.fixtures.mock_server.mock_bodies import BOOKABLE, REFERRAL
from tests.fixtures.mock_server.mock_client import R4, STU3, InstantModel, User, code_of, new_referral, slot_ids

Tell = Callable[..., None]


class SlowFirst(InstantModel):
    """The first accept takes its time, whatever comes after it takes none."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()

    async def perform(self, operation: str, request_key: int, *_: Any) -> Performed:
        first = operation == "op_A012" and operation not in {name for name, _ in self.performed}
        await super().perform(operation, request_key)
        if first:
            await self.go_on.wait()
        return Performed(self.outcome)


def test_who_comes_while_another_is_at_it_finds_it_locked(store: Store, directory: SyntheticDirectory) -> None:
    async def story() -> None:
        model = SlowFirst()
        async with client_of(model, store, directory) as http:
            user = User(http)
            await user.log_on()
            ubrn = (await user.create([BOOKABLE])).json()["id"]
            slot = slot_ids(await user.slots(BOOKABLE))[0]
            address = (await user.upload()).headers["location"]
            first = asyncio.create_task(user.attach(ubrn, 1, address))
            await asyncio.sleep(0.01)
            locked = await user.book(ubrn, 1, BOOKABLE, slot)
            assert (locked.status_code, code_of(locked)) == (423, "RESOURCE_LOCKED")
            assert model.performed[-1][0] == "op_A016_book", "it has taken its modelled time all the same"
            assert (await user.get(f"{REFERRAL}/{ubrn}")).status_code == 200, "readers do not wait"
            model.go_on.set()
            assert (await first).status_code == 200
            assert (await user.book(ubrn, 2, BOOKABLE, slot)).status_code == 201, "the lock is gone"

    asyncio.run(story())


def test_fifty_try_for_one_slot_and_one_has_it(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        ubrns = [(await user.create([BOOKABLE])).json()["id"] for _ in range(50)]
        slot = slot_ids(await user.slots(BOOKABLE))[0]
        tries = await asyncio.gather(*(user.book(ubrn, 1, BOOKABLE, slot) for ubrn in ubrns))
        assert sorted(answer.status_code for answer in tries) == [201] + [422] * 49
        held = (await http.get("/mock/referrals")).json()["referrals"]
        assert [r["slot"] for r in held if r["slot"]] == [slot]

    tell(story)


def test_an_application_above_its_rate_is_turned_away(
    model: InstantModel, store: Store, directory: SyntheticDirectory
) -> None:
    async def story() -> None:
        async with client_of(model, store, directory, requests_per_s=2.0) as http:
            user = User(http, headers={"X-Application": "hasty"})
            statuses = [(await user.http.get(f"{R4}/PractitionerRole", headers=user.headers)) for _ in range(4)]
            assert [answer.status_code for answer in statuses][:3] == [401, 401, 429]
            assert (code_of(statuses[2]), statuses[2].headers["retry-after"]) == ("REC_TOO_MANY_REQUESTS", "1")
            other = await http.get(f"{STU3}/CodeSystem/PRIORITY", headers={"X-Application": "patient"})
            assert other.status_code == 401, "another application has a rate of its own"
            assert (await http.get("/health")).status_code == 200, "the server's own addresses are not counted"

    asyncio.run(story())


def test_a_rate_allows_a_second_s_worth_at_once_and_then_its_pace() -> None:
    now_s = [0.0]
    limits = RateLimits(10.0, lambda: now_s[0])
    for _ in range(10):
        limits.count("app")
    with pytest.raises(LimitedRefusal):
        limits.count("app")
    allowed = 0
    for tick in range(1, 1001):
        now_s[0] = tick / 100
        try:
            limits.count("app")
            allowed += 1
        except LimitedRefusal:
            continue
    assert allowed == 100, "ten a second, however often it asks"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/fhir+json", 200),
        ("application/json;q=0.9, text/html", 200),
        ("application/*", 200),
        ("text/html", 406),
        ("application/fhir+xml", 406),
        ("*/*;q=0", 406),
    ],
)
def test_who_cannot_read_the_answer_is_told(tell: Tell, accept: str, status: int) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        user.headers["Accept"] = accept
        answers = [await user.get(f"{STU3}/CodeSystem/PRIORITY"), await user.get(f"{R4}/PractitionerRole")]
        assert [answer.status_code for answer in answers] == [status] * 2

    tell(story)


def test_what_is_sent_must_be_fhir(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        path = f"{REFERRAL}/$ers.createReferral"
        for media, status in (("application/fhir+json; charset=utf-8", 201), ("text/xml", 415)):
            answer = await user.post(path, headers={"Content-Type": media}, json=new_referral([BOOKABLE]))
            assert answer.status_code == status

    tell(story)


@pytest.mark.parametrize(
    ("outcome", "status", "code"),
    [
        ("error", 502, "PAS_RESPONDED_WITH_ERROR"),
        ("left_queue", 504, "PAS_NOT_RESPONDING"),
        ("busy", 503, "SYSTEM_UNAVAILABLE"),
    ],
)
def test_the_hospital_s_system_fails_by_its_own_name(
    tell: Tell, model: InstantModel, outcome: str, status: int, code: str
) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        ubrn = (await user.create([BOOKABLE])).json()["id"]
        slot = slot_ids(await user.slots(BOOKABLE))[0]
        model.outcome = outcome
        answer = await user.book(ubrn, 1, BOOKABLE, slot)
        assert (answer.status_code, code_of(answer)) == (status, code)
        assert answer.headers["x-rehearsal-outcome"] == outcome
        deferred = await user.defer(ubrn, 1, BOOKABLE)
        assert deferred.status_code in (500, 503), "deferring does not ask the hospital"
        model.outcome = "good"
        assert slot in slot_ids(await user.slots(BOOKABLE)), "nothing was changed"

    tell(story)
