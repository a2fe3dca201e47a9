"""`python -m rehearse.finishing RUN …`: what `rehearse load` does once its replay is over, of one that others started.

`python -m loadtests` and Locust's master start it when all workers have concluded, for a load test knows neither the
simulator nor the report. It merges what they left, simulates the same sessions, audits what was acknowledged (not after
an interruption), judges, and writes summary and report; its exit status is the run's.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from loadtests.safety.targets import Consent, add_options
from recordings.run_folder import RunFolder
from recordings.stop import read_stop
from recordings.summary import ReplayTarget
from rehearse.ending.exit_status import ExitStatus
from rehearse.running.performing import finished
from rehearse.running.rehearsal import Rehearsal
from rehearse.shown.interruption import end_at_once, end_with, interrupt_work
from rehearse.shown.standard_output import OutputLostError, prepare_output
from rehearse.shown.terminal import Terminal
from scenarios.protocol.parent import end_with_parent, named_parent


def main() -> None:
    """Finish the run and end with its status."""
    end_at_once()
    if (parent := named_parent()) is not None:
        end_with_parent(parent)
    terminal = Terminal()
    try:
        prepare_output()
        status = _finish(_parsed(), terminal)
        sys.stdout.flush()
        end_with(int(status or 0))
    except OutputLostError as error:
        terminal.note(str(error))
        status = ExitStatus.OUTPUT_LOST
    sys.exit(status)


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m rehearse.finishing", description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path, help="the run folder that the workers wrote into")
    parser.add_argument("--scenario", required=True, help="how the scenario was called")
    parser.add_argument("--seed", type=int, required=True, help="the seed of the replay")
    parser.add_argument("--replication", type=int, default=0, help="which of the seed's launches was sent")
    parser.add_argument("--host", required=True, help="where it was sent")
    parser.add_argument("--began", type=float, required=True, help="when it began, in seconds of the wall clock")
    add_options(parser.add_argument)
    return parser.parse_args()


def _finish(options: argparse.Namespace, terminal: Terminal) -> ExitStatus:
    """The status that the run comes to; that of no verdict where something hinders it."""
    folder, consent = RunFolder(options.run), Consent.of(options)
    interrupt_work()
    try:
        text = folder.scenario.read_text(encoding="utf-8")
        rehearsal = Rehearsal(options.scenario, text, options.seed, folder, terminal, launches=1)
        rehearsal.say_about(datetime.fromtimestamp(options.began, UTC), options.replication)
        stop = read_stop(folder.stopped)
        rehearsal.is_interrupted = stop is not None and stop.by != "rule"
        rehearsal.say_engine()
        return finished(rehearsal, lambda run: _taken(run, options, consent), as_json=False)
    except (OSError, ValueError) as error:
        terminal.note(f"the run could not be finished: {error}")
        return ExitStatus.NO_VERDICT


def _taken(run: Rehearsal, options: argparse.Namespace, consent: Consent) -> None:
    """The replay that lies in the folder, its twin beside it, and the audit."""
    run.take(run.twin(options.replication), 1, ReplayTarget("named target", options.host))
    if not run.is_interrupted:
        run.read_back(options.host, consent)


if __name__ == "__main__":
    main()
