"""What ends or changes the running service is the operator's: no page of another site can ask for it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.process.application import create_app
from mock_server.storage.store import Store
from tests.fixtures.mock_server.mock_client import R4, InstantModel, User

TOKEN = "open-sesame"
HERE = ("127.0.0.1", 50000)
LOCAL_PAGE = {"Origin": "http://127.0.0.1:8081", "Host": "127.0.0.1:8080"}


@pytest.mark.parametrize(
    ("headers", "client", "statuses"),
    [
        ({"Authorization": f"Bearer {TOKEN}"}, ("10.0.0.7", 50000), (200, 200)),
        ({"Authorization": f"bearer {TOKEN}", "Origin": "https://evil.example"}, HERE, (200, 200)),
        (LOCAL_PAGE, HERE, (200, 200)),
        ({"Origin": "http://localhost", "Host": "localhost:8080"}, ("::1", 50000), (200, 200)),
        ({"Origin": "http://[::1]:9", "Host": "[::1]:8080"}, ("::ffff:127.0.0.1", 50000), (200, 200)),
        ({}, HERE, (401, 401)),
        ({"Authorization": "Bearer open"}, HERE, (401, 401)),
        ({"Authorization": f"Basic {TOKEN}"}, HERE, (401, 401)),
        ({**LOCAL_PAGE, "Origin": "null"}, HERE, (403, 403)),
        ({**LOCAL_PAGE, "Origin": "https://evil.example"}, HERE, (403, 403)),
        ({**LOCAL_PAGE, "Origin": "http://localhost.evil.example"}, HERE, (403, 403)),
        ({**LOCAL_PAGE, "Origin": "http://127.0.0.1@evil.example"}, HERE, (403, 403)),
        ({**LOCAL_PAGE, "Origin": "http://127.0.0.1.evil.example:8080"}, HERE, (403, 403)),
        # a name of theirs that now points to this machine
        ({"Origin": "http://evil.example:8080", "Host": "evil.example:8080"}, HERE, (403, 403)),
        ({**LOCAL_PAGE, "Host": "evil.example:8080"}, HERE, (403, 403)),
        # what an Origin says is worth nothing from elsewhere, nor what is said of where it comes from
        (LOCAL_PAGE, ("10.0.0.7", 50000), (403, 403)),
        ({**LOCAL_PAGE, "X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"}, ("10.0.0.7", 5), (403, 403)),
    ],
)
def test_the_operator_has_the_token_or_sits_at_this_machine(
    store: Store, directory: SyntheticDirectory, headers: dict[str, str], client: Any, statuses: tuple[int, int]
) -> None:
    ended: list[str] = []

    async def story() -> None:
        app = create_app(InstantModel(), store, directory, power_off=lambda: ended.append("power"), control_token=TOKEN)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app, client=client), base_url="http://mock") as http:
            user = User(http)
            await user.log_on()
            answers = [await http.post(path, headers=headers) for path in ("/mock/sessions/flush", "/mock/power-loss")]
            assert tuple(answer.status_code for answer in answers) == statuses
            still = await user.get(f"{R4}/PractitionerRole")
            assert still.status_code == (401 if statuses == (200, 200) else 200)

    asyncio.run(story())
    assert ended == (["power"] if statuses == (200, 200) else [])


def test_a_server_without_a_token_lets_in_nobody_who_has_none(store: Store, directory: SyntheticDirectory) -> None:
    async def story() -> None:
        app = create_app(InstantModel(), store, directory)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mock") as http:
            for given in ("", "None", "null"):
                answer = await http.post("/mock/sessions/flush", headers={"Authorization": f"Bearer {given}"})
                assert answer.status_code == 401

    asyncio.run(story())


def test_a_location_never_has_what_a_client_calls_the_server(store: Store, directory: SyntheticDirectory) -> None:
    async def story() -> None:
        app = create_app(InstantModel(), store, directory)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mock") as http:
            user = User(http)
            await user.log_on()
            file = (await user.upload()).headers["location"]
            for named in ("evil.example/x?", "evil.example", "//evil.example", "mock:1"):
                told = {"Host": named, "X-Forwarded-Host": named, "X-Forwarded-Proto": "javascript", "Forwarded": named}
                answer = await http.get(f"{R4}/{file}", headers={**user.headers, **told})
                assert answer.status_code == 307
                assert answer.headers["location"] == f"/mock/attachments/{file.removeprefix('Binary/')}"

    asyncio.run(story())
