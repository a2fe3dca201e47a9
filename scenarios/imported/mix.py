"""The mix of journeys in a log: its commonest paths as they were, and all other sessions by what they called.

The calls that are expected of each operation, over all sessions, are those of the log: what the commonest paths do not
account for is called by the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

_PLACES: Final = Decimal("0.000001")


@dataclass(frozen=True)
class Mix:
    """The steps of the journey; how many sessions follow one of the paths that are written out, how many there are."""

    steps: list[Any]
    followed: int
    paths: int


def journey_mix(
    paths: Mapping[tuple[str, ...], int], calls: Mapping[str, int], sessions: int, most: int, think: Any
) -> Mix:
    """The `most` commonest `paths` (with how many sessions took each), and the rest.

    Args: `calls` is how often each operation was called by all `sessions`; `think` stands between two calls.
    """
    commonest = sorted(paths.items(), key=lambda one: (-one[1], one[0]))[:most]
    followed = sum(count for _, count in commonest)
    rest_calls = Counter(calls)
    for path, count in commonest:
        for name in path:
            rest_calls[name] -= count
    rest_calls = +rest_calls
    ways = [(count, _in_order(path, think)) for path, count in commonest]
    if sessions > followed:
        ways.append((sessions - followed, _the_rest(rest_calls, sessions - followed, think)))
    steps = ways[0][1] if len(ways) == 1 else [_either(ways)]
    return Mix(steps, followed, len(commonest))


def _in_order(path: tuple[str, ...], think: Any) -> list[Any]:
    steps: list[Any] = []
    for name in path:
        steps += [{"think": think}] if steps else []
        steps.append({"call": name})
    return steps


def _the_rest(calls: Counter[str], sessions: int, think: Any) -> list[Any]:
    """So many calls as there were in the mean: each session a whole number, the one below the mean or the one above."""
    total = calls.total()
    if not total:
        return []
    fewer, over = divmod(total, sessions)
    named = [(count, [{"call": name}]) for name, count in sorted(calls.items(), key=lambda one: (-one[1], one[0]))]
    one_call = named[0][1] if len(named) == 1 else [_either(named)]
    rounds = [(sessions - over, _rounds(fewer, one_call, think)), (over, _rounds(fewer + 1, one_call, think))]
    kept = [one for one in rounds if one[0]]
    return kept[0][1] if len(kept) == 1 else [_either(kept)]


def _rounds(times: int, one_call: list[Any], think: Any) -> list[Any]:
    if times <= 1:
        return one_call * times
    return [*one_call, {"repeat": {"times": times - 1, "steps": [{"think": think}, *one_call]}}]


def _either(ways: list[tuple[int, list[Any]]]) -> dict[str, Any]:
    """Ways by their counts. Shares are rounded to a millionth, and add up exactly: the most frequent one makes up."""
    total = sum(count for count, _ in ways)
    shares = [(Decimal(count) / total).quantize(_PLACES) for count, _ in ways]
    largest = max(range(len(ways)), key=lambda place: ways[place][0])
    shares[largest] += 1 - sum(shares)
    return {
        "either": [
            {"share": float(share)} | ({"steps": steps} if steps else {})
            for share, (_, steps) in zip(shares, ways, strict=True)
        ]
    }
