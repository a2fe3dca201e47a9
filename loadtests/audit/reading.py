"""Reading referrals and letters back: one by one (A005, A006, A042), and from the list of a target that has one.

Whatever a service answers becomes what was seen, "it is not there", or `UnreadError` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from loadtests.audit.audited_service import AuditAnswer, AuditedService, LoggedOn, unread
from loadtests.audit.bounds import PAGE_REFERRALS, PAGES_MOST, UnreadError
from loadtests.audit.seen import NO_CONTENT, AuditedReferral, Seen
from loadtests.ers.answered_values import checksum, is_id, version_in
from loadtests.ers.referral_content import ReferralContent

_STU3: Final = "/referrals/FHIR/STU3"
_R4: Final = "/referrals/FHIR/R4"
_NOT_THERE: Final = frozenset({404, 410})

T = TypeVar("T")


class _Page(msgspec.Struct):
    referrals: list[AuditedReferral]
    next: str | None = None


async def read_back(service: AuditedService, logged_on: LoggedOn, ubrn: str, letters: Iterable[str]) -> Seen | None:
    """A referral as it is there now, with the letters of it that were acknowledged; None when it is not there.

    Raises `UnreadError`.
    """
    answer = await service.ask("GET", f"{_STU3}/ReferralRequest/{quote(ubrn, safe='')}", logged_on.headers)
    if answer.status in _NOT_THERE:
        return None
    found = _decoded(answer, ReferralContent, "no referral")
    if found.id not in ("", ubrn):
        raise UnreadError("answered with another referral")
    files, why_unread = {}, ""
    for file in letters:
        try:
            files[file] = await _letter(service, logged_on, file)
        except UnreadError as why:
            why_unread = f"a letter: {why}"
    return Seen(
        version=_version(answer, found),
        slots=found.slots(),
        letters=len(found.files()),
        is_deferred=found.is_deferred(),
        patient=found.patient,
        content=found.written(),
        attached=found.files(),
        files=files,
        why_unread=why_unread,
    )


def _version(answer: AuditAnswer, found: ReferralContent) -> int:
    """Which version was read, as the header or else the body says. Raises `UnreadError` when neither does."""
    said = (answer.headers.get("etag", ""), found.meta.version_id)
    known = (version_in(text.encode("utf-8", "replace"), -1) for text in said)
    version = next((each for each in known if each >= 0), None)
    if version is None:
        raise UnreadError("an answer has no version")
    return version


async def _letter(service: AuditedService, logged_on: LoggedOn, file: str) -> str:
    """The checksum of a letter's bytes, or `NO_CONTENT`. Raises `UnreadError`.

    A target that has A006 no more has A042, which says where the file is: only on this very host it is fetched.
    """
    answer = await service.ask("GET", f"{_STU3}/Binary/{quote(file, safe='')}", logged_on.headers)
    if answer.status == 200:
        return checksum(answer.body)
    answer = await service.ask("GET", f"{_R4}/Binary/{quote(file, safe='')}", logged_on.headers)
    if 300 <= answer.status < 400:
        answer = await service.ask("GET", _path_here(service, answer), logged_on.headers)
    if answer.status in _NOT_THERE:
        return NO_CONTENT
    if answer.status != 200:
        raise unread(answer)
    return checksum(answer.body)


def _path_here(service: AuditedService, answer: AuditAnswer) -> str:
    """Where on this host a redirect leads. Raises `UnreadError` when it leads elsewhere."""
    try:
        parts = urlsplit(answer.headers.get("location", ""))
    except ValueError:
        raise unread(answer) from None
    if parts.netloc not in ("", service.authority) or not parts.path.startswith("/"):
        raise UnreadError("kept on another host, which is not asked")
    path = parts.path.removeprefix(service.prefix)
    return f"{path}?{parts.query}" if parts.query else path


async def read_whole_list(service: AuditedService, is_ours: Callable[[AuditedReferral], bool]) -> list[AuditedReferral]:
    """Of everything that the server holds, what this audit is about.

    Raises `UnreadError` when it has no such list, or one that does not get on.
    """
    found: list[AuditedReferral] = []
    after, known = "0", {"0"}
    for _ in range(PAGES_MOST):
        path = f"/mock/referrals?after={quote(after, safe='')}&count={PAGE_REFERRALS}"
        page = _decoded(await service.ask("GET", path), _Page, "no page of a list")
        if len(page.referrals) > PAGE_REFERRALS:
            raise UnreadError("a page of the list has more than was asked for")
        found += filter(is_ours, page.referrals)
        if page.next is None:
            return found
        if page.next in known or not is_id(page.next) or not page.referrals:
            raise UnreadError("the list does not get on")
        known.add(after := page.next)
    raise UnreadError(f"the list has more than {PAGES_MOST} pages")


def _decoded(answer: AuditAnswer, kind: type[T], otherwise: str) -> T:
    """The body of a good answer. Raises `UnreadError`."""
    if not answer.is_good:
        raise unread(answer)
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (ValueError, RecursionError):
        raise UnreadError(f"an answer is {otherwise}") from None
