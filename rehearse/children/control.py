"""A mock server's control API, as a rehearsal uses it: lets the scenario's faults take their course with the replay,
and fetches what was done to the service meanwhile.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import httpx
import msgspec

from loadtests.http.direct import direct_client
from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import FoundHost, place
from recordings.events import Event, event_of
from recordings.server_result import ServerTiming

_WITHIN_S: Final = 10.0


@dataclass
class ControlClient:
    """One server's control API. What was done there before `begin` is none of this replay's."""

    url: str
    token: str
    found: FoundHost | None = None  # where that is, once it was looked up
    _lines_before: int = 0
    _hits_before: dict[str, int] = field(default_factory=dict)

    def trouble(self) -> str | None:
        """Why it cannot be used; None when it can."""
        if not self.token:
            return "give the control API's token: --control-token, or REHEARSE_CONTROL_TOKEN"
        try:
            self._ask("GET", "/control/state")
        except httpx.HTTPStatusError as error:
            refused = error.response.status_code == 401
            return f"{self.url}: " + ("the control token is wrong" if refused else "this is no control API")
        except (httpx.HTTPError, httpx.InvalidURL, RefusedError) as error:
            return f"cannot reach the control API at {self.url}: {error}"
        except ValueError:
            return f"{self.url}: this is no control API"
        return None

    def begin(self, at_epoch_s: float, scenario_s: float, slots: dict[str, Any] | None = None) -> None:
        """The scenario's time is `scenario_s` when the wall clock shows `at_epoch_s`, and its appointment slots are in
        this state then; without one nobody has taken any before. Raises `httpx.HTTPError`."""
        before = self._ask("GET", "/control/log")
        self._lines_before = len(before["log"])
        self._hits_before = {one["name"]: one["hits"] for one in before["acting"]}
        said = {"at_epoch_s": at_epoch_s, "scenario_s": scenario_s} | ({"slots": slots} if slots is not None else {})
        self._ask("POST", "/control/timeline", json=said)

    def page(self) -> str:
        """Where a person can direct the rehearsal."""
        return f"{self.url}/game-day#token={self.token}"

    def events(self) -> list[Event]:
        """What was done so far, in order, and how often each fault and defence that is still there has acted."""
        found = self._ask("GET", "/control/log")
        lines = [_event(line) for line in found["log"][self._lines_before :]]
        now_s, before = found["now_s"] or 0.0, self._hits_before
        acting = [
            Event(now_s, one["name"], one["kind"], "stands", "", max(0, one["hits"] - before.get(one["name"], 0)))
            for one in found["acting"]
        ]
        return lines + acting

    def timing(self) -> ServerTiming | None:
        """How the server kept its time since `begin`; None when it does not say. Raises `httpx.HTTPError`."""
        try:
            return msgspec.convert(self._ask("GET", "/control/timing"), ServerTiming)
        except (httpx.HTTPStatusError, msgspec.ValidationError):
            return None

    def active(self) -> list[str]:
        """The faults that are on, by name; a server that is gone has none."""
        with suppress(httpx.HTTPError):
            return [one["name"] for one in self._ask("GET", "/control/state")["timeline"]["active"]]
        return []

    def end_all(self) -> None:
        """End every fault that is on; a server that is gone has none."""
        with suppress(httpx.HTTPError):
            for name in self.active():
                self._ask("DELETE", f"/control/faults/{quote(name)}")

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        if self.found is None:
            self.found = place(self.url)
        with direct_client(self.found, _WITHIN_S) as http:
            answer = http.request(method, f"{self.url}{path}", headers=headers, **more)
        return answer.raise_for_status().json()


def _event(line: dict[str, Any]) -> Event:
    """The event in a line of the server's log, whose notes are messages on the status page."""
    return event_of({**line, "at_s": line["at_s"] or 0.0, "note": line.get("message", "")})
