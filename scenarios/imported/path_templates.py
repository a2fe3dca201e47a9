"""Paths that differ in an identifier alone are one operation: `/orders/17` and `/orders/18` are `/orders/{number}`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import quote

NUMBER, UUID, TOKEN, ANY = "{number}", "{uuid}", "{token}", "{any}"
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_NUMBER: Final = re.compile(r"[0-9]+")
_HEX: Final = re.compile(r"(?=.*[0-9])[0-9a-fA-F]{8,}")
_LONG: Final = re.compile(r"(?=.*[0-9])[A-Za-z0-9_=.~+-]{20,}")
_FILE: Final = re.compile(r".*\.[A-Za-z][A-Za-z0-9]{0,4}")  # bundle.4f2a9c….js is a file and no identifier
_SIBLINGS_MOST: Final = 30
_STATIC: Final = re.compile(
    r"\.(?:js|mjs|css|map|png|jpe?g|gif|svg|ico|webp|avif|bmp|woff2?|ttf|otf|eot|mp[34]|webm|wasm)$", re.IGNORECASE
)
_DRAWN: Final = {NUMBER: "{faker.random_int}", UUID: "{faker.uuid4}", TOKEN: "{faker.sha1}"}
Segments = tuple[str, ...]


@lru_cache(maxsize=65_536)
def segments_of(path: str) -> Segments:
    """The parts of a path between its slashes, identifiers replaced by their kind."""
    return tuple(_kind_of(part) for part in path.split("/")[1:])


def is_static(path: str) -> bool:
    """Whether a path is that of a file that a browser fetches with a page."""
    return _STATIC.search(path) is not None


def merged(templates: Iterable[tuple[str, Segments]]) -> dict[tuple[str, Segments], tuple[str, Segments]]:
    """What each (method, template) becomes where more than 30 differ in one part alone: that part is `{any}`."""
    now = {one: one for one in templates}
    for depth in range(max((len(parts) for _, parts in now), default=0)):
        groups: dict[tuple[str, Segments, Segments], set[str]] = defaultdict(set)
        for method, parts in now.values():
            if len(parts) > depth:
                groups[method, parts[:depth], parts[depth + 1 :]].add(parts[depth])
        for original, (method, parts) in now.items():
            if len(parts) > depth and len(groups[method, parts[:depth], parts[depth + 1 :]]) > _SIBLINGS_MOST:
                now[original] = method, (*parts[:depth], ANY, *parts[depth + 1 :])
    return now


def path_with_values(parts: Segments) -> str:
    """The template as a request has it: identifiers are drawn, everything else stands as it is."""
    return "/" + "/".join(_DRAWN.get(part, quote(part, safe="%:@!$&'()*+,;=~-._")) for part in parts)


def _kind_of(part: str) -> str:
    if _NUMBER.fullmatch(part):
        return NUMBER
    if _UUID.fullmatch(part):
        return UUID
    if _FILE.fullmatch(part) or "{" in part or "}" in part:
        return part
    return TOKEN if _HEX.fullmatch(part) or _LONG.fullmatch(part) else part
