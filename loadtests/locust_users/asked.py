"""A request of a Locust user, and who gives its answer on: what the rest of a load test knows of such a user.

Nothing here imports Locust, whose import changes the process (gevent's patches).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from loadtests.http.replies import Reply
from scenarios.behaviour.steps import Site

AnswerVerdict = bool | BaseException | None  # what the code said of an answer: good, a failure, or nothing


@dataclass(slots=True, eq=False)
class AskedRequest:
    """For which place of its journey, what is sent, and what came of it.

    `place` is its path and query from the service's root, `response` what its code was given (a `requests.Response`).
    """

    site: Site
    method: str
    place: str
    headers: list[tuple[str, str]]
    body: bytes
    reply: Reply | None = None
    response: Any = None
    outcome: int | None = None


class LocustAnswering(Protocol):
    """The session that a Locust user performs; `asking` is the request that is to be written now."""

    asking: AskedRequest | None

    def answered(self, reply: Reply) -> AnswerVerdict:
        """Give the code the answer to its request, and let it go on until it has judged it; what it said of it."""
