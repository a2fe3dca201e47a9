"""The hooks of a service: plain functions that faults and defences have it ask or call on a request's way.

    admission      asked when a request comes: an outcome turns it away, `HELD` keeps it, None lets it in
    before_acquire asked when a request comes to a station: an outcome fails it there
    service_time   asked when work begins: how long it takes now; infinity hangs it
    after_work     asked when all work is done: may change the outcome or how the answer looks
    answer         asked when an answer is about to leave, whatever it says: how much later its end is there
    ended          called when a request has ended, in whatever way
    client_gone    called when the client of a request inside has stopped waiting
    drops          asked when it is a waiting request's turn: whether it is dropped instead
    crash          called when everything was lost

Those of the first five are kept where they are asked: by each program, or by each station. A launch on which nothing
acts has no hooks, and is no other service.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from simulations.service.hook_tables import HookTable
from simulations.service.programs import Program
from simulations.service.request import Request
from simulations.service.station import Station, Workplace

HELD: Final = -1  # an admission hook's answer: it keeps the request and sees to it later
# The order of admission hooks: what lies farther out is asked first.
NETWORK, EDGE, DEFENCE, INSIDE = range(4)

AdmissionHook = Callable[[Request], int | None]
BeforeAcquireHook = Callable[[Request, Station], int | None]
ServiceTimeHook = Callable[[Request, Station | None, float], float]
AfterWorkHook = Callable[[Request], None]
AnswerHook = Callable[[Request], float]
RequestHook = Callable[[Request], None]
DropHook = Callable[[Request, Station], bool]


class ServiceHooks:
    """Args: the service's programs by operation, and where work is done by name."""

    def __init__(self, programs: Mapping[str, Program], workplaces: Mapping[str, Workplace]) -> None:
        # those that are also asked while everything stands still, and the others
        self.network: HookTable[AdmissionHook] = HookTable("network_hooks", programs)
        self.admission: HookTable[AdmissionHook] = HookTable("admission_hooks", programs)
        self.before_acquire: HookTable[BeforeAcquireHook] = HookTable("before_acquire_hooks", workplaces)
        self.service_time: HookTable[ServiceTimeHook] = HookTable("service_time_hooks", workplaces)
        self.after_work: HookTable[AfterWorkHook] = HookTable("after_work_hooks", programs)
        self.answer: HookTable[AnswerHook] = HookTable("answer_hooks", programs)
        self.ended: list[RequestHook] = []
        self.client_gone: list[RequestHook] = []
        self.drops: list[DropHook] = []
        self.crash: list[Callable[[], None]] = []

    def add_admission(self, rank: int, hook: AdmissionHook, operations: Collection[str] = ()) -> None:
        """Ask `hook` about every request that comes (to these operations), after those of lower rank and those that
        were there before it."""
        (self.network if rank == NETWORK else self.admission).add(hook, operations, rank)

    def remove_admission(self, hook: AdmissionHook) -> None:
        """Ask it no more."""
        for hooks in (self.network, self.admission):
            if hook in [*hooks]:
                hooks.remove(hook)
