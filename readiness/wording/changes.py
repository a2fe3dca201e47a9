"""What was changed of the scenario before it was run, in words."""

from __future__ import annotations

from typing import Final

from recordings.summary import Summary

_MOST_SHOWN: Final = 12


def changes_words(summary: Summary) -> str:
    """`Changed from launch-morning: service.stations.identity.servers: 24 instead of 16 (--set).`; nothing where
    nothing was."""
    if not summary.changed:
        return ""
    shown = [one.removesuffix(".") for one in summary.changed[:_MOST_SHOWN]]
    more = len(summary.changed) - len(shown)
    rest = f"; and {more:,} more, which stand in the run's scenario.yaml" if more > 0 else ""
    return f"Changed from {summary.scenario}: {'; '.join(shown)}{rest}."
