"""Work that nobody waits for any more is dropped."""

from __future__ import annotations

from simulations.effects.effect import Effect
from simulations.service.service import Request
from simulations.service.station import Station


class DropAbandoned(Effect):
    """As soon as the client has left (`left` is told of it), or when its turn comes too late.

    The second looks only at work that waits, and so keeps serving those whose patience ends while they are served: in a
    retry storm it does not help (Bronson and others, *Metastable Failures in Distributed Systems*, HotOS 2021).
    """

    def begin(self) -> None:
        self._stations = frozenset(self.settings.stations)
        if self.settings.when == "client_gone":
            self.hook(self.service.client_gone_hooks, self._left)
        else:
            self.hook(self.service.drop_hooks, self._drops)

    def _left(self, request: Request) -> None:
        station = self.service.where(request)
        is_here = not self._stations or (station is not None and station.name in self._stations)
        if is_here and self.service.abandon(request):
            self.hit()

    def _drops(self, request: Request, station: Station) -> bool:
        if self._stations and station.name not in self._stations:
            return False
        if self.service.env.now < request.deadline_s:
            return False
        self.hit()
        return True
