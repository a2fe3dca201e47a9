"""Writes down what one worker has recorded: at the end, and now and then before, for that is all that is left of a
worker that is lost."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

import gevent

from recordings.exchange_recorder import ExchangeRecorder
from recordings.exchanges import Exchanges, write_exchanges
from recordings.files import write_recording
from recordings.recorder import Recorder
from recordings.recording import Recording
from recordings.run_folder import RunFolder

SAVED_EVERY_S: Final = 300.0


class RecordingSaver:
    """Saves what two recorders of worker number `worker` hold; None as folder saves nothing."""

    def __init__(self, recorder: Recorder, exchanges: ExchangeRecorder, folder: RunFolder | None, worker: int) -> None:
        self._recorder, self._exchanges, self._folder, self._worker = recorder, exchanges, folder, worker
        self._under_way: Any = None

    def run(self, every_s: float = SAVED_EVERY_S) -> None:
        """Save every so often. Putting it together and packing it takes a while, and is done in a thread that holds no
        request up."""
        while True:
            gevent.sleep(every_s)
            parts = self._recorder.collected(), self._exchanges.collected()
            self._under_way = gevent.get_hub().threadpool.spawn(self._try, *parts)
            self._under_way.wait()

    def finish(self) -> None:
        """Save everything. Raises `OSError` when it cannot be written."""
        if self._under_way is not None:
            self._under_way.wait()
        self._write(self._recorder.recording(), self._exchanges.exchanges())

    def _try(self, recording: Callable[[], Recording], exchanges: Callable[[], Exchanges]) -> None:
        """What cannot be saved on the way may be written at the end."""
        try:
            self._write(recording(), exchanges())
        except OSError as error:
            print(f"what was recorded so far could not be saved: {error}", file=sys.stderr, flush=True)

    def _write(self, recording: Recording, exchanges: Exchanges) -> None:
        if self._folder is not None:
            write_recording(recording, self._folder.worker_recording(self._worker))
            write_exchanges(exchanges, self._folder.worker_exchanges(self._worker))
