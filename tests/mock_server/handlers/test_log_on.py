"""Logging on as with CIS2, and how any session ends."""

import asyncio
import math
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.sessions.grants import Grants
from mock_server.sessions.professional import Sessions
from mock_server.storage.store import Store
from tests.fixtures.mock_server.held_client import client_of
from tests.fixtures.mock_server.mock_client import R4, InstantModel, User

Tell = Callable[..., None]
ASK = {
    "response_type": "code",
    "client_id": "surgery-system",
    "redirect_uri": "https://surgery.example/back?tab=1",
    "login_hint": "clinician-A81001-17",
    "state": "a b&c",
}


async def code_for(http: httpx.AsyncClient, **changes: str) -> dict[str, list[str]]:
    answer = await http.get("/oauth2/authorize", params={**ASK, **changes})
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)


async def token_for(http: httpx.AsyncClient, **sent: str) -> httpx.Response:
    held = {"grant_type": "authorization_code", "client_id": ASK["client_id"], "redirect_uri": ASK["redirect_uri"]}
    return await http.post("/oauth2/token", data=held | sent)


def bearer(http: httpx.AsyncClient, token: httpx.Response) -> User:
    """Somebody who acts with an access token."""
    headers = {
        "Authorization": f"Bearer {token.json()['access_token']}",
        "NHSD-eRS-Business-Function": "REFERRING_CLINICIAN",
        "NHSD-End-User-Organisation-ODS": "A81001",
    }
    return User(http, headers=headers)


def test_a_code_becomes_a_token_and_the_token_a_session(tell: Tell, model: InstantModel) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        answered = await code_for(http)
        assert (answered["state"], answered["tab"]) == (["a b&c"], ["1"])
        token = await token_for(http, code=answered["code"][0])
        assert (token.status_code, token.json()["token_type"], token.json()["expires_in"]) == (200, "Bearer", 599)
        user = bearer(http, token)
        assert (await user.create(["70000"])).status_code == 201
        del user.headers["NHSD-eRS-Business-Function"]
        assert (await user.create(["70000"])).status_code == 403, "role and organisation come with every call"
        again = await token_for(http, code=answered["code"][0])
        assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")

    tell(story)
    assert [name for name, _ in model.performed][:2] == ["op_A001", "op_A011"], "log-on storms hit the token endpoint"


