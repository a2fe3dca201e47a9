"""Every exit status of `rehearse`, named in this one place; docs/command-line.md explains them.

99, 104, 105 and 108 are those that k6 uses for the same events, so that pipelines can treat both alike; 74 is that of
sysexits.h.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from recordings.evidence import Verdict
from scenarios.protocol.exit_statuses import REFUSED_STATUS, STOPPED_STATUS

if TYPE_CHECKING:
    from recordings.summary import Summary


class ExitStatus(IntEnum):
    """What a command's exit status means."""

    OBJECTIVES_MET = 0
    USAGE = 2
    OUTPUT_LOST = 74  # what sysexits.h calls EX_IOERR
    WORSE = 96  # of a comparison: an option is worse than the base, or the second group of runs than the first
    NO_VERDICT = 98  # not enough evidence, or the run itself is invalid
    OBJECTIVES_MISSED = 99
    BAD_CONFIGURATION = REFUSED_STATUS
    INTERRUPTED = 105
    STOPPED = STOPPED_STATUS


def status_words() -> str:
    """Every status with what it means, in one line of help: `0 objectives met, 99 missed, …`."""
    return ", ".join(f"{int(status)} {_WORDS[status]}" for status in _WORDS)


_WORDS: dict[ExitStatus, str] = {
    ExitStatus.OBJECTIVES_MET: "objectives met",
    ExitStatus.OBJECTIVES_MISSED: "missed",
    ExitStatus.NO_VERDICT: "no verdict (not enough evidence, or an invalid run)",
    ExitStatus.WORSE: "worse than what it was compared with",
    ExitStatus.BAD_CONFIGURATION: "bad configuration",
    ExitStatus.INTERRUPTED: "interrupted",
    ExitStatus.STOPPED: "stopped by its own rule",
    ExitStatus.USAGE: "usage",
    ExitStatus.OUTPUT_LOST: "standard output lost",
}


def of_verdict(verdict: str) -> ExitStatus:
    """The status that a run with this verdict ends with."""
    known = {Verdict.MET: ExitStatus.OBJECTIVES_MET, Verdict.MISSED: ExitStatus.OBJECTIVES_MISSED}
    return known.get(
        Verdict(verdict) if verdict in set(Verdict) else Verdict.NOT_ENOUGH_EVIDENCE, ExitStatus.NO_VERDICT
    )


def of_summary(summary: Summary) -> ExitStatus:
    """The status that a run with this summary ends with."""
    if summary.interrupted:
        return ExitStatus.INTERRUPTED
    return of_verdict(summary.verdict) if summary.aborted is None else ExitStatus.STOPPED
