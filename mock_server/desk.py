"""The desk every operation works at: the store, the world, who is logged on, the diaries."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mock_server.calls import Call
from mock_server.outcomes import not_found, unprocessable
from mock_server.sessions import Sessions
from mock_server.store import Store
from mock_server.world import World

if TYPE_CHECKING:
    from mock_server.oauth2 import Grants
    from mock_server.slots import Diaries


@dataclass(frozen=True, slots=True)
class Desk:
    """What a handler may use."""

    store: Store
    world: World
    sessions: Sessions
    diaries: "Diaries"
    grants: "Grants"


def instant(moment: dt.datetime | None = None) -> str:
    """A moment as FHIR writes it, to the millisecond; the present when none is given."""
    moment = moment or dt.datetime.now(dt.UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


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


def parse_ubrn(text: str) -> int:
    """A UBRN of twelve digits; anything else names no referral."""
    if len(text) != 12 or not text.isascii() or not text.isdigit():
        raise not_found("a UBRN has twelve digits")
    return int(text)


def check_relationship(call: Call, organisations: str | tuple[str, ...]) -> None:
    """Refuse a user whose organisation has nothing to do with the referral."""
    held = organisations.split(" ") if isinstance(organisations, str) else organisations
    if call.on_behalf.organisation not in held:
        raise unprocessable("NO_RELATIONSHIP", f"{call.on_behalf.organisation} has no part in this referral")
