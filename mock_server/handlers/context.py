"""What every operation works with: the store, the synthetic directory, who is logged on, the diaries, OAuth2 grants."""

from dataclasses import dataclass
from typing import Any

from mock_server.domain.instants import instant
from mock_server.domain.referral import Referral
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.errors import not_found, unprocessable
from mock_server.http.calls import HttpRequest
from mock_server.sessions.grants import Grants
from mock_server.sessions.professional import Sessions
from mock_server.storage.diaries import Diaries
from mock_server.storage.repositories import StateStore, Transaction


@dataclass(frozen=True, slots=True)
class HandlerContext:
    """What a handler may use."""

    store: StateStore
    directory: SyntheticDirectory
    sessions: Sessions
    diaries: Diaries
    grants: Grants


def search_set(request: HttpRequest, entries: list[Any]) -> dict[str, Any]:
    """The bundle that an R4 search answers with."""
    now = instant()
    return {
        "id": request.correlation_id or "search",
        "meta": {"lastUpdated": now},
        "resourceType": "Bundle",
        "type": "searchset",
        "timestamp": now,
        "total": len(entries),
        "link": [{"relation": "self", "url": f"{request.path}?{request.query.decode('latin-1')}"}],
        "entry": entries,
    }


def check_relationship(request: HttpRequest, organisations: tuple[str, ...]) -> None:
    """Raises `Refusal` when the user's organisation is none of those that take part in the referral."""
    if request.on_behalf.organisation not in organisations:
        raise unprocessable("NO_RELATIONSHIP", f"{request.on_behalf.organisation} has no part in this referral")


def find_for_change(transaction: Transaction, ubrn: int) -> Referral:
    """The current version, for a change to start from. Raises `Refusal` when there is no such referral."""
    referral = transaction.referrals.find(ubrn)
    if referral is None:
        raise not_found(f"no referral has the UBRN {ubrn:012d}")
    return referral
