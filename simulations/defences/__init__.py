"""The defences of a service, one module a kind: what each does while it is on."""

from __future__ import annotations

from typing import Final

from simulations.defences.autoscaling import Autoscaling
from simulations.defences.bulkhead import Bulkhead
from simulations.defences.discipline import Discipline
from simulations.defences.drop_abandoned import DropAbandoned
from simulations.defences.queue_limit import QueueLimit
from simulations.defences.rate_limit import RateLimit
from simulations.defences.shedding import Shedding
from simulations.defences.waiting_room import WaitingRoom
from simulations.effects import Effect

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
