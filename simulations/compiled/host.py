"""The host of a compiled launch: `simulations.service.virtual_host`, by rules."""

from __future__ import annotations

from scenarios.language.outcomes import REFUSED
from simulations.compiled import acting
from simulations.compiled.acted_on import ActedOn
from simulations.compiled.service import rules
from simulations.service.service_hooks import EDGE, NETWORK


class CompiledHost:
    """The host: `simulations.service.virtual_host.VirtualHost`, by rules."""

    def __init__(self, service: ActedOn) -> None:
        self._service, self._deaf = service, 0
        begins, operations = service.model.log_on, service.model.operations
        if begins:
            named = [name for name, one in operations.items() if one.api is not None and name != begins[0]]
            if named:
                service.hooks.admission.add(service.add_rule(kind=rules.LOG_ON), named, EDGE)
            service.hooks.after_work.add(service.add_rule(kind=rules.BEGIN_LOG_ON), begins[:1])
        self._refuses = service.add_rule(kind=rules.DEAF)
        service.changed()

    def crash(self, _: float) -> None:
        """The process dies now, with everything under way."""
        self._service.crash(REFUSED)
        self._stop_listening()
        self.flush_sessions()
        self._service.flush()

    def restarted(self) -> None:
        """It is back."""
        self._listen_again()

    def flush_sessions(self) -> None:
        """Everybody is logged off."""
        self._service.world.launch["logged_on_since"] += 1

    def listen(self, *, listening: bool) -> None:
        """Break open connections and refuse new ones, or accept them again."""
        if listening:
            self._listen_again()
            return
        self._stop_listening()
        world, inside = self._service.world, self._service.inside()
        requests = world.tables["requests"]
        heard = inside[(requests["dead"][inside] == 0) | (requests["dribbles_s"][inside] > 0)]
        acting.break_off(world.address, heard, requests["serial"][heard].copy(), REFUSED)

    def take_slots(self, *, taken: bool) -> None:
        """Slots are outcomes."""

    def status_page(self, *, stands: bool) -> None:
        """Nobody looks at it."""

    def _stop_listening(self) -> None:
        if not self._deaf:
            self._service.hooks.network.add(self._refuses, (), NETWORK)
            self._service.changed()
        self._deaf += 1

    def _listen_again(self) -> None:
        self._deaf -= 1
        if not self._deaf:
            self._service.hooks.network.remove(self._refuses)
            self._service.changed()
