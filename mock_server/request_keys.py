"""The key that ties a request to its draws in the model.

A load generator that wants the model to use the draws of the forecast ends X-Correlation-ID
with 16 hex digits. Any other request gets a key from a counter, scattered by splitmix64
(Steele, Lea, Flood, OOPSLA 2014), so that neighbours do not draw alike.
"""

from typing import Final

_HEX: Final = b"0123456789abcdefABCDEF"
_MASK: Final = (1 << 64) - 1


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


def scatter(count: int) -> int:
    """One step of splitmix64."""
    z = (count * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)
