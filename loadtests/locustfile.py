"""The replay as a Locust test: `locust -f loadtests/locustfile.py --scenario NAME --host URL`.

Locust brings the command line, the web page and the distributed mode. It paces nothing: its users only
stand by. When a test starts, a conductor (the master, or the only process) has every worker send its share
of the scenario's schedule; when the schedule and its drain are over, the test ends by itself.
"""

from __future__ import annotations

import secrets
import signal
from pathlib import Path
from typing import Any

import gevent
from locust import User, events, task
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from loadtests.conductor import Conductor, Player
from loadtests.worker import Assignment
from recordings.run_folder import RunFolder
from scenarios.reading import ScenarioError, frozen_text, read_text
from scenarios.units import UnitError, duration

INTERRUPTED = 130
_parts: list[Conductor | Player] = []  # what this process is: conductor, player, or both


class Bystander(User):
    """Locust wants a user; this one stands by while the sessions of the schedule come and go."""

    fixed_count = 1

    @task
    def stand_by(self) -> None:
        gevent.sleep(3600)


def _add_arguments(parser: LocustArgumentParser, **_: Any) -> None:
    group = parser.add_argument_group("Launch rehearsal")
    add = group.add_argument
    add("--scenario", default="launch-morning", help="A scenario's catalogue name or file.")
    add("--seed", default="", help="Another seed than the scenario's.")
    add("--replication", default="0", help="Which of the seed's launches to send.")
    add("--run-folder", default="", help="Where results go; by default a new folder below runs/.")
    add("--warm-up", default="2s", help="Time between the moment when all workers are ready and the start.")
    add("--samples", action="store_true", help="Keep every request as a Parquet row.")


def _take_part(environment: Environment, **_: Any) -> None:
    """Before anything is sent: become conductor, player, or both."""
    runner = environment.runner
    if not isinstance(runner, WorkerRunner):
        _parts.append(Conductor(environment, lambda: _finish(environment)))
        gevent.signal_handler(signal.SIGINT, lambda: gevent.spawn(_interrupt, environment))
    else:
        gevent.signal_handler(signal.SIGINT, lambda: gevent.spawn(_wind_up, environment))
    if not isinstance(runner, MasterRunner):
        _parts.append(Player(environment))


def _start(environment: Environment, **_: Any) -> None:
    for conductor in _conductors():
        try:
            assignment, warm_up_s = _assignment(environment)
        except (ScenarioError, UnitError, ValueError, OSError) as problem:
            conductor.give_up(str(problem))
            return
        conductor.start(assignment, warm_up_s)


def _wind_up(environment: Environment, **_: Any) -> None:
    """Whatever ends the test, everything is recorded first."""
    for part in _parts:
        if isinstance(part, Conductor) and part.is_live:
            environment.process_exit_code = INTERRUPTED
        part.conclude()


def _finish(environment: Environment) -> None:
    """All workers have concluded: leave, or stop and let the web page stand."""
    if environment.process_exit_code != INTERRUPTED:
        environment.process_exit_code = max((conductor.exit_code for conductor in _conductors()), default=0)
    runner = environment.runner
    assert runner is not None
    if environment.web_ui is None:
        runner.quit()
    else:
        runner.stop()


def _interrupt(environment: Environment) -> None:
    """Ctrl-C: end the replay as its end would, then leave."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # who presses it again means it
    _wind_up(environment)
    if environment.runner is not None:
        environment.runner.quit()
    if environment.web_ui is not None:
        environment.web_ui.stop()  # type: ignore[no-untyped-call]


def _conductors() -> list[Conductor]:
    return [part for part in _parts if isinstance(part, Conductor)]


def _assignment(environment: Environment) -> tuple[Assignment, float]:
    """What the command line, or the web page's form, asks for."""
    options: Any = environment.parsed_options
    text = frozen_text(options.scenario)
    scenario = read_text(text)
    folder = options.run_folder or str(RunFolder.create(Path("runs"), Path(options.scenario).stem).path)
    if not environment.host:
        raise ValueError("give the service's address: --host http://…")
    assignment = Assignment(
        scenario=text,
        seed=int(options.seed) if options.seed else scenario.seed,
        replication=int(options.replication),
        host=environment.host,
        run=secrets.token_hex(4),
        run_folder=str(Path(folder).resolve()),
        samples=options.samples,
    )
    return assignment, duration(options.warm_up)


for _event, _listener in (
    (events.init_command_line_parser, _add_arguments),
    (events.init, _take_part),
    (events.test_start, _start),
    (events.test_stop, _wind_up),
    (events.quitting, _wind_up),
):
    _event.add_listener(_listener)  # type: ignore[no-untyped-call]
