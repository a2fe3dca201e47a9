"""The desk every operation works at: the store, the world, who is logged on, the diaries."""

from dataclasses import dataclass
from typing import Any

from mock_server.domain.instants import instant
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.errors import unprocessable
from mock_server.http.calls import Call
from mock_server.sessions.grants import Grants
from mock_server.sessions.professional import Sessions
from mock_server.storage.database import Keeper
from mock_server.storage.diaries import Diaries


@dataclass(frozen=True, slots=True)
class HandlerContext:
    """What a handler may use."""

    store: Keeper
    directory: SyntheticDirectory
    sessions: Sessions
    diaries: Diaries
    grants: Grants


def search_set(call: Call, entries: list[Any]) -> dict[str, Any]:
    """The bundle that an R4 search answers with."""
    now = instant()
    return {
        "id": call.correlation_id or "search",
        "meta": {"lastUpdated": now},
        "resourceType": "Bundle",
        "type": "searchset",
        "timestamp": now,
        "total": len(entries),
        "link": [{"relation": "self", "url": f"{call.path}?{call.query.decode('latin-1')}"}],
        "entry": entries,
    }


def check_relationship(call: Call, organisations: str | tuple[str, ...]) -> None:
    """Refuse a user whose organisation has nothing to do with the referral."""
    held = organisations.split(" ") if isinstance(organisations, str) else organisations
    if call.on_behalf.organisation not in held:
        raise unprocessable("NO_RELATIONSHIP", f"{call.on_behalf.organisation} has no part in this referral")
