"""A referral as an audit sees it: read one by one, or in the list of a server that has one."""

from __future__ import annotations

from typing import Final

import msgspec

NO_CONTENT: Final = "gone"  # a letter that is attached and has no content


class Seen(msgspec.Struct, frozen=True):
    """A referral as it was read back.

    `content` is what it says now of what sessions write, `attached` the ids of its files (None when only their number
    is known), `files` the checksum of those that were read, or `NO_CONTENT`; `why_unread` is why others were not.
    """

    version: int
    slots: tuple[str, ...] = ()
    letters: int = 0
    is_deferred: bool = False
    patient: str = ""
    content: dict[str, str] = {}
    attached: tuple[str, ...] | None = None
    files: dict[str, str] = {}
    why_unread: str = ""


class AuditedReferral(msgspec.Struct, frozen=True):
    """A referral in the server's list of all that it holds."""

    ubrn: str
    patient: str
    version: int
    state: str = ""
    slot: str | None = None
    attachments: int = 0
    correlation_id: str = ""

    def seen(self) -> Seen:
        """The referral as if it had been read."""
        slots = () if self.slot is None else (self.slot,)
        return Seen(self.version, slots, self.attachments, self.state == "DEFERRED_TO_PROVIDER", self.patient)
