"""What the audit of a replay found: acknowledged writes, read back. `loadtests.audit.reconciliation` makes it."""

from __future__ import annotations

import msgspec


class AuditResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Acknowledged writes, read back: see `loadtests.audit.reconciliation`. `never_read` could not be read back, so
    nobody knows; where `was_listed` is false, duplicates could not be looked for."""

    acknowledged: int
    lost: int
    duplicated: int
    stale: int
    unknown: int = 0
    never_read: int = 0
    was_listed: bool = True

    @property
    def did_not_survive(self) -> int:
        """Acknowledged writes that are gone, there twice, or older than acknowledged."""
        return self.lost + self.duplicated + self.stale
