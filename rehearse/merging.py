"""What the workers of a replay left, put together: the one place where their parts become a measurement."""

from __future__ import annotations

import contextlib

import msgspec

from loadtests.replay.generator import judge
from readiness.summarise import Replayed
from recordings.exchanges import Exchanges, merge_exchanges, read_exchanges, write_exchanges
from recordings.files import read_recording, write_recording
from recordings.generator_result import CoordinatorPart, GeneratorResult, WorkerPart
from recordings.recording import Recording, merge_workers
from recordings.run_folder import DamagedFileError, RunFolder, write_json
from recordings.stop import read_stop
from recordings.summary import ReplayTarget


def merged(folder: RunFolder, twin: Recording, workers: int, target: ReplayTarget) -> Replayed:
    """The replay in a run folder, not audited yet; `workers` is how many were asked for, should the load test not have
    come so far as to say.

    Raises `OSError` when a file cannot be read or written, `ValueError` when a recording is damaged.
    """
    known = coordinated(folder) or CoordinatorPart(workers)
    paths = [folder.worker_recording(worker) for worker in range(known.workers)]
    recordings = [read_recording(path) for path in paths if path.exists()]
    measured = merge_workers(recordings) if recordings else Recording.blank(twin.form)
    write_recording(measured, folder.measured)
    stop = read_stop(folder.stopped)
    return Replayed(
        measured,
        twin,
        None,
        _judged(folder, measured, known),
        aborted=stop.words if stop and stop.by == "rule" else None,
        interrupted_by=stop.words if stop and stop.by == "page" else None,
        target=target,
        exchanges=_exchanges(folder, known.workers),
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


def _judged(folder: RunFolder, measured: Recording, known: CoordinatorPart) -> GeneratorResult:
    parts = []
    for worker in range(known.workers):
        with contextlib.suppress(OSError, DamagedFileError, msgspec.DecodeError):
            parts.append(msgspec.json.decode(folder.worker_generator(worker).read_bytes(), type=WorkerPart))
    judged = judge(parts, measured, known)
    write_json(folder.generator, msgspec.to_builtins(judged))
    return judged
