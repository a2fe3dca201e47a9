"""What a worker has recorded is on the disk before its end, for it may be lost."""

from __future__ import annotations

from pathlib import Path

import gevent
import pytest

from loadtests.replay.saving import RecordingSaver
from recordings.axes import form_of, replayed
from recordings.exchange_recorder import ExchangeRecorder
from recordings.exchanges import read_exchanges
from recordings.files import read_recording
from recordings.recorder import Recorder
from recordings.run_folder import RunFolder
from scenarios.behaviour.steps import WORDS
from scenarios.language.reading import read_text
from tests.fixtures.loadtests.replays import one_call


def recorders() -> tuple[Recorder, ExchangeRecorder]:
    scenario = read_text(one_call("look"))
    form = form_of(scenario, replayed(scenario), WORDS)
    return Recorder(form), ExchangeRecorder(form, [])


def test_it_is_saved_on_the_way_and_what_comes_after_at_the_end(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.workers.mkdir()
    recorder, exchanges = recorders()
    saver = RecordingSaver(recorder, exchanges, folder, 0)
    recorder.responses.cells[0][0] += (0.1, 0.02)
    saving = gevent.spawn(saver.run, 0.01)
    while not folder.worker_exchanges(0).exists():
        gevent.sleep(0.01)
    assert read_recording(folder.worker_recording(0)).responses().count == 1
    recorder.responses.cells[0][0] += (0.2, 0.02)
    exchanges.cells[0] += (0.2, 100, 0.02, 0, 0, 0, 0, 7, 9, 1)
    saving.kill()
    saver.finish()
    assert read_recording(folder.worker_recording(0)).responses().count == 2
    assert read_exchanges(folder.worker_exchanges(0)).volumes.sum() == 7 + 9 + 1


def test_what_cannot_be_saved_on_the_way_is_said_and_ends_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    saver = RecordingSaver(*recorders(), RunFolder(tmp_path / "nowhere"), 0)
    with gevent.Timeout(0.2, exception=False):
        saver.run(0.01)
    assert "could not be saved" in capfd.readouterr().err
    with pytest.raises(OSError, match="nowhere"):
        saver.finish()
