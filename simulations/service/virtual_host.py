"""The host in virtual time: what a fault that reaches beyond the service means to its clients."""

from __future__ import annotations

from scenarios.language.outcomes import GOOD, LOGGED_OUT, REFUSED
from simulations.service.request import Request
from simulations.service.service import Service
from simulations.service.service_hooks import NETWORK


class VirtualHost:
    """Around a service in virtual time there are clients who notice; slots and the status page are outcomes."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._sessions = LogOns(service)
        self._deaf = 0  # how many faults there are because of which nobody listens

    def crash(self, restart_s: float) -> None:
        self.service.crash(REFUSED)
        self._stop_listening()
        self.flush_sessions()
        self.service.caches.flush()

    def restarted(self) -> None:
        self._listen_again()

    def flush_sessions(self) -> None:
        self._sessions.begun_since += 1

    def listen(self, *, listening: bool) -> None:
        if listening:
            self._listen_again()
            return
        self._stop_listening()
        for request in [one for one in self.service.inside if not one.dead or one.dribbles_s]:
            _break_off(request)
            self.service.left(request)

    def take_slots(self, *, taken: bool) -> None:
        pass

    def status_page(self, *, stands: bool) -> None:
        pass

    def _stop_listening(self) -> None:
        if not self._deaf:
            self.service.hooks.add_admission(NETWORK, _refuse)
        self._deaf += 1

    def _listen_again(self) -> None:
        self._deaf -= 1
        if not self._deaf:
            self.service.hooks.remove_admission(_refuse)


class LogOns:
    """Log-on sessions in virtual time: who has not logged on since the last loss is told to (401).

    As over HTTP, only calls of the e-RS API need a session, and all of them but the first one that begins it.
    """

    def __init__(self, service: Service) -> None:
        self._begins = service.model.log_on
        self.begun_since = 0
        if self._begins:
            service.hooks.add_admission(NETWORK + 1, self._admit)
            service.hooks.after_work.add(self._begin, self._begins[:1])

    def _admit(self, request: Request) -> int | None:
        program, client = request.program, request.client
        if client is None or program.api is None or program.name == self._begins[0]:
            return None
        return None if client.logged_on == self.begun_since else LOGGED_OUT

    def _begin(self, request: Request) -> None:
        if request.client is not None and request.outcome == GOOD:
            request.client.logged_on = self.begun_since


def _refuse(request: Request) -> int:
    return REFUSED


def _break_off(request: Request) -> None:
    """The work goes on; whoever waits for it hears now that the connection is broken, and no more."""
    outcome, done = request.outcome, request.done
    request.outcome, request.done = REFUSED, _unheard
    done(request)
    request.outcome = outcome


def _unheard(request: Request) -> None:
    pass
