"""Whose a file is: its uploader's, then everybody's who takes part in a request on which it hangs."""

from collections.abc import Callable

import httpx

from mock_server.domain.synthetic_directory import SyntheticDirectory
from tests.fixtures.mock_server.mock_bodies import BOOKABLE, ask, attached
from tests.fixtures.mock_server.mock_client import R4, STU3, User, code_of

Tell = Callable[..., None]


async def may_fetch(user: User, address: str) -> bool:
    """Whether both ways to a file are open to somebody; they agree."""
    redirect, direct = await user.get(f"{R4}/{address}"), await user.get(f"{STU3}/{address}")
    if direct.status_code == 422:
        assert code_of(direct) == "NO_RELATIONSHIP"
        assert (redirect.status_code, code_of(redirect)) == (403, "REC_FORBIDDEN")
        return False
    assert (redirect.status_code, direct.status_code) == (307, 200)
    return True


async def logged_on(http: httpx.AsyncClient, token: str) -> User:
    user = User(http, token)
    await user.log_on()
    return user


def test_a_letter_is_shown_to_those_who_take_part_once_it_is_attached(
    tell: Tell, directory: SyntheticDirectory
) -> None:
    service = directory.services[BOOKABLE]
    elsewhere = next(code for code in directory.providers if code != service.provider)

    async def story(http: httpx.AsyncClient) -> None:
        referrer, colleague = await logged_on(http, "clinician-A81001-1"), await logged_on(http, "clinician-A81001-2")
        provider = await logged_on(http, f"provider-{service.provider}-1")
        strangers = [await logged_on(http, token) for token in ("clinician-B82002-1", f"provider-{elsewhere}-1")]
        address = (await referrer.upload()).headers["location"]
        assert await may_fetch(referrer, address) and await may_fetch(colleague, address)
        assert not await may_fetch(provider, address), "it hangs on nothing yet"

        ubrn = (await referrer.create([service.id])).json()["id"]
        assert (await referrer.attach(ubrn, 1, address)).status_code == 200
        assert await may_fetch(provider, address)
        assert [await may_fetch(stranger, address) for stranger in strangers] == [False, False]

        other = (await referrer.upload("better.txt")).headers["location"]
        assert (await referrer.attach(ubrn, 2, other)).status_code == 200
        assert await may_fetch(provider, address), "an earlier version still names it"

    tell(story)


def test_a_question_s_file_is_shown_to_the_provider_who_is_asked(tell: Tell, directory: SyntheticDirectory) -> None:
    service = directory.services[BOOKABLE]

    async def story(http: httpx.AsyncClient) -> None:
        referrer, stranger = await logged_on(http, "clinician-A81001-1"), await logged_on(http, "clinician-B82002-1")
        provider = await logged_on(http, f"provider-{service.provider}-1")
        address = (await referrer.upload("scan.txt")).headers["location"]
        scan = attached("requestAttachmentFile", address)
        assert (await ask(referrer, service.id, "AUTHORISED_TO_CONVERT", scan)).status_code == 200
        assert await may_fetch(provider, address)
        assert not await may_fetch(stranger, address)

    tell(story)


def test_nobody_attaches_a_file_of_another_organisation(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        owner, thief = await logged_on(http, "clinician-A81001-1"), await logged_on(http, "clinician-B82002-1")
        address = (await owner.upload()).headers["location"]
        ubrn = (await thief.create([BOOKABLE])).json()["id"]
        refused = await thief.attach(ubrn, 1, address)
        assert (refused.status_code, code_of(refused)) == (422, "NO_RELATIONSHIP")
        question = await ask(thief, BOOKABLE, "AUTHORISED_TO_CONVERT", attached("requestAttachmentFile", address))
        assert code_of(question) == "NO_RELATIONSHIP"
        assert not await may_fetch(thief, address), "trying to attach it has not made it theirs"
        assert (await thief.get(f"{STU3}/ReferralRequest/{ubrn}")).json()["meta"]["versionId"] == "1"

    tell(story)
