"""The game-day page: what a control server answers to a browser, as bytes from this package's files, and the words and
colours of outcomes, which it shares with the report.

The page is plain HTML, CSS and ES modules: no build step, and nothing from another host, which its
Content-Security-Policy makes certain. It holds no secret, so it is served without a token; what it shows
and does goes through the control API, which asks for one.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from mock_server.http.calls import HttpResponse
from scenarios.descriptions.outcomes import (
    ENDING_WORDS,
    IN_LINE_WORDS,
    OUTCOME_LOOKS,
    PERCENTILE_WORDS,
    colour_properties,
)

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
    found = {each.name: each.read_bytes() for each in (files("mock_server.control") / "static").iterdir()}
    found |= {"game_day_outcomes.js": _outcome_words().encode(), "game_day_outcomes.css": _outcome_colours().encode()}
    answers = {
        f"{ADDRESS}/{name}": HttpResponse(200, found[name], content_type, _HEADERS)
        for name in found
        for suffix, content_type in _TYPES.items()
        if name.endswith(suffix)
    }
    page = answers.pop(f"{ADDRESS}/game_day.html")
    return {"/": page, ADDRESS: page, f"{ADDRESS}/": page, **answers}


def _outcome_words() -> str:
    """The words as a module: `OUTCOMES` in the order in which bands lie on each other."""
    words = {"OUTCOMES": ENDING_WORDS, "PERCENTILES": PERCENTILE_WORDS, "IN_LINE": IN_LINE_WORDS}
    return "".join(f"export const {name} = {msgspec.json.encode(each).decode()};\n" for name, each in words.items())


def _outcome_colours() -> str:
    """The colours as a style: a class for each outcome sets `--hue`."""
    hues = "\n".join(f".{name} {{ --hue: var(--{name}); }}" for name in OUTCOME_LOOKS)
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {colour_properties('dark')} }} }}"
    return f":root {{ {colour_properties('light')} }}\n{dark}\n{hues}\n"
