"""Work that nobody waits for any more is dropped."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import ServiceKind
from scenarios.language.registry import DEFENCES
from scenarios.quantities.fields import Name
from scenarios.text.phrases import only


@DEFENCES.kind("queues", rank=3)
class DropAbandoned(ServiceKind):
    """Work that nobody waits for any more is dropped.

    client_gone: as soon as the client has left, wherever the request is; deadline_passed: when its turn comes, if
    it is then older than its client's patience.
    """

    when: Literal["client_gone", "deadline_passed"] = "client_gone"
    stations: list[Name] = Field(default_factory=list, description="at which stations' queues; none is all")

    def words(self) -> str:
        when = "client has left" if self.when == "client_gone" else "deadline has passed"
        return f"work whose {when} is dropped{only(self.stations, ' at ')}"

    def begin(self, effect: Effect) -> None:
        """As soon as the client has left, or when its turn comes too late.

        The second looks only at work that waits, and so keeps serving those whose patience ends while they are served:
        in a retry storm it does not help (Bronson and others, *Metastable Failures in Distributed Systems*, HotOS
        2021).
        """
        effect.drop_abandoned(self.when, self.stations)
