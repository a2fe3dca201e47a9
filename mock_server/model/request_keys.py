"""The key that ties a request to its draws in the model.

A load generator that wants the model to use the draws of the forecast ends X-Correlation-ID
with 16 hex digits. Any other request gets a key from a counter, scattered by splitmix64
(Steele, Lea, Flood, OOPSLA 2014), so that neighbours do not draw alike.
"""

from typing import Final

from mock_server.domain.scatter import scatter

_HEX: Final = b"0123456789abcdefABCDEF"


class RequestKeys:
    """Gives every request a 64-bit key."""

    def __init__(self) -> None:
        self._counted = 0

    def key_of(self, correlation_id: bytes | None) -> int:
        """The key that the header carries, or the next one."""
        if correlation_id is not None:
            tail = correlation_id[-16:]
            if len(tail) == 16 and not tail.strip(_HEX):
                return int(tail, 16)
        self._counted += 1
        return scatter(self._counted)
