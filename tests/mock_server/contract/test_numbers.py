"""Whatever a client sends where a number belongs: it is read whole or refused, and nothing fails of it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_server.contract.operation import ApiOperation
from mock_server.contract.operations import OPERATIONS, OWN_ENDPOINTS
from mock_server.domain.synthetic_directory import DirectorySettings, SyntheticDirectory
from mock_server.process.application import MockService, create_app
from mock_server.sessions.professional import EVERY_ROLE
from mock_server.storage.store import Store
from tests.fixtures.mock_server.mock_bodies import BOOKABLE
from tests.fixtures.mock_server.mock_client import STU3, InstantModel, User, code_of, new_referral

NO_NUMBERS = [
    "9" * 400,
    "9" * 5000,
    "000000001999999999",
    "1_000",
    "+1",
    "-1",
    " 1 ",
    "1.0",
    "1e3",
    "0x10",
    "\u0661\u0662",  # digits of another script
    "\u00b2",  # a digit, and no number
    "\uff11",
    "nan",
    "inf",
    "",
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
]
TEXTS = st.sampled_from(NO_NUMBERS) | st.text(max_size=12) | st.from_regex(r"[0-9]{1,30}", fullmatch=True)
HEADERS = (
    "x-rehearsal-timeout-ms",
    "x-rehearsal-caller",
    "x-rehearsal-ticket",
    "x-correlation-id",
    "x-application",
    "content-length",
    "content-type",
    "accept",
    "host",
    "origin",
    "idempotency-key",
    "nhsd-ers-file-name",
    "nhsd-ers-referral-id",
    "if-match",
)
SEARCHES = ("_count", "page", "count", "after", "_id", "identifier", "focus", "based-on", "_revinclude", "status")
ROWS = (*OPERATIONS, *OWN_ENDPOINTS)
Tell = Callable[..., None]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MockService, dict[str, str], str]]:
    """A service, somebody who may do everything, and a referral."""
    store = Store(tmp_path_factory.mktemp("numbers"))
    app = create_app(InstantModel(), store, SyntheticDirectory(7, DirectorySettings(80, 6, 5, 20)))

    async def begin() -> tuple[dict[str, str], str]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://mock") as http:
            user = User(http, "anybody-A81001-1")
            await user.log_on("REFERRING_CLINICIAN")
            return user.headers, (await user.create([BOOKABLE])).json()["id"]

    yield (app, *asyncio.run(begin()))
    store.close()


async def ask(app: MockService, method: str, path: str, query: bytes, headers: dict[str, str], body: bytes) -> int:
    """One request as the wire's parser would hand it over; the answer's status."""
    sent, statuses = iter((body,)), []
    encoded = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": encoded}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": next(sent)}

    async def send(message: Any) -> None:
        statuses.append(message.get("status"))

    await app(scope, receive, send)
    return int(statuses[0])


@st.composite
def requests(draw: st.DrawFn) -> tuple[ApiOperation, dict[str, str], bytes, list[str], str]:
    row = draw(st.sampled_from(ROWS))
    headers = draw(st.dictionaries(st.sampled_from(HEADERS), TEXTS, max_size=4))
    names = st.sampled_from((*SEARCHES, *(field.name for field in row.fields)))
    search = draw(st.lists(st.tuples(names, TEXTS), max_size=4))
    query = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in search)
    segments = draw(st.lists(TEXTS.filter(bool), min_size=2, max_size=2))
    return row, headers, query.encode(), segments, draw(st.sampled_from(sorted(EVERY_ROLE)))


@given(requests(), st.booleans())
@settings(max_examples=250, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_header_no_search_and_no_address_brings_out_a_failure(
    served: tuple[MockService, dict[str, str], str], drawn: Any, about_a_referral: bool
) -> None:
    app, session, ubrn = served
    row, headers, query, segments, role = drawn
    values = iter([ubrn if about_a_referral else segments[0], segments[1]])
    path = re.sub(r"\{\w+\}", lambda _: next(values), row.path)
    acting = {"NHSD-eRS-Business-Function": role, "NHSD-End-User-Organisation-ODS": "A81001"}
    assert asyncio.run(ask(app, row.method, path, query, {**session, **acting, **headers}, b"{}")) < 500


@pytest.mark.parametrize("name", ["_count", "page"])
@pytest.mark.parametrize("value", [held for held in NO_NUMBERS if held])
def test_a_page_of_slots_has_a_whole_number_from_1_to_100(tell: Tell, name: str, value: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        search = {"schedule.actor:HealthcareService": BOOKABLE, "appointmentType": "ROUTINE", "status": "free"}
        answer = await user.get(f"{STU3}/Slot", params={**search, "_count": "1", "page": "1", name: value})
        assert (answer.status_code, code_of(answer)) == (400, "INVALID_VALUE")

    tell(story)


@pytest.mark.parametrize(
    "held",
    [f'W/"{value}"' for value in NO_NUMBERS if value.isascii()] + ['W/"1', 'W/1"', '""1""', 'w/"1"', 'W/""1', "W/"],
)
def test_a_version_is_a_number_between_quotes(tell: Tell, held: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        ubrn = (await user.create([BOOKABLE])).json()["id"]
        path = f"{STU3}/ReferralRequest/{ubrn}/$ers.maintainReferralLetter"
        answer = await user.post(path, headers={"If-Match": held.replace("\x00", "0x")}, json={})
        assert answer.status_code == 412

    tell(story)


@pytest.mark.parametrize("number", ["1" + "0" * 30, "-1", "1e400", "9" * 5000, "1.5", '"\\ud800"', '"1_0"'])
def test_a_number_in_a_body_is_one_that_can_be_kept(tell: Tell, number: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        made = json.dumps(new_referral([BOOKABLE]))
        body = re.sub(r'("valueUnsignedInt":\s*)[^,}]+', lambda found: found[1] + number, made)
        assert number in body
        answer = await user.post(
            f"{STU3}/ReferralRequest/$ers.createReferral",
            headers={"Content-Type": "application/fhir+json"},
            content=body.encode(),
        )
        assert answer.status_code in (400, 422)

    tell(story)
