"""The game-day page: what a control server answers to a browser, as bytes from this package's files.

The page is plain HTML, CSS and ES modules: no build step, and nothing from another host, which its
Content-Security-Policy makes certain. It holds no secret, so it is served without a token; what it shows
and does goes through the control API, which asks for one.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from mock_server.http.calls import HttpResponse

ADDRESS: Final = "/game-day"
_TYPES: Final = {".html": b"text/html;charset=utf-8", ".css": b"text/css;charset=utf-8", ".js": b"text/javascript"}
_POLICY: Final = b"; ".join(
    (
        b"default-src 'none'",
        b"script-src 'self'",
        b"style-src 'self'",
        b"connect-src 'self'",
        b"img-src data:",
        b"base-uri 'none'",
        b"form-action 'none'",
        b"frame-ancestors 'none'",
    )
)
_HEADERS: Final = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
)


def page_answer(path: str) -> HttpResponse | None:
    """The page at `/` and `/game-day`, its style and modules below `/game-day/`; None for every other path."""
    return _answers().get(path)


@cache
def _answers() -> dict[str, HttpResponse]:
    here = list((files("mock_server.control") / "static").iterdir())
    by_name = {each.name: each for each in here}
    answers = {
        f"{ADDRESS}/{name}": HttpResponse(200, by_name[name].read_bytes(), content_type, _HEADERS)
        for name in by_name
        for suffix, content_type in _TYPES.items()
        if name.endswith(suffix)
    }
    page = answers.pop(f"{ADDRESS}/game_day.html")
    return {"/": page, ADDRESS: page, f"{ADDRESS}/": page, **answers}
