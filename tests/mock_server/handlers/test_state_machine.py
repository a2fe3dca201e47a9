"""A referral's life at random: the service and a reference model of eight lines must always agree."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mock_server.domain.synthetic_directory import DirectorySettings, SyntheticDirectory
from mock_server.storage.store import Store
from tests.fixtures.mock_server.held_client import client_of
from tests.fixtures.mock_server.mock_bodies import (
    BOOKABLE,
    REFERRAL,
    TRIAGES,
    appointment_id,
    cancel_appointment,
    change_shortlist,
    end,
    redirect,
    reject,
    triage,
)
from tests.fixtures.mock_server.mock_client import STU3, InstantModel, User, listed_ubrns, slot_ids, state_of

DIRECTORY = SyntheticDirectory(7, DirectorySettings(services=80, providers=6, practices=5, names=20))
WITH_REFERRER = {"NOT_BOOKED", "REJECTED", "TRIAGE_RESPONSE", "APPT_CANCELLED_BY_PATIENT", "APPT_CANCELLED_BY_PROVIDER"}
REVIEWED = "BOOKED, reviewed"
# From which states an action succeeds, and what it makes of the referral.
ACTIONS = {
    "book": (WITH_REFERRER, "BOOKED"),
    "defer": (WITH_REFERRER, "DEFERRED_TO_PROVIDER"),
    "send": (WITH_REFERRER, "AWAITING_TRIAGE"),
    "shortlist": (WITH_REFERRER, "NOT_BOOKED"),
    "accept": ({"BOOKED"}, REVIEWED),
    "reject": ({"BOOKED"}, "REJECTED"),
    "redirect": ({"BOOKED"}, "APPT_CANCELLED_BY_PROVIDER"),
    "advise": ({"AWAITING_TRIAGE", "DEFERRED_TO_PROVIDER"}, "TRIAGE_RESPONSE"),
    "take": ({"AWAITING_TRIAGE", "DEFERRED_TO_PROVIDER"}, "TRIAGED_PROVIDER_TO_ACTION"),
    "cancel appointment": ({"BOOKED", REVIEWED}, "APPT_CANCELLED_BY_PATIENT"),
    "cancel": (
        {*WITH_REFERRER, "BOOKED", REVIEWED, "AWAITING_TRIAGE", "DEFERRED_TO_PROVIDER", "TRIAGED_PROVIDER_TO_ACTION"},
        "CANCELLED_REFERRAL",
    ),
}


class Lives(RuleBasedStateMachine):
    """Two referrals, a referrer and a provider for each of the two services."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.store = Store(Path(self.folder.name))
        self.context = client_of(InstantModel(), self.store, DIRECTORY)
        http: httpx.AsyncClient = self.loop.run_until_complete(self.context.__aenter__())
        self.referrer = User(http)
        self.providers = {s: User(http, f"provider-{DIRECTORY.services[s].provider}-1") for s in (BOOKABLE, TRIAGES)}
        for user in (self.referrer, *self.providers.values()):
            self.loop.run_until_complete(user.log_on())
        made = [self.loop.run_until_complete(self.referrer.create([BOOKABLE, TRIAGES])).json()["id"] for _ in range(2)]
        self.state = dict.fromkeys(made, "NOT_BOOKED")
        self.version = dict.fromkeys(made, 1)
        self.at = dict.fromkeys(made, BOOKABLE)

    @rule(action=st.sampled_from(sorted(ACTIONS)), which=st.integers(0, 1))
    def act(self, action: str, which: int) -> None:
        ubrn = sorted(self.state)[which]
        allowed, after = ACTIONS[action]
        answer = self.loop.run_until_complete(self.ask(action, ubrn))
        if answer is None:
            return
        if self.state[ubrn] not in allowed:
            assert answer.status_code == 422, (action, self.state[ubrn], answer.text)
            return
        assert answer.status_code < 300, (action, self.state[ubrn], answer.text)
        self.state[ubrn], self.version[ubrn] = after, self.version[ubrn] + 1
        if action in ("book", "defer", "send"):
            self.at[ubrn] = TRIAGES if action == "send" else BOOKABLE

    async def ask(self, action: str, ubrn: str) -> httpx.Response | None:
        referrer, version = self.referrer, self.version[ubrn]
        provider = self.providers[self.at[ubrn]]
        if action == "book":
            return await referrer.book(ubrn, version, BOOKABLE, slot_ids(await referrer.slots(BOOKABLE))[0])
        if action == "cancel appointment":
            return await self.cancel_appointment(ubrn)
        asked: dict[str, Any] = {
            "defer": lambda: referrer.defer(ubrn, version, BOOKABLE),
            "send": lambda: referrer.defer(ubrn, version, TRIAGES, reason="TRIAGE"),
            "shortlist": lambda: change_shortlist(referrer, ubrn, version, BOOKABLE, TRIAGES),
            "accept": lambda: provider.accept(ubrn, version),
            "reject": lambda: reject(provider, ubrn, version),
            "redirect": lambda: redirect(provider, ubrn, version),
            "advise": lambda: triage(provider, ubrn, version, "RETURN_TO_REFERRER_WITH_ADVICE"),
            "take": lambda: triage(provider, ubrn, version, "ACCEPT_REFER_BOOK_LATER"),
            "cancel": lambda: end(referrer, ubrn, version),
        }
        answer: httpx.Response = await asked[action]()
        return answer

    async def cancel_appointment(self, ubrn: str) -> httpx.Response | None:
        referral = (await self.referrer.get(f"{REFERRAL}/{ubrn}")).json()
        if not any("Appointment-Reference" in e["url"] for e in referral["extension"]):
            return None
        body = (await self.referrer.get(f"{STU3}/Appointment/{appointment_id(referral)}")).json()
        return await cancel_appointment(self.referrer, body, int(body["meta"]["versionId"]))

    @invariant()
    def the_service_agrees(self) -> None:
        if hasattr(self, "state"):
            self.loop.run_until_complete(self.compare())

    async def compare(self) -> None:
        for ubrn, state in self.state.items():
            referral = (await self.referrer.get(f"{REFERRAL}/{ubrn}")).json()
            assert state_of(referral) == state.partition(",")[0]
            assert referral["meta"]["versionId"] == str(self.version[ubrn])
        held = (await self.referrer.http.get("/mock/referrals")).json()["referrals"]
        assert {r["ubrn"] for r in held if r["slot"]} == {u for u, s in self.state.items() if s.startswith("BOOKED")}
        review = set(listed_ubrns(await self.providers[BOOKABLE].worklist("REFERRALS_FOR_REVIEW")))
        assert review >= {u for u, s in self.state.items() if s == "BOOKED"}

    def teardown(self) -> None:
        if hasattr(self, "context"):
            self.loop.run_until_complete(self.context.__aexit__(None, None, None))
            self.store.close()
            self.loop.close()
            self.folder.cleanup()


Lives.TestCase.settings = settings(max_examples=12, stateful_step_count=20, suppress_health_check=list(HealthCheck))
TestLives = Lives.TestCase
