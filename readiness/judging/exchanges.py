"""What went over the wire in a replay, in figures."""

from __future__ import annotations

from readiness.judging.rounding import milliseconds
from recordings.exchanges import EXCHANGE_PARTS, Exchanges
from recordings.phases import ExchangeSummary, PartTimes


def exchange_summaries(exchanges: Exchanges) -> dict[str, ExchangeSummary]:
    """By operation, those of which anything went over the wire."""
    endings = exchanges.ended()
    names = exchanges.form.operations
    return {name: _one(exchanges, place, endings[place]) for place, name in enumerate(names) if endings[place]}


def _one(exchanges: Exchanges, place: int, endings: dict[str, int]) -> ExchangeSummary:
    bytes_sent, bytes_received, connections = exchanges.volumes[place].sum(axis=1).tolist()
    connect, tls, first_byte, body = (_times(exchanges, place, part) for part in range(len(EXCHANGE_PARTS)))
    return ExchangeSummary(endings, connect, tls, first_byte, body, bytes_sent, bytes_received, connections)


def _times(exchanges: Exchanges, place: int, part: int) -> PartTimes:
    seen = exchanges.parts.select([place], [part], slice(0, exchanges.form.windows))
    return PartTimes(*(milliseconds(seen.quantile(q)) for q in (0.5, 0.95, 0.99, 1.0)))
