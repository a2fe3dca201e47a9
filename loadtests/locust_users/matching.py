"""Which of a scenario's operations a Locust user's request belongs to: by its name, or by its method and path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import quote

from scenarios.language.requests import HttpRequestSpecification
from scenarios.language.service import OperationSpecification
from scenarios.text.nearest import nearest
from scenarios.text.templates import ValueName, template

_SAFE: Final = "/:?@!$&'()*+,;=%~-._[]"


class UnmatchedError(Exception):
    """A request that none of the operations is, and what to do about it."""


class _Pattern(NamedTuple):
    """One operation's method (None: any) and path; `literal` is how many of its characters are said."""

    operation: str
    method: str | None
    path: re.Pattern[str]
    literal: int


class OperationMatching:
    """Args: the operations of a journey by name, in the order of its steps."""

    def __init__(self, operations: Mapping[str, OperationSpecification]) -> None:
        self._names = list(operations)
        described = [(name, one.http) for name, one in operations.items() if one.http is not None]
        self._texts = {http.path: name for name, http in reversed(described)}
        patterns = [_pattern(name, http) for name, http in described]
        self._patterns = sorted(patterns, key=lambda one: -one.literal)  # the one that says most goes first

    def by_name(self, name: str) -> str | None:
        """The operation of this name, or whose path is written so: Locust users like to be named `/product/[id]`."""
        return name if name in self._names else self._texts.get(name)

    def by_path(self, method: str, path: str) -> str | None:
        """The operation whose request has this method and path; `path` begins below the target's address."""
        bare = path.partition("?")[0]
        for one in self._patterns:
            if one.method in (None, method) and one.path.fullmatch(bare):
                return one.operation
        return None

    def operation(self, method: str, path: str, name: str | None) -> str:
        """The operation of a request, which its user may have named. Raises `UnmatchedError`."""
        found = (self.by_name(name) if name else None) or self.by_path(method, path)
        if found is not None:
            return found
        named = f", named {name!r}," if name else ""
        raise UnmatchedError(
            f"{method} {path}{named} is none of the operations in `steps`: {', '.join(self._names)}"
            f"{nearest(name or '', self._names)}; give it the `name=` of one, or a step whose operation has its path"
            ' (`http: {path: "{any}"}` is every path)'
        )


def _pattern(name: str, http: HttpRequestSpecification) -> _Pattern:
    parts = template(http.path)
    is_address = len(parts) == 1 and isinstance(parts[0], ValueName)
    hole = ".*" if is_address else "[^/?]+"
    path = "".join(hole if isinstance(one, ValueName) else re.escape(quote(one, safe=_SAFE)) for one in parts)
    literal = sum(len(one) for one in parts if isinstance(one, str))
    is_any = http.method is None and http.verb == "GET" and is_address
    return _Pattern(name, None if is_any else http.verb, re.compile(path), literal)
