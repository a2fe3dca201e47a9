"""The defences of a service, one module a kind: what each does while it is on."""

from __future__ import annotations

from typing import Final

from simulations.effects.defences.autoscaling import Autoscaling
from simulations.effects.defences.bulkhead import Bulkhead
from simulations.effects.defences.discipline import Discipline
from simulations.effects.defences.drop_abandoned import DropAbandoned
from simulations.effects.defences.queue_limit import QueueLimit
from simulations.effects.defences.rate_limit import RateLimit
from simulations.effects.defences.shedding import Shedding
from simulations.effects.defences.waiting_room import WaitingRoom
from simulations.effects.effect import Effect

DEFENCES: Final[dict[str, type[Effect]]] = {
    "autoscaling": Autoscaling,
    "bulkhead": Bulkhead,
    "discipline": Discipline,
    "drop_abandoned": DropAbandoned,
    "queue_limit": QueueLimit,
    "rate_limit": RateLimit,
    "shedding": Shedding,
    "waiting_room": WaitingRoom,
}
