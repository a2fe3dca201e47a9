"""Which practices believe that the service is down, and until when.

A practice hears so from a source of news; it believes it until it hears that the service is back, until a try of its
own goes well, or until it has believed it for as long as people do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from scenarios.behaviour.draws import Keys
from scenarios.behaviour.occurrences import Occurrence
from scenarios.language.practices import Practices
from scenarios.practices.news import Neighbours, Tiding, tidings

_NEVER: Final = -math.inf  # until when a practice believes it that has heard nothing


class Beliefs:
    """What all practices believe. `count` is how many of the `counted` ones believe that the service is down.

    Args: the practices, what goes wrong in this launch and when, the practices' keys, which of them are the worker's
    own, whom to tell when one hears that the service is back, and whom when it no longer believes that it is down.
    """

    def __init__(
        self,
        practices: Practices,
        planned: Sequence[Occurrence],
        keys: Keys,
        counted: list[bool],
        is_back: Callable[[int, float], None],
        looks: Callable[[int, float], None],
    ) -> None:
        news = practices.news
        self._believed_for_s = news.believed_for if news else 0.0
        self.tidings = tidings(news, planned, keys, np.array(counted)) if news else []
        self._neighbours = Neighbours(news, keys, practices.neighbours) if news else None
        self._counted, self._is_back, self._looks = counted, is_back, looks
        self.until_s = [_NEVER] * practices.number
        # by practice: how many it sent, and until when it sends no other; never, once it has taken the last one back
        self.messages: dict[int, tuple[int, float]] = {}
        self.under_way: dict[Tiding, None] = {}  # messages that neighbours have not heard yet
        self.count = 0

    def begin(self, now_s: float, wake_at: Callable[[float, Callable[[Any], None], Any], None]) -> None:
        """From this moment on practices hear what there is to hear."""
        self._wake_at = wake_at
        self._next(iter([one for one in self.tidings if one.at_s >= now_s]))
        for practice, until_s in enumerate(self.until_s):  # what was heard before
            if until_s > now_s and self._counted[practice]:
                self.count += 1
                wake_at(until_s, self._over, (practice, until_s))
        for tiding in self.under_way:
            if self._counted[tiding.practice]:
                wake_at(tiding.at_s, self._arrives, tiding)

    def from_s(self, practice: int) -> float:
        """From when on this practice believes that the service works, as far as it knows now."""
        return self.until_s[practice]

    def is_believed_down(self, practice: int, now_s: float) -> bool:
        """Whether it believes now that the service is down."""
        return self.until_s[practice] > now_s

    def failed(self, practice: int, now_s: float) -> None:
        """A try of this practice has failed: it tells its neighbours, unless it has told them lately."""
        if self._neighbours is None:
            return
        number, until_s = self.messages.get(practice, (0, _NEVER))
        if until_s <= now_s:
            self.messages[practice] = number + 1, now_s + self._believed_for_s
            self._tell(practice, number, now_s, is_down=True)

    def went_well(self, practice: int, now_s: float) -> None:
        """A try of this practice went well: it knows, and whom it told otherwise hears of it."""
        self._hear(Tiding(now_s, practice, is_down=False))
        number, until_s = self.messages.get(practice, (0, _NEVER))
        if until_s > _NEVER:
            self.messages[practice] = number, _NEVER
            self._tell(practice, number - 1, now_s, is_down=False)

    def _tell(self, practice: int, message: int, now_s: float, *, is_down: bool) -> None:
        assert self._neighbours is not None
        for other, after_s in self._neighbours.hearing(practice, message):
            tiding = Tiding(now_s + after_s, other, is_down)
            self.under_way[tiding] = None
            self._wake_at(tiding.at_s, self._arrives, tiding)

    def _arrives(self, tiding: Tiding) -> None:
        """A neighbour's message."""
        self.under_way.pop(tiding, None)
        self._hear(tiding)

    def _next(self, left: Any) -> None:
        tiding = next(left, None)
        if tiding is not None:
            self._wake_at(tiding.at_s, self._heard, (tiding, left))

    def _heard(self, what: tuple[Tiding, Any]) -> None:
        tiding, left = what
        self._hear(tiding)
        self._next(left)

    def _hear(self, tiding: Tiding) -> None:
        practice, was_down = tiding.practice, self.is_believed_down(tiding.practice, tiding.at_s)
        if not tiding.is_down:
            if was_down:
                self.until_s[practice] = _NEVER
                self.count -= 1
            self._is_back(practice, tiding.at_s)
            return
        until_s = self.until_s[practice] = tiding.at_s + self._believed_for_s
        self.count += not was_down
        self._wake_at(until_s, self._over, (practice, until_s))

    def _over(self, what: tuple[int, float]) -> None:
        """Nobody has told it anything more."""
        practice, until_s = what
        if self.until_s[practice] == until_s:
            self.until_s[practice] = _NEVER
            self.count -= 1
            self._looks(practice, until_s)
