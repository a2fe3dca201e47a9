"""The faults, one module a kind: what each does to a service while it lasts."""

from __future__ import annotations

from typing import Final

from simulations.effects.effect import Effect
from simulations.effects.faults.cache_flush import CacheFlush
from simulations.effects.faults.connections_refused import ConnectionsRefused
from simulations.effects.faults.connections_reset import ConnectionsReset
from simulations.effects.faults.contended_record import ContendedRecord
from simulations.effects.faults.contention import Contention
from simulations.effects.faults.crash import Crash
from simulations.effects.faults.cut_answers import CutAnswers
from simulations.effects.faults.dependency_down import DependencyDown
from simulations.effects.faults.dependency_errors import DependencyErrors
from simulations.effects.faults.doubled_writes import DoubledWrites
from simulations.effects.faults.error_answers import ErrorAnswers
from simulations.effects.faults.failover import Failover
from simulations.effects.faults.hang import Hang
from simulations.effects.faults.leak import Leak
from simulations.effects.faults.lost_writes import LostWrites
from simulations.effects.faults.no_answer import NoAnswer
from simulations.effects.faults.no_slots import NoSlots
from simulations.effects.faults.offline import Offline
from simulations.effects.faults.pause import Pause
from simulations.effects.faults.read_only import ReadOnly
from simulations.effects.faults.region_cut import RegionCut
from simulations.effects.faults.servers_lost import ServersLost
from simulations.effects.faults.session_loss import SessionLoss
from simulations.effects.faults.slow_answers import SlowAnswers
from simulations.effects.faults.slowdown import Slowdown
from simulations.effects.faults.stale_reads import StaleReads
from simulations.effects.faults.wrong_answers import WrongAnswers

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
