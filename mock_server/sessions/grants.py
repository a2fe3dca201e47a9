"""OAuth2 grants: codes and refresh tokens that are each good once.

Lifetimes: API platform of NHS England (assumed for refresh). Source: RFC 6749, sections 4.1 and 6.
"""

import secrets
import time
from collections.abc import Callable
from typing import Final

import msgspec

CODE_LIFETIME_S: Final = 60.0
TOKEN_LIFETIME_S: Final = 599.0
REFRESH_LIFETIME_S: Final = 12 * 3600.0


class Grant(msgspec.Struct, frozen=True):
    """What a code or a refresh token stands for, until when."""

    smartcard: str
    client: str
    ends_at_s: float
    redirect_uri: str = ""
    access_token: str = ""


class Grants:
    """Codes and refresh tokens that have not been used."""

    def __init__(self, token_lifetime_s: float = TOKEN_LIFETIME_S, now_s: Callable[[], float] = time.monotonic) -> None:
        self.token_lifetime_s = token_lifetime_s
        self._now_s = now_s
        self._codes: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._refresh_of: dict[str, str] = {}  # by access token

    def give_code(self, smartcard: str, client: str, redirect_uri: str) -> str:
        """A code for one use."""
        _drop_ended(self._codes, self._now_s())
        code = secrets.token_urlsafe(24)
        self._codes[code] = Grant(smartcard, client, self._now_s() + CODE_LIFETIME_S, redirect_uri)
        return code

    def give_refresh(self, smartcard: str, client: str, access_token: str) -> str:
        """A refresh token for one use."""
        for ended in _drop_ended(self._refresh, self._now_s()):
            self._refresh_of.pop(ended.access_token, None)
        token = secrets.token_urlsafe(24)
        ends_at_s = self._now_s() + REFRESH_LIFETIME_S
        self._refresh[token] = Grant(smartcard, client, ends_at_s, access_token=access_token)
        self._refresh_of[access_token] = token
        return token

    def use_code(self, code: str) -> Grant | None:
        """What a code stands for; it is good once."""
        return self._used(self._codes, code)

    def use_refresh(self, token: str) -> Grant | None:
        """What a refresh token stands for; it is good once."""
        grant = self._used(self._refresh, token)
        if grant is not None:
            self._refresh_of.pop(grant.access_token, None)
        return grant

    def end_session(self, access_token: str) -> None:
        """Whoever had this access token has logged off: nothing brings the session back."""
        self._refresh.pop(self._refresh_of.pop(access_token, ""), None)

    def flush(self) -> None:
        """Forget everything: everybody must log on again."""
        self._codes.clear()
        self._refresh.clear()
        self._refresh_of.clear()

    def _used(self, held: dict[str, Grant], key: str) -> Grant | None:
        grant = held.pop(key, None)
        return grant if grant is not None and self._now_s() < grant.ends_at_s else None


def _drop_ended(held: dict[str, Grant], now_s: float) -> list[Grant]:
    # All of one kind last equally long and a dict keeps its order, so the oldest ends first.
    dropped = []
    while held and (oldest := next(iter(held))) and held[oldest].ends_at_s <= now_s:
        dropped.append(held.pop(oldest))
    return dropped
