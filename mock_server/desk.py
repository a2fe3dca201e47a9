"""The desk every operation works at: the store, the world, who is logged on, the diaries."""

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from mock_server.calls import Call
from mock_server.database import Write
from mock_server.outcomes import not_found, unprocessable
from mock_server.sessions import Sessions
from mock_server.world import World

if TYPE_CHECKING:
    from mock_server.oauth2 import Grants
    from mock_server.slots import Diaries


T = TypeVar("T")


class Keeper(Protocol):
    """What keeps the state: the store, or the store as one request sees it."""

    async def write(self, write: Write[T]) -> T:
        """Run a write; returns once it is as durable as promised."""

    def row(self, statement: str, values: Sequence[object] = ()) -> Any:
        """The first row of a query over committed state, or None."""

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """All rows of a query over committed state."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a handler may use."""

    store: Keeper
    world: World
    sessions: Sessions
    diaries: "Diaries"
    grants: "Grants"


def instant(moment: dt.datetime | None = None) -> str:
    """A moment as FHIR writes it, to the millisecond; the present when none is given."""
    if moment is None:
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        return f"{_second(seconds)}.{nanoseconds // 10**6:03d}Z"
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    """A whole second of the clock: thousands of instants fall into one."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat().removesuffix("+00:00")


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
