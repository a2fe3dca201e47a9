"""What the audit of a replay found: acknowledged writes, read back. `loadtests.audit.reconciliation` makes it."""

from __future__ import annotations

import msgspec


class AuditResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Acknowledged writes, read back: see `loadtests.audit.reconciliation`. `never_read` could not be read back, so
    nobody knows; `why_unread` says of how many referrals what kept the audit from it. Where `was_listed` is false,
    duplicates and `refused_present` could not be looked for, and `why_unlisted` says why."""

    acknowledged: int
    lost: int
    duplicated: int
    stale: int
    unknown: int = 0
    never_read: int = 0
    was_listed: bool = True
    changed: int = 0
    wrong_patient: int = 0
    refused_present: int = 0
    why_unread: dict[str, int] = {}
    why_unlisted: str = ""

    @property
    def faults(self) -> dict[str, int]:
        """What is wrong with what the service holds, by name, none of it left out."""
        return {
            "lost": self.lost,
            "duplicated": self.duplicated,
            "stale": self.stale,
            "changed": self.changed,
            "wrong patient": self.wrong_patient,
            "refused and there": self.refused_present,
        }

    @property
    def did_not_survive(self) -> int:
        """Faults of integrity: acknowledged writes that are gone, there twice, older or other than acknowledged or
        another patient's, and referrals that were refused and are there all the same."""
        return sum(self.faults.values())