def test_a_refresh_token_is_good_once_and_ends_the_old_session(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        first = await token_for(http, code=(await code_for(http))["code"][0])
        refresh = {"grant_type": "refresh_token", "refresh_token": first.json()["refresh_token"]}
        second = await token_for(http, **refresh)
        assert second.status_code == 200
        roles = [
            await http.get(f"{R4}/PractitionerRole", headers={"Authorization": f"Bearer {t.json()['access_token']}"})
            for t in (first, second)
        ]
        assert [answer.status_code for answer in roles] == [401, 200]
        assert (await token_for(http, **refresh)).json()["error"] == "invalid_grant"

    tell(story)


@pytest.mark.parametrize("renewals", [0, 2])
def test_whoever_logs_off_does_not_come_back_by_a_refresh_token(tell: Tell, renewals: int) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        token = await token_for(http, code=(await code_for(http))["code"][0])
        others = await token_for(http, code=(await code_for(http))["code"][0])
        for _ in range(renewals):
            refresh = {"grant_type": "refresh_token", "refresh_token": token.json()["refresh_token"]}
            token = await token_for(http, **refresh)
        key = token.json()["access_token"]
        gone = await http.delete(f"/v1/ProfessionalSession/{key}", headers={"Authorization": f"Bearer {key}"})
        assert gone.status_code == 204
        for held, status in ((token, 400), (others, 200)):
            refresh = {"grant_type": "refresh_token", "refresh_token": held.json()["refresh_token"]}
            assert (await token_for(http, **refresh)).status_code == status

    tell(story)


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "javascript:alert(1)",
        "JavaScript://surgery.example/%0aalert(1)",
        "java\nscript:alert(1)",
        "data:text/html,hello",
        "//evil.example/",
        "\\\\evil.example/",
        "https:evil.example",
        "https:///evil.example",
        "https:/\\evil.example",
        "https://surgery.example\\@evil.example/",
        "https://surgery.example@evil.example/",
        "https://surgery.example:port/",
        "https://surgery.example:99999/",
        "https://[::1/",
        "https://[evil.example]/",
        "https://-.-/",
        "https://surgery.example/\r\nSet-Cookie: a=b",
        "https://surgery.example/ back",
        "https://surgery.example/#part",
        " https://surgery.example/",
        "surgery.example/back",
        "",
    ],
)
def test_a_browser_is_sent_to_a_web_address_and_nowhere_else(tell: Tell, redirect_uri: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        answer = await http.get("/oauth2/authorize", params={**ASK, "redirect_uri": redirect_uri})
        assert answer.status_code == 400
        assert "location" not in answer.headers

    tell(story)


@pytest.mark.parametrize(
    "redirect_uri", ["http://localhost:3000/cb", "https://[::1]:8443/cb?a=b", "HTTPS://App.example"]
)
def test_any_web_address_will_do(tell: Tell, redirect_uri: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        code = (await code_for(http, redirect_uri=redirect_uri, state="\r\nX-Evil: 1"))["code"][0]
        assert (await token_for(http, code=code, redirect_uri=redirect_uri)).status_code == 200

    tell(story)


def test_what_is_no_grant_gives_no_token(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        assert (await code_for(http, response_type="token"))["error"] == ["unsupported_response_type"]
        assert (await code_for(http, login_hint=" "))["error"] == ["login_required"]
        assert (await http.get("/oauth2/authorize", params={**ASK, "redirect_uri": "/here"})).status_code == 400
        code = (await code_for(http))["code"][0]
        assert (await token_for(http, code=code, redirect_uri="https://thief.example/")).status_code == 400
        assert (await token_for(http, code=code)).status_code == 400, "a code that was tried is used up"
        code = (await code_for(http))["code"][0]
        assert (await token_for(http, code=code, client_id="other")).json()["error"] == "invalid_grant"
        assert (await token_for(http, grant_type="password")).json()["error"] == "unsupported_grant_type"

    tell(story)


def test_a_flush_logs_everybody_off(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        token = await token_for(http, code=(await code_for(http))["code"][0])
        by_operator = {"Origin": "http://127.0.0.1:8080", "Host": "localhost"}
        assert (await http.post("/mock/sessions/flush", headers=by_operator)).json() == {"ended": 2}
        assert (await user.create(["70000"])).status_code == 401
        refresh = {"grant_type": "refresh_token", "refresh_token": token.json()["refresh_token"]}
        assert (await token_for(http, **refresh)).status_code == 400
        await user.log_on()
        assert (await user.create(["70000"])).status_code == 201

    tell(story)


def test_an_idle_session_ends_and_a_used_one_goes_on(directory: SyntheticDirectory) -> None:
    now_s = [0.0]
    sessions = Sessions(directory, 100.0, lambda: now_s[0], idle_s=10.0)
    used, idle = sessions.open("clinician-A81001-1").key, sessions.open("clinician-A81001-2").key
    for now_s[0] in (6.0, 12.0, 18.0):
        assert sessions.find(used) is not None
    assert sessions.find(idle) is None
    sessions.open("clinician-A81001-3")
    assert len(sessions) == 2, "the idle one is dropped"
    now_s[0] = 100.0
    assert sessions.find(used) is None, "it ends however busy it is"


def test_an_access_token_lasts_as_long_as_it_says(
    model: InstantModel, store: Store, directory: SyntheticDirectory
) -> None:
    async def story() -> None:
        async with client_of(model, store, directory, token_lifetime_s=0.02) as http:
            token = (await token_for(http, code=(await code_for(http))["code"][0])).json()
            await asyncio.sleep(0.03)
            answer = await http.get(
                f"{R4}/PractitionerRole", headers={"Authorization": f"Bearer {token['access_token']}"}
            )
            assert answer.status_code == 401

    asyncio.run(story())


def test_codes_and_refresh_tokens_end() -> None:
    now_s = [0.0]
    grants = Grants(now_s=lambda: now_s[0])
    code, refresh = grants.give_code("card", "app", "uri"), grants.give_refresh("card", "app", "token")
    now_s[0] = 60.0
    assert grants.use_code(code) is None and grants.use_refresh(refresh) is not None
    old = grants.give_refresh("card", "app", "token")
    now_s[0] = math.inf
    assert grants.use_refresh(old) is None
