"""Primitives of faults that act on what stands around a service: caches, log-on sessions, the process, its socket."""

from __future__ import annotations

from collections.abc import Callable, Collection

from simulations.effects.hooks import HookedEffect


class OnSurroundings(HookedEffect):
    """What reaches beyond stations and work."""

    def flush_caches(self, names: Collection[str]) -> int:
        """Empty the named caches (all, if none are named); how many that are. They fill again by themselves."""
        return self.service.caches.flush(names)

    def end_sessions(self) -> None:
        """Everybody is logged off, and has to log on again."""
        self.service.host.flush_sessions()

    def crash(self) -> None:
        """The process dies with everything under way, and is back at the end."""
        self.service.host.crash(self.lasts_s)
        self.at_end(self.service.host.restarted)

    def stop_listening(self) -> None:
        """Open connections break and new ones are refused."""
        host = self.service.host
        self._take("the socket", lambda: host.listen(listening=False), lambda: host.listen(listening=True))

    def hide_slots(self) -> None:
        """No free appointment slots are shown."""
        host = self.service.host
        self._take("the slots", lambda: host.take_slots(taken=True), lambda: host.take_slots(taken=False))

    def take_down_status_page(self) -> None:
        """The status page does not answer."""
        host = self.service.host
        self._take("the status page", lambda: host.status_page(stands=False), lambda: host.status_page(stands=True))

    def _take(self, what: str, take: Callable[[], None], give_back: Callable[[], None]) -> None:
        """Take something from the host until the end; it gets it back when nobody holds it any more."""
        holders = self.service.holders

        def let_go() -> None:
            holders[what] -= 1
            if not holders[what]:
                give_back()

        holders[what] += 1
        self.at_end(let_go)
        if holders[what] == 1:
            take()
