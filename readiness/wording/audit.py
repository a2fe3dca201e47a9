"""What an audit found, in words: the same for terminal and report."""

from __future__ import annotations

from recordings.audit_result import AuditResult

_ALWAYS = ("lost", "duplicated", "stale")


def faults_text(audit: AuditResult) -> str:
    """What is wrong, such as `3 lost, 1 changed`; lost, duplicated and stale always, others if there are any."""
    found = [
        "duplicates not looked for" if name == "duplicated" and not audit.was_listed else f"{number:,} {name}"
        for name, number in audit.faults.items()
        if number or name in _ALWAYS
    ]
    return ", ".join(found)


def unread_text(audit: AuditResult) -> str:
    """What could not be read, and why, most often first; nothing when all was."""
    reasons = sorted(audit.why_unread.items(), key=lambda one: (-one[1], one[0]))
    parts = [f"{number:,} {'referral' if number == 1 else 'referrals'}: {why}" for why, number in reasons]
    parts += [f"the list: {audit.why_unlisted}"] if audit.why_unlisted else []
    return "; ".join(parts)
