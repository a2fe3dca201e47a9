"""Locust's web page: who pressed what there, and what may not be edited while a replay is under way.

The page's form can be sent again at any time, and Locust takes the new host over at once, though load goes where it
went; so that is refused as long as a replay is under way, with a sentence in place of the page's own answer. Whoever
presses Stop is noted by address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import jsonify, request
from locust.env import Environment

_UNDER_WAY = (
    "A replay to {host} is under way, or its report is being made: host, schedule and length are settled. "
    "Press Stop to end it."
)


class PageWatch:
    """Looks at what is asked of the page before Locust does."""

    def __init__(self, environment: Environment, sent_to: Callable[[], str], stop: Callable[[str], None]) -> None:
        """`sent_to` is where the replay under way goes, empty when there is none; `stop` stops it, in these words."""
        self._sent_to, self._stop = sent_to, stop
        if environment.web_ui is not None and environment.web_ui.app is not None:
            environment.web_ui.app.before_request(self._look)

    def _look(self) -> Any:
        if request.method != "POST":
            return None
        page = request.path.rpartition("/")[2]
        host = self._sent_to()
        if page == "stop" and host:
            self._stop(f"stopped on Locust's page, from {request.remote_addr or 'an unknown address'}")
        if page == "swarm" and host:
            return jsonify({"success": False, "message": _UNDER_WAY.format(host=host), "host": host})
        return None
