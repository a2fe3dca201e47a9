"""The faults, one module a kind: what each does to a service while it lasts."""

from __future__ import annotations

from typing import Final

from simulations.effects import Effect
from simulations.faults.cache_flush import CacheFlush
from simulations.faults.connections_refused import ConnectionsRefused
from simulations.faults.connections_reset import ConnectionsReset
from simulations.faults.contended_record import ContendedRecord
from simulations.faults.contention import Contention
from simulations.faults.crash import Crash
from simulations.faults.cut_answers import CutAnswers
from simulations.faults.dependency_down import DependencyDown
from simulations.faults.dependency_errors import DependencyErrors
from simulations.faults.doubled_writes import DoubledWrites
from simulations.faults.error_answers import ErrorAnswers
from simulations.faults.failover import Failover
from simulations.faults.hang import Hang
from simulations.faults.leak import Leak
from simulations.faults.lost_writes import LostWrites
from simulations.faults.no_answer import NoAnswer
from simulations.faults.no_slots import NoSlots
from simulations.faults.offline import Offline
from simulations.faults.pause import Pause
from simulations.faults.read_only import ReadOnly
from simulations.faults.region_cut import RegionCut
from simulations.faults.servers_lost import ServersLost
from simulations.faults.session_loss import SessionLoss
from simulations.faults.slow_answers import SlowAnswers
from simulations.faults.slowdown import Slowdown
from simulations.faults.stale_reads import StaleReads
from simulations.faults.wrong_answers import WrongAnswers

FAULTS: Final[dict[str, type[Effect]]] = {
    "cache_flush": CacheFlush,
    "connections_refused": ConnectionsRefused,
    "connections_reset": ConnectionsReset,
    "contended_record": ContendedRecord,
    "contention": Contention,
    "crash": Crash,
    "cut_answers": CutAnswers,
    "dependency_down": DependencyDown,
    "dependency_errors": DependencyErrors,
    "doubled_writes": DoubledWrites,
    "error_answers": ErrorAnswers,
    "failover": Failover,
    "hang": Hang,
    "leak": Leak,
    "lost_writes": LostWrites,
    "no_answer": NoAnswer,
    "no_slots": NoSlots,
    "offline": Offline,
    "pause": Pause,
    "read_only": ReadOnly,
    "region_cut": RegionCut,
    "servers_lost": ServersLost,
    "session_loss": SessionLoss,
    "slow_answers": SlowAnswers,
    "slowdown": Slowdown,
    "stale_reads": StaleReads,
    "wrong_answers": WrongAnswers,
}
