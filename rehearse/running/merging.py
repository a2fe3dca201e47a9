"""What the workers of a replay left, put together: the one place where their parts become a measurement."""

from __future__ import annotations

import contextlib
from collections import Counter

import msgspec

from loadtests.replay.generator import judge
from readiness.summarise import Replayed
from recordings.exchanges import Exchanges, merge_exchanges, read_exchanges, write_exchanges
from recordings.files import read_recording, write_recording
from recordings.generator_result import CoordinatorPart, GeneratorResult, WorkerPart
from recordings.recording import Form, Recording, merge_workers
from recordings.run_folder import DamagedFileError, RunFolder, write_json
from recordings.stop import read_stop
from recordings.summary import ReplayTarget


def merged_replay(
    folder: RunFolder, form: Form, twin: Recording | None, workers: int, target: ReplayTarget
) -> Replayed:
    """The replay in a run folder, not audited yet. `form` has the axes of its recording, `twin` the simulated launch of
    the same sessions, if there is one; `workers` is how many were asked for, should the load test not have come so far
    as to say.

    Raises `OSError` when a file cannot be read or written, `ValueError` when a recording is damaged.
    """
    known = coordinated(folder) or CoordinatorPart(workers)
    paths = [folder.worker_recording(worker) for worker in range(known.workers)]
    recordings = [read_recording(path) for path in paths if path.exists()]
    measured = merge_workers(recordings) if recordings else Recording.blank(form)
    write_recording(measured, folder.measured)
    stop = read_stop(folder.stopped)
    parts = _parts(folder, known)
    return Replayed(
        measured,
        twin,
        None,
        _judged(folder, parts, measured, known),
        aborted=stop.words if stop and stop.by == "rule" else None,
        interrupted_by=stop.words if stop and stop.by == "page" else None,
        target=target,
        exchanges=_exchanges(folder, known.workers),
        reasons=_reasons(parts),
    )


def coordinated(folder: RunFolder) -> CoordinatorPart | None:
    """What the coordinator has left; None when it ended before it could. Raises `OSError` when it cannot be read."""
    if not folder.coordinator.exists():
        return None
    with contextlib.suppress(msgspec.DecodeError):
        return msgspec.json.decode(folder.coordinator.read_bytes(), type=CoordinatorPart)
    return None


def _exchanges(folder: RunFolder, workers: int) -> Exchanges | None:
    """What went over the wire, as far as the workers left it."""
    paths = [folder.worker_exchanges(worker) for worker in range(workers)]
    parts = [read_exchanges(path) for path in paths if path.exists()]
    if not parts:
        return None
    whole = merge_exchanges(parts)
    write_exchanges(whole, folder.exchanges)
    return whole


def _parts(folder: RunFolder, known: CoordinatorPart) -> list[WorkerPart]:
    """What workers say of themselves, as far as they left it."""
    parts = []
    for worker in range(known.workers):
        with contextlib.suppress(OSError, DamagedFileError, msgspec.DecodeError):
            parts.append(msgspec.json.decode(folder.worker_generator(worker).read_bytes(), type=WorkerPart))
    return parts


def _judged(folder: RunFolder, parts: list[WorkerPart], measured: Recording, known: CoordinatorPart) -> GeneratorResult:
    judged = judge(parts, measured, known)
    write_json(folder.generator, msgspec.to_builtins(judged))
    return judged


def _reasons(parts: list[WorkerPart]) -> dict[str, dict[str, int]]:
    """Why answers of described operations were not good, of all workers, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    for part in parts:
        for operation, words in part.reasons.items():
            counts.update({(operation, why): count for why, count in words.items()})
    found: dict[str, dict[str, int]] = {}
    for (operation, why), count in counts.most_common():
        found.setdefault(operation, {})[why] = count
    return found
