"""The key that ties a request to its draws in the model.

A load generator that wants the model to use the draws of the forecast says the key
(`scenarios.protocol.requests`). Any other request gets a key from a counter, scattered by splitmix64
(Steele, Lea, Flood, OOPSLA 2014), so that neighbours do not draw alike.
"""

from mock_server.domain.scatter import scatter
from scenarios.protocol.headers import ReceivedHeaders
from scenarios.protocol.requests import key_in


class RequestKeys:
    """Gives every request a 64-bit key."""

    def __init__(self) -> None:
        self._counted = 0

    def key_of(self, headers: ReceivedHeaders) -> int:
        """The key that a request carries, or the next one."""
        said = key_in(headers)
        if said is not None:
            return said
        self._counted += 1
        return scatter(self._counted)
