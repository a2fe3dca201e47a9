"""Logged on for as long as a replay lasts: a token in good time before the one in use runs out."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

from loadtests.log_on.tokens import Obtain, Token
from loadtests.safety.refused import RefusedError
from loadtests.target.headers import TargetHeaders, header_line
from loadtests.target.refusal import TargetNotUsableError

_AHEAD_S: Final = 60.0  # before its end a token is renewed, or in the last fifth of a short life
_AGAIN_S: Final = 5.0


class StayingLoggedOn:
    """Keeps `headers.authorization` good.

    Args: what obtains a token, the headers, what to do with a word about trouble, and how to sleep.
    """

    def __init__(
        self, obtain: Obtain, headers: TargetHeaders, tell: Callable[[str], None], sleep: Callable[[float], object]
    ) -> None:
        self._obtain, self._headers, self._tell, self._sleep = obtain, headers, tell, sleep
        self._token: Token | None = None

    def begin(self) -> None:
        """Log on. Raises `TargetNotUsableError` or `RefusedError`."""
        self._take(self._obtain())

    def stay(self) -> None:
        """Renew the token whenever its end is near, for ever; a token that never ends needs nothing."""
        while self._token is not None and (left_s := self._token.expires_s - monotonic()) != float("inf"):
            self._sleep(max(1.0, left_s - min(_AHEAD_S, left_s / 5)))
            self._renew()

    def _renew(self) -> None:
        while True:
            try:
                self._take(self._obtain())
                return
            except (TargetNotUsableError, RefusedError) as error:
                self._tell(f"the log-on could not be renewed: {error}")
                self._sleep(_AGAIN_S)

    def _take(self, token: Token) -> None:
        self._headers.authorization = header_line("Authorization", token.authorization)
        self._token = token
