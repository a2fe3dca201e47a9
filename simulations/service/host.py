"""What stands around a service: the process, its listening socket, its log-on sessions, its slots, its status page.

A fault that reaches beyond stations and work acts on the host. `virtual_host` models what it does;
`mock_server/process/host.py` does it.
"""

from __future__ import annotations

from typing import Protocol


class Host(Protocol):
    """What a fault can do to the surroundings of a service."""

    def crash(self, restart_s: float) -> None:
        """The process dies now, with everything under way, and is to be back after so long."""

    def restarted(self) -> None:
        """It is back (where nothing but this call brings it back)."""

    def flush_sessions(self) -> None:
        """Everybody is logged off."""

    def listen(self, *, listening: bool) -> None:
        """Break open connections and refuse new ones, or accept them again."""

    def take_slots(self, *, taken: bool) -> None:
        """Show no free appointment slots, or show them again."""

    def status_page(self, *, stands: bool) -> None:
        """Whether the status page answers."""
