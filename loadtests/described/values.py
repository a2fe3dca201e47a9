"""The values of one session: what its requests may name in braces, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from loadtests.described.cookies import CookieJar
from loadtests.described.feeds import Feed
from scenarios.behaviour.draws import mix, name_key
from scenarios.text.faker_names import LOCALE
from scenarios.text.nhs_numbers import nhs_number
from scenarios.text.templates import ValueName


class NotMadeError(Exception):
    """A request that cannot be made, and why, in words without any value."""


@dataclass
class ValueSources:
    """What all sessions of one process draw their values from, and the names of cookies that none of them keeps."""

    host: str
    has_tls: bool
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    cookies_without_tls: set[str] = field(default_factory=set)
    _faker: Any = None

    def prepare(self, names: Iterable[ValueName]) -> None:
        """Do now what would delay a request that is due: the first use of Faker, and of each of its providers."""
        for name in names:
            if name.source == "faker":
                self.drawn(name.field, 0)

    def drawn(self, name: str, key: int) -> Any:
        """What Faker draws under this name for the session with this key: the same each time."""
        if self._faker is None:
            from faker import Faker  # noqa: PLC0415  # 0.2 s that most scenarios can do without

            self._faker = Faker(LOCALE)._factories[0]
        self._faker.seed_instance(mix(key, name_key(f"faker {name}")))
        return getattr(self._faker, name)()


class SessionValues:
    """Args: the sources, the session's place in the whole schedule, and its key."""

    __slots__ = ("_key", "_number", "_sources", "extracted", "jar")

    def __init__(self, sources: ValueSources, number: int, key: int) -> None:
        self._sources, self._number, self._key = sources, number, key
        self.extracted: dict[str, Any] = {}
        self.jar = CookieJar(sources.host, has_tls=sources.has_tls, without_tls=sources.cookies_without_tls)

    def value(self, name: ValueName) -> Any:
        """The value of that name. Raises `NotMadeError` when this session does not have it."""
        source, column = name.source, name.field
        if not source:
            if column not in self.extracted:
                raise NotMadeError(f"no {column}: no answer of the session has given it yet")
            return self.extracted[column]
        if source == "session":
            return self._number if column == "number" else f"{self._key:016x}"
        if source == "patient":
            return nhs_number(self._number)
        if source == "secret":
            return self._sources.secrets[column]
        if source == "faker":
            return self._sources.drawn(column, self._key)
        return self._of_row(self._sources.feeds[source], column)

    def _of_row(self, feed: Feed, column: str) -> Any:
        row = feed.row_of(self._number, self._key)
        if row is None:
            raise NotMadeError(f"no {feed.name}.{column}: data.{feed.name} has no row left")
        return row[feed.rows.columns.index(column)]
