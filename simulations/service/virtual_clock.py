"""Virtual time: a SimPy environment that runs as fast as it goes.

`mock_server.model.wall_clock` has the other clock, which runs the same environment at the pace of the wall clock.
"""

from __future__ import annotations

from simulations.service.simpy_clock import SimpyClock


class VirtualClock(SimpyClock):
    """Seconds since the scenario's midnight, which pass when `run_until` has nothing left to do at a moment."""
