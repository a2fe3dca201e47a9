"""The public status page, `/status`: what the operator last posted, and whether the service is offline.

People look at it when the service does not answer, which is when it had better not depend on the service. A fault
can take it down with everything else.
"""

from __future__ import annotations

from html import escape
from typing import Any, Final

from mock_server.errors import Refusal
from mock_server.handlers import inspection
from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import HTML, HttpRequest, HttpResponse

_STYLE: Final = "body{font:1.25rem/1.5 system-ui,sans-serif;margin:3rem auto;max-width:40rem;padding:0 1rem}"


class StatusPage:
    """What it says now."""

    def __init__(self) -> None:
        self.message = ""
        self.posted_epoch_s: float | None = None
        self.is_offline = False
        self.stands = True

    def post(self, message: str, epoch_s: float) -> None:
        """Say this from now on."""
        self.message, self.posted_epoch_s = message, epoch_s

    def standing(self) -> dict[str, Any]:
        """For programs."""
        state = "offline" if self.is_offline else "up"
        return {"service": state, "message": self.message, "posted_epoch_s": self.posted_epoch_s}

    async def show(self, context: HandlerContext, call: HttpRequest) -> HttpResponse:
        """GET /status: for people, or for programs that accept JSON alone. Raises `Refusal` when the page is down."""
        if not self.stands:
            raise Refusal(503, "SYSTEM_UNAVAILABLE", "the status page is not available")
        accepted = call.headers.get(b"accept", b"*/*")
        if b"json" in accepted and b"html" not in accepted:
            return inspection.as_json(self.standing())
        return HttpResponse(200, self._page().encode(), HTML)

    def _page(self) -> str:
        standing = "The service is offline" if self.is_offline else "The service is up"
        message = f"<p>{escape(self.message)}</p>" if self.message else ""
        return (
            f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{standing}</title>'
            f"<style>{_STYLE}</style></head><body><h1>{standing}</h1>{message}</body></html>"
        )
